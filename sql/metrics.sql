-- Figures for a monitoring system.  Each costs a glance: nothing reads the whole log or the whole schema, and labels are bounded.

CREATE FUNCTION schema_guard.metrics(OUT name text, OUT labels jsonb, OUT value double precision, OUT type text, OUT help text)
RETURNS SETOF record LANGUAGE sql VOLATILE
BEGIN ATOMIC
	WITH usage AS MATERIALIZED (
		SELECT u.kind, u.object, u.used FROM schema_guard.sequence_usage() u
	), queues AS MATERIALIZED (
		SELECT q.pid, q.waited, q.queue, q.strong FROM schema_guard.lock_queues q
	), refused AS MATERIALIZED (
		SELECT COALESCE(pg_catalog.concat_ws('.', pg_catalog.quote_ident(v.schema_name), pg_catalog.quote_ident(v.relation_name)), '') AS relation,
			COALESCE(v.constraint_name, v.column_name, '') AS name, v.sqlstate, v.violations
		FROM schema_guard.library_violations() v
	), figures (name, labels, value, type, help) AS (
		SELECT 'schema_guard_info', pg_catalog.jsonb_build_object('version', e.extversion, 'preloaded', s.value), 1::double precision, 'gauge',
			'The version of the extension, and whether its library is preloaded'
		FROM pg_catalog.pg_extension e, schema_guard.library_status() s WHERE e.extname = 'schema_guard' AND s.item = 'preloaded'
		UNION ALL
		SELECT 'schema_guard_enabled', '{}', (s.value = 'on')::integer, 'gauge', 'Whether schema_guard.enabled is on'
		FROM schema_guard.library_status() s WHERE s.item = 'enabled'
		UNION ALL
		SELECT 'schema_guard_mode', pg_catalog.jsonb_build_object('mode', k.mode), (k.mode = m.mode)::integer, 'gauge', 'Which mode the database is in'
		FROM (VALUES ('off'), ('observe'), ('warn'), ('enforce')) k (mode), schema_guard.mode m
		UNION ALL
		SELECT 'schema_guard_statements_last_day', pg_catalog.jsonb_build_object('class', l.class, 'decision', l.decision, 'outcome', l.outcome),
			pg_catalog.count(*), 'gauge', 'Statements on record of the last 24 hours'
		FROM schema_guard.ddl_log l WHERE l.started_at > pg_catalog.now() - '1 day'::interval GROUP BY l.class, l.decision, l.outcome
		UNION ALL
		SELECT 'schema_guard_override_statements_last_day', '{}', pg_catalog.count(*), 'gauge', 'Statements of the last 24 hours that an override let pass'
		FROM schema_guard.ddl_log l WHERE l.started_at > pg_catalog.now() - '1 day'::interval AND l.allowed_by = 'override'
		UNION ALL
		SELECT 'schema_guard_log_size_bytes', pg_catalog.jsonb_build_object('log', c.relname), pg_catalog.pg_total_relation_size(c.oid), 'gauge',
			'Size of what the guard has recorded: statements, versions of objects'
		FROM pg_catalog.pg_class c
		WHERE c.oid IN ('schema_guard.statement_log'::pg_catalog.regclass, 'schema_guard.version_log'::pg_catalog.regclass)
		UNION ALL
		SELECT 'schema_guard_log_rows', pg_catalog.jsonb_build_object('log', c.relname), GREATEST(c.reltuples, 0), 'gauge',
			'Rows of what the guard has recorded, as VACUUM or ANALYZE last counted'
		FROM pg_catalog.pg_class c
		WHERE c.oid IN ('schema_guard.statement_log'::pg_catalog.regclass, 'schema_guard.version_log'::pg_catalog.regclass)
		UNION ALL
		SELECT 'schema_guard_alerts', pg_catalog.jsonb_build_object('kind', k.kind, 'severity', s.severity, 'state', t.state),
			(SELECT pg_catalog.count(*) FROM schema_guard.alerts a WHERE a.kind = k.kind AND a.severity = s.severity AND a.state = t.state),
			'gauge', 'Open alerts as the last check has left them'
		FROM schema_guard.alert_kinds k, (VALUES ('warning'), ('critical')) s (severity), (VALUES ('firing'), ('acknowledged')) t (state)
		UNION ALL
		SELECT 'schema_guard_worker_failures', '{}', w.failures, 'gauge', 'Runs of this database''s worker that have failed in a row'
		FROM schema_guard.worker_status w WHERE w.database = pg_catalog.current_database()
		UNION ALL
		SELECT 'schema_guard_worker_last_run_timestamp_seconds', '{}', EXTRACT(epoch FROM w.last_run), 'gauge', 'When this database''s worker last ran'
		FROM schema_guard.worker_status w WHERE w.database = pg_catalog.current_database() AND w.last_run IS NOT NULL
		UNION ALL
		SELECT 'schema_guard_attempts_waiting_bytes', '{}', w.waiting_bytes, 'gauge', 'Refused and failed statements that are not on record yet'
		FROM schema_guard.worker_status w WHERE w.database = pg_catalog.current_database()
		UNION ALL
		SELECT 'schema_guard_attempts_dropped_total', '{}', w.dropped, 'counter', 'Refused and failed statements that only the server log has, since the server started'
		FROM schema_guard.worker_status w WHERE w.database = pg_catalog.current_database()
		UNION ALL
		SELECT 'schema_guard_freeze_active', '{}', EXISTS (SELECT FROM schema_guard.freezes f
			WHERE f.starts_at <= pg_catalog.now() AND f.ends_at > pg_catalog.now())::integer, 'gauge', 'Whether the schema is frozen'
		UNION ALL
		SELECT 'schema_guard_protections', '{}', pg_catalog.count(*), 'gauge', 'Protected objects' FROM schema_guard.protections
		UNION ALL
		SELECT 'schema_guard_exemptions', '{}', pg_catalog.count(*), 'gauge', 'Exemptions in force' FROM schema_guard.exemptions x
		WHERE x.until > pg_catalog.now()
		UNION ALL
		SELECT 'schema_guard_relations', pg_catalog.jsonb_build_object('type', k.type), pg_catalog.count(c.oid), 'gauge',
			'Relations outside of the system''s schemas'
		FROM (VALUES ('r', 'table'), ('p', 'partitioned table'), ('v', 'view'), ('m', 'materialized view'), ('i', 'index'), ('I', 'partitioned index'),
			('S', 'sequence'), ('f', 'foreign table')) k (relkind, type)
		LEFT JOIN (SELECT r.oid, r.relkind FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
			WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'schema_guard')) c ON c.relkind::text = k.relkind
		GROUP BY k.type
		UNION ALL
		SELECT 'schema_guard_tables_without_primary_key', '{}', pg_catalog.count(*), 'gauge', 'Tables without a primary key, partitions left aside'
		FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
		WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'schema_guard')
			AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid AND i.indisprimary)
		UNION ALL
		SELECT 'schema_guard_invalid_indexes', '{}', pg_catalog.count(*), 'gauge', 'Invalid indexes, those being built among them'
		FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relpersistence <> 't'
		UNION ALL
		SELECT 'schema_guard_constraints_not_validated', '{}', pg_catalog.count(*), 'gauge', 'Constraints that were never validated'
		FROM pg_catalog.pg_constraint c WHERE NOT c.convalidated AND COALESCE((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
		UNION ALL
		(SELECT 'schema_guard_sequence_used_ratio', pg_catalog.jsonb_build_object('sequence', u.object), u.used, 'gauge',
			'How much of its numbers a sequence has given out, of the 20 nearest to their end'
		FROM usage u WHERE u.kind = 'sequence' AND u.used IS NOT NULL ORDER BY u.used DESC, u.object LIMIT 20)
		UNION ALL
		(SELECT 'schema_guard_integer_key_used_ratio', pg_catalog.jsonb_build_object('column', u.object), u.used, 'gauge',
			'How near a column comes to the end of its type, which is narrower than its sequence, of the 20 nearest'
		FROM usage u WHERE u.kind = 'integer_key' AND u.used IS NOT NULL ORDER BY u.used DESC, u.object LIMIT 20)
		UNION ALL
		(SELECT 'schema_guard_table_growth_bytes_per_day', pg_catalog.jsonb_build_object('table', g.table_name), g.bytes_per_day, 'gauge',
			'How fast a table has grown in the last week, of the 20 fastest'
		FROM schema_guard.table_growth g ORDER BY g.bytes_per_day DESC, g.table_name LIMIT 20)
		UNION ALL
		(SELECT 'schema_guard_table_size_bytes', pg_catalog.jsonb_build_object('table', g.table_name), g.size_bytes, 'gauge',
			'Size of a table without its indexes, of the 20 largest'
		FROM schema_guard.table_growth g ORDER BY g.size_bytes DESC, g.table_name LIMIT 20)
		UNION ALL
		SELECT 'schema_guard_constraint_violations_total', pg_catalog.jsonb_build_object('sqlstate', r.sqlstate), pg_catalog.sum(r.violations), 'counter',
			'Errors by which constraints refused something, since the server started'
		FROM refused r WHERE r.sqlstate IS NOT NULL GROUP BY r.sqlstate
		UNION ALL
		(SELECT 'schema_guard_violations_of_constraint_total', pg_catalog.jsonb_build_object('table', r.relation, 'constraint', r.name,
			'sqlstate', r.sqlstate), r.violations, 'counter',
			'Errors by which a constraint refused something, of the 20 that did most often'
		FROM refused r WHERE r.sqlstate IS NOT NULL ORDER BY r.violations DESC, 2 LIMIT 20)
		UNION ALL
		SELECT 'schema_guard_constraint_violations_uncounted_total', '{}', COALESCE(pg_catalog.sum(r.violations), 0), 'counter',
			'Such errors, of all databases, that there was no room to count by constraint'
		FROM refused r WHERE r.sqlstate IS NULL
		UNION ALL
		SELECT 'schema_guard_lock_waiters', '{}', pg_catalog.count(DISTINCT q.pid), 'gauge', 'Sessions that wait for a lock' FROM queues q
		UNION ALL
		SELECT 'schema_guard_lock_wait_max_seconds', '{}', COALESCE(pg_catalog.max(q.waited), 0), 'gauge', 'The longest wait for a lock' FROM queues q
		UNION ALL
		SELECT 'schema_guard_ddl_queue_depth', '{}', COALESCE(pg_catalog.max(q.queue), 0), 'gauge', 'The most sessions that queue behind one that waits for a strong lock'
		FROM queues q WHERE q.strong
	)
	SELECT f.name, pg_catalog.jsonb_build_object('datname', pg_catalog.current_database()) || f.labels::jsonb, f.value::double precision, f.type, f.help
	FROM figures f;
END;
COMMENT ON FUNCTION schema_guard.metrics() IS 'figures for a monitoring system, a row each: name, labels, value, type, and what it says';

CREATE FUNCTION schema_guard.metrics_text() RETURNS text LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(g.text, '' ORDER BY g.name)
	FROM (SELECT m.name, pg_catalog.format(E'# HELP %s %s\n# TYPE %s %s\n', m.name,
				pg_catalog.replace(pg_catalog.replace(m.help, E'\\', E'\\\\'), E'\n', E'\\n'), m.name, m.type)
			|| pg_catalog.string_agg(pg_catalog.format(E'%s{%s} %s\n', m.name,
				(SELECT pg_catalog.string_agg(pg_catalog.format('%s="%s"', l.key, pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
					l.value, E'\\', E'\\\\'), '"', E'\\"'), E'\n', E'\\n')), ',' ORDER BY l.key) FROM pg_catalog.jsonb_each_text(m.labels) l),
				CASE m.value WHEN 'Infinity' THEN '+Inf' WHEN '-Infinity' THEN '-Inf' ELSE m.value::text END), '' ORDER BY m.labels::text) AS text
		FROM schema_guard.metrics() m GROUP BY m.name, m.type, m.help) g;
END;
COMMENT ON FUNCTION schema_guard.metrics_text() IS 'metrics() in the text format of Prometheus';

REVOKE EXECUTE ON FUNCTION schema_guard.metrics(), schema_guard.metrics_text() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.metrics(), schema_guard.metrics_text() TO pg_monitor;
