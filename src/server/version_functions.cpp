/*
 * version_functions.cpp - SQL functions around the versions of objects: stock-taking, snapshots, definitions.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/versions.hpp"

namespace own = schema_guard::pg::own;
namespace versions = schema_guard::pg::versions;

/* take_stock() returns bigint: how many objects had changed unseen; raises SG009 where the extension is missing. */
SCHEMA_GUARD_FUNCTION(schema_guard_take_stock)
{
	own::require_installed();
	return Int64GetDatum(versions::take_stock());
}
