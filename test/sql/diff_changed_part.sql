-- diff() between the live schema and a snapshot reads only what differs by its hash and what hangs on that.  A moment has no
-- hashes: diff() reads both whole, and must find the same.
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
CREATE SCHEMA s;
CREATE SCHEMA other;
CREATE ROLE regress_part_reader;
CREATE ROLE regress_part_owner;
CREATE TYPE s.mood AS ENUM ('sad', 'glad');
CREATE TYPE s.pair AS (a integer, b text);
CREATE DOMAIN s.natural_number AS integer CHECK (value > 0);
CREATE FUNCTION s.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION s.twice(s.natural_number) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2';
CREATE TABLE s.people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, mood s.mood DEFAULT 'sad',
	age s.natural_number, at s.pair, note text, twice integer GENERATED ALWAYS AS (s.twice(age)) STORED, CONSTRAINT sober CHECK (mood <> 'glad'));
CREATE TABLE s.orders (id serial PRIMARY KEY, person integer REFERENCES s.people, total numeric(10, 2), note text);
CREATE TABLE s.lines (order_id integer REFERENCES s.orders, n integer, PRIMARY KEY (order_id, n));
CREATE INDEX orders_note ON s.orders (lower(note)) WHERE total > 0;
CREATE VIEW s.moody AS SELECT id, name, mood FROM s.people WHERE mood = 'sad';
CREATE VIEW s.moodier AS SELECT m.*, o.total FROM s.moody m JOIN s.orders o ON o.person = m.id;
CREATE MATERIALIZED VIEW s.sums AS SELECT person, sum(total) AS total FROM s.orders GROUP BY person;
CREATE UNIQUE INDEX sums_person ON s.sums (person);
CREATE FUNCTION s.of_person(s.people) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.count_moody() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM s.moody; END;
CREATE TRIGGER touch BEFORE UPDATE ON s.people FOR EACH ROW WHEN (OLD.note IS NOT NULL) EXECUTE FUNCTION s.touch();
ALTER TABLE s.people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON s.people USING (name = current_user);
CREATE RULE quiet AS ON DELETE TO s.lines DO INSTEAD NOTHING;
CREATE STATISTICS s.both ON person, total FROM s.orders;
CREATE TABLE s.logs (day date, what text, by regclass) PARTITION BY RANGE (day);
CREATE TABLE s.logs_1 PARTITION OF s.logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE s.logs_2 PARTITION OF s.logs FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX logs_day ON s.logs (day);
CREATE TABLE s.parent (a integer, b text);
CREATE TABLE s.child (c integer) INHERITS (s.parent);
CREATE SEQUENCE s.numbers;
CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE OPERATOR s.<<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt, COMMUTATOR = OPERATOR(s.>>>));
CREATE OPERATOR s.>>> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4gt, COMMUTATOR = OPERATOR(s.<<<));
CREATE OPERATOR s.<<< (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = int84lt);
CREATE OPERATOR FAMILY s.family USING btree;
ALTER OPERATOR FAMILY s.family USING btree ADD OPERATOR 1 s.<<< (bigint, integer);
CREATE COLLATION s.plain FROM "C";
CREATE TABLE s.texts (t text COLLATE s.plain);
CREATE TEXT SEARCH CONFIGURATION s.search (COPY = simple);
COMMENT ON TABLE s.people IS 'who';
COMMENT ON COLUMN s.people.name IS 'called so';
COMMENT ON CONSTRAINT sober ON s.people IS 'not glad';
GRANT SELECT ON s.people TO regress_part_reader;
GRANT UPDATE (note) ON s.people TO regress_part_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO regress_part_reader;
-- Runs statements, compares in both ways and both manners, and undoes them: how many rows, and what only one manner has.
CREATE FUNCTION public.try(statements text) RETURNS TABLE (rows bigint, only_whole text, only_part text) LANGUAGE plpgsql AS $$
DECLARE
	moment text := (SELECT 'at:' || taken_at FROM schema_guard.snapshots WHERE label = 'before');
