-- What is used, by the server's counters over time.

CREATE VIEW schema_guard.usage_nodes AS
SELECT n.node, n.is_local, n.first_sample, n.last_sample, n.timeline, n.in_recovery, n.counters_since,
	(SELECT pg_catalog.count(*) FROM schema_guard.usage_sample s WHERE s.node = n.node) AS samples
FROM schema_guard.usage_node n;
COMMENT ON VIEW schema_guard.usage_nodes IS 'the servers whose usage of tables and indexes is known';
COMMENT ON COLUMN schema_guard.usage_nodes.is_local IS 'this server; of others, usage was imported';
COMMENT ON COLUMN schema_guard.usage_nodes.counters_since IS 'when its counters last began anew';

CREATE VIEW schema_guard.index_usage AS
SELECT d.day, d.node, pg_catalog.format('%I.%I', o.schema_name, o.table_name) AS table_name,
	pg_catalog.format('%I.%I', o.schema_name, o.index_name) AS index_name, d.scans, d.tup_read, d.tup_fetch, o.relid AS indexrelid, o.first_seen, d.plan_uses
FROM schema_guard.usage_day d JOIN schema_guard.usage_object o ON o.id = d.object
WHERE o.index_name IS NOT NULL;
COMMENT ON VIEW schema_guard.index_usage IS 'how often each index was scanned on each server and day; no row where it was not';
COMMENT ON COLUMN schema_guard.index_usage.day IS 'of the sample, by UTC';
COMMENT ON COLUMN schema_guard.index_usage.tup_read IS 'entries read';
COMMENT ON COLUMN schema_guard.index_usage.tup_fetch IS 'rows fetched from the table';
COMMENT ON COLUMN schema_guard.index_usage.plan_uses IS 'executed plans with it, of those that schema_guard.track_plans lets look at';

CREATE VIEW schema_guard.table_usage AS
SELECT d.day, d.node, pg_catalog.format('%I.%I', o.schema_name, o.table_name) AS table_name, d.scans AS seq_scans, d.tup_read AS seq_tup_read,
	d.inserted, d.updated, d.hot_updated, d.deleted, o.relid, o.first_seen
FROM schema_guard.usage_day d JOIN schema_guard.usage_object o ON o.id = d.object
WHERE o.index_name IS NULL;
COMMENT ON VIEW schema_guard.table_usage IS 'how often each table was scanned whole, and what was written to it, on each server and day';
COMMENT ON COLUMN schema_guard.table_usage.hot_updated IS 'of updated: in place, without new entries in indexes';

-- What is counted: tables, materialized views, their indexes.  What is partitioned has no counters, its partitions have.
CREATE VIEW schema_guard.usage_target AS
SELECT c.oid AS relid, n.nspname AS schema_name, COALESCE(t.relname, c.relname) AS table_name,
	CASE WHEN i.indexrelid IS NOT NULL THEN c.relname END AS index_name, i.indrelid
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE c.relkind = ANY ('{r,m,i}') AND c.relpersistence <> 't'
	AND n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast,schema_guard}');
COMMENT ON VIEW schema_guard.usage_target IS 'the relations whose usage is counted';

-- After a crash the counters are empty, and all of these times are its own; a reset by hand moves one.  Each server has its own: a promoted
-- standby under the name of the old primary is told by it, and one that keeps its name counts on.
CREATE FUNCTION schema_guard.usage_epoch() RETURNS timestamp with time zone LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT LEAST((SELECT b.stats_reset FROM pg_catalog.pg_stat_bgwriter b), (SELECT w.stats_reset FROM pg_catalog.pg_stat_wal w),
		(SELECT a.stats_reset FROM pg_catalog.pg_stat_archiver a), (SELECT pg_catalog.min(s.stats_reset) FROM pg_catalog.pg_stat_slru s));
END;
COMMENT ON FUNCTION schema_guard.usage_epoch() IS 'when the counters of this server began: it was made, crashed, or they were all reset';

CREATE FUNCTION schema_guard.local_node() RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT COALESCE(NULLIF(pg_catalog.current_setting('cluster_name'), ''), 'primary');
END;
COMMENT ON FUNCTION schema_guard.local_node() IS 'the name of this server among those that report usage: cluster_name, or primary';

CREATE FUNCTION schema_guard.library_plan_uses(OUT relid oid, OUT plans bigint, OUT last_at timestamp with time zone) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_library_plan_uses' LANGUAGE C STABLE;
COMMENT ON FUNCTION schema_guard.library_plan_uses() IS 'how many executed plans had each index, of those looked at, since the server started';

