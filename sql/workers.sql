-- The workers: what they do, and what waits for them.

CREATE FUNCTION schema_guard.library_workers(OUT database oid, OUT state text, OUT pid integer, OUT last_run timestamp with time zone,
	OUT last_error text, OUT last_error_at timestamp with time zone, OUT failures integer, OUT next_due timestamp with time zone,
	OUT waiting_bytes bigint, OUT written bigint, OUT dropped bigint, OUT runs bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_library_workers' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.library_workers() IS 'what the library of this server knows of its workers; see worker_status';

CREATE VIEW schema_guard.worker_status AS
SELECT d.datname AS database, w.state, w.pid, w.last_run, w.next_due, w.waiting_bytes, w.written, w.dropped, w.runs, w.failures,
	w.last_error, w.last_error_at
FROM schema_guard.library_workers() w LEFT JOIN pg_catalog.pg_database d ON d.oid = w.database;
COMMENT ON VIEW schema_guard.worker_status IS 'the workers of this server: a row for each database they visit; none where the library is not preloaded';
COMMENT ON COLUMN schema_guard.worker_status.database IS 'null: the launcher itself';
COMMENT ON COLUMN schema_guard.worker_status.state IS 'running, starting, stopped: none is needed now, failing: after an error, until next_due';
COMMENT ON COLUMN schema_guard.worker_status.next_due IS 'when a worker comes at the latest';
COMMENT ON COLUMN schema_guard.worker_status.waiting_bytes IS 'attempts that are not written yet';
COMMENT ON COLUMN schema_guard.worker_status.written IS 'attempts written since the server started';
COMMENT ON COLUMN schema_guard.worker_status.dropped IS 'attempts lost since the server started: no room, or not to be written; the server log has them';
COMMENT ON COLUMN schema_guard.worker_status.failures IS 'runs that have failed in a row';
COMMENT ON COLUMN schema_guard.worker_status.last_error IS 'of the last run that failed';

-- The first statement of each update script: a library that was replaced on disk is not the one that runs.
CREATE FUNCTION schema_guard.require_library(version text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_require_library' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.require_library(text) IS 'raises SG009 unless the server runs with this version of the library; for update scripts';

REVOKE EXECUTE ON FUNCTION schema_guard.library_workers(), schema_guard.require_library(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.library_workers() TO pg_monitor;
GRANT SELECT ON schema_guard.worker_status TO pg_monitor;
