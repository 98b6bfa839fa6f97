-- case: check
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0);

-- case: check_expression
-- old
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0));
-- new
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 1));

-- case: check_not_valid
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (-1);
-- new
ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;

-- case: check_validated
-- setup
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;
-- new
ALTER TABLE t VALIDATE CONSTRAINT positive;

-- case: check_no_inherit
-- old
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0));
-- new
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0) NO INHERIT);

-- case: check_not_enforced
-- version: 18
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT ENFORCED;

-- case: check_enforced
-- version: 18
-- old
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0) NOT ENFORCED);
-- new
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0) ENFORCED);

-- case: check_by_function
-- setup
CREATE TABLE t (a int);
-- new
CREATE FUNCTION f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER TABLE t ADD CHECK (f(a));

-- case: check_on_row
-- new
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD CONSTRAINT whole CHECK (t IS NOT NULL);

-- case: check_inherited_twice
-- setup
CREATE TABLE p (a int CONSTRAINT positive CHECK (a > 0));
-- old
CREATE TABLE t () INHERITS (p);
-- new
CREATE TABLE t (CONSTRAINT positive CHECK (a > 0)) INHERITS (p);

-- case: renamed
-- old
CREATE TABLE t (a int CONSTRAINT one CHECK (a > 0));
-- new
CREATE TABLE t (a int CONSTRAINT two CHECK (a > 0));

-- case: primary_key
-- setup
CREATE TABLE t (a int NOT NULL, b int);
-- new
ALTER TABLE t ADD PRIMARY KEY (a);

-- case: primary_key_other
-- old
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a));
CREATE TABLE r (a int);
-- new
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE r (a int);

-- case: primary_key_under_foreign_key
-- setup
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
CREATE TABLE r (a int);
-- old
ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a);
ALTER TABLE r ADD FOREIGN KEY (a) REFERENCES t;
-- new
ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (b);
ALTER TABLE r ADD FOREIGN KEY (a) REFERENCES t;

-- case: primary_key_under_group_by
-- setup
CREATE TABLE t (a int NOT NULL, b int);
-- new
ALTER TABLE t ADD PRIMARY KEY (a);
CREATE VIEW v AS SELECT a, b, count(*) FROM t GROUP BY a;

-- case: unique
-- setup
CREATE TABLE t (a int, b int);
-- new
ALTER TABLE t ADD UNIQUE (a, b);

-- case: unique_include
-- old
CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));
-- new
CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a) INCLUDE (b));

-- case: unique_nulls_not_distinct
-- old
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- new
CREATE TABLE t (a int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a));

-- case: unique_nulls_distinct
-- new
CREATE TABLE t (a int, CONSTRAINT u UNIQUE NULLS DISTINCT (a));

-- case: unique_deferrable
-- old
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- new
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED);

-- case: unique_fillfactor
-- old
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- new
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 60));

-- case: unique_tablespace
-- old
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));
-- new
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) USING INDEX TABLESPACE space);

-- case: unique_using_index
-- setup
CREATE TABLE t (a int);
CREATE UNIQUE INDEX u ON t (a);
-- new
ALTER TABLE t ADD UNIQUE USING INDEX u;

-- case: primary_key_without_overlaps
-- version: 18
-- new
CREATE TABLE t (a int4range, b tstzrange, PRIMARY KEY (a, b WITHOUT OVERLAPS));

-- case: foreign_key_period
-- version: 18
-- setup
CREATE TABLE t (a int4range, b tstzrange, PRIMARY KEY (a, b WITHOUT OVERLAPS));
CREATE TABLE r (a int4range, b tstzrange);
-- new
ALTER TABLE r ADD FOREIGN KEY (a, PERIOD b) REFERENCES t (a, PERIOD b);

-- case: exclude
-- new
CREATE TABLE t (a int4range, b box, CONSTRAINT e EXCLUDE USING gist (a WITH &&, b WITH &&) WHERE (a IS NOT NULL));

-- case: exclude_operator
-- old
CREATE TABLE t (a int4range, CONSTRAINT e EXCLUDE USING gist (a WITH &&));
-- new
CREATE TABLE t (a int4range, CONSTRAINT e EXCLUDE USING gist (a WITH =) INCLUDE (a) DEFERRABLE);

