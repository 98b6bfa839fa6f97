-- What the guard lets through and what it refuses, and what it says.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
CREATE EXTENSION schema_guard;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE ROLE regress_dev LOGIN;
CREATE ROLE regress_deployer LOGIN;
GRANT ALL ON SCHEMA public TO regress_dev, regress_deployer;
GRANT SET ON PARAMETER schema_guard.migration TO regress_deployer;
SELECT mode, reason FROM schema_guard.mode;
SELECT count(*) > 0 FROM fresh();

-- Modes.
SELECT told('SELECT schema_guard.set_mode(''strict'', ''a mode that is none'')');
SELECT told('SELECT schema_guard.set_mode(''enforce'', ''short'')');
SELECT told('SELECT schema_guard.set_mode(NULL, ''a mode that is none'')');
SELECT schema_guard.set_mode('warn', 'looking at what would fail');
CREATE TABLE warned (id int);
SELECT schema_guard.set_mode('off', 'a bulk load by hand');
CREATE TABLE unseen (id int);
SELECT schema_guard.set_mode('enforce', 'rules are in force now');
SELECT mode, reason, set_by = current_user AS me, set_at > now() - interval '1 min' AS just_now FROM schema_guard.mode;
SELECT * FROM news();

-- SG001: no migration.
CREATE TABLE refused (id int);
\echo :LAST_ERROR_SQLSTATE
SELECT told('CREATE TABLE refused (id int)');
SELECT told('ALTER TABLE t ADD COLUMN x int, DROP COLUMN n');
SELECT told('DROP TABLE t, unseen');
SELECT told('CREATE INDEX ON t (n)');
SELECT told('GRANT SELECT ON t TO regress_dev');
SELECT told('TRUNCATE t');
SELECT told('CREATE ROLE regress_no');
SELECT told('COMMENT ON TABLE t IS ''x''');
SELECT told('CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS ''SELECT 1''');
SELECT told('DO $d$ BEGIN CREATE TABLE inner_one (id int); END $d$');
SELECT told('EXPLAIN ANALYZE CREATE TABLE refused AS SELECT 1 AS one');
SELECT told('SELECT lo_create(4711)');
SELECT told('SELECT pg_import_system_collations(''public'')');
SELECT to_regclass('refused') AS nothing;
-- What cannot be undone is refused before it runs.
CREATE DATABASE regress_refused;
DROP DATABASE regress_nowhere;
CREATE INDEX CONCURRENTLY refused ON t (n);
ALTER SYSTEM SET work_mem = '1MB';
CREATE TABLESPACE refused LOCATION '/tmp';
VACUUM FULL t;
-- A transaction goes on as after any error; a savepoint brings it back.
BEGIN;
SAVEPOINT s;
CREATE TABLE refused (id int);
ROLLBACK TO s;
SET LOCAL schema_guard.migration = '20261121120000_savepoints';
CREATE TABLE after_savepoint (id int);
COMMIT;
SELECT tag, objects, decision FROM news();
-- Temporary objects, no-ops, queries, writes and maintenance need nothing.
CREATE TEMP TABLE tmp (id serial PRIMARY KEY);
DROP TABLE tmp;
CREATE TABLE IF NOT EXISTS t (id int);
ALTER TABLE t ADD COLUMN IF NOT EXISTS n int;
DROP TABLE IF EXISTS nowhere;
INSERT INTO t VALUES (1, 1);
REINDEX TABLE t;
CLUSTER t USING t_pkey;
ANALYZE t;
SELECT tag, class, objects, decision FROM news();
-- What fails for PostgreSQL's own reasons says PostgreSQL's own words.
SELECT told('DROP TABLE nowhere');
SELECT told('ALTER TABLE nowhere ADD COLUMN x int');

