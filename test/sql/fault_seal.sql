-- Each guard broken in turn while the log is sealed, verified, purged: nothing is half done, and what is not done is done the next time.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
CREATE TABLE one (id integer);
SELECT schema_guard.seal_log();
CREATE TABLE two (id integer);
CREATE FUNCTION broken(statement text, OUT several boolean, OUT failed_all_but_the_last boolean, OUT tampered bigint, OUT blocks_made bigint) LANGUAGE plpgsql AS $$
DECLARE
	guard integer := 0;
	fired boolean := true;
	failures integer := 0;
	before bigint := (SELECT count(*) FROM schema_guard.log_blocks);
BEGIN
	tampered := 0;
	blocks_made := 0;
	WHILE fired LOOP
		guard := guard + 1;
		BEGIN
			PERFORM set_config('schema_guard.fail_at', guard::text, false);
			EXECUTE statement;
			fired := false;
			RAISE EXCEPTION 'undone';
		EXCEPTION
			WHEN raise_exception THEN NULL;
			WHEN OTHERS THEN failures := failures + 1;
		END;
		PERFORM set_config('schema_guard.fail_at', '0', false);
		tampered := tampered + (SELECT count(*) FROM schema_guard.verify_log() v WHERE v.tampered);
		blocks_made := blocks_made + (SELECT count(*) FROM schema_guard.log_blocks) - before;
	END LOOP;
	several := guard > 8;
	failed_all_but_the_last := failures = guard - 1;
END
$$;
SELECT * FROM broken('SELECT schema_guard.seal_log()');
SELECT * FROM broken('SELECT * FROM schema_guard.verify_log(kept => schema_guard.log_digest())');
SELECT * FROM broken('SELECT schema_guard.purge_log(''infinity'')');
-- the worker's row of what was undone comes when it comes
SELECT schema_guard.seal_log() >= 2 AS sealed;
SELECT finding, tampered FROM schema_guard.verify_log() WHERE finding <> 'unsealed';
