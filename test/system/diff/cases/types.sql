-- case: enum
-- new
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s \ "happy"');

-- case: enum_empty
-- new
CREATE TYPE mood AS ENUM ();

-- case: enum_value_last
-- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood DEFAULT 'ok');
INSERT INTO t VALUES ('sad');
-- new
ALTER TYPE mood ADD VALUE 'happy';

-- case: enum_value_between
-- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- new
ALTER TYPE mood ADD VALUE 'hmm' BEFORE 'ok';
ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';
ALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';

-- case: enum_value_used_at_once
-- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood);
-- new
ALTER TYPE mood ADD VALUE 'happy';
ALTER TABLE t ALTER a SET DEFAULT 'happy';

-- case: enum_order
-- setup
-- old
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood DEFAULT 'ok');
CREATE INDEX ON t (a);
CREATE VIEW v AS SELECT a FROM t WHERE a > 'sad';
INSERT INTO t VALUES ('sad');
-- new
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE t (a mood DEFAULT 'ok');
CREATE INDEX ON t (a);
CREATE VIEW v AS SELECT a FROM t WHERE a > 'sad';
INSERT INTO t VALUES ('sad');

-- case: enum_value_renamed
-- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood[], b mood CHECK (b <> 'sad'));
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
-- new
ALTER TYPE mood RENAME VALUE 'ok' TO 'well';

-- case: enum_owner_comment_grants
-- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- new
ALTER TYPE mood OWNER TO alice;
COMMENT ON TYPE mood IS 'mood';
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO bob;

-- case: composite
-- new
CREATE TYPE pair AS (a int, b text COLLATE "C");

-- case: composite_empty
-- new
CREATE TYPE pair AS ();

-- case: composite_attribute_added
-- setup
CREATE TYPE pair AS (a int);
-- new
ALTER TYPE pair ADD ATTRIBUTE b text COLLATE "C";

-- case: composite_attribute_type
-- setup
CREATE TYPE pair AS (a int, b text);
-- new
ALTER TYPE pair ALTER ATTRIBUTE b SET DATA TYPE varchar(10) COLLATE "C";

-- case: composite_attribute_dropped
-- setup
CREATE TYPE pair AS (a int, b text, c int);
-- new
ALTER TYPE pair DROP ATTRIBUTE b RESTRICT;

-- case: composite_attribute_renamed
-- setup
CREATE TYPE pair AS (a int);
-- new
ALTER TYPE pair RENAME ATTRIBUTE a TO b;

-- case: composite_used
-- setup
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION f(pair) RETURNS pair LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT f(NULL) AS p;
-- new
ALTER TYPE pair ADD ATTRIBUTE c int;

-- case: composite_in_table
-- setup
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t (p pair, q pair[]);
-- new
ALTER TYPE pair ADD ATTRIBUTE c int;

-- case: composite_attribute_comment
-- setup
CREATE TYPE pair AS (a int, b text);
-- new
COMMENT ON COLUMN pair.a IS 'first';
COMMENT ON TYPE pair IS 'pair';

-- case: composite_owner
-- setup
CREATE TYPE pair AS (a int, b text);
-- new
ALTER TYPE pair OWNER TO alice;

-- case: enum_to_composite
-- old
CREATE TYPE pair AS ENUM ('a');
-- new
CREATE TYPE pair AS (a int);

-- case: range
-- new
CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);

-- case: range_collation
-- old
CREATE TYPE r AS RANGE (SUBTYPE = text);
-- new
CREATE TYPE r AS RANGE (SUBTYPE = text, COLLATION = "C");

-- case: range_operator_class
-- old
CREATE TYPE r AS RANGE (SUBTYPE = text, COLLATION = "C");
-- new
CREATE TYPE r AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C");

-- case: range_multirange_name
-- old
CREATE TYPE r AS RANGE (SUBTYPE = float8);
-- new
CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = many);

-- case: range_canonical
-- new
CREATE TYPE r;
CREATE FUNCTION canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE r AS RANGE (SUBTYPE = int4, CANONICAL = canon, SUBTYPE_DIFF = int4range_subdiff);

-- case: range_owner_comment
-- setup
CREATE TYPE r AS RANGE (SUBTYPE = float8);
-- new
ALTER TYPE r OWNER TO alice;
COMMENT ON TYPE r IS 'range';
GRANT USAGE ON TYPE r TO bob;

-- case: range_used
-- new
CREATE TYPE r AS RANGE (SUBTYPE = float8);
CREATE TABLE t (a r, b r_multirange DEFAULT '{}');
CREATE FUNCTION f(r_multirange) RETURNS r LANGUAGE sql AS 'SELECT range_merge($1)';

-- case: shell
-- new
CREATE TYPE s;

-- case: base
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out);

