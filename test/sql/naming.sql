-- Naming rules: what they refuse, what they leave alone, what the live schema violates.
\set VERBOSITY terse
CREATE EXTENSION schema_guard;

-- Rules that cannot be.
SELECT schema_guard.add_naming_rule('r', 'table', '[a-z');
SELECT schema_guard.add_naming_rule('r', 'tabel', '^[a-z]');
SELECT schema_guard.add_naming_rule('r', 'table', '{tabel}', 'template');
SELECT schema_guard.add_naming_rule('r', 'table', 'nfkc', 'builtin');
SELECT schema_guard.add_naming_rule('r', 'table', '^[a-z]', 'glob');
SELECT schema_guard.add_naming_rule('r', 'table', '^[a-z]', severity => 'fatal');
SELECT schema_guard.add_naming_rule('', 'table', '^[a-z]');
SELECT schema_guard.add_naming_rule('r', NULL, '^[a-z]');
SELECT schema_guard.use_naming_preset('hungarian');
SELECT schema_guard.drop_naming_rule('r');
SELECT schema_guard.add_naming_rule('r', 'table', '^[a-z]', message => 'it''s too loud', exceptions => '{"Legacy*",a\\b,"x\"y"}');
SELECT schema_guard.add_naming_rule('r', 'view', '^[a-z]');
SELECT * FROM schema_guard.naming_rules;
SELECT statement FROM schema_guard.ddl_log WHERE outcome = 'committed' AND command_tag = 'ADD NAMING RULE';
SELECT schema_guard.drop_naming_rule('r');

-- Templates against the names this server chooses itself, cut or not, in one byte a character and more.
DO $$
DECLARE
	t text;
	c text;
