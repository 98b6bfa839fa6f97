-- What is recorded: each statement once, whole, and only what committed.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
CREATE EXTENSION schema_guard;
SELECT * FROM news();

-- Autocommit.
CREATE TABLE a (id int PRIMARY KEY, t text UNIQUE);
ALTER TABLE a ADD COLUMN n int DEFAULT 1, ADD CHECK (n > 0), ALTER COLUMN t SET NOT NULL;
CREATE INDEX ON a (n);
SELECT * FROM news();

-- A block; two statements of one string are two rows with their own text each.
BEGIN;
CREATE SCHEMA app;
CREATE TABLE app.orders (id serial PRIMARY KEY, a int REFERENCES a);
SELECT count(*) AS not_yet FROM schema_guard.ddl_log WHERE outcome = 'committed' AND statement LIKE 'CREATE SCHEMA app%';
COMMIT;
SELECT * FROM news();
CREATE VIEW v1 AS SELECT 1 AS one\; /* between */ CREATE VIEW v2 AS SELECT 2 AS two\; SELECT 3;
SELECT * FROM news();

-- What is rolled back is not recorded: a block, savepoints, a function that catches.
BEGIN;
CREATE TABLE gone (id int);
ROLLBACK;
BEGIN;
CREATE TABLE kept1 (id int);
SAVEPOINT s;
CREATE TABLE gone (id int);
ROLLBACK TO s;
CREATE TABLE kept2 (id int);
SAVEPOINT t;
CREATE TABLE kept3 (id int);
RELEASE t;
COMMIT;
DO $$ BEGIN
	CREATE TABLE caught (id int);
	RAISE 'back';
EXCEPTION WHEN OTHERS THEN
	CREATE TABLE instead (id int);
END $$;
SELECT * FROM news();
BEGIN;
CREATE TABLE gone (id int);
SELECT 1 / 0;
COMMIT;
CREATE TABLE gone (id int, id int);
CREATE TABLE gone (id int)\; SELECT 1 / 0;
SELECT * FROM news();
SELECT to_regclass('gone') AS gone;

-- Committed in another session, or never.
BEGIN;
CREATE TABLE prepared1 (id int);
PREPARE TRANSACTION 'one';
BEGIN;
CREATE TABLE prepared2 (id int);
PREPARE TRANSACTION 'two';
SELECT * FROM news();
\c
COMMIT PREPARED 'one';
ROLLBACK PREPARED 'two';
SELECT objects, decision FROM schema_guard.ddl_log WHERE objects LIKE '%prepared%';
SELECT count(*) >= 0 AS looked FROM fresh();

