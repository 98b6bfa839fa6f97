/*
 * breaks_rules.cpp - a C++ exception that leaves a PG_TRY block, which no code may do.
 *
 * The boundary outlives it all the same.  boundary.sh leaves this file out.
 */
#include "probe.hpp"

SCHEMA_GUARD_FUNCTION(boundary_throw_in_pg_try)
{
	boundary_test::Probe probe;

	PG_TRY();
	{
		throw schema_guard::Failure(schema_guard::sqlstate::frozen, "thrown in PG_TRY");
	}
	PG_FINALLY();
	{
	}
	PG_END_TRY();
	return 0;
}