-- The permission to declare a migration is PostgreSQL's own.
SET ROLE regress_dev;
SET schema_guard.migration = '20261121120001_not_mine';
CREATE TABLE by_dev (id int);
RESET ROLE;
SET ROLE regress_deployer;
SET schema_guard.migration = '20261121120001_mine';
CREATE TABLE by_deployer (id int);
SET schema_guard.override = 'a deployer may not do that';
RESET schema_guard.migration;
RESET ROLE;
CREATE PROCEDURE deploy() LANGUAGE plpgsql AS 'BEGIN CREATE TABLE by_procedure (id int); END';
SET schema_guard.migration = '20261121120002_procedure';
CREATE PROCEDURE deploy() LANGUAGE plpgsql AS 'BEGIN CREATE TABLE by_procedure (id int); END';
ALTER PROCEDURE deploy() SET schema_guard.migration = '20261121120003_in_procedure';
RESET schema_guard.migration;
CALL deploy();
SHOW schema_guard.migration;
SELECT objects, decision FROM news();
SELECT migration FROM schema_guard.ddl_log WHERE objects = 'create table public.by_procedure';

-- Settings that say nothing are none.
SET schema_guard.migration = 'on';
SET schema_guard.migration = ' ';
SET schema_guard.migration = E'two\nlines';
SET schema_guard.migration = '';
SET schema_guard.override = 'x';
SET schema_guard.override = 'aaaaaaaaaaaaaaa';
SET schema_guard.enabled = off;
SET schema_guard.on_fault = 'allow';
SET schema_guard.guarded_classes = '';
SET schema_guard.nonsense = 1;
SELECT told(format('SET schema_guard.migration = %L', repeat('m', 201)));

-- A freeze stops migrations too.
SELECT told('SELECT schema_guard.freeze(now(), now() - interval ''1 hour'', ''ends before it starts'')');
SELECT schema_guard.freeze(now() - interval '2 hours', now() - interval '1 hour', 'a freeze that is over');
SELECT schema_guard.freeze(now() + interval '1 hour', now() + interval '2 hours', 'a freeze to come');
SET schema_guard.migration = '20261121120004_frozen';
CREATE TABLE before_freeze (id int);
SELECT schema_guard.freeze('2000-01-01', '2100-01-01', 'holidays until the year 2100');
SELECT told('CREATE TABLE frozen (id int)');
SELECT told('GRANT SELECT ON t TO regress_dev');
TRUNCATE t;
REINDEX TABLE t;
SET schema_guard.override = 'INC-4711 must be now';
CREATE TABLE in_freeze (id int);
RESET schema_guard.override;
SELECT reason FROM schema_guard.freezes ORDER BY starts_at;
SELECT schema_guard.unfreeze('holidays are over');
CREATE TABLE after_freeze (id int);
RESET schema_guard.migration;
SELECT tag, objects, decision FROM news();

-- An exemption: role, schema, tags, time.
SET schema_guard.migration = '20261121120005_etl';
CREATE SCHEMA etl_one AUTHORIZATION regress_dev;
CREATE SCHEMA other AUTHORIZATION regress_dev;
RESET schema_guard.migration;
SELECT told('SELECT schema_guard.exempt(''regress_nobody'', ''etl_*'', ''{}'', ''nightly load of the warehouse'', ''infinity'')');
SELECT told('SELECT schema_guard.exempt(''regress_dev'', ''etl_*'', ''{}'', ''nightly load of the warehouse'', ''2000-01-01'')');
SELECT told('SELECT schema_guard.exempt(''regress_dev'', ''etl_*'')');
SELECT schema_guard.exempt('regress_dev', 'etl_*', '{CREATE TABLE,DROP TABLE}', 'nightly load of the warehouse', 'infinity');
SET ROLE regress_dev;
CREATE TABLE etl_one.a (id int);
DROP TABLE etl_one.a;
SELECT told('CREATE VIEW etl_one.v AS SELECT 1');
SELECT told('CREATE TABLE other.a (id int)');
RESET ROLE;
SELECT told('CREATE TABLE etl_one.b (id int)');
SELECT schema_guard.end_exemption('regress_dev', 'etl_*', 'the load has moved away');
SET ROLE regress_dev;
SELECT told('CREATE TABLE etl_one.a (id int)');
RESET ROLE;
SELECT tag, objects, decision FROM news();

