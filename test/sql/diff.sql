-- schema_guard.diff() and its siblings: what they say, refuse and leave behind.
-- That each attribute of each kind is told and written is test/system/diff's matter.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;

-- a schema, and a script of what it should be
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(40), mood mood DEFAULT 'sad');
COMMENT ON TABLE customer IS 'who buys';
CREATE VIEW customers_by_name AS SELECT name, id FROM customer;
GRANT SELECT ON customers_by_name TO pg_monitor;
COMMENT ON VIEW customers_by_name IS 'for the lists';
CREATE TABLE "We""ird" ("a b" int);
INSERT INTO customer VALUES (1, 'Ann', 'glad');

SELECT $$sql:
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'glad', since date);
CREATE INDEX ON customer (name);
CREATE VIEW customers_by_name AS SELECT name, id FROM customer;
GRANT SELECT ON customers_by_name TO pg_monitor;
COMMENT ON VIEW customers_by_name IS 'for the lists';
CREATE FUNCTION greet(text) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT 'hello ' || $1 $f$;
$$ AS wanted \gset

SELECT step, action, object_type, identity, attribute, old_value, new_value
FROM schema_guard.diff('live', :'wanted', schemas => '{public}');
\pset format unaligned
SELECT step, forward_sql, rollback_sql, lock, work, transactional, hazards, reason
FROM schema_guard.diff('live', :'wanted', schemas => '{public}') WHERE forward_sql IS NOT NULL;
SELECT schema_guard.diff_sql('live', :'wanted', schemas => '{public}');
\pset format aligned

-- the same again is the same
SELECT schema_guard.diff_sql('live', :'wanted', schemas => '{public}') = schema_guard.diff_sql('live', :'wanted', schemas => '{public}') AS same;
SELECT count(*) FROM schema_guard.diff('live', 'live');

-- nothing of all this has happened
SELECT count(*) FROM customer;
SELECT to_regclass('"We""ird"'), to_regprocedure('greet(text)');

-- proofs
SELECT * FROM schema_guard.verify_diff('live', :'wanted', schemas => '{public}');
SELECT * FROM schema_guard.verify_diff('empty', 'live', schemas => '{public}');
SELECT name FROM customer;

-- scope
SELECT action, identity FROM schema_guard.diff('live', :'wanted', schemas => '{public}', kinds => '{function}');
SELECT action, identity FROM schema_guard.diff('live', :'wanted', names => '{public.cust*}') ORDER BY step;
SELECT action, identity, attribute FROM schema_guard.diff('live', :'wanted', names => '{public.customer}', kinds => '{table}', ignore => '{comment,type}') ORDER BY step, attribute;

-- a renaming is what somebody says
SELECT action, object_type, identity, forward_sql, rollback_sql
FROM schema_guard.diff('live', 'sql:CREATE TABLE plain (c int)', names => ARRAY['public."We""ird"*', 'public.plain*'],
	renames => ARRAY['table public."We""ird" -> public.plain', 'column public."We""ird"."a b" -> public.plain.c']);
SELECT action, object_type, identity FROM schema_guard.diff('live', 'sql:CREATE TABLE plain (c int)', names => ARRAY['public."We""ird"*', 'public.plain*']);

-- the order of columns is told and left alone
SELECT action, identity, attribute, forward_sql, reason
FROM schema_guard.diff('live', 'sql:CREATE TYPE mood AS ENUM (''sad'', ''glad''); CREATE TABLE customer (name varchar(40), id integer PRIMARY KEY, mood mood DEFAULT ''sad'')', names => '{public.customer}', ignore => '{comment}');

-- what cannot be
SELECT * FROM schema_guard.diff('live', 'nowhere');
SELECT * FROM schema_guard.diff('live', 'server:nowhere');
SELECT * FROM schema_guard.diff('live', 'live', ignore => '{colour}');
SELECT * FROM schema_guard.diff('live', 'live', kinds => '{tabel}');
SELECT * FROM schema_guard.diff('live', 'live', renames => '{customer to customers}');
SELECT * FROM schema_guard.diff('live', 'live', renames => '{table public.nobody -> public.customer}');
SELECT * FROM schema_guard.diff('live', 'sql:CREATE TABLE t (');
SELECT * FROM schema_guard.diff('live', 'sql:CREATE TABLE t (a int); COMMIT');
SELECT * FROM schema_guard.sync('empty', 'live');
CREATE ROLE regress_reader;
SET ROLE regress_reader;
SELECT schema_guard.diff_sql('live', 'empty');
RESET ROLE;
DROP ROLE regress_reader;

