-- How fast tables grow: sizes once a day, a week of them, an alert from a threshold on.
CREATE EXTENSION schema_guard;
CREATE TABLE large (a text);
CREATE TABLE small (a text);
CREATE TABLE steady (a text);
ALTER TABLE large ALTER a SET STORAGE EXTERNAL;
INSERT INTO large SELECT repeat('x', 8000) FROM generate_series(1, 500);
INSERT INTO steady SELECT repeat('x', 8000) || n FROM generate_series(1, 20000) n;
INSERT INTO small VALUES ('x');
SELECT schema_guard.write_table_sizes('2026-03-01');
SELECT relid::regclass, day, bytes = pg_table_size(relid) AS right FROM schema_guard.table_size WHERE relid <> 0 ORDER BY relid;
SELECT count(*) FROM schema_guard.table_growth;

-- The same day again changes nothing; the next has what is new.
INSERT INTO large SELECT repeat('x', 8000) FROM generate_series(1, 500);
SELECT schema_guard.write_table_sizes('2026-03-01');
SELECT count(*) FROM schema_guard.table_size WHERE relid <> 0;
SELECT schema_guard.write_table_sizes('2026-03-03');
SELECT table_name, within, size_bytes = pg_table_size(relid) AS now, grown_bytes BETWEEN 3900000 AND 5000000 AS grown, bytes_per_day = grown_bytes / 2 AS a_day
FROM schema_guard.table_growth ORDER BY 1;

-- A week back, not more.
INSERT INTO large SELECT repeat('x', 8000) FROM generate_series(1, 1000);
SELECT schema_guard.write_table_sizes('2026-03-12');
SELECT table_name, within, grown_bytes BETWEEN 7900000 AND 10000000 AS grown FROM schema_guard.table_growth ORDER BY 1;
SELECT schema_guard.write_table_sizes('2026-03-25');
SELECT table_name, within, grown_bytes FROM schema_guard.table_growth ORDER BY 1;

-- What is locked is not waited for, see locked_relations; what is gone is forgotten, and so is what is old.
SELECT schema_guard.write_table_sizes('2026-08-25');
SELECT relid::regclass, day FROM schema_guard.table_size WHERE relid <> 0 ORDER BY relid, day;
DROP TABLE steady;
SELECT schema_guard.write_table_sizes('2026-08-26');
SELECT count(*) FROM schema_guard.table_size t WHERE relid <> 0 AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.relid);

-- An alert, by a threshold that fits a test.
SELECT kind, warning, critical, unit FROM schema_guard.alert_kinds WHERE kind = 'table_growth';
INSERT INTO large SELECT repeat('x', 8000) FROM generate_series(1, 5000);
SELECT schema_guard.write_table_sizes('2026-08-27');
SELECT kind, severity, message FROM schema_guard.check_alerts() WHERE kind = 'table_growth';
SELECT schema_guard.set_threshold('table_growth', 0.01, 0.1);
SELECT kind, severity, regexp_replace(message, '\d+ MB', 'N MB', 'g') AS message FROM schema_guard.check_alerts() WHERE kind = 'table_growth';
SELECT name, labels - 'datname' AS labels, value > 0 AS positive FROM schema_guard.metrics() WHERE name ~ 'table_(growth|size)' ORDER BY 1, 2;
-- Samples of usage take the sizes along.
TRUNCATE schema_guard.table_size;
SELECT schema_guard.sample_index_usage();
SELECT count(*) FROM schema_guard.table_size WHERE relid = 0 AND day BETWEEN now()::date - 1 AND now()::date + 1;