CREATE FUNCTION schema_guard.library_plans_since() RETURNS timestamp with time zone
AS 'MODULE_PATHNAME', 'schema_guard_library_plans_since' LANGUAGE C STABLE;
COMMENT ON FUNCTION schema_guard.library_plans_since() IS 'since when plans are looked at; null while they are not, or not for all indexes';

CREATE FUNCTION schema_guard.export_usage() RETURNS jsonb LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_build_object('version', 1, 'node', schema_guard.local_node(),
		'system_identifier', (SELECT s.system_identifier::text FROM pg_catalog.pg_control_system() s),
		'database', pg_catalog.current_database(),
		-- The control file knows of a promotion only after the next checkpoint.
		'timeline', CASE WHEN pg_catalog.pg_is_in_recovery() THEN (SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() c)
			ELSE ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::integer END,
		'in_recovery', pg_catalog.pg_is_in_recovery(),
		'sampled_at', pg_catalog.clock_timestamp(),
		'epoch', schema_guard.usage_epoch(),
		'counters_since', GREATEST(schema_guard.usage_epoch(), (SELECT d.stats_reset FROM pg_catalog.pg_stat_database d
			WHERE d.datname = pg_catalog.current_database())),
		'columns', pg_catalog.jsonb_build_array('relid', 'scans', 'tup_read', 'tup_fetch', 'inserted', 'updated', 'hot_updated', 'deleted', 'plan_uses'),
		'plans_since', schema_guard.library_plans_since(),
		'relations', COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(r.relid::bigint, r.scans, r.tup_read, r.tup_fetch, r.inserted,
			r.updated, r.hot_updated, r.deleted, r.plan_uses)), '[]'))
	FROM (SELECT t.relid, pg_catalog.pg_stat_get_numscans(t.relid) AS scans, pg_catalog.pg_stat_get_tuples_returned(t.relid) AS tup_read,
			pg_catalog.pg_stat_get_tuples_fetched(t.relid) AS tup_fetch, pg_catalog.pg_stat_get_tuples_inserted(t.relid) AS inserted,
			pg_catalog.pg_stat_get_tuples_updated(t.relid) AS updated, pg_catalog.pg_stat_get_tuples_hot_updated(t.relid) AS hot_updated,
			pg_catalog.pg_stat_get_tuples_deleted(t.relid) AS deleted, COALESCE(p.plans, 0) AS plan_uses
		FROM schema_guard.usage_target t LEFT JOIN schema_guard.library_plan_uses() p ON p.relid = t.relid OFFSET 0) r
	WHERE r.plan_uses > 0 OR r.scans > 0 OR r.tup_read > 0 OR r.tup_fetch > 0 OR r.inserted > 0 OR r.updated > 0 OR r.deleted > 0;
END;
COMMENT ON FUNCTION schema_guard.export_usage() IS
'the counters of this server''s tables and indexes as one document, for import_usage() on its primary; runs on a standby, too';

-- What makes it the same index; where in the text an expression stood is no part of that.
CREATE FUNCTION schema_guard.usage_definition(index oid) RETURNS text LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT pg_catalog.md5(pg_catalog.concat_ws('/', i.indrelid, x.relam, i.indnkeyatts, i.indisunique, i.indkey, i.indclass, i.indcollation, i.indoption,
		pg_catalog.regexp_replace(pg_catalog.concat_ws('/', i.indexprs, i.indpred), ':location -?\d+', '', 'g')))
	FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indexrelid = index;
END;
COMMENT ON FUNCTION schema_guard.usage_definition(oid) IS 'stays the same as long as an index does, under any name and address';

