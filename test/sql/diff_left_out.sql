-- What no kind knows shows all the same; secrets are never read.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION schema_guard;

-- A member of the system's operator family: pg_dump loses it without a word.
CREATE DOMAIN same_int AS int;
CREATE FUNCTION less(int2, float4) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2';
CREATE OPERATOR <<< (LEFTARG = int2, RIGHTARG = float4, FUNCTION = less);
ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD OPERATOR 1 <<< (int2, float4);
SELECT action, identity, forward_sql, rollback_sql FROM schema_guard.diff('empty', 'live', kinds => '{operator family member}');

-- Nothing is left that no kind knows.
CREATE TABLE t (a int PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY, c text DEFAULT 'x', CHECK (a > 0));
CREATE TABLE p (a int NOT NULL DEFAULT 1, b int REFERENCES t, UNIQUE (a)) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
CREATE TABLE c (d int) INHERITS (t);
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE VIEW v AS SELECT a FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING;
CREATE TYPE many AS RANGE (subtype = int);
CREATE TEMP TABLE gone (a int PRIMARY KEY CHECK (a > 0), b serial);
SELECT action, identity, forward_sql, reason FROM schema_guard.diff('empty', 'live', kinds => '{other object}');

-- Secrets.
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER far FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key 'hidden one');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS ("user" 'u', password 'hidden two', password_required 'false');
CREATE SUBSCRIPTION diff_secret CONNECTION 'host=h password=''hid\''den'' user=u sslpassword = hidden' PUBLICATION p
	WITH (connect = false, slot_name = NONE, streaming = on);
CREATE SUBSCRIPTION diff_secret_uri CONNECTION 'postgres://u:hidden@h:5432/d?password=hidden&sslmode=require' PUBLICATION p
	WITH (connect = false, slot_name = NONE, streaming = on);
SELECT forward_sql, hazards
	FROM schema_guard.diff('empty', 'live', kinds => '{server,user mapping,subscription}') WHERE action = 'create';
SELECT count(*) FROM schema_guard.diff('empty', 'live') d WHERE d::text ~ 'hid';
SELECT schema_guard.diff_sql('empty', 'live') ~ 'hid' AS shown;
DROP SUBSCRIPTION diff_secret;
DROP SUBSCRIPTION diff_secret_uri;
