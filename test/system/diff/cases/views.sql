-- case: new
-- setup
CREATE TABLE t (a int, b text);
-- new
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1;

-- case: query
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1;
-- new
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 2;

-- case: column_appended
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE VIEW v AS SELECT a FROM t;
GRANT SELECT ON v TO bob;
-- new
CREATE VIEW v AS SELECT a, b FROM t;
GRANT SELECT ON v TO bob;

-- case: column_renamed
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE VIEW v AS SELECT a FROM t;
-- new
CREATE VIEW v (c) AS SELECT a FROM t;

-- case: column_type_under_views
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
COMMENT ON VIEW w IS 'w';
-- new
CREATE VIEW v AS SELECT b AS a FROM t;
CREATE VIEW w AS SELECT a FROM v;
COMMENT ON VIEW w IS 'w';

-- case: security_barrier
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
ALTER VIEW v SET (security_barrier = true);

-- case: security_invoker
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
ALTER VIEW v SET (security_invoker = true);

-- case: options_reset
-- setup
CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT 1 AS a;
-- new
ALTER VIEW v RESET (security_barrier, security_invoker);

-- case: check_option
-- setup
CREATE TABLE t (a int);
-- old
CREATE VIEW v AS SELECT a FROM t WHERE a > 1;
-- new
CREATE VIEW v AS SELECT a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;

-- case: check_option_cascaded
-- setup
CREATE TABLE t (a int);
-- old
CREATE VIEW v AS SELECT a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;
-- new
CREATE VIEW v AS SELECT a FROM t WHERE a > 1 WITH CASCADED CHECK OPTION;

-- case: column_default
-- setup
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- new
ALTER VIEW v ALTER COLUMN a SET DEFAULT 5;

-- case: column_default_dropped
-- setup
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT 5;
-- new
ALTER VIEW v ALTER COLUMN a DROP DEFAULT;

-- case: column_comment
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
COMMENT ON COLUMN v.a IS 'one';

-- case: column_grant
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
GRANT SELECT (a) ON v TO bob;

-- case: comment
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
COMMENT ON VIEW v IS 'view';

-- case: owner
-- setup
CREATE VIEW v AS SELECT 1 AS a;
-- new
ALTER VIEW v OWNER TO alice;

-- case: replaced_keeps_what_hangs_on_it
-- setup
CREATE TABLE t (a int, b text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- old
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v ALTER a SET DEFAULT 1;
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;
COMMENT ON COLUMN v.a IS 'a';
GRANT SELECT (a) ON v TO bob;
ALTER VIEW v OWNER TO alice;
-- new
CREATE VIEW v AS SELECT b, a FROM t;
ALTER VIEW v ALTER a SET DEFAULT 1;
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;
COMMENT ON COLUMN v.a IS 'a';
GRANT SELECT (a) ON v TO bob;
ALTER VIEW v OWNER TO alice;

-- case: recursive
-- new
CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 10;

-- case: column_of_table_dropped_below
-- accept: column order: a column can only be appended
-- old
CREATE TABLE t (gone int, a int);
CREATE VIEW v AS SELECT a FROM t;
-- new
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;

-- case: chain
-- new
CREATE TABLE z (a int);
CREATE VIEW y AS SELECT * FROM z;
CREATE VIEW x AS SELECT * FROM y;
CREATE VIEW w AS SELECT * FROM x;
CREATE FUNCTION u() RETURNS SETOF w LANGUAGE sql AS 'SELECT * FROM w';
CREATE VIEW t AS SELECT * FROM u();

-- case: instead_rules_cycle
-- new
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t SELECT NEW.a FROM v;
CREATE VIEW w AS SELECT v.a FROM v;

-- case: materialized
-- setup
CREATE TABLE t (a int, b text);
-- new
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;

-- case: materialized_no_data
-- setup
CREATE TABLE t (a int, b text);
-- new
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t WITH NO DATA;

-- case: materialized_query
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX i ON m (a);
COMMENT ON COLUMN m.a IS 'x';
GRANT SELECT ON m TO bob;
-- new
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t WHERE a > 0;
CREATE UNIQUE INDEX i ON m (a);
COMMENT ON COLUMN m.a IS 'x';
GRANT SELECT ON m TO bob;

-- case: materialized_parameters
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 'a'::text AS a;
-- new
ALTER MATERIALIZED VIEW m SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);

