-- What changes along with what a statement names, and is told of by no hook, gets its version too.  The oracle is take_stock(),
-- which reads the whole schema and says how many objects differ from their last version.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE FUNCTION last() RETURNS TABLE (kind text, identity text, version integer, gone boolean) LANGUAGE sql AS $$
	SELECT v.kind, array_to_string(v.identity, '.'), v.version, v.properties IS NULL FROM schema_guard.version_log v
	WHERE v.xid = (SELECT xid FROM schema_guard.version_log ORDER BY xid::text::bigint DESC LIMIT 1)
	ORDER BY v.kind COLLATE "C", 2, v.version
$$;

-- Attributes of a composite type: they are columns of a relation that nobody sees.
CREATE TYPE pair AS (a int, b text);
ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;
SELECT * FROM last();
ALTER TYPE pair ADD ATTRIBUTE c int, DROP ATTRIBUTE b;
SELECT * FROM last();
ALTER TYPE pair RENAME ATTRIBUTE a TO first;
ALTER TYPE pair OWNER TO pg_monitor;
SELECT statement, objects FROM schema_guard.ddl_log WHERE command_tag ~ 'TYPE' ORDER BY started_at;
SELECT action, object_type, identity, version FROM schema_guard.history('pair') ORDER BY started_at, object_type, identity;
SELECT schema_guard.take_stock();

-- Indexes and constraints that ALTER TABLE makes anew keep their comments.
CREATE TABLE commented (id int CONSTRAINT commented_pk PRIMARY KEY, n int CONSTRAINT positive CHECK (n > 0), m int);
CREATE INDEX commented_m ON commented (m);
COMMENT ON CONSTRAINT commented_pk ON commented IS 'of the key';
COMMENT ON CONSTRAINT positive ON commented IS 'of the check';
COMMENT ON INDEX commented_m IS 'of the index';
ALTER TABLE commented ALTER id TYPE bigint, ALTER n TYPE bigint, ALTER m TYPE bigint;
SELECT identity, properties ->> 'comment' AS comment FROM schema_guard.object_versions
WHERE ended_at IS NULL AND identity ~ '^public\.commented' AND properties ? 'comment' ORDER BY 1;
CREATE TABLE likewise (LIKE commented INCLUDING ALL);
SELECT schema_guard.take_stock();

-- An index becomes a constraint's; a default is made anew for its column's new type.
CREATE TABLE adopting (a int, b int DEFAULT 1);
CREATE UNIQUE INDEX adopted ON adopting (a);
CREATE UNIQUE INDEX adopted_too ON adopting (b);
ALTER TABLE adopting ADD UNIQUE USING INDEX adopted;
SELECT * FROM last();
ALTER TABLE adopting ADD CONSTRAINT adopted_key PRIMARY KEY USING INDEX adopted_too;
SELECT schema_guard.take_stock();
ALTER TABLE adopting ALTER b TYPE bigint;
SELECT * FROM last();
SELECT schema_guard.take_stock();

-- Foreign keys and indexes of partitions that become parts of the whole's, and come free again.
CREATE TABLE referenced (a int PRIMARY KEY);
CREATE TABLE whole (a int REFERENCES referenced, b int) PARTITION BY LIST (b);
CREATE TABLE part (a int, b int, CONSTRAINT part_own FOREIGN KEY (a) REFERENCES referenced);
ALTER TABLE whole ATTACH PARTITION part FOR VALUES IN (1);
SELECT schema_guard.take_stock();
ALTER TABLE whole DETACH PARTITION part;
SELECT schema_guard.take_stock();
CREATE INDEX part_b ON part (b);
CREATE INDEX whole_b ON whole (b);
ALTER TABLE whole ATTACH PARTITION part FOR VALUES IN (1);
SELECT schema_guard.take_stock();
CREATE TABLE deep (a int, b int) PARTITION BY LIST (a);
CREATE TABLE deep_1 PARTITION OF deep FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE deep_1_1 PARTITION OF deep_1 FOR VALUES IN (1);
ALTER TABLE deep_1_1 ADD PRIMARY KEY (a, b);
CREATE INDEX deep_1_b ON deep_1 (b);
CREATE UNIQUE INDEX deep_ab ON deep (a, b);
CREATE INDEX deep_b ON deep (b);
SELECT * FROM last();
SELECT schema_guard.take_stock();
ALTER TABLE deep_1_1 ADD CONSTRAINT deep_own FOREIGN KEY (a) REFERENCES referenced;
ALTER TABLE deep ADD FOREIGN KEY (a) REFERENCES referenced;
SELECT schema_guard.take_stock();

