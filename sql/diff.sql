-- Comparing schemas, and the SQL that turns one into the other.

CREATE FUNCTION schema_guard.diff_steps(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', online boolean DEFAULT false)
	RETURNS TABLE (step integer, action text, object_type text, identity text, attribute text, old_value text, new_value text,
		forward_sql text, rollback_sql text, lock text, work text, transactional boolean, hazards text[], reason text,
		classid oid, objid oid, objsubid integer, name_parts text[], since timestamp with time zone, until timestamp with time zone)
	AS 'MODULE_PATHNAME', 'schema_guard_diff_steps'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.diff_steps(text, text, text[], text[], text[], text[], text[], boolean) IS
	'what differs between two schemas, without who made it; part of diff()';

-- Who and when: the last version that changed what differs, and the statement that began it.  What is gone here, and is there
-- still, has no address; its name leads to its end.
CREATE FUNCTION schema_guard.diff(source text, target text, schemas text[] DEFAULT '{}', kinds text[] DEFAULT '{}',
		names text[] DEFAULT '{}', ignore text[] DEFAULT '{}', renames text[] DEFAULT '{}', online boolean DEFAULT false)
	RETURNS TABLE (step integer, action text, object_type text, identity text, attribute text, old_value text, new_value text,
		forward_sql text, rollback_sql text, lock text, work text, transactional boolean, hazards text[], reason text,
		changed_by text, changed_at timestamp with time zone, statement text)
	LANGUAGE sql VOLATILE STRICT
BEGIN ATOMIC
	SELECT d.step, d.action, d.object_type, d.identity, d.attribute, d.old_value, d.new_value, d.forward_sql, d.rollback_sql,
		d.lock, d.work, d.transactional, d.hazards, d.reason, l.session_user_name, l.started_at, l.statement
	FROM schema_guard.diff_steps(source, target, schemas, kinds, names, ignore, renames, online) WITH ORDINALITY
		d (step, action, object_type, identity, attribute, old_value, new_value, forward_sql, rollback_sql, lock, work, transactional,
			hazards, reason, classid, objid, objsubid, name_parts, since, until, n)
	LEFT JOIN LATERAL (
		SELECT c.chain, c.xid, c.ordinal
		FROM (SELECT w.*, pg_catalog.lag(w.properties) OVER o AS old_properties, pg_catalog.lag(w.identity) OVER o AS old_identity
			FROM schema_guard.version_log w
			WHERE w.classid = d.classid AND w.objid = d.objid AND w.objsubid = d.objsubid
			WINDOW o AS (ORDER BY w.version, w.begun_at)) c
		WHERE c.begun_at > d.since AND c.begun_at <= d.until
			AND CASE WHEN d.action = 'alter' THEN c.properties -> d.attribute IS DISTINCT FROM c.old_properties -> d.attribute
				WHEN d.action = 'rename' THEN c.identity <> c.old_identity
				WHEN d.reason IS NULL THEN (c.properties IS NULL) <> (c.old_properties IS NULL)
				ELSE true END
		ORDER BY c.version DESC, c.begun_at DESC LIMIT 1) v ON true
	LEFT JOIN (
		SELECT DISTINCT ON (w.kind, w.identity) w.kind, w.identity, w.chain, w.xid, w.ordinal
		FROM schema_guard.version_log w WHERE w.properties IS NULL
		ORDER BY w.kind, w.identity, w.begun_at DESC) g ON d.classid IS NULL AND g.kind = d.object_type AND g.identity = d.name_parts
	LEFT JOIN schema_guard.statement_origins l ON l.chain = COALESCE(v.chain, g.chain) AND l.xid = COALESCE(v.xid, g.xid)
		AND l.ordinal = COALESCE(v.ordinal, g.ordinal)
	ORDER BY d.n;
END;
COMMENT ON FUNCTION schema_guard.diff(text, text, text[], text[], text[], text[], text[], boolean) IS
	'what differs between two schemas, a row a change, in the order the statements can run, and who made it by which statement where the log knows';

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
	schema_guard.diff_steps(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.diff_sql(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.dump(text[], text[], text[], text[]),
	schema_guard.verify_diff(text, text, text[], text[], text[], text[], text[], boolean),
	schema_guard.sync(text, text, text[], text[], text[], text[], text[], boolean) FROM PUBLIC;
