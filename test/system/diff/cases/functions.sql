-- case: new
-- new
CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS text LANGUAGE sql AS $$ SELECT b || a $$;

-- case: body
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2; END';

-- case: body_with_dollars
-- old
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $x$ SELECT $$a$$ || $_$b$_$ || $function$c\d$function$ || $$$1$$$x$;

-- case: body_atomic
-- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- new
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a; END;

-- case: body_return
-- setup
CREATE TABLE t (a int);
-- new
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + (SELECT count(*) FROM t);

-- case: volatility
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
-- new
ALTER FUNCTION f() IMMUTABLE;
ALTER FUNCTION g() VOLATILE;

-- case: stable
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';

-- case: immutable
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';

-- case: strict
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f(int) STRICT;

-- case: returns_null_on_null_input
-- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql CALLED ON NULL INPUT AS 'SELECT 1';
-- new
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql RETURNS NULL ON NULL INPUT AS 'SELECT 1';

-- case: called_on_null_input
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql STRICT AS 'SELECT 1';
-- new
ALTER FUNCTION f(int) CALLED ON NULL INPUT;

-- case: security_definer
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f() EXTERNAL SECURITY DEFINER;

-- case: security_invoker
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY INVOKER AS 'SELECT 1';

-- case: leakproof
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1';
-- new
ALTER FUNCTION f() LEAKPROOF;
ALTER FUNCTION g() NOT LEAKPROOF;

-- case: parallel
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql PARALLEL SAFE AS 'SELECT 1';
-- new
ALTER FUNCTION f() PARALLEL RESTRICTED;
ALTER FUNCTION g() PARALLEL UNSAFE;

-- case: cost
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f() COST 1000;

-- case: rows
-- setup
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql COST 10 AS 'SELECT 1';
-- new
ALTER FUNCTION f() ROWS 5;

-- case: support
-- old
CREATE FUNCTION f(text, text) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'texteq';
-- new
CREATE FUNCTION f(text, text) RETURNS bool LANGUAGE internal IMMUTABLE STRICT SUPPORT textlike_support AS 'texteq';

-- case: set
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f() SET search_path = @case, pg_temp, "$user", "a b", '' SET work_mem TO '10MB';

-- case: set_other
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '5MB' SET datestyle = 'ISO, DMY' AS 'SELECT 1';
-- new
ALTER FUNCTION f() SET work_mem = '7MB';

-- case: set_from_current
-- new
SET extra_float_digits = 2;
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET extra_float_digits FROM CURRENT AS 'SELECT 1';

-- case: reset
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '5MB' SET datestyle = 'ISO, DMY' AS 'SELECT 1';
-- new
ALTER FUNCTION f() RESET work_mem;

-- case: reset_all
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '5MB' SET search_path = '' AS 'SELECT 1';
-- new
ALTER FUNCTION f() RESET ALL;

-- case: language
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';

-- case: internal
-- old
CREATE FUNCTION f(int, int) RETURNS int LANGUAGE internal STRICT AS 'int4pl';
-- new
CREATE FUNCTION f(int, int) RETURNS int LANGUAGE internal STRICT AS 'int4mi';

-- case: c
-- new
CREATE FUNCTION f() RETURNS trigger LANGUAGE c AS '$libdir/refint', 'check_primary_key';

-- case: argument_names
-- old
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(a int, c int) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: argument_named
-- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: argument_types
-- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: argument_modes
-- old
CREATE FUNCTION f(IN a int, OUT b int) LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(INOUT a int, OUT b int) LANGUAGE sql AS 'SELECT 1, 2';

