-- The error boundary: what fails in C++ or in the server arrives whole, and leaves nothing behind.
CREATE FUNCTION boundary_plain() RETURNS void LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_fail(how text) RETURNS text LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_nested(depth int) RETURNS text LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_attempt(query text) RETURNS text LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_abandon(query text) RETURNS text LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_steps(query text) RETURNS int LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_break(guard int) RETURNS void LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_left() RETURNS text LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_heap() RETURNS bigint LANGUAGE c AS '$libdir/boundary_test';
CREATE FUNCTION boundary_throw_in_pg_try() RETURNS void LANGUAGE c AS '$libdir/boundary_test';

-- Every field a handler can ask for.
CREATE FUNCTION fields(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text; s text; t text; c text; d text; n text; context text;
BEGIN
	EXECUTE query;
	RETURN 'no error';
EXCEPTION WHEN OTHERS OR query_canceled THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT, s = SCHEMA_NAME, t = TABLE_NAME, c = COLUMN_NAME, d = PG_DATATYPE_NAME,
		n = CONSTRAINT_NAME, context = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws('|', state, message, detail, hint, s, t, c, d, n, split_part(context, E'\n', 1));
END $$;

-- What C++ throws.
SELECT how, fields(format('SELECT boundary_fail(%L)', how)), boundary_left()
FROM unnest(ARRAY['failure', 'failure, bare', 'standard', 'number', 'no memory for C++', 'thrown in a guard']) how;
SELECT fields('SELECT boundary_throw_in_pg_try()'), boundary_left();

-- What the server raises is the same as without C++ between.
SELECT fields('SELECT boundary_plain()');
SELECT how, fields(format('SELECT boundary_fail(%L)', how)) = fields('SELECT boundary_plain()') AS whole, boundary_left()
FROM unnest(ARRAY['guarded', 'guarded twice']) how;
SELECT fields('SELECT boundary_nested(5)') = fields('SELECT boundary_plain()') AS whole, boundary_left();
SELECT fields('SELECT boundary_fail(''division'')'), boundary_left();
SELECT regexp_replace(fields('SELECT boundary_fail(''no memory for the server'')'), 'context ".*"', 'context "..."'),
	boundary_left();

-- Errors say where they were raised.
SELECT boundary_attempt('SELECT boundary_fail(''failure'')');
SELECT boundary_attempt('SELECT 1 / 0');

-- As psql shows it.
SELECT boundary_fail('failure');
SELECT boundary_fail('guarded');
SELECT boundary_fail('');

-- Cancelled in C++ and in the server.
SET statement_timeout = '100ms';
SELECT boundary_fail('endless C++');
SELECT boundary_fail('endless server');
RESET statement_timeout;
SELECT boundary_left();

-- A subtransaction keeps its work or loses it, and the transaction goes on.
CREATE TABLE kept (id int PRIMARY KEY);
BEGIN;
SELECT boundary_attempt('INSERT INTO kept VALUES (1)');
SELECT boundary_attempt('INSERT INTO kept VALUES (1)');
SELECT fields('SELECT boundary_abandon(''INSERT INTO kept VALUES (2)'')');
SELECT boundary_attempt('INSERT INTO kept VALUES (3)');
COMMIT;
SELECT array_agg(id ORDER BY id) FROM kept;
SELECT boundary_left();

-- Each guard of an operation broken in turn: the error comes out, no object stays, no row of the broken run does.
CREATE SEQUENCE step;
CREATE TABLE steps (id int DEFAULT nextval('step'));
CREATE FUNCTION broken_guards() RETURNS text LANGUAGE plpgsql AS $$
DECLARE guard int := 0; answer text; whole int;
BEGIN
	PERFORM boundary_break(0);
	whole := boundary_steps('INSERT INTO steps DEFAULT VALUES');
	TRUNCATE steps;
	LOOP
		guard := guard + 1;
		PERFORM boundary_break(guard);
		BEGIN
			PERFORM boundary_steps('INSERT INTO steps DEFAULT VALUES');
			answer := NULL;
		EXCEPTION WHEN OTHERS THEN
			answer := SQLERRM;
		END;
		PERFORM boundary_break(0);
		EXIT WHEN answer IS NULL;
		IF answer NOT LIKE '%fault injected at guard ' || guard THEN RAISE 'guard % answered: %', guard, answer; END IF;
		IF boundary_left() <> 'nothing' THEN RAISE 'guard % left %', guard, boundary_left(); END IF;
		IF EXISTS (SELECT FROM steps) THEN RAISE 'guard % left rows', guard; END IF;
	END LOOP;
	RETURN format('%s of %s guards broken, then %s rows', guard - 1, whole, (SELECT count(*) FROM steps));
END $$;
SELECT broken_guards();

-- 30,000 errors in one transaction: neither the server's memory nor C++'s grows.
CREATE FUNCTION growth(errors int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE server_before bigint; server_after bigint; heap_before bigint; heap_after bigint;
	ways text[] := ARRAY['failure', 'standard', 'number', 'guarded', 'guarded twice', 'thrown in a guard'];
BEGIN
	FOR round IN 1 .. 2 LOOP
		server_before := (SELECT sum(total_bytes) FROM pg_backend_memory_contexts);
		heap_before := boundary_heap();
		FOR i IN 1 .. CASE round WHEN 1 THEN 1000 ELSE errors END LOOP
			BEGIN
				PERFORM boundary_fail(ways[1 + i % 6]);
				RETURN 'no error';
			EXCEPTION WHEN OTHERS THEN
			END;
		END LOOP;
		server_after := (SELECT sum(total_bytes) FROM pg_backend_memory_contexts);
		heap_after := boundary_heap();
	END LOOP;
	RETURN CASE WHEN server_after - server_before < 65536 AND heap_after - heap_before < 65536 THEN 'no growth'
		ELSE format('server %s bytes, C++ %s bytes', server_after - server_before, heap_after - heap_before) END;
END $$;
SELECT growth(30000), boundary_left();
