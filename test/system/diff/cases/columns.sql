-- case: several_new_in_order
-- setup
CREATE TABLE t (m int);
-- new
ALTER TABLE t ADD z int, ADD a int DEFAULT 3, ADD y serial, ADD b int GENERATED ALWAYS AS (m + 1) STORED, ADD x int GENERATED ALWAYS AS IDENTITY;

-- case: several_come_back_in_order
-- setup
CREATE DOMAIN d AS int CHECK (VALUE > 0);
-- old
CREATE TABLE t (m int, z d, a int, y text COLLATE "C", b timestamptz DEFAULT now());
-- new
CREATE TABLE t (m int);

-- case: add
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t ADD b text;

-- case: add_with_everything
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD b varchar(10) COLLATE "C" DEFAULT 'x' NOT NULL CHECK (b <> '') UNIQUE;
ALTER TABLE t ALTER b SET STATISTICS 50;
ALTER TABLE t ALTER b SET STORAGE EXTERNAL;
COMMENT ON COLUMN t.b IS 'second';
GRANT UPDATE (b) ON t TO bob;

-- case: add_in_the_middle
-- accept: column order: a column can only be appended
-- old
CREATE TABLE t (a int, c int);
-- new
CREATE TABLE t (a int, b int, c int);

-- case: order
-- accept: column order: it cannot be changed in place
-- old
CREATE TABLE t (a int, b int);
-- new
CREATE TABLE t (b int, a int);

-- case: type_wider
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t ALTER a TYPE bigint;

-- case: type_length
-- setup
CREATE TABLE t (a varchar(10));
INSERT INTO t VALUES ('x');
-- new
ALTER TABLE t ALTER a TYPE varchar(20);

-- case: type_without_cast
-- setup
CREATE TABLE t (a text);
INSERT INTO t VALUES ('1');
-- new
ALTER TABLE t ALTER a TYPE int USING a::int;

-- case: type_array
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ALTER a TYPE int[] USING ARRAY[a];

-- case: type_timestamp
-- setup
CREATE TABLE t (a timestamp(3));
-- new
ALTER TABLE t ALTER a TYPE timestamptz(3);

-- case: type_interval
-- setup
CREATE TABLE t (a interval);
-- new
ALTER TABLE t ALTER a TYPE interval hour to minute;

-- case: type_enum
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE t (a text DEFAULT 'happy');
INSERT INTO t VALUES ('sad');
-- new
ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE mood USING a::mood, ALTER a SET DEFAULT 'happy';

-- case: type_with_default
-- setup
CREATE TABLE t (a int DEFAULT 7);
-- new
ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE text, ALTER a SET DEFAULT 'seven';

-- case: type_under_index
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE CHECK (b > 0));
CREATE INDEX ON t (b) WHERE a > 3;
CREATE STATISTICS s ON a, b FROM t;
COMMENT ON INDEX t_pkey IS 'key';
-- new
ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE bigint;

-- case: type_under_foreign_key
-- setup
CREATE TABLE p (a int PRIMARY KEY);
CREATE TABLE t (a int REFERENCES p);
-- new
ALTER TABLE p ALTER a TYPE bigint;
ALTER TABLE t ALTER a TYPE bigint;

-- case: type_under_view
-- setup
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a + 1 AS c FROM v;
CREATE MATERIALIZED VIEW m AS SELECT c FROM w;
CREATE INDEX ON m (c);
COMMENT ON VIEW v IS 'v';
GRANT SELECT ON w TO bob;
GRANT SELECT (a) ON v TO alice;
GRANT SELECT ON v TO carol;
ALTER VIEW w OWNER TO carol;
-- new
DROP VIEW v CASCADE;
ALTER TABLE t ALTER a TYPE bigint;
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a + 1 AS c FROM v;
CREATE MATERIALIZED VIEW m AS SELECT c FROM w;
CREATE INDEX ON m (c);
COMMENT ON VIEW v IS 'v';
GRANT SELECT ON w TO bob;
GRANT SELECT (a) ON v TO alice;
GRANT SELECT ON v TO carol;
ALTER VIEW w OWNER TO carol;

-- case: type_under_trigger
-- setup
CREATE TABLE t (a int, b int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- old
CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 3) EXECUTE FUNCTION f();
COMMENT ON TRIGGER tr ON t IS 'x';
-- new
ALTER TABLE t ALTER a TYPE bigint;
CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 3) EXECUTE FUNCTION f();
COMMENT ON TRIGGER tr ON t IS 'x';

