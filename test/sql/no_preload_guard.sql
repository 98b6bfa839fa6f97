-- Without shared_preload_libraries the event triggers are the guard, and status() says what they cannot see.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
SHOW shared_preload_libraries;
CREATE EXTENSION schema_guard;
SELECT item, value, detail FROM schema_guard.status() WHERE item = 'preloaded';
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE SCHEMA app CREATE TABLE a (id serial PRIMARY KEY) CREATE VIEW v AS SELECT * FROM a;
ALTER TABLE t ALTER n TYPE bigint, ADD COLUMN m int;
ALTER TABLE t RENAME COLUMN m TO l;
CREATE INDEX CONCURRENTLY t_n ON t (n);
DROP INDEX CONCURRENTLY t_n;
COMMENT ON TABLE t IS 'words';
GRANT SELECT ON t TO pg_monitor;
CREATE TABLE ctas AS SELECT 1 AS one;
DO $$ BEGIN CREATE TABLE by_do (id int); END $$;
DROP SCHEMA app CASCADE;
BEGIN;
CREATE TABLE gone (id int);
SAVEPOINT s;
CREATE TABLE gone_too (id int);
ROLLBACK TO s;
CREATE TABLE kept (id int);
DROP TABLE gone;
COMMIT;
BEGIN;
CREATE TABLE rolled_back (id int);
ROLLBACK;
CREATE TABLE fails (id int, id int);
CREATE TABLE after_failure (id int);
-- One after another, what fails inside a function leaves no statement open.
DO $$ BEGIN
	BEGIN
		CREATE TABLE t (id int);
	EXCEPTION WHEN OTHERS THEN
	END;
	CREATE TABLE after_caught (id int);
END $$;
CREATE VIEW v1 AS SELECT 1 AS one\; CREATE VIEW v2 AS SELECT 2 AS two;
CREATE TEMP TABLE tmp (id int);
DROP TABLE tmp;
CREATE TABLE IF NOT EXISTS t (id int);
SELECT * FROM news();

-- What the event triggers do not see is not recorded.
TRUNCATE t;
CREATE ROLE regress_unseen;
DROP ROLE regress_unseen;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) CREATE TABLE unseen AS SELECT 1 AS one \g /dev/null
UPDATE pg_description SET description = description WHERE false;
SELECT * FROM news();

-- In mode enforce.
SELECT schema_guard.set_mode('enforce', 'rules are in force now');
CREATE TABLE refused (id int);
SELECT told('CREATE TABLE refused (id int)');
SELECT told('DO $d$ BEGIN CREATE TABLE refused (id int); END $d$');
SELECT told('DROP TABLE t');
SELECT told('GRANT SELECT ON t TO pg_monitor');
SELECT told('DROP EXTENSION schema_guard');
SELECT told('DROP TABLE schema_guard.statement_log');
SET session_replication_role = replica;
SELECT told('CREATE TABLE refused (id int)');
RESET session_replication_role;
SELECT schema_guard.protect('t', 'every test needs it');
SET schema_guard.migration = '20261121120000_no_preload';
CREATE TABLE allowed (id int);
SELECT told('DROP TABLE t');
SELECT told('DROP SCHEMA public CASCADE');
RESET schema_guard.migration;
SET schema_guard.override = 'INC-4711 by hand';
DROP TABLE t;
RESET schema_guard.override;
SELECT * FROM news();

-- A setting made before the library was loaded by somebody who may not make it.
CREATE ROLE regress_public LOGIN;
SET schema_guard.override = 'INC-4712 a role is needed';
GRANT ALL ON SCHEMA public TO regress_public;
\c - regress_public
SET schema_guard.migration = '20261121120001_forged';
CREATE TABLE forged (id int);
CREATE TABLE forged (id int);
SHOW schema_guard.migration;
\c - postgres
SET schema_guard.migration = '20261121120002_superuser';
CREATE TABLE declared_before_load (id int);
SELECT tag, objects, decision FROM news();
SET schema_guard.override = 'INC-4713 all must go';
DROP EXTENSION schema_guard;
DROP OWNED BY regress_public;
DROP ROLE regress_public;
