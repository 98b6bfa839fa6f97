-- case: table_and_column
-- setup
CREATE TABLE t (a int);
-- new
SECURITY LABEL ON TABLE t IS 'it''s secret';
SECURITY LABEL FOR label_test ON COLUMN t.a IS 'x';

-- case: other
-- setup
CREATE TABLE t (a int);
SECURITY LABEL ON TABLE t IS 'one';
-- new
SECURITY LABEL ON TABLE t IS 'two';

-- case: relations
-- setup
CREATE VIEW v AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE SEQUENCE s;
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE ft (a int) SERVER @case;
-- new
SECURITY LABEL ON VIEW v IS 'v';
SECURITY LABEL ON COLUMN v.a IS 'va';
SECURITY LABEL ON MATERIALIZED VIEW m IS 'm';
SECURITY LABEL ON SEQUENCE s IS 's';
SECURITY LABEL ON FOREIGN TABLE ft IS 'ft';

-- case: routines
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE r(int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
-- new
SECURITY LABEL ON FUNCTION f(int) IS 'f';
SECURITY LABEL ON PROCEDURE p(int) IS 'p';
SECURITY LABEL ON ROUTINE r(int) IS 'r';
SECURITY LABEL ON AGGREGATE agg(int) IS 'agg';

-- case: types
-- setup
CREATE TYPE ty AS (a int);
CREATE TYPE en AS ENUM ('a');
CREATE DOMAIN d AS int;
-- new
SECURITY LABEL ON TYPE ty IS 'ty';
SECURITY LABEL ON TYPE en IS 'en';
SECURITY LABEL ON DOMAIN d IS 'd';

-- case: of_the_database
-- setup
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE LANGUAGE @case HANDLER h;
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER @case ON sql_drop EXECUTE FUNCTION f();
CREATE PUBLICATION @case;
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false);
-- new
SECURITY LABEL ON SCHEMA @case IS 'schema';
SECURITY LABEL ON LANGUAGE @case IS 'language';
SECURITY LABEL ON EVENT TRIGGER @case IS 'event';
SECURITY LABEL ON PUBLICATION @case IS 'publication';
SECURITY LABEL ON SUBSCRIPTION @case IS 'subscription';

-- case: replaced_keeps_it
-- setup
CREATE TABLE t (a int, b text);
-- old
CREATE VIEW v AS SELECT a, b FROM t;
SECURITY LABEL ON VIEW v IS 'v';
SECURITY LABEL ON COLUMN v.a IS 'va';
-- new
CREATE VIEW v AS SELECT b, a FROM t;
SECURITY LABEL ON VIEW v IS 'v';
SECURITY LABEL ON COLUMN v.a IS 'va';
