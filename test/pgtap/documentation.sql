-- Everything a user can see says what it is, and stands in docs/reference.md.
BEGIN;
CREATE EXTENSION schema_guard;
SELECT plan(5);

SELECT is_empty($$
	SELECT p.oid::pg_catalog.regprocedure
	FROM pg_catalog.pg_proc p
	WHERE p.pronamespace = 'schema_guard'::pg_catalog.regnamespace
	AND pg_catalog.obj_description(p.oid, 'pg_proc') IS NULL
$$, 'every function has a comment');

SELECT is_empty($$
	SELECT c.oid::pg_catalog.regclass
	FROM pg_catalog.pg_class c
	WHERE c.relnamespace = 'schema_guard'::pg_catalog.regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
	AND pg_catalog.obj_description(c.oid, 'pg_class') IS NULL
$$, 'every table and view has a comment');

\set reference `cat "$SOURCE/docs/reference.md"`
SELECT pg_catalog.set_config('test.reference', :'reference', true) IS NULL AS absent \gset

SELECT is_empty($$
	SELECT p.oid::pg_catalog.regprocedure
	FROM pg_catalog.pg_proc p
	WHERE p.pronamespace = 'schema_guard'::pg_catalog.regnamespace
	AND pg_catalog.current_setting('test.reference') !~ ('\m' || p.proname || '\(')
$$, 'every function stands in docs/reference.md');

SELECT is_empty($$
	SELECT c.oid::pg_catalog.regclass
	FROM pg_catalog.pg_class c
	WHERE c.relnamespace = 'schema_guard'::pg_catalog.regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
	AND pg_catalog.current_setting('test.reference') !~ ('(## |schema_guard\.)' || c.relname || '\M')
$$, 'every table and view stands in docs/reference.md');

SELECT is_empty($$
	SELECT s.name
	FROM pg_catalog.pg_settings s
	WHERE s.name LIKE 'schema\_guard.%' AND s.name <> 'schema_guard.fail_at'
	AND pg_catalog.strpos(pg_catalog.current_setting('test.reference'), s.name) = 0
$$, 'every setting stands in docs/reference.md');

SELECT * FROM finish();
ROLLBACK;
