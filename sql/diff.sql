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

CREATE FUNCTION schema_guard.dump(schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}', names text[] DEFAULT '{}',
		ignore text[] DEFAULT '{}')
	RETURNS text
	AS 'MODULE_PATHNAME', 'schema_guard_dump'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.dump(text[], text[], text[], text[]) IS
	'the live schema as one script that makes it in a new database';

CREATE FUNCTION schema_guard.verify_diff(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', online boolean DEFAULT false)
	RETURNS TABLE (direction text, problem text, object_type text, identity text, attribute text, wanted text, got text,
		statement text)
	AS 'MODULE_PATHNAME', 'schema_guard_verify_diff'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.verify_diff(text, text, text[], text[], text[], text[], text[], boolean) IS
	'runs the script and the way back in a subtransaction that is undone: a row for each error and for each difference left, none when it is proven';

CREATE FUNCTION schema_guard.sync(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', dry_run boolean DEFAULT true)
	RETURNS TABLE (step integer, action text, object_type text, identity text, statement text, hazards text[], done boolean)
	AS 'MODULE_PATHNAME', 'schema_guard_sync'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.sync(text, text, text[], text[], text[], text[], text[], boolean) IS
	'makes the live schema into the target, in this transaction; with dry_run, which is the default, proves that it can and undoes it';

REVOKE EXECUTE ON FUNCTION schema_guard.diff(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.diff_sql(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.dump(text[], text[], text[], text[]),
	schema_guard.verify_diff(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.sync(text, text, text[], text[], text[], text[], text[], boolean) FROM PUBLIC;
