-- case: new
-- new
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);

-- case: prefix
-- new
CREATE OPERATOR ### (RIGHTARG = int, PROCEDURE = int4um);

-- case: function
-- old
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
-- new
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4mi);

-- case: commutator
-- old
CREATE OPERATOR <% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt);
CREATE OPERATOR >% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4gt);
-- new
CREATE OPERATOR <% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt, COMMUTATOR = >%);
CREATE OPERATOR >% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4gt, COMMUTATOR = <%);

-- case: negator
-- old
CREATE OPERATOR <% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt);
CREATE OPERATOR >=% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ge);
-- new
CREATE OPERATOR <% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt, NEGATOR = >=%);
CREATE OPERATOR >=% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ge, NEGATOR = <%);

-- case: selectivity
-- setup
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt);
CREATE OPERATOR #### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4lt, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
-- new
ALTER OPERATOR ### (int, int) SET (RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
ALTER OPERATOR #### (int, int) SET (RESTRICT = NONE, JOIN = NONE);

-- case: hashes_merges
-- old
CREATE OPERATOR ==% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ==%);
-- new
CREATE OPERATOR ==% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ==%, HASHES, MERGES);

-- case: set_later
-- version: 17
-- setup
CREATE OPERATOR ==% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR <>% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4ne);
-- new
ALTER OPERATOR ==% (int, int) SET (COMMUTATOR = ==%, NEGATOR = <>%, HASHES, MERGES);

-- case: comment_owner
-- setup
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE OPERATOR ### (RIGHTARG = int, FUNCTION = int4um);
-- new
COMMENT ON OPERATOR ### (int, int) IS 'x';
COMMENT ON OPERATOR ### (NONE, int) IS 'y';
ALTER OPERATOR ### (int, int) OWNER TO alice;

-- case: used
-- new
CREATE FUNCTION f(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = f);
CREATE TABLE t (a int CHECK (a === 5));
CREATE VIEW v AS SELECT a === 4 AS b FROM t;
CREATE INDEX i ON t ((a === 3));

-- case: family
-- new
CREATE OPERATOR FAMILY fam USING btree;

-- case: family_members
-- setup
CREATE OPERATOR FAMILY fam USING btree;
-- new
ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int4, int2), OPERATOR 2 <= (int4, int2), FUNCTION 1 btint42cmp(int4, int2);

-- case: family_members_dropped
-- setup
CREATE OPERATOR FAMILY fam USING btree;
ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int4, int2), OPERATOR 2 <= (int4, int2) FOR SEARCH, FUNCTION 1 (int4, int2) btint42cmp(int4, int2);
-- new
ALTER OPERATOR FAMILY fam USING btree DROP OPERATOR 2 (int4, int2), FUNCTION 1 (int4, int2);

-- case: family_owner_comment
-- setup
CREATE OPERATOR FAMILY fam USING btree;
-- new
ALTER OPERATOR FAMILY fam USING btree OWNER TO alice;
COMMENT ON OPERATOR FAMILY fam USING btree IS 'x';

-- case: class
-- new
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4), FUNCTION 2 btint4sortsupport(internal);

-- case: class_in_family
-- setup
CREATE OPERATOR FAMILY fam USING btree;
-- new
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree FAMILY fam AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);

-- case: class_members
-- old
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int4, int4);
-- new
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 3 =, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);

-- case: class_default
-- old
CREATE DOMAIN unused AS int;
CREATE TYPE b AS ENUM ('x');
CREATE OPERATOR CLASS cla FOR TYPE b USING btree AS OPERATOR 1 < (anyenum, anyenum), FUNCTION 1 (b, b) enum_cmp(anyenum, anyenum);
-- new
CREATE DOMAIN unused AS int;
CREATE TYPE b AS ENUM ('x');
CREATE OPERATOR CLASS cla DEFAULT FOR TYPE b USING btree AS OPERATOR 1 < (anyenum, anyenum), FUNCTION 1 (b, b) enum_cmp(anyenum, anyenum);

-- case: class_storage_order_by
-- old
CREATE OPERATOR CLASS cla FOR TYPE point USING gist AS OPERATOR 11 |>> (point, point), FUNCTION 1 gist_point_consistent(internal, point, int2, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal), STORAGE box;
-- new
CREATE OPERATOR CLASS cla FOR TYPE point USING gist AS OPERATOR 11 |>> (point, point), OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
	FUNCTION 1 gist_point_consistent(internal, point, int2, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 (point, point) gist_point_distance(internal, point, int2, oid, internal), STORAGE box;

-- case: class_owner_comment
-- setup
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int4, int4);
-- new
ALTER OPERATOR CLASS cla USING btree OWNER TO alice;
COMMENT ON OPERATOR CLASS cla USING btree IS 'x';

-- case: class_used
-- new
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
CREATE TABLE t (a int);
CREATE INDEX i ON t (a cla);

-- case: cast_by_function
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f(ty) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
-- new
CREATE CAST (ty AS int) WITH FUNCTION f(ty) AS ASSIGNMENT;

-- case: cast_context
-- setup
CREATE TYPE ty AS ENUM ('a');
-- old
CREATE CAST (ty AS text) WITH INOUT AS ASSIGNMENT;
-- new
CREATE CAST (ty AS text) WITH INOUT AS IMPLICIT;

