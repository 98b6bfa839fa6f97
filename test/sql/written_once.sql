-- Definitions that are alike are written once for all of them when everything is read.  Those that only look alike must not be
-- taken for each other: each is compared with what PostgreSQL writes for it alone.
CREATE ROLE regress_once_one;
CREATE ROLE regress_once_two;
CREATE SCHEMA once;
CREATE SCHEMA "Other";
CREATE TYPE once.mood AS ENUM ('sad', 'glad');
CREATE TYPE "Other".mood AS ENUM ('sad', 'glad');
CREATE COLLATION once.c (locale = 'C');

-- The same columns, and the same definitions but for the table's name.
CREATE TABLE once.a1 (id int PRIMARY KEY, a text, b text, CHECK (id > 0), CHECK (a1 IS NOT NULL), UNIQUE (a, b));
CREATE TABLE once.a2 (id int PRIMARY KEY, a text, b text, CHECK (id > 0), CHECK (a2 IS NOT NULL), UNIQUE (a, b));
-- Other names at the same places, other types, another collation, a dropped column.
CREATE TABLE once.b1 (nr int PRIMARY KEY, "A" text, b text, CHECK (nr > 0), UNIQUE ("A", b));
CREATE TABLE once.b2 (id bigint PRIMARY KEY, a varchar(3), b text, CHECK (id > 0), UNIQUE (a, b));
CREATE TABLE once.b3 (id int PRIMARY KEY, a text COLLATE "C", b text COLLATE once.c, CHECK (id > 0), UNIQUE (a, b));
CREATE TABLE once.b4 (gone int, id int PRIMARY KEY, a text, b text, CHECK (id > 0), UNIQUE (a, b));
ALTER TABLE once.b4 DROP gone;
CREATE TABLE once.b5 (id int PRIMARY KEY, b text, a text, CHECK (id > 0), UNIQUE (a, b));
-- Keys that differ in what follows the columns.
CREATE TABLE once.c1 (id int PRIMARY KEY, a text, b text, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE once.c2 (id int PRIMARY KEY, a text, b text, UNIQUE (a) INCLUDE (b));
CREATE TABLE once.c3 (id int PRIMARY KEY, a text, b text, UNIQUE (a) DEFERRABLE);
CREATE TABLE once.c4 (id int PRIMARY KEY, a text, b text, CHECK (id > 0) NO INHERIT, CHECK (id > 1));
ALTER TABLE once.c4 ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
CREATE TABLE once.c5 (id int, a text, b text, EXCLUDE (id WITH =), EXCLUDE USING hash (a WITH =));
CREATE TABLE once.c6 (id int, a text, b text, EXCLUDE USING gist (int4range(id, id + 1) WITH &&), EXCLUDE USING hash (b WITH =) WHERE (id > 0));
-- Foreign keys to tables of the same shape, in one schema and another, with every action.
CREATE TABLE "Other".a1 (id int PRIMARY KEY, a text, b text, UNIQUE (a, b));
CREATE TABLE once.d1 (id int REFERENCES once.a1, a text, b text, FOREIGN KEY (a, b) REFERENCES once.a1 (a, b));
CREATE TABLE once.d2 (id int REFERENCES once.a2, a text, b text, FOREIGN KEY (a, b) REFERENCES once.a2 (a, b) MATCH FULL);
CREATE TABLE once.d3 (id int REFERENCES "Other".a1, a text, b text, FOREIGN KEY (a, b) REFERENCES once.a1 (a, b) ON DELETE SET NULL);
CREATE TABLE once.d4 (id int REFERENCES once.a1 ON DELETE CASCADE, a text, b text, FOREIGN KEY (a, b) REFERENCES once.a1 (a, b) ON DELETE SET NULL (b));
CREATE TABLE once.d5 (id int REFERENCES once.a1 ON UPDATE CASCADE, a text, b text, FOREIGN KEY (b, a) REFERENCES once.a1 (a, b));

CREATE TABLE once.i1 (id int, a text, b text, v tsvector);
CREATE TABLE once.i2 (id int, a text, b text, v tsvector);
CREATE TABLE once.i3 (id int, a text COLLATE "C", b text, v tsvector);
DO $$
DECLARE
	own text;
BEGIN
	FOREACH own IN ARRAY '{i1,i2,i3}'::text[] LOOP
		EXECUTE format('CREATE INDEX ON once.%s (a)', own);
		EXECUTE format('CREATE INDEX ON once.%s (a DESC)', own);
		EXECUTE format('CREATE INDEX ON once.%s (a NULLS FIRST)', own);
		EXECUTE format('CREATE INDEX ON once.%s (a text_pattern_ops)', own);
		EXECUTE format('CREATE INDEX ON once.%s (a COLLATE "C")', own);
		EXECUTE format('CREATE INDEX ON once.%s (a) INCLUDE (b)', own);
		EXECUTE format('CREATE INDEX ON once.%s (a, b)', own);
		EXECUTE format('CREATE INDEX ON once.%s (lower(a), (b || a)) WHERE id > 0', own);
		EXECUTE format('CREATE INDEX ON once.%s (lower(b), (b || a)) WHERE id > 0', own);
		EXECUTE format('CREATE INDEX ON once.%s (lower(a), (b || a)) WHERE id > 1', own);
		EXECUTE format('CREATE INDEX ON once.%s ((%s IS NULL))', own, own);
		EXECUTE format('CREATE UNIQUE INDEX ON once.%s (a)', own);
		EXECUTE format('CREATE UNIQUE INDEX ON once.%s (a) NULLS NOT DISTINCT WITH (fillfactor = 70)', own);
		EXECUTE format('CREATE INDEX ON once.%s USING hash (a)', own);
		EXECUTE format('CREATE INDEX ON once.%s USING gist (v)', own);
		EXECUTE format('CREATE INDEX ON once.%s USING gist (v tsvector_ops (siglen = 100))', own);
		EXECUTE format('CREATE INDEX ON once.%s USING gist (v tsvector_ops (siglen = 200))', own);
		EXECUTE format('CREATE INDEX ON once.%s USING brin (id)', own);
		EXECUTE format('CREATE INDEX ON once.%s USING brin (id int4_bloom_ops)', own);
		EXECUTE format('CREATE INDEX ON once.%s USING gin (v)', own);
	END LOOP;
END $$;
CREATE MATERIALIZED VIEW once.m1 AS SELECT id, a, b FROM once.i1;
CREATE MATERIALIZED VIEW once.m2 AS SELECT id, b AS a, a AS c FROM once.i1;
CREATE INDEX ON once.m1 (a);
CREATE INDEX ON once.m2 (a);
CREATE INDEX ON once.m2 (c);
CREATE TABLE once.p (id int, a text) PARTITION BY RANGE (id);
CREATE TABLE once.p1 PARTITION OF once.p FOR VALUES FROM (0) TO (10);
CREATE INDEX ON once.p (a);

CREATE TABLE once.e1 (id int DEFAULT 1, a text DEFAULT 1, at timestamptz DEFAULT now(), at2 timestamptz DEFAULT clock_timestamp(), m once.mood DEFAULT 'sad');
CREATE TABLE once.e2 (id int DEFAULT 1, a text DEFAULT '1', at timestamptz DEFAULT clock_timestamp(), at2 timestamptz DEFAULT now(), m "Other".mood DEFAULT 'sad');

-- Privileges: one text in the catalog, two owners.
CREATE TABLE once.g1 (id int, a text);
CREATE TABLE once.g2 (id int, a text);
CREATE TABLE once.g3 (id int, a text);
CREATE SEQUENCE once.s1;
CREATE SEQUENCE once.s2;
GRANT SELECT ON once.g1, once.g2, once.g3 TO regress_once_one;
GRANT SELECT (a) ON once.g1, once.g2 TO regress_once_two;
GRANT INSERT (a) ON once.g1 TO regress_once_two WITH GRANT OPTION;
GRANT USAGE ON once.s1, once.s2 TO regress_once_two;
ALTER TABLE once.g2 OWNER TO regress_once_one;
REVOKE ALL ON once.g3 FROM CURRENT_USER;

CREATE EXTENSION schema_guard;
CREATE TEMP TABLE objects AS
SELECT o ->> 'kind' AS kind, o -> 'identity' ->> 0 AS schema, o -> 'identity' ->> 1 AS name, o -> 'identity' ->> 2 AS part, o -> 'properties' AS properties
FROM schema_guard.snapshot('all'), jsonb_array_elements(schema_guard.export_snapshot('all') -> 'objects') o
WHERE o -> 'identity' ->> 0 IN ('once', 'Other');

-- Nothing is missing, and nothing is another's.
SELECT o.kind, count(*), count(*) FILTER (WHERE right(pg_get_indexdef(c.oid), length(o.properties ->> 'definition')) = o.properties ->> 'definition' OR c.reloptions IS NOT NULL) AS right
FROM objects o JOIN pg_class c ON c.relname = o.name AND c.relnamespace = quote_ident(o.schema)::regnamespace
WHERE o.kind = 'index'
GROUP BY 1;
SELECT o.kind, count(*), count(*) FILTER (WHERE left(pg_get_constraintdef(k.oid), length(o.properties ->> 'definition')) = o.properties ->> 'definition') AS right
FROM objects o JOIN pg_class c ON c.relname = o.name AND c.relnamespace = quote_ident(o.schema)::regnamespace
	JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = o.part
WHERE o.kind = 'constraint'
GROUP BY 1;
SELECT name, part, properties ->> 'expression' AS expression, properties ->> 'volatile' AS volatile FROM objects WHERE kind = 'default' ORDER BY name COLLATE "C", part COLLATE "C";
SELECT kind, name, part, properties ->> 'owner' AS owner, properties ->> 'grants' AS grants
FROM objects WHERE name IN ('g1', 'g2', 'g3', 's1', 's2') AND properties ? 'grants' ORDER BY kind COLLATE "C", name COLLATE "C", part COLLATE "C";

DROP EXTENSION schema_guard;
SET client_min_messages = warning;
DROP OWNED BY regress_once_one, regress_once_two CASCADE;
DROP SCHEMA once, "Other" CASCADE;
DROP ROLE regress_once_one, regress_once_two;