CREATE FUNCTION schema_guard.refuse_usage(node text, why text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_refuse_usage' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.refuse_usage(text, text) IS 'raises 22023: usage that cannot be imported; part of import_usage()';

CREATE FUNCTION schema_guard.usage_kept_since() RETURNS timestamp with time zone LANGUAGE sql STABLE
BEGIN ATOMIC
	-- Null where it is kept for ever.
	SELECT pg_catalog.now() - NULLIF(pg_catalog.current_setting('schema_guard.usage_retention')::interval, '0'::interval);
END;
COMMENT ON FUNCTION schema_guard.usage_kept_since() IS 'since when usage is kept, by schema_guard.usage_retention; part of sample_index_usage()';

CREATE FUNCTION schema_guard.write_usage(node text, usage jsonb, is_local boolean) RETURNS void LANGUAGE sql VOLATILE SET jit = off
BEGIN ATOMIC
	SELECT schema_guard.refuse_usage(write_usage.node, c.why) FROM (SELECT CASE
			WHEN pg_catalog.btrim(write_usage.node, E' \t\n\r') = '' THEN 'a server needs a name'
			WHEN pg_catalog.jsonb_typeof(usage -> 'relations') IS DISTINCT FROM 'array' OR (usage ->> 'version') IS DISTINCT FROM '1'
				OR NOT usage ?& '{sampled_at,epoch,counters_since,timeline,in_recovery}' THEN 'it is no document of export_usage()'
			WHEN (usage ->> 'system_identifier') IS DISTINCT FROM (SELECT s.system_identifier::text FROM pg_catalog.pg_control_system() s)
				THEN 'it was taken from another cluster: only standbys of this one count'
			WHEN (usage ->> 'database') IS DISTINCT FROM pg_catalog.current_database() THEN 'it was taken from database "' || (usage ->> 'database') || '"'
			WHEN NOT is_local AND write_usage.node = schema_guard.local_node() THEN 'that is the name of this server: give each standby a name of its own'
			WHEN (usage ->> 'sampled_at')::timestamp with time zone > pg_catalog.now() + '1 hour' THEN 'it was taken in the future'
			WHEN NOT is_local AND (usage ->> 'sampled_at')::timestamp with time zone
				<= (SELECT n.last_sample FROM schema_guard.usage_node n WHERE n.node = write_usage.node) THEN 'a later sample is known'
			END AS why) c WHERE c.why IS NOT NULL;

	-- One writer at a time for each node.
	INSERT INTO schema_guard.usage_node (node, is_local) VALUES (write_usage.node, write_usage.is_local) ON CONFLICT DO NOTHING;
	SELECT FROM schema_guard.usage_node n WHERE n.node = write_usage.node FOR UPDATE;
	-- After a promotion another server is this one.
	UPDATE schema_guard.usage_node SET is_local = usage_node.node = write_usage.node
	WHERE write_usage.is_local AND usage_node.is_local <> (usage_node.node = write_usage.node);

	-- The same index at a new address, the same address under another name, and what is new.
	UPDATE schema_guard.usage_object SET relid = m.relid
	FROM (SELECT DISTINCT ON (t.relid) t.relid, o.id
		FROM schema_guard.usage_target t JOIN schema_guard.usage_object o ON t.schema_name = o.schema_name AND t.table_name = o.table_name
			AND t.index_name = o.index_name
		WHERE NOT EXISTS (SELECT FROM schema_guard.usage_object k WHERE k.relid = t.relid)
			AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.relid)
			AND o.definition = schema_guard.usage_definition(t.relid)
		ORDER BY t.relid, o.first_seen DESC) m
	WHERE usage_object.id = m.id;
	UPDATE schema_guard.usage_object SET schema_name = t.schema_name, table_name = t.table_name, index_name = t.index_name
	FROM schema_guard.usage_target t
	WHERE t.relid = usage_object.relid AND (t.schema_name <> usage_object.schema_name OR t.table_name <> usage_object.table_name
		OR t.index_name <> usage_object.index_name);
	INSERT INTO schema_guard.usage_object (relid, schema_name, table_name, index_name, definition, first_seen)
	SELECT t.relid, t.schema_name, t.table_name, t.index_name, schema_guard.usage_definition(t.relid),
		(usage ->> 'sampled_at')::timestamp with time zone
	FROM schema_guard.usage_target t
	WHERE NOT EXISTS (SELECT FROM schema_guard.usage_object k WHERE k.relid = t.relid)
	ON CONFLICT DO NOTHING;

	WITH sample AS MATERIALIZED (
		SELECT n.node, n.last_sample, n.first_sample IS NULL AS first, d.*,
			n.plans_since IS NOT DISTINCT FROM d.plans_since AS plans_go_on, d.epoch IS DISTINCT FROM n.epoch AS anew, d.counters_since IS DISTINCT FROM n.counters_since AS reset
		FROM schema_guard.usage_node n, (SELECT (usage ->> 'sampled_at')::timestamp with time zone AS sampled_at,
				(usage ->> 'epoch')::timestamp with time zone AS epoch, (usage ->> 'counters_since')::timestamp with time zone AS counters_since,
				(usage ->> 'plans_since')::timestamp with time zone AS plans_since, (usage ->> 'timeline')::bigint AS timeline, (usage ->> 'in_recovery')::boolean AS in_recovery) d
		WHERE n.node = write_usage.node AND (n.last_sample IS NULL OR n.last_sample < d.sampled_at)
	), reading AS MATERIALIZED (
		SELECT o.id, (r ->> 1)::bigint AS scans, (r ->> 2)::bigint AS tup_read, (r ->> 3)::bigint AS tup_fetch, (r ->> 4)::bigint AS inserted,
			(r ->> 5)::bigint AS updated, (r ->> 6)::bigint AS hot_updated, (r ->> 7)::bigint AS deleted, COALESCE((r ->> 8)::bigint, 0) AS plan_uses
		FROM pg_catalog.jsonb_array_elements(usage -> 'relations') r JOIN schema_guard.usage_object o ON o.relid = (r ->> 0)::oid
	), counter AS MATERIALIZED (
		SELECT * FROM schema_guard.usage_counter c WHERE c.node = write_usage.node
	), pair AS MATERIALIZED (
		-- What has no reading stands at zero.  The first sample is where counting begins.  Counters that began anew, all or one, are
		-- what has happened since, and at the least what has happened.
		SELECT COALESCE(c.object, r.id) AS object, s.first, s.node, s.sampled_at,
			NOT (s.anew OR r.scans < c.scans OR r.tup_read < c.tup_read OR r.tup_fetch < c.tup_fetch OR r.inserted < c.inserted
				OR r.updated < c.updated OR r.deleted < c.deleted OR r.id IS NULL) AS goes_on,
			COALESCE(r.scans, 0) AS scans, COALESCE(r.tup_read, 0) AS tup_read, COALESCE(r.tup_fetch, 0) AS tup_fetch,
			COALESCE(r.inserted, 0) AS inserted, COALESCE(r.updated, 0) AS updated, COALESCE(r.hot_updated, 0) AS hot_updated,
			COALESCE(r.deleted, 0) AS deleted,
			COALESCE(c.scans, 0) AS old_scans, COALESCE(c.tup_read, 0) AS old_tup_read, COALESCE(c.tup_fetch, 0) AS old_tup_fetch,
			COALESCE(c.inserted, 0) AS old_inserted, COALESCE(c.updated, 0) AS old_updated, COALESCE(c.hot_updated, 0) AS old_hot_updated,
			COALESCE(c.deleted, 0) AS old_deleted,
			-- Counted by the library, which forgets at every start.
			COALESCE(r.plan_uses, 0) AS plan_uses, CASE WHEN s.plans_go_on AND r.plan_uses >= c.plan_uses THEN COALESCE(c.plan_uses, 0) ELSE 0 END AS old_plan_uses
		FROM sample s CROSS JOIN (reading r FULL JOIN counter c ON c.object = r.id)
		WHERE (r.scans, r.tup_read, r.tup_fetch, r.inserted, r.updated, r.hot_updated, r.deleted, r.plan_uses)
			IS DISTINCT FROM (c.scans, c.tup_read, c.tup_fetch, c.inserted, c.updated, c.hot_updated, c.deleted, c.plan_uses) OR s.anew OR NOT s.plans_go_on
	), kept AS (
		INSERT INTO schema_guard.usage_counter AS k
		SELECT p.node, p.object, p.scans, p.tup_read, p.tup_fetch, p.inserted, p.updated, p.hot_updated, p.deleted,
			p.plan_uses FROM pair p
		ON CONFLICT (object, node) DO UPDATE SET scans = excluded.scans, tup_read = excluded.tup_read, tup_fetch = excluded.tup_fetch,
			inserted = excluded.inserted, updated = excluded.updated, hot_updated = excluded.hot_updated, deleted = excluded.deleted,
			plan_uses = excluded.plan_uses
	), counted AS (
		INSERT INTO schema_guard.usage_day AS k
		SELECT * FROM (SELECT p.node, p.object, (p.sampled_at AT TIME ZONE 'UTC')::date AS day,
				p.scans - CASE WHEN p.goes_on THEN p.old_scans ELSE 0 END AS scans,
				p.tup_read - CASE WHEN p.goes_on THEN p.old_tup_read ELSE 0 END AS tup_read,
				p.tup_fetch - CASE WHEN p.goes_on THEN p.old_tup_fetch ELSE 0 END AS tup_fetch,
				p.inserted - CASE WHEN p.goes_on THEN p.old_inserted ELSE 0 END AS inserted,
				p.updated - CASE WHEN p.goes_on THEN p.old_updated ELSE 0 END AS updated,
				p.hot_updated - CASE WHEN p.goes_on THEN p.old_hot_updated ELSE 0 END AS hot_updated,
				p.deleted - CASE WHEN p.goes_on THEN p.old_deleted ELSE 0 END AS deleted, p.plan_uses - p.old_plan_uses AS plan_uses
			FROM pair p WHERE NOT p.first) d
		WHERE d.scans > 0 OR d.tup_read > 0 OR d.tup_fetch > 0 OR d.inserted > 0 OR d.updated > 0 OR d.deleted > 0
			OR d.plan_uses > 0
		ON CONFLICT (object, node, day) DO UPDATE SET scans = k.scans + excluded.scans, tup_read = k.tup_read + excluded.tup_read,
			tup_fetch = k.tup_fetch + excluded.tup_fetch, inserted = k.inserted + excluded.inserted, updated = k.updated + excluded.updated,
			hot_updated = k.hot_updated + excluded.hot_updated, deleted = k.deleted + excluded.deleted,
			plan_uses = k.plan_uses + excluded.plan_uses
	), noted AS (
		INSERT INTO schema_guard.usage_sample
		SELECT s.node, s.sampled_at, CASE WHEN s.first THEN s.sampled_at
			WHEN s.anew OR s.reset THEN GREATEST(s.last_sample, LEAST(s.sampled_at, s.counters_since)) ELSE s.last_sample END,
			CASE WHEN s.plans_since IS NULL THEN NULL WHEN s.first THEN s.sampled_at WHEN s.plans_go_on THEN s.last_sample
				ELSE GREATEST(s.last_sample, LEAST(s.sampled_at, s.plans_since)) END
		FROM sample s
	)
	UPDATE schema_guard.usage_node SET first_sample = COALESCE(usage_node.first_sample, s.sampled_at), last_sample = s.sampled_at,
		timeline = s.timeline, in_recovery = s.in_recovery, epoch = s.epoch, counters_since = s.counters_since, plans_since = s.plans_since
	FROM sample s WHERE usage_node.node = s.node;

	DELETE FROM schema_guard.usage_day WHERE usage_day.day < schema_guard.usage_kept_since()::date;
	DELETE FROM schema_guard.usage_sample WHERE usage_sample.node = write_usage.node AND usage_sample.sampled_at < schema_guard.usage_kept_since();
	WITH gone AS (
		DELETE FROM schema_guard.usage_object
		WHERE usage_object.first_seen < schema_guard.usage_kept_since()
			AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = usage_object.relid)
			AND NOT EXISTS (SELECT FROM schema_guard.usage_day d WHERE d.object = usage_object.id)
		RETURNING usage_object.id
	)
	DELETE FROM schema_guard.usage_counter USING gone WHERE usage_counter.object = gone.id;
