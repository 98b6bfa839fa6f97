-- What is read from a parse tree before a statement runs: its class, what it will touch, its text.
CREATE FUNCTION statement_describe(sql text) RETURNS text LANGUAGE c STRICT AS '$libdir/statement_test';
CREATE FUNCTION statement_tokens_differ(sql text) RETURNS text LANGUAGE c STRICT AS '$libdir/statement_test';
CREATE FUNCTION statement_without_literals(sql text) RETURNS text LANGUAGE c STRICT AS '$libdir/statement_test';
CREATE FUNCTION explain(VARIADIC sql text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOREACH line IN ARRAY sql LOOP
		RAISE INFO '%', public.statement_describe(line);
	END LOOP;
END $$;
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset tuples_only on

CREATE ROLE regress_statement;
CREATE SCHEMA app;
CREATE TABLE app.orders(id int PRIMARY KEY, note text CONSTRAINT short CHECK (note < 'z'), "Mixed Case" int);
CREATE TABLE app.parts(id int) PARTITION BY RANGE (id);
CREATE TABLE app.part1 PARTITION OF app.parts FOR VALUES FROM (1) TO (2);
CREATE INDEX parts_idx ON app.parts(id);
CREATE UNIQUE INDEX orders_note ON app.orders(note);
CREATE VIEW app.recent AS SELECT id FROM app.orders;
CREATE MATERIALIZED VIEW app.daily AS SELECT id FROM app.orders;
CREATE SEQUENCE app.counter;
CREATE FUNCTION app.f(int, text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE app.p(int) LANGUAGE sql AS '';
CREATE AGGREGATE app.agg(int) (SFUNC = int4pl, STYPE = int);
CREATE OPERATOR app.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE TYPE app.pair AS (a int, b text);
CREATE TYPE app.mood AS ENUM ('sad', 'happy');
CREATE DOMAIN app.positive AS int CONSTRAINT above CHECK (VALUE > 0);
CREATE FUNCTION app.trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER audit BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.trigger();
CREATE POLICY mine ON app.orders;
CREATE RULE quiet AS ON DELETE TO app.orders DO INSTEAD NOTHING;
CREATE STATISTICS app.stats ON id, note FROM app.orders;
CREATE COLLATION app.c (locale = 'C');
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = simple);
CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = simple);
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER remote FOREIGN DATA WRAPPER wrapper;
CREATE USER MAPPING FOR regress_statement SERVER remote;
CREATE FOREIGN TABLE app.far(id int) SERVER remote;
SET client_min_messages = error;
CREATE PUBLICATION pub FOR TABLE app.orders;
RESET client_min_messages;
SELECT lo_create(4711);
CREATE TEMP TABLE scratch(id int, x int);
SET search_path = app, public;

-- Relations.
SELECT explain('CREATE TABLE t(a int)', 'CREATE UNLOGGED TABLE public."T x"(a int)', 'CREATE TABLE nowhere.t()',
	'CREATE TABLE IF NOT EXISTS orders()', 'CREATE TABLE IF NOT EXISTS other()', 'CREATE TABLE t AS SELECT 1 AS a',
	'SELECT 1 AS a INTO t', 'CREATE MATERIALIZED VIEW IF NOT EXISTS daily AS SELECT 1 AS a', 'CREATE VIEW v AS SELECT 1',
	'CREATE OR REPLACE VIEW recent AS SELECT id FROM orders', 'CREATE SEQUENCE s', 'CREATE SEQUENCE IF NOT EXISTS counter',
	'CREATE FOREIGN TABLE f(a int) SERVER remote', 'CREATE INDEX ON orders(note)', 'CREATE INDEX CONCURRENTLY i ON orders(note)',
	'CREATE INDEX IF NOT EXISTS orders_note ON orders(note)', 'CREATE INDEX i ON missing(a)', 'CREATE STATISTICS s2 ON id, note FROM orders',
	'CREATE STATISTICS IF NOT EXISTS stats ON id, note FROM orders', 'CREATE TYPE t AS (a int)');
