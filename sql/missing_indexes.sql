-- Which indexes are wanting: for foreign keys, by what the referential query could use; for what scans of executed plans look for; for tables
-- that are read whole, over and over.

CREATE FUNCTION schema_guard.library_predicates(OUT relid oid, OUT columns smallint[], OUT operators oid[], OUT others boolean, OUT scans bigint,
	OUT rows_read bigint, OUT rows_removed bigint, OUT removed_in_all bigint, OUT first_at timestamp with time zone,
	OUT last_at timestamp with time zone, OUT queryid bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_library_predicates' LANGUAGE C STABLE ROWS 100;
COMMENT ON FUNCTION schema_guard.library_predicates() IS 'what sequential scans of the plans looked at had for conditions, since the server started';

CREATE VIEW schema_guard.scan_predicates AS
SELECT pg_catalog.format('%I.%I', n.nspname, t.relname) AS table_name, c.columns, c.operators, p.others AS other_conditions, p.scans, p.rows_read,
	p.rows_removed, p.removed_in_all, p.first_at, p.last_at, p.queryid, p.relid
FROM schema_guard.library_predicates() p JOIN pg_catalog.pg_class t ON t.oid = p.relid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.i) AS columns, pg_catalog.array_agg(o.oprname::text ORDER BY u.i) AS operators
	FROM ROWS FROM (pg_catalog.unnest(p.columns), pg_catalog.unnest(p.operators)) WITH ORDINALITY u (attnum, operator, i)
	JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = u.attnum JOIN pg_catalog.pg_operator o ON o.oid = u.operator) c
WHERE n.nspname <> 'schema_guard';
COMMENT ON VIEW schema_guard.scan_predicates IS
'conditions of sequential scans that an index could serve, of the plans that schema_guard.track_plans lets look at, since the server started';
COMMENT ON COLUMN schema_guard.scan_predicates.other_conditions IS 'the scans have conditions beside these: what was removed was not removed by these alone';
COMMENT ON COLUMN schema_guard.scan_predicates.rows_removed IS 'of rows_read: read, and thrown away by the conditions';
COMMENT ON COLUMN schema_guard.scan_predicates.removed_in_all IS 'the same, with an estimate for the plans that were not looked at';
COMMENT ON COLUMN schema_guard.scan_predicates.queryid IS 'the last such statement, in pg_stat_statements';

