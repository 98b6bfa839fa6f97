-- What the commit reads of what was touched must be what a reading of the whole schema finds: take_stock() is the oracle,
-- which says how many objects differ.
CREATE SCHEMA old;
CREATE TABLE old.t (id int PRIMARY KEY, note text DEFAULT 'none');
CREATE EXTENSION schema_guard;
SELECT kind, identity, version, ordinal FROM schema_guard.object_versions ORDER BY kind, identity;
CREATE FUNCTION news() RETURNS TABLE (kind text, identity text, version integer, gone boolean, ordinal integer) LANGUAGE sql AS $$
	SELECT v.kind, array_to_string(v.identity, '.'), v.version, v.properties IS NULL, v.ordinal FROM schema_guard.version_log v
	WHERE v.xid = (SELECT xid FROM schema_guard.version_log ORDER BY xid::text::bigint DESC LIMIT 1)
	ORDER BY v.ordinal, v.kind, v.identity, v.version
$$;
SELECT schema_guard.take_stock();

-- Create, alter, rename, drop; what names the renamed goes along.
CREATE SCHEMA s;
CREATE TABLE s.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total numeric CHECK (total > 0), note text DEFAULT 'x');
SELECT * FROM news();
CREATE INDEX orders_note ON s.orders (lower(note)) WHERE total > 5;
CREATE VIEW s.sums AS SELECT sum(total) AS total FROM s.orders;
CREATE FUNCTION s.of_order(s.orders) RETURNS numeric LANGUAGE sql AS 'SELECT $1.total';
CREATE TABLE s.lines (order_id bigint REFERENCES s.orders, pos int);
SELECT schema_guard.take_stock();
ALTER TABLE s.orders RENAME COLUMN total TO amount;
SELECT * FROM news();
SELECT schema_guard.take_stock();
ALTER TABLE s.orders RENAME TO purchases;
SELECT * FROM news();
SELECT schema_guard.take_stock();
ALTER TABLE s.purchases ALTER COLUMN note TYPE varchar(20), ALTER COLUMN note DROP DEFAULT;
SELECT * FROM news();
ALTER SCHEMA s RENAME TO shop;
SELECT count(*) > 10 AS all_of_it FROM news();
SELECT schema_guard.take_stock();
COMMENT ON COLUMN shop.purchases.note IS 'what the customer said';
SELECT * FROM news();
GRANT SELECT (note) ON shop.purchases TO pg_monitor;
SELECT * FROM news();
SELECT schema_guard.take_stock();
DROP TABLE shop.purchases CASCADE;
SELECT * FROM news();
SELECT schema_guard.take_stock();

-- Nothing has changed, nothing is written.
SELECT count(*) AS rows FROM schema_guard.version_log \gset
ALTER TABLE shop.lines OWNER TO CURRENT_USER;
ALTER TABLE shop.lines RESET (fillfactor);
TRUNCATE shop.lines;
ANALYZE shop.lines;
SELECT count(*) - :rows AS written FROM schema_guard.version_log;

-- Transactions: read once; what is rolled back never was.
BEGIN;
CREATE TABLE shop.a (x int);
SAVEPOINT one;
CREATE TABLE shop.b (x int);
ALTER TABLE shop.a ADD COLUMN y int;
ROLLBACK TO one;
ALTER TABLE shop.a ADD COLUMN z int;
CREATE TABLE shop.c (x int);
DROP TABLE shop.c;
COMMIT;
SELECT * FROM news();
BEGIN;
CREATE TABLE shop.never (x int);
ROLLBACK;
SELECT schema_guard.take_stock();
BEGIN;
CREATE TABLE shop.prepared (x int);
PREPARE TRANSACTION 'versions';
SELECT count(*) FROM pg_locks l WHERE l.pid IS NULL AND l.relation < 16384;
COMMIT PREPARED 'versions';
SELECT * FROM news();
CREATE INDEX CONCURRENTLY a_x ON shop.a (x);
SELECT * FROM news();
REINDEX INDEX CONCURRENTLY shop.a_x;
DROP INDEX CONCURRENTLY shop.a_x;
SELECT schema_guard.take_stock();

