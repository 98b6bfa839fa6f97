-- case: table
-- setup
CREATE TABLE t (a int);
-- new
GRANT SELECT, INSERT ON t TO bob;
GRANT ALL PRIVILEGES ON TABLE t TO alice WITH GRANT OPTION;
GRANT SELECT ON t TO PUBLIC;

-- case: table_each_privilege
-- setup
CREATE TABLE t (a int);
-- new
GRANT SELECT ON t TO bob;
GRANT INSERT ON t TO alice;
GRANT UPDATE ON t TO carol;
GRANT DELETE ON t TO dave;
GRANT TRUNCATE, REFERENCES, TRIGGER ON t TO bob;

-- case: table_maintain
-- version: 17
-- setup
CREATE TABLE t (a int);
-- new
GRANT MAINTAIN ON t TO bob;

-- case: table_grant_option_only
-- setup
CREATE TABLE t (a int);
GRANT SELECT ON t TO bob WITH GRANT OPTION;
-- new
REVOKE GRANT OPTION FOR SELECT ON t FROM bob;

-- case: table_owner_has_less
-- setup
CREATE TABLE t (a int);
-- new
REVOKE INSERT, UPDATE ON t FROM CURRENT_USER;

-- case: table_owner_has_nothing
-- setup
CREATE TABLE t (a int);
-- new
REVOKE ALL ON t FROM postgres;

-- case: table_by_another
-- setup
CREATE TABLE t (a int);
GRANT USAGE ON SCHEMA @case TO bob;
-- new
GRANT SELECT ON t TO bob WITH GRANT OPTION;
SET SESSION AUTHORIZATION bob;
GRANT SELECT ON @case.t TO carol;
RESET SESSION AUTHORIZATION;

-- case: table_owner_and_grants
-- old
CREATE TABLE t (a int);
GRANT SELECT ON t TO bob;
-- new
CREATE TABLE t (a int);
ALTER TABLE t OWNER TO alice;
GRANT SELECT ON t TO carol;

-- case: cascaded
-- old
CREATE TABLE t (a int);
GRANT SELECT ON t TO bob WITH GRANT OPTION;
GRANT USAGE ON SCHEMA @case TO bob;
SET SESSION AUTHORIZATION bob;
GRANT SELECT ON @case.t TO carol;
RESET SESSION AUTHORIZATION;
-- new
CREATE TABLE t (a int);
GRANT USAGE ON SCHEMA @case TO bob;

-- case: schema
-- new
GRANT CREATE, USAGE ON SCHEMA @case TO bob;
GRANT USAGE ON SCHEMA @case TO alice WITH GRANT OPTION;

-- case: schema_owner
-- new
ALTER SCHEMA @case OWNER TO alice;

-- case: schema_comment
-- new
COMMENT ON SCHEMA @case IS 'x';

-- case: schema_new
-- new
CREATE SCHEMA "@case other" AUTHORIZATION alice;
CREATE TABLE "@case other".t (a int);
COMMENT ON SCHEMA "@case other" IS 'other';

-- case: public_schema
-- alone
-- new
GRANT CREATE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'ours';

-- case: public_schema_owner
-- alone
-- new
ALTER SCHEMA public OWNER TO alice;

-- case: public_schema_dropped
-- unseen
-- alone
-- new
DROP SCHEMA public;

-- case: view_and_sequence
-- setup
CREATE VIEW v AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
CREATE SEQUENCE s;
-- new
GRANT SELECT ON v, m TO bob;
GRANT USAGE ON s TO bob;
GRANT ALL ON ALL TABLES IN SCHEMA @case TO alice;
GRANT ALL ON ALL SEQUENCES IN SCHEMA @case TO alice;

-- case: functions_in_schema
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
-- new
GRANT ALL ON ALL FUNCTIONS IN SCHEMA @case TO alice;
GRANT ALL ON ALL PROCEDURES IN SCHEMA @case TO bob;
GRANT ALL ON ALL ROUTINES IN SCHEMA @case TO carol;

-- case: type
-- setup
CREATE TYPE ty AS (a int);
-- new
REVOKE USAGE ON TYPE ty FROM PUBLIC;

-- case: system_function
-- alone
-- new
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO bob;

-- case: system_table
-- alone
-- new
GRANT SELECT ON pg_catalog.pg_authid TO bob;

-- case: system_column
-- alone
-- new
GRANT SELECT (rolname) ON pg_catalog.pg_authid TO bob;

-- case: system_table_by_column
-- alone
-- new
REVOKE SELECT ON pg_catalog.pg_amop FROM PUBLIC;
GRANT SELECT (oid, amopfamily) ON pg_catalog.pg_amop TO PUBLIC;

-- case: system_table_columns_stay
-- alone
-- setup
GRANT SELECT (oid) ON pg_catalog.pg_amop TO PUBLIC, bob;
GRANT UPDATE ON pg_catalog.pg_amproc TO bob;
GRANT UPDATE (oid) ON pg_catalog.pg_amproc TO bob;
-- new
GRANT INSERT ON pg_catalog.pg_amop TO bob;
REVOKE SELECT ON pg_catalog.pg_amop FROM PUBLIC;
GRANT SELECT (oid) ON pg_catalog.pg_amop TO PUBLIC;
REVOKE UPDATE ON pg_catalog.pg_amproc FROM bob;
GRANT UPDATE (oid) ON pg_catalog.pg_amproc TO bob;
GRANT DELETE ON pg_catalog.pg_amproc TO bob;

-- case: default_tables
-- alone
-- new
ALTER DEFAULT PRIVILEGES IN SCHEMA @case GRANT SELECT ON TABLES TO bob;

-- case: default_everything
-- alone
-- new
ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT ALL PRIVILEGES ON TABLES TO bob WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR USER alice GRANT USAGE ON SEQUENCES TO bob;
ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE alice IN SCHEMA @case GRANT EXECUTE ON ROUTINES TO carol;
ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT CREATE, USAGE ON SCHEMAS TO bob;

-- case: default_each_privilege
-- alone
-- setup
ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT SELECT, INSERT, UPDATE ON TABLES TO carol WITH GRANT OPTION;
-- new
ALTER DEFAULT PRIVILEGES FOR ROLE bob REVOKE GRANT OPTION FOR INSERT ON TABLES FROM carol CASCADE;
ALTER DEFAULT PRIVILEGES FOR ROLE bob REVOKE UPDATE ON TABLES FROM carol RESTRICT;
ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLES TO alice;
ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT SELECT, UPDATE ON SEQUENCES TO alice;

-- case: default_owner_has_less
-- alone
-- new
ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE DELETE ON TABLES FROM alice;

-- case: default_large_objects
-- version: 18
-- alone
-- new
ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT SELECT, UPDATE ON LARGE OBJECTS TO bob;

-- case: default_does_not_leak
-- alone
-- setup
ALTER DEFAULT PRIVILEGES IN SCHEMA @case GRANT SELECT ON TABLES TO bob;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO carol;
-- new
CREATE TABLE t (a int);
REVOKE ALL ON t FROM bob;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION f() TO PUBLIC;
CREATE SCHEMA @case__other;
REVOKE ALL ON SCHEMA @case__other FROM carol;

-- case: default_new_with_new_objects
-- alone
-- new
CREATE TABLE t (a int);
ALTER DEFAULT PRIVILEGES IN SCHEMA @case GRANT SELECT ON TABLES TO bob;
CREATE TABLE u (a int);

-- case: schema_of_its_owner
-- alone
-- new
CREATE SCHEMA AUTHORIZATION alice;