SELECT explain('EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1', 'EXPLAIN (ANALYZE false, ANALYZE) SELECT 1 AS a INTO t',
	'EXPLAIN (ANALYZE, ANALYZE off) CREATE TABLE t AS SELECT 1', 'EXPLAIN CREATE TABLE t AS SELECT 1', 'EXPLAIN ANALYZE SELECT 1');
SELECT explain('CREATE SCHEMA s CREATE TABLE t(a int) CREATE VIEW v AS SELECT 1 CREATE INDEX i ON t(a) CREATE SEQUENCE q GRANT SELECT ON t TO PUBLIC',
	'CREATE SCHEMA AUTHORIZATION regress_statement', 'CREATE SCHEMA IF NOT EXISTS app');

-- ALTER TABLE: the table, and every part it names.
SELECT explain('ALTER TABLE orders ADD COLUMN c int, ALTER COLUMN note SET NOT NULL', 'ALTER TABLE orders DROP COLUMN note',
	'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text', 'ALTER TABLE orders DROP COLUMN IF EXISTS gone, DROP CONSTRAINT IF EXISTS gone',
	'ALTER TABLE orders DROP COLUMN IF EXISTS gone, ALTER "Mixed Case" TYPE bigint', 'ALTER TABLE orders ADD CHECK (id > 0), ADD CONSTRAINT k UNIQUE (note)',
	'ALTER TABLE orders DROP CONSTRAINT short', 'ALTER TABLE orders VALIDATE CONSTRAINT short', 'ALTER TABLE orders ALTER CONSTRAINT short DEFERRABLE',
	'ALTER TABLE orders DISABLE TRIGGER audit', 'ALTER TABLE orders DISABLE TRIGGER ALL', 'ALTER TABLE orders ENABLE RULE quiet',
	'ALTER TABLE orders DISABLE ROW LEVEL SECURITY', 'ALTER TABLE orders SET UNLOGGED', 'ALTER TABLE orders OWNER TO regress_statement',
	'ALTER TABLE parts DETACH PARTITION part1', 'ALTER TABLE parts DETACH PARTITION part1 CONCURRENTLY', 'ALTER TABLE parts ATTACH PARTITION orders DEFAULT',
	'ALTER TABLE orders INHERIT part1', 'ALTER TABLE orders NO INHERIT part1', 'ALTER TABLE IF EXISTS missing ADD c int', 'ALTER TABLE missing ADD c int',
	'ALTER TABLE recent ALTER id SET DEFAULT 1', 'ALTER TYPE pair ADD ATTRIBUTE c int, DROP ATTRIBUTE a', 'ALTER INDEX orders_note SET (fillfactor = 70)',
	'ALTER FOREIGN TABLE far ADD c int', 'ALTER SEQUENCE counter RESTART', 'ALTER SEQUENCE IF EXISTS missing RESTART',
	'ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default');

-- RENAME, SET SCHEMA, OWNER, COMMENT.
SELECT explain('ALTER TABLE orders RENAME TO o', 'ALTER TABLE orders RENAME note TO n', 'ALTER TABLE orders RENAME CONSTRAINT short TO s',
	'ALTER VIEW recent RENAME id TO i', 'ALTER TYPE pair RENAME ATTRIBUTE a TO z', 'ALTER INDEX orders_note RENAME TO i', 'ALTER TRIGGER audit ON orders RENAME TO a',
	'ALTER POLICY mine ON orders RENAME TO a', 'ALTER RULE quiet ON orders RENAME TO a', 'ALTER DOMAIN positive RENAME CONSTRAINT above TO a',
	'ALTER SCHEMA app RENAME TO a', 'ALTER ROLE regress_statement RENAME TO a', 'ALTER DATABASE postgres RENAME TO a', 'ALTER TABLESPACE pg_default RENAME TO a',
	'ALTER FUNCTION f(int, text) RENAME TO a', 'ALTER TABLE IF EXISTS missing RENAME TO a', 'ALTER TABLE orders SET SCHEMA public',
	'ALTER FUNCTION f SET SCHEMA public', 'ALTER TYPE mood SET SCHEMA public', 'ALTER SERVER remote OWNER TO regress_statement', 'ALTER LARGE OBJECT 4711 OWNER TO regress_statement',
	'ALTER TRIGGER audit ON orders DEPENDS ON EXTENSION plpgsql', 'ALTER FUNCTION f DEPENDS ON EXTENSION plpgsql');
