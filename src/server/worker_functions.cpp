/*
 * worker_functions.cpp - what SQL can ask of the workers.
 */
#include "schema_guard/core/version.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/worker_report.hpp"

using schema_guard::Failure;
using schema_guard::pg::TextRow;

/* library_workers() returns a row for the launcher and for each database with a slot; raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_library_workers)
{
	schema_guard::pg::return_rows(fcinfo, schema_guard::pg::worker_report::rows());
	return 0;
}

/* require_library(version text): raises SG009 when the server's library, or the copy of it that runs this, is another. */
SCHEMA_GUARD_FUNCTION(schema_guard_require_library)
{
	std::string wanted = schema_guard::pg::text_argument(fcinfo, 0);
	std::string server = schema_guard::pg::worker_report::library_of_server();
	std::string found = !server.empty() && server != wanted ? server : schema_guard::library_version;

	if (found != wanted)
		throw Failure(schema_guard::sqlstate::not_ready, "schema_guard " + wanted +
															 " needs its library, but the server runs with that of " +
															 found + ": install the new one and restart first")
			.with_hint("Then run ALTER EXTENSION schema_guard UPDATE; in each database.");
	return 0;
}
