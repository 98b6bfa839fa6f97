-- catalog_digest(): another as soon as the schema is, the same as long as it is.
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
CREATE ROLE regress_owner;
CREATE TABLE base (id integer PRIMARY KEY, note text DEFAULT 'x', part integer);
CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
CREATE TABLE rows_only (id integer, note text);
CREATE INDEX rows_only_id ON rows_only (id);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM rows_only;

CREATE TABLE acts (n integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, act text);
INSERT INTO acts (act) VALUES
	('CREATE SCHEMA more'), ('CREATE TABLE more.t (a integer)'), ('ALTER TABLE base ADD added date'), ('ALTER TABLE base ALTER note SET NOT NULL'),
	('ALTER TABLE base ALTER note SET DEFAULT ''y'''), ('ALTER TABLE base ALTER note SET STORAGE EXTERNAL'), ('ALTER TABLE base ALTER note SET STATISTICS 7'),
	('ALTER TABLE base SET (fillfactor = 70)'), ('ALTER TABLE base SET UNLOGGED'), ('ALTER TABLE base REPLICA IDENTITY FULL'),
	('ALTER TABLE base ENABLE ROW LEVEL SECURITY'), ('ALTER TABLE base ADD CONSTRAINT positive CHECK (id > 0) NOT VALID'),
	('ALTER TABLE base VALIDATE CONSTRAINT positive'), ('CREATE INDEX base_note ON base (note)'), ('ALTER TABLE base CLUSTER ON base_pkey'),
	('ALTER TABLE base OWNER TO regress_owner'), ('GRANT SELECT ON base TO PUBLIC'), ('GRANT UPDATE (note) ON base TO PUBLIC'), ('COMMENT ON COLUMN base.note IS ''said'''),
	('COMMENT ON INDEX base_note IS ''said'''), ('CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9)'), ('ALTER TABLE parted DETACH PARTITION part'),
	('CREATE TABLE child () INHERITS (base)'), ('CREATE SEQUENCE counter'), ('ALTER SEQUENCE counter CACHE 9'), ('ALTER SEQUENCE counter OWNED BY rows_only.id'),
	('CREATE VIEW seen AS SELECT id FROM base'), ('CREATE OR REPLACE VIEW seen AS SELECT id + 1 AS id FROM base'),
	('CREATE RULE away AS ON DELETE TO base DO INSTEAD NOTHING'), ('CREATE POLICY own ON base USING (id = 1)'), ('ALTER POLICY own ON base USING (id = 2)'),
	('CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END'''), ('CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN OLD; END'''),
	('ALTER FUNCTION f() SET work_mem = ''1MB'''), ('CREATE TRIGGER t BEFORE UPDATE ON base FOR EACH ROW EXECUTE FUNCTION f()'), ('ALTER TABLE base DISABLE TRIGGER t'),
	('CREATE TYPE mood AS ENUM (''a'')'), ('ALTER TYPE mood RENAME VALUE ''a'' TO ''b'''), ('CREATE TYPE pair AS (a integer)'), ('ALTER TYPE pair ADD ATTRIBUTE b text'),
	('CREATE DOMAIN small AS integer'), ('ALTER DOMAIN small ADD CONSTRAINT below CHECK (VALUE < 9)'), ('CREATE TYPE span AS RANGE (subtype = text)'),
	('CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer)'), ('CREATE OPERATOR === (leftarg = box, rightarg = box, function = box_eq)'),
	('CREATE OPERATOR FAMILY fam USING btree'), ('ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int4, int2), FUNCTION 1 (int4, int2) btint42cmp(int4, int2)'),
	('CREATE CAST (mood AS pair) WITH INOUT'), ('CREATE CONVERSION conv FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8'),
	('CREATE COLLATION col (locale = ''C'')'), ('CREATE STATISTICS stat ON id, part FROM base'), ('ALTER STATISTICS stat SET STATISTICS 5'),
	('CREATE TEXT SEARCH DICTIONARY dict (template = simple)'), ('CREATE TEXT SEARCH CONFIGURATION conf (copy = simple)'),
	('ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR word WITH dict'), ('CREATE PUBLICATION pub FOR TABLE rows_only'), ('ALTER PUBLICATION pub SET (publish = ''insert'')'),
	('ALTER PUBLICATION pub DROP TABLE rows_only'), ('CREATE FOREIGN DATA WRAPPER wrapper'), ('CREATE SERVER far FOREIGN DATA WRAPPER wrapper'), ('CREATE USER MAPPING FOR regress_owner SERVER far'),
	('CREATE FOREIGN TABLE away (a integer) SERVER far'), ('ALTER SERVER far OPTIONS (ADD host ''there'')'), ('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC'),
	('CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler'), ('GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO regress_owner'),
	('ALTER EXTENSION schema_guard ADD TABLE more.t'), ('ALTER EXTENSION schema_guard DROP TABLE more.t'), ('ALTER TABLE more.t RENAME TO u'), ('ALTER TABLE more.u SET SCHEMA public'),
	('REFRESH MATERIALIZED VIEW counted WITH NO DATA'), ('ALTER ROLE regress_owner RENAME TO regress_renamed');

