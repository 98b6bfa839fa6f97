-- Which index can stand for which: each case is a table with two indexes, R and K, and says which of the two may go, judged by hand.
CREATE EXTENSION schema_guard;
CREATE TABLE cases (n integer GENERATED ALWAYS AS IDENTITY, what text, made text, goes text);
INSERT INTO cases (what, made, goes) VALUES
-- Same keys.
('twins: the older one stays', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a)', 'k'),
('primary key and plain', 'ALTER TABLE T ADD CONSTRAINT K PRIMARY KEY (a); CREATE INDEX R ON T (a)', 'r'),
('unique and plain', 'CREATE INDEX R ON T (a); CREATE UNIQUE INDEX K ON T (a)', 'r'),
('unique constraint and unique index', 'CREATE UNIQUE INDEX R ON T (a); ALTER TABLE T ADD CONSTRAINT K UNIQUE (a)', 'r'),
('two unique constraints', 'ALTER TABLE T ADD CONSTRAINT K UNIQUE (a); ALTER TABLE T ADD CONSTRAINT R UNIQUE (a)', 'r'),
('primary key and unique constraint', 'ALTER TABLE T ADD CONSTRAINT R UNIQUE (a); ALTER TABLE T ADD CONSTRAINT K PRIMARY KEY (a)', 'r'),
('two unique indexes', 'CREATE UNIQUE INDEX K ON T (a, b); CREATE UNIQUE INDEX R ON T (a, b)', 'r'),
('deferrable constraint and unique index', 'ALTER TABLE T ADD CONSTRAINT R UNIQUE (a) DEFERRABLE; CREATE UNIQUE INDEX K ON T (a)', NULL),
('deferrable and immediate constraint', 'ALTER TABLE T ADD CONSTRAINT R UNIQUE (a) DEFERRABLE; ALTER TABLE T ADD CONSTRAINT K UNIQUE (a)', 'r'),
('nulls not distinct', 'CREATE UNIQUE INDEX R ON T (a) NULLS NOT DISTINCT; CREATE UNIQUE INDEX K ON T (a)', NULL),
('fillfactor is no difference', 'CREATE INDEX R ON T (a, b); CREATE INDEX K ON T (a, b) WITH (fillfactor = 70); ALTER TABLE T CLUSTER ON K', 'r'),
('gin twins', 'CREATE INDEX K ON T USING gin (j); CREATE INDEX R ON T USING gin (j)', 'r'),
('gist twins', 'CREATE INDEX K ON T USING gist (p); CREATE INDEX R ON T USING gist (p)', 'r'),
('hash twins', 'CREATE INDEX K ON T USING hash (a); CREATE INDEX R ON T USING hash (a)', 'r'),
('brin twins', 'CREATE INDEX K ON T USING brin (a); CREATE INDEX R ON T USING brin (a) WITH (pages_per_range = 4)', 'r'),
-- Prefixes.
('(a) and (a, b)', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a, b)', 'r'),
('(b) and (a, b)', 'CREATE INDEX R ON T (b); CREATE INDEX K ON T (a, b)', NULL),
('(a, b) and (b, a)', 'CREATE INDEX R ON T (a, b); CREATE INDEX K ON T (b, a)', NULL),
('(a, c) and (a, b, c)', 'CREATE INDEX R ON T (a, c); CREATE INDEX K ON T (a, b, c)', NULL),
('(a) and primary key (a, b)', 'CREATE INDEX R ON T (a); ALTER TABLE T ADD CONSTRAINT K PRIMARY KEY (a, b)', 'r'),
('primary key (a) and (a, b)', 'ALTER TABLE T ADD CONSTRAINT R PRIMARY KEY (a); CREATE INDEX K ON T (a, b)', NULL),
('unique (a) and (a, b)', 'CREATE UNIQUE INDEX R ON T (a); CREATE INDEX K ON T (a, b)', NULL),
('unique (a) and unique (a, b): both ways', 'CREATE UNIQUE INDEX R ON T (a); CREATE UNIQUE INDEX K ON T (a, b)', NULL),
('unique (a) and primary key (a, b)', 'ALTER TABLE T ADD CONSTRAINT R UNIQUE (a); ALTER TABLE T ADD CONSTRAINT K PRIMARY KEY (a, b)', NULL),
('gin (j) and (j, n)', 'CREATE INDEX R ON T USING gin (j); CREATE INDEX K ON T USING gin (j, n)', NULL),
('brin (a) and (a, b)', 'CREATE INDEX R ON T USING brin (a); CREATE INDEX K ON T USING brin (a, b)', NULL),
('gist (p) and (p, q)', 'CREATE INDEX R ON T USING gist (p); CREATE INDEX K ON T USING gist (p, q)', NULL),
('column 1 is not column 10', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (c10)', NULL),
-- Directions: Decathlon/dblinter#10.
('(a) and (a DESC)', 'CREATE INDEX K ON T (a); CREATE INDEX R ON T (a DESC)', 'r'),
('(a) and (a DESC NULLS LAST)', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a DESC NULLS LAST)', NULL),
('(a) and (a NULLS FIRST)', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a NULLS FIRST)', NULL),
('(a NULLS FIRST) and (a DESC NULLS LAST)', 'CREATE INDEX K ON T (a NULLS FIRST); CREATE INDEX R ON T (a DESC NULLS LAST)', 'r'),
('(a, b) and (a DESC, b DESC, c)', 'CREATE INDEX R ON T (a, b); CREATE INDEX K ON T (a DESC, b DESC, c)', 'r'),
('(a, b) and (a, b DESC)', 'CREATE INDEX R ON T (a, b); CREATE INDEX K ON T (a, b DESC)', NULL),
('(a) and (a DESC, b)', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a DESC, b)', 'r'),
('(a, b DESC) and (a DESC, b, c)', 'CREATE INDEX R ON T (a, b DESC); CREATE INDEX K ON T (a DESC, b, c)', 'r'),
-- INCLUDE.
('(a) and (a) INCLUDE (b)', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a) INCLUDE (b)', 'r'),
('(a) INCLUDE (b) and (a, b)', 'CREATE INDEX R ON T (a) INCLUDE (b); CREATE INDEX K ON T (a, b)', 'r'),
('(a, b) and (a) INCLUDE (b)', 'CREATE UNIQUE INDEX R ON T (a, b); CREATE INDEX K ON T (a) INCLUDE (b)', 'k'),
('(a) INCLUDE (b) and (a, c)', 'CREATE INDEX R ON T (a) INCLUDE (b); CREATE INDEX K ON T (a, c)', NULL),
('(a) INCLUDE (b, c) and (a) INCLUDE (c, b)', 'CREATE INDEX K ON T (a) INCLUDE (b, c); CREATE INDEX R ON T (a) INCLUDE (c, b)', 'r'),
('(a) and unique (a) INCLUDE (b)', 'CREATE INDEX R ON T (a); CREATE UNIQUE INDEX K ON T (a) INCLUDE (b)', 'r'),
('unique (a) and unique (a) INCLUDE (b)', 'CREATE UNIQUE INDEX R ON T (a); CREATE UNIQUE INDEX K ON T (a) INCLUDE (b)', 'r'),
-- Predicates: darold/pgcluu#150, mfvanek/pg-index-health#66.
('whole and partial', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a) WHERE b > 0', NULL),
('whole and partial over more', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a, b) WHERE b > 0', NULL),
('the same predicate', 'CREATE INDEX R ON T (a) WHERE b > 0; CREATE INDEX K ON T (a, c) WHERE b > 0', 'r'),
('another predicate', 'CREATE INDEX R ON T (a) WHERE b > 0; CREATE INDEX K ON T (a, c) WHERE b > 1', NULL),
('partial unique indexes', 'CREATE UNIQUE INDEX R ON T (a) WHERE b > 0; CREATE UNIQUE INDEX K ON T (a) WHERE b < 0', NULL),
('partial unique and unique', 'CREATE UNIQUE INDEX R ON T (a) WHERE b > 0; CREATE UNIQUE INDEX K ON T (a)', NULL),
-- Expressions.
('(lower(t)) and (lower(t), a)', 'CREATE INDEX R ON T (lower(t)); CREATE INDEX K ON T (lower(t), a)', 'r'),
('(lower(t)) and (upper(t), a)', 'CREATE INDEX R ON T (lower(t)); CREATE INDEX K ON T (upper(t), a)', NULL),
('(lower(t)) and (t)', 'CREATE INDEX R ON T (lower(t)); CREATE INDEX K ON T (t)', NULL),
('(a, lower(t)) and (a, upper(t))', 'CREATE INDEX R ON T (a, lower(t)); CREATE INDEX K ON T (a, upper(t))', NULL),
-- Operator classes and collations: mfvanek/pg-index-health#76.
('text_pattern_ops', 'CREATE INDEX R ON T (t text_pattern_ops); CREATE INDEX K ON T (t)', NULL),
('varchar_ops is text_ops', 'CREATE INDEX R ON T (v varchar_ops); CREATE INDEX K ON T (v text_ops, a)', 'r'),
('jsonb_path_ops', 'CREATE INDEX R ON T USING gin (j jsonb_path_ops); CREATE INDEX K ON T USING gin (j)', NULL),
('another collation', 'CREATE INDEX R ON T (t); CREATE INDEX K ON T (t COLLATE "C")', NULL),
('options of the operator class', 'CREATE INDEX R ON T USING gist (s tsvector_ops (siglen = 8)); CREATE INDEX K ON T USING gist (s tsvector_ops (siglen = 16))', NULL),
('brin minmax and bloom', 'CREATE INDEX R ON T USING brin (a int4_bloom_ops); CREATE INDEX K ON T USING brin (a)', NULL),
-- Access methods: djezzzl/database_consistency#259.
('hash (a) and (a)', 'CREATE INDEX R ON T USING hash (a); CREATE INDEX K ON T (a)', NULL),
('gin and unique', 'CREATE INDEX R ON T USING gin (j); CREATE UNIQUE INDEX K ON T (j)', NULL),
('brin (a) and (a)', 'CREATE INDEX R ON T USING brin (a); CREATE INDEX K ON T (a)', NULL),
-- What only one of them can be.
('replica identity', 'ALTER TABLE T ALTER a SET NOT NULL; CREATE UNIQUE INDEX R ON T (a); ALTER TABLE T REPLICA IDENTITY USING INDEX R; CREATE UNIQUE INDEX K ON T (a) INCLUDE (b)', NULL),
('target of a foreign key', 'CREATE UNIQUE INDEX R ON T (a); CREATE TABLE T_child (a int REFERENCES T (a)); CREATE UNIQUE INDEX K ON T (a) INCLUDE (b)', NULL),
('exclusion constraint', 'ALTER TABLE T ADD CONSTRAINT R EXCLUDE USING gist (p WITH &&); CREATE INDEX K ON T USING gist (p)', 'k'),
('clustered', 'CREATE INDEX K ON T (a); CREATE INDEX R ON T (a); ALTER TABLE T CLUSTER ON R', 'k'),
('clustered prefix', 'CREATE INDEX R ON T (a); ALTER TABLE T CLUSTER ON R; CREATE INDEX K ON T (a, b)', 'r'),
('kept by its comment', 'CREATE INDEX R ON T (a); COMMENT ON INDEX R IS ''for the year end; schema_guard: keep''; CREATE INDEX K ON T (a, b)', NULL),
('invalid keeper', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a, b); UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''K''::regclass', NULL),
('invalid itself', 'CREATE INDEX R ON T (a); CREATE INDEX K ON T (a, b); UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''R''::regclass', NULL);

SELECT format('CREATE TABLE t%s (a int, b int, c int, t text, v varchar(20), j jsonb, p box, q box, s tsvector, c10 int, n int[])', n),
	regexp_replace(regexp_replace(made, '\m(R|K)\M', format('t%s_\1', n), 'g'), '\mT(_child)?\M', format('t%s\1', n), 'g')
FROM cases ORDER BY n
\gexec
-- As the rule has it, or not; nothing where it has.
CREATE VIEW told AS SELECT substring(index_name, '^public\.t(\d+)_[rk]$')::int AS n, right(index_name, 1) AS goes, * FROM schema_guard.redundant_indexes();
SELECT n, c.what, c.goes AS should_go, t.goes AS told FROM cases c FULL JOIN told t USING (n) WHERE c.goes IS DISTINCT FROM t.goes ORDER BY n;
SELECT c.what, t.kind, t.confidence, t.reason, t.cautions FROM cases c JOIN told t USING (n) ORDER BY n;

-- Dropped as it says, nothing is left to say; made again as it says, all is as before.
-- (All but the twins: there the older one is the other one now.)
CREATE TABLE before AS SELECT n, goes, kind, size_bytes, drop_sql, create_sql FROM told WHERE n <> 1;
SELECT drop_sql FROM before ORDER BY n
\gexec
SELECT count(*) AS left_over FROM told WHERE n <> 1;
SELECT create_sql FROM before ORDER BY n
\gexec
SELECT n, goes, kind, size_bytes, drop_sql, create_sql FROM told WHERE n <> 1 EXCEPT SELECT * FROM before;
SELECT count(*) - (SELECT count(*) FROM told WHERE n <> 1) AS missing FROM before;

-- Three of a kind, and what one leans on does not go itself: darold/pgcluu#86.
CREATE SCHEMA more;
CREATE TABLE more.three (a int, b int, c int);
CREATE INDEX three_1 ON more.three (a);
CREATE INDEX three_2 ON more.three (a DESC);
CREATE INDEX three_3 ON more.three (a);
CREATE INDEX three_ab ON more.three (a, b);
CREATE INDEX three_abc ON more.three (a, b, c);
SELECT index_name, kept_index, kind FROM schema_guard.redundant_indexes('{more}');

-- A partitioned table: its index goes as a whole, a partition's own by itself.
CREATE TABLE more.parted (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE more.parted_1 PARTITION OF more.parted FOR VALUES FROM (0) TO (10);
CREATE TABLE more.parted_2 PARTITION OF more.parted FOR VALUES FROM (10) TO (20);
CREATE INDEX parted_b ON more.parted (b);
CREATE INDEX parted_b_a ON more.parted (b, a);
CREATE INDEX parted_1_own ON more.parted_1 (b, a);
SELECT index_name, kept_index, kind, size_bytes, drop_sql, create_sql FROM schema_guard.redundant_indexes('{more}') WHERE index_name ~ 'parted';

-- The larger one is said to be larger.
CREATE TABLE more.flags (flag int, note text);
INSERT INTO more.flags SELECT n % 2, 'note number ' || n FROM generate_series(1, 30000) n;
SELECT pg_stat_force_next_flush();
CREATE INDEX flags_flag ON more.flags (flag);
CREATE INDEX flags_flag_note ON more.flags (flag, note);
SELECT index_name, confidence, regexp_replace(reason, '[0-9.]+', 'N') AS reason, kept_size_bytes > 3 * size_bytes AS larger, writes
FROM schema_guard.redundant_indexes('{more}') WHERE index_name ~ 'flags';

-- Who made it, with what; also of a constraint.
CREATE TABLE more.made (a int CONSTRAINT made_first UNIQUE);
ALTER TABLE more.made ADD CONSTRAINT made_again UNIQUE (a);
CREATE INDEX made_third ON more.made (a);
SELECT index_name, created_by = current_user AS by_me, created_at <= now() AS at, statement FROM schema_guard.redundant_indexes('{more}') WHERE index_name ~ 'made';

-- Indexes of extensions and temporary tables are nobody's business; monitors may ask.
CREATE TEMPORARY TABLE passing (a int);
CREATE INDEX passing_1 ON passing (a);
CREATE INDEX passing_2 ON passing (a);
CREATE TABLE more.of_extension (a int);
CREATE INDEX of_extension_1 ON more.of_extension (a);
CREATE INDEX of_extension_2 ON more.of_extension (a);
ALTER EXTENSION plpgsql ADD TABLE more.of_extension;
CREATE ROLE index_watcher IN ROLE pg_monitor;
SET ROLE index_watcher;
SELECT count(*) FROM schema_guard.redundant_indexes() WHERE index_name ~ 'passing|of_extension';
SELECT count(*) > 0 AS told, count(created_by) > 0 AS with_origin FROM schema_guard.redundant_indexes('{more}');
RESET ROLE;
DROP ROLE index_watcher;
ALTER EXTENSION plpgsql DROP TABLE more.of_extension;
