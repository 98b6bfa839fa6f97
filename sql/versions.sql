-- Versions of objects, snapshots and fingerprints.

CREATE VIEW schema_guard.object_versions AS
SELECT v.kind, CASE WHEN v.kind IN ('function', 'procedure', 'aggregate')
		THEN pg_catalog.format('%I.%I(%s)', v.identity[1], v.identity[2], v.identity[3])
		ELSE (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.part), '.' ORDER BY p.n)
			FROM pg_catalog.unnest(v.identity) WITH ORDINALITY p (part, n)) END AS identity,
	v.version, v.begun_at, v.ended_at, v.properties, v.old_properties,
	v.classid, v.objid, v.objsubid, v.chain, v.xid, v.ordinal, v.ended_xid, v.ended_ordinal
FROM (SELECT l.*, pg_catalog.lag(l.properties) OVER o AS old_properties, pg_catalog.lead(l.begun_at) OVER o AS ended_at,
		pg_catalog.lead(l.xid) OVER o AS ended_xid, pg_catalog.lead(l.ordinal) OVER o AS ended_ordinal
	FROM schema_guard.version_log l WINDOW o AS (PARTITION BY l.classid, l.objid, l.objsubid ORDER BY l.version, l.begun_at)) v
WHERE v.properties IS NOT NULL;
COMMENT ON VIEW schema_guard.object_versions IS 'what each object was, and when: a row for each version';
COMMENT ON COLUMN schema_guard.object_versions.kind IS 'kind of object, as diff() names it';
COMMENT ON COLUMN schema_guard.object_versions.identity IS 'the parts of its name, quoted where needed';
COMMENT ON COLUMN schema_guard.object_versions.ended_at IS 'null: it is so now';
COMMENT ON COLUMN schema_guard.object_versions.properties IS 'all its attributes but those that are as PostgreSQL has them by default';
COMMENT ON COLUMN schema_guard.object_versions.old_properties IS 'those of the version before';
COMMENT ON COLUMN schema_guard.object_versions.xid IS 'with chain and ordinal the row of ddl_log that began it; ordinal is null when no statement was seen';
COMMENT ON COLUMN schema_guard.object_versions.ended_xid IS 'with ended_ordinal the statement that ended it';

CREATE VIEW schema_guard.snapshots AS
SELECT s.label, s.comment, s.taken_at, s.taken_by, s.document IS NOT NULL AS imported
FROM schema_guard.snapshot_label s;
COMMENT ON VIEW schema_guard.snapshots IS 'labelled moments of this schema, and snapshots imported from elsewhere';

CREATE FUNCTION schema_guard.take_stock() RETURNS bigint
AS 'MODULE_PATHNAME', 'schema_guard_take_stock' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.take_stock() IS
'reads the whole schema and records what had changed unseen, with the guard off or at fault; returns how many objects that were';

CREATE FUNCTION schema_guard.snapshot(label text, comment text DEFAULT NULL) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_snapshot' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.snapshot(text, text) IS 'gives the schema as it is now a label';

