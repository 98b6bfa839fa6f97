-- case: new
-- new
CREATE TABLE t (a int, b text NOT NULL, c numeric(10, 2) DEFAULT 1.5);

-- case: no_columns
-- new
CREATE TABLE t ();

-- case: unlogged
-- old
CREATE TABLE t (a int);
-- new
CREATE UNLOGGED TABLE t (a int);

-- case: unlogged_with_keys
-- setup
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v serial);
INSERT INTO t DEFAULT VALUES;
-- new
ALTER TABLE t SET UNLOGGED;

-- case: fillfactor
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1), (2);
-- new
ALTER TABLE t SET (fillfactor = 70);

-- case: fillfactor_other
-- setup
CREATE TABLE t (a int) WITH (fillfactor = 50, autovacuum_enabled = off);
-- new
ALTER TABLE t SET (fillfactor = 70);

-- case: storage_parameters
-- old
CREATE TABLE t (a text);
-- new
CREATE TABLE t (a text) WITH (
	toast_tuple_target = 256, parallel_workers = 2, user_catalog_table = true, vacuum_index_cleanup = auto, vacuum_truncate = off,
	autovacuum_enabled = false, autovacuum_vacuum_threshold = 10, autovacuum_vacuum_scale_factor = 0.3,
	autovacuum_vacuum_insert_threshold = 100, autovacuum_vacuum_insert_scale_factor = 0.4,
	autovacuum_analyze_threshold = 20, autovacuum_analyze_scale_factor = 0.25, autovacuum_vacuum_cost_delay = 5,
	autovacuum_vacuum_cost_limit = 300, autovacuum_freeze_min_age = 1000, autovacuum_freeze_max_age = 200000,
	autovacuum_freeze_table_age = 150000, autovacuum_multixact_freeze_min_age = 1000,
	autovacuum_multixact_freeze_max_age = 200000, autovacuum_multixact_freeze_table_age = 150000,
	log_autovacuum_min_duration = 1000);

-- case: toast_parameters
-- setup
CREATE TABLE t (a text);
-- new
ALTER TABLE t SET (toast.autovacuum_enabled = false, toast.vacuum_truncate = off, toast.autovacuum_vacuum_threshold = 7,
	toast.vacuum_index_cleanup = off, toast.autovacuum_vacuum_scale_factor = 0.1, toast.autovacuum_vacuum_insert_threshold = 8,
	toast.autovacuum_vacuum_insert_scale_factor = 0.2, toast.autovacuum_vacuum_cost_delay = 3, toast.autovacuum_vacuum_cost_limit = 30,
	toast.autovacuum_freeze_min_age = 10, toast.autovacuum_freeze_max_age = 200000, toast.autovacuum_freeze_table_age = 10000,
	toast.autovacuum_multixact_freeze_min_age = 10, toast.autovacuum_multixact_freeze_max_age = 200000,
	toast.autovacuum_multixact_freeze_table_age = 10000, toast.log_autovacuum_min_duration = 50);

-- case: max_eager_freeze
-- version: 18
-- setup
CREATE TABLE t (a text);
-- new
ALTER TABLE t SET (vacuum_max_eager_freeze_failure_rate = 0.1, toast.vacuum_max_eager_freeze_failure_rate = 0.2);

-- case: tablespace
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t SET TABLESPACE space;

-- case: tablespace_of_new
-- new
CREATE TABLE t (a int) TABLESPACE space;

-- case: access_method
-- setup
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t SET ACCESS METHOD @case;

-- case: access_method_of_new
-- setup
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;
-- new
CREATE TABLE t (a int) USING @case;

-- case: access_method_partitioned
-- version: 17
-- setup
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;
-- old
CREATE TABLE t (a int) PARTITION BY LIST (a);
-- new
CREATE TABLE t (a int) PARTITION BY LIST (a);
ALTER TABLE t SET ACCESS METHOD @case;

-- case: replica_identity_full
-- setup
CREATE TABLE t (a int PRIMARY KEY);
-- new
ALTER TABLE t REPLICA IDENTITY FULL;

-- case: replica_identity_nothing
-- setup
CREATE TABLE t (a int PRIMARY KEY);
ALTER TABLE t REPLICA IDENTITY FULL;
-- new
ALTER TABLE t REPLICA IDENTITY NOTHING;

-- case: replica_identity_index
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);
CREATE UNIQUE INDEX t_b ON t (b);
-- new
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;

-- case: replica_identity_default
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);
CREATE UNIQUE INDEX t_b ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;
-- new
ALTER TABLE t REPLICA IDENTITY DEFAULT;

-- case: replica_identity_other_index
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);
CREATE UNIQUE INDEX t_b ON t (b);
CREATE UNIQUE INDEX t_ab ON t (a, b);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;
-- new
ALTER TABLE t REPLICA IDENTITY USING INDEX t_ab;