-- A column for each value that is looked for, the one that most scans have first, and one for a range.  What an index has is left out.
CREATE FUNCTION schema_guard.scan_candidates(schemas text[]) RETURNS TABLE (relid oid, attnums smallint[], scans numeric, removed_share numeric,
		removed_a_day numeric, others boolean, queryid bigint, statement text, days numeric)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH RECURSIVE seen AS MATERIALIZED (
		SELECT pg_catalog.row_number() OVER () AS id, p.*, COALESCE(pg_catalog.pg_partition_root(p.relid)::oid, p.relid) AS root
		FROM schema_guard.library_predicates() p JOIN pg_catalog.pg_class t ON t.oid = p.relid AND t.relkind = ANY ('{r,m}')
	), term AS MATERIALIZED (
		SELECT s.id, s.root, s.scans, u.attnum AS own_attnum, r.attnum, m.strategy = 3 AS is_equal, COALESCE(g.n_distinct, 0) AS n_distinct, t.reltuples,
			pg_catalog.format('%I OPERATOR(%I.%s) $', a.attname, opn.nspname, o.oprname) AS condition,
			pg_catalog.format_type(CASE WHEN ot.typtype = 'p' THEN a.atttypid ELSE o.oprright END, NULL) AS type
		FROM seen s
		CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(s.columns), pg_catalog.unnest(s.operators)) u (attnum, operator)
		JOIN pg_catalog.pg_class t ON t.oid = s.relid
		JOIN pg_catalog.pg_class rt ON rt.oid = s.root JOIN pg_catalog.pg_namespace rn ON rn.oid = rt.relnamespace
		JOIN pg_catalog.pg_attribute a ON a.attrelid = s.relid AND a.attnum = u.attnum AND NOT a.attisdropped
		JOIN pg_catalog.pg_attribute r ON r.attrelid = s.root AND r.attname = a.attname AND NOT r.attisdropped
		JOIN pg_catalog.pg_operator o ON o.oid = u.operator JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace
		JOIN pg_catalog.pg_type ot ON ot.oid = o.oprright
		CROSS JOIN LATERAL (SELECT pg_catalog.min(x.amopstrategy) AS strategy FROM pg_catalog.pg_amop x WHERE x.amopopr = u.operator AND x.amopmethod = 403) m
		LEFT JOIN pg_catalog.pg_stats g ON g.schemaname = rn.nspname AND g.tablename = rt.relname AND g.attname = a.attname AND g.inherited = (rt.relkind = 'p')
		WHERE m.strategy IS NOT NULL AND rn.nspname <> 'schema_guard' AND (pg_catalog.cardinality(schemas) = 0 OR rn.nspname = ANY (schemas))
	), popular AS (
		SELECT t.root, t.attnum, pg_catalog.sum(t.scans) AS scans FROM term t WHERE t.is_equal GROUP BY t.root, t.attnum
	), wanted AS MATERIALIZED (
		SELECT c.id, pg_catalog.array_agg(c.own_attnum) FILTER (WHERE c.is_equal) AS equal, pg_catalog.array_agg(c.own_attnum) FILTER (WHERE NOT c.is_equal) AS range,
			(pg_catalog.array_agg(c.attnum ORDER BY c.is_equal DESC, c.scans DESC, c.distinct_share DESC, c.attnum))
				[1:LEAST(3, pg_catalog.count(*) FILTER (WHERE c.is_equal) + 1)] AS attnums,
			-- Of each value as many rows as of any other.
			pg_catalog.exp(pg_catalog.sum(CASE WHEN c.is_equal THEN pg_catalog.ln(c.distinct_share) ELSE 0 END)) AS n_distinct
		FROM (SELECT t.id, t.own_attnum, t.attnum, pg_catalog.bool_or(t.is_equal) AS is_equal, COALESCE(pg_catalog.max(p.scans), 0) AS scans,
				GREATEST(1, pg_catalog.max(CASE WHEN t.n_distinct < 0 THEN -t.n_distinct * GREATEST(t.reltuples, 1) ELSE t.n_distinct END))::double precision AS distinct_share
			FROM term t LEFT JOIN popular p USING (root, attnum) GROUP BY t.id, t.own_attnum, t.attnum) c
		GROUP BY c.id
	), judged AS MATERIALIZED (
		SELECT s.root, w.attnums, s.others, s.scans, s.rows_read, s.rows_removed, s.queryid, s.last_at,
			CASE WHEN s.others THEN 1 - 1 / w.n_distinct ELSE s.rows_removed::double precision / s.rows_read END AS removed_share,
			d.days, s.removed_in_all / d.days AS removed_a_day,
			CASE WHEN s.root = s.relid THEN (SELECT pg_catalog.format('SELECT FROM ONLY %I.%I WHERE ', n.nspname, t.relname) || q.conditions
				FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace, (SELECT pg_catalog.string_agg(x.condition || x.i || '::' || x.type, ' AND ' ORDER BY x.i) AS conditions
					FROM (SELECT t.condition, t.type, pg_catalog.row_number() OVER (ORDER BY t.attnum, t.condition) AS i FROM term t WHERE t.id = s.id) x) q
				WHERE t.oid = s.root) END AS statement
		FROM seen s JOIN wanted w ON w.id = s.id
		CROSS JOIN LATERAL (SELECT GREATEST(1, EXTRACT(epoch FROM pg_catalog.now() - s.first_at) / 86400) AS days) d
		WHERE NOT EXISTS (SELECT FROM schema_guard.index_facts f
			WHERE f.indrelid = s.relid AND f.usable AND f.relkind = 'i' AND f.indpred IS NULL AND (f.relam = 403 OR f.relam = 405 AND w.range IS NULL)
				AND f.indnkeyatts >= COALESCE(pg_catalog.cardinality(w.equal), 0) + CASE WHEN w.range IS NULL THEN 0 ELSE 1 END
				AND (w.equal IS NULL OR f.columns[0:pg_catalog.cardinality(w.equal) - 1] @> w.equal AND f.columns[0:pg_catalog.cardinality(w.equal) - 1] <@ w.equal)
				AND (w.range IS NULL OR f.columns[COALESCE(pg_catalog.cardinality(w.equal), 0)] = ANY (w.range)))
	), summed AS MATERIALIZED (
		SELECT j.root, j.attnums, pg_catalog.sum(j.scans) AS scans, pg_catalog.sum(j.removed_share * j.scans) / pg_catalog.sum(j.scans) AS removed_share,
			pg_catalog.sum(j.removed_a_day) AS removed_a_day, pg_catalog.bool_and(j.others) AS others, pg_catalog.max(j.days) AS days,
			(pg_catalog.array_agg(j.queryid ORDER BY j.last_at DESC))[1] AS queryid, (pg_catalog.array_agg(j.statement ORDER BY j.last_at DESC))[1] AS statement
		FROM judged j
		-- An index is worth it where it leaves out nine rows in ten, and many.
		WHERE j.removed_share >= 0.9 AND j.rows_removed >= 1000 * j.scans
		GROUP BY j.root, j.attnums HAVING pg_catalog.sum(j.scans) > 1
	)
	-- What begins with the same columns needs no index of its own.
	SELECT s.root, s.attnums, pg_catalog.sum(k.scans), pg_catalog.round((pg_catalog.sum(k.removed_share * k.scans) / pg_catalog.sum(k.scans))::numeric, 4),
		pg_catalog.round(pg_catalog.sum(k.removed_a_day)), s.others, s.queryid, s.statement, pg_catalog.round(pg_catalog.max(k.days), 1)
	FROM summed s JOIN summed k ON k.root = s.root AND s.attnums[1:pg_catalog.cardinality(k.attnums)] = k.attnums
	WHERE NOT EXISTS (SELECT FROM summed l WHERE l.root = s.root AND pg_catalog.cardinality(l.attnums) > pg_catalog.cardinality(s.attnums)
			AND l.attnums[1:pg_catalog.cardinality(s.attnums)] = s.attnums)
		AND (SELECT pg_catalog.sum(c.relpages) FROM pg_catalog.pg_class c
			WHERE c.oid = s.root OR c.oid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(s.root) t)) >= 128
	GROUP BY s.root, s.attnums, s.others, s.queryid, s.statement;