-- case: base_everything
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring, oid, int) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION b_recv(internal, oid, int) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'varcharrecv';
CREATE FUNCTION b_send(b) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE FUNCTION b_typmod_in(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION b_typmod_out(int) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION b_analyze(internal) RETURNS bool LANGUAGE internal AS 'array_typanalyze';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, RECEIVE = b_recv, SEND = b_send, TYPMOD_IN = b_typmod_in, TYPMOD_OUT = b_typmod_out, ANALYZE = b_analyze,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, CATEGORY = 'x', PREFERRED = true, DEFAULT = 'nothing', DELIMITER = ';', COLLATABLE = true);
CREATE TABLE t (a b, c b[], d b(5));

-- case: base_fixed
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain);

-- case: base_like
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, LIKE = int4);

-- case: base_element
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, INTERNALLENGTH = 8, ELEMENT = int4, SUBSCRIPT = raw_array_subscript_handler);

-- case: base_properties
-- setup
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION b_recv(internal) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
CREATE FUNCTION b_send(b) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE FUNCTION b_typmod_in(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION b_typmod_out(int) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION b_analyze(internal) RETURNS bool LANGUAGE internal AS 'array_typanalyze';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, STORAGE = extended);
-- new
ALTER TYPE b SET (RECEIVE = b_recv, SEND = b_send, TYPMOD_IN = b_typmod_in, TYPMOD_OUT = b_typmod_out, ANALYZE = b_analyze, STORAGE = main);

-- case: base_subscript
-- setup
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_in';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_out';
CREATE FUNCTION b_subscript(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'jsonb_subscript_handler';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out);
-- new
ALTER TYPE b SET (SUBSCRIPT = b_subscript);

-- case: base_replaced_in_use
-- old
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, DELIMITER = ';');
CREATE FUNCTION f(b) RETURNS b LANGUAGE sql AS 'SELECT $1';
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, DELIMITER = '|');
CREATE FUNCTION f(b) RETURNS b LANGUAGE sql AS 'SELECT $1';

-- case: domain
-- new
CREATE DOMAIN d AS text COLLATE "C" DEFAULT 'x' CONSTRAINT filled CHECK (VALUE <> '') NOT NULL;

-- case: domain_type
-- old
CREATE DOMAIN d AS int;
-- new
CREATE DOMAIN d AS bigint;

-- case: domain_type_in_use
-- old
CREATE DOMAIN d AS int;
CREATE TABLE t (a d, b int);
INSERT INTO t VALUES (1, 2);
-- new
CREATE DOMAIN d AS bigint;
CREATE TABLE t (a d, b int);
INSERT INTO t VALUES (1, 2);

-- case: domain_collation
-- old
CREATE DOMAIN d AS text;
-- new
CREATE DOMAIN d AS text COLLATE "POSIX";

-- case: domain_default
-- setup
CREATE DOMAIN d AS int;
-- new
ALTER DOMAIN d SET DEFAULT 5;

-- case: domain_default_dropped
-- setup
CREATE DOMAIN d AS int DEFAULT 5;
-- new
ALTER DOMAIN d DROP DEFAULT;

-- case: domain_not_null
-- setup
CREATE DOMAIN d AS int;
-- new
ALTER DOMAIN d SET NOT NULL;

-- case: domain_null
-- setup
CREATE DOMAIN d AS int NOT NULL;
-- new
ALTER DOMAIN d DROP NOT NULL;

-- case: domain_check
-- setup
CREATE DOMAIN d AS int;
CREATE TABLE t (a d);
-- new
ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0);

-- case: domain_check_not_valid
-- setup
CREATE DOMAIN d AS int;
CREATE TABLE t (a d);
INSERT INTO t VALUES (-1);
-- new
ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;

-- case: domain_check_validated
-- setup
CREATE DOMAIN d AS int;
ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;
-- new
ALTER DOMAIN d VALIDATE CONSTRAINT positive;

-- case: domain_check_expression
-- old
CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0);
-- new
CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 1);

-- case: domain_check_dropped
-- setup
CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0);
-- new
ALTER DOMAIN d DROP CONSTRAINT positive;

-- case: domain_check_renamed
-- setup
CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0);
-- new
ALTER DOMAIN d RENAME CONSTRAINT positive TO other;

-- case: domain_check_comment
-- setup
CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0);
-- new
COMMENT ON CONSTRAINT positive ON DOMAIN d IS 'x';

-- case: domain_owner_comment_grants
-- setup
CREATE DOMAIN d AS int;
-- new
ALTER DOMAIN d OWNER TO alice;
COMMENT ON DOMAIN d IS 'x';
REVOKE ALL ON DOMAIN d FROM PUBLIC;
GRANT USAGE ON DOMAIN d TO bob;

