-- What constraints refuse is counted, by constraint, from the messages of the server; nothing else is.
CREATE EXTENSION schema_guard;
SELECT schema_guard.reset_constraint_violations();
CREATE FUNCTION counted() RETURNS TABLE (table_name text, constraint_name text, column_name text, sqlstate text, violations bigint, sane boolean)
LANGUAGE sql AS $$
	SELECT table_name, constraint_name, column_name, sqlstate, violations, first_seen <= last_seen AND since <= first_seen AND last_seen <= clock_timestamp()
	FROM schema_guard.constraint_violations ORDER BY sqlstate, constraint_name
$$;
SELECT * FROM counted();
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent, n int NOT NULL, positive int CHECK (positive > 0), span int4range,
	EXCLUDE USING gist (span WITH &&));
CREATE DOMAIN even AS int CONSTRAINT is_even CHECK (VALUE % 2 = 0);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1, 1, '[1,5)');

INSERT INTO parent VALUES (1);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 1, 1);
DELETE FROM parent;
INSERT INTO child VALUES (1);
INSERT INTO child VALUES (1, 1, -1);
INSERT INTO child VALUES (1, 1, 1, '[2,3)');
SELECT 3::even;
CREATE UNIQUE INDEX child_n ON child (n);
INSERT INTO child VALUES (1, 1, 2);
-- Neither what was caught, nor what was let go, nor other errors.
INSERT INTO parent VALUES (1) ON CONFLICT DO NOTHING;
DO $$ BEGIN INSERT INTO parent VALUES (1); EXCEPTION WHEN unique_violation THEN NULL; END $$;
SELECT 1/0;
-- Raised by hand, with and without names.
DO $$ BEGIN RAISE unique_violation USING SCHEMA = 'a "b"', TABLE = 'c', CONSTRAINT = repeat('ä', 100); END $$;
DO $$ BEGIN RAISE unique_violation; END $$;
SELECT * FROM counted();
SELECT name, labels - 'datname' AS labels, value FROM schema_guard.metrics() WHERE name ~ 'violations' ORDER BY name, labels::text;

SELECT schema_guard.reset_constraint_violations();
SELECT * FROM counted();
INSERT INTO parent VALUES (1);
SELECT * FROM counted();

-- Who may look, and who may reset.
CREATE ROLE regress_violations_nobody;
CREATE ROLE regress_violations_monitor IN ROLE pg_monitor;
SET ROLE regress_violations_nobody;
SELECT count(*) FROM schema_guard.constraint_violations;
SELECT schema_guard.reset_constraint_violations();
SET ROLE regress_violations_monitor;
SELECT count(*) FROM schema_guard.constraint_violations;
SELECT schema_guard.reset_constraint_violations();
RESET ROLE;
DROP ROLE regress_violations_nobody, regress_violations_monitor;
