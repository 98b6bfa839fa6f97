-- case: many_of_each
-- new
CREATE TYPE zz AS ENUM ('a', 'b');
CREATE DOMAIN yy AS zz DEFAULT 'a';
CREATE FUNCTION xx(yy) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE ww (a yy CHECK (xx(a)), b int PRIMARY KEY);
CREATE FUNCTION vv() RETURNS SETOF ww LANGUAGE sql BEGIN ATOMIC SELECT * FROM ww; END;
CREATE VIEW uu AS SELECT * FROM vv();
CREATE TABLE tt (b int REFERENCES ww, c int DEFAULT select_one());
-- setup
CREATE FUNCTION select_one() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: view_becomes_table_of_same_name
-- accept: rows: a table becomes a view
-- old
CREATE TABLE a (x int);
CREATE VIEW b AS SELECT x FROM a;
-- new
CREATE TABLE b (x int);
CREATE VIEW a AS SELECT x FROM b;

-- case: names_swapped
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f() AS x;
CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN (SELECT x FROM v);
-- new
CREATE VIEW v AS SELECT 1 AS x;
CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN (SELECT x FROM v);
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN g();

-- case: dependency_turned_round
-- old
CREATE VIEW a AS SELECT 1 AS x;
CREATE VIEW b AS SELECT x FROM a;
-- new
CREATE VIEW b AS SELECT 1 AS x;
CREATE VIEW a AS SELECT x FROM b;

-- case: index_and_table_share_a_name
-- old
CREATE TABLE t (a int);
CREATE INDEX x ON t (a);
-- new
CREATE TABLE t (a int);
CREATE TABLE x (a int);

-- case: constraint_and_index_share_a_name
-- old
CREATE TABLE t (a int NOT NULL);
CREATE UNIQUE INDEX k ON t (a);
-- new
CREATE TABLE t (a int NOT NULL, CONSTRAINT k PRIMARY KEY (a));

-- case: table_and_type_share_a_name
-- old
CREATE TYPE x AS ENUM ('a');
-- new
CREATE TABLE x (a int);

-- case: column_dropped_with_what_used_it
-- old
CREATE TABLE t (a int, b int CHECK (b > a), c int GENERATED ALWAYS AS (b) STORED, UNIQUE (b));
CREATE INDEX i ON t (a, b);
CREATE VIEW v AS SELECT b FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr AFTER UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY p ON t USING (b > 0);
CREATE STATISTICS s ON a, b FROM t;
CREATE TABLE r (b int REFERENCES t (b));
-- new
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE r (b int);

-- case: table_replaced_under_everything
-- accept: rows: a table becomes a partitioned one
-- old
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TABLE r (a int REFERENCES t);
GRANT SELECT ON t TO bob;
-- new
CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY RANGE (a);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TABLE r (a int REFERENCES t);
GRANT SELECT ON t TO bob;

-- case: names_that_need_quotes
-- new
CREATE SCHEMA "@case ""x"".y
z";
CREATE TYPE "@case ""x"".y
z"."Ty""pe" AS ENUM ('it''s', E'b\\s', '%', '');
CREATE TABLE "@case ""x"".y
z"."Ta.ble" ("Co""l" "@case ""x"".y
z"."Ty""pe" DEFAULT 'it''s', "table" int, "ÄöÜ漢字🎲" int, CONSTRAINT "ch; DROP" CHECK ("table" > 0));
CREATE INDEX "I""x" ON "@case ""x"".y
z"."Ta.ble" ("Co""l");
CREATE FUNCTION "@case ""x"".y
z"."F(x)"("A b" int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW "@case ""x"".y
z"."--" AS SELECT * FROM "@case ""x"".y
z"."Ta.ble";
CREATE FUNCTION "@case ""x"".y
z"."t r"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "T""r" BEFORE UPDATE OF "Co""l" ON "@case ""x"".y
z"."Ta.ble" FOR EACH ROW EXECUTE FUNCTION "@case ""x"".y
z"."t r"('a''b');
CREATE POLICY "P""o" ON "@case ""x"".y
z"."Ta.ble" USING ("table" > 0);
CREATE SEQUENCE "@case ""x"".y
z"."S%s" OWNED BY "@case ""x"".y
z"."Ta.ble"."table";
COMMENT ON TABLE "@case ""x"".y
z"."Ta.ble" IS 'x''y\z
--';
COMMENT ON COLUMN "@case ""x"".y
z"."Ta.ble"."Co""l" IS '"';
GRANT SELECT ("Co""l") ON "@case ""x"".y
z"."Ta.ble" TO bob;
GRANT SELECT ON "@case ""x"".y
z"."Ta.ble" TO "Role ""q""";

-- case: long_names
-- new
CREATE TABLE a23456789012345678901234567890123456789012345678901234567890123 (a23456789012345678901234567890123456789012345678901234567890123 serial PRIMARY KEY UNIQUE);
