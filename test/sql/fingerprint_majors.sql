-- One schema has one fingerprint, whatever server it is on: the hashes below are those of every major.  (But for NOT NULL that a
-- table inherits, which from 18 on has a name of its parent's: docs/diff.md.)
SET client_min_messages = error;
CREATE EXTENSION schema_guard;
CREATE SCHEMA f;
SET search_path = f;

CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TYPE pair AS (a integer, b text COLLATE "C");
CREATE DOMAIN positive AS integer NOT NULL DEFAULT 1 CONSTRAINT is_positive CHECK (VALUE > 0);
CREATE TYPE span AS RANGE (subtype = timestamptz);
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE SEQUENCE numbers AS integer INCREMENT BY 2 MINVALUE 3 CACHE 5 CYCLE;

CREATE TABLE customer (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE german NOT NULL, mood mood DEFAULT 'glad',
	born date CHECK (born > '1900-01-01'), number serial, double integer GENERATED ALWAYS AS (id * 2) STORED, p positive, pairs pair[]);
ALTER TABLE customer ALTER name SET STORAGE external, ALTER name SET STATISTICS 500, ALTER born SET (n_distinct = 7);
ALTER TABLE customer ADD UNIQUE NULLS NOT DISTINCT (name, born) DEFERRABLE;
CREATE TABLE purchase (id bigint, customer integer NOT NULL REFERENCES customer ON DELETE CASCADE, at timestamptz NOT NULL, note text,
	during span, EXCLUDE USING gist (during WITH &&)) WITH (fillfactor = 70);
CREATE TABLE log (at date, text text DEFAULT 'x', UNIQUE (at)) PARTITION BY RANGE (at);
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE log_rest PARTITION OF log DEFAULT;
CREATE INDEX ON log (text text_pattern_ops DESC) WHERE text <> '';
CREATE TABLE base (a integer CHECK (a > 0));
CREATE TABLE derived (b integer) INHERITS (base);
CREATE UNLOGGED TABLE empty ();
CREATE INDEX by_lower ON customer (lower(name)) INCLUDE (born);
CREATE STATISTICS together (dependencies) ON name, born FROM customer;
ALTER TABLE purchase REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY;

CREATE VIEW names AS SELECT c.name, c.mood FROM customer c WHERE c.mood = 'glad';
CREATE VIEW joined WITH (security_barrier) AS SELECT c.name, p.at, row_number() OVER (PARTITION BY c.id ORDER BY p.at) AS n
	FROM customer c JOIN purchase p ON p.customer = c.id WHERE EXISTS (SELECT FROM log l WHERE l.at = p.at::date);
CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS n, max(at) AS latest FROM purchase;
CREATE RULE no_delete AS ON DELETE TO purchase DO INSTEAD NOTHING;
CREATE FUNCTION twice(integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql STABLE STRICT COST 7 SET work_mem = '1MB' RETURN $1 * 2;
CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE clean(INOUT n integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE TRIGGER changes AFTER INSERT ON customer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION changed();
CREATE POLICY own ON purchase FOR SELECT USING (customer = (SELECT c.id FROM customer c WHERE c.name = current_user));
CREATE OPERATOR @@@ (LEFTARG = integer, RIGHTARG = text, FUNCTION = twice);
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE FOREIGN DATA WRAPPER f_wrapper;
CREATE SERVER f_server FOREIGN DATA WRAPPER f_wrapper OPTIONS (host 'x');
CREATE FOREIGN TABLE far (a integer OPTIONS (name 'b')) SERVER f_server;
CREATE PUBLICATION f_all FOR TABLE customer WHERE (id > 7);
COMMENT ON TABLE customer IS 'who buys';
COMMENT ON COLUMN customer.born IS 'on paper';
GRANT SELECT, UPDATE (name) ON customer TO PUBLIC;

SELECT kind, identity, left(fingerprint, 12) AS fingerprint FROM schema_guard.fingerprints()
WHERE schema_name = 'f' OR kind IN ('foreign data wrapper', 'server', 'publication', 'publication table')
ORDER BY kind COLLATE "C", identity COLLATE "C";
