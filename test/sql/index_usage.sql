-- Samples of usage, and what they say of each index.  The clock of the samples is moved: forty days pass here.
CREATE EXTENSION schema_guard;
CREATE PROCEDURE sample(ago interval) LANGUAGE sql AS $$
	SELECT schema_guard.write_usage(schema_guard.local_node(),
		schema_guard.export_usage() || jsonb_build_object('sampled_at', clock_timestamp() - ago), true);
$$;
CREATE FUNCTION verdicts() RETURNS TABLE (index_name text, verdict text, confidence text, reason text, scans bigint, blocked_by text[], cautions text[])
LANGUAGE sql AS $$
	SELECT index_name, verdict, confidence, reason, scans, blocked_by, cautions FROM schema_guard.unused_indexes(min_size => 0, schemas => '{public}')
	ORDER BY index_name
$$;
CREATE FUNCTION seek(condition text) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
	EXECUTE 'SELECT FROM ' || condition;
	PERFORM pg_stat_force_next_flush();
END $$;
CREATE TABLE customer (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customer, placed int, note text, state text, code int UNIQUE);
CREATE INDEX orders_customer ON orders (customer);
CREATE INDEX orders_placed ON orders (placed);
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_lower ON orders (lower(note));
CREATE INDEX orders_open ON orders (placed) WHERE state = 'open';
CREATE INDEX orders_pinned ON orders (state);
COMMENT ON INDEX orders_pinned IS 'for the audit in December; schema_guard: keep';
CREATE UNIQUE INDEX orders_once ON orders (code, customer);
CREATE TABLE idle (a int);
CREATE INDEX idle_a ON idle (a);
INSERT INTO customer SELECT n, 'customer ' || n FROM generate_series(1, 100) n;
INSERT INTO orders SELECT n, n % 100 + 1, n, 'note ' || n, 'done', n FROM generate_series(1, 5000) n;
VACUUM ANALYZE orders, customer;


-- Nothing is known yet.
SELECT pg_stat_force_next_flush();
SELECT * FROM verdicts() WHERE index_name ~ 'placed|once';

-- Forty days ago, thirty, and now; in between a look at one index, which is not the planner's.
CALL sample('40 days');
SELECT * FROM verdicts() WHERE index_name ~ 'note';
CREATE INDEX orders_new ON orders (state, note);
CALL sample('30 days');
SELECT seek('orders WHERE placed = 17');
UPDATE orders SET note = note || '!';
SELECT pg_stat_force_next_flush();
CALL sample('20 days');
CALL sample('1 minute');
SELECT * FROM verdicts();
SELECT day - (now() AT TIME ZONE 'UTC')::date AS day, node, index_name, scans, tup_read FROM schema_guard.index_usage WHERE index_name ~ 'placed';
SELECT day - (now() AT TIME ZONE 'UTC')::date AS day, node, table_name, updated, deleted FROM schema_guard.table_usage WHERE updated > 0;
SELECT index_name, coverage, evidence, observed BETWEEN '34 days' AND '36 days' AS observed, size_bytes > 0 AS has_size, writes, statement, drop_sql, create_sql
FROM schema_guard.unused_indexes(min_size => 0, schemas => '{public}') WHERE verdict = 'unused';

-- What was read since the last sample counts, too.
SELECT seek('orders WHERE note = ''x''');
SELECT * FROM verdicts() WHERE index_name ~ 'note';
-- An index read long ago is unused now, and it is said when it was read; a foreign key needs its index when rows of its target go.
CALL sample('0');
UPDATE schema_guard.usage_day SET day = day - 60 WHERE object IN (SELECT id FROM schema_guard.usage_object WHERE index_name IS NOT NULL);
SELECT index_name, verdict, confidence, blocked_by, regexp_replace(cautions::text, '\d{4}-\d\d-\d\d', 'DAY') AS cautions FROM verdicts() WHERE index_name ~ 'placed|orders_customer';
BEGIN;
ALTER TABLE orders DISABLE TRIGGER ALL;
ALTER TABLE customer DISABLE TRIGGER ALL;
DELETE FROM customer WHERE id = 77;
COMMIT;
SELECT pg_stat_force_next_flush();
SELECT index_name, verdict, confidence, blocked_by, cautions FROM verdicts() WHERE index_name ~ 'orders_customer';

