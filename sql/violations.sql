-- What constraints have refused.

CREATE FUNCTION schema_guard.library_violations(OUT schema_name text, OUT relation_name text, OUT constraint_name text, OUT column_name text,
	OUT sqlstate text, OUT violations bigint, OUT first_seen timestamp with time zone, OUT last_seen timestamp with time zone,
	OUT since timestamp with time zone) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_library_violations' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.library_violations() IS
'what the library of this server has counted; without an SQLSTATE, of all databases: violations there was no room for';

CREATE VIEW schema_guard.constraint_violations AS
SELECT CASE WHEN v.relation_name IS NOT NULL THEN pg_catalog.concat_ws('.', pg_catalog.quote_ident(v.schema_name), pg_catalog.quote_ident(v.relation_name)) END
	AS table_name, v.constraint_name, v.column_name, v.sqlstate, v.violations,
	v.first_seen, v.last_seen, v.since
FROM schema_guard.library_violations() v WHERE v.sqlstate IS NOT NULL;
COMMENT ON VIEW schema_guard.constraint_violations IS 'how often each constraint of this database has refused something; none where the library is not preloaded';
COMMENT ON COLUMN schema_guard.constraint_violations.table_name IS 'or the domain; null, like the constraint, when the error names none';
COMMENT ON COLUMN schema_guard.constraint_violations.column_name IS 'of NOT NULL, which has no other name';
COMMENT ON COLUMN schema_guard.constraint_violations.since IS 'when counting began: the server started, crashed, or the counters were reset';

CREATE FUNCTION schema_guard.reset_constraint_violations() RETURNS void
AS 'MODULE_PATHNAME', 'schema_guard_reset_constraint_violations' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.reset_constraint_violations() IS 'lets the counters of this database begin anew';

REVOKE EXECUTE ON FUNCTION schema_guard.library_violations(), schema_guard.reset_constraint_violations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.library_violations() TO pg_monitor;
GRANT SELECT ON schema_guard.constraint_violations TO pg_monitor;
