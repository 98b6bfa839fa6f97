-- What is read from a statement before it runs, against what PostgreSQL says it did: same objects, same words.
CREATE FUNCTION statement_describe(sql text) RETURNS text LANGUAGE c STRICT AS '$libdir/statement_test';
CREATE TABLE told(action text, type text, identity text);
CREATE TABLE done(action text, type text, identity text);
CREATE FUNCTION note_end() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.done SELECT 'made or altered', object_type, regexp_replace(object_identity, 'pg_temp_\d+', 'pg_temp') FROM pg_event_trigger_ddl_commands();
END $$;
CREATE FUNCTION note_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.done SELECT 'dropped', object_type, object_identity FROM pg_event_trigger_dropped_objects() WHERE original;
END $$;

-- Runs statements and says where the two differ.  What is renamed has its new name afterwards; a table loses what
-- it carries without PostgreSQL saying that it was altered, and the parts of a table altered are not told apart.
CREATE FUNCTION compare(VARIADIC statements text[]) RETURNS TABLE(difference text) LANGUAGE plpgsql AS $$
DECLARE statement text;
BEGIN
	FOREACH statement IN ARRAY statements LOOP
		DELETE FROM told;
		DELETE FROM done;
		INSERT INTO told SELECT f[1], f[2], f[5]
			FROM regexp_split_to_table(public.statement_describe(statement), E'\n') line, regexp_split_to_array(trim(line), ' \| ') f
			WHERE line LIKE '  % | %' AND (f[1] <> 'drop' OR f[6] = 'exists');
		EXECUTE statement;
		RETURN QUERY SELECT concat_ws(' ', 'not told:', statement, '->', d.action, d.type, d.identity) FROM done d
			WHERE NOT EXISTS (SELECT FROM told t WHERE t.type = d.type AND t.identity = d.identity
				AND (t.action = 'drop') = (d.action = 'dropped'));
		RETURN QUERY SELECT concat_ws(' ', 'not done:', statement, '->', t.action, t.type, t.identity) FROM told t
			WHERE t.action IN ('create', 'drop') AND t.type !~ ' (column|constraint)$'
			AND NOT EXISTS (SELECT FROM done d WHERE t.type = d.type AND t.identity = d.identity
				AND (t.action = 'drop') = (d.action = 'dropped'));
	END LOOP;
END $$;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE ROLE regress_statement_targets;
SET client_min_messages = error;
CREATE EVENT TRIGGER note_end ON ddl_command_end EXECUTE FUNCTION note_end();
CREATE EVENT TRIGGER note_drop ON sql_drop EXECUTE FUNCTION note_drop();
SET search_path = public;

