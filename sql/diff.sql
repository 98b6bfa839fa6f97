-- Comparing schemas, and the SQL that turns one into the other.

CREATE FUNCTION schema_guard.diff(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', online boolean DEFAULT false)
	RETURNS TABLE (step integer, action text, object_type text, identity text, attribute text, old_value text, new_value text,
		forward_sql text, rollback_sql text, lock text, work text, transactional boolean, hazards text[], reason text)
	AS 'MODULE_PATHNAME', 'schema_guard_diff'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.diff(text, text, text[], text[], text[], text[], text[], boolean) IS
	'what differs between two schemas, a row a change, in the order the statements can run';

CREATE FUNCTION schema_guard.diff_sql(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', online boolean DEFAULT false)
	RETURNS text
	AS 'MODULE_PATHNAME', 'schema_guard_diff_sql'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.diff_sql(text, text, text[], text[], text[], text[], text[], boolean) IS
	'the script that turns the source schema into the target; the way back is diff_sql(target, source)';

REVOKE EXECUTE ON FUNCTION schema_guard.diff(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.diff_sql(text, text, text[], text[], text[], text[], text[], boolean) FROM PUBLIC;