-- case: materialized_tablespace
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- new
ALTER MATERIALIZED VIEW m SET TABLESPACE space;

-- case: materialized_tablespace_of_new
-- new
CREATE MATERIALIZED VIEW m (x) TABLESPACE space AS SELECT 1 AS a WITH DATA;

-- case: materialized_access_method
-- setup
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- new
ALTER MATERIALIZED VIEW m SET ACCESS METHOD @case;

-- case: materialized_access_method_of_new
-- setup
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;
-- new
CREATE MATERIALIZED VIEW m USING @case WITH (fillfactor = 55) AS SELECT 1 AS a;

-- case: materialized_column
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a, 2 AS b;
-- new
ALTER MATERIALIZED VIEW m ALTER a SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW m ALTER a SET COMPRESSION pglz;
ALTER MATERIALIZED VIEW m ALTER b SET STATISTICS 77;
ALTER MATERIALIZED VIEW m ALTER b SET (n_distinct = 5);

-- case: materialized_column_reset
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a, 2 AS b;
ALTER MATERIALIZED VIEW m ALTER b SET (n_distinct = 5);
-- new
ALTER MATERIALIZED VIEW m ALTER b RESET (n_distinct);

-- case: materialized_cluster
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE INDEX i ON m (a);
-- new
ALTER MATERIALIZED VIEW m CLUSTER ON i;

-- case: materialized_owner_comment
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- new
ALTER MATERIALIZED VIEW m OWNER TO alice;
COMMENT ON MATERIALIZED VIEW m IS 'stored';

-- case: from_table_to_view
-- accept: rows: a table becomes a view
-- setup
CREATE TABLE base (a int);
-- old
CREATE TABLE v (a int);
-- new
CREATE VIEW v AS SELECT a FROM base;

-- case: from_view_to_materialized
-- setup
CREATE TABLE base (a int);
-- old
CREATE VIEW v AS SELECT a FROM base;
-- new
CREATE MATERIALIZED VIEW v AS SELECT a FROM base;

-- case: on_all_kinds_of_query
-- setup
CREATE TABLE t (a int, b text, c jsonb);
-- new
CREATE VIEW v AS WITH x AS MATERIALIZED (SELECT a, row_number() OVER (PARTITION BY b ORDER BY a) AS n FROM t)
	SELECT x.a, n, l.y, 'it''s \ "x"'::text AS q FROM x LEFT JOIN LATERAL (SELECT x.a * 2 AS y) l ON true
	UNION ALL SELECT count(*) FILTER (WHERE a > 0)::int, 2, 3, b FROM t GROUP BY GROUPING SETS ((b), ()) ORDER BY 1 LIMIT 5;

-- case: materialized_not_clustered
-- setup
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE INDEX i ON m (a);
ALTER MATERIALIZED VIEW m CLUSTER ON i;
-- new
ALTER MATERIALIZED VIEW m SET WITHOUT CLUSTER;

-- case: materialized_put_back_as_it_was
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
CREATE MATERIALIZED VIEW filled AS SELECT a FROM t;
CREATE MATERIALIZED VIEW empty AS SELECT a FROM t WITH NO DATA;
-- new
ALTER TABLE t ADD b int;
DROP MATERIALIZED VIEW filled, empty;
ALTER TABLE t ALTER a TYPE bigint;
CREATE MATERIALIZED VIEW filled AS SELECT a FROM t WITH NO DATA;
CREATE MATERIALIZED VIEW empty AS SELECT a FROM t;
