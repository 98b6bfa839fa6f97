-- The extension's event triggers are left out where they have nothing to tell, and never anybody else's.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
CREATE EXTENSION schema_guard;
SET track_functions = 'all';

-- Ours, as often as they were called in this transaction; the counts of those before are flushed away.
CREATE VIEW calls AS SELECT funcname, calls FROM pg_stat_xact_user_functions WHERE schemaname = 'schema_guard' AND funcname LIKE 'on\_%' ORDER BY 1;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE INDEX t_a_idx ON t (a);
ALTER TABLE t ALTER a SET DEFAULT 0;
COMMENT ON TABLE t IS 'ours are silent';
CREATE VIEW v AS SELECT * FROM t;
ALTER TABLE t RENAME TO u;
GRANT SELECT ON u TO PUBLIC;
DROP VIEW v;
DROP TABLE u;
CREATE TEMPORARY TABLE t (id int);
SELECT * FROM calls;
COMMIT;

-- Cascades and rewrites are theirs to tell.
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE VIEW v AS SELECT * FROM public.t;
CREATE DOMAIN positive AS int CHECK (value > 0);
SELECT FROM pg_stat_force_next_flush();
BEGIN;
ALTER TABLE public.t ADD COLUMN b positive;
SELECT * FROM calls;
DROP TABLE public.t CASCADE;
SELECT * FROM calls;
COMMIT;
SELECT command_tag, action, object_type, identity, cascaded FROM schema_guard.ddl_objects WHERE action IN ('rewrite', 'drop')
AND identity !~ '_not_null on ' -- a constraint with a name since PostgreSQL 18
ORDER BY started_at, xid, ordinal, cascaded, identity;

-- Somebody else's fire for all that they did before, from the moment that they exist until they do not.
CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', tg_event, tg_tag; END $$;
CREATE FUNCTION tell_drops() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
	identity text;
BEGIN
	FOR identity IN SELECT object_identity FROM pg_event_trigger_dropped_objects() LOOP RAISE NOTICE 'drops %', identity; END LOOP;
END $$;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
CREATE TABLE a (id int);
CREATE EVENT TRIGGER teller ON ddl_command_end EXECUTE FUNCTION tell();
CREATE EVENT TRIGGER teller_of_drops ON sql_drop EXECUTE FUNCTION tell_drops();
CREATE TABLE b (id int);
COMMENT ON TABLE b IS 'b';
DROP TABLE a;
SELECT * FROM calls;
ROLLBACK;
CREATE TABLE b (id int);
CREATE EVENT TRIGGER teller ON ddl_command_end EXECUTE FUNCTION tell();
ALTER TABLE b ALTER id SET DEFAULT 0;
ALTER EVENT TRIGGER teller DISABLE;
ALTER TABLE b ALTER id SET DEFAULT 1;
ALTER EVENT TRIGGER teller ENABLE;
CREATE INDEX b_id_idx ON b (id);
DROP EVENT TRIGGER teller;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
CREATE TABLE c (id int);
SELECT * FROM calls;
COMMIT;

-- What a function does within a statement for which none fires is still told, once.
CREATE TABLE d (id int);
CREATE VIEW e AS SELECT * FROM d;
CREATE FUNCTION drop_d() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE d CASCADE; RETURN 1; END $$;
SELECT count(*) FROM fresh();
CREATE TABLE f AS SELECT drop_d() AS one;
SELECT command_tag, action, identity, cascaded FROM schema_guard.ddl_objects JOIN fresh() l ON (xid, ordinal) = ((l->>'xid')::xid8, (l->>'ordinal')::int)
ORDER BY ordinal, cascaded, identity;
-- Nor is it told as the outer statement's own.
CREATE TABLE d (id int);
CREATE VIEW e AS SELECT * FROM d;
SELECT count(*) FROM fresh();
CREATE MATERIALIZED VIEW g AS SELECT 1 AS one;
CREATE EVENT TRIGGER teller_of_drops ON sql_drop EXECUTE FUNCTION tell_drops();
CREATE TABLE h AS SELECT drop_d() AS one;
DROP EVENT TRIGGER teller_of_drops;
SELECT command_tag, action, identity, cascaded FROM schema_guard.ddl_objects JOIN fresh() l ON (xid, ordinal) = ((l->>'xid')::xid8, (l->>'ordinal')::int)
ORDER BY started_at, ordinal, cascaded, identity;
