-- What was refused, failed or was rolled back is on record beside what was done, though its transaction is gone.
\set VERBOSITY terse
CREATE EXTENSION schema_guard;
CREATE ROLE regress_attempts;

-- Attempts that nobody waits for are there when the worker has come to them.
CREATE PROCEDURE await(attempts bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..200 LOOP
		EXIT WHEN (SELECT count(*) FROM schema_guard.ddl_log WHERE outcome NOT IN ('committed', 'unfinished')) >= attempts;
		COMMIT;
		PERFORM pg_sleep(0.05);
	END LOOP;
END $$;
CREATE VIEW attempts AS
SELECT outcome, sqlstate, command_tag, decision, allowed_by, violations, objects, statement, nesting
FROM schema_guard.ddl_log WHERE outcome NOT IN ('committed', 'unfinished') ORDER BY started_at;

-- --- failed, and rolled back ---
CREATE TABLE t (id int);
CREATE TABLE t (id int);
BEGIN;
CREATE TABLE undone (id int);
ALTER TABLE t ADD COLUMN undone int;
ROLLBACK;
BEGIN;
CREATE TABLE kept (id int);
SAVEPOINT one;
CREATE TABLE in_savepoint (id int);
ROLLBACK TO one;
COMMIT;
DO $$ BEGIN
	CREATE TABLE caught (id int);
	RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN NULL;
END $$;
-- The commit itself fails: its rows were written, and are gone.
CREATE TABLE checked (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO checked VALUES (1), (1);
CREATE TABLE lost_at_commit (id int);
COMMIT;
-- Nothing of these: temporary, no-ops, what PostgreSQL cannot parse or has no object for.
BEGIN;
CREATE TEMPORARY TABLE fleeting (id int);
DROP TABLE IF EXISTS nothing;
ROLLBACK;
DROP TABLE nothing;
CREATE TABEL nonsense;
CALL await(6);
SELECT * FROM attempts;

-- --- refused: there as soon as the client has the error ---
SELECT schema_guard.set_mode('enforce', 'attempts are tried out');
CREATE TABLE refused (id int);
SELECT * FROM attempts WHERE outcome = 'refused';
BEGIN;
DROP TABLE t;
ROLLBACK;
SELECT outcome, sqlstate, objects FROM attempts WHERE command_tag = 'DROP TABLE' AND outcome = 'refused';
DO $$ BEGIN
	FOR i IN 1..300 LOOP
		BEGIN
			EXECUTE format('CREATE TABLE many_%s (id int)', i);
		EXCEPTION WHEN OTHERS THEN NULL;
		END;
	END LOOP;
END $$;
SELECT count(*), count(DISTINCT objects), count(DISTINCT (chain, xid, ordinal)) AS keys FROM schema_guard.ddl_log WHERE objects LIKE '%many%';
-- Who, where, under which declarations.
SET ROLE regress_attempts;
CREATE TABLE by_role (id int);
RESET ROLE;
SELECT session_user_name = session_user AS session_user, outer_user_name, current_user_name, application_name, backend_pid = pg_backend_pid() AS pid,
	duration, database_name, migration
FROM schema_guard.ddl_log WHERE objects LIKE '%by_role%';

-- --- what happened is told apart from what was only tried ---
SELECT count(*) FROM schema_guard.ddl_objects WHERE object_name IN ('undone', 'refused', 'in_savepoint', 'lost_at_commit');
SELECT schema_guard.require_library('1.0');
SELECT schema_guard.require_library('9.9');

-- A text longer than may wait is cut, at the end of a character.
SET schema_guard.override = 'INC-4711 a long text';
SELECT format('CREATE VIEW v AS SELECT %L AS long, 1/0', repeat('ä', 20000)) AS long \gset
BEGIN;
:long;
ROLLBACK;
CALL await(310);
SELECT octet_length(statement) <= 16384 AS cut, left(statement, 26) AS begins, right(statement, 2) FROM attempts WHERE command_tag = 'CREATE VIEW';

-- --- how the workers are ---
SELECT state, pid IS NOT NULL AS running, waiting_bytes, written > 300 AS written, dropped, failures, last_error
FROM schema_guard.worker_status WHERE database = current_database();
SELECT state, pid IS NOT NULL AS running FROM schema_guard.worker_status WHERE database IS NULL;
SELECT item, value FROM schema_guard.status() WHERE item IN ('workers', 'attempts lost');
SELECT backend_type, datname = current_database() AS here FROM pg_stat_activity
WHERE backend_type = 'schema_guard launcher' OR backend_type = 'schema_guard worker' AND datname = current_database() ORDER BY 1;

-- No version of an object comes of an attempt.
SELECT count(*) FROM schema_guard.object_versions WHERE identity LIKE '%many%' OR identity LIKE '%undone%';
DROP ROLE regress_attempts;
