-- Indexes that building or dropping left broken.
CREATE EXTENSION schema_guard;
CREATE TABLE t (a int, b int);
INSERT INTO t VALUES (1, 1), (1, 2);
CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);
CREATE INDEX t_b ON t (b);
SELECT index_name, reason, maintained, size_bytes > 0 AS has_size, statement, drop_sql, repair_sql FROM schema_guard.invalid_indexes();
DELETE FROM t WHERE b = 2;
SELECT repair_sql FROM schema_guard.invalid_indexes()
\gexec
SELECT count(*) AS left_over FROM schema_guard.invalid_indexes();

-- Interrupted at other moments.
CREATE INDEX t_b_ccnew ON t (b);
CREATE INDEX t_b_ccold1 ON t (b);
CREATE INDEX t_not_built ON t (b);
CREATE INDEX t_half_gone ON t (b);
UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = ANY ('{t_b_ccnew,t_b_ccold1,t_not_built}'::regclass[]);
UPDATE pg_index SET indisvalid = false, indisready = false, indislive = false WHERE indexrelid = 't_half_gone'::regclass;
SELECT index_name, reason, maintained, drop_sql, repair_sql FROM schema_guard.invalid_indexes();
SELECT drop_sql FROM schema_guard.invalid_indexes()
\gexec
SELECT count(*) AS left_over FROM schema_guard.invalid_indexes();

-- A partitioned index is valid when all partitions have theirs.
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
CREATE INDEX parted_a ON ONLY parted (a);
CREATE INDEX parted_1_a ON parted_1 (a);
ALTER INDEX parted_a ATTACH PARTITION parted_1_a;
SELECT index_name, reason, drop_sql, repair_sql FROM schema_guard.invalid_indexes();
CREATE INDEX parted_2_a ON parted_2 (a);
ALTER INDEX parted_a ATTACH PARTITION parted_2_a;
SELECT count(*) AS left_over FROM schema_guard.invalid_indexes('{public}');
