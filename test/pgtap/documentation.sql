-- Everything a user can see says what it is.
BEGIN;
CREATE EXTENSION schema_guard;
SELECT plan(2);

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

SELECT * FROM finish();
ROLLBACK;
