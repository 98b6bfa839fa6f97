-- What needs somebody's attention.

CREATE VIEW schema_guard.alert_kinds AS
SELECT k.kind, CASE WHEN t.kind IS NULL THEN k.warning ELSE t.warning END AS warning,
	CASE WHEN t.kind IS NULL THEN k.critical ELSE t.critical END AS critical, k.unit, k.description
FROM (VALUES
	('drift', NULL::double precision, 1::double precision, 'objects', 'an object is not what is on record, see drift()'),
	('guard', NULL, 1, 'faults', 'the guard is off, or its event triggers are'),
	('log_tampered', NULL, 1, 'findings', 'the log is not as it was sealed, see verify_log()'),
	('mode_changed', 1, NULL, 'times a day', 'the mode was changed in the last 24 hours'),
	('override_used', 1, NULL, 'times a day', 'a role used an override in the last 24 hours'),
	('refused', 1, 100, 'times a day', 'statements of a role were refused in the last 24 hours'),
	('worker', 3, 10, 'failures', 'the worker of this database fails, time after time'),
	('invalid_index', 1, NULL, 'indexes', 'an index is invalid: written to, and of no use'),
	('constraint_not_valid', 7, 30, 'days', 'a constraint was never validated'),
	('ddl_waiting', 5, 30, 'seconds', 'a strong lock is waited for, and others queue behind it'),
	('lock_wait', 60, 600, 'seconds', 'a lock is waited for'),
	('sequence', 0.75, 0.9, 'ratio', 'a sequence comes to its end'),
	('table_growth', 10, 100, 'gigabytes a week', 'a table grows fast'),
	('integer_key', 0.75, 0.9, 'ratio', 'a column comes to the end of its type, which is narrower than its sequence')
) k (kind, warning, critical, unit, description) LEFT JOIN schema_guard.alert_thresholds t ON t.kind = k.kind;
COMMENT ON VIEW schema_guard.alert_kinds IS 'what there are alerts of, and from which value on; null: never';
COMMENT ON COLUMN schema_guard.alert_kinds.unit IS 'what warning, critical and the value of an alert are in';

CREATE VIEW schema_guard.alerts AS
SELECT a.id, a.kind, a.severity, a.state, a.object, a.message, a.value, a.count, a.first_seen, a.last_seen, a.resolved_at,
	a.acknowledged_at, a.acknowledged_by, a.acknowledged_because, a.fingerprint
FROM schema_guard.alert_log a;
COMMENT ON VIEW schema_guard.alerts IS 'what needs, or needed, somebody''s attention: a row from when it is first seen until it is over';
COMMENT ON COLUMN schema_guard.alerts.state IS 'firing, acknowledged: somebody knows, or resolved: it is over';
COMMENT ON COLUMN schema_guard.alerts.value IS 'as last seen, in the unit of alert_kinds';
COMMENT ON COLUMN schema_guard.alerts.count IS 'the checks that have seen it';
COMMENT ON COLUMN schema_guard.alerts.fingerprint IS 'the same for the same kind and object';

CREATE FUNCTION schema_guard.sequence_positions(OUT sequence oid, OUT last_value bigint, OUT is_called boolean) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_sequence_positions' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.sequence_positions() IS 'where each sequence stands, but for those that are locked exclusively: nothing waits';

-- Ascending and descending; a sequence that cycles has no end.
CREATE FUNCTION schema_guard.sequence_usage(OUT kind text, OUT object text, OUT used double precision, OUT message text) RETURNS SETOF record
LANGUAGE sql VOLATILE
BEGIN ATOMIC
	WITH used AS (
		SELECT s.seqrelid, p.last_value, CASE WHEN s.seqincrement > 0 THEN s.seqmax ELSE s.seqmin END AS ending, s.seqmax, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
			CASE WHEN NOT p.is_called THEN 0 WHEN s.seqincrement > 0
				THEN (p.last_value::numeric - s.seqmin) / NULLIF(s.seqmax::numeric - s.seqmin, 0)
				ELSE (s.seqmax::numeric - p.last_value) / NULLIF(s.seqmax::numeric - s.seqmin, 0) END AS ratio
		FROM pg_catalog.pg_sequence s LEFT JOIN schema_guard.sequence_positions() p ON p.sequence = s.seqrelid
		JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE NOT s.seqcycle AND c.relpersistence <> 't'
	), fed AS (
		SELECT d.objid AS sequence, d.refobjid AS relid, d.refobjsubid AS attnum
		FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
			AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
		UNION
		SELECT d.refobjid, f.adrelid, f.adnum
		FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
			AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid = 0
	)
	SELECT 'sequence', u.name, u.ratio::double precision, pg_catalog.format('sequence %s is at %s of %s', u.name, u.last_value, u.ending)
	FROM used u
	UNION ALL
	SELECT 'integer_key', c.name, pg_catalog.max(c.ratio),
		pg_catalog.format('column %s is at %s of %s, the end of its type', c.name, pg_catalog.max(c.last_value), pg_catalog.max(c.most))
	FROM (SELECT pg_catalog.format('%I.%I.%I', n.nspname, r.relname, a.attname) AS name, u.last_value,
			CASE a.atttypid WHEN 'int2'::pg_catalog.regtype THEN 32767 ELSE 2147483647 END AS most,
			u.last_value::double precision / CASE a.atttypid WHEN 'int2'::pg_catalog.regtype THEN 32767 ELSE 2147483647 END AS ratio
		FROM used u JOIN fed f ON f.sequence = u.seqrelid
		JOIN pg_catalog.pg_attribute a ON a.attrelid = f.relid AND a.attnum = f.attnum
		JOIN pg_catalog.pg_class r ON r.oid = f.relid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
		WHERE a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype)
			AND u.seqmax > CASE a.atttypid WHEN 'int2'::pg_catalog.regtype THEN 32767 ELSE 2147483647 END) c
	GROUP BY c.name;