-- case: type_under_policy
-- setup
CREATE TABLE t (a int);
-- old
CREATE POLICY p ON t USING (a > 3);
-- new
ALTER TABLE t ALTER a TYPE bigint;
CREATE POLICY p ON t USING (a > 3);

-- case: type_under_generated
-- setup
CREATE TABLE t (a int);
-- old
ALTER TABLE t ADD g bigint GENERATED ALWAYS AS (a * 2) STORED;
-- new
ALTER TABLE t ALTER a TYPE bigint;
ALTER TABLE t ADD g bigint GENERATED ALWAYS AS (a * 2) STORED;

-- case: type_under_sql_function
-- setup
CREATE TABLE t (a int);
-- old
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(a)::bigint FROM t; END;
-- new
ALTER TABLE t ALTER a TYPE bigint;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(a)::bigint FROM t; END;

-- case: type_under_rule
-- setup
CREATE TABLE t (a int);
CREATE TABLE l (a bigint);
-- old
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO l VALUES (NEW.a);
-- new
ALTER TABLE t ALTER a TYPE bigint;
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO l VALUES (NEW.a);

-- case: type_of_partition_key_sibling
-- setup
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX ON t (b);
-- new
ALTER TABLE t ALTER b TYPE bigint;

-- case: type_of_serial
-- old
CREATE TABLE t (a serial PRIMARY KEY);
-- new
CREATE TABLE t (a bigserial PRIMARY KEY);

-- case: collation
-- setup
CREATE TABLE t (a text);
INSERT INTO t VALUES ('x');
-- new
ALTER TABLE t ALTER a TYPE text COLLATE "C";

-- case: collation_own
-- setup
CREATE COLLATION coll (provider = icu, locale = 'de');
CREATE TABLE t (a text COLLATE "C");
-- new
ALTER TABLE t ALTER a TYPE text COLLATE coll;

-- case: not_null
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
-- new
ALTER TABLE t ALTER a SET NOT NULL;

-- case: not_null_dropped
-- setup
CREATE TABLE t (a int NOT NULL);
-- new
ALTER TABLE t ALTER a DROP NOT NULL;

-- case: not_null_inherited
-- setup
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
-- new
ALTER TABLE c ALTER a SET NOT NULL;

-- case: not_null_named
-- version: 18
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD CONSTRAINT a_is_there NOT NULL a;

-- case: not_null_not_valid
-- version: 18
-- setup
CREATE TABLE t (a int);
INSERT INTO t VALUES (NULL);
-- new
ALTER TABLE t ADD CONSTRAINT a_is_there NOT NULL a NOT VALID;

-- case: not_null_no_inherit
-- version: 18
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ADD CONSTRAINT a_is_there NOT NULL a NO INHERIT;

-- case: not_null_renamed
-- version: 18
-- setup
CREATE TABLE t (a int NOT NULL);
-- new
ALTER TABLE t RENAME CONSTRAINT t_a_not_null TO other;

-- case: not_null_comment
-- version: 18
-- setup
CREATE TABLE t (a int NOT NULL);
-- new
COMMENT ON CONSTRAINT t_a_not_null ON t IS 'must be';

-- case: default
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ALTER a SET DEFAULT 5;

-- case: default_other
-- setup
CREATE TABLE t (a text DEFAULT 'x');
-- new
ALTER TABLE t ALTER a SET DEFAULT upper('y');

-- case: default_dropped
-- setup
CREATE TABLE t (a text DEFAULT 'x');
-- new
ALTER TABLE t ALTER a DROP DEFAULT;

-- case: default_null
-- setup
CREATE TABLE p (a text DEFAULT 'x');
CREATE TABLE t () INHERITS (p);
-- new
ALTER TABLE t ALTER a SET DEFAULT NULL;

-- case: default_by_function
-- setup
CREATE TABLE t (a int);
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE t ALTER a SET DEFAULT f();

-- case: default_by_sequence
-- setup
CREATE TABLE t (a int);
-- new
CREATE SEQUENCE s;
ALTER TABLE t ALTER a SET DEFAULT nextval('s');

-- case: serial
-- setup
CREATE TABLE t (b int);
-- new
ALTER TABLE t ADD a serial;

-- case: serial_to_identity
-- old
CREATE TABLE t (a serial);
-- new
CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY);

-- case: identity
-- setup
CREATE TABLE t (a int NOT NULL);
-- new
ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY;

-- case: identity_dropped
-- setup
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- new
ALTER TABLE t ALTER a DROP IDENTITY;