END;
COMMENT ON FUNCTION schema_guard.scan_candidates(text[]) IS 'the columns that sequential scans would rather look up in an index; part of missing_indexes()';

CREATE FUNCTION schema_guard.prove_index(relation oid, attnums smallint[], statement text, what text, query bigint)
	RETURNS TABLE (cost_before numeric, cost_after numeric, bytes bigint, used boolean, proof text)
AS 'MODULE_PATHNAME', 'schema_guard_prove_index' LANGUAGE C VOLATILE ROWS 1;
COMMENT ON FUNCTION schema_guard.prove_index(oid, smallint[], text, text, bigint) IS
'what the planner says to an index that HypoPG lets it see, in this session and for the time of the call; part of missing_indexes()';

CREATE FUNCTION schema_guard.missing_indexes(schemas text[] DEFAULT '{}')
	RETURNS TABLE (table_name text, columns text[], kind text, severity text, reason text, cautions text[], foreign_key text, table_rows bigint,
		replaces text, cost_bytes bigint, cost_writes numeric, gain_rows numeric, plan_before numeric, plan_after numeric, proof text, create_sql text)
	LANGUAGE sql VOLATILE SET jit = off
BEGIN ATOMIC
	WITH RECURSIVE key AS (
		-- Partitions have keys of their own below that of the whole; so has each partition of the target.
		SELECT c.oid, c.oid AS root, c.conrelid, c.conkey, c.conpfeqop
		FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
		WHERE c.contype = 'f' AND c.conparentid = 0 AND t.relpersistence <> 't' AND n.nspname <> 'schema_guard'
			AND (pg_catalog.cardinality(schemas) = 0 OR n.nspname = ANY (schemas))
		UNION ALL
		SELECT c.oid, k.root, c.conrelid, c.conkey, c.conpfeqop FROM key k JOIN pg_catalog.pg_constraint c ON c.conparentid = k.oid AND c.contype = 'f'
	), fact AS MATERIALIZED (
		SELECT f.indexrelid, f.indrelid, f.relam, f.columns, f.indclass, f.indcollation, f.indpred, f.indexprs, f.indnkeyatts, f.indnatts, f.indisunique,
			f.constraint_oid, f.identity
		FROM schema_guard.index_facts f WHERE f.usable AND f.relkind = 'i'
	), support AS MATERIALIZED (
		-- Whole: the first columns of the index are those of the key, in any order, compared as the key compares them, with all rows
		-- the key is about.
		SELECT k.oid, f.indexrelid, f.relam <> 3580 AND f.indnkeyatts >= pg_catalog.cardinality(k.conkey)
			AND f.columns[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey AND f.columns[0:pg_catalog.cardinality(k.conkey) - 1] <@ k.conkey
			AND NOT EXISTS (SELECT FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.conpfeqop)) c (attnum, operator)
				JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum
				-- Looked up one by one: the planner would read them all for each key.
				CROSS JOIN LATERAL (SELECT p.oid, p.oprcom FROM pg_catalog.pg_operator p WHERE p.oid = c.operator OFFSET 0) o
				WHERE f.indcollation[pg_catalog.array_position(f.columns, c.attnum)] <> a.attcollation
					OR NOT EXISTS (SELECT FROM pg_catalog.pg_opclass p JOIN pg_catalog.pg_amop m ON m.amopfamily = p.opcfamily
						WHERE p.oid = f.indclass[pg_catalog.array_position(f.columns, c.attnum)] AND (m.amopopr = o.oid OR m.amopopr = o.oprcom)))
			AS whole
		FROM key k JOIN fact f ON f.indrelid = k.conrelid AND f.columns[0] = ANY (k.conkey) AND f.relam = ANY ('{403,405,783,4000,3580}'::oid[])
		WHERE f.indpred IS NULL OR NOT EXISTS (
			SELECT FROM pg_catalog.regexp_split_to_table(pg_catalog.regexp_replace(pg_catalog.pg_get_expr(f.indpred, f.indrelid), '[()]', '', 'g'), ' AND ') term
			WHERE term NOT IN (SELECT pg_catalog.quote_ident(a.attname) || ' IS NOT NULL' FROM pg_catalog.pg_attribute a
				WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
	), lacking AS MATERIALIZED (
		SELECT k.root, pg_catalog.bool_and(s.oid IS NOT NULL) AS part
		FROM key k JOIN pg_catalog.pg_class t ON t.oid = k.conrelid AND t.relkind = 'r'
		LEFT JOIN (SELECT u.oid, pg_catalog.bool_or(u.whole) AS whole FROM support u GROUP BY u.oid) s ON s.oid = k.oid
		GROUP BY k.root HAVING NOT pg_catalog.bool_and(COALESCE(s.whole, false))
	), used AS MATERIALIZED (
		SELECT u.*, GREATEST(1, EXTRACT(epoch FROM pg_catalog.now() - GREATEST(u.first_seen, pg_catalog.now() - '35 days'::interval)) / 86400) AS days
		FROM schema_guard.usage_since(((pg_catalog.now() - '35 days'::interval) AT TIME ZONE 'UTC')::date, true) u
	), looked_for AS MATERIALIZED (
		SELECT * FROM schema_guard.scan_candidates(schemas)
	), sized AS MATERIALIZED (
		-- With all partitions; where it was never analyzed, what the counters say.
		SELECT m.root AS relid, pg_catalog.sum(CASE WHEN p.reltuples < 0 THEN pg_catalog.pg_stat_get_live_tuples(p.oid) ELSE p.reltuples END)::bigint AS n,
			pg_catalog.sum(u.deleted) AS deleted, pg_catalog.sum(u.deleted / u.days) AS deleted_a_day, pg_catalog.sum(u.hot_updated) AS hot_updated,
			pg_catalog.round(pg_catalog.sum((u.inserted + u.updated - u.hot_updated) / u.days)) AS writes_a_day
		FROM (WITH whole AS (SELECT c.conrelid AS relid FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root
				UNION SELECT c.confrelid FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root
				UNION SELECT s.relid FROM looked_for s)
			SELECT w.relid AS root, w.relid FROM whole w
			UNION SELECT w.relid, t.relid FROM whole w CROSS JOIN LATERAL pg_catalog.pg_partition_tree(w.relid) t WHERE t.isleaf) m
		LEFT JOIN pg_catalog.pg_class p ON p.oid = m.relid AND p.relkind = ANY ('{r,m}')
		LEFT JOIN used u ON u.relid = m.relid
		GROUP BY m.root
	), wanted AS MATERIALIZED (
		SELECT c.conrelid AS relid, c.conkey AS attnums, pg_catalog.format('%I.%I', n.nspname, t.relname) AS table_name, t.relkind, l.part, c.conname,
			child.n AS rows, child.hot_updated, child.writes_a_day, parent.n AS parent_rows, parent.deleted, parent.deleted_a_day, c.confdeltype = ANY ('{c,n,d}') AS cascades,
			pg_catalog.format('%I.%I', pn.nspname, pt.relname) AS parent,
			CASE WHEN t.relkind = 'r' THEN (SELECT pg_catalog.format('SELECT 1 FROM ONLY %I.%I x WHERE ', n.nspname, t.relname)
					|| pg_catalog.string_agg(pg_catalog.format('$%s::%s OPERATOR(%I.%s) x.%I', u.i, pg_catalog.format_type(p.atttypid, NULL), opn.nspname, o.oprname, a.attname), ' AND ' ORDER BY u.i)
					|| ' FOR KEY SHARE OF x'
				FROM ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey), pg_catalog.unnest(c.conpfeqop)) WITH ORDINALITY u (attnum, target, operator, i)
				JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.attnum
				JOIN pg_catalog.pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = u.target
				JOIN pg_catalog.pg_operator o ON o.oid = u.operator JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) END AS statement
		FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root
		JOIN pg_catalog.pg_class t ON t.oid = c.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
		JOIN pg_catalog.pg_class pt ON pt.oid = c.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = pt.relnamespace
		JOIN sized child ON child.relid = c.conrelid JOIN sized parent ON parent.relid = c.confrelid
	), looked_up AS (
		-- The same columns, or the first of them: one index does.
		SELECT s.*, pg_catalog.format('scans of the whole table with such conditions: %s looked at, which threw away %s %% of what they read; about %s rows a day',
			s.scans, pg_catalog.trunc(100 * s.removed_share, 1), s.removed_a_day) AS reason
		FROM looked_for s
	), proposal AS MATERIALIZED (
		SELECT w.relid, w.attnums, w.table_name, w.relkind, 'foreign key' AS kind,
			CASE WHEN s.removed_a_day > 100000000 THEN 'high' WHEN w.parent_rows < 100 THEN 'info'
				WHEN NOT (w.deleted > 0 OR w.cascades) THEN 'low'
				WHEN w.rows < 1000 OR w.part THEN 'medium' ELSE 'high' END AS severity,
			pg_catalog.format('each row deleted from %s, or given another key, %s', w.parent,
				CASE WHEN w.part THEN 'is looked up by a part of the key only' ELSE 'reads the whole table' END)
				|| CASE WHEN w.parent_rows < 100 THEN '; that table is small' WHEN w.deleted > 0 THEN pg_catalog.format('; deleted so far: %s', w.deleted)
					WHEN w.cascades THEN '; the key cascades' ELSE '; none was deleted so far' END || COALESCE('; ' || s.reason, '') AS reason,
			w.conname::text AS foreign_key, w.rows, w.hot_updated, w.writes_a_day, pg_catalog.round(w.deleted_a_day * w.rows) + COALESCE(s.removed_a_day, 0) AS gain_rows,
			w.statement, 'the check of the key' AS what, NULL::bigint AS queryid, false AS others
		FROM wanted w LEFT JOIN looked_up s ON s.relid = w.relid AND s.attnums <@ w.attnums AND w.attnums <@ s.attnums
		UNION ALL
		SELECT s.relid, s.attnums, pg_catalog.format('%I.%I', n.nspname, t.relname), t.relkind, 'scan conditions',
			CASE WHEN s.removed_a_day > 100000000 THEN 'high' WHEN s.removed_a_day > 10000000 THEN 'medium' ELSE 'low' END, s.reason,
			NULL, z.n, z.hot_updated, z.writes_a_day, s.removed_a_day, s.statement, 'a scan for any such values', s.queryid, s.others
		FROM looked_up s JOIN pg_catalog.pg_class t ON t.oid = s.relid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace JOIN sized z ON z.relid = s.relid
		WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.relid = s.relid AND w.attnums[1:pg_catalog.cardinality(s.attnums)] = s.attnums)
	), described AS (
		SELECT p.*, c.columns, c.list, pg_catalog.row_number() OVER (ORDER BY pg_catalog.array_position('{high,medium,low,info}', p.severity), p.gain_rows DESC NULLS LAST) AS place,
			-- Aligned entries of a b-tree whose pages are nine tenths full.
			(p.rows * (12 + c.width) / 0.9)::bigint AS bytes,
			(SELECT pg_catalog.min(f.identity) FROM fact f WHERE f.indrelid = p.relid AND f.relam = 403 AND NOT f.indisunique AND f.indpred IS NULL
				AND f.indnkeyatts = f.indnatts AND f.indnkeyatts < pg_catalog.cardinality(p.attnums)
				AND f.columns[0:f.indnkeyatts - 1] @> p.attnums[1:f.indnkeyatts] AND f.columns[0] = p.attnums[1]
				AND (f.indnkeyatts = 1 OR f.columns[1] = p.attnums[2])) AS replaces
		FROM proposal p
		CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.i) AS columns, pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY u.i) AS list,
				pg_catalog.sum((COALESCE(g.avg_width, CASE WHEN a.attlen > 0 THEN a.attlen ELSE 16 END) + 7) / 8 * 8) AS width
			FROM pg_catalog.unnest(p.attnums) WITH ORDINALITY u (attnum, i) JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = u.attnum
			LEFT JOIN pg_catalog.pg_stats g ON pg_catalog.format('%I.%I', g.schemaname, g.tablename) = p.table_name AND g.attname = a.attname
				AND g.inherited = (p.relkind = 'p')) c
	), proven AS (
		SELECT d.*, t.cost_before, t.cost_after, t.bytes AS proven_bytes, t.used, t.proof
		FROM described d CROSS JOIN LATERAL (
			SELECT v.* FROM schema_guard.prove_index(d.relid, d.attnums, d.statement, d.what, d.queryid) v
			WHERE d.relkind <> 'p' AND d.place <= 500
			UNION ALL
			SELECT NULL, NULL, NULL, NULL, CASE WHEN d.relkind = 'p' THEN 'not tried: HypoPG has no partitioned indexes' ELSE 'not tried: 500 indexes are tried at a time' END
			WHERE d.relkind = 'p' OR d.place > 500) t
	), advice AS (
		SELECT d.table_name, d.columns, d.kind,
			-- Nobody would read it.
			CASE WHEN d.used IS FALSE AND d.severity <> 'info' THEN CASE d.kind WHEN 'foreign key' THEN 'info' ELSE 'low' END ELSE d.severity END AS severity,
			d.reason,
			CASE WHEN d.relkind = 'p' THEN ARRAY['locks all partitions against writes: better one by one, then ATTACH PARTITION'] ELSE '{}' END
				|| CASE WHEN d.others THEN ARRAY['the scans have other conditions, too: the share is an estimate by statistics'] ELSE '{}' END
				|| CASE WHEN d.used IS FALSE AND d.kind = 'scan conditions' THEN ARRAY['worth it for rare values only: a partial index may do'] ELSE '{}' END
				|| CASE WHEN d.hot_updated > 0 THEN ARRAY[pg_catalog.format('rows updated in place so far: %s; updates of these columns cannot be any more', d.hot_updated)] ELSE '{}' END
				AS cautions,
			d.foreign_key, d.rows, d.replaces, COALESCE(d.proven_bytes, d.bytes) AS cost_bytes, d.writes_a_day AS cost_writes, d.gain_rows, d.cost_before, d.cost_after, d.proof,
			pg_catalog.format('CREATE INDEX %sON %s (%s);', CASE WHEN d.relkind <> 'p' THEN 'CONCURRENTLY ' END, d.table_name, d.list) AS create_sql
		FROM proven d
		-- What was not measured is worth no word where the planner would not use it.
		WHERE NOT (d.others AND d.used IS FALSE)
		UNION ALL
		-- Large, read whole, and often: a thousand pages, half of the rows at a time, ten million rows a day.
		SELECT pg_catalog.format('%I.%I', n.nspname, t.relname), NULL, 'whole scans',
			CASE WHEN u.tup_read > 10 * u.days * 10000000 THEN 'high' ELSE 'medium' END,
			pg_catalog.format('whole scans: %s, rows read by them: %s, in %s days', u.scans, u.tup_read, pg_catalog.ceil(u.days)),
			ARRAY['the queries decide which columns; none if they need most of the rows'], NULL, t.reltuples::bigint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
		FROM used u JOIN pg_catalog.pg_class t ON t.oid = u.relid AND t.relkind = ANY ('{r,m}') JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
		WHERE t.relpages >= 1000 AND u.scans > 0 AND u.tup_read >= 0.5 * t.reltuples * u.scans AND u.tup_read > u.days * 10000000
			AND u.first_seen IS NOT NULL AND (pg_catalog.cardinality(schemas) = 0 OR n.nspname = ANY (schemas))
	)
	SELECT a.table_name, a.columns, a.kind, a.severity, a.reason, a.cautions, a.foreign_key, a.rows, a.replaces, a.cost_bytes, a.cost_writes, a.gain_rows,
		a.cost_before, a.cost_after, a.proof, a.create_sql
	FROM advice a
	ORDER BY pg_catalog.array_position('{high,medium,low,info}', a.severity), a.gain_rows DESC NULLS LAST, a.rows DESC, a.table_name, a.foreign_key;
END;
COMMENT ON FUNCTION schema_guard.missing_indexes(text[]) IS
'foreign keys without an index their checks could use, what scans look for in vain, large tables that are read whole; what the index costs and gains';

REVOKE EXECUTE ON FUNCTION schema_guard.missing_indexes(text[]), schema_guard.scan_candidates(text[]), schema_guard.library_predicates(),
	schema_guard.prove_index(oid, smallint[], text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.missing_indexes(text[]), schema_guard.scan_candidates(text[]), schema_guard.library_predicates(),
	schema_guard.prove_index(oid, smallint[], text, text, bigint) TO pg_monitor;
GRANT SELECT ON schema_guard.scan_predicates TO pg_monitor;