-- Counters that begin anew: what they have is what has happened since.
CREATE TABLE resets (a int);
CREATE INDEX resets_a ON resets (a);
INSERT INTO resets SELECT generate_series(1, 1000);
CREATE FUNCTION look(times int) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	FOR i IN 1 .. times LOOP PERFORM FROM resets WHERE a = i; END LOOP;
	PERFORM pg_stat_force_next_flush();
END $$;
CREATE VIEW resets_scans AS SELECT sum(scans) AS scans FROM schema_guard.index_usage WHERE index_name = 'public.resets_a';
SELECT schema_guard.sample_index_usage();
SELECT look(5);
SELECT schema_guard.sample_index_usage();
SELECT scans FROM resets_scans;
SELECT pg_stat_reset_single_table_counters('resets_a'::regclass);
SELECT look(3);
SELECT schema_guard.sample_index_usage();
SELECT scans AS five_and_three FROM resets_scans;
SELECT pg_stat_reset();
SELECT look(20);
SELECT schema_guard.sample_index_usage();
SELECT scans AS and_twenty FROM resets_scans;
-- The time in which they began anew is known from then on only.
SELECT count(*) AS samples, count(*) FILTER (WHERE covered_from <> lag) AS broken
FROM (SELECT covered_from, lag(sampled_at) OVER (ORDER BY sampled_at) AS lag FROM schema_guard.usage_sample) s;
-- A new address, another name: the same index.
REINDEX INDEX CONCURRENTLY resets_a;
SELECT schema_guard.sample_index_usage();
SELECT look(2);
SELECT schema_guard.sample_index_usage();
ALTER INDEX resets_a RENAME TO resets_renamed;
SELECT look(1);
SELECT schema_guard.sample_index_usage();
SELECT index_name, sum(scans) FROM schema_guard.index_usage WHERE index_name ~ 'resets' GROUP BY 1;
-- Another definition: another index.
DROP INDEX resets_renamed;
CREATE INDEX resets_renamed ON resets (a DESC);
SELECT look(4);
SELECT schema_guard.sample_index_usage();
SELECT index_name, sum(scans) FROM schema_guard.index_usage WHERE index_name ~ 'resets' GROUP BY 1, indexrelid ORDER BY 2;
-- Two that are gone had the same name and definition: the later one goes on.
CREATE TABLE twice (a int);
CREATE INDEX twice_a ON twice (a);
SELECT schema_guard.sample_index_usage();
DROP INDEX twice_a;
CREATE INDEX twice_b ON twice (a);
SELECT schema_guard.sample_index_usage();
ALTER INDEX twice_b RENAME TO twice_a;
SELECT schema_guard.sample_index_usage();
REINDEX INDEX CONCURRENTLY twice_a;
SELECT schema_guard.sample_index_usage();
SELECT count(*) AS known, count(*) FILTER (WHERE relid = 'twice_a'::regclass) AS living,
	max(first_seen) = max(first_seen) FILTER (WHERE relid = 'twice_a'::regclass) AS later
FROM schema_guard.usage_object WHERE index_name = 'twice_a';
-- What is gone is forgotten with the last day on which it was used; what is there is not.
UPDATE schema_guard.usage_object SET first_seen = first_seen - '500 days'::interval WHERE index_name = 'twice_a';
SELECT schema_guard.sample_index_usage();
SELECT count(*) AS known, bool_and(relid = 'twice_a'::regclass) AS living FROM schema_guard.usage_object WHERE index_name = 'twice_a';