-- Privileges on what the system owns, given and taken.
CREATE ROLE regress_versions_along;
GRANT EXECUTE ON FUNCTION pg_log_backend_memory_contexts(integer) TO regress_versions_along;
GRANT SELECT (rolpassword) ON pg_authid TO regress_versions_along;
SELECT * FROM last();
REVOKE EXECUTE ON FUNCTION pg_log_backend_memory_contexts(integer) FROM regress_versions_along;
SELECT * FROM last();
REVOKE SELECT (rolpassword) ON pg_authid FROM regress_versions_along;
SELECT schema_guard.take_stock();
GRANT USAGE ON LANGUAGE sql TO regress_versions_along;
DROP OWNED BY regress_versions_along;
DROP ROLE regress_versions_along;
SELECT schema_guard.take_stock();

-- Members of operator families: of the system's, and those that go with their function.
CREATE FUNCTION compare(bigint, integer) RETURNS integer STRICT IMMUTABLE LANGUAGE internal AS 'btint84cmp';
CREATE OPERATOR FAMILY own USING btree;
ALTER OPERATOR FAMILY own USING btree ADD FUNCTION 1 compare (bigint, integer);
SELECT schema_guard.take_stock();
CREATE FUNCTION hash(integer, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1 + $2;
CREATE OPERATOR CLASS hashed FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 2 hash(integer, bigint);
DROP OPERATOR CLASS hashed USING hash;
SELECT schema_guard.take_stock();
DROP FUNCTION hash(integer, bigint);
SELECT * FROM last();
SELECT schema_guard.take_stock();
CREATE TYPE ticket;
CREATE FUNCTION ticket_in(cstring) RETURNS ticket STRICT IMMUTABLE LANGUAGE internal AS 'int8in';
CREATE FUNCTION ticket_out(ticket) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'int8out';
CREATE TYPE ticket (INPUT = ticket_in, OUTPUT = ticket_out, LIKE = bigint);
CREATE FUNCTION compare(bigint, ticket) RETURNS integer STRICT IMMUTABLE LANGUAGE internal AS 'btint8cmp';
ALTER OPERATOR FAMILY integer_ops USING btree ADD FUNCTION 1 compare (bigint, ticket);
SELECT * FROM last();
SELECT schema_guard.take_stock();

-- Operators: the other one of a pair is filled in, and loses its link again.
CREATE OPERATOR <<@@ (LEFTARG = polygon, RIGHTARG = point, FUNCTION = poly_contain_pt);
CREATE OPERATOR @@>> (LEFTARG = point, RIGHTARG = polygon, FUNCTION = pt_contained_poly, COMMUTATOR = <<@@);
SELECT * FROM last();
SELECT schema_guard.take_stock();
DROP OPERATOR @@>> (point, polygon);
SELECT * FROM last();
SELECT schema_guard.take_stock();

-- Statements that name no object: all of a schema, what a role owns or was granted.
CREATE SCHEMA many;
CREATE TABLE many.t (a int);
CREATE VIEW many.v AS SELECT 1 AS one;
CREATE SEQUENCE many.q;
CREATE FUNCTION many.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE many.p() LANGUAGE sql AS 'SELECT 1';
CREATE ROLE regress_versions_along;
GRANT SELECT ON ALL TABLES IN SCHEMA many TO regress_versions_along;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA many TO regress_versions_along;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA many TO regress_versions_along;
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA many TO regress_versions_along;
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA many FROM PUBLIC;
SELECT schema_guard.take_stock();
GRANT SELECT (a) ON many.t TO regress_versions_along;
CREATE POLICY p ON many.t TO regress_versions_along, pg_monitor USING (true);
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO regress_versions_along;
ALTER VIEW many.v OWNER TO regress_versions_along;
DROP OWNED BY regress_versions_along;
SELECT schema_guard.take_stock();
DROP ROLE regress_versions_along;
SELECT statement, action, object_type COLLATE "C", identity FROM schema_guard.ddl_log JOIN schema_guard.ddl_objects USING (chain, xid, ordinal)
WHERE statement ~ ' ON ALL |OWNED BY' ORDER BY 1, 3, 4;

-- Defaults of children, and an event trigger that goes with its function.
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
ALTER TABLE parent ALTER a SET DEFAULT 4;
SELECT * FROM last();
ALTER TABLE parent ALTER a DROP DEFAULT;
SELECT * FROM last();
CREATE FUNCTION many.told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER regress_versions_along ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION many.told();
DROP SCHEMA many CASCADE;
SELECT action, object_type COLLATE "C", identity FROM schema_guard.ddl_log JOIN schema_guard.ddl_objects USING (chain, xid, ordinal)
WHERE statement = 'DROP SCHEMA many CASCADE' ORDER BY 2, 3;
SELECT schema_guard.take_stock();
