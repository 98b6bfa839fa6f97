-- case: wrapper
-- new
CREATE FOREIGN DATA WRAPPER @case;

-- case: wrapper_handler
-- setup
CREATE FUNCTION h() RETURNS fdw_handler LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_handler';
CREATE FUNCTION v(text[], oid) RETURNS void LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_validator';
CREATE FOREIGN DATA WRAPPER @case;
-- new
ALTER FOREIGN DATA WRAPPER @case HANDLER h VALIDATOR v;

-- case: wrapper_no_handler
-- setup
CREATE FUNCTION h() RETURNS fdw_handler LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_handler';
CREATE FUNCTION v(text[], oid) RETURNS void LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_validator';
CREATE FOREIGN DATA WRAPPER @case HANDLER h VALIDATOR v;
-- new
ALTER FOREIGN DATA WRAPPER @case NO HANDLER NO VALIDATOR;

-- case: wrapper_no_validator
-- new
CREATE FOREIGN DATA WRAPPER @case NO HANDLER NO VALIDATOR OPTIONS (a '1');

-- case: wrapper_options
-- setup
CREATE FOREIGN DATA WRAPPER @case OPTIONS (a '1', "b c" 'it''s', d '3');
-- new
ALTER FOREIGN DATA WRAPPER @case OPTIONS (SET a '2', DROP d, ADD e 'x\y');

-- case: wrapper_owner
-- setup
CREATE FOREIGN DATA WRAPPER @case;
-- new
ALTER FOREIGN DATA WRAPPER @case OWNER TO dave;

-- case: wrapper_comment_grants
-- setup
CREATE FOREIGN DATA WRAPPER @case;
-- new
COMMENT ON FOREIGN DATA WRAPPER @case IS 'x';
GRANT USAGE ON FOREIGN DATA WRAPPER @case TO bob;

-- case: server
-- setup
CREATE FOREIGN DATA WRAPPER @case;
-- new
CREATE SERVER @case TYPE 'oracle' VERSION '10' FOREIGN DATA WRAPPER @case OPTIONS (host 'a', port '1');

-- case: server_type
-- setup
CREATE FOREIGN DATA WRAPPER @case;
-- old
CREATE SERVER @case TYPE 'a' FOREIGN DATA WRAPPER @case;
-- new
CREATE SERVER @case TYPE 'b' FOREIGN DATA WRAPPER @case;

-- case: server_version
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case VERSION '1' FOREIGN DATA WRAPPER @case;
-- new
ALTER SERVER @case VERSION '2';

-- case: server_version_set
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
-- new
ALTER SERVER @case VERSION '2';

-- case: server_options
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case OPTIONS (host 'a', port '1');
-- new
ALTER SERVER @case OPTIONS (SET host 'b', DROP port, ADD dbname 'c');

-- case: server_wrapper
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE FOREIGN DATA WRAPPER @case__other;
-- old
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
-- new
CREATE SERVER @case FOREIGN DATA WRAPPER @case__other;

-- case: server_owner_comment_grants
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
GRANT USAGE ON FOREIGN DATA WRAPPER @case TO alice;
-- new
COMMENT ON SERVER @case IS 'x';
GRANT USAGE ON FOREIGN SERVER @case TO bob WITH GRANT OPTION;
ALTER SERVER @case OWNER TO alice;

-- case: user_mapping
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
-- new
CREATE USER MAPPING FOR bob SERVER @case OPTIONS (user 'remote');
CREATE USER MAPPING FOR PUBLIC SERVER @case;

-- case: user_mapping_options
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE USER MAPPING FOR bob SERVER @case OPTIONS (user 'remote', x '1');
-- new
ALTER USER MAPPING FOR bob SERVER @case OPTIONS (SET user 'other', DROP x, ADD y '2');

-- case: table
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
-- new
CREATE FOREIGN TABLE t (a int OPTIONS (column_name 'x') NOT NULL, b text COLLATE "C" DEFAULT 'y' CHECK (b <> ''), c int GENERATED ALWAYS AS (a * 2) STORED) SERVER @case OPTIONS (table_name 'z');

-- case: table_options
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a int) SERVER @case OPTIONS (table_name 'z', x '1');
-- new
ALTER FOREIGN TABLE t OPTIONS (SET table_name 'y', DROP x, ADD w '2');

-- case: table_server
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE SERVER @case__other FOREIGN DATA WRAPPER @case;
-- old
CREATE FOREIGN TABLE t (a int) SERVER @case;
-- new
CREATE FOREIGN TABLE t (a int) SERVER @case__other;

-- case: table_columns
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a int, b text, c int) SERVER @case;
-- new
ALTER FOREIGN TABLE t ADD COLUMN d int, DROP COLUMN c, ALTER a TYPE bigint, ALTER a SET NOT NULL, ALTER b SET DEFAULT 'x', ADD CONSTRAINT ch CHECK (a > 0) NOT VALID;

-- case: table_column_options
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a int OPTIONS (x '1', y '2')) SERVER @case;
-- new
ALTER FOREIGN TABLE t ALTER a OPTIONS (SET x '3', DROP y, ADD z '4');

-- case: table_column_attributes
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a text) SERVER @case;
-- new
ALTER FOREIGN TABLE t ALTER a SET STATISTICS 200, ALTER a SET (n_distinct = 3), ALTER a SET STORAGE EXTERNAL;
COMMENT ON COLUMN t.a IS 'x';
GRANT SELECT (a) ON t TO bob;

-- case: table_trigger
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a text) SERVER @case;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- new
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER FOREIGN TABLE t DISABLE TRIGGER tr;

-- case: table_inherits
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE TABLE p (a int CONSTRAINT ch CHECK (a > 0) NO INHERIT);
CREATE FOREIGN TABLE t (a int, b int) SERVER @case;
-- new
ALTER FOREIGN TABLE t INHERIT p;

-- case: table_inherits_new
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE TABLE p (a int NOT NULL);
-- new
CREATE FOREIGN TABLE t (b int) INHERITS (p) SERVER @case;

-- case: table_owner_comment_grants
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a text) SERVER @case;
-- new
ALTER FOREIGN TABLE t OWNER TO alice;
COMMENT ON FOREIGN TABLE t IS 'x';
GRANT SELECT ON t TO bob;

-- case: table_to_table
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
-- old
CREATE FOREIGN TABLE t (a text) SERVER @case;
-- new
CREATE TABLE t (a text);

-- case: table_constraints
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE TABLE p (a int);
CREATE FOREIGN TABLE t (a int DEFAULT 5, b text COLLATE "C", CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a > 1) NO INHERIT) SERVER @case;
ALTER FOREIGN TABLE t ADD CONSTRAINT three CHECK (a > 2) NOT VALID, INHERIT p, ALTER a SET (n_distinct = 5);
-- new
ALTER FOREIGN TABLE t DROP CONSTRAINT one, VALIDATE CONSTRAINT three, ALTER a DROP DEFAULT, NO INHERIT p, ALTER a RESET (n_distinct), ALTER b TYPE text COLLATE "POSIX";
ALTER FOREIGN TABLE ONLY t OPTIONS (x 'y');

-- case: table_trigger_states
-- setup
CREATE FOREIGN DATA WRAPPER @case;
CREATE SERVER @case FOREIGN DATA WRAPPER @case;
CREATE FOREIGN TABLE t (a text) SERVER @case;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER c BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER FOREIGN TABLE t DISABLE TRIGGER c;
-- new
ALTER FOREIGN TABLE t ENABLE REPLICA TRIGGER a, ENABLE ALWAYS TRIGGER b, ENABLE TRIGGER c;
