-- What the log shows.  The views belong to the extension's owner: who may read them needs no right on the table.

CREATE VIEW schema_guard.ddl_log AS
SELECT s.started_at, s.duration, s.command_tag, s.class,
	(SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', o.action, o.object_type, o.identity), ', ' ORDER BY o.n)
		FROM pg_catalog.unnest(s.objects) WITH ORDINALITY
			o (action, object_type, schema_name, object_name, identity, old_identity, classid, objid, objsubid, cascaded, n)) AS objects,
	s.statement, s.decision, s.allowed_by, s.violations, s.migration, s.override_reason,
	s.session_user_name, s.outer_user_name, s.current_user_name, s.application_name, s.client_addr, s.client_port,
	s.backend_pid, s.backend_start, s.nesting, s.context, s.extension,
	CASE s.outcome WHEN 'started' THEN 'unfinished' ELSE s.outcome END AS outcome,
	s.sqlstate, s.database_name, s.chain, s.xid, s.ordinal
FROM schema_guard.statement_log s
WHERE s.outcome <> 'started'
	OR NOT EXISTS (SELECT FROM schema_guard.statement_log d WHERE d.chain = s.chain AND d.intent_xid = s.xid);
COMMENT ON VIEW schema_guard.ddl_log IS 'every statement that changed schema or access, or tried to: a row each, oldest first by (started_at, xid, ordinal)';
COMMENT ON COLUMN schema_guard.ddl_log.duration IS 'how long the statement ran';
COMMENT ON COLUMN schema_guard.ddl_log.class IS 'structure, access, maintenance or data; guard for changes of the guard itself';
COMMENT ON COLUMN schema_guard.ddl_log.objects IS 'what happened to which objects; schema_guard.ddl_objects has a row each';
COMMENT ON COLUMN schema_guard.ddl_log.statement IS 'the exact text of this statement alone, secrets redacted';
COMMENT ON COLUMN schema_guard.ddl_log.decision IS 'allowed; refused; observed or warned: refused in mode enforce';
COMMENT ON COLUMN schema_guard.ddl_log.allowed_by IS 'migration, override, exemption, extension, class: of a class that is not guarded, or unguarded: not judged';
COMMENT ON COLUMN schema_guard.ddl_log.violations IS 'the rules it broke';
COMMENT ON COLUMN schema_guard.ddl_log.outer_user_name IS 'the role after SET ROLE; current_user_name is the owner inside a SECURITY DEFINER function';
COMMENT ON COLUMN schema_guard.ddl_log.nesting IS '0 when the client sent the statement, more when a function or another statement ran it';
COMMENT ON COLUMN schema_guard.ddl_log.context IS 'the functions it ran in, innermost first';
COMMENT ON COLUMN schema_guard.ddl_log.extension IS 'the extension whose script it is part of';
COMMENT ON COLUMN schema_guard.ddl_log.outcome IS 'committed; unfinished: begun with transactions of its own (CREATE INDEX CONCURRENTLY) and never completed; refused, failed, rolled_back: an attempt that changed nothing';
COMMENT ON COLUMN schema_guard.ddl_log.sqlstate IS 'the error that a refused or failed statement ended with';
COMMENT ON COLUMN schema_guard.ddl_log.database_name IS 'where it was run, when that was not this database: one without the extension, see schema_guard.home_database';
COMMENT ON COLUMN schema_guard.ddl_log.chain IS 'the life of this database in this cluster; copies of it go on under another chain';
COMMENT ON COLUMN schema_guard.ddl_log.xid IS 'the transaction that wrote the row: its own, or for an attempt the worker''s; with chain and ordinal the key';

CREATE VIEW schema_guard.ddl_objects AS
SELECT s.started_at, s.command_tag, o.action, o.object_type, o.schema_name, o.object_name, o.identity, o.old_identity,
	o.classid, o.objid, o.objsubid, o.cascaded, s.chain, s.xid, s.ordinal
FROM schema_guard.statement_log s, pg_catalog.unnest(s.objects) o
WHERE s.outcome = 'committed'
	OR s.outcome = 'started' AND NOT EXISTS (SELECT FROM schema_guard.statement_log d WHERE d.chain = s.chain AND d.intent_xid = s.xid);