-- case: domain_over_domain
-- new
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE DOMAIN e AS d CHECK (VALUE < 10);
CREATE TABLE t (a e[]);

-- case: array_name_taken
-- new
CREATE TYPE _mood AS ENUM ('x');
CREATE TYPE mood AS ENUM ('y');
CREATE TABLE t (a mood[], b _mood[]);

-- case: composite_of_others
-- new
CREATE TYPE z AS ENUM ('x');
CREATE DOMAIN y AS z;
CREATE TYPE x AS (a y, b z[]);
CREATE DOMAIN w AS x CHECK ((VALUE).a IS NOT NULL);
CREATE TYPE v AS RANGE (SUBTYPE = y);

-- case: rebuilt_under_everything
-- old
CREATE TYPE c AS (x int, y text);
CREATE TYPE m AS ENUM ('a','b','c');
CREATE TYPE w AS (c c, m m);
CREATE TABLE p (k int, c c DEFAULT ROW(1,'x')::c, m m DEFAULT 'a', ms m[]) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
ALTER TABLE ONLY p2 ALTER m SET DEFAULT 'b';
ALTER TABLE ONLY p2 ALTER c SET DEFAULT ROW(2,'y')::c;
CREATE TABLE i (c c, m m);
CREATE TABLE i1 (c c, m m) INHERITS (i);
CREATE TABLE i2 (z int) INHERITS (i);
CREATE TABLE w1 (w w, ww w[]);
INSERT INTO p VALUES (1, ROW(4,'q'), 'a', '{a,b}'), (11, ROW(5,'"'), 'b', NULL);
INSERT INTO w1 VALUES (ROW(ROW(1,'e'),'a'), ARRAY[ROW(ROW(1,'e'),'a')::w]);
CREATE INDEX ON p (m);
CREATE INDEX ON p ((c));
CREATE VIEW v AS SELECT c, m, ms FROM p;
CREATE MATERIALIZED VIEW mv AS SELECT m FROM i;
CREATE INDEX ON mv (m);
ALTER TABLE i ADD CONSTRAINT ck CHECK (m <> 'a');
CREATE RULE r AS ON INSERT TO i WHERE new.m = 'b' DO INSTEAD NOTHING;
CREATE DOMAIN d AS int CHECK (value > 0);
CREATE TABLE dt (d d DEFAULT 3, ds d[]);
CREATE TABLE dt1 () INHERITS (dt);
INSERT INTO dt VALUES (3, '{4}');
CREATE FUNCTION fd(d) RETURNS d LANGUAGE sql AS 'SELECT $1';
CREATE TABLE gen (m m, g m GENERATED ALWAYS AS (m) STORED, h text GENERATED ALWAYS AS (CASE WHEN m = 'a' THEN 'x' END) STORED);
CREATE FUNCTION at(x m DEFAULT 'a') RETURNS m BEGIN ATOMIC SELECT x; END;
CREATE TYPE r AS RANGE (SUBTYPE = int4);
CREATE TABLE rt (r r DEFAULT '[1,2)', rs r[], mr r_multirange);
INSERT INTO rt VALUES ('[3,5)', '{"[1,2)"}', '{[1,3)}');
CREATE INDEX ON rt USING gist (r);
CREATE TABLE fk1 (m m PRIMARY KEY, r r UNIQUE, c c CHECK ((c).x > 0));
CREATE TABLE fk2 (m m REFERENCES fk1, m2 m, CHECK (m < m2));
INSERT INTO fk1 VALUES ('a', '[1,3)', ROW(1,'x'));
INSERT INTO fk2 VALUES ('a');
CREATE INDEX ON fk2 ((m = m2));
CREATE UNIQUE INDEX ON fk1 (c);
COMMENT ON INDEX fk1_c_idx IS 'kept';
-- new
CREATE TYPE c AS (x bigint, y text);
CREATE TYPE m AS ENUM ('b','a');
CREATE TYPE w AS (c c, m m);
CREATE TABLE p (k int, c c DEFAULT ROW(1,'x')::c, m m DEFAULT 'a', ms m[]) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
ALTER TABLE ONLY p2 ALTER m SET DEFAULT 'b';
ALTER TABLE ONLY p2 ALTER c SET DEFAULT ROW(2,'y')::c;
CREATE TABLE i (c c, m m);
CREATE TABLE i1 (c c, m m) INHERITS (i);
CREATE TABLE i2 (z int) INHERITS (i);
CREATE TABLE w1 (w w, ww w[]);
INSERT INTO p VALUES (1, ROW(4,'q'), 'a', '{a,b}'), (11, ROW(5,'"'), 'b', NULL);
INSERT INTO w1 VALUES (ROW(ROW(1,'e'),'a'), ARRAY[ROW(ROW(1,'e'),'a')::w]);
CREATE INDEX ON p (m);
CREATE INDEX ON p ((c));
CREATE VIEW v AS SELECT c, m, ms FROM p;
CREATE MATERIALIZED VIEW mv AS SELECT m FROM i;
CREATE INDEX ON mv (m);
ALTER TABLE i ADD CONSTRAINT ck CHECK (m <> 'a');
CREATE RULE r AS ON INSERT TO i WHERE new.m = 'b' DO INSTEAD NOTHING;
CREATE DOMAIN d AS bigint CHECK (value > 0);
CREATE TABLE dt (d d DEFAULT 3, ds d[]);
CREATE TABLE dt1 () INHERITS (dt);
INSERT INTO dt VALUES (3, '{4}');
CREATE FUNCTION fd(d) RETURNS d LANGUAGE sql AS 'SELECT $1';
CREATE TABLE gen (m m, g m GENERATED ALWAYS AS (m) STORED, h text GENERATED ALWAYS AS (CASE WHEN m = 'a' THEN 'x' END) STORED);
CREATE FUNCTION at(x m DEFAULT 'a') RETURNS m BEGIN ATOMIC SELECT x; END;
CREATE TYPE r AS RANGE (SUBTYPE = int8);
CREATE TABLE rt (r r DEFAULT '[1,2)', rs r[], mr r_multirange);
INSERT INTO rt VALUES ('[3,5)', '{"[1,2)"}', '{[1,3)}');
CREATE INDEX ON rt USING gist (r);
CREATE TABLE fk1 (m m PRIMARY KEY, r r UNIQUE, c c CHECK ((c).x > 0));
CREATE TABLE fk2 (m m REFERENCES fk1, m2 m, CHECK (m < m2));
INSERT INTO fk1 VALUES ('a', '[1,3)', ROW(1,'x'));
INSERT INTO fk2 VALUES ('a');
CREATE INDEX ON fk2 ((m = m2));
CREATE UNIQUE INDEX ON fk1 (c);
COMMENT ON INDEX fk1_c_idx IS 'kept';