SELECT explain('COMMENT ON TABLE orders IS ''x''', 'COMMENT ON COLUMN orders.note IS NULL', 'COMMENT ON CONSTRAINT short ON orders IS ''x''',
	'COMMENT ON CONSTRAINT above ON DOMAIN positive IS ''x''', 'COMMENT ON TRIGGER audit ON orders IS ''x''', 'COMMENT ON FUNCTION f(int, text) IS ''x''',
	'COMMENT ON OPERATOR app.=== (int, int) IS ''x''', 'COMMENT ON CAST (int AS text) IS ''x''', 'COMMENT ON CAST (int AS bigint) IS ''x''', 'COMMENT ON LARGE OBJECT 4711 IS ''x''',
	'COMMENT ON OPERATOR CLASS int4_ops USING btree IS ''x''', 'COMMENT ON ROLE regress_statement IS ''x''', 'COMMENT ON TYPE mood IS ''x''', 'COMMENT ON TABLE missing IS ''x''');

-- DROP.
SELECT explain('DROP TABLE orders', 'DROP TABLE IF EXISTS missing', 'DROP TABLE IF EXISTS nowhere.missing, orders', 'DROP TABLE missing', 'DROP VIEW recent', 'DROP INDEX orders_note',
	'DROP INDEX CONCURRENTLY parts_idx', 'DROP SCHEMA app CASCADE', 'DROP TRIGGER audit ON orders', 'DROP POLICY mine ON orders', 'DROP RULE IF EXISTS none ON orders',
	'DROP TRIGGER IF EXISTS t ON missing', 'DROP FUNCTION f', 'DROP FUNCTION IF EXISTS f(int)', 'DROP ROUTINE p(int)', 'DROP AGGREGATE agg(int)', 'DROP OPERATOR ===(int, int)',
	'DROP TYPE mood, pair', 'DROP DOMAIN IF EXISTS nowhere.d', 'DROP CAST IF EXISTS (int AS mood)', 'DROP COLLATION c', 'DROP STATISTICS stats', 'DROP TEXT SEARCH CONFIGURATION words',
	'DROP EXTENSION plpgsql', 'DROP LANGUAGE plpgsql', 'DROP SERVER remote', 'DROP FOREIGN DATA WRAPPER wrapper', 'DROP USER MAPPING FOR regress_statement SERVER remote',
	'DROP USER MAPPING IF EXISTS FOR PUBLIC SERVER remote', 'DROP PUBLICATION pub', 'DROP SUBSCRIPTION IF EXISTS s', 'DROP EVENT TRIGGER e', 'DROP ACCESS METHOD heap',
	'DROP OPERATOR FAMILY IF EXISTS nowhere.x USING btree', 'DROP TRANSFORM IF EXISTS FOR int LANGUAGE plpgsql', 'DROP OWNED BY regress_statement, CURRENT_USER');

