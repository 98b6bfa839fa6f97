-- case: new
-- setup
CREATE TABLE t (a int, b text);
-- new
CREATE INDEX i ON t (a);

-- case: unique
-- setup
CREATE TABLE t (a int);
-- old
CREATE INDEX i ON t (a);
-- new
CREATE UNIQUE INDEX i ON t (a);

-- case: method
-- setup
CREATE TABLE t (a int);
-- old
CREATE INDEX i ON t USING btree (a);
-- new
CREATE INDEX i ON t USING hash (a);

-- case: all_methods
-- setup
CREATE TABLE t (a int, b int[], c box, d text);
-- new
CREATE INDEX ON t USING gin (b);
CREATE INDEX ON t USING gist (c);
CREATE INDEX ON t USING spgist (d);
CREATE INDEX ON t USING brin (a);

-- case: columns
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE INDEX i ON t (a);
-- new
CREATE INDEX i ON t (a, b);

-- case: expression
-- setup
CREATE TABLE t (a text);
-- old
CREATE INDEX i ON t (lower(a));
-- new
CREATE INDEX i ON t (upper(a), (a || 'x'));

-- case: order
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE INDEX i ON t (a, b);
-- new
CREATE INDEX i ON t (a DESC, b ASC NULLS FIRST);

-- case: nulls_last
-- setup
CREATE TABLE t (a int);
-- old
CREATE INDEX i ON t (a DESC);
-- new
CREATE INDEX i ON t (a DESC NULLS LAST);

-- case: collation
-- setup
CREATE TABLE t (a text);
-- old
CREATE INDEX i ON t (a);
-- new
CREATE INDEX i ON t (a COLLATE "C");

-- case: operator_class
-- setup
CREATE TABLE t (a text);
-- old
CREATE INDEX i ON t (a);
-- new
CREATE INDEX i ON t (a text_pattern_ops);

-- case: operator_class_options
-- setup
CREATE TABLE t (a tsvector);
-- old
CREATE INDEX i ON t USING gist (a tsvector_ops (siglen = 100));
-- new
CREATE INDEX i ON t USING gist (a tsvector_ops (siglen = 200));

-- case: include
-- setup
CREATE TABLE t (a int, b int, c int);
-- old
CREATE INDEX i ON t (a) INCLUDE (b);
-- new
CREATE INDEX i ON t (a) INCLUDE (b, c);

-- case: predicate
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE INDEX i ON t (a);
-- new
CREATE INDEX i ON t (a) WHERE b IS NULL;

-- case: nulls_not_distinct
-- setup
CREATE TABLE t (a int);
-- old
CREATE UNIQUE INDEX i ON t (a);
-- new
CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT;

-- case: fillfactor
-- setup
CREATE TABLE t (a int);
CREATE INDEX i ON t (a) WITH (fillfactor = 50);
-- new
ALTER INDEX i SET (fillfactor = 70);

-- case: parameters_reset
-- setup
CREATE TABLE t (a int);
CREATE INDEX i ON t (a) WITH (fillfactor = 50, deduplicate_items = off);
-- new
ALTER INDEX i RESET (fillfactor, deduplicate_items);

-- case: parameters_of_methods
-- setup
CREATE TABLE t (a int, b int[], c box);
CREATE INDEX i ON t USING gin (b);
CREATE INDEX j ON t USING gist (c);
CREATE INDEX k ON t USING brin (a);
-- new
ALTER INDEX i SET (fastupdate = off, gin_pending_list_limit = 128);
ALTER INDEX j SET (fillfactor = 40, buffering = on);
ALTER INDEX k SET (pages_per_range = 16, autosummarize = on);

-- case: tablespace
-- setup
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
-- new
ALTER INDEX i SET TABLESPACE space;

-- case: statistics
-- setup
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a, lower(b));
-- new
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 300;

-- case: statistics_reset
-- setup
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (lower(b), upper(b));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 300;
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 0;
-- new
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS -1;

-- case: rebuilt_keeps_what_hangs_on_it
-- setup
CREATE TABLE t (a int NOT NULL, b text);
-- old
CREATE UNIQUE INDEX i ON t (a);
COMMENT ON INDEX i IS 'x';
ALTER TABLE t CLUSTER ON i;
-- new
CREATE UNIQUE INDEX i ON t (a) INCLUDE (b);
COMMENT ON INDEX i IS 'x';
ALTER TABLE t CLUSTER ON i;

-- case: on_materialized_view
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- new
CREATE UNIQUE INDEX i ON m (a);

-- case: comment
-- setup
CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
-- new
COMMENT ON INDEX i IS 'fast';

-- case: by_function
-- setup
CREATE TABLE t (a int);
-- new
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE INDEX i ON t (f(a));

-- case: function_body_under_it
-- setup
CREATE TABLE t (a int);
-- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE INDEX i ON t (f(a));
-- new
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE INDEX i ON t (f(a));

-- case: function_replaced_under_it
-- setup
CREATE TABLE t (a int);
-- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE INDEX i ON t (f(a));
-- new
CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE INDEX i ON t (f(a));

-- case: statistics_object
-- setup
CREATE TABLE t (a int, b int);
-- new
CREATE STATISTICS s ON a, b FROM t;

-- case: statistics_object_kinds
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE STATISTICS s (ndistinct, dependencies) ON a, b FROM t;
-- new
CREATE STATISTICS s (mcv, ndistinct) ON a, b FROM t;

-- case: statistics_object_expressions
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE STATISTICS s ON a, b FROM t;
-- new
CREATE STATISTICS s ON a, (b + a) FROM t;

-- case: statistics_object_one_expression
-- setup
CREATE TABLE t (a int, b int);
-- new
CREATE STATISTICS s ON (a + b) FROM t;

-- case: statistics_object_target
-- setup
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
-- new
ALTER STATISTICS s SET STATISTICS 300;

-- case: statistics_object_owner
-- setup
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
-- new
ALTER STATISTICS s OWNER TO alice;

-- case: statistics_object_schema
-- setup
CREATE SCHEMA "@case other";
CREATE TABLE t (a int, b int);
-- old
CREATE STATISTICS s ON a, b FROM t;
-- new
CREATE STATISTICS "@case other".s ON a, b FROM t;

-- case: statistics_object_comment
-- setup
CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON a, b FROM t;
-- new
COMMENT ON STATISTICS s IS 'together';

-- case: statistics_object_on_others
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE ft (a int, b int) SERVER @case;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 2 AS b;
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
-- new
CREATE STATISTICS s1 ON a, b FROM ft;
CREATE STATISTICS s2 ON a, b FROM m;
CREATE STATISTICS s3 ON a, b FROM p;

-- case: tablespace_of_new
-- setup
CREATE TABLE t (a int);
-- new
CREATE INDEX i ON t (a) TABLESPACE space;
