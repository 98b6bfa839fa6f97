-- Which indexes nothing has read for long enough to say so.

-- Why nothing can be said of any index over this time: a server that reads from its own copy and was not counted for all of it.
CREATE FUNCTION schema_guard.usage_gaps(since timestamp with time zone) RETURNS TABLE (node text, coverage numeric, problem text, plan_coverage numeric)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH standby AS (
		SELECT r.application_name, pg_catalog.count(*) AS n
		FROM pg_catalog.pg_stat_replication r
		WHERE r.state <> 'backup' AND r.application_name <> 'pg_receivewal'
			AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
		GROUP BY r.application_name
	), covered AS (
		SELECT n.node, n.is_local, n.last_sample, (COALESCE((SELECT pg_catalog.sum(EXTRACT(epoch FROM s.sampled_at - GREATEST(s.covered_from, since)))
				FROM schema_guard.usage_sample s WHERE s.node = n.node AND s.sampled_at > since), 0)
			-- Counted until now, if no counter has begun anew.
			+ CASE WHEN n.is_local AND n.node = schema_guard.local_node() AND NOT pg_catalog.pg_is_in_recovery()
				AND n.epoch IS NOT DISTINCT FROM schema_guard.usage_epoch()
				THEN EXTRACT(epoch FROM pg_catalog.now() - GREATEST(n.last_sample, since)) ELSE 0 END)
			/ NULLIF(EXTRACT(epoch FROM pg_catalog.now() - since), 0) AS share,
			(COALESCE((SELECT pg_catalog.sum(EXTRACT(epoch FROM s.sampled_at - GREATEST(s.plans_from, since)))
				FROM schema_guard.usage_sample s WHERE s.node = n.node AND s.sampled_at > since AND s.plans_from IS NOT NULL), 0)
			+ CASE WHEN n.is_local AND n.node = schema_guard.local_node() AND NOT pg_catalog.pg_is_in_recovery()
				AND n.plans_since = schema_guard.library_plans_since()
				THEN EXTRACT(epoch FROM pg_catalog.now() - GREATEST(n.last_sample, since)) ELSE 0 END)
			/ NULLIF(EXTRACT(epoch FROM pg_catalog.now() - since), 0) AS plan_share
		FROM schema_guard.usage_node n
	)
	SELECT c.node, pg_catalog.round(LEAST(1, GREATEST(0, c.share)), 3), CASE WHEN c.share < 0.95
		THEN pg_catalog.format('%s was observed for %s %% of the time', c.node, pg_catalog.trunc(100 * c.share)) END,
		pg_catalog.round(LEAST(1, GREATEST(0, c.plan_share)), 3)
	FROM covered c
	UNION ALL
	SELECT s.application_name, 0, CASE WHEN s.n > 1 THEN pg_catalog.format('%s standbys are all called %s', s.n, s.application_name)
		ELSE pg_catalog.format('standby %s has never reported', s.application_name) END, 0
	FROM standby s WHERE s.n > 1 OR s.application_name NOT IN (SELECT n.node FROM schema_guard.usage_node n)
	UNION ALL
	SELECT schema_guard.local_node(), 0, 'no samples yet: schema_guard.sample_index_usage() takes one', 0
	WHERE NOT EXISTS (SELECT FROM schema_guard.usage_node n WHERE n.is_local AND n.last_sample IS NOT NULL);
END;
COMMENT ON FUNCTION schema_guard.usage_gaps(timestamp with time zone) IS
'how much of the time since then the usage of each server is known, and what is wrong with it; part of unused_indexes()';