-- Partitions, inheritance, types.
CREATE TABLE shop.parts (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.parts_1 PARTITION OF shop.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE shop.parts ADD COLUMN name text DEFAULT 'n';
CREATE INDEX ON shop.parts (name);
ALTER TABLE shop.parts DETACH PARTITION shop.parts_1;
SELECT schema_guard.take_stock();
SELECT kind, identity, version, properties IS NULL AS gone FROM schema_guard.version_log WHERE ordinal IS NULL AND version > 1;
CREATE TYPE shop.mood AS ENUM ('sad', 'glad');
CREATE TABLE shop.people (name text, mood shop.mood DEFAULT 'sad', CHECK (mood <> 'glad'));
ALTER TYPE shop.mood RENAME VALUE 'sad' TO 'blue';
ALTER TYPE shop.mood RENAME TO feeling;
SELECT schema_guard.take_stock();
CREATE DOMAIN shop.positive AS int CHECK (VALUE > 0);
ALTER DOMAIN shop.positive RENAME TO natural_number;
CREATE TRIGGER t BEFORE UPDATE ON shop.people FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE shop.people DISABLE TRIGGER t, ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON shop.people USING (name = current_user);
CREATE RULE r AS ON DELETE TO shop.people DO INSTEAD NOTHING;
CREATE STATISTICS shop.st ON name, mood FROM shop.people;
CREATE SEQUENCE shop.seq OWNED BY shop.people.name;
CREATE MATERIALIZED VIEW shop.mv AS SELECT name FROM shop.people;
SET client_min_messages = error;
CREATE PUBLICATION pub FOR TABLE shop.people;
RESET client_min_messages;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO pg_monitor;
SELECT schema_guard.take_stock();
DROP SCHEMA shop CASCADE;
SELECT schema_guard.take_stock();
SELECT kind, identity, version, properties IS NULL AS gone FROM schema_guard.version_log WHERE ordinal IS NULL AND version > 1;

-- A role's name is in the text of what it owns.
CREATE ROLE regress_versions_owner;
CREATE SCHEMA mine AUTHORIZATION regress_versions_owner;
CREATE TABLE mine.t (x int);
ALTER TABLE mine.t OWNER TO regress_versions_owner;
ALTER ROLE regress_versions_owner RENAME TO regress_versions_boss;
SELECT * FROM news();
SELECT schema_guard.take_stock();
DROP OWNED BY regress_versions_boss;
DROP ROLE regress_versions_boss;
SELECT schema_guard.take_stock();

-- What nobody saw is found.
SELECT schema_guard.set_mode('off', 'nobody looks now');
CREATE TABLE unseen (x int);
SELECT schema_guard.set_mode('observe', 'somebody looks again');
SELECT schema_guard.take_stock();
SELECT kind, identity, ordinal IS NULL AS unseen FROM schema_guard.object_versions WHERE identity ~ 'unseen' ORDER BY 1;

-- Nobody sees us: sequences, locks.
SELECT lastval();
BEGIN;
CREATE TABLE quiet (x int);
SELECT count(*) FROM pg_locks WHERE relation = 'schema_guard.version_log'::regclass;
COMMIT;

-- What a session calls its temporary objects is nothing to us: these are read as the extension's owner.
CREATE ROLE regress_versions_mallory;
CREATE SCHEMA hers AUTHORIZATION regress_versions_mallory;
SET SESSION AUTHORIZATION regress_versions_mallory;
CREATE FUNCTION hers.who() RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'now %', current_user; RETURN 'x'; END$$;
CREATE TEMP VIEW pg_namespace AS SELECT oid, nspname, nspowner, nspacl FROM pg_catalog.pg_namespace WHERE hers.who() = 'x';
CREATE TABLE hers.t (x int);
RESET SESSION AUTHORIZATION;
DROP VIEW pg_temp.pg_namespace;
DROP SCHEMA hers CASCADE;
DROP ROLE regress_versions_mallory;
