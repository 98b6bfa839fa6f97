-- diff(): who made a difference, when, and by which statement.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
CREATE TABLE before_all (id integer);
SELECT schema_guard.snapshot('first');
SELECT schema_guard.export_snapshot('first')::text AS elsewhere \gset

CREATE ROLE regress_alice SUPERUSER;
CREATE ROLE regress_bob SUPERUSER;
CREATE TABLE orders (id integer PRIMARY KEY, note varchar(10));
CREATE TABLE gone (id integer);
SELECT schema_guard.snapshot('second');
SET SESSION AUTHORIZATION regress_alice;
ALTER TABLE orders ALTER note TYPE varchar(20);
ALTER TABLE orders ADD paid boolean;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_bob;
COMMENT ON COLUMN orders.note IS 'what the customer says';
ALTER TABLE orders RENAME paid TO is_paid;
DROP TABLE gone;
RESET SESSION AUTHORIZATION;
SELECT schema_guard.snapshot('third');
ALTER TABLE orders ALTER note TYPE text;

\pset null -
-- between two moments, in both directions; what happened after them has no part in it
SELECT action, object_type, identity, attribute, changed_by, statement
FROM schema_guard.diff('snapshot:second', 'snapshot:third');
SELECT action, object_type, identity, attribute, changed_by, statement
FROM schema_guard.diff('snapshot:third', 'snapshot:second');
SELECT action, object_type, identity, attribute, changed_by, statement
FROM schema_guard.diff('snapshot:third', 'live');

-- against something else: who made it as it is here; what is gone here is found by its name
SELECT action, object_type, identity, attribute, changed_by, statement, changed_at IS NOT NULL AS dated
FROM schema_guard.diff('live', 'sql:CREATE TABLE before_all (id bigint); CREATE TABLE orders (id integer PRIMARY KEY, note text);
	CREATE TABLE gone (id integer); CREATE TABLE never_here (id integer)', schemas => '{public}', ignore => '{owner}');
SELECT action, object_type, identity, attribute, changed_by, statement
FROM schema_guard.diff('live', 'json:' || :'elsewhere', schemas => '{public}', kinds => '{table}');

-- before the log began nobody is known
DROP EXTENSION schema_guard CASCADE;
CREATE EXTENSION schema_guard;
SELECT action, identity, changed_by, changed_at, statement FROM schema_guard.diff('live', 'empty', schemas => '{public}', kinds => '{table}');

DROP EXTENSION schema_guard;
DROP TABLE before_all, orders;
DROP ROLE regress_alice, regress_bob;
