-- drift(): what changed without a row of the log.  The script it gives is run, and must leave nothing.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
CREATE ROLE regress_watcher IN ROLE pg_monitor;
CREATE ROLE regress_nobody;
CREATE SCHEMA s;
CREATE TABLE s.orders (id bigint PRIMARY KEY, total numeric CONSTRAINT positive CHECK (total > 0), note varchar(10));
CREATE INDEX orders_note ON s.orders (note);
CREATE VIEW s.sums AS SELECT note, sum(total) AS total FROM s.orders GROUP BY note;
CREATE MATERIALIZED VIEW s.kept AS SELECT count(*) AS n FROM s.orders;
CREATE FUNCTION s.twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * $1';
CREATE SEQUENCE s.numbers;
CREATE STATISTICS s.together ON id, note FROM s.orders;
COMMENT ON TABLE s.orders IS 'what was bought';
GRANT SELECT ON s.orders TO regress_watcher;
SELECT * FROM schema_guard.drift();

-- What is no change: nothing is read twice, and what is read shows nothing.
CREATE FUNCTION drifted() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM schema_guard.drift()';
INSERT INTO s.orders SELECT i, i, i FROM generate_series(1, 1000) i;
VACUUM ANALYZE s.orders;
SELECT drifted();
REINDEX TABLE s.orders;
SELECT drifted();
REINDEX TABLE CONCURRENTLY s.orders;
SELECT drifted();
CLUSTER s.orders USING orders_note;
SELECT drifted();
REFRESH MATERIALIZED VIEW s.kept;
SELECT drifted();
VACUUM FULL s.orders;
SELECT drifted();
TRUNCATE s.orders;
SELECT nextval('s.numbers');
CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY);
SELECT drifted();
VACUUM FULL pg_class;
SELECT drifted();
-- nor what this transaction has done itself, before it is on record
BEGIN;
ALTER TABLE s.orders ADD COLUMN at date;
DROP VIEW s.sums;
SELECT drifted();
ROLLBACK;
SELECT drifted();

SELECT schema_guard.fingerprint() AS fingerprint \gset

-- What is: by writing to the catalogs, and while the guard was off.
SET allow_system_table_mods = on;
UPDATE pg_attribute SET atttypmod = 24 WHERE attrelid = 's.orders'::regclass AND attname = 'note';
UPDATE pg_class SET reloptions = '{fillfactor=70}' WHERE oid = 's.orders'::regclass;
UPDATE pg_proc SET prosrc = 'SELECT 3 * $1', proname = 'thrice' WHERE oid = 's.twice(integer)'::regprocedure;
UPDATE pg_description SET description = 'what was sold' WHERE objoid = 's.orders'::regclass AND objsubid = 0;
UPDATE pg_constraint SET convalidated = false WHERE conname = 'positive';
RESET allow_system_table_mods;
SELECT schema_guard.set_mode('off', 'nobody looks at night') \g (tuples_only)
CREATE TABLE s.unseen (id integer);
DROP SEQUENCE s.numbers;
GRANT DELETE ON s.orders TO PUBLIC;
SELECT schema_guard.set_mode('observe', 'the day has come') \g (tuples_only)
SELECT object_type, object, change, attribute, expected, live, recorded_at IS NOT NULL AS was_recorded FROM schema_guard.drift() ORDER BY object, change, attribute;
SELECT object, put_back FROM schema_guard.drift() WHERE put_back IS NOT NULL;
SELECT DISTINCT accept FROM schema_guard.drift();
SELECT recorded_at = (SELECT max(begun_at) FROM schema_guard.object_versions WHERE kind = 'table' AND identity = 's.orders') AS since_then
FROM schema_guard.drift() WHERE object_type = 'table' AND object = 's.orders' AND attribute = 'options';

-- It reads, and holds nothing.
BEGIN TRANSACTION READ ONLY;
SELECT drifted();
SELECT relation::regclass FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384
AND relation::regclass::text NOT LIKE 'schema\_guard.%';
SELECT pg_current_xact_id_if_assigned();
COMMIT;

-- The statements put everything back.
SELECT string_agg(put_back, E'\n') AS script FROM schema_guard.drift() \gset
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
:script
SELECT public.drifted();
SELECT schema_guard.fingerprint() = :'fingerprint' AS as_it_was;
ROLLBACK;

-- Taking stock accepts it.
SELECT schema_guard.take_stock() > 0 AS taken;
SELECT drifted();

-- As it should be.
SELECT * FROM schema_guard.drift('baseline');
SELECT schema_guard.set_baseline('v1');
SELECT schema_guard.snapshot('v1') \g (tuples_only)
SELECT schema_guard.set_baseline('v1') \g (tuples_only)
SELECT * FROM schema_guard.drift('baseline');
ALTER TABLE s.orders RENAME COLUMN note TO remark;
ALTER TABLE s.orders ALTER COLUMN remark SET NOT NULL;
SELECT object_type, object, change, attribute, expected, live, put_back FROM schema_guard.drift('baseline');
SELECT drifted();
SELECT schema_guard.drop_snapshot('v1');
SELECT snapshot, set_by = current_user AS by_me FROM schema_guard.baseline;
SELECT schema_guard.set_baseline(NULL) \g (tuples_only)
SELECT * FROM schema_guard.drift('baseline');
-- one from elsewhere: by name alone
SELECT schema_guard.import_snapshot(schema_guard.export_snapshot('v1'), 'copy');
SELECT schema_guard.set_baseline('copy') \g (tuples_only)
SELECT object_type, object, change, put_back FROM schema_guard.drift('baseline');
SELECT command_tag, statement FROM schema_guard.ddl_log WHERE command_tag = 'SET BASELINE' ORDER BY started_at;
SELECT * FROM schema_guard.drift('yesterday');

-- Who may.
SET ROLE regress_watcher;
SELECT count(*) FROM schema_guard.drift();
SELECT schema_guard.set_baseline(NULL);
SET ROLE regress_nobody;
SELECT * FROM schema_guard.drift();
RESET ROLE;
DROP EXTENSION schema_guard CASCADE;
DROP SCHEMA s CASCADE;
DROP ROLE regress_watcher, regress_nobody;