-- Partitions are read, the index as a whole is judged; their own are judged by themselves.
CREATE TABLE parted (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
CREATE INDEX parted_a ON parted (a);
CREATE INDEX parted_b ON parted (b);
INSERT INTO parted SELECT n % 20, n FROM generate_series(1, 1000) n;
SELECT seek('parted WHERE a = 15');
SELECT index_name, scans, drop_sql FROM schema_guard.unused_indexes('0', 0) WHERE index_name ~ 'parted';

-- Standbys: one that has not reported leaves all unknown, one that has may be the one that reads.
CREATE TABLE shared (a int, b int);
CREATE INDEX shared_a ON shared (a);
CREATE INDEX shared_b ON shared (b);
INSERT INTO shared SELECT n, n FROM generate_series(1, 1000) n;
SELECT pg_stat_force_next_flush();
UPDATE schema_guard.usage_sample SET sampled_at = sampled_at - '100 days'::interval, covered_from = covered_from - '100 days'::interval;
UPDATE schema_guard.usage_node SET first_sample = first_sample - '100 days'::interval, last_sample = last_sample - '100 days'::interval;
CALL sample('50 days');
CALL sample('0');
CREATE FUNCTION standby(ago interval, a int, b int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT schema_guard.export_usage() || jsonb_build_object('sampled_at', now() - ago, 'in_recovery', true,
		'relations', jsonb_build_array(jsonb_build_array('shared_a'::regclass::oid::bigint, a, a, a, 0, 0, 0, 0),
			jsonb_build_array('shared_b'::regclass::oid::bigint, b, b, b, 0, 0, 0, 0)))
$$;
SELECT index_name, verdict, coverage FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name ~ 'shared';
SELECT schema_guard.import_usage('reader', standby('50 days', 3, 3));
SELECT index_name, verdict, reason, coverage FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name ~ 'shared';
SELECT schema_guard.import_usage('reader', standby('0', 10, 3));
SELECT index_name, verdict, coverage, evidence FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name ~ 'shared';
SELECT node, is_local, in_recovery, samples > 0 AS sampled FROM schema_guard.usage_nodes ORDER BY node;
SELECT schema_guard.forget_usage('reader');
SELECT index_name, verdict, coverage FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name ~ 'shared';
SELECT schema_guard.forget_usage('reader');
-- After a crash, or of another server, the epoch is another: what the counters have by then is new.  A promotion changes nothing.
SELECT schema_guard.import_usage('other', standby('3 days', 10, 10));
SELECT schema_guard.import_usage('other', standby('2 days', 12, 10) || '{"epoch": "2001-01-01"}');
SELECT schema_guard.import_usage('other', standby('1 days', 12, 11) || '{"epoch": "2001-01-01", "timeline": 7}');
SELECT index_name, day - (now() AT TIME ZONE 'UTC')::date AS day, scans FROM schema_guard.index_usage WHERE node = 'other' ORDER BY 1, 2;

-- What is refused.
SELECT schema_guard.import_usage('other', standby('2 days', 12, 10));
SELECT schema_guard.import_usage('other', standby('0 days', 12, 10) || '{"system_identifier": "1"}');
SELECT schema_guard.import_usage('other', standby('0 days', 12, 10) || '{"database": "shop"}');
SELECT schema_guard.import_usage('other', standby('-2 days', 12, 10));
SELECT schema_guard.import_usage('primary', standby('0 days', 12, 10));
SELECT schema_guard.import_usage('other', '{"version": 1}');
SELECT schema_guard.import_usage('', standby('0 days', 12, 10));
SELECT schema_guard.import_usage(E' \t', standby('0 days', 12, 10));
SELECT schema_guard.import_usage('other', '[]');

-- Monitors read, others do with the owner's rights what they may execute, with any search_path.
CREATE ROLE usage_watcher IN ROLE pg_monitor;
GRANT EXECUTE ON FUNCTION schema_guard.sample_index_usage() TO usage_watcher;
SET ROLE usage_watcher;
SELECT schema_guard.sample_index_usage();
SELECT count(*) > 0 AS told FROM schema_guard.unused_indexes(min_size => 0);
SELECT schema_guard.export_usage() ->> 'node' AS node;
SELECT schema_guard.forget_usage('other');
RESET ROLE;
DROP OWNED BY usage_watcher;
DROP ROLE usage_watcher;
