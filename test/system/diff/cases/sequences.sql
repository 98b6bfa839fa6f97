-- case: new
-- new
CREATE SEQUENCE s;

-- case: type
-- old
CREATE SEQUENCE s AS integer;
-- new
CREATE SEQUENCE s AS smallint;

-- case: type_bigint
-- setup
CREATE SEQUENCE s AS integer;
-- new
ALTER SEQUENCE s AS bigint;

-- case: type_with_bounds
-- old
CREATE SEQUENCE s AS integer MAXVALUE 1000;
-- new
CREATE SEQUENCE s AS bigint MAXVALUE 1000;

-- case: increment
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s INCREMENT BY 10;

-- case: descending
-- old
CREATE SEQUENCE s;
-- new
CREATE SEQUENCE s INCREMENT BY -1;

-- case: minvalue
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s MINVALUE -5;

-- case: no_minvalue
-- setup
CREATE SEQUENCE s MINVALUE 0;
-- new
ALTER SEQUENCE s NO MINVALUE START WITH 1 RESTART WITH 1;

-- case: maxvalue
-- setup
CREATE SEQUENCE s MAXVALUE 100;
-- new
ALTER SEQUENCE s NO MAXVALUE;

-- case: start
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s START WITH 100;

-- case: start_and_bounds
-- old
CREATE SEQUENCE s START 5 MINVALUE 1 MAXVALUE 10;
-- new
CREATE SEQUENCE s START 50 MINVALUE 40 MAXVALUE 60;

-- case: cache
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s CACHE 20;

-- case: cycle
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s CYCLE;

-- case: no_cycle
-- setup
CREATE SEQUENCE s CYCLE;
-- new
ALTER SEQUENCE s NO CYCLE;

-- case: unlogged
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s SET UNLOGGED;

-- case: logged
-- setup
CREATE UNLOGGED SEQUENCE s;
-- new
ALTER SEQUENCE s SET LOGGED;

-- case: owned_by
-- setup
CREATE TABLE t (a int);
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s OWNED BY t.a;

-- case: owned_by_none
-- setup
CREATE TABLE t (a int, b int);
CREATE SEQUENCE s OWNED BY t.a;
-- new
ALTER SEQUENCE s OWNED BY NONE;

-- case: owned_by_other
-- setup
CREATE TABLE t (a int, b int);
CREATE SEQUENCE s OWNED BY t.a;
-- new
ALTER SEQUENCE s OWNED BY t.b;

-- case: owned_column_dropped
-- accept: column order: a column can only be appended
-- old
CREATE TABLE t (a serial, b int);
-- new
CREATE TABLE t (b int);

-- case: owned_column_dropped_sequence_kept
-- old
CREATE TABLE t (b int, a int);
CREATE SEQUENCE s OWNED BY t.a;
-- new
CREATE TABLE t (b int);
CREATE SEQUENCE s;

-- case: comment
-- setup
CREATE SEQUENCE s;
-- new
COMMENT ON SEQUENCE s IS 'numbers';

-- case: owner
-- setup
CREATE SEQUENCE s;
-- new
ALTER SEQUENCE s OWNER TO alice;

-- case: grants
-- setup
CREATE SEQUENCE s;
-- new
GRANT USAGE, SELECT ON SEQUENCE s TO bob;
GRANT UPDATE ON SEQUENCE s TO carol WITH GRANT OPTION;

-- case: used_by_two
-- new
CREATE SEQUENCE s;
CREATE TABLE t (a int DEFAULT nextval('s'));
CREATE TABLE u (a int DEFAULT nextval('s'));

-- case: everything
-- new
CREATE UNLOGGED SEQUENCE s AS smallint INCREMENT BY 3 MINVALUE 2 MAXVALUE 50 START WITH 4 CACHE 5 CYCLE OWNED BY NONE;
