-- Temporary tables as reports and ORMs use them.
CREATE TEMPORARY TABLE bench_ids (id integer PRIMARY KEY, name text);
INSERT INTO bench_ids SELECT i, 'name ' || i FROM generate_series(1, 10) i;
CREATE INDEX ON bench_ids (name);
SELECT count(*) FROM bench_ids;
TRUNCATE bench_ids;
DROP TABLE bench_ids;
