-- case: new
-- alone
-- new
CREATE EXTENSION citext;
CREATE TABLE t (a citext);

-- case: schema
-- alone
-- old
CREATE EXTENSION pg_trgm SCHEMA public;
-- new
CREATE EXTENSION pg_trgm SCHEMA @case;

-- case: new_in_schema
-- alone
-- new
CREATE EXTENSION hstore SCHEMA @case;
CREATE TABLE t (a hstore);
CREATE INDEX i ON t USING gin (a);

-- case: version
-- unseen
-- accept: back: extensions have scripts to later versions only
-- alone
-- old
CREATE EXTENSION pg_trgm VERSION '1.3';
-- new
CREATE EXTENSION pg_trgm VERSION '1.4';

-- case: cascade
-- alone
-- new
CREATE EXTENSION earthdistance CASCADE;

-- case: comment
-- alone
-- setup
CREATE EXTENSION citext;
-- new
COMMENT ON EXTENSION citext IS 'ours';

-- case: member_grants
-- alone
-- setup
CREATE EXTENSION pg_stat_statements;
-- new
GRANT SELECT ON pg_stat_statements TO bob;
REVOKE EXECUTE ON FUNCTION pg_stat_statements_info() FROM PUBLIC;

-- case: member_grants_of_new
-- alone
-- new
CREATE EXTENSION pg_stat_statements;
GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO bob;

-- case: member_added
-- alone
-- accept: back: what an extension owns is not looked at, so it seems not to be there
-- setup
CREATE EXTENSION citext;
CREATE FUNCTION @case.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE @case.t (a int);
-- new
ALTER EXTENSION citext ADD FUNCTION @case.f();

-- case: index_on_member
-- alone
-- setup
CREATE EXTENSION pgcrypto;
CREATE TABLE t (a text);
-- new
CREATE INDEX i ON t (digest(a, 'md5'));
CREATE VIEW v AS SELECT gen_salt('md5') AS a;

-- case: dropped_in_use
-- accept: column order: a column that comes back comes last
-- accept: rows: its values went with it
-- alone
-- accept: column order: a column can only be appended
-- old
CREATE EXTENSION citext;
CREATE TABLE t (a citext, b int);
-- new
CREATE TABLE t (b int);

-- case: index_depends_on
-- alone
-- setup
CREATE EXTENSION pg_trgm;
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a);
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- new
ALTER INDEX i DEPENDS ON EXTENSION pg_trgm;
ALTER MATERIALIZED VIEW m DEPENDS ON EXTENSION pg_trgm;
ALTER TRIGGER tr ON t DEPENDS ON EXTENSION pg_trgm;

-- case: moved
-- alone
-- setup
CREATE EXTENSION pg_trgm SCHEMA public;
-- new
ALTER EXTENSION pg_trgm SET SCHEMA @case;

-- case: table_added
-- alone
-- accept: back: what an extension owns is not looked at, so it seems not to be there
-- setup
CREATE EXTENSION citext;
CREATE TABLE t (a int);
-- new
ALTER EXTENSION citext ADD TABLE t;