-- case: replica_identity_index_changed
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL, c int NOT NULL);
-- old
CREATE UNIQUE INDEX t_b ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;
-- new
CREATE UNIQUE INDEX t_b ON t (b, c);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;

-- case: row_security
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ENABLE ROW LEVEL SECURITY;

-- case: row_security_disabled
-- setup
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- new
ALTER TABLE t DISABLE ROW LEVEL SECURITY;

-- case: row_security_forced
-- setup
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- new
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- case: row_security_not_forced
-- setup
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- new
ALTER TABLE t NO FORCE ROW LEVEL SECURITY;

-- case: clustered
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE INDEX t_b ON t (b);
-- new
ALTER TABLE t CLUSTER ON t_b;

-- case: clustered_not
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int);
ALTER TABLE t CLUSTER ON t_pkey;
-- new
ALTER TABLE t SET WITHOUT CLUSTER;

-- case: inherits
-- setup
CREATE TABLE parent (a int, b text DEFAULT 'x');
CREATE TABLE t (a int, b text DEFAULT 'x', c int);
-- new
ALTER TABLE t INHERIT parent;

-- case: inherits_no_more
-- accept: local: no statement gives a column that is there up to the parents
-- setup
CREATE TABLE parent (a int CHECK (a > 0), b text);
CREATE TABLE t (c int) INHERITS (parent);
INSERT INTO t VALUES (1, 'x', 2);
-- new
ALTER TABLE t NO INHERIT parent;

-- case: inherits_other
-- setup
CREATE TABLE parent (a int);
CREATE TABLE other (a int);
-- old
CREATE TABLE t (a int, c int) INHERITS (parent);
-- new
CREATE TABLE t (a int, c int) INHERITS (other);

-- case: inherits_one_more
-- setup
CREATE TABLE one (a int);
CREATE TABLE two (b int);
CREATE TABLE t (a int, b int) INHERITS (one);
-- new
ALTER TABLE t INHERIT two;

-- case: inherits_two_swapped
-- setup
CREATE TABLE one (a int);
CREATE TABLE two (a int);
-- old
CREATE TABLE t (a int);
ALTER TABLE t INHERIT one;
ALTER TABLE t INHERIT two;
-- new
CREATE TABLE t (a int);
ALTER TABLE t INHERIT two;
ALTER TABLE t INHERIT one;

-- case: inherits_new
-- setup
CREATE TABLE parent (a int NOT NULL, b text CHECK (b <> ''));
-- new
CREATE TABLE t (c int, CHECK (a > c)) INHERITS (parent);
ALTER TABLE t ALTER a SET DEFAULT 7;

-- case: inherits_tree
-- new
CREATE TABLE one (a int, CONSTRAINT positive CHECK (a > 0));
CREATE TABLE two (b int) INHERITS (one);
CREATE TABLE three (c int) INHERITS (two);
CREATE TABLE four () INHERITS (two, one);

-- case: parent_gets_column
-- setup
CREATE TABLE parent (a int);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE parent ADD b text DEFAULT 'x';

-- case: parent_gets_constraint
-- setup
CREATE TABLE parent (a int);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE parent ADD CONSTRAINT positive CHECK (a > 0);

-- case: parent_gets_constraint_no_inherit
-- setup
CREATE TABLE parent (a int);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE parent ADD CONSTRAINT positive CHECK (a > 0) NO INHERIT;

-- case: parent_gets_default
-- setup
CREATE TABLE parent (a int);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE parent ALTER a SET DEFAULT 5;

-- case: parent_only_gets_default
-- setup
CREATE TABLE parent (a int);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE ONLY parent ALTER a SET DEFAULT 5;

-- case: parent_column_type
-- setup
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
INSERT INTO child VALUES (1, 'x', 2);
-- new
ALTER TABLE parent ALTER a TYPE bigint;

-- case: parent_loses_column_child_keeps
-- accept: local: no statement gives a column that is there up to the parents
-- setup
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
-- new
ALTER TABLE ONLY parent DROP COLUMN b;

-- case: typed
-- setup
CREATE TYPE row_type AS (a int, b text);
CREATE TABLE t (a int, b text);
-- new
ALTER TABLE t OF row_type;

-- case: typed_not
-- setup
CREATE TYPE row_type AS (a int, b text);
CREATE TABLE t OF row_type;
-- new
ALTER TABLE t NOT OF;

-- case: typed_new
-- setup
CREATE TYPE row_type AS (a int, b text);
-- new
CREATE TABLE t OF row_type (a WITH OPTIONS DEFAULT 5, b NOT NULL, PRIMARY KEY (a));