-- Objects that are no relations.
SELECT explain('CREATE FUNCTION g(a int, OUT b text, VARIADIC c text[]) LANGUAGE sql AS ''''', 'CREATE OR REPLACE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS ''SELECT 2''',
	'CREATE OR REPLACE PROCEDURE p(int) LANGUAGE sql AS ''''', 'CREATE FUNCTION g(orders.note%TYPE) RETURNS int LANGUAGE sql AS ''''', 'DROP FUNCTION IF EXISTS f(orders.id%TYPE, orders.note%TYPE)', 'CREATE FUNCTION g(nosuchtype) RETURNS int LANGUAGE sql AS ''''', 'ALTER FUNCTION f(int, text) STABLE',
	'CREATE AGGREGATE a(int ORDER BY text) (SFUNC = x, STYPE = int)', 'CREATE AGGREGATE a(BASETYPE = int, SFUNC = x, STYPE = int)', 'CREATE AGGREGATE a(*) (SFUNC = x, STYPE = int)',
	'CREATE OPERATOR public.!! (RIGHTARG = int, FUNCTION = x)', 'CREATE TYPE e AS ENUM (''a'')', 'CREATE TYPE r AS RANGE (SUBTYPE = int)', 'CREATE TYPE shell', 'CREATE DOMAIN d AS int',
	'ALTER TYPE mood ADD VALUE ''x''', 'ALTER TYPE mood ADD VALUE IF NOT EXISTS ''sad''', 'ALTER TYPE mood RENAME VALUE ''sad'' TO ''glum''', 'ALTER TYPE pair OWNER TO regress_statement',
	'ALTER DOMAIN positive DROP CONSTRAINT above', 'ALTER DOMAIN positive DROP CONSTRAINT IF EXISTS gone', 'ALTER DOMAIN positive ADD CHECK (VALUE < 9)', 'ALTER DOMAIN positive SET NOT NULL',
	'CREATE CAST (int AS mood) WITH INOUT', 'CREATE COLLATION IF NOT EXISTS c (locale = ''C'')', 'CREATE CONVERSION v FOR ''UTF8'' TO ''LATIN1'' FROM utf8_to_iso8859_1',
	'CREATE OPERATOR CLASS k FOR TYPE mood USING btree AS STORAGE int', 'CREATE OPERATOR FAMILY k USING hash', 'ALTER OPERATOR FAMILY integer_ops USING btree DROP FUNCTION 1 (int, int)',
	'ALTER OPERATOR app.=== (int, int) SET (RESTRICT = NONE)', 'CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)', 'ALTER TEXT SEARCH DICTIONARY dict (x = 1)',
	'ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR word', 'CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION f(int))', 'CREATE ACCESS METHOD am TYPE TABLE HANDLER x',
	'CREATE LANGUAGE l HANDLER x', 'ALTER STATISTICS stats SET STATISTICS 5', 'ALTER COLLATION c REFRESH VERSION', 'CREATE TRIGGER t BEFORE INSERT ON orders EXECUTE FUNCTION x()',
	'CREATE OR REPLACE TRIGGER audit BEFORE INSERT ON orders EXECUTE FUNCTION x()', 'CREATE RULE r AS ON INSERT TO orders DO NOTHING', 'CREATE POLICY p ON orders', 'ALTER POLICY mine ON orders TO PUBLIC',
	'CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION x()', 'CREATE EXTENSION IF NOT EXISTS plpgsql', 'CREATE EXTENSION hstore', 'ALTER EXTENSION plpgsql ADD TABLE orders', 'ALTER EXTENSION plpgsql UPDATE',
	'CREATE PUBLICATION q FOR TABLE orders', 'ALTER PUBLICATION pub ADD TABLE part1', 'ALTER PUBLICATION pub DROP TABLE orders', 'ALTER PUBLICATION pub SET (publish = ''insert'')',
	'IMPORT FOREIGN SCHEMA x FROM SERVER remote INTO app', 'IMPORT FOREIGN SCHEMA x LIMIT TO (a, "B") FROM SERVER remote INTO app', 'SECURITY LABEL ON TABLE orders IS ''x''');

-- Access.
SELECT explain('GRANT SELECT ON orders, recent TO PUBLIC', 'REVOKE ALL ON missing FROM PUBLIC', 'GRANT SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC', 'GRANT EXECUTE ON FUNCTION f(int, text) TO PUBLIC',
	'GRANT USAGE ON TYPE mood TO PUBLIC', 'GRANT USAGE ON FOREIGN SERVER remote TO PUBLIC', 'GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC',
	'GRANT SET ON PARAMETER work_mem TO PUBLIC', 'GRANT regress_statement TO CURRENT_USER', 'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC',
	'ALTER DEFAULT PRIVILEGES FOR ROLE regress_statement REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', 'CREATE ROLE r', 'CREATE USER "R r"', 'ALTER ROLE regress_statement LOGIN', 'ALTER GROUP regress_statement ADD USER CURRENT_USER',
	'ALTER ROLE regress_statement SET work_mem = ''1MB''', 'ALTER ROLE ALL RESET ALL', 'ALTER ROLE regress_statement IN DATABASE postgres SET schema_guard.migration = ''x''', 'DROP ROLE regress_statement',
	'DROP ROLE IF EXISTS nobody_here', 'REASSIGN OWNED BY regress_statement TO CURRENT_USER');