-- case: variadic
-- old
CREATE FUNCTION f(a int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(VARIADIC a int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: argument_default
-- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(a int DEFAULT 5) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: argument_default_other
-- old
CREATE FUNCTION f(a int DEFAULT 5, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(a int, b text DEFAULT 'y') RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: result
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION f() TO bob;
COMMENT ON FUNCTION f() IS 'x';
-- new
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
GRANT EXECUTE ON FUNCTION f() TO bob;
COMMENT ON FUNCTION f() IS 'x';

-- case: result_under_view
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f() AS a;
CREATE TABLE t (a bigint DEFAULT f() CHECK (a > f()));
-- new
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE VIEW v AS SELECT f() AS a;
CREATE TABLE t (a bigint DEFAULT f() CHECK (a > f()));

-- case: result_table
-- old
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS $$SELECT 1, 'x'$$;
-- new
CREATE FUNCTION f() RETURNS TABLE (a int, c text) LANGUAGE sql AS $$SELECT 1, 'x'$$;

-- case: result_setof
-- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';

-- case: result_row_type
-- setup
CREATE TABLE t (a int);
-- new
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION g(t) RETURNS t LANGUAGE sql AS 'SELECT $1';

-- case: overloaded
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- case: window
-- new
CREATE FUNCTION f() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';

-- case: transform
-- setup
CREATE TYPE ty AS (a int);
CREATE FUNCTION f_to(internal) RETURNS ty LANGUAGE internal IMMUTABLE STRICT AS 'record_recv';
CREATE FUNCTION f_from(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TRANSFORM FOR ty LANGUAGE plpgsql (FROM SQL WITH FUNCTION f_from(internal));
-- old
CREATE FUNCTION f(ty) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
-- new
CREATE FUNCTION f(ty) RETURNS int LANGUAGE plpgsql TRANSFORM FOR TYPE ty AS 'BEGIN RETURN 1; END';

-- case: depends_on_extension
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f(int) DEPENDS ON EXTENSION plpgsql;

-- case: no_longer_depends_on_extension
-- setup
CREATE PROCEDURE f(int) LANGUAGE sql AS 'SELECT 1';
ALTER PROCEDURE f(int) DEPENDS ON EXTENSION plpgsql;
-- new
ALTER PROCEDURE f(int) NO DEPENDS ON EXTENSION plpgsql;

-- case: comment
-- setup
CREATE FUNCTION f(int, "a b" text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
COMMENT ON FUNCTION f(int, text) IS 'x';

-- case: owner
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
ALTER FUNCTION f(int) OWNER TO alice;

-- case: grants
-- setup
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- new
REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(int) TO bob WITH GRANT OPTION;

-- case: procedure
-- new
CREATE PROCEDURE p(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a; END';

-- case: procedure_body
-- old
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';
-- new
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';

-- case: procedure_attributes
-- setup
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE q() LANGUAGE plpgsql SET work_mem = '5MB' AS 'BEGIN END';
-- new
ALTER PROCEDURE p() SECURITY DEFINER SET work_mem = '5MB';
ALTER PROCEDURE q() RESET work_mem;
COMMENT ON PROCEDURE p() IS 'x';
ALTER PROCEDURE p() OWNER TO alice;
GRANT EXECUTE ON PROCEDURE p() TO bob;

-- case: procedure_from_function
-- old
CREATE FUNCTION p() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
-- new
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';

-- case: procedure_atomic_out
-- setup
CREATE TABLE t (a int);
-- new
CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (a); SELECT 1; END;

-- case: aggregate
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);

-- case: aggregate_initial
-- old
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '5');

-- case: aggregate_everything
-- old
CREATE AGGREGATE agg(float8) (SFUNC = float8_accum, STYPE = float8[], INITCOND = '{0,0,0}');
-- new
CREATE AGGREGATE agg(float8) (SFUNC = float8_accum, STYPE = float8[], SSPACE = 100, FINALFUNC = float8_avg, FINALFUNC_MODIFY = SHAREABLE,
	COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE);

-- case: aggregate_moving
-- old
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MSSPACE = 8, MINITCOND = '0',
	MFINALFUNC = int4abs, MFINALFUNC_MODIFY = READ_WRITE);

-- case: aggregate_moving_extra
-- new
CREATE FUNCTION fin(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = fin, FINALFUNC_EXTRA, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int,
	MFINALFUNC = fin, MFINALFUNC_EXTRA, MFINALFUNC_MODIFY = READ_ONLY, FINALFUNC_MODIFY = READ_ONLY);

-- case: aggregate_serial
-- new
CREATE AGGREGATE agg(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
	SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);

-- case: aggregate_sort_operator
-- old
CREATE AGGREGATE agg(int) (SFUNC = int4larger, STYPE = int);
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4larger, STYPE = int, SORTOP = >);

-- case: aggregate_ordered
-- new
CREATE AGGREGATE agg(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final,
	FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);

-- case: aggregate_hypothetical
-- new
CREATE AGGREGATE agg(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final,
	FINALFUNC_EXTRA, HYPOTHETICAL);

-- case: aggregate_star
-- new
CREATE AGGREGATE agg(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');

-- case: aggregate_old_syntax
-- new
CREATE AGGREGATE agg (BASETYPE = int, SFUNC = int4pl, STYPE = int);

-- case: aggregate_comment_owner_grants
-- setup
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
-- new
COMMENT ON AGGREGATE agg(int) IS 'sum';
ALTER AGGREGATE agg(int) OWNER TO alice;
GRANT EXECUTE ON FUNCTION agg(int) TO bob;

-- case: aggregate_replaced_under_view
-- setup
CREATE TABLE t (a int);
-- old
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
CREATE VIEW v AS SELECT agg(a) FROM t;
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1');
CREATE VIEW v AS SELECT agg(a) FROM t;

-- case: of_each_other
-- new
CREATE FUNCTION a(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION b(int) RETURNS int LANGUAGE sql RETURN a($1);
CREATE FUNCTION c(int DEFAULT b(1)) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN d(1); END';
CREATE FUNCTION d(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN c(1); END';

-- case: routine
-- setup
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
-- new
ALTER ROUTINE f() STABLE COST 7;
ALTER ROUTINE p() SET work_mem = '5MB';
COMMENT ON ROUTINE p() IS 'x';
GRANT EXECUTE ON ROUTINE p() TO bob;

-- case: rows_of_new
-- new
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql ROWS 7 COST 3 AS 'SELECT 1';

-- case: aggregate_parallel
-- old
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, PARALLEL = RESTRICTED);
-- new
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, PARALLEL = UNSAFE);

-- case: aggregate_ordered_comment
-- setup
CREATE AGGREGATE agg(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
-- new
COMMENT ON AGGREGATE agg(float8 ORDER BY anyelement) IS 'x';
ALTER AGGREGATE agg(float8 ORDER BY anyelement) OWNER TO alice;
