-- How fast tables grow.

CREATE VIEW schema_guard.table_growth AS
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS table_name, l.bytes AS size_bytes, l.bytes - b.bytes AS grown_bytes,
	pg_catalog.make_interval(days => s.days) AS within, (l.bytes - b.bytes) / s.days AS bytes_per_day, c.oid AS relid
FROM (SELECT t.relid, pg_catalog.min(t.day) AS first_day, pg_catalog.max(t.day) AS last_day FROM schema_guard.table_size t GROUP BY t.relid) k
JOIN pg_catalog.pg_class c ON c.oid = k.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN schema_guard.table_size l ON l.relid = k.relid AND l.day = k.last_day
CROSS JOIN (SELECT pg_catalog.max(t.day) AS day FROM schema_guard.table_size t WHERE t.relid = 0) today
-- A week ago it was what it was when it was last seen to change before.
CROSS JOIN LATERAL (SELECT LEAST(7, today.day - k.first_day) AS days) s
CROSS JOIN LATERAL (SELECT t.bytes FROM schema_guard.table_size t WHERE t.relid = k.relid AND t.day <= today.day - s.days ORDER BY t.day DESC LIMIT 1) b
WHERE s.days > 0;
COMMENT ON VIEW schema_guard.table_growth IS 'how much each table of a megabyte and more has grown in a week, or since it is known';
COMMENT ON COLUMN schema_guard.table_growth.size_bytes IS 'with TOAST, without indexes, on the last day it was looked at';
COMMENT ON COLUMN schema_guard.table_growth.within IS 'a week, or less when it is not known for so long';

-- Once a day: the row of no table says that it was done.
CREATE FUNCTION schema_guard.write_table_sizes(today date) RETURNS void LANGUAGE sql VOLATILE SET jit = off
BEGIN ATOMIC
	INSERT INTO schema_guard.table_size
	SELECT s.relid, write_table_sizes.today, s.bytes
	FROM (SELECT c.oid AS relid, pg_catalog.pg_table_size(c.oid) AS bytes
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, schema_guard.locked_relations l
		WHERE c.relkind = ANY ('{r,m}') AND c.relpersistence <> 't' AND n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast}')
			AND c.oid <> ALL (l.relations) OFFSET 0) s
	LEFT JOIN LATERAL (SELECT t.bytes FROM schema_guard.table_size t WHERE t.relid = s.relid ORDER BY t.day DESC LIMIT 1) p ON true
	WHERE s.bytes IS DISTINCT FROM p.bytes AND (s.bytes >= 1048576 OR p.bytes IS NOT NULL)
		AND NOT EXISTS (SELECT FROM schema_guard.table_size d WHERE d.relid = 0 AND d.day >= write_table_sizes.today)
	ON CONFLICT DO NOTHING;
	-- The last before ninety days is what it was since then.
	DELETE FROM schema_guard.table_size WHERE table_size.day < write_table_sizes.today - 90 AND (table_size.relid = 0
		OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = table_size.relid)
		OR EXISTS (SELECT FROM schema_guard.table_size l WHERE l.relid = table_size.relid AND l.day > table_size.day AND l.day < write_table_sizes.today - 90));
	INSERT INTO schema_guard.table_size VALUES (0, write_table_sizes.today, 0) ON CONFLICT DO NOTHING;
END;
COMMENT ON FUNCTION schema_guard.write_table_sizes(date) IS 'how large tables are, once a day; part of sample_index_usage()';

REVOKE EXECUTE ON FUNCTION schema_guard.write_table_sizes(date) FROM PUBLIC;
GRANT SELECT ON schema_guard.table_growth TO pg_monitor;