-- each of these
CREATE PROCEDURE watch(acts text) LANGUAGE plpgsql AS $$
DECLARE
	one record;
	before text;
	after text;
BEGIN
	FOR one IN EXECUTE acts LOOP
		before := schema_guard.catalog_digest();
		EXECUTE one.act;
		after := schema_guard.catalog_digest();
		IF (before <> after) <> one.changes THEN
			RAISE WARNING '% the digest: %', CASE WHEN one.changes THEN 'left' ELSE 'changed' END, one.act;
		END IF;
	END LOOP;
END;
$$;
CALL watch('SELECT act, true AS changes FROM acts ORDER BY n');

-- none of these
CALL watch($$ SELECT act, false AS changes FROM unnest(ARRAY[
	'INSERT INTO rows_only SELECT i, i FROM generate_series(1, 1000) i', 'ANALYZE rows_only', 'REINDEX TABLE rows_only', 'TRUNCATE rows_only',
	'CREATE TEMPORARY TABLE passing (a serial PRIMARY KEY, b text DEFAULT ''x'' CHECK (b <> ''''), c small)', 'CREATE INDEX ON passing (b)',
	'COMMENT ON TABLE passing IS ''soon gone''', 'CREATE TEMPORARY VIEW glance AS SELECT a FROM passing', 'CREATE TYPE pg_temp.brief AS ENUM (''a'')',
	'CREATE FUNCTION pg_temp.f() RETURNS integer LANGUAGE sql AS ''SELECT 1''', 'CREATE TRIGGER t BEFORE UPDATE ON passing FOR EACH ROW EXECUTE FUNCTION f()',
	'DROP TABLE passing CASCADE', 'SELECT nextval(''counter'')', 'ALTER ROLE regress_renamed PASSWORD ''x''', 'SELECT lo_create(4711)', 'SELECT lo_unlink(4711)',
	'ALTER ROLE regress_renamed SET work_mem = ''1MB''']) act $$);
SELECT schema_guard.catalog_digest() AS before \gset
VACUUM rows_only;
VACUUM ANALYZE pg_class;
CREATE TABLE for_a_moment (a integer);
SELECT schema_guard.catalog_digest() <> :'before' AS another;
DROP TABLE for_a_moment;
SELECT schema_guard.catalog_digest() = :'before' AS the_same;

-- a fingerprint is computed once for as long as the schema stays as it is, for everybody who asks
SELECT schema_guard.fingerprint() AS fingerprint, schema_guard.fingerprint(ignore => '{comment}') AS silent \gset
SELECT schema_guard.fingerprint() = :'fingerprint' AS again, schema_guard.fingerprint(ignore => '{comment}') = :'silent' AS silent_again,
	:'fingerprint' <> :'silent' AS apart;
COMMENT ON TABLE rows_only IS 'said';
SELECT schema_guard.fingerprint() <> :'fingerprint' AS another, schema_guard.fingerprint(ignore => '{comment}') = :'silent' AS silent_stays;
\c -
SET client_min_messages = warning;
SELECT schema_guard.fingerprint(ignore => '{comment}') = :'silent' AS silent_stays;
BEGIN;
COMMENT ON TABLE rows_only IS NULL;
SELECT schema_guard.fingerprint() = :'fingerprint' AS as_before;
ROLLBACK;
SELECT schema_guard.fingerprint() <> :'fingerprint' AS another;
SELECT schema_guard.snapshot('now');
SELECT schema_guard.fingerprint() = schema_guard.fingerprint('snapshot:now') AS as_computed;

-- not for everybody
SET ROLE regress_renamed;
SELECT schema_guard.catalog_digest();
RESET ROLE;

DROP EXTENSION schema_guard;
DROP FOREIGN TABLE away;
DROP TABLE base, parted, part, rows_only, acts, u CASCADE;
DROP SERVER far CASCADE;
DROP FOREIGN DATA WRAPPER wrapper;
DROP SCHEMA more;
DROP PUBLICATION pub;
DROP CAST (mood AS pair);
DROP TYPE mood, pair, span CASCADE;
DROP DOMAIN small;
DROP AGGREGATE total (integer);
DROP OPERATOR === (box, box);
DROP OPERATOR FAMILY fam USING btree;
DROP CONVERSION conv;
DROP COLLATION col;
DROP TEXT SEARCH CONFIGURATION conf;
DROP TEXT SEARCH DICTIONARY dict;
DROP ACCESS METHOD heap_too;
DROP FUNCTION f();
DROP PROCEDURE watch;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() FROM regress_renamed;
DROP ROLE regress_renamed;
