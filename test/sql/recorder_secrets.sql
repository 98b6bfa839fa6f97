-- No secret reaches the log: not by the statement, and not by the words about where it ran.
SET client_min_messages = error;
CREATE EXTENSION schema_guard;
CREATE ROLE regress_secret PASSWORD 'CANARY';
DO $$ BEGIN EXECUTE $q$ALTER ROLE regress_secret PASSWORD 'CANARY'$q$; END $$;
DO $$ BEGIN ALTER ROLE regress_secret VALID UNTIL '2030-01-01' PASSWORD 'CANARY'; END $$;
DO $$ BEGIN EXECUTE E'ALTER ROLE regress_secret\nPASSWORD U&''CANARY!0041'' UESCAPE ''!'''; END $$;
CREATE FUNCTION change(secret text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER ROLE regress_secret PASSWORD %L', secret);
END $$;
CREATE FUNCTION outer_change(secret text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT change(%L)', secret);
END $$;
SELECT change('CANARY');
SELECT outer_change('CANARY');
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER remote FOREIGN DATA WRAPPER wrapper OPTIONS (password 'CANARY');
DO $$ BEGIN CREATE USER MAPPING FOR regress_secret SERVER remote OPTIONS (password 'CANARY'); END $$;
DO $$ BEGIN EXECUTE $q$CREATE TABLE copied AS SELECT 'host=h password=CANARY'::text AS a$q$; END $$;
DO $$ BEGIN EXECUTE $q$CREATE SUBSCRIPTION sub CONNECTION 'dbname=CANARY' PUBLICATION p WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE)$q$; END $$;
DROP SUBSCRIPTION sub;
ALTER ROLE regress_secret SET app.password = 'CANARY';
UPDATE pg_authid SET rolpassword = 'CANARY' WHERE rolname = 'regress_secret';
DO $$ BEGIN EXECUTE $q$UPDATE pg_authid SET rolpassword = 'CANARY' WHERE rolname = 'regress_secret'$q$; END $$;
DO $$ BEGIN PERFORM 'CANARY', lo_create(4711); END $$;

SELECT command_tag, statement, context FROM schema_guard.ddl_log WHERE ddl_log::text LIKE '%CANARY%';
SELECT command_tag, statement, context FROM schema_guard.ddl_log WHERE statement ~* 'role|mapping|server|copied|subscription|update|do' AND command_tag <> 'CREATE FUNCTION' ORDER BY started_at;

SELECT lo_unlink(4711);
DROP FOREIGN DATA WRAPPER wrapper CASCADE;
DROP ROLE regress_secret;