SELECT compare(
	'CREATE SCHEMA app', 'CREATE SCHEMA "Odd name"', 'CREATE SCHEMA made CREATE TABLE t(a int) CREATE VIEW v AS SELECT a FROM t CREATE SEQUENCE s',
	'CREATE TABLE app.orders(id int, note text, n int)', 'CREATE TABLE "Odd name"."T;x"("A b" int)', 'CREATE UNLOGGED TABLE u(a int)', 'CREATE TEMP TABLE temporary(a int)',
	'CREATE TABLE parts(id int) PARTITION BY RANGE (id)', 'CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (1) TO (2)', 'CREATE TABLE copied AS SELECT 1 AS a', 'CREATE TABLE chosen AS TABLE copied WITH NO DATA',
	'CREATE VIEW app.recent AS SELECT id FROM app.orders', 'CREATE OR REPLACE VIEW app.recent AS SELECT id FROM app.orders', 'CREATE VIEW of_temporary AS SELECT a FROM temporary',
	'CREATE MATERIALIZED VIEW daily AS SELECT id FROM app.orders', 'CREATE SEQUENCE counter', 'CREATE INDEX orders_note ON app.orders(note)', 'CREATE UNIQUE INDEX "Odd index" ON "Odd name"."T;x"("A b")',
	'CREATE INDEX temporary_a ON temporary(a)', 'CREATE STATISTICS app.stats ON id, note FROM app.orders', 'CREATE TYPE pair AS (a int, b text)', 'CREATE TYPE app.mood AS ENUM (''sad'', ''happy'')',
	'CREATE TYPE span AS RANGE (SUBTYPE = int)', 'CREATE TYPE shell', 'CREATE DOMAIN positive AS int CONSTRAINT above CHECK (VALUE > 0)',
	'CREATE FUNCTION app.f(a int, OUT b text, VARIADIC c app.mood[]) LANGUAGE sql AS ''SELECT $$x$$''', 'CREATE OR REPLACE FUNCTION app.f(a int, OUT b text, VARIADIC c app.mood[]) LANGUAGE sql AS ''SELECT $$y$$''',
	'CREATE FUNCTION nothing() RETURNS SETOF int LANGUAGE sql AS ''SELECT 1''', 'CREATE FUNCTION of_column(app.orders.note%TYPE) RETURNS TABLE(x int, y timestamptz) LANGUAGE sql AS ''SELECT 1, now()''',
	'CREATE FUNCTION pg_temp.f(int) RETURNS int LANGUAGE sql AS ''SELECT 1''', 'CREATE PROCEDURE p(int, INOUT x text, double precision) LANGUAGE sql AS ''SELECT $$$$''',
	'CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)', 'CREATE AGGREGATE everything(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = 0)', 'CREATE AGGREGATE old(BASETYPE = int, SFUNC = int4pl, STYPE = int)',
	'CREATE OPERATOR app.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)', 'CREATE OPERATOR !-! (RIGHTARG = int, FUNCTION = int4um)', 'CREATE OPERATOR FAMILY app.fam USING btree',
	'CREATE CAST (app.mood AS int) WITH INOUT', 'CREATE COLLATION app.c (locale = ''C'')', 'CREATE CONVERSION v FOR ''UTF8'' TO ''LATIN1'' FROM utf8_to_iso8859_1',
	'CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)', 'CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = simple)',
	'CREATE TRIGGER audit BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION tf()', 'CREATE OR REPLACE TRIGGER audit BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION tf()',
	'CREATE POLICY "My policy" ON app.orders', 'CREATE RULE quiet AS ON DELETE TO app.orders DO INSTEAD NOTHING', 'CREATE FOREIGN DATA WRAPPER wrapper', 'CREATE SERVER "Remote" FOREIGN DATA WRAPPER wrapper',
	'CREATE USER MAPPING FOR regress_statement_targets SERVER "Remote"', 'CREATE USER MAPPING FOR PUBLIC SERVER "Remote"', 'CREATE FOREIGN TABLE far(id int) SERVER "Remote"', 'CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler');

