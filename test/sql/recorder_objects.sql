-- What a statement did to which objects: cascades, renames, rewrites, access, comments, and what no event trigger sees.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
CREATE EXTENSION schema_guard;
CREATE FUNCTION pieces(OUT tag text, OUT action text, OUT type text, OUT identity text, OUT before text, OUT cascaded bool) RETURNS SETOF record
LANGUAGE sql AS $$
	SELECT o.command_tag, o.action, o.object_type, o.identity, o.old_identity, o.cascaded
	FROM fresh() l JOIN schema_guard.ddl_objects o ON (o.xid, o.ordinal) = ((l->>'xid')::xid8, (l->>'ordinal')::int)
	WHERE o.identity !~ '_not_null on '
	ORDER BY o.started_at, o.xid, o.ordinal, o.cascaded, o.identity
$$;
SELECT count(*) FROM pieces();

-- Cascades.
CREATE SCHEMA app;
CREATE TABLE app.a (id int PRIMARY KEY, t text DEFAULT 'x');
CREATE TABLE app.b (id int REFERENCES app.a);
CREATE VIEW app.v AS SELECT * FROM app.a;
CREATE VIEW outside AS SELECT * FROM app.v;
CREATE FUNCTION app.f(app.a) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER tr BEFORE UPDATE ON app.a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT count(*) FROM pieces();
ALTER TABLE app.a DROP COLUMN t CASCADE;
SELECT * FROM pieces();
DROP SCHEMA app CASCADE;
SELECT * FROM pieces();

-- Renames and moves, and the line an object keeps through them.
CREATE SCHEMA s1;
CREATE SCHEMA s2;
CREATE TABLE s1.t (id int CONSTRAINT t_pkey UNIQUE, a int CHECK (a > 0));
CREATE VIEW plain AS SELECT 1 AS one;
CREATE FUNCTION s1.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s1.e AS ENUM ('x');
SELECT count(*) FROM pieces();
ALTER TABLE s1.t RENAME TO u;
ALTER TABLE s1.u RENAME COLUMN a TO b;
ALTER TABLE s1.u RENAME CONSTRAINT t_a_check TO positive;
ALTER INDEX s1.t_pkey RENAME TO u_pkey;
ALTER VIEW plain RENAME TO fancy;
ALTER FUNCTION s1.f(int) RENAME TO g;
ALTER TYPE s1.e RENAME VALUE 'x' TO 'y';
ALTER TABLE s1.u SET SCHEMA s2;
ALTER SCHEMA s2 RENAME TO s3;
ALTER TYPE s1.e SET SCHEMA s3;
SELECT * FROM pieces();
DROP TABLE s3.u;
SELECT command_tag, action, identity, old_identity FROM schema_guard.history('s1.t');
SELECT count(*) FROM schema_guard.history('s3.u');
SELECT count(*) FROM schema_guard.history('never.there');
CREATE TABLE s1.t (id int);
SELECT command_tag, action, identity FROM schema_guard.history('s1.t') ORDER BY started_at DESC LIMIT 1;
SELECT count(*) FROM pieces();

-- What is replaced was there before.
CREATE FUNCTION again(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
CREATE TABLE seen (id int);
CREATE VIEW view_again AS SELECT 1 AS one;
CREATE TRIGGER tr BEFORE UPDATE ON seen FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE ru AS ON DELETE TO seen DO INSTEAD NOTHING;
SELECT count(*) FROM pieces();
CREATE OR REPLACE FUNCTION again(int) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4mul, stype = int);
CREATE OR REPLACE VIEW view_again AS SELECT 1 AS one, 2 AS two;
CREATE OR REPLACE TRIGGER tr BEFORE DELETE ON seen FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE OR REPLACE RULE ru AS ON DELETE TO seen DO INSTEAD SELECT 1;
SELECT * FROM pieces();
CREATE OR REPLACE FUNCTION new_one() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE VIEW view_new AS SELECT 1 AS one;
CREATE OR REPLACE TRIGGER tr2 BEFORE DELETE ON seen FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE OR REPLACE RULE ru2 AS ON UPDATE TO seen DO INSTEAD NOTHING;
SELECT * FROM pieces();
DROP TABLE seen;
DROP FUNCTION again(int), new_one();
DROP AGGREGATE total(int);
DROP VIEW view_again, view_new;
SELECT count(*) FROM pieces();