-- case: cast_method
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f(ty) RETURNS text LANGUAGE sql AS 'SELECT 1::text';
-- old
CREATE CAST (ty AS text) WITH FUNCTION f(ty);
-- new
CREATE CAST (ty AS text) WITH INOUT;

-- case: cast_without_function
-- new
CREATE TYPE b;
CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE b (INPUT = b_in, OUTPUT = b_out);
CREATE CAST (b AS text) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (b AS text) IS 'x';

-- case: cast_comment
-- setup
CREATE TYPE ty AS ENUM ('a');
CREATE CAST (ty AS text) WITH INOUT;
-- new
COMMENT ON CAST (ty AS text) IS 'x';

-- case: cast_used_by_view
-- new
CREATE TYPE ty AS (a int);
CREATE FUNCTION f(ty) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
CREATE CAST (ty AS int) WITH FUNCTION f(ty);
CREATE TABLE t (a ty);
CREATE VIEW v AS SELECT a::int FROM t;

-- case: conversion
-- new
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- case: conversion_default
-- old
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- new
CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- case: conversion_encodings
-- old
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- new
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

-- case: conversion_owner_comment
-- setup
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- new
ALTER CONVERSION c OWNER TO alice;
COMMENT ON CONVERSION c IS 'x';

-- case: collation
-- new
CREATE COLLATION c (LOCALE = 'C');

-- case: collation_icu
-- old
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de');
-- new
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'sv', DETERMINISTIC = false);

-- case: collation_libc
-- new
CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'C.UTF-8');

-- case: collation_rules
-- version: 16
-- old
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de');
-- new
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de', RULES = '&V << w <<< W');

-- case: collation_builtin
-- version: 17
-- new
CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF-8');

-- case: collation_from
-- new
CREATE COLLATION c FROM "C";

-- case: collation_version
-- new
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de', VERSION = 'old');

-- case: collation_owner_comment
-- setup
CREATE COLLATION c (LOCALE = 'C');
-- new
ALTER COLLATION c OWNER TO alice;
COMMENT ON COLLATION c IS 'x';

-- case: language
-- new
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION i(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION v(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE @case HANDLER h INLINE i VALIDATOR v;
CREATE FUNCTION f() RETURNS int LANGUAGE @case AS 'BEGIN RETURN 1; END';

-- case: language_trusted
-- setup
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
-- old
CREATE LANGUAGE @case HANDLER h;
-- new
CREATE TRUSTED LANGUAGE @case HANDLER h;

-- case: language_owner_comment_grants
-- setup
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED PROCEDURAL LANGUAGE @case HANDLER h;
-- new
ALTER LANGUAGE @case OWNER TO alice;
COMMENT ON LANGUAGE @case IS 'x';
REVOKE ALL ON LANGUAGE @case FROM PUBLIC;
GRANT USAGE ON LANGUAGE @case TO bob;

-- case: transform
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f_to(internal) RETURNS ty LANGUAGE internal IMMUTABLE STRICT AS 'record_recv';
CREATE FUNCTION f_from(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textout';
-- new
CREATE TRANSFORM FOR ty LANGUAGE plpgsql (FROM SQL WITH FUNCTION f_from(internal), TO SQL WITH FUNCTION f_to(internal));

-- case: transform_functions
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f_to(internal) RETURNS ty LANGUAGE internal IMMUTABLE STRICT AS 'record_recv';
CREATE FUNCTION f_from(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textout';
-- old
CREATE TRANSFORM FOR ty LANGUAGE plpgsql (FROM SQL WITH FUNCTION f_from(internal));
-- new
CREATE TRANSFORM FOR ty LANGUAGE plpgsql (TO SQL WITH FUNCTION f_to(internal));

-- case: transform_comment
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f_from(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TRANSFORM FOR ty LANGUAGE plpgsql (FROM SQL WITH FUNCTION f_from(internal));
-- new
COMMENT ON TRANSFORM FOR ty LANGUAGE plpgsql IS 'x';

-- case: access_method
-- new
CREATE ACCESS METHOD @case TYPE INDEX HANDLER bthandler;

-- case: access_method_type
-- old
CREATE ACCESS METHOD @case TYPE INDEX HANDLER bthandler;
-- new
CREATE ACCESS METHOD @case TYPE TABLE HANDLER heap_tableam_handler;

-- case: access_method_comment
-- setup
CREATE ACCESS METHOD @case TYPE INDEX HANDLER bthandler;
-- new
COMMENT ON ACCESS METHOD @case IS 'x';

-- case: access_method_own_handler
-- new
CREATE FUNCTION f(internal) RETURNS index_am_handler LANGUAGE internal AS 'gisthandler';
CREATE ACCESS METHOD @case TYPE INDEX HANDLER f;

-- case: family_for_order_by
-- setup
CREATE OPERATOR FAMILY fam USING gist;
-- new
ALTER OPERATOR FAMILY fam USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops;

-- case: class_for_search
-- new
CREATE OPERATOR CLASS cla FOR TYPE int4 USING btree AS OPERATOR 1 < FOR SEARCH, FUNCTION 1 btint4cmp(int4, int4);