-- Protections.
SET schema_guard.migration = '20261121120006_protected';
CREATE SCHEMA vault AUTHORIZATION regress_deployer;
CREATE TABLE vault.keys (id int PRIMARY KEY, secret text, plain text);
CREATE TABLE vault.refs (id int REFERENCES vault.keys);
CREATE VIEW vault.v AS SELECT id FROM vault.keys;
CREATE FUNCTION vault.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE vault.keys OWNER TO regress_deployer;
SELECT told('SELECT schema_guard.protect(''vault.nothing'', ''there is no such thing'')');
SELECT schema_guard.protect('vault.keys', 'every login needs it');
SELECT schema_guard.protect('column', 'vault.refs.id', 'reports lean on it');
SELECT schema_guard.protect('function', 'vault.f(int)', 'called from outside');
SELECT identity, reason FROM schema_guard.protections ORDER BY 1;
SELECT told(c) FROM unnest(ARRAY[
	'DROP TABLE vault.keys', 'DROP TABLE vault.keys CASCADE', 'DROP SCHEMA vault CASCADE', 'DROP OWNED BY regress_deployer CASCADE',
	'ALTER TABLE vault.keys DROP COLUMN secret', 'ALTER TABLE vault.keys RENAME TO locks', 'ALTER TABLE vault.keys RENAME COLUMN secret TO s',
	'ALTER TABLE vault.keys ALTER secret TYPE varchar(3)', 'ALTER TABLE vault.keys SET SCHEMA public', 'ALTER SCHEMA vault RENAME TO safe',
	'TRUNCATE vault.keys, vault.refs', 'ALTER TABLE vault.refs DROP COLUMN id', 'DROP TABLE vault.refs', 'DROP FUNCTION vault.f(int)',
	'ALTER FUNCTION vault.f(int) RENAME TO g', 'DROP ROUTINE vault.f']) c;
-- What builds up is no destruction.
ALTER TABLE vault.keys ADD COLUMN more int;
CREATE INDEX ON vault.keys (plain);
DROP VIEW vault.v;
CREATE OR REPLACE FUNCTION vault.f(int) RETURNS int LANGUAGE sql AS 'SELECT 2';
-- A TRUNCATE that reaches it by CASCADE.
CREATE TABLE root (id int PRIMARY KEY);
CREATE TABLE leaf (id int REFERENCES root);
SELECT schema_guard.protect('leaf', 'kept for the auditors');
SELECT told('TRUNCATE root CASCADE');
CREATE TABLE parent (id int);
CREATE TABLE child () INHERITS (parent);
SELECT schema_guard.protect('child', 'kept for the auditors');
SELECT told('DROP TABLE parent CASCADE');
SELECT told('ALTER TABLE parent DROP COLUMN id');
-- With an override it moves, and the protection moves along.
SET schema_guard.override = 'INC-4712 keys move house';
ALTER SCHEMA vault RENAME TO safe;
ALTER TABLE safe.keys RENAME TO locks;
RESET schema_guard.override;
SELECT identity FROM schema_guard.protections ORDER BY 1;
SELECT told('DROP TABLE safe.locks CASCADE');
SELECT schema_guard.unprotect('safe.locks', 'nobody needs it any more');
SELECT schema_guard.unprotect('safe.locks', 'nobody needs it any more');
DROP TABLE safe.locks CASCADE;
-- Dropped and made again under the same name, it is protected again.
SET schema_guard.override = 'INC-4713 leaf is made again';
DROP TABLE leaf;
RESET schema_guard.override;
CREATE TABLE leaf (id int);
SELECT told('DROP TABLE leaf');
RESET schema_guard.migration;
SELECT tag, objects, decision FROM news();