CREATE FUNCTION schema_guard.drop_snapshot(label text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_drop_snapshot' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.drop_snapshot(text) IS 'forgets a label; the versions stay';

CREATE FUNCTION schema_guard.export_snapshot(label text) RETURNS jsonb
AS 'MODULE_PATHNAME', 'schema_guard_export_snapshot' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION schema_guard.export_snapshot(text) IS 'a snapshot as one document, for another database';

CREATE FUNCTION schema_guard.import_snapshot(document jsonb, label text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'schema_guard_import_snapshot' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.import_snapshot(jsonb, text) IS
'keeps a document of export_snapshot() under its label, or another; returns which';

CREATE FUNCTION schema_guard.definition_at(object text, at timestamp with time zone DEFAULT pg_catalog.now()) RETURNS text
AS 'MODULE_PATHNAME', 'schema_guard_definition_at' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION schema_guard.definition_at(text, timestamp with time zone) IS 'the SQL that makes an object with its parts what it was then';

CREATE FUNCTION schema_guard.version_definition(classid oid, objid oid, objsubid integer, at timestamp with time zone) RETURNS text
AS 'MODULE_PATHNAME', 'schema_guard_version_definition' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION schema_guard.version_definition(oid, oid, integer, timestamp with time zone) IS 'definition_at() by address; part of history()';

CREATE FUNCTION schema_guard.fingerprint(source text DEFAULT 'live', schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
	names text[] DEFAULT '{}', ignore text[] DEFAULT '{}') RETURNS text
AS 'MODULE_PATHNAME', 'schema_guard_fingerprint' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.fingerprint(text, text[], text[], text[], text[]) IS 'one hash of a schema, equal exactly when two schemas are';

CREATE FUNCTION schema_guard.fingerprints(source text DEFAULT 'live', schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
	names text[] DEFAULT '{}', ignore text[] DEFAULT '{}') RETURNS TABLE (schema_name text, kind text, identity text, fingerprint text)
AS 'MODULE_PATHNAME', 'schema_guard_fingerprints' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.fingerprints(text, text[], text[], text[], text[]) IS
'the hashes of a schema, a row for each object, and one with null kind for each schema';

CREATE FUNCTION schema_guard.catalog_digest() RETURNS text
AS 'MODULE_PATHNAME', 'schema_guard_catalog_digest' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.catalog_digest() IS
'stays the same as long as the schema does, at a fraction of the cost of fingerprint(); may change without it, and means nothing elsewhere';

CREATE FUNCTION schema_guard.find_versions(object text) RETURNS TABLE (classid oid, objid oid) LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, pg_catalog.to_regclass(object)::oid
	WHERE object NOT LIKE '%(%' AND pg_catalog.to_regclass(object) IS NOT NULL
	UNION
	SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::oid, c.reltype FROM pg_catalog.pg_class c
	WHERE object NOT LIKE '%(%' AND c.oid = pg_catalog.to_regclass(object)::oid AND c.relkind = 'c'
	UNION
	SELECT v.classid, v.objid FROM schema_guard.version_log v
	WHERE pg_catalog.strpos(object, v.identity[1]) > 0
		AND object = CASE WHEN v.kind IN ('function', 'procedure', 'aggregate')
			THEN pg_catalog.format('%I.%I(%s)', v.identity[1], v.identity[2], v.identity[3])
			ELSE (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.part), '.' ORDER BY p.n)
				FROM pg_catalog.unnest(v.identity) WITH ORDINALITY p (part, n)) END
	UNION
	SELECT o.classid, o.objid FROM schema_guard.ddl_objects o WHERE o.identity = object OR o.old_identity = object;
END;
COMMENT ON FUNCTION schema_guard.find_versions(text) IS 'the addresses of all objects that had this name; part of history()';

