-- Each guard of the extension broken in turn while a statement runs: the user's work is not harmed unless the policy
-- says so, what is not recorded is told, an error leaves nothing behind, and the session goes on.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/setting.sql
SET client_min_messages = error;
\pset format unaligned
\set ECHO all
CREATE EXTENSION dblink;
CREATE TABLE base (id int PRIMARY KEY, n int);
CREATE TABLE list (n serial, statement text, happened text, undo text);
INSERT INTO list (statement, happened, undo) VALUES
	('CREATE TABLE made (id int PRIMARY KEY, t text UNIQUE)', 'to_regclass(''made'') IS NOT NULL', 'DROP TABLE made'),
	('BEGIN; CREATE TABLE made (id int); COMMIT', 'to_regclass(''made'') IS NOT NULL', 'DROP TABLE made'),
	('ALTER TABLE base ADD COLUMN c int DEFAULT 1', 'EXISTS (SELECT FROM pg_attribute WHERE attrelid = ''base''::regclass AND attname = ''c'')', 'ALTER TABLE base DROP COLUMN c'),
	('ALTER TABLE base RENAME TO based', 'to_regclass(''based'') IS NOT NULL', 'ALTER TABLE based RENAME TO base'),
	('CREATE SCHEMA made_schema CREATE TABLE a (id serial)', 'to_regnamespace(''made_schema'') IS NOT NULL', 'DROP SCHEMA made_schema CASCADE'),
	('DROP TABLE base2 CASCADE', 'to_regclass(''base2'') IS NULL', 'CREATE TABLE base2 (id int)'),
	('CREATE FUNCTION made_f() RETURNS int LANGUAGE sql AS ''SELECT 1''', 'to_regproc(''made_f'') IS NOT NULL', 'DROP FUNCTION made_f()'),
	('CREATE ROLE regress_made PASSWORD ''x''', 'to_regrole(''regress_made'') IS NOT NULL', 'DROP ROLE regress_made'),
	('GRANT SELECT ON base TO pg_monitor', 'has_table_privilege(''pg_monitor'', ''base'', ''SELECT'')', 'REVOKE SELECT ON base FROM pg_monitor'),
	('COMMENT ON TABLE base IS ''words''', 'obj_description(''base''::regclass) IS NOT NULL', 'COMMENT ON TABLE base IS NULL'),
	('TRUNCATE base', 'NOT EXISTS (SELECT FROM base)', 'INSERT INTO base VALUES (1)'),
	('EXPLAIN ANALYZE CREATE TABLE made AS SELECT 1 AS one', 'to_regclass(''made'') IS NOT NULL', 'DROP TABLE made'),
	('DO $d$ BEGIN CREATE TABLE made (id int); END $d$', 'to_regclass(''made'') IS NOT NULL', 'DROP TABLE made'),
	('SELECT lo_create(4711)', 'EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = 4711)', 'DO $$ BEGIN PERFORM lo_unlink(4711); END $$'),
	('UPDATE pg_description SET description = ''other''', 'EXISTS (SELECT FROM pg_description WHERE description = ''other'')', 'UPDATE pg_description SET description = ''words'' WHERE description = ''other'''),
	('INSERT INTO base2 VALUES (2)', 'EXISTS (SELECT FROM base2 WHERE id = 2)', 'DELETE FROM base2 WHERE id = 2'),
	('CREATE TEMP TABLE passing (id int)', 'true', 'DROP TABLE IF EXISTS passing'),
	('ALTER SYSTEM SET log_temp_files = 4711', 'EXISTS (SELECT FROM pg_file_settings WHERE name = ''log_temp_files'')', 'ALTER SYSTEM RESET log_temp_files'),
	('CREATE DATABASE regress_made', 'EXISTS (SELECT FROM pg_database WHERE datname = ''regress_made'')', 'DROP DATABASE regress_made'),
	('DROP DATABASE regress_drop', 'NOT EXISTS (SELECT FROM pg_database WHERE datname = ''regress_drop'')', 'CREATE DATABASE regress_drop STRATEGY wal_log'),
	('CREATE TABLESPACE regress_made LOCATION ''''', 'EXISTS (SELECT FROM pg_tablespace WHERE spcname = ''regress_made'')', 'DROP TABLESPACE regress_made'),
	('DROP TABLESPACE regress_drop', 'NOT EXISTS (SELECT FROM pg_tablespace WHERE spcname = ''regress_drop'')', 'CREATE TABLESPACE regress_drop LOCATION '''''),
	('CREATE INDEX CONCURRENTLY base_made ON base (n)', 'EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(''base_made'') AND indisvalid)', 'DROP INDEX IF EXISTS base_made'),
	('DROP INDEX CONCURRENTLY base_drop', 'to_regclass(''base_drop'') IS NULL', 'DROP INDEX IF EXISTS base_drop; CREATE INDEX base_drop ON base (n)'),
	('REINDEX INDEX CONCURRENTLY base_drop', 'to_regclass(''base_drop'') <> (SELECT oid FROM seen)', 'DROP INDEX IF EXISTS base_drop, base_drop_ccnew, base_drop_ccold; CREATE INDEX base_drop ON base (n)');
