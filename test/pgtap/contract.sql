-- What callers may lean on: columns and types of the views, arguments of the functions, who may do what, and
-- what an extension that guards others must not have itself.
BEGIN;
CREATE EXTENSION schema_guard;
SELECT no_plan();

-- Views and what they show.
CREATE FUNCTION columns_of(relation text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = relation::regclass AND attnum > 0 AND NOT attisdropped
$$;
SELECT is(columns_of('schema_guard.ddl_log'), concat_ws(', ',
	'started_at timestamp with time zone', 'duration interval', 'command_tag text', 'class text', 'objects text', 'statement text',
	'decision text', 'allowed_by text', 'violations text[]', 'migration text', 'override_reason text', 'session_user_name text',
	'outer_user_name text', 'current_user_name text', 'application_name text', 'client_addr inet', 'client_port integer',
	'backend_pid integer', 'backend_start timestamp with time zone', 'nesting integer', 'context text', 'extension text',
	'outcome text', 'sqlstate text', 'database_name text', 'chain uuid', 'xid xid8', 'ordinal integer'), 'columns of ddl_log');
SELECT is(columns_of('schema_guard.ddl_objects'), concat_ws(', ',
	'started_at timestamp with time zone', 'command_tag text', 'action text', 'object_type text', 'schema_name text', 'object_name text',
	'identity text', 'old_identity text', 'classid oid', 'objid oid', 'objsubid integer', 'cascaded boolean', 'chain uuid', 'xid xid8',
	'ordinal integer'), 'columns of ddl_objects');
SELECT is(columns_of('schema_guard.log_blocks'), concat_ws(', ', 'number bigint', 'sealed_at timestamp with time zone', 'row_count bigint',
	'first_at timestamp with time zone', 'last_at timestamp with time zone', 'purged boolean', 'attempts_purged boolean', 'chain uuid', 'system_identifier bigint',
	'database oid', 'timeline bigint', 'root text', 'previous text', 'digest text', 'format smallint'), 'columns of log_blocks');
SELECT is(columns_of('schema_guard.mode'), 'mode text, reason text, set_at timestamp with time zone, set_by text', 'columns of mode');

SELECT is(columns_of('schema_guard.index_usage'), concat_ws(', ', 'day date', 'node text', 'table_name text', 'index_name text', 'scans bigint',
	'tup_read bigint', 'tup_fetch bigint', 'indexrelid oid', 'first_seen timestamp with time zone', 'plan_uses bigint'), 'columns of index_usage');
SELECT is(columns_of('schema_guard.table_usage'), concat_ws(', ', 'day date', 'node text', 'table_name text', 'seq_scans bigint', 'seq_tup_read bigint',
	'inserted bigint', 'updated bigint', 'hot_updated bigint', 'deleted bigint', 'relid oid', 'first_seen timestamp with time zone'), 'columns of table_usage');

SELECT is(columns_of('schema_guard.scan_predicates'), concat_ws(', ', 'table_name text', 'columns text[]', 'operators text[]', 'other_conditions boolean',
	'scans bigint', 'rows_read bigint', 'rows_removed bigint', 'removed_in_all bigint', 'first_at timestamp with time zone', 'last_at timestamp with time zone',
	'queryid bigint', 'relid oid'), 'columns of scan_predicates');

SELECT is(columns_of('schema_guard.constraint_violations'), concat_ws(', ', 'table_name text', 'constraint_name text', 'column_name text', 'sqlstate text',
	'violations bigint', 'first_seen timestamp with time zone', 'last_seen timestamp with time zone', 'since timestamp with time zone'), 'columns of constraint_violations');

-- Functions, as a caller names their arguments.
SELECT is(pg_get_function_arguments(f::regprocedure) || ' -> ' || pg_get_function_result(f::regprocedure), expected, f)
FROM (VALUES
	('schema_guard.redundant_indexes(text[])', 'schemas text[] DEFAULT ''{}''::text[] -> TABLE(table_name text, index_name text, kept_index text, kind text, '
		'confidence text, reason text, cautions text[], size_bytes bigint, kept_size_bytes bigint, writes bigint, created_by text, '
		'created_at timestamp with time zone, statement text, drop_sql text, create_sql text)'),
	('schema_guard.invalid_indexes(text[])', 'schemas text[] DEFAULT ''{}''::text[] -> TABLE(table_name text, index_name text, reason text, maintained boolean, '
		'size_bytes bigint, created_by text, created_at timestamp with time zone, statement text, drop_sql text, repair_sql text)'),
	('schema_guard.unused_indexes(interval,bigint,text[])', 'min_age interval DEFAULT ''35 days''::interval, min_size bigint DEFAULT 65536, '
		'schemas text[] DEFAULT ''{}''::text[] -> TABLE(table_name text, index_name text, verdict text, confidence text, reason text, observed interval, '
		'coverage numeric, scans bigint, last_used date, evidence jsonb, blocked_by text[], cautions text[], size_bytes bigint, writes bigint, created_by text, '
		'created_at timestamp with time zone, statement text, drop_sql text, create_sql text)'),
	('schema_guard.missing_indexes(text[])', 'schemas text[] DEFAULT ''{}''::text[] -> TABLE(table_name text, columns text[], kind text, severity text, '
		'reason text, cautions text[], foreign_key text, table_rows bigint, replaces text, cost_bytes bigint, cost_writes numeric, gain_rows numeric, '
		'plan_before numeric, plan_after numeric, proof text, create_sql text)'),
	('schema_guard.sample_index_usage()', ' -> void'),
	('schema_guard.export_usage()', ' -> jsonb'),
	('schema_guard.import_usage(text,jsonb)', 'node text, usage jsonb -> void'),
	('schema_guard.pull_usage(text,text)', 'server text, node text DEFAULT NULL::text -> void'),
	('schema_guard.forget_usage(text)', 'node text -> void'),
	('schema_guard.set_mode(text,text)', 'mode text, reason text -> void'),
	('schema_guard.freeze(timestamptz,timestamptz,text)', 'starts_at timestamp with time zone, ends_at timestamp with time zone, reason text -> void'),
	('schema_guard.unfreeze(text)', 'reason text -> integer'),
	('schema_guard.protect(text,text,text)', 'object_type text, object text, reason text -> void'),
	('schema_guard.protect(text,text)', 'object text, reason text -> void'),
	('schema_guard.unprotect(text,text,text)', 'object_type text, object text, reason text -> boolean'),
	('schema_guard.unprotect(text,text)', 'object text, reason text -> boolean'),
	('schema_guard.exempt(text,text,text[],text,timestamptz)',
		'role text, schema_pattern text, tags text[] DEFAULT ''{}''::text[], reason text DEFAULT NULL::text, until timestamp with time zone DEFAULT NULL::timestamp with time zone -> void'),
	('schema_guard.end_exemption(text,text,text)', 'role text, schema_pattern text, reason text -> integer'),
	('schema_guard.history(text)', 'object text -> TABLE(started_at timestamp with time zone, command_tag text, action text, object_type text, '
		'schema_name text, object_name text, identity text, old_identity text, classid oid, objid oid, objsubid integer, cascaded boolean, '
		'chain uuid, xid xid8, ordinal integer, version integer, changed jsonb, definition text)'),
	('schema_guard.snapshot(text,text)', 'label text, comment text DEFAULT NULL::text -> void'),
	('schema_guard.drop_snapshot(text)', 'label text -> void'),
	('schema_guard.export_snapshot(text)', 'label text -> jsonb'),
	('schema_guard.import_snapshot(jsonb,text)', 'document jsonb, label text DEFAULT NULL::text -> text'),
	('schema_guard.definition_at(text,timestamptz)', 'object text, at timestamp with time zone DEFAULT now() -> text'),
	('schema_guard.fingerprint(text,text[],text[],text[],text[])', 'source text DEFAULT ''live''::text, schemas text[] DEFAULT ''{}''::text[], '
		'kinds text[] DEFAULT ''{}''::text[], names text[] DEFAULT ''{}''::text[], ignore text[] DEFAULT ''{}''::text[] -> text'),
	('schema_guard.drift(text)', 'against text DEFAULT ''recorded''::text -> TABLE(object_type text, object text, change text, attribute text, '
		'expected text, live text, recorded_at timestamp with time zone, put_back text, accept text)'),
	('schema_guard.check_alerts()', ' -> TABLE(id bigint, event text, kind text, severity text, object text, message text)'),
	('schema_guard.acknowledge(bigint,text)', 'id bigint, why text -> void'),
	('schema_guard.set_threshold(text,float8,float8)', 'kind text, warning double precision, critical double precision -> void'),
	('schema_guard.trial_drop(regclass,text)', 'index regclass, reason text DEFAULT NULL::text -> void'),
	('schema_guard.end_trial(text)', 'index text -> void'),
	('schema_guard.reset_constraint_violations()', ' -> void'),
	('schema_guard.verify_log(timestamptz,timestamptz,jsonb)', '"from" timestamp with time zone DEFAULT NULL::timestamp with time zone, '
		'"to" timestamp with time zone DEFAULT NULL::timestamp with time zone, kept jsonb DEFAULT NULL::jsonb -> TABLE(finding text, tampered boolean, block bigint, '
		'chain uuid, xid xid8, ordinal integer, detail text)'),
	('schema_guard.log_digest()', ' -> jsonb'),
	('schema_guard.seal_log()', ' -> bigint'),
	('schema_guard.purge_log(timestamptz,text,boolean)',
		'before timestamp with time zone, what text DEFAULT ''all''::text, even_if_tampered boolean DEFAULT false -> bigint'),
	('schema_guard.metrics()', 'OUT name text, OUT labels jsonb, OUT value double precision, OUT type text, OUT help text -> SETOF record'),
	('schema_guard.metrics_text()', ' -> text'),
	('schema_guard.set_baseline(text)', 'snapshot text -> void'),
	('schema_guard.status()', 'OUT item text, OUT value text, OUT detail text -> SETOF record')
) contract (f, expected);

-- Who may do what.
CREATE ROLE regress_nobody;
CREATE ROLE regress_monitor IN ROLE pg_monitor;
CREATE ROLE regress_dba;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO regress_nobody, regress_monitor;
SELECT ok(has_table_privilege('regress_monitor', c.oid, 'SELECT'), 'pg_monitor reads ' || c.relname)
FROM pg_class c WHERE c.oid IN ('schema_guard.ddl_log'::regclass, 'schema_guard.ddl_objects'::regclass, 'schema_guard.mode'::regclass,
	'schema_guard.freezes'::regclass, 'schema_guard.protections'::regclass, 'schema_guard.exemptions'::regclass, 'schema_guard.alerts'::regclass, 'schema_guard.baseline'::regclass);
SELECT is_empty($$
	SELECT c.oid::regclass FROM pg_class c, unnest(ARRAY['regress_nobody', 'regress_monitor', 'pg_read_all_stats']) r
	WHERE c.relnamespace = 'schema_guard'::regnamespace AND c.relkind IN ('r', 'v')
	AND has_table_privilege(r, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
$$, 'nobody writes');
SELECT is_empty($$
	SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'schema_guard'::regnamespace AND c.relkind IN ('r', 'v')
	AND has_table_privilege('regress_nobody', c.oid, 'SELECT') AND c.relname <> 'naming_rules'
$$, 'a role without rights reads nothing but the naming rules, by which its names are judged');
SELECT is_empty($$
	SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'schema_guard'::regnamespace
	AND p.provolatile = 'v' AND p.prorettype <> 'event_trigger'::regtype AND has_function_privilege('regress_nobody', p.oid, 'EXECUTE')
$$, 'functions that write are for nobody by default');
SELECT is_empty($$
	SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'schema_guard'::regnamespace
	AND p.oid IN ('schema_guard.set_mode(text,text)'::regprocedure, 'schema_guard.freeze(timestamptz,timestamptz,text)'::regprocedure,
		'schema_guard.unfreeze(text)'::regprocedure, 'schema_guard.protect(text,text)'::regprocedure, 'schema_guard.unprotect(text,text)'::regprocedure,
		'schema_guard.exempt(text,text,text[],text,timestamptz)'::regprocedure, 'schema_guard.end_exemption(text,text,text)'::regprocedure)
	AND has_function_privilege('regress_monitor', p.oid, 'EXECUTE')
$$, 'who monitors does not change the policy');
SELECT ok(NOT has_schema_privilege('regress_nobody', 'schema_guard', 'CREATE'), 'nobody makes objects in the schema');

SET LOCAL ROLE regress_monitor;
SELECT lives_ok('SELECT * FROM schema_guard.ddl_log', 'ddl_log read by a monitor');
SELECT lives_ok('SELECT * FROM schema_guard.ddl_objects', 'ddl_objects read by a monitor');
SELECT lives_ok('SELECT * FROM schema_guard.status()', 'status() read by a monitor');
SELECT lives_ok('SELECT * FROM schema_guard.history(''public.nothing'')', 'history() read by a monitor');
SELECT lives_ok('SELECT schema_guard.metrics_text()', 'metrics_text() read by a monitor');
SELECT lives_ok('SELECT * FROM schema_guard.verify_log()', 'verify_log() read by a monitor');
SELECT lives_ok('SELECT schema_guard.log_digest()', 'log_digest() read by a monitor');
SELECT throws_ok('SELECT schema_guard.seal_log()', '42501', NULL, 'seal_log() is closed to a monitor');
SELECT throws_ok('SELECT * FROM schema_guard.statement_log', '42501', NULL, 'the table itself is closed to a monitor');
SELECT throws_ok('SELECT schema_guard.set_mode(''off'', ''a monitor may not do that'')', '42501', NULL, 'set_mode() is closed to a monitor');
SELECT throws_ok('SET schema_guard.migration = ''mine''', '42501', NULL, 'a monitor declares no migration');
RESET ROLE;

-- EXECUTE is the permission, and enough.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA schema_guard TO regress_dba;
CREATE TABLE public.orders (id int);
SET LOCAL ROLE regress_dba;
SELECT lives_ok($$SELECT schema_guard.set_mode('warn', 'a DBA may do that')$$, 'set_mode() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.freeze('2000-01-01', '2000-01-02', 'long over, harms nobody')$$, 'freeze() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.unfreeze('nothing to thaw here')$$, 'unfreeze() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.protect('public.orders', 'everybody needs them')$$, 'protect() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.unprotect('public.orders', 'nobody needs them')$$, 'unprotect() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.exempt('regress_dba', 'etl', '{}', 'loads its own tables')$$, 'exempt() by EXECUTE');
SELECT lives_ok($$SELECT schema_guard.end_exemption('regress_dba', 'etl', 'loads no more')$$, 'end_exemption() by EXECUTE');
SELECT throws_ok('SELECT * FROM schema_guard.guard_mode', '42501', NULL, 'which lends no right on the tables');
RESET ROLE;
SELECT results_eq('SELECT mode, set_by FROM schema_guard.mode', $$VALUES ('warn'::text, 'regress_dba'::text)$$, 'and it is known who did it');

-- What the extension must not have.
CREATE VIEW member AS SELECT classid, objid FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'schema_guard');
SELECT is_empty('SELECT objid::regprocedure FROM member JOIN pg_proc p ON p.oid = objid AND classid = ''pg_proc''::regclass WHERE prosecdef',
	'no SECURITY DEFINER');
SELECT is_empty('SELECT objid::regprocedure FROM member JOIN pg_proc p ON p.oid = objid AND classid = ''pg_proc''::regclass
	JOIN pg_language l ON l.oid = prolang WHERE lanname NOT IN (''c'', ''sql'', ''internal'') ', 'functions are C or SQL');
SELECT is_empty($$SELECT objid::regprocedure FROM member JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
	JOIN pg_language l ON l.oid = prolang WHERE lanname = 'sql' AND prosqlbody IS NULL AND NOT proconfig @> ARRAY['search_path=pg_catalog, pg_temp']$$,
	'SQL functions lean on nobody''s search_path');
SELECT is_empty('SELECT c.oid::regclass FROM member JOIN pg_class c ON c.oid = objid AND classid = ''pg_class''::regclass
	WHERE relkind = ''S'' OR relpersistence <> ''p''', 'no sequence, nothing unlogged');
SELECT is_empty('SELECT pg_describe_object(classid, objid, 0) FROM member, LATERAL pg_identify_object(classid, objid, 0) i
	WHERE coalesce(i.schema, ''schema_guard'') <> ''schema_guard''', 'nothing outside of its schema');
SELECT is_empty($$SELECT evtname FROM pg_event_trigger WHERE evtname LIKE 'schema\_guard%' AND evtenabled <> 'A'$$, 'event triggers are ENABLE ALWAYS');
SELECT set_eq($$SELECT evtname::text || ' ' || evtevent FROM pg_event_trigger WHERE evtname LIKE 'schema\_guard%'$$,
	$$SELECT 'schema_guard_' || e || ' ' || e FROM unnest(ARRAY['ddl_command_start', 'ddl_command_end', 'sql_drop', 'table_rewrite']) e$$,
	'one event trigger for each event');
SELECT is_empty($$SELECT evtname FROM pg_event_trigger WHERE evtname LIKE 'schema\_guard%'
	AND oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_event_trigger'::regclass)$$, 'which belong to the extension');
SELECT results_eq('SELECT extrelocatable FROM pg_extension WHERE extname = ''schema_guard''', 'VALUES (false)', 'not relocatable');
SELECT results_eq('SELECT superuser, trusted, relocatable FROM pg_available_extension_versions WHERE name = ''schema_guard'' AND version = (SELECT default_version FROM pg_available_extensions WHERE name = ''schema_guard'')',
	'VALUES (true, false, false)', 'for superusers, never trusted');
SELECT is_empty($$SELECT polname FROM pg_policy WHERE polrelid IN (SELECT objid FROM member)$$, 'no policies');

-- PostgreSQL's own test type_sanity looks at all columns there are.
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
	WHERE attrelid IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass) AND attstorage NOT IN (typstorage, 'p')$$, 'columns are stored as their types say');

-- Dumped: the policy.  Not dumped: the log, the mode.
SELECT set_eq($$SELECT t::regclass::text FROM pg_extension, unnest(extconfig) t WHERE extname = 'schema_guard' AND t::regclass::text !~ 'naming'$$,
	$$VALUES ('schema_guard.freezes'), ('schema_guard.protections'), ('schema_guard.exemptions'), ('schema_guard.snapshot_label'), ('schema_guard.alert_thresholds')$$,
	'the policy and imported snapshots are dumped; log, versions and mode are not');

-- Comments on all a user sees.
SELECT is_empty($$SELECT pg_describe_object(classid, objid, 0) FROM member
	WHERE classid IN ('pg_proc'::regclass, 'pg_event_trigger'::regclass, 'pg_type'::regclass)
	AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND classid = 'pg_type'::regclass
		AND (t.typelem <> 0 OR t.typrelid <> 0 AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) <> 'c'))
	AND obj_description(objid, classid::regclass::text::name) IS NULL$$, 'functions, types and event triggers have comments');
SELECT is_empty($$SELECT c.oid::regclass FROM member JOIN pg_class c ON c.oid = objid AND classid = 'pg_class'::regclass
	WHERE relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL$$, 'tables and views have comments');
SELECT isnt(obj_description('schema_guard'::regnamespace, 'pg_namespace'), NULL, 'the schema has a comment');
SELECT isnt((SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'schema_guard'), NULL, 'the extension has a comment');

SELECT * FROM finish();
ROLLBACK;