-- What happened to each relation since a day, what is not in a sample yet included.
CREATE FUNCTION schema_guard.usage_since(since date, tables_only boolean) RETURNS TABLE (relid oid, first_seen timestamp with time zone, scans bigint, tup_read bigint,
		tup_fetch bigint, inserted bigint, updated bigint, hot_updated bigint, deleted bigint, plan_uses bigint)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH counted AS (
		SELECT d.object, pg_catalog.sum(d.scans)::bigint AS scans, pg_catalog.sum(d.tup_read)::bigint AS tup_read, pg_catalog.sum(d.tup_fetch)::bigint AS tup_fetch,
			pg_catalog.sum(d.inserted)::bigint AS inserted, pg_catalog.sum(d.updated)::bigint AS updated, pg_catalog.sum(d.hot_updated)::bigint AS hot_updated,
			pg_catalog.sum(d.deleted)::bigint AS deleted, pg_catalog.sum(d.plan_uses)::bigint AS plan_uses
		FROM schema_guard.usage_day d WHERE d.day >= since GROUP BY d.object
	), live AS MATERIALIZED (
		-- Each look at a counter counts: of an index nothing is written, of one that was never scanned nothing was read.
		SELECT t.relid, t.scans, CASE WHEN t.scans > 0 THEN pg_catalog.pg_stat_get_tuples_returned(t.relid) ELSE 0 END AS tup_read,
			CASE WHEN t.scans > 0 OR t.is_table THEN pg_catalog.pg_stat_get_tuples_fetched(t.relid) ELSE 0 END AS tup_fetch,
			CASE WHEN t.is_table THEN pg_catalog.pg_stat_get_tuples_inserted(t.relid) ELSE 0 END AS inserted,
			CASE WHEN t.is_table THEN pg_catalog.pg_stat_get_tuples_updated(t.relid) ELSE 0 END AS updated,
			CASE WHEN t.is_table THEN pg_catalog.pg_stat_get_tuples_hot_updated(t.relid) ELSE 0 END AS hot_updated,
			CASE WHEN t.is_table THEN pg_catalog.pg_stat_get_tuples_deleted(t.relid) ELSE 0 END AS deleted
		FROM (SELECT u.relid, u.index_name IS NULL AS is_table, pg_catalog.pg_stat_get_numscans(u.relid) AS scans
			FROM schema_guard.usage_target u WHERE NOT tables_only OR u.index_name IS NULL OFFSET 0) t
	)
	SELECT l.relid, o.first_seen,
		COALESCE(c.scans, 0) + l.scans - CASE WHEN k.goes_on THEN k.scans ELSE 0 END,
		COALESCE(c.tup_read, 0) + l.tup_read - CASE WHEN k.goes_on THEN k.tup_read ELSE 0 END,
		COALESCE(c.tup_fetch, 0) + l.tup_fetch - CASE WHEN k.goes_on THEN k.tup_fetch ELSE 0 END,
		COALESCE(c.inserted, 0) + l.inserted - CASE WHEN k.goes_on THEN k.inserted ELSE 0 END,
		COALESCE(c.updated, 0) + l.updated - CASE WHEN k.goes_on THEN k.updated ELSE 0 END,
		COALESCE(c.hot_updated, 0) + l.hot_updated - CASE WHEN k.goes_on THEN k.hot_updated ELSE 0 END,
		COALESCE(c.deleted, 0) + l.deleted - CASE WHEN k.goes_on THEN k.deleted ELSE 0 END,
		COALESCE(c.plan_uses, 0) + COALESCE(p.plans, 0) - CASE WHEN p.plans >= k.plan_uses THEN k.plan_uses ELSE 0 END
	FROM live l
	LEFT JOIN schema_guard.library_plan_uses() p ON p.relid = l.relid
	LEFT JOIN schema_guard.usage_object o ON o.relid = l.relid
	LEFT JOIN counted c ON c.object = o.id
	LEFT JOIN LATERAL (SELECT k.*, l.scans >= k.scans AND l.tup_read >= k.tup_read AND l.tup_fetch >= k.tup_fetch AND l.inserted >= k.inserted
			AND l.updated >= k.updated AND l.deleted >= k.deleted AS goes_on
		FROM schema_guard.usage_counter k JOIN schema_guard.usage_node n ON n.node = k.node AND n.is_local
		WHERE k.object = o.id) k ON true;
END;
COMMENT ON FUNCTION schema_guard.usage_since(date, boolean) IS 'what was read and written since a day, of each table and index, or of tables only; part of the reports on indexes';