-- case: exclude_where
-- old
CREATE TABLE t (a int4range, CONSTRAINT e EXCLUDE USING gist (a WITH &&));
-- new
CREATE TABLE t (a int4range, CONSTRAINT e EXCLUDE USING gist (a WITH &&) WHERE (NOT isempty(a)));

-- case: foreign_key
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p;

-- case: foreign_key_new_both_ways
-- new
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

-- case: foreign_key_to_itself
-- new
CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a);

-- case: foreign_key_columns
-- old
CREATE TABLE p (a int, b int, UNIQUE (a, b), UNIQUE (b, a));
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (a, b));
-- new
CREATE TABLE p (a int, b int, UNIQUE (a, b), UNIQUE (b, a));
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (b, a));

-- case: foreign_key_actions
-- setup
CREATE TABLE p (a int PRIMARY KEY);
-- old
CREATE TABLE t (a int CONSTRAINT f REFERENCES p, b int CONSTRAINT g REFERENCES p ON DELETE NO ACTION);
-- new
CREATE TABLE t (a int CONSTRAINT f REFERENCES p ON DELETE CASCADE ON UPDATE RESTRICT, b int CONSTRAINT g REFERENCES p ON DELETE SET DEFAULT ON UPDATE SET NULL);

-- case: foreign_key_set_null_columns
-- setup
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
-- old
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL);
-- new
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));

-- case: foreign_key_match
-- setup
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
-- old
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p MATCH SIMPLE);
-- new
CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p MATCH FULL);

-- case: foreign_key_deferrable
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int CONSTRAINT f REFERENCES p);
-- new
ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE INITIALLY IMMEDIATE;

-- case: foreign_key_initially_deferred
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int CONSTRAINT f REFERENCES p NOT DEFERRABLE);
-- new
ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED;

-- case: foreign_key_not_valid
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID;

-- case: foreign_key_not_enforced
-- version: 18
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int CONSTRAINT f REFERENCES p);
-- new
ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED;

-- case: foreign_key_other_table
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE q (a int PRIMARY KEY);
-- old
CREATE TABLE t (a int CONSTRAINT f REFERENCES p);
-- new
CREATE TABLE t (a int CONSTRAINT f REFERENCES q);

-- case: foreign_key_by_unique_index
-- new
CREATE TABLE p (a int);
CREATE UNIQUE INDEX pi ON p (a);
CREATE TABLE t (a int REFERENCES p (a));

-- case: foreign_key_partitioned
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t DEFAULT;
-- new
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE;

-- case: constraint_trigger_state
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int CONSTRAINT f REFERENCES p);
-- new
ALTER TABLE t ADD CONSTRAINT g CHECK (a > 0);

-- case: comment
-- setup
CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY CONSTRAINT c CHECK (a > 0));
-- new
COMMENT ON CONSTRAINT k ON t IS 'key';
COMMENT ON CONSTRAINT c ON t IS 'check';

-- case: statistics_of_key_index
-- setup
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree ((a + 1) WITH =));
-- new
ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 400;

-- case: exclude_order
-- old
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree (a WITH =));
-- new
CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING btree (a DESC NULLS LAST WITH =) INITIALLY IMMEDIATE);

-- case: exclude_nulls_first
-- old
CREATE TABLE t (a text, CONSTRAINT e EXCLUDE USING btree (a ASC NULLS FIRST WITH =));
-- new
CREATE TABLE t (a text, CONSTRAINT e EXCLUDE USING btree (a COLLATE "C" text_pattern_ops WITH =));

-- case: dropped
-- setup
CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0) CONSTRAINT u UNIQUE);
-- new
ALTER TABLE t DROP CONSTRAINT c, DROP CONSTRAINT u;

-- case: foreign_key_of_new_table
-- setup
CREATE TABLE referenced (a int PRIMARY KEY);
-- new
CREATE TABLE t (a int REFERENCES referenced, b int REFERENCES t (a), PRIMARY KEY (a));