BEGIN
	BEGIN
		EXECUTE statements;
		WITH part AS (
			SELECT 'to live' AS way, d::text AS change FROM schema_guard.diff_steps('snapshot:before', 'live') d
			UNION ALL SELECT 'from live', d::text FROM schema_guard.diff_steps('live', 'snapshot:before') d
		), whole AS (
			SELECT 'to live' AS way, d::text AS change FROM schema_guard.diff_steps(moment, 'live') d
			UNION ALL SELECT 'from live', d::text FROM schema_guard.diff_steps('live', moment) d
		)
		-- Since 18 a NOT NULL keeps its name where what it is named after is renamed.
		SELECT (SELECT count(*) FROM part p WHERE p.change !~ 'not_null_name'), (SELECT string_agg(w::text, E'\n') FROM (TABLE whole EXCEPT ALL TABLE part) w),
			(SELECT string_agg(p::text, E'\n') FROM (TABLE part EXCEPT ALL TABLE whole) p)
		INTO rows, only_whole, only_part;
		RAISE SQLSTATE 'UNDO1';
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		RETURN NEXT;
	END;
END $$;
SELECT schema_guard.snapshot('before');

SELECT t.* FROM (VALUES ('SELECT 1'),
	('ALTER TABLE s.people ADD added integer DEFAULT 7'),
	('ALTER TABLE s.people DROP note CASCADE'),
	('DROP TRIGGER touch ON s.people; ALTER TABLE s.people ALTER note TYPE varchar(80)'),
	('ALTER TABLE s.people RENAME TO persons'),
	('ALTER TABLE s.people RENAME name TO called'),
	('ALTER TABLE s.people ALTER age DROP DEFAULT, ALTER note SET NOT NULL'),
	('ALTER TYPE s.mood RENAME VALUE ''sad'' TO ''blue'''),
	('ALTER TYPE s.mood RENAME TO temper'),
	('ALTER TYPE s.mood ADD VALUE ''angry'''),
	('ALTER TYPE s.pair ADD ATTRIBUTE c date'),
	('ALTER DOMAIN s.natural_number ADD CONSTRAINT small CHECK (value < 1000)'),
	('ALTER DOMAIN s.natural_number RENAME TO nn'),
	('DROP TABLE s.orders CASCADE'),
	('DROP SCHEMA s CASCADE'),
	('ALTER SCHEMA s RENAME TO t'),
	('GRANT USAGE ON SCHEMA s TO regress_part_reader'),
	('ALTER SCHEMA s OWNER TO regress_part_owner'),
	('CREATE SCHEMA fresh; CREATE TABLE fresh.t (id integer PRIMARY KEY, p integer REFERENCES s.people)'),
	('ALTER TABLE s.orders SET SCHEMA other'),
	('ALTER TABLE s.lines DROP CONSTRAINT lines_order_id_fkey'),
	('ALTER TABLE s.orders DROP CONSTRAINT orders_pkey CASCADE'),
	('DROP INDEX s.orders_note'),
	('CREATE INDEX ON s.orders (person, total)'),
	('ALTER INDEX s.orders_note RENAME TO o_note'),
	('ALTER INDEX s.orders_note SET (fillfactor = 50)'),
	('CREATE OR REPLACE VIEW s.moody AS SELECT id, name, mood FROM s.people'),
	('DROP VIEW s.moody CASCADE; CREATE VIEW s.moody AS SELECT name, id FROM s.people'),
	('DROP MATERIALIZED VIEW s.sums'),
	('CREATE OR REPLACE FUNCTION s.touch() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN OLD; END'''),
	('ALTER FUNCTION s.twice(s.natural_number) RENAME TO thrice'),
	('ALTER FUNCTION s.touch() OWNER TO regress_part_owner'),
	('DROP TRIGGER touch ON s.people'),
	('ALTER TABLE s.people DISABLE TRIGGER touch'),
	('ALTER POLICY own ON s.people USING (true)'),
	('DROP RULE quiet ON s.lines'),
	('DROP STATISTICS s.both'),
	('ALTER STATISTICS s.both SET STATISTICS 77'),
	('ALTER TABLE s.logs DETACH PARTITION s.logs_2'),
	('CREATE TABLE s.logs_3 PARTITION OF s.logs FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')'),
	('DROP TABLE s.logs_1'),
	('ALTER TABLE s.logs ADD more text'),
	('DROP INDEX s.logs_day'),
	('ALTER TABLE s.child NO INHERIT s.parent'),
	('ALTER TABLE s.parent ADD d date'),
	('ALTER SEQUENCE s.numbers INCREMENT 5'),
	('ALTER SEQUENCE s.numbers OWNED BY s.texts.t'),
	('ALTER SEQUENCE s.orders_id_seq OWNED BY NONE'),
	('ALTER TABLE s.people ALTER id DROP IDENTITY'),
	('ALTER TABLE s.people ALTER id SET INCREMENT 3'),
	('DROP AGGREGATE s.total(integer)'),
	('DROP OPERATOR s.=== (integer, integer)'),
	('ALTER OPERATOR s.>>> (integer, integer) SET SCHEMA other'),
	('DROP OPERATOR s.>>> (integer, integer)'),
	('ALTER OPERATOR FAMILY s.family USING btree DROP OPERATOR 1 (bigint, integer)'),
	('DROP OPERATOR s.<<< (bigint, integer) CASCADE'),
	('ALTER COLLATION s.plain RENAME TO plainer'),
	('ALTER TEXT SEARCH CONFIGURATION s.search DROP MAPPING FOR word'),
	('CREATE CAST (s.pair AS s.mood) WITH INOUT'),
	('COMMENT ON TABLE s.people IS NULL'),
	('COMMENT ON COLUMN s.people.name IS ''otherwise'''),
	('COMMENT ON CONSTRAINT sober ON s.people IS NULL'),
	('COMMENT ON SCHEMA s IS ''a schema'''),
	('REVOKE SELECT ON s.people FROM regress_part_reader'),
	('GRANT SELECT (note) ON s.people TO regress_part_reader'),
	('ALTER TABLE s.people OWNER TO regress_part_owner'),
	('ALTER DEFAULT PRIVILEGES IN SCHEMA s REVOKE SELECT ON TABLES FROM regress_part_reader'),
	('ALTER TABLE s.people SET (fillfactor = 70, toast.autovacuum_enabled = false)'),
	('ALTER TABLE s.people ALTER note SET STATISTICS 500, ALTER note SET STORAGE EXTERNAL'),
	('ALTER TABLE s.people REPLICA IDENTITY FULL'),
	('ALTER TABLE s.people CLUSTER ON people_pkey'),
	('ALTER ROLE regress_part_reader RENAME TO regress_part_writer'),
	('CREATE ROLE regress_part_new; GRANT SELECT ON s.lines TO regress_part_new'),
	('CREATE PUBLICATION p FOR TABLE s.people (id, name) WHERE (id > 0)'),
	('GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO regress_part_reader'),
	('GRANT SELECT ON pg_catalog.pg_statistic TO regress_part_reader'),
	('CREATE TEMPORARY TABLE gone (a integer); CREATE TEMPORARY VIEW gone_too AS SELECT * FROM s.people'),
	('DROP TABLE s.texts; CREATE TABLE s.texts (t text COLLATE s.plain)'),
	('ANALYZE s.people; REINDEX TABLE s.people; CLUSTER s.people USING people_pkey')
) AS statements (text), LATERAL (SELECT statements.text, r.* FROM public.try(statements.text) r) t;
-- What it read.
ALTER TABLE s.people DROP COLUMN twice;
\set VERBOSITY terse
SET client_min_messages = debug1;
DO $$
BEGIN
	PERFORM FROM schema_guard.diff_steps('live', 'snapshot:before');
END $$;
SET client_min_messages = error;
DROP OWNED BY regress_part_reader;
DROP ROLE regress_part_reader, regress_part_owner;