-- Rewrites, truncations, maintenance.
CREATE TABLE r (id int PRIMARY KEY, n int);
CREATE MATERIALIZED VIEW m AS SELECT id FROM r;
SELECT count(*) FROM pieces();
ALTER TABLE r ALTER n TYPE bigint;
ALTER TABLE r ADD COLUMN u uuid DEFAULT gen_random_uuid();
ALTER TABLE r SET UNLOGGED;
ALTER TABLE r SET LOGGED;
CREATE TABLE r2 (id int REFERENCES r);
TRUNCATE r CASCADE;
CLUSTER r USING r_pkey;
VACUUM FULL r;
VACUUM r;
ANALYZE r;
REINDEX TABLE r;
REINDEX TABLE CONCURRENTLY r;
REFRESH MATERIALIZED VIEW m;
SELECT * FROM pieces();

-- Access and words about objects.
SET schema_guard.migration = 'tests of access';
CREATE ROLE regress_reader;
CREATE ROLE regress_group;
GRANT regress_group TO regress_reader;
REVOKE regress_group FROM regress_reader;
GRANT SELECT ON r, r2 TO regress_reader;
GRANT SELECT (id) ON r TO regress_reader;
GRANT USAGE ON SCHEMA s1 TO regress_reader;
GRANT EXECUTE ON FUNCTION s1.g(int) TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA s1 TO regress_reader;
GRANT SET ON PARAMETER work_mem TO regress_reader;
REVOKE SET ON PARAMETER work_mem FROM regress_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s1 GRANT SELECT ON TABLES TO regress_reader;
ALTER ROLE regress_reader SET work_mem = '1MB';
ALTER ROLE regress_reader RENAME TO regress_writer;
COMMENT ON TABLE r IS 'words';
COMMENT ON COLUMN r.id IS 'words';
COMMENT ON ROLE regress_writer IS 'words';
ALTER TABLE r ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON r USING (true);
ALTER TABLE r OWNER TO regress_writer;
REASSIGN OWNED BY regress_writer TO CURRENT_USER;
DROP OWNED BY regress_writer;
DROP ROLE regress_writer, regress_group;
SELECT * FROM pieces();

-- What no event trigger sees.
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) CREATE TABLE ex1 AS SELECT 1 AS one \g /dev/null
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT 1 AS one INTO ex2 \g /dev/null
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) CREATE MATERIALIZED VIEW ex3 AS SELECT 1 AS one \g /dev/null
EXPLAIN (COSTS OFF) CREATE TABLE ex4 AS SELECT 1 AS one;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) CREATE TEMP TABLE ex5 AS SELECT 1 AS one \g /dev/null
SELECT 1 AS one INTO into1;
ALTER DATABASE :DBNAME SET work_mem = '2MB';
ALTER DATABASE :DBNAME RESET work_mem;
COMMENT ON DATABASE :DBNAME IS 'words';
ALTER SYSTEM SET log_temp_files = 1000;
ALTER SYSTEM RESET log_temp_files;
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER regress_et ON ddl_command_start EXECUTE FUNCTION et();
ALTER EVENT TRIGGER regress_et DISABLE;
COMMENT ON EVENT TRIGGER regress_et IS 'words';
DROP EVENT TRIGGER regress_et;
SELECT lo_create(424242);
SELECT lo_unlink(424242);
SELECT * FROM pieces();
CREATE INDEX CONCURRENTLY r_n ON r (n);
DROP INDEX CONCURRENTLY r_n;
CREATE TABLE part (id int) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);
CREATE INDEX ON part (id);
ALTER TABLE part DETACH PARTITION part1 CONCURRENTLY;
ALTER TABLE part ATTACH PARTITION part1 FOR VALUES IN (1);
SELECT * FROM pieces();

-- A commit that takes what is permanent along.
BEGIN;
CREATE TEMP TABLE tt (id int) ON COMMIT DROP;
CREATE FUNCTION leans(tt) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMIT;
SELECT to_regproc('leans') AS leans;
SELECT * FROM pieces();

-- It is cleaned up in mode enforce without a migration too: nobody could prevent it.
SELECT schema_guard.set_mode('enforce', 'clean-up must go on');
BEGIN;
SET LOCAL schema_guard.migration = 'm1';
CREATE TEMP TABLE tt (id int) ON COMMIT DROP;
CREATE FUNCTION leans(tt) RETURNS int LANGUAGE sql AS 'SELECT 1';
RESET schema_guard.migration;
COMMIT;
SELECT to_regproc('leans') AS leans;
SELECT command_tag, decision, violations, objects FROM schema_guard.ddl_log WHERE xid = (SELECT max(xid) FROM schema_guard.ddl_log) ORDER BY ordinal;