-- case: rebuilt_under_domains
-- old
CREATE DOMAIN d AS int CHECK (value > 0);
CREATE DOMAIN e AS d DEFAULT 4 CHECK (value < 100);
CREATE DOMAIN ea AS e[];
CREATE TYPE m AS ENUM ('a','b');
CREATE DOMAIN dm AS m DEFAULT 'a' CHECK (value <> 'b');
COMMENT ON DOMAIN dm IS 'k';
CREATE DOMAIN dm2 AS dm;
CREATE TABLE t (d d, e e DEFAULT 7, m m, dm dm DEFAULT 'a', dm2 dm2, dma dm[]);
CREATE FUNCTION f(dm2) RETURNS e LANGUAGE sql AS 'select 4';
CREATE VIEW v AS SELECT e, dm2, f(dm2) FROM t WHERE m > 'a';
INSERT INTO t VALUES (1, 2, 'a', 'a', 'a', '{a}');
CREATE INDEX ON t (dm2);
ALTER TABLE t ADD CHECK (dm::m <= m);
-- new
CREATE DOMAIN d AS bigint CHECK (value > 0);
CREATE DOMAIN e AS d DEFAULT 4 CHECK (value < 100);
CREATE DOMAIN ea AS e[];
CREATE TYPE m AS ENUM ('b','a');
CREATE DOMAIN dm AS m DEFAULT 'a' CHECK (value <> 'b');
COMMENT ON DOMAIN dm IS 'k';
CREATE DOMAIN dm2 AS dm;
CREATE TABLE t (d d, e e DEFAULT 7, m m, dm dm DEFAULT 'a', dm2 dm2, dma dm[]);
CREATE FUNCTION f(dm2) RETURNS e LANGUAGE sql AS 'select 4';
CREATE VIEW v AS SELECT e, dm2, f(dm2) FROM t WHERE m > 'a';
INSERT INTO t VALUES (1, 2, 'a', 'a', 'a', '{a}');
CREATE INDEX ON t (dm2);
ALTER TABLE t ADD CHECK (dm::m <= m);

-- case: rebuilt_while_left
-- old
CREATE TYPE m AS ENUM ('a', 'b');
CREATE TYPE w AS (m m);
CREATE TABLE t (m m DEFAULT 'a', ms m[], k text);
-- new
CREATE TYPE m AS ENUM ('b', 'a');
CREATE TYPE w AS (m text);
CREATE TABLE t (m text DEFAULT 'a', ms text[], k m);

-- case: domain_constraints_in_tables
-- setup
CREATE DOMAIN d AS int;
CREATE DOMAIN above AS d;
CREATE TABLE t (a above);
INSERT INTO t VALUES (1);
-- new
ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0);
ALTER DOMAIN above SET NOT NULL;