INSERT INTO base VALUES (1);
CREATE TABLE base2 (id int);
CREATE INDEX base_drop ON base (n);
CREATE DATABASE regress_drop;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_drop LOCATION '';
CREATE EXTENSION schema_guard;
CREATE TABLE seen (oid oid);
INSERT INTO seen VALUES (NULL);
CREATE TABLE attempt (mode text, statement text, guard int, fired bool, error text, happened bool, rows int, told text);

-- One session for the attempts of one statement; from its own messages no line of the server's log is lost.
CREATE FUNCTION truth(expression text) RETURNS boolean LANGUAGE plpgsql AS
$$ DECLARE answer boolean; BEGIN EXECUTE 'SELECT ' || expression INTO answer; RETURN answer; END $$;
CREATE PROCEDURE attempts(in_mode text, declared text) LANGUAGE plpgsql AS $$
DECLARE
	item record;
	log text;
	log_end bigint;
	rows_before bigint;
	guard int;
	error text;
	fired bool;
	address text := format('host=%s port=%s dbname=%s user=%s', current_setting('unix_socket_directories'), current_setting('port'),
		current_database(), session_user);
BEGIN
	CREATE TEMP TABLE IF NOT EXISTS log_path (path text);
	DELETE FROM log_path;
	COPY log_path FROM PROGRAM 'readlink /proc/self/fd/2';
	log := (SELECT path FROM log_path);
	FOR item IN SELECT * FROM list ORDER BY n LOOP
		PERFORM dblink_connect('victim', address);
		PERFORM dblink_exec('victim', 'SET client_min_messages = error');
		PERFORM dblink_exec('victim', 'SET lock_timeout = ''10s''');
		PERFORM dblink_exec('victim', 'SET allow_in_place_tablespaces = on');
		-- Once without a fault, so that every attempt meets warm caches.
		guard := 0;
		LOOP
			COMMIT;
			log_end := (pg_stat_file(log)).size;
			rows_before := (SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed');
			UPDATE seen SET oid = to_regclass('base_drop');
			PERFORM dblink_exec('victim', format('SET schema_guard.migration = %L', declared));
			PERFORM dblink_exec('victim', 'SET schema_guard.fail_at = ' || guard);
			IF item.statement ~ '^(SELECT|EXPLAIN)' THEN
				PERFORM FROM dblink('victim', item.statement, false) r (answer text);
			ELSIF item.statement ~ 'CONCURRENTLY' THEN
				-- It waits for every snapshot there is, ours too.
				PERFORM dblink_send_query('victim', item.statement);
				LOOP
					COMMIT;
					EXIT WHEN dblink_is_busy('victim') = 0;
					PERFORM pg_sleep(0.001);
				END LOOP;
				PERFORM FROM dblink_get_result('victim', false) r (answer text);
				error := nullif(dblink_error_message('victim'), 'OK');
				PERFORM FROM dblink_get_result('victim', false) r (answer text);
			ELSE
				PERFORM dblink_exec('victim', item.statement, false);
			END IF;
			IF item.statement !~ 'CONCURRENTLY' THEN
				error := nullif(dblink_error_message('victim'), 'OK');
			END IF;
			PERFORM dblink_exec('victim', 'ROLLBACK', false);
			fired := guard > 0 AND (SELECT f = '0' FROM dblink('victim', 'SHOW schema_guard.fail_at') s (f text));
			PERFORM dblink_exec('victim', 'SET schema_guard.fail_at = 0');
			COMMIT;
			INSERT INTO attempt SELECT in_mode, item.statement, guard, fired, error, truth(item.happened),
				(SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed') - rows_before, pg_read_file(log, log_end, 1000000);
			PERFORM dblink_exec('victim', 'SET schema_guard.migration = ''undo''');
			PERFORM dblink_exec('victim', 'SET schema_guard.override = ''undo what was tried''');
			IF truth(item.happened) OR item.statement ~ 'CONCURRENTLY' THEN
				PERFORM dblink_exec('victim', item.undo);
			END IF;
			PERFORM dblink_exec('victim', 'RESET schema_guard.override');
			EXIT WHEN guard > 0 AND NOT fired;
			guard := guard + 1;
		END LOOP;
		PERFORM dblink_disconnect('victim');
	END LOOP;
END $$;
-- What no attempt may be; nothing is shown when all is well.
CREATE FUNCTION wrong(in_mode text) RETURNS TABLE (statement text, guard int, what text) LANGUAGE sql AS $$
	SELECT a.statement, a.guard, w.what || ': ' || coalesce(split_part(a.error, E'\n', 1), 'no error')
	FROM attempt a, LATERAL (
		SELECT 'it failed and yet it happened' AS what WHERE a.error IS NOT NULL AND a.happened AND a.statement !~ 'passing|INSERT'
		UNION ALL
		SELECT 'it neither failed nor happened' WHERE a.error IS NULL AND NOT a.happened
		UNION ALL
		SELECT 'a row of what did not happen' WHERE NOT a.happened AND a.rows <> 0
		UNION ALL
		-- Not judged, each change of each of its transactions is seen by itself.
		SELECT 'too many rows' WHERE a.rows > CASE WHEN a.statement ~ '^REINDEX' THEN 2 ELSE 1 END
		UNION ALL
		SELECT 'neither recorded nor told' WHERE a.happened AND a.rows = 0 AND a.told !~ '"event": "(fault|unrecorded)"' AND a.statement !~ 'passing|INSERT'
		UNION ALL
		SELECT 'a fault that the policy lets pass has failed it' WHERE a.fired AND a.error IS NOT NULL AND in_mode <> 'enforce, refuse'
		UNION ALL
		SELECT 'the error is not ours' WHERE a.error IS NOT NULL AND a.error !~ 'schema_guard failed to|fault injected|schema_guard.override is needed'
		UNION ALL
		SELECT 'a fault in mode enforce has passed' WHERE a.fired AND a.error IS NULL AND in_mode = 'enforce, refuse' AND a.rows = 0
			AND a.statement !~ 'ALTER SYSTEM|DATABASE|TABLESPACE|REINDEX|passing|INSERT'
	) w
	WHERE a.mode = in_mode ORDER BY 1, 2
$$;
CALL attempts('observe', '');
SELECT statement, count(*) FILTER (WHERE fired) > 3 AS several_guards FROM attempt WHERE mode = 'observe' GROUP BY statement ORDER BY 1;
SELECT * FROM wrong('observe');
SELECT schema_guard.set_mode('enforce', 'faults under enforcement');
CALL attempts('enforce, refuse', '20261121120000_faults');
SELECT * FROM wrong('enforce, refuse');
SELECT count(*) > 50 AS refused FROM attempt WHERE mode = 'enforce, refuse' AND error LIKE '%schema_guard failed to%';
SELECT schema_guard.set_mode('observe', 'to change a setting');
CALL setting('schema_guard.on_fault = allow');
SELECT schema_guard.set_mode('enforce', 'faults under enforcement');
CALL attempts('enforce, allow', '20261121120000_faults');
SELECT * FROM wrong('enforce, allow');
SELECT schema_guard.set_mode('observe', 'to change a setting');
CALL setting('schema_guard.on_fault = refuse');
DROP EXTENSION schema_guard;
DROP DATABASE regress_drop;
DROP TABLESPACE regress_drop;