CREATE FUNCTION schema_guard.unused_indexes(min_age interval DEFAULT '35 days', min_size bigint DEFAULT 65536, schemas text[] DEFAULT '{}')
	RETURNS TABLE (table_name text, index_name text, verdict text, confidence text, reason text, observed interval, coverage numeric, scans bigint,
		last_used date, evidence jsonb, blocked_by text[], cautions text[], size_bytes bigint, writes bigint, created_by text,
		created_at timestamp with time zone, statement text, drop_sql text, create_sql text)
	LANGUAGE sql STABLE SET jit = off SET intervalstyle = 'postgres' SET datestyle = 'ISO'
BEGIN ATOMIC
	WITH span AS MATERIALIZED (
		SELECT pg_catalog.now() - min_age AS since, ((pg_catalog.now() - min_age) AT TIME ZONE 'UTC')::date AS since_day
	), gap AS MATERIALIZED (
		SELECT g.* FROM span, schema_guard.usage_gaps(span.since) g
	), known AS MATERIALIZED (
		SELECT pg_catalog.min(g.coverage) AS coverage, COALESCE(pg_catalog.min(g.plan_coverage), 0) >= 0.95 AS plans, pg_catalog.string_agg(g.problem, '; ' ORDER BY g.node) AS problem FROM gap g
	), used AS MATERIALIZED (
		SELECT u.* FROM span, schema_guard.usage_since(span.since_day, false) u
	), fact AS MATERIALIZED (
		-- Names and expressions of what is reported only.
		SELECT f.indexrelid, f.indrelid, f.relkind, f.relam, f.relispartition, f.relfilenode, f.reltablespace, f.columns, f.indpred IS NULL AS whole, f.indisunique,
			f.contype, f.constraint_oid, f.fk_target, f.indisreplident, f.of_extension, f.pinned
		FROM schema_guard.index_facts f
		WHERE f.usable AND f.schema_name <> ALL ('{pg_toast,schema_guard}') AND (pg_catalog.cardinality(schemas) = 0 OR f.schema_name = ANY (schemas))
	), part AS MATERIALIZED (
		-- An index that is partitioned is read through its partitions: it is judged as a whole.
		SELECT f.indexrelid, CASE WHEN f.relispartition THEN pg_catalog.pg_partition_root(f.indexrelid)::oid ELSE f.indexrelid END AS root, f.indrelid
		FROM fact f WHERE f.relkind = 'i'
	), table_use AS MATERIALIZED (
		SELECT p.indrelid, pg_catalog.sum(u.scans) AS index_scans FROM part p JOIN used u ON u.relid = p.indexrelid GROUP BY p.indrelid
	), summed AS MATERIALIZED (
		SELECT p.root, pg_catalog.sum(u.scans) AS scans, pg_catalog.sum(u.tup_read) AS tup_read, pg_catalog.sum(u.tup_fetch) AS tup_fetch,
			pg_catalog.sum(u.plan_uses) AS plan_uses, pg_catalog.min(u.first_seen) AS first_seen, pg_catalog.bool_and(u.first_seen IS NOT NULL) AS seen,
			pg_catalog.sum(t.inserted + t.updated - t.hot_updated) AS writes,
			pg_catalog.sum(t.inserted + t.updated + t.deleted + t.scans + x.index_scans) AS activity
		FROM part p JOIN used u ON u.relid = p.indexrelid JOIN used t ON t.relid = p.indrelid JOIN table_use x ON x.indrelid = p.indrelid
		GROUP BY p.root
	), candidate AS MATERIALIZED (
		SELECT f.*, x.planner, s.scans, s.tup_read, s.tup_fetch, s.writes, s.activity,
			GREATEST(span.since, s.first_seen) AS since, s.seen AND s.first_seen <= span.since AS old_enough,
			CASE WHEN s.scans > 0 AND NOT x.planner THEN 'rare' ELSE 'unused' END AS tendency
		FROM span, known k, summed s JOIN fact f ON f.indexrelid = s.root
		-- No plan had it, and a scan has read an entry or two: that is how the planner looks for the largest value.
		CROSS JOIN LATERAL (SELECT k.plans AND s.scans > 0 AND s.plan_uses = 0 AND s.tup_read <= 2 * s.scans AS planner) x
		WHERE s.scans = 0 OR x.planner
			-- Less than one scan an hour, and more than a thousand writes for each.
			OR s.scans * 3600 < EXTRACT(epoch FROM pg_catalog.now() - GREATEST(span.since, s.first_seen)) AND s.writes > 1000 * s.scans
	), foreign_key AS MATERIALIZED (
		SELECT k.index, pg_catalog.array_agg(pg_catalog.format('the only index for foreign key %I', k.conname)) FILTER (WHERE k.parent_deletes) AS needed,
			pg_catalog.array_agg(pg_catalog.format('the only index for foreign key %I, from whose target nothing was deleted', k.conname))
				FILTER (WHERE NOT k.parent_deletes) AS rests
		FROM (SELECT c.conname, pg_catalog.min(x.indexrelid) AS index, COALESCE(pg_catalog.bool_or(u.deleted > 0), true) AS parent_deletes
			FROM pg_catalog.pg_constraint c
			JOIN fact x ON x.indrelid = c.conrelid AND x.whole AND x.relam = ANY ('{403,405,783,4000}'::oid[])
				AND x.columns[0:pg_catalog.cardinality(c.conkey) - 1] @> c.conkey AND x.columns[0:pg_catalog.cardinality(c.conkey) - 1] <@ c.conkey
			LEFT JOIN used u ON u.relid = c.confrelid
			WHERE c.contype = 'f' GROUP BY c.oid, c.conname HAVING pg_catalog.count(DISTINCT x.indexrelid) = 1) k
		GROUP BY k.index
	), blocked AS MATERIALIZED (
		SELECT c.*, pg_catalog.array_remove(ARRAY[
				CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint' WHEN 'x' THEN 'exclusion constraint' END,
				CASE WHEN c.indisunique AND c.constraint_oid IS NULL THEN 'unique: it refuses duplicates' END,
				CASE WHEN c.fk_target THEN 'target of a foreign key' END,
				CASE WHEN c.indisreplident THEN 'replica identity' END,
				CASE WHEN c.of_extension THEN 'belongs to an extension' END,
				CASE WHEN c.pinned THEN 'its comment says schema_guard: keep' END], NULL) || COALESCE(k.needed, '{}') AS blocked_by,
			COALESCE(k.rests, '{}') AS rests
		FROM candidate c LEFT JOIN foreign_key k ON k.index = c.indexrelid
	), sized AS MATERIALIZED (
		SELECT b.*, l.relations AS locked, schema_guard.index_size(b.indexrelid, b.relkind, b.relfilenode, b.reltablespace) AS size
		FROM blocked b, schema_guard.locked_relations l
	), reported AS MATERIALIZED (
		SELECT s.* FROM sized s WHERE s.size >= min_size
	), history AS MATERIALIZED (
		-- When each was read last, and how often by which server.
		SELECT d.root, pg_catalog.max(d.last_used) AS last_used, pg_catalog.jsonb_object_agg(d.node, d.scans) AS scans
		FROM (SELECT p.root, u.node, pg_catalog.max(u.day) FILTER (WHERE u.scans > 0) AS last_used,
				COALESCE(pg_catalog.sum(u.scans) FILTER (WHERE u.day >= span.since_day), 0) AS scans
			FROM span, reported s JOIN part p ON p.root = s.indexrelid JOIN schema_guard.usage_object o ON o.relid = p.indexrelid
			JOIN schema_guard.usage_day u ON u.object = o.id
			GROUP BY p.root, u.node) d
		GROUP BY d.root
	)
	SELECT f.table_identity, f.identity, v.verdict,
		CASE WHEN v.verdict = ANY ('{unknown,blocked}') THEN NULL
			WHEN v.verdict = 'rare' OR s.planner OR h.last_used IS NOT NULL OR f.indexprs IS NOT NULL OR pg_catalog.cardinality(s.rests) > 0 THEN 'medium'
			ELSE 'high' END,
		CASE v.verdict
			WHEN 'blocked' THEN 'not read, and needed all the same'
			WHEN 'unknown' THEN pg_catalog.concat_ws('; ', CASE WHEN s.since IS NULL OR NOT s.old_enough THEN pg_catalog.format('not observed for %s yet', min_age) END,
				k.problem, CASE WHEN s.activity = 0 THEN 'the table was neither read nor written' END)
			WHEN 'rare' THEN pg_catalog.format('scans: %s, writes: %s', s.scans, s.writes)
			ELSE CASE WHEN s.planner THEN pg_catalog.format('scans: %s, all by the planner itself: no plan that was looked at had it', s.scans)
				ELSE 'no scan on any server' END END,
		CASE WHEN s.since IS NOT NULL THEN pg_catalog.now() - s.since END, k.coverage, s.scans::bigint, h.last_used,
		(SELECT pg_catalog.jsonb_object_agg(g.node, CASE WHEN g.plan_coverage > 0 THEN pg_catalog.jsonb_build_object('plan_coverage', g.plan_coverage)
				ELSE '{}' END || pg_catalog.jsonb_build_object('coverage', g.coverage, 'scans',
				COALESCE((h.scans ->> g.node)::bigint, 0)))
			FROM gap g),
		s.blocked_by,
		s.rests || pg_catalog.array_remove(ARRAY[
			(SELECT 'on trial: the planner has not seen it since ' || t.started_at::date FROM schema_guard.index_trials t
				WHERE t.indexrelid = s.indexrelid OR t.index_name = f.identity LIMIT 1),
			CASE WHEN f.indisclustered THEN 'the table is clustered on it' END,
			CASE WHEN f.indexprs IS NOT NULL THEN 'its expressions have statistics the planner may use: CREATE STATISTICS keeps them' END,
			CASE WHEN f.indpred IS NOT NULL THEN 'partial: it may be there for states that are rare' END,
			CASE WHEN NOT s.planner AND h.last_used < span.since_day THEN pg_catalog.format('it was used before, last on %s', h.last_used) END,
			CASE WHEN s.scans > 0 AND NOT s.planner AND s.tup_fetch = 0 AND s.tup_read = s.scans THEN 'all scans may be the planner''s own, looking for the largest value' END], NULL),
		s.size, s.writes::bigint, o.created_by, o.created_at, o.statement,
		schema_guard.index_drop_sql(s.relkind, f.table_identity, f.identity, f.conname), schema_guard.index_create_sql(s.indexrelid, s.locked)
	FROM span, known k, reported s JOIN schema_guard.index_facts f ON f.indexrelid = s.indexrelid
	CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.cardinality(s.blocked_by) > 0 THEN 'blocked'
		WHEN s.old_enough AND k.problem IS NULL AND s.activity > 0 THEN s.tendency ELSE 'unknown' END AS verdict) v
	LEFT JOIN history h ON h.root = s.indexrelid
	LEFT JOIN LATERAL schema_guard.index_origin(s.indexrelid, s.constraint_oid) o ON true
	ORDER BY pg_catalog.array_position('{unused,rare,unknown,blocked}', v.verdict), s.size DESC, 1, 2;
END;
COMMENT ON FUNCTION schema_guard.unused_indexes(interval, bigint, text[]) IS
'indexes that no server has read, or next to never: what is known of each, over what time, what speaks against dropping it, and what that would save';

REVOKE EXECUTE ON FUNCTION schema_guard.usage_gaps(timestamp with time zone), schema_guard.usage_since(date, boolean),
	schema_guard.unused_indexes(interval, bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.usage_gaps(timestamp with time zone), schema_guard.usage_since(date, boolean),
	schema_guard.unused_indexes(interval, bigint, text[]) TO pg_monitor;
GRANT SELECT ON schema_guard.usage_node, schema_guard.usage_sample, schema_guard.usage_object, schema_guard.usage_counter,
	schema_guard.usage_day TO pg_monitor;