BEGIN
	CREATE SCHEMA sizes;
	FOREACH t IN ARRAY ARRAY['orders', repeat('t', 29), repeat('t', 31), repeat('t', 57), repeat('t', 58), repeat('t', 63),
		repeat('ä', 14), repeat('ä', 29), repeat('ä', 31), 'x' || repeat('ä', 31), repeat('注', 19), repeat('注', 20) || '12'] LOOP
		EXECUTE format('CREATE TABLE sizes.%I (id serial PRIMARY KEY)', t);
		FOREACH c IN ARRAY ARRAY['total', repeat('c', 28), repeat('d', 29), repeat('c', 63), repeat('ö', 15), repeat('ö', 31), repeat('文', 21)] LOOP
			EXECUTE format('ALTER TABLE sizes.%1$I ADD %2$I serial UNIQUE CHECK (%2$I > 0) REFERENCES sizes.%1$I,
				ADD EXCLUDE (%2$I WITH =)', t, c);
			EXECUTE format('CREATE INDEX ON sizes.%1$I (%2$I)', t, c);
			EXECUTE format('CREATE INDEX ON sizes.%1$I (%2$I)', t, c);
			EXECUTE format('CREATE INDEX ON sizes.%1$I (%2$I, lower(%2$I::text), %2$I, (%2$I + 1), (%2$I + 2)) INCLUDE (id)', t, c);
		END LOOP;
		EXECUTE format('ALTER TABLE sizes.%I ADD CHECK (total > id)', t);
	END LOOP;
END $$;
SELECT schema_guard.use_naming_preset('postgresql');
SELECT count(*) FROM pg_constraint WHERE connamespace = 'sizes'::regnamespace AND contype <> 'n';
SELECT count(*) FROM pg_indexes WHERE schemaname = 'sizes';
SELECT object_type, identity, problem FROM schema_guard.check_names('sizes');
-- The names of one table would be wrong for another.
ALTER TABLE sizes.orders RENAME TO purchases;
SELECT object_type, count(*), min(suggested_name) FROM schema_guard.check_names('sizes') GROUP BY 1 ORDER BY 1;
DROP SCHEMA sizes CASCADE;

-- Every kind of object, and the statements that rename.
SELECT schema_guard.use_naming_preset('snake_case');
CREATE TABLE "OrderItems" (id serial PRIMARY KEY, "userId" int REFERENCES "OrderItems", "order" text UNIQUE, "Total" int CHECK ("Total" > 0),
	EXCLUDE ("Total" WITH =));
CREATE TABLE users ();
CREATE TABLE "uѕers" ();
CREATE INDEX "ByUser" ON "OrderItems" ("userId");
CREATE UNIQUE INDEX "ByTotal" ON "OrderItems" (("Total" + 1));
CREATE TRIGGER "Touch" BEFORE UPDATE ON "OrderItems" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE POLICY "Own" ON "OrderItems";
CREATE TYPE "Mood" AS ENUM ('a');
CREATE TYPE "Pair" AS ("A" int);
CREATE TYPE "Span" AS RANGE (subtype = float8);
CREATE DOMAIN "Amount" AS int CONSTRAINT "Positive" CHECK (VALUE > 0);
CREATE FUNCTION "DoIt"("A" "Mood") RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE "DoThat"() LANGUAGE sql AS '';
CREATE AGGREGATE "Sum"(int) (sfunc = int4pl, stype = int);
CREATE VIEW "Überblick" AS SELECT 1 AS "X";
CREATE MATERIALIZED VIEW "2024 sales" AS SELECT 1 AS "X";
CREATE SEQUENCE "HTTPServerIDs";
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE "Remote" ("Id" int CONSTRAINT "IdCheck" CHECK ("Id" > 0)) SERVER nowhere;
CREATE SCHEMA "Sales";
CREATE ROLE "regress Naming";
-- Nobody chose or can change these names: partitions' parts, temporary tables, the extension's own.
CREATE TABLE parted (id int, k int) PARTITION BY LIST (id);
CREATE INDEX "ByK" ON parted (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TEMP TABLE "Temp" ("A" int);

SELECT object_type, identity, rule, severity, problem, suggested_name FROM schema_guard.check_names() WHERE object_type <> 'not null';
\a\t
SELECT rename_sql FROM schema_guard.check_names() WHERE rename_sql IS NOT NULL AND object_type <> 'not null';
SELECT rename_sql FROM schema_guard.check_names() WHERE rename_sql IS NOT NULL AND object_type <> 'not null' \gexec
\a\t
SELECT object_type, identity, problem, suggested_name FROM schema_guard.check_names() WHERE object_type <> 'not null';
SELECT count(*) FROM schema_guard.check_names('nowhere');
SELECT DISTINCT object_type FROM schema_guard.check_names('pub*', 'table');
DROP TABLE users, "uѕers";
DROP ROLE regress_naming;

SELECT t, schema_guard.suggest_name('table', t)
FROM unnest(ARRAY['OrderItems', 'HTTPServer', 'Größe', 'Заказы', '2024 sales', 'order', 'user', 'left', repeat('ä', 60)]) t;

-- A rule is there at once, and gone with the transaction that made it.
SELECT schema_guard.use_naming_preset('none');
SELECT schema_guard.set_mode('enforce', 'names are to be right now');
SET schema_guard.migration = '20261121120000_naming';
BEGIN;
SELECT schema_guard.add_naming_rule('short', 'table', '^.{1,5}$');
SAVEPOINT s;
CREATE TABLE too_long ();
ROLLBACK TO s;
ROLLBACK;
CREATE TABLE too_long ();
DROP TABLE too_long;

-- What has a wrong name may be changed, and rebuilt; only new names are judged.
CREATE TABLE "Old" ("Id" int CONSTRAINT "Pk" PRIMARY KEY, "V" int CONSTRAINT "Chk" CHECK ("V" > 0), "W" int CONSTRAINT "Uq" UNIQUE);
CREATE INDEX "Idx" ON "Old" ("V");
CREATE FUNCTION "Fn"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW "Vw" AS SELECT 1 AS x;
SELECT schema_guard.use_naming_preset('snake_case');
ALTER TABLE "Old" ALTER "V" TYPE bigint, ALTER "W" TYPE bigint;
ALTER TABLE "Old" ALTER "V" SET DEFAULT 3, ADD x int;
CREATE OR REPLACE FUNCTION "Fn"() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE VIEW "Vw" AS SELECT 2 AS x;
REINDEX TABLE "Old";
ALTER TABLE "Old" RENAME TO old;
DO $$ BEGIN ALTER TABLE old ALTER "V" TYPE int; END $$;
CREATE FUNCTION "Fn"(int) RETURNS int LANGUAGE sql AS 'SELECT 2';
ALTER TABLE old RENAME TO "Old2";
ALTER TABLE old RENAME "V" TO "Vx";
ALTER TABLE old RENAME CONSTRAINT "Chk" TO "Check";
ALTER INDEX "Idx" RENAME TO "Index";
ALTER TABLE old ADD "New" int;
CREATE INDEX "Idx2" ON old ("V");
CREATE INDEX CONCURRENTLY "Idx2" ON old ("V");
CREATE TABLE "New" AS SELECT 1 AS a;
CREATE TABLE new_one AS SELECT 1 AS "A";
SELECT 1 AS a INTO "New";
DO $$ BEGIN CREATE TABLE "New" (); END $$;
CREATE TABLE "parted_2" PARTITION OF parted FOR VALUES IN (2);
CREATE TABLE "Parted_3" PARTITION OF parted FOR VALUES IN (3);
CREATE ROLE "regress Naming";
CREATE DATABASE "regress Naming";
CREATE TEMP TABLE "TempToo" ("A" int);
-- Names the server cuts are not what was written.
SET client_min_messages = error;
CREATE TABLE the_name_of_this_table_says_so_much_that_the_server_cannot_keep_all_of_it (id int);
CREATE TABLE short (the_name_of_this_column_says_so_much_that_the_server_cannot_keep_all_of_it int);
RESET client_min_messages;
-- What looks like a name that is there.
CREATE TABLE users (id int, "іd" int);
CREATE TABLE users (id int);
CREATE TABLE "uѕers" ();
CREATE SCHEMA other;

CREATE TABLE other.modern ();
CREATE TABLE other.modem ();
-- What commits by itself is judged by what it says.
SELECT schema_guard.use_naming_preset('postgresql');
CREATE INDEX CONCURRENTLY by_id ON users (id);
CREATE UNIQUE INDEX CONCURRENTLY "Users_id_idx" ON users (id);
CREATE INDEX CONCURRENTLY the_name_of_this_index_says_so_much_that_the_server_cannot_keep_all_of_it ON users (id);
CREATE INDEX CONCURRENTLY users_id_lower_id1_expr_expr1_idx ON users (id, lower(id::text), id, (id + 1), (id + 2));
CREATE INDEX CONCURRENTLY ON users (id, lower(id::text), id, (id + 1), (id + 2)) INCLUDE (id);
SELECT indexname FROM pg_indexes WHERE tablename = 'users' ORDER BY 1;
SELECT schema_guard.use_naming_preset('snake_case');
-- All but SQLSTATE, in full.
\set VERBOSITY default
CREATE TABLE "LineItems" ();
\set VERBOSITY terse

-- The rules are everybody's to read and nobody's to write but through the functions.
CREATE ROLE regress_naming;
SET ROLE regress_naming;
SELECT count(*) > 0 AS rules FROM schema_guard.naming_rules;
SELECT count(*) > 0 AS findings FROM schema_guard.check_names();
SELECT schema_guard.suggest_name('view', 'AllOrders');
SELECT schema_guard.add_naming_rule('r', 'table', '^[a-z]');
SELECT schema_guard.drop_naming_rule('r');
SELECT schema_guard.use_naming_preset('none');
RESET ROLE;
INSERT INTO schema_guard.naming_rules SELECT * FROM schema_guard.naming_rules;
DELETE FROM schema_guard.naming_rules;
SELECT schema_guard.set_mode('observe', 'the end of this test');
DROP ROLE regress_naming;

-- A warning is one in mode enforce too.
SELECT schema_guard.use_naming_preset('prefixed', 'warning');
SELECT schema_guard.set_mode('enforce', 'warnings pass');
CREATE TABLE warned (id int PRIMARY KEY);
SELECT decision, violations FROM schema_guard.ddl_log WHERE outcome = 'committed' AND statement LIKE '%warned%';
-- One preset at a time for the same schemas; another for others.
SELECT schema_guard.use_naming_preset('rails', 'warning', 'shop*');
SELECT schema_guard.use_naming_preset('django');
SELECT preset, schema_pattern, count(*) > 5 AS many FROM schema_guard.naming_rules GROUP BY 1, 2 ORDER BY 1;