-- case: typed_type_gets_attribute
-- setup
CREATE TYPE row_type AS (a int, b text);
CREATE TABLE t OF row_type;
-- new
ALTER TYPE row_type ADD ATTRIBUTE c int CASCADE;

-- case: comment
-- setup
CREATE TABLE t (a int);
-- new
COMMENT ON TABLE t IS 'it''s a \ table
of two lines';

-- case: comment_other
-- setup
CREATE TABLE t (a int);
COMMENT ON TABLE t IS 'one';
-- new
COMMENT ON TABLE t IS 'two';

-- case: owner
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t OWNER TO alice;

-- case: owner_with_parts
-- setup
CREATE TABLE t (id serial PRIMARY KEY, b int UNIQUE);
GRANT SELECT ON t TO bob;
-- new
ALTER TABLE t OWNER TO alice;

-- case: like_including_all
-- setup
CREATE TABLE source (a int PRIMARY KEY DEFAULT 5, b int GENERATED ALWAYS AS (a * 2) STORED, c text COMPRESSION pglz, CHECK (a > 0));
ALTER TABLE source ALTER c SET STORAGE EXTERNAL;
COMMENT ON COLUMN source.a IS 'key';
CREATE STATISTICS s ON a, b FROM source;
-- new
CREATE TABLE t (LIKE source INCLUDING ALL);

-- case: dropped_with_all_its_parts
-- new
CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL DEFAULT 3 CHECK (a > 0), b text UNIQUE, c int REFERENCES t);
CREATE INDEX ON t (lower(b));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE POLICY p ON t USING (a > 0);
CREATE STATISTICS s ON a, b FROM t;
CREATE VIEW v AS SELECT * FROM t;
COMMENT ON TABLE t IS 'x';
GRANT SELECT ON t TO bob;
GRANT UPDATE (a) ON t TO alice;

-- case: in_another_schema
-- setup
CREATE SCHEMA "@case other";
-- old
CREATE TABLE t (a int);
-- new
CREATE TABLE "@case other".t (a int);

-- case: row_type_used
-- setup
CREATE TABLE t (a int);
-- new
CREATE TABLE u (x t, y t[]);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT ($1).a';

-- case: logged
-- setup
CREATE UNLOGGED TABLE t (a int);
-- new
ALTER TABLE t SET LOGGED;

-- case: replaced_by_child_with_check
-- setup
CREATE TABLE parent (a int);
-- old
CREATE TABLE t (b int) PARTITION BY RANGE (b);
-- new
CREATE TABLE t (z int) INHERITS (parent);
ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);

-- case: child_generates_what_parent_stores
-- version: 15 to 15
-- setup
CREATE TABLE parent (a int, b int);
-- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED) INHERITS (parent);
CREATE TABLE t2 (a int, b int GENERATED ALWAYS AS (a * 3) STORED);
ALTER TABLE t2 INHERIT parent;

-- case: inherits_in_another_order
-- setup
CREATE TABLE parent (a int, b int);
-- new
CREATE TABLE t (b int, c int, a int);
ALTER TABLE t INHERIT parent;
CREATE TABLE parent2 (d int CHECK (d > 0), a int);
CREATE TABLE t2 (b int, d int CONSTRAINT parent2_d_check CHECK (d > 0), a int);
ALTER TABLE t2 INHERIT parent, INHERIT parent2;

-- case: existing_table_inherits_check
-- setup
CREATE TABLE parent (a int CONSTRAINT positive CHECK (a > 0), b text);
CREATE TABLE other () INHERITS (parent);
-- old
CREATE TABLE t (a int, b text, c int);
-- new
CREATE TABLE t (a int, b text, c int) INHERITS (parent);

-- case: inherited_column_not_null_of_its_own
-- version: 18
-- setup
CREATE TABLE p (a int NOT NULL, b int);
-- new
CREATE TABLE c (CONSTRAINT mine NOT NULL a, NOT NULL b) INHERITS (p);
CREATE TABLE d (CONSTRAINT only_here NOT NULL b NO INHERIT) INHERITS (p);

-- case: column_with_inherited_not_null
-- version: 18
-- setup
CREATE TABLE p (a int CONSTRAINT theirs NOT NULL);
CREATE TABLE q (a int NOT NULL);
-- new
CREATE TABLE c (a int) INHERITS (p);
CREATE TABLE d () INHERITS (p, q);

-- case: not_null_kept_when_the_parents_goes
-- version: 18
-- setup
CREATE TABLE p (a int CONSTRAINT ann NOT NULL, b int NOT NULL);
-- new
CREATE TABLE c () INHERITS (p);
ALTER TABLE ONLY p DROP CONSTRAINT ann;
ALTER TABLE ONLY p ALTER b DROP NOT NULL;