-- Statements that name the object, and what became of it; a version whose statement names another object has a row of its own.
CREATE FUNCTION schema_guard.history(object text) RETURNS TABLE (started_at timestamp with time zone, command_tag text, action text,
	object_type text, schema_name text, object_name text, identity text, old_identity text, classid oid, objid oid, objsubid integer,
	cascaded boolean, chain uuid, xid xid8, ordinal integer, version integer, changed jsonb, definition text) LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH address AS MATERIALIZED (
		SELECT a.classid, a.objid FROM schema_guard.find_versions(object) a
	), statements AS (
		SELECT o.*, pg_catalog.row_number() OVER (PARTITION BY o.chain, o.xid, o.classid, o.objid, o.objsubid ORDER BY o.ordinal DESC) AS nth
		FROM schema_guard.ddl_objects o WHERE (o.classid, o.objid) IN (SELECT a.classid, a.objid FROM address a)
	), versions AS (
		SELECT v.*, pg_catalog.lag(v.properties) OVER o AS old_properties, pg_catalog.lag(v.identity) OVER o AS previous_identity,
			pg_catalog.row_number() OVER (PARTITION BY v.chain, v.xid, v.classid, v.objid, v.objsubid ORDER BY v.version DESC) AS nth
		FROM schema_guard.version_log v WHERE (v.classid, v.objid) IN (SELECT a.classid, a.objid FROM address a)
			-- What a statement had done midway is part of what it did, once it has ended.
			AND NOT EXISTS (SELECT FROM schema_guard.statement_origins d WHERE d.chain = v.chain AND d.intent_xid = v.xid)
		WINDOW o AS (PARTITION BY v.classid, v.objid, v.objsubid ORDER BY v.version, v.begun_at)
	)
	SELECT COALESCE(s.started_at, l.started_at, v.begun_at), COALESCE(s.command_tag, l.command_tag),
		COALESCE(s.action, CASE WHEN v.properties IS NULL THEN 'drop'
			WHEN v.old_properties IS NULL AND v.ordinal IS NULL THEN 'found'
			WHEN v.old_properties IS NULL THEN 'create'
			WHEN v.identity <> v.previous_identity THEN 'rename' ELSE 'alter' END),
		COALESCE(s.object_type, v.kind), COALESCE(s.schema_name, CASE WHEN pg_catalog.cardinality(v.identity) > 1 THEN v.identity[1] END),
		COALESCE(s.object_name, v.identity[CASE v.objsubid WHEN 0 THEN 2 ELSE 3 END], v.identity[1]),
		COALESCE(s.identity, (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.part), '.' ORDER BY p.n)
			FROM pg_catalog.unnest(v.identity) WITH ORDINALITY p (part, n))),
		s.old_identity, COALESCE(s.classid, v.classid), COALESCE(s.objid, v.objid), COALESCE(s.objsubid, v.objsubid),
		COALESCE(s.cascaded, false), COALESCE(s.chain, v.chain), COALESCE(s.xid, v.xid), COALESCE(s.ordinal, v.ordinal), v.version,
		(SELECT pg_catalog.jsonb_object_agg(k.key, pg_catalog.jsonb_build_array(v.old_properties -> k.key, v.properties -> k.key))
			FROM pg_catalog.jsonb_object_keys(v.old_properties || v.properties) k (key)
			WHERE v.old_properties -> k.key IS DISTINCT FROM v.properties -> k.key),
		CASE WHEN v.properties IS NOT NULL
			THEN schema_guard.version_definition(v.classid, v.objid, v.objsubid, v.begun_at) END
	FROM statements s FULL JOIN versions v ON s.chain = v.chain AND s.xid = v.xid AND s.classid = v.classid AND s.objid = v.objid
		AND s.objsubid = v.objsubid AND s.nth = v.nth
	LEFT JOIN schema_guard.statement_origins l ON l.chain = v.chain AND l.xid = v.xid AND l.ordinal = v.ordinal
	-- Columns come, go and change their table's name with it.
	WHERE s.chain IS NOT NULL OR v.objsubid = 0 OR v.properties <> v.old_properties
		OR NOT EXISTS (SELECT FROM versions w WHERE w.classid = v.classid AND w.objid = v.objid AND w.objsubid = 0 AND w.xid = v.xid)
	ORDER BY 1, COALESCE(s.xid, v.xid), COALESCE(s.ordinal, v.ordinal), 11, 16;
END;
COMMENT ON FUNCTION schema_guard.history(text) IS
'what happened to an object, under all the names it had, what it changed and what it made of it: a relation as in SQL, others as ddl_objects.identity names them';

REVOKE EXECUTE ON FUNCTION schema_guard.take_stock(), schema_guard.snapshot(text, text), schema_guard.drop_snapshot(text),
	schema_guard.export_snapshot(text), schema_guard.import_snapshot(jsonb, text),
	schema_guard.definition_at(text, timestamp with time zone), schema_guard.version_definition(oid, oid, integer, timestamp with time zone),
	schema_guard.fingerprint(text, text[], text[], text[], text[]), schema_guard.fingerprints(text, text[], text[], text[], text[]),
	schema_guard.catalog_digest(), schema_guard.find_versions(text), schema_guard.history(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.export_snapshot(text), schema_guard.definition_at(text, timestamp with time zone),
	schema_guard.version_definition(oid, oid, integer, timestamp with time zone),
	schema_guard.fingerprint(text, text[], text[], text[], text[]), schema_guard.fingerprints(text, text[], text[], text[], text[]),
	schema_guard.catalog_digest(), schema_guard.find_versions(text), schema_guard.history(text) TO pg_monitor;
GRANT SELECT ON schema_guard.object_versions, schema_guard.snapshots, schema_guard.version_log TO pg_monitor;

-- What is here already has its first version now.
SELECT schema_guard.take_stock();
