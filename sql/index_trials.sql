-- Trying out life without an index: the planner does not see it, everything else does.

CREATE VIEW schema_guard.index_trials AS
SELECT pg_catalog.format('%I.%I', t.schema_name, t.table_name) AS table_name,
	pg_catalog.format('%I.%I', COALESCE(n.nspname, t.schema_name), COALESCE(c.relname, t.index_name)) AS index_name,
	t.started_at, t.started_by, t.reason, c.oid IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
		WHERE i.indrelid = t.indrelid AND x.relname = t.index_name) AS gone, t.indexrelid
FROM schema_guard.index_trial t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.indexrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace;
COMMENT ON VIEW schema_guard.index_trials IS 'the indexes that the planner does not see, since when and why';
COMMENT ON COLUMN schema_guard.index_trials.gone IS 'the index was dropped meanwhile: end_trial() forgets it';

CREATE FUNCTION schema_guard.trial_drop(index regclass, reason text DEFAULT NULL) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_trial_drop' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.trial_drop(regclass, text) IS
'hides an index from the planner of every session and standby, until end_trial(); it is kept up to date, and refuses duplicates as before';

CREATE FUNCTION schema_guard.end_trial(index text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_end_trial' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.end_trial(text) IS 'lets the planner see an index again that trial_drop() has hidden';

CREATE FUNCTION schema_guard.trial_statements(index text)
	RETURNS TABLE (queryid bigint, query text, calls_before bigint, calls bigint, ms_before double precision, ms double precision,
		blocks_before double precision, blocks double precision, worse boolean, cost_before numeric, cost numeric, plan_change text)
AS 'MODULE_PATHNAME', 'schema_guard_trial_statements' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.trial_statements(text) IS
'what statements cost a call before an index was hidden, and since, by pg_stat_statements, and what their plans have in its place; those that name its table, and all that read twice as much';

REVOKE EXECUTE ON FUNCTION schema_guard.trial_drop(regclass, text), schema_guard.end_trial(text), schema_guard.trial_statements(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.trial_statements(text) TO pg_monitor;
GRANT SELECT ON schema_guard.index_trials TO pg_monitor;