-- The cluster, maintenance, data.
SELECT explain('CREATE DATABASE d', 'DROP DATABASE IF EXISTS nosuch', 'ALTER DATABASE postgres CONNECTION LIMIT 5', 'ALTER DATABASE postgres SET TABLESPACE pg_default', 'ALTER DATABASE postgres SET work_mem = ''1MB''',
	'ALTER DATABASE postgres REFRESH COLLATION VERSION', 'CREATE TABLESPACE ts LOCATION ''/tmp/x''', 'DROP TABLESPACE pg_default', 'ALTER TABLESPACE pg_default SET (seq_page_cost = 1)', 'ALTER SYSTEM SET work_mem = ''1MB''',
	'ALTER SYSTEM RESET ALL', 'CREATE SUBSCRIPTION s CONNECTION ''password=CANARY'' PUBLICATION p WITH (connect = false)', 'TRUNCATE orders, scratch', 'REINDEX TABLE orders', 'REINDEX INDEX CONCURRENTLY orders_note', 'REINDEX TABLE parts',
	'REINDEX SCHEMA app', 'REINDEX SYSTEM regress_nosuch', 'CLUSTER orders USING orders_note', 'CLUSTER parts', 'VACUUM FULL orders', 'VACUUM (FULL off) orders', 'VACUUM orders', 'ANALYZE orders', 'ANALYZE', 'VACUUM (ANALYZE) orders', 'VACUUM FULL', 'REFRESH MATERIALIZED VIEW daily');

-- None of ours.
SELECT explain('SELECT 1', 'BEGIN', 'SET work_mem = ''1MB''', 'LOCK TABLE orders', 'COPY orders TO STDOUT', 'PREPARE p AS SELECT 1', 'DO $$BEGIN END$$', 'CALL p(1)', 'DISCARD TEMP', 'LISTEN x', 'CHECKPOINT', 'LOAD ''x''');

-- Temporary: never recorded, never refused.
SELECT explain('CREATE TEMP TABLE t()', 'CREATE TABLE pg_temp.t()', 'CREATE TABLE t(a int) INHERITS (scratch)', 'CREATE INDEX ON scratch(id)', 'CREATE INDEX CONCURRENTLY ON scratch(id)', 'ALTER TABLE scratch ADD c int', 'ALTER TABLE scratch RENAME id TO i', 'DROP TABLE scratch',
	'DROP TABLE scratch, orders', 'CREATE VIEW v AS SELECT 1 FROM scratch', 'CREATE VIEW v AS SELECT 1 WHERE EXISTS (SELECT FROM orders, scratch)', 'CREATE VIEW v AS WITH scratch AS (SELECT 1) SELECT * FROM scratch',
	'CREATE VIEW v AS SELECT 1 FROM orders AS scratch', 'CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS ''SELECT 1''', 'CREATE TYPE pg_temp.e AS ENUM ()', 'CREATE STATISTICS st ON id, x FROM scratch', 'COMMENT ON TABLE scratch IS ''x''',
	'COMMENT ON COLUMN scratch.id IS ''x''', 'GRANT SELECT ON scratch TO PUBLIC', 'CREATE TRIGGER t BEFORE INSERT ON scratch EXECUTE FUNCTION x()', 'CREATE RULE r AS ON INSERT TO scratch DO NOTHING', 'TRUNCATE scratch',
	'CREATE TEMP TABLE IF NOT EXISTS scratch()', 'SELECT 1 AS a INTO TEMP t', 'CREATE TEMP SEQUENCE s', 'CREATE TABLE scratch()');
