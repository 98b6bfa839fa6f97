-- Which indexes are wanting: for foreign keys, by what the referential query could use; for tables that are read whole, over and over.

CREATE FUNCTION schema_guard.missing_indexes(schemas text[] DEFAULT '{}')
	RETURNS TABLE (table_name text, columns text[], kind text, severity text, reason text, cautions text[], foreign_key text, table_rows bigint,
		replaces text, create_sql text)
	LANGUAGE sql STABLE SET jit = off
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
		SELECT u.* FROM schema_guard.usage_since(((pg_catalog.now() - '35 days'::interval) AT TIME ZONE 'UTC')::date, true) u
	), sized AS MATERIALIZED (
		-- With all partitions; where it was never analyzed, what the counters say.
		SELECT m.root AS relid, pg_catalog.sum(CASE WHEN p.reltuples < 0 THEN pg_catalog.pg_stat_get_live_tuples(p.oid) ELSE p.reltuples END)::bigint AS n,
			pg_catalog.sum(u.deleted) AS deleted
		FROM (WITH whole AS (SELECT c.conrelid AS relid FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root
				UNION SELECT c.confrelid FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root)
			SELECT w.relid AS root, w.relid FROM whole w
			UNION SELECT w.relid, t.relid FROM whole w CROSS JOIN LATERAL pg_catalog.pg_partition_tree(w.relid) t WHERE t.isleaf) m
		LEFT JOIN pg_catalog.pg_class p ON p.oid = m.relid AND p.relkind = 'r'
		LEFT JOIN used u ON u.relid = m.relid
		GROUP BY m.root
	), wanted AS (
		SELECT pg_catalog.format('%I.%I', n.nspname, t.relname) AS table_name, t.relkind, names.columns, l.part, c.conname, child.n AS rows, parent.n AS parent_rows,
			parent.deleted, c.confdeltype = ANY ('{c,n,d}') AS cascades, pg_catalog.format('%I.%I', pn.nspname, pt.relname) AS parent,
			(SELECT pg_catalog.min(f.identity) FROM fact f WHERE f.indrelid = c.conrelid AND f.relam = 403 AND NOT f.indisunique AND f.indpred IS NULL
				AND f.indnkeyatts = f.indnatts AND f.indnkeyatts < pg_catalog.cardinality(c.conkey)
				AND f.columns[0:f.indnkeyatts - 1] @> c.conkey[1:f.indnkeyatts] AND f.columns[0] = c.conkey[1]
				AND (f.indnkeyatts = 1 OR f.columns[1] = c.conkey[2])) AS replaces
		FROM lacking l JOIN pg_catalog.pg_constraint c ON c.oid = l.root
		JOIN pg_catalog.pg_class t ON t.oid = c.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
		JOIN pg_catalog.pg_class pt ON pt.oid = c.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = pt.relnamespace
		JOIN sized child ON child.relid = c.conrelid JOIN sized parent ON parent.relid = c.confrelid
		CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.i) AS columns
			FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY u (attnum, i)
			JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.attnum) names
	), advice AS (
		SELECT w.table_name, w.columns, 'foreign key' AS kind,
			CASE WHEN w.parent_rows < 100 THEN 'info'
				WHEN NOT (w.deleted > 0 OR w.cascades) THEN 'low'
				WHEN w.rows < 1000 OR w.part THEN 'medium' ELSE 'high' END AS severity,
			pg_catalog.format('each row deleted from %s, or given another key, %s', w.parent,
				CASE WHEN w.part THEN 'is looked up by a part of the key only' ELSE 'reads the whole table' END)
				|| CASE WHEN w.parent_rows < 100 THEN '; that table is small' WHEN w.deleted > 0 THEN pg_catalog.format('; deleted so far: %s', w.deleted)
					WHEN w.cascades THEN '; the key cascades' ELSE '; none was deleted so far' END AS reason,
			CASE WHEN w.relkind = 'p' THEN ARRAY['locks all partitions against writes: better one by one, then ATTACH PARTITION'] ELSE '{}' END AS cautions,
			w.conname::text AS foreign_key, w.rows, w.replaces,
			pg_catalog.format('CREATE INDEX %sON %s (%s);', CASE WHEN w.relkind <> 'p' THEN 'CONCURRENTLY ' END, w.table_name,
				(SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c.name), ', ' ORDER BY c.i) FROM pg_catalog.unnest(w.columns) WITH ORDINALITY c (name, i))) AS create_sql
		FROM wanted w
		UNION ALL
		-- Large, read whole, and often: a thousand pages, half of the rows at a time, ten million rows a day.
		SELECT pg_catalog.format('%I.%I', n.nspname, t.relname), NULL, 'whole scans',
			CASE WHEN u.tup_read > 10 * d.days * 10000000 THEN 'high' ELSE 'medium' END,
			pg_catalog.format('whole scans: %s, rows read by them: %s, in %s days', u.scans, u.tup_read, pg_catalog.ceil(d.days)),
			ARRAY['the queries decide which columns; none if they need most of the rows'], NULL, t.reltuples::bigint, NULL, NULL
		FROM used u JOIN pg_catalog.pg_class t ON t.oid = u.relid AND t.relkind = ANY ('{r,m}') JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL (SELECT GREATEST(1, EXTRACT(epoch FROM pg_catalog.now() - GREATEST(u.first_seen, pg_catalog.now() - '35 days'::interval)) / 86400) AS days) d
		WHERE t.relpages >= 1000 AND u.scans > 0 AND u.tup_read >= 0.5 * t.reltuples * u.scans AND u.tup_read > d.days * 10000000
			AND u.first_seen IS NOT NULL AND (pg_catalog.cardinality(schemas) = 0 OR n.nspname = ANY (schemas))
	)
	SELECT a.table_name, a.columns, a.kind, a.severity, a.reason, a.cautions, a.foreign_key, a.rows, a.replaces, a.create_sql
	FROM advice a
	ORDER BY pg_catalog.array_position('{high,medium,low,info}', a.severity), a.rows DESC, a.table_name, a.foreign_key;
END;
COMMENT ON FUNCTION schema_guard.missing_indexes(text[]) IS
'foreign keys without an index their checks could use, and large tables that are read whole over and over; how bad each is, and the index to create';

REVOKE EXECUTE ON FUNCTION schema_guard.missing_indexes(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.missing_indexes(text[]) TO pg_monitor;