END;
COMMENT ON FUNCTION schema_guard.write_usage(text, jsonb, boolean) IS 'adds to the usage of a server what was counted since its last sample';

CREATE FUNCTION schema_guard.sample_index_usage() RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_sample_index_usage' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.sample_index_usage() IS 'takes one sample of what this server has used and written; for the worker, pg_cron, or by hand';

CREATE FUNCTION schema_guard.import_usage(node text, usage jsonb) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_import_usage' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.import_usage(text, jsonb) IS 'adds what a standby has used: a document of its export_usage()';

CREATE FUNCTION schema_guard.pull_usage(server text, node text DEFAULT NULL) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_pull_usage' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.pull_usage(text, text) IS
'adds what a standby has used, fetched from it: a foreign server by whose name, or another, the standby goes';

CREATE FUNCTION schema_guard.forget_usage(node text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_forget_usage' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.forget_usage(text) IS 'forgets a server that is no more, and what it used';

REVOKE EXECUTE ON FUNCTION schema_guard.usage_kept_since(), schema_guard.usage_epoch(), schema_guard.local_node(), schema_guard.export_usage(), schema_guard.usage_definition(oid),
	schema_guard.refuse_usage(text, text), schema_guard.write_usage(text, jsonb, boolean), schema_guard.sample_index_usage(),
	schema_guard.import_usage(text, jsonb), schema_guard.pull_usage(text, text), schema_guard.forget_usage(text),
	schema_guard.library_plan_uses(), schema_guard.library_plans_since() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.usage_epoch(), schema_guard.local_node(), schema_guard.export_usage(),
	schema_guard.library_plan_uses(), schema_guard.library_plans_since() TO pg_monitor;
GRANT SELECT ON schema_guard.usage_nodes, schema_guard.index_usage, schema_guard.table_usage, schema_guard.usage_target TO pg_monitor;