END;
COMMENT ON FUNCTION schema_guard.sequence_usage() IS 'how much of its numbers each sequence has given out, and of its type''s each column that has a wider sequence; null: it is locked';

CREATE VIEW schema_guard.lock_queues AS
SELECT CASE WHEN w.relation IS NULL THEN w.locktype ELSE w.relation::pg_catalog.regclass::text END AS object, w.pid, w.mode,
	EXTRACT(epoch FROM pg_catalog.clock_timestamp() - w.waitstart)::double precision AS waited,
	(SELECT pg_catalog.count(DISTINCT q.pid) FROM pg_catalog.pg_locks q WHERE NOT q.granted AND q.pid <> w.pid
		AND q.locktype = 'relation' AND q.database = w.database AND q.relation = w.relation AND q.waitstart >= w.waitstart) AS queue,
	w.locktype = 'relation' AND w.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') AS strong
FROM pg_catalog.pg_locks w JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid
WHERE NOT w.granted AND w.waitstart IS NOT NULL AND a.datname = pg_catalog.current_database();
COMMENT ON VIEW schema_guard.lock_queues IS 'who waits for which lock in this database, how many seconds, and how many queue behind';

-- All but drift, which may have to wait for a lock.
CREATE FUNCTION schema_guard.alert_conditions(OUT kind text, OUT object text, OUT value double precision, OUT message text) RETURNS SETOF record
LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT 'guard', 'mode', 1, 'the guard is off: ' || m.reason FROM schema_guard.mode m WHERE m.mode = 'off'
	UNION ALL
	SELECT 'guard', s.item, 1, 'the guard is off: ' || s.detail FROM schema_guard.library_status() s WHERE s.item = 'enabled' AND s.value = 'off'
	UNION ALL
	SELECT 'guard', t.evtname::text, 1, pg_catalog.format('event trigger %I is not enabled always', t.evtname)
	FROM pg_catalog.pg_event_trigger t WHERE t.evtname LIKE 'schema\_guard\_%' AND t.evtenabled <> 'A'
	UNION ALL
	SELECT 'mode_changed', 'mode', pg_catalog.count(*), 'the mode is ' || (SELECT m.mode FROM schema_guard.mode m) || ', last changed by '
			|| (pg_catalog.array_agg(l.session_user_name ORDER BY l.started_at DESC))[1]
	FROM schema_guard.statement_log l
	WHERE l.started_at > pg_catalog.now() - '1 day'::interval AND l.class = 'guard' AND l.command_tag = 'SET MODE' HAVING pg_catalog.count(*) > 0
	UNION ALL
	SELECT 'override_used', l.session_user_name, pg_catalog.count(*), pg_catalog.format('%s used an override for %s statements, last because: %s',
			l.session_user_name, pg_catalog.count(*), (pg_catalog.array_agg(l.override_reason ORDER BY l.started_at DESC))[1])
	FROM schema_guard.statement_log l WHERE l.started_at > pg_catalog.now() - '1 day'::interval AND l.allowed_by = 'override'
	GROUP BY l.session_user_name
	UNION ALL
	SELECT 'refused', l.session_user_name, pg_catalog.count(*), pg_catalog.format('%s statements of %s were refused, last: %s',
			pg_catalog.count(*), l.session_user_name, (pg_catalog.array_agg(l.command_tag ORDER BY l.started_at DESC))[1])
	FROM schema_guard.statement_log l WHERE l.started_at > pg_catalog.now() - '1 day'::interval AND l.decision = 'refused'
	GROUP BY l.session_user_name
	UNION ALL
	SELECT 'log_tampered', 'log', pg_catalog.count(*), pg_catalog.format('the log is not as it was sealed, verify_log() tells: %s',
			(pg_catalog.array_agg(pg_catalog.concat_ws(' ', v.finding, 'in block ' || v.block) ORDER BY v.block))[1])
	FROM schema_guard.verify_recent_log(5000) v WHERE v.tampered
	UNION ALL
	SELECT 'worker', w.database, w.failures, pg_catalog.format('the worker has failed %s times in a row, last: %s', w.failures, w.last_error)
	FROM schema_guard.worker_status w WHERE w.database = pg_catalog.current_database()
	UNION ALL
	SELECT 'invalid_index', pg_catalog.format('%I.%I', n.nspname, c.relname), 1,
		pg_catalog.format('index %I.%I is invalid', n.nspname, c.relname)
	FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE NOT i.indisvalid AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast'
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
			WHERE p.datname = pg_catalog.current_database() AND p.relid = i.indrelid)
	UNION ALL
	SELECT 'constraint_not_valid', pg_catalog.format('%I on %s', c.conname, COALESCE(pg_catalog.format('%I.%I', n.nspname, r.relname), pg_catalog.format_type(c.contypid, NULL))),
		EXTRACT(epoch FROM pg_catalog.now() - v.since) / 86400,
		pg_catalog.format('constraint %I on %s was not validated since %s', c.conname,
			COALESCE(pg_catalog.format('%I.%I', n.nspname, r.relname), pg_catalog.format_type(c.contypid, NULL)), v.since)
	FROM pg_catalog.pg_constraint c
	JOIN LATERAL (SELECT pg_catalog.min(w.begun_at) AS since FROM schema_guard.version_log w
		WHERE w.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND w.objid = c.oid) v ON v.since IS NOT NULL
	LEFT JOIN pg_catalog.pg_class r ON r.oid = c.conrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
	-- Since 18 a constraint that is not enforced is not validated either (ca87c415e2).
	WHERE NOT c.convalidated AND COALESCE((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
	UNION ALL
	SELECT 'ddl_waiting', q.object, pg_catalog.max(q.waited), pg_catalog.format('process %s has waited for %s on %s, %s sessions queue behind it',
		pg_catalog.min(q.pid), pg_catalog.min(q.mode), q.object, pg_catalog.max(q.queue))
	FROM schema_guard.lock_queues q WHERE q.strong AND q.queue > 0 GROUP BY q.object
	UNION ALL
	SELECT 'lock_wait', q.object, pg_catalog.max(q.waited), pg_catalog.format('%s sessions wait for a lock on %s', pg_catalog.count(DISTINCT q.pid), q.object)
	FROM schema_guard.lock_queues q GROUP BY q.object
	UNION ALL
	SELECT 'table_growth', g.table_name, g.bytes_per_day * 7 / 1073741824::double precision, pg_catalog.format('table %s has grown by %s in %s days, to %s', g.table_name,
		pg_catalog.pg_size_pretty(g.grown_bytes), EXTRACT(day FROM g.within), pg_catalog.pg_size_pretty(g.size_bytes))
	FROM schema_guard.table_growth g WHERE g.grown_bytes > 0
	UNION ALL
	SELECT u.kind, u.object, u.used, u.message FROM schema_guard.sequence_usage() u;
END;
COMMENT ON FUNCTION schema_guard.alert_conditions() IS 'what there may be alerts of, with the value that decides; part of check_alerts()';

CREATE FUNCTION schema_guard.drift_conditions(OUT kind text, OUT object text, OUT value double precision, OUT message text) RETURNS SETOF record
LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT 'drift', d.object_type || ' ' || d.object, 1, pg_catalog.format('%s %s is not as recorded: %s', d.object_type, d.object,
		pg_catalog.string_agg(DISTINCT pg_catalog.concat_ws(' ', d.change, d.attribute), ', '))
	FROM schema_guard.drift() d GROUP BY d.object_type, d.object;
END;
COMMENT ON FUNCTION schema_guard.drift_conditions() IS 'drift as there may be alerts of it; part of check_alerts()';

CREATE FUNCTION schema_guard.check_alerts() RETURNS TABLE (id bigint, event text, kind text, severity text, object text, message text)
AS 'MODULE_PATHNAME', 'schema_guard_check_alerts' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.check_alerts() IS
'looks at everything there are alerts of, opens, updates and resolves them, and tells what is new: rows, NOTIFY schema_guard, the server log';

CREATE FUNCTION schema_guard.acknowledge(id bigint, why text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_acknowledge' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.acknowledge(bigint, text) IS 'says that somebody knows of an alert, until it is over or worse';

CREATE FUNCTION schema_guard.set_threshold(kind text, warning double precision, critical double precision) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_set_threshold' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.set_threshold(text, double precision, double precision) IS
'from which value on there is an alert, in the unit of alert_kinds; null: never';

REVOKE EXECUTE ON FUNCTION schema_guard.sequence_positions(), schema_guard.sequence_usage(), schema_guard.alert_conditions(),
	schema_guard.drift_conditions(), schema_guard.check_alerts(), schema_guard.acknowledge(bigint, text),
	schema_guard.set_threshold(text, double precision, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.sequence_positions(), schema_guard.sequence_usage() TO pg_monitor;
GRANT SELECT ON schema_guard.alerts, schema_guard.alert_kinds, schema_guard.lock_queues TO pg_monitor;