-- Altered, but not under another name.
SELECT compare(
	'ALTER TABLE app.orders ADD COLUMN c int, ALTER COLUMN note SET NOT NULL', 'ALTER TABLE app.orders ADD CONSTRAINT short CHECK (note < ''z'')', 'ALTER TABLE app.orders ALTER n TYPE bigint', 'ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY',
	'ALTER TABLE app.orders DISABLE TRIGGER audit', 'ALTER TABLE app.orders OWNER TO regress_statement_targets', 'ALTER TABLE parts DETACH PARTITION part1', 'ALTER TABLE parts ATTACH PARTITION part1 FOR VALUES FROM (1) TO (2)',
	'ALTER VIEW app.recent SET (security_barrier)', 'ALTER INDEX app.orders_note SET (fillfactor = 70)', 'ALTER SEQUENCE counter RESTART', 'ALTER MATERIALIZED VIEW daily SET (fillfactor = 70)', 'ALTER FOREIGN TABLE far ADD c int',
	'ALTER TYPE pair ADD ATTRIBUTE c int', 'ALTER TYPE app.mood ADD VALUE ''calm''', 'ALTER DOMAIN positive SET DEFAULT 1', 'ALTER FUNCTION app.f STABLE', 'ALTER FUNCTION nothing OWNER TO regress_statement_targets', 'ALTER PROCEDURE p(int, text, double precision) SECURITY DEFINER',
	'ALTER POLICY "My policy" ON app.orders TO PUBLIC', 'ALTER STATISTICS app.stats SET STATISTICS 5', 'ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR word', 'ALTER TEXT SEARCH DICTIONARY app.dict (StopWords = english)',
	'ALTER SERVER "Remote" VERSION ''2''', 'ALTER USER MAPPING FOR PUBLIC SERVER "Remote" OPTIONS (x ''y'')', 'ALTER OPERATOR app.=== (int, int) SET (RESTRICT = NONE)', 'ALTER SCHEMA "Odd name" OWNER TO regress_statement_targets', 'REFRESH MATERIALIZED VIEW daily',
	'COMMENT ON TABLE app.orders IS ''x''', 'COMMENT ON COLUMN "Odd name"."T;x"."A b" IS ''x''', 'COMMENT ON CONSTRAINT short ON app.orders IS ''x''', 'COMMENT ON CONSTRAINT above ON DOMAIN positive IS ''x''', 'COMMENT ON TRIGGER audit ON app.orders IS ''x''',
	'COMMENT ON FUNCTION nothing() IS ''x''', 'COMMENT ON OPERATOR app.=== (int, int) IS ''x''', 'COMMENT ON CAST (app.mood AS int) IS ''x''', 'COMMENT ON TYPE app.mood IS ''x''', 'COMMENT ON SCHEMA app IS ''x''', 'COMMENT ON RULE quiet ON app.orders IS ''x''', 'COMMENT ON EXTENSION plpgsql IS ''x''');

-- Dropped.
SELECT compare(
	'ALTER TABLE app.orders DROP COLUMN c', 'ALTER TABLE app.orders DROP CONSTRAINT short', 'ALTER DOMAIN positive DROP CONSTRAINT above', 'ALTER TYPE pair DROP ATTRIBUTE a', 'DROP TRIGGER audit ON app.orders', 'DROP POLICY "My policy" ON app.orders',
	'DROP RULE quiet ON app.orders', 'DROP STATISTICS app.stats', 'DROP VIEW app.recent, of_temporary', 'DROP MATERIALIZED VIEW daily', 'DROP INDEX app.orders_note, temporary_a', 'DROP INDEX "Odd name"."Odd index"', 'DROP SEQUENCE counter',
	'DROP TABLE IF EXISTS nowhere.missing, copied, chosen, u, temporary', 'DROP FUNCTION nothing', 'DROP FUNCTION IF EXISTS nothing, of_column(app.orders.note%TYPE)', 'DROP ROUTINE p', 'DROP AGGREGATE total(int), everything(*)', 'DROP OPERATOR app.===(int, int), !-!(NONE, int)',
	'DROP CAST (app.mood AS int)', 'DROP FUNCTION app.f', 'DROP TYPE app.mood, pair, span, shell', 'DROP DOMAIN positive', 'DROP OPERATOR FAMILY app.fam USING btree', 'DROP COLLATION app.c', 'DROP CONVERSION v', 'DROP TEXT SEARCH CONFIGURATION words', 'DROP TEXT SEARCH DICTIONARY app.dict',
	'DROP FOREIGN TABLE far', 'DROP USER MAPPING FOR PUBLIC SERVER "Remote"', 'DROP USER MAPPING FOR regress_statement_targets SERVER "Remote"', 'DROP SERVER "Remote"', 'DROP FOREIGN DATA WRAPPER wrapper', 'DROP ACCESS METHOD am', 'DROP SCHEMA app CASCADE', 'DROP SCHEMA "Odd name", made CASCADE');
SELECT count(*) > 0 AS done FROM done;
DROP EVENT TRIGGER note_end;
DROP EVENT TRIGGER note_drop;
DROP OWNED BY regress_statement_targets;
DROP ROLE regress_statement_targets;