-- a way that the rows do not permit fails as it would in earnest, and leaves nothing behind
INSERT INTO customer VALUES (2, NULL, 'sad');
SELECT direction, problem, object_type, identity, statement FROM schema_guard.verify_diff('live', :'wanted', schemas => '{public}');
DELETE FROM customer WHERE id = 2;

-- a label that is used at once is of no use before it is committed: the script adds it, one transaction makes the type anew
SET client_min_messages = notice;
SELECT direction, problem, identity FROM schema_guard.verify_diff('live', replace(:'wanted', 'DEFAULT ''glad''', 'DEFAULT ''ok'''), schemas => '{public}');
SELECT identity, attribute, reason, hazards FROM schema_guard.diff('live', replace(:'wanted', 'DEFAULT ''glad''', 'DEFAULT ''ok'''), schemas => '{public}')
WHERE object_type = 'enum';

-- online: without CONCURRENTLY here, and locks are not waited for long there
CREATE INDEX customer_name ON customer (name);
SELECT direction, problem, identity FROM schema_guard.verify_diff('live', :'wanted', schemas => '{public}', names => '{public.customer*}', online => true);
\pset format unaligned
SELECT schema_guard.diff_sql('live', :'wanted', schemas => '{public}', names => '{public.customer*}', online => true) AS online \gset
-- NOT NULL: by a CHECK that has been validated, since 18 by a constraint of its own.
SELECT regexp_replace(:'online', CASE WHEN current_setting('server_version_num')::int < 180000 THEN
	'ALTER TABLE public.customer ADD CONSTRAINT schema_guard_not_null CHECK \(name IS NOT NULL\) NOT VALID;
ALTER TABLE public.customer VALIDATE CONSTRAINT schema_guard_not_null;
ALTER TABLE public.customer ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.customer DROP CONSTRAINT schema_guard_not_null;'
	ELSE 'ALTER TABLE public.customer ADD CONSTRAINT customer_name_not_null NOT NULL name NOT VALID;
ALTER TABLE public.customer VALIDATE CONSTRAINT customer_name_not_null;' END, '-- NOT NULL');
\pset format aligned
DROP INDEX customer_name;
SET client_min_messages = warning;

-- in earnest
SELECT action, identity, done FROM schema_guard.sync('live', :'wanted', schemas => '{public}');
SELECT count(*) FROM schema_guard.diff('live', :'wanted', schemas => '{public}') WHERE forward_sql IS NOT NULL;
SELECT action, identity, done FROM schema_guard.sync('live', :'wanted', schemas => '{public}', dry_run => false);
SELECT * FROM schema_guard.diff('live', :'wanted', schemas => '{public}');
SELECT * FROM customer;
\d customer

-- in mode enforce what is undone is no change; what is kept needs its migration
SELECT schema_guard.set_mode('enforce', 'the shop is open');
SELECT count(*) AS before FROM schema_guard.ddl_log WHERE outcome = 'committed' \gset
SELECT action, identity FROM schema_guard.diff('live', 'sql:CREATE TABLE customer (id integer)', schemas => '{public}', kinds => '{index,constraint}');
SELECT direction, problem FROM schema_guard.verify_diff('live', 'sql:CREATE TABLE customer (id integer)', schemas => '{public}', kinds => '{view}');
SELECT action, identity, done FROM schema_guard.sync('live', 'sql:CREATE TABLE customer (id integer)', schemas => '{public}', kinds => '{view}');
SELECT action, identity, done FROM schema_guard.sync('live', 'sql:CREATE TABLE customer (id integer)', schemas => '{public}', kinds => '{view}', dry_run => false);
CREATE TABLE ad_hoc (id integer);
SELECT count(*) - :before AS recorded FROM schema_guard.ddl_log WHERE outcome = 'committed';
SET schema_guard.migration = '20261121120000_no_list';
SELECT action, identity, done FROM schema_guard.sync('live', 'sql:CREATE TABLE customer (id integer)', schemas => '{public}', kinds => '{view}', dry_run => false);
SELECT command_tag, migration FROM schema_guard.ddl_log WHERE class <> 'guard' ORDER BY started_at DESC, ordinal DESC LIMIT 1;
RESET schema_guard.migration;
SELECT schema_guard.set_mode('observe', 'end of this test');
