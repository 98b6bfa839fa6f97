-- The mode and the policy: functions that write, each recorded in ddl_log as a command of class guard.

CREATE FUNCTION schema_guard.set_mode(mode text, reason text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_set_mode' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.set_mode(text, text) IS
'sets what happens to schema changes in this database: off, observe (record), warn, or enforce (refuse)';

CREATE FUNCTION schema_guard.freeze(starts_at timestamp with time zone, ends_at timestamp with time zone, reason text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_freeze' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.freeze(timestamp with time zone, timestamp with time zone, text) IS
'lets nobody but an override change the schema between two moments';

CREATE FUNCTION schema_guard.unfreeze(reason text) RETURNS integer
AS 'MODULE_PATHNAME', 'schema_guard_unfreeze' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.unfreeze(text) IS 'ends all freezes, running or to come; returns how many';

CREATE FUNCTION schema_guard.exempt(role text, schema_pattern text, tags text[] DEFAULT '{}', reason text DEFAULT NULL,
	until timestamp with time zone DEFAULT NULL) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_exempt' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.exempt(text, text, text[], text, timestamp with time zone) IS
'lets a role (or *) run these command tags (all by default) in schemas that match a pattern without a migration';

CREATE FUNCTION schema_guard.end_exemption(role text, schema_pattern text, reason text) RETURNS integer
AS 'MODULE_PATHNAME', 'schema_guard_end_exemption' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.end_exemption(text, text, text) IS 'ends the exemptions of a role and schema pattern; returns how many';

-- Bound when created (BEGIN ATOMIC), so no search_path can change what these call; names that a user gives
-- are looked up as that user would find them.
-- In CASE, since 18 plans with the values given (0dca5d68d7) and would parse as an identifier what is a function's signature.
CREATE FUNCTION schema_guard.find_object(object_type text, object text, OUT classid oid, OUT objid oid, OUT objsubid integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, pg_catalog.to_regclass(object)::oid, 0
	WHERE object_type = ANY (ARRAY['relation', 'table', 'view', 'materialized view', 'index', 'sequence', 'foreign table'])
	UNION ALL
	SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, pg_catalog.to_regprocedure(object)::oid, 0
	WHERE object_type = ANY (ARRAY['function', 'procedure', 'aggregate', 'routine'])
	UNION ALL
	SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::oid, pg_catalog.to_regtype(object)::oid, 0
	WHERE object_type = ANY (ARRAY['type', 'domain'])
	UNION ALL
	SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, a.attrelid, a.attnum::integer
	FROM (SELECT CASE WHEN object_type = ANY (ARRAY['column', 'table column']) THEN pg_catalog.parse_ident(object) END AS parts) p,
		pg_catalog.pg_attribute a
	WHERE a.attrelid = pg_catalog.to_regclass((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(part), '.' ORDER BY n)
			FROM pg_catalog.unnest(p.parts) WITH ORDINALITY u (part, n) WHERE n < pg_catalog.cardinality(p.parts)))
		AND a.attname = p.parts[pg_catalog.cardinality(p.parts)] AND a.attnum > 0 AND NOT a.attisdropped
	UNION ALL
	SELECT g.classid, g.objid, g.objsubid
	FROM pg_catalog.pg_get_object_address(object_type, CASE WHEN object_type <> ALL (ARRAY['relation', 'table', 'view',
		'materialized view', 'index', 'sequence', 'foreign table', 'function', 'procedure', 'aggregate', 'routine', 'type', 'domain',
		'column', 'table column']) THEN pg_catalog.parse_ident(object) END, '{}') g
	WHERE g.objid IS NOT NULL;
END;
COMMENT ON FUNCTION schema_guard.find_object(text, text) IS
'the address of an object named as in SQL: a relation, column, function with argument types, type, schema, ...';

CREATE FUNCTION schema_guard.protect_object(classid oid, objid oid, objsubid integer, object_type text, named text,
	reason text) RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_protect_object' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.protect_object(oid, oid, integer, text, text, text) IS 'protects the object at an address; see protect()';

CREATE FUNCTION schema_guard.unprotect_object(classid oid, objid oid, objsubid integer, object_type text, named text,
	reason text) RETURNS boolean
AS 'MODULE_PATHNAME', 'schema_guard_unprotect_object' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.unprotect_object(oid, oid, integer, text, text, text) IS 'ends the protection of the object at an address; see unprotect()';

CREATE FUNCTION schema_guard.protect(object_type text, object text, reason text) RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT schema_guard.protect_object(a.classid, a.objid, a.objsubid, object_type, object, reason)
	FROM (SELECT) one LEFT JOIN schema_guard.find_object(object_type, object) a ON true;
END;
COMMENT ON FUNCTION schema_guard.protect(text, text, text) IS
'lets nobody but an override drop, rename, truncate or destructively alter an object, or what carries it';

CREATE FUNCTION schema_guard.protect(object text, reason text) RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT schema_guard.protect('relation', object, reason);
END;
COMMENT ON FUNCTION schema_guard.protect(text, text) IS 'protects a relation';

CREATE FUNCTION schema_guard.unprotect(object_type text, object text, reason text) RETURNS boolean LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT schema_guard.unprotect_object(a.classid, a.objid, a.objsubid, object_type, object, reason)
	FROM (SELECT) one LEFT JOIN schema_guard.find_object(object_type, object) a ON true;
END;
COMMENT ON FUNCTION schema_guard.unprotect(text, text, text) IS 'ends the protection of an object; returns whether it was protected';

CREATE FUNCTION schema_guard.unprotect(object text, reason text) RETURNS boolean LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT schema_guard.unprotect('relation', object, reason);
END;
COMMENT ON FUNCTION schema_guard.unprotect(text, text) IS 'ends the protection of a relation; returns whether it was protected';

REVOKE EXECUTE ON FUNCTION schema_guard.set_mode(text, text),
	schema_guard.freeze(timestamp with time zone, timestamp with time zone, text), schema_guard.unfreeze(text),
	schema_guard.exempt(text, text, text[], text, timestamp with time zone), schema_guard.end_exemption(text, text, text),
	schema_guard.protect_object(oid, oid, integer, text, text, text), schema_guard.unprotect_object(oid, oid, integer, text, text, text),
	schema_guard.protect(text, text, text), schema_guard.protect(text, text),
	schema_guard.unprotect(text, text, text), schema_guard.unprotect(text, text) FROM PUBLIC;