COMMENT ON VIEW schema_guard.ddl_objects IS 'every object a statement created, altered, renamed, dropped, rewrote or truncated: a row each';
COMMENT ON COLUMN schema_guard.ddl_objects.old_identity IS 'before a renaming or a move to another schema';
COMMENT ON COLUMN schema_guard.ddl_objects.classid IS 'with objid and objsubid the address, as in pg_depend';
COMMENT ON COLUMN schema_guard.ddl_objects.cascaded IS 'dropped by CASCADE, not by name';

-- A statement that commits several times has a version of what it had done midway, and the row of the log that goes with that.
CREATE VIEW schema_guard.statement_origins AS
SELECT s.chain, s.xid, s.ordinal, s.started_at, s.command_tag, s.session_user_name, s.statement, s.intent_xid, s.objects
FROM schema_guard.statement_log s WHERE s.outcome IN ('committed', 'started');
COMMENT ON VIEW schema_guard.statement_origins IS 'who began a version, when, by which statement, if only midway; part of history() and diff()';

CREATE VIEW schema_guard.mode AS
SELECT COALESCE(m.mode, 'observe') AS mode, m.reason, m.set_at, m.set_by
FROM (SELECT) one LEFT JOIN schema_guard.guard_mode m
	ON m.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database());
COMMENT ON VIEW schema_guard.mode IS 'what happens to schema changes in this database, since when and why';

CREATE FUNCTION schema_guard.library_status(OUT item text, OUT value text, OUT detail text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_library_status' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.library_status() IS 'what the library of this server says of itself; see status()';

CREATE FUNCTION schema_guard.status(OUT item text, OUT value text, OUT detail text) RETURNS SETOF record LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT 'mode', m.mode, COALESCE(m.reason || ' (' || m.set_by || ', ' || m.set_at || ')', 'as installed, copied or restored')
	FROM schema_guard.mode m
	UNION ALL
	SELECT l.item, l.value, l.detail FROM schema_guard.library_status() l
	UNION ALL
	SELECT 'extension', e.extversion, CASE WHEN e.extversion = l.value THEN '' ELSE 'ALTER EXTENSION schema_guard UPDATE; is due' END
	FROM pg_catalog.pg_extension e, schema_guard.library_status() l WHERE e.extname = 'schema_guard' AND l.item = 'library'
	UNION ALL
	SELECT 'event trigger ' || t.evtname, CASE t.evtenabled WHEN 'A' THEN 'always' ELSE 'tampered with' END,
		CASE t.evtenabled WHEN 'A' THEN '' ELSE 'ALTER EVENT TRIGGER ' || pg_catalog.quote_ident(t.evtname) || ' ENABLE ALWAYS;' END
	FROM pg_catalog.pg_event_trigger t WHERE t.evtname LIKE 'schema\_guard\_%'
	UNION ALL
	SELECT 'freezes', pg_catalog.count(*)::text, COALESCE(pg_catalog.string_agg(f.reason || ' until ' || f.ends_at, '; ' ORDER BY f.ends_at), '')
	FROM schema_guard.freezes f WHERE f.ends_at > pg_catalog.now()
	UNION ALL
	SELECT 'protections', pg_catalog.count(*)::text, COALESCE(pg_catalog.string_agg(p.identity, ', ' ORDER BY p.identity), '') FROM schema_guard.protections p
	UNION ALL
	SELECT 'exemptions', pg_catalog.count(*)::text, COALESCE(pg_catalog.string_agg(x.role || ' in ' || x.schema_pattern, ', ' ORDER BY x.role), '')
	FROM schema_guard.exemptions x WHERE x.until > pg_catalog.now();
END;
COMMENT ON FUNCTION schema_guard.status() IS 'the guard at a glance: mode, library, what is not covered, policies';

REVOKE EXECUTE ON FUNCTION schema_guard.status(), schema_guard.library_status() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.status(), schema_guard.library_status() TO pg_monitor;
GRANT SELECT ON schema_guard.statement_origins, schema_guard.ddl_log, schema_guard.ddl_objects, schema_guard.mode, schema_guard.freezes,
	schema_guard.protections, schema_guard.exemptions TO pg_monitor;