SET search_path = pg_temp, app;
SELECT public.explain('CREATE TABLE t()', 'CREATE TYPE e AS ENUM ()', 'CREATE VIEW v AS SELECT 1', 'CREATE TABLE app.t()');
\c -
\pset tuples_only on
-- pg_temp is first, and does not exist yet: looking must not make it.
SET search_path = nosuch, "$user", pg_temp, app;
SELECT public.statement_describe('CREATE TABLE t()');
SELECT public.statement_describe('CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ''''');
SELECT pg_catalog.pg_my_temp_schema(), pg_catalog.pg_current_xact_id_if_assigned();
SET search_path = app, pg_temp, public;
SELECT public.statement_describe('CREATE TABLE t()');
SET search_path = nosuch;
SELECT public.statement_describe('CREATE TABLE t()');
SET search_path = app, public;

-- Nothing stays locked, no xid is taken.
BEGIN;
SELECT count(statement_describe(s)) FROM unnest(ARRAY['DROP TABLE orders', 'ALTER TABLE orders DROP note', 'DROP FUNCTION f', 'DROP TYPE mood',
	'DROP TRIGGER audit ON orders', 'DROP SCHEMA app', 'DROP ROLE regress_statement']) s;
SELECT locktype, relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype <> 'virtualxid'
AND relation IS DISTINCT FROM 'pg_locks'::regclass;
SELECT pg_current_xact_id_if_assigned();
COMMIT;

-- The text is this statement's alone.
SELECT statement_describe(E'  /* first */ -- it\n CREATE TABLE a() ; \n\n /* second */ CREATE TABLE b(/* in */) -- after\n ; SELECT 1');
SELECT statement_describe('CREATE ROLE r PASSWORD ''CANARY'' VALID UNTIL ''2030-01-01''; ALTER ROLE regress_statement PASSWORD U&''CANARY!0041'' UESCAPE ''!''');
SELECT statement_describe('CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (password $$CANARY$$); ALTER FOREIGN TABLE far OPTIONS (ADD password ''CANARY'')');
SELECT statement_describe('ALTER SYSTEM SET primary_conninfo = ''password=CANARY''; CREATE TABLE t AS SELECT ''host=h password=CANARY''::text AS a');
SELECT statement_describe('ALTER ROLE regress_statement PASSWORD ''CANARY\''');
SELECT statement_describe('CREATE FUNCTION g() RETURNS text LANGUAGE sql AS ''SELECT $$password=kept$$''');
SELECT statement_without_literals('UPDATE pg_authid SET rolpassword = ''CANARY'' WHERE oid = 10'), statement_without_literals('UPDATE x SET y = ''CANARY');
\pset tuples_only off

-- The lexer sees what the server's scanner sees, whatever is put together; what the scanner refuses, it may see as it likes.
CREATE FUNCTION compare(n int) RETURNS TABLE(same bigint, refused bigint, different text[]) LANGUAGE plpgsql AS $fn$
DECLARE
	pieces text[] := ARRAY['''', '''', '"', '$$', '$a$', '$', 'E''', 'e''', 'U&''', 'u&"', 'N''', 'B''', 'X''', '--', '/*', '*/', '+', '-', '*', E'\n', ' ', E'\t', E'\r', '\',
		'a', 'E', 'U', '&', 'é', '1', '.', 'e', '_', ';', '(', ')', ',', 'x y', '''''', '''a''', '1.5', '$1', 'select', '!', '=', ':', '@'];
	sql text;
	difference text;
BEGIN
	same := 0;
	refused := 0;
	FOR i IN 1..n LOOP
		sql := '';
		FOR j IN 1..2 + abs(hashint4(i)) % 12 LOOP
			sql := sql || pieces[1 + abs(hashint8(i::bigint * 100 + j)) % cardinality(pieces)];
		END LOOP;
		BEGIN
			difference := public.statement_tokens_differ(sql);
			IF difference IS NULL THEN
				same := same + 1;
			ELSIF coalesce(cardinality(different), 0) < 5 THEN
				different := different || (quote_literal(sql) || ' ' || difference);
			END IF;
		EXCEPTION WHEN syntax_error OR nonstandard_use_of_escape_character OR feature_not_supported OR invalid_escape_sequence
			OR character_not_in_repertoire THEN
			refused := refused + 1;
		END;
	END LOOP;
	RETURN NEXT;
END $fn$;
SELECT same > 3000 AS many, refused > 1000 AS many_refused, different FROM compare(20000);
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT same > 3000 AS many, refused > 1000 AS many_refused, different FROM compare(20000);
RESET standard_conforming_strings;

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP FOREIGN DATA WRAPPER wrapper CASCADE;
DROP ROLE regress_statement;