-- Tampering.
SELECT told(c) FROM unnest(ARRAY[
	'ALTER EVENT TRIGGER schema_guard_sql_drop DISABLE', 'ALTER EVENT TRIGGER schema_guard_sql_drop RENAME TO other',
	'DROP EVENT TRIGGER schema_guard_ddl_command_end', 'GRANT SET ON PARAMETER schema_guard.migration TO PUBLIC',
	'GRANT SET ON PARAMETER schema_guard.override TO PUBLIC', 'DROP EXTENSION schema_guard', 'DROP EXTENSION schema_guard CASCADE',
	'DROP SCHEMA schema_guard CASCADE', 'DROP TABLE schema_guard.statement_log', 'DROP VIEW schema_guard.ddl_log',
	'ALTER TABLE schema_guard.guard_mode ADD COLUMN x int', 'CREATE TRIGGER x BEFORE INSERT ON schema_guard.statement_log FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
	'CREATE RULE x AS ON INSERT TO schema_guard.freezes DO INSTEAD NOTHING', 'ALTER TABLE schema_guard.statement_log RENAME TO x',
	'TRUNCATE schema_guard.statement_log', 'ALTER FUNCTION schema_guard.set_mode(text, text) RENAME TO x',
	'CREATE OR REPLACE FUNCTION schema_guard.on_sql_drop() RETURNS event_trigger LANGUAGE plpgsql AS ''BEGIN END''',
	'ALTER EXTENSION schema_guard DROP TABLE schema_guard.statement_log', 'ALTER SCHEMA schema_guard RENAME TO x',
	'CREATE POLICY x ON schema_guard.guard_mode', 'CREATE INDEX x ON schema_guard.statement_log (xid)',
	'CLUSTER schema_guard.statement_log USING statement_log_pkey',
	'ALTER ROLE regress_dev SET schema_guard.migration = ''mine''',
	'UPDATE pg_class SET relname = relname WHERE false', 'UPDATE pg_catalog.pg_event_trigger SET evtenabled = ''D''',
	'DELETE FROM pg_depend WHERE false', 'INSERT INTO pg_description SELECT 0, 0, 0, ''x'' WHERE false',
	'WITH x AS (DELETE FROM pg_depend WHERE false RETURNING 1) SELECT * FROM x',
	'MERGE INTO pg_description d USING (SELECT 1) s ON false WHEN NOT MATCHED THEN DO NOTHING',
	'DELETE FROM schema_guard.statement_log', 'UPDATE schema_guard.guard_mode SET mode = ''off''',
	'INSERT INTO schema_guard.freezes SELECT now(), now(), ''x'', now(), ''x'' WHERE false',
	'DELETE FROM schema_guard.ddl_log', 'UPDATE schema_guard.mode SET mode = ''off''']) c;
ALTER SYSTEM SET schema_guard.enabled = off;
ALTER SYSTEM RESET ALL;
ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';
COPY schema_guard.statement_log FROM '/dev/null';
COPY pg_description FROM '/dev/null';
-- A migration does not help; an override does, except for the log and the mode.
SET schema_guard.migration = '20261121120007_tampering';
SELECT told('ALTER EVENT TRIGGER schema_guard_sql_drop DISABLE');
SELECT told('DROP EXTENSION schema_guard');
SET schema_guard.override = 'INC-4714 repair by hand';
UPDATE pg_description SET description = description WHERE false;
SELECT told('UPDATE schema_guard.guard_mode SET mode = ''off''');
SELECT told('DELETE FROM schema_guard.statement_log');
RESET schema_guard.migration;
RESET schema_guard.override;
SELECT tag, class, objects, decision FROM news();
-- In mode observe they are recorded.
SELECT schema_guard.set_mode('observe', 'watching what would be tampered');
ALTER EVENT TRIGGER schema_guard_sql_drop DISABLE;
SELECT value, detail FROM schema_guard.status() WHERE item = 'event trigger schema_guard_sql_drop';
ALTER EVENT TRIGGER schema_guard_sql_drop ENABLE ALWAYS;
UPDATE pg_description SET description = description WHERE false;
SELECT told('DELETE FROM schema_guard.statement_log');
DELETE FROM schema_guard.exemptions;
SELECT tag, class, objects, statement, decision FROM news();
DROP EXTENSION schema_guard;
SELECT count(*) FROM pg_event_trigger;
CREATE EXTENSION schema_guard;
SELECT mode FROM schema_guard.mode;
SELECT count(*) FROM schema_guard.ddl_log;

DROP SCHEMA etl_one, other, safe CASCADE;
DROP OWNED BY regress_dev, regress_deployer CASCADE;
DROP ROLE regress_dev, regress_deployer;
