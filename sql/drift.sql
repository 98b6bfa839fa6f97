-- What changed without a row of the log.

CREATE FUNCTION schema_guard.set_baseline(snapshot text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_set_baseline' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.set_baseline(text) IS 'says which snapshot this database should be like; null: none';

CREATE FUNCTION schema_guard.find_drift(against text) RETURNS TABLE (object_type text, object text, change text, attribute text, expected text,
	live text, put_back text, classid oid, objid oid, objsubid integer)
AS 'MODULE_PATHNAME', 'schema_guard_find_drift' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.find_drift(text) IS 'where the live schema is not what it should be, indexes that are being built among it; part of drift()';

-- An index that is being built concurrently stands in the catalogs before its statement is through and on record.
CREATE FUNCTION schema_guard.drift(against text DEFAULT 'recorded') RETURNS TABLE (object_type text, object text, change text, attribute text,
	expected text, live text, recorded_at timestamp with time zone, put_back text, accept text) LANGUAGE sql VOLATILE STRICT
BEGIN ATOMIC
	SELECT d.object_type, d.object, d.change, d.attribute, d.expected, d.live,
		(SELECT pg_catalog.max(v.begun_at) FROM schema_guard.version_log v
			WHERE v.classid = d.classid AND v.objid = d.objid AND v.objsubid = d.objsubid),
		d.put_back,
		CASE against WHEN 'baseline' THEN 'SELECT schema_guard.snapshot(''new''); SELECT schema_guard.set_baseline(''new'');'
			ELSE 'SELECT schema_guard.take_stock();' END
	FROM schema_guard.find_drift(against) WITH ORDINALITY
		d (object_type, object, change, attribute, expected, live, put_back, classid, objid, objsubid, n)
	WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_stat_progress_create_index p
			ON p.relid = i.indrelid AND p.datname = pg_catalog.current_database()
		WHERE d.object_type = 'index' AND i.indexrelid = d.objid AND NOT i.indisvalid)
	ORDER BY d.n;
END;
COMMENT ON FUNCTION schema_guard.drift(text) IS
'what the live schema has other than is on record, or than the baseline has: a row a difference, with the SQL to put it back, in the order it can run';

REVOKE EXECUTE ON FUNCTION schema_guard.set_baseline(text), schema_guard.find_drift(text), schema_guard.drift(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.find_drift(text), schema_guard.drift(text) TO pg_monitor;
GRANT SELECT ON schema_guard.baseline TO pg_monitor;