-- case: identity_by_default
-- setup
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- new
ALTER TABLE t ALTER a SET GENERATED BY DEFAULT;

-- case: identity_always
-- setup
CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY);
-- new
ALTER TABLE t ALTER a SET GENERATED ALWAYS;

-- case: identity_options
-- setup
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- new
ALTER TABLE t ALTER a SET START WITH 10 SET INCREMENT BY 5 SET MINVALUE 5 SET MAXVALUE 1000 SET CACHE 7 SET CYCLE RESTART WITH 10;

-- case: identity_with_options
-- new
CREATE TABLE t (a bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME my_sequence START 5 INCREMENT -1 MAXVALUE 9 MINVALUE -9 CACHE 3 CYCLE));

-- case: identity_sequence_name
-- setup
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- new
ALTER SEQUENCE t_a_seq RENAME TO other_name;

-- case: identity_sequence_logged
-- setup
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- new
ALTER SEQUENCE t_a_seq SET UNLOGGED;

-- case: generated
-- old
CREATE TABLE t (a int, b int);
-- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);

-- case: generated_expression
-- old
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO t VALUES (1);
-- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED);
INSERT INTO t VALUES (1);

-- case: generated_dropped
-- setup
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
-- new
ALTER TABLE t ALTER b DROP EXPRESSION;

-- case: generated_virtual
-- version: 18
-- old
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
-- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);

-- case: generated_virtual_expression
-- version: 18
-- setup
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
-- new
ALTER TABLE t ALTER b SET EXPRESSION AS (a * 4);

-- case: generated_set_expression
-- version: 17
-- setup
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE VIEW v AS SELECT b FROM t;
CREATE INDEX ON t (b);
-- new
ALTER TABLE t ALTER b SET EXPRESSION AS (a * 4);

-- case: statistics
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ALTER a SET STATISTICS 500;

-- case: statistics_zero
-- setup
CREATE TABLE t (a int);
-- new
ALTER TABLE t ALTER a SET STATISTICS 0;

-- case: storage
-- setup
CREATE TABLE t (a text);
-- new
ALTER TABLE t ALTER a SET STORAGE EXTERNAL;

-- case: storage_main
-- setup
CREATE TABLE t (a text);
-- new
ALTER TABLE t ALTER a SET STORAGE MAIN;

-- case: storage_plain
-- setup
CREATE TABLE t (a text);
ALTER TABLE t ALTER a SET STORAGE EXTENDED;
-- new
ALTER TABLE t ALTER a SET STORAGE PLAIN;

-- case: storage_of_new
-- version: 16
-- new
CREATE TABLE t (a text STORAGE MAIN, b numeric STORAGE DEFAULT);

-- case: compression
-- setup
CREATE TABLE t (a text);
-- new
ALTER TABLE t ALTER a SET COMPRESSION lz4;

-- case: compression_of_new
-- new
CREATE TABLE t (a text COMPRESSION pglz, b text);

-- case: n_distinct
-- setup
CREATE TABLE t (a int, b int);
-- new
ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = -0.5);

-- case: n_distinct_reset
-- setup
CREATE TABLE t (a int, b int);
ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = -0.5);
-- new
ALTER TABLE t ALTER a RESET (n_distinct);

-- case: comment
-- setup
CREATE TABLE t (a int);
-- new
COMMENT ON COLUMN t.a IS 'the first';

-- case: grants
-- setup
CREATE TABLE t (a int, b int);
-- new
GRANT SELECT (a), INSERT (a, b), UPDATE (b), REFERENCES (a) ON t TO bob;

-- case: grants_with_option
-- setup
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO bob;
-- new
GRANT SELECT (a) ON t TO bob WITH GRANT OPTION;
GRANT UPDATE (b) ON t TO PUBLIC;

-- case: grants_revoked
-- setup
CREATE TABLE t (a int, b int);
GRANT ALL (a) ON t TO bob;
-- new
REVOKE UPDATE (a), REFERENCES (a) ON t FROM bob;

-- case: drop_under_view
-- old
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
-- new
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;

-- case: dropped_one_before
-- setup
CREATE TABLE t (gone int, a int, b text DEFAULT 'x');
ALTER TABLE t DROP gone;
-- new
ALTER TABLE t ADD c int;

-- case: system_names
-- new
CREATE TABLE "select" ("from" int, "a b" text, "Ünïcode" int, "quo""te" int, "new
line" int);
COMMENT ON COLUMN "select"."quo""te" IS 'x';