-- Functions, procedures that commit, DO, prepared statements, deferred triggers: the inner statement, with where it ran.
CREATE FUNCTION maker(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', name); END $$;
CREATE FUNCTION sql_maker() RETURNS void LANGUAGE sql AS $$ CREATE TABLE by_sql (id int); COMMENT ON TABLE by_sql IS 'mine' $$;
CREATE PROCEDURE committer() LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE by_procedure1 (id int);
	COMMIT;
	CREATE TABLE by_procedure2 (id int);
	ROLLBACK;
	CREATE TABLE by_procedure3 (id int);
END $$;
SELECT count(*) FROM fresh();
SELECT maker('by_function');
SELECT sql_maker();
CALL committer();
DO $$ BEGIN PERFORM maker('by_do'); END $$;
PREPARE p AS SELECT 1 AS one;
PREPARE q (int) AS SELECT maker('by_execute' || $1);
EXECUTE q (1);
CREATE TABLE by_ctas_execute AS EXECUTE p;
CREATE TABLE late (id int);
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE by_trigger' || NEW.id || ' (id int)'; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
SELECT count(*) FROM fresh();
INSERT INTO late VALUES (1);
BEGIN;
INSERT INTO late VALUES (2);
CREATE TABLE early (id int);
COMMIT;
SELECT l->>'command_tag' AS tag, l->>'objects' AS objects, l->>'statement' AS statement, l->>'nesting' AS nesting,
	regexp_replace(l->>'context', E'\n.*', ' ...') AS context
FROM fresh() l;

-- Temporary objects and no-ops are no changes of the schema.
CREATE TEMP TABLE t1 (id serial PRIMARY KEY);
CREATE INDEX ON t1 (id);
ALTER TABLE t1 ADD COLUMN x int;
CREATE TEMP VIEW tv AS SELECT * FROM t1;
CREATE TABLE pg_temp.t2 (id int);
SELECT 1 AS one INTO TEMP t3;
COMMENT ON TABLE t1 IS 'passing';
TRUNCATE t1;
DROP VIEW tv;
DROP TABLE t1, t2;
BEGIN;
CREATE TEMP TABLE t4 (id int) ON COMMIT DROP;
COMMIT;
DISCARD TEMP;
CREATE TABLE IF NOT EXISTS a (id int);
DROP TABLE IF EXISTS nowhere;
ALTER TABLE a DROP COLUMN IF EXISTS nothing, DROP CONSTRAINT IF EXISTS nothing;
CREATE SEQUENCE IF NOT EXISTS app.orders_id_seq;
CREATE OR REPLACE TEMP VIEW tv2 AS SELECT 1 AS one;
CREATE SCHEMA IF NOT EXISTS app;
DROP SCHEMA IF EXISTS nowhere CASCADE;
ALTER TABLE IF EXISTS nowhere ADD COLUMN x int;
CREATE INDEX IF NOT EXISTS a_n_idx ON a (n);
ALTER TABLE a ADD COLUMN IF NOT EXISTS n int;
SELECT * FROM news();

-- Secrets stay secret.
SET schema_guard.migration = 'tests of secrets';
CREATE ROLE regress_secret PASSWORD 'hush';
ALTER ROLE regress_secret ENCRYPTED PASSWORD E'hu\x73h' VALID UNTIL 'infinity';
ALTER ROLE regress_secret PASSWORD $q$hush$q$;
ALTER ROLE regress_secret PASSWORD U&'hush';
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', password 'hush');
CREATE USER MAPPING FOR regress_secret SERVER s OPTIONS (user 'u', password 'hush');
ALTER USER MAPPING FOR regress_secret SERVER s OPTIONS (SET password 'hush');
SET client_min_messages = error;
CREATE SUBSCRIPTION s CONNECTION 'host=localhost password=hush' PUBLICATION p WITH (connect = false);
RESET client_min_messages;
ALTER SUBSCRIPTION s CONNECTION 'host=localhost password=hush';
ALTER SUBSCRIPTION s SET (slot_name = NONE);
DROP SUBSCRIPTION s;
DROP SERVER s CASCADE;
DROP ROLE regress_secret;
RESET schema_guard.migration;
ALTER SYSTEM SET primary_conninfo = 'host=localhost password=hush';
ALTER SYSTEM RESET primary_conninfo;
SELECT tag, objects, statement FROM news();
SELECT count(*) AS secrets FROM schema_guard.ddl_log l WHERE to_jsonb(l)::text ~ 'hush|hu\\\\x73h';

-- Who, from where, under which declaration.
CREATE ROLE regress_who;
GRANT CREATE ON SCHEMA public TO regress_who;
GRANT SET ON PARAMETER schema_guard.migration TO regress_who;
CREATE FUNCTION as_owner() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'CREATE TABLE by_owner (id int)';
SELECT count(*) > 0 FROM fresh();
SET application_name = 'regress app';
SET ROLE regress_who;
CREATE TABLE by_role (id int);
SET schema_guard.migration = '20261121120000_who';
SELECT as_owner();
RESET ROLE;
BEGIN;
SET LOCAL schema_guard.migration = 'local one';
CREATE TABLE local1 (id int);
COMMIT;
RESET schema_guard.migration;
SET schema_guard.override = 'INC-1 needed it now';
CREATE TABLE overridden (id int);
RESET schema_guard.override;
SELECT l->>'objects' AS objects, l->>'session_user_name' = current_user AS me, l->>'outer_user_name' = current_user AS outer_me,
	l->>'current_user_name' = current_user AS current_me, l->>'application_name' AS app, l->>'migration' AS migration,
	l->>'override_reason' AS override, l->>'allowed_by' AS by, l->>'client_addr' AS addr,
	(l->>'backend_pid')::int = pg_backend_pid() AS pid,
	(l->>'backend_start')::timestamptz = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS start,
	(l->>'duration')::interval BETWEEN '0' AND '1 min' AS duration
FROM fresh() l;

-- The keys: one chain, no row twice, the transaction's own xid; nothing but the index of the key lies beside the table.
SELECT count(DISTINCT chain) AS chains, count(*) = count(DISTINCT (chain, xid, ordinal)) AS keyed FROM schema_guard.ddl_log;
BEGIN;
SELECT pg_current_xact_id_if_assigned() AS none;
CREATE TABLE keyed (id int);
SELECT pg_current_xact_id() AS xid \gset
COMMIT;
SELECT xid = :'xid' AS own_xid, ordinal FROM schema_guard.ddl_log WHERE outcome = 'committed' AND objects = 'create table public.keyed';

-- lastval(), locks and the transaction id are left alone.
CREATE SEQUENCE mine;
SELECT nextval('mine');
BEGIN;
CREATE TABLE quiet (id int);
SELECT relation::regclass::text FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text LIKE 'schema_guard%';
SELECT lastval();
COMMIT;
SELECT lastval();
BEGIN;
SET LOCAL schema_guard.migration = 'none assigned';
SELECT pg_current_xact_id_if_assigned() AS none;
CREATE TABLE IF NOT EXISTS quiet (id int);
SELECT pg_current_xact_id_if_assigned() AS none;
COMMIT;
REVOKE ALL ON SCHEMA public FROM regress_who;
DROP OWNED BY regress_who;
DROP ROLE regress_who;
