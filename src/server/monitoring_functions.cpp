/*
 * monitoring_functions.cpp - SQL functions that watch: drift, alerts, counters.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/drift.hpp"
#include "schema_guard/pg/snapshots.hpp"

using namespace schema_guard;

/* set_baseline(snapshot text): none for NULL; raises 42704 when there is no such snapshot. */
SCHEMA_GUARD_FUNCTION(schema_guard_set_baseline)
{
	pg::snapshots::set_baseline(PG_ARGISNULL(0) ? std::nullopt : std::optional(pg::text_argument(fcinfo, 0)));
	return 0;
}

static std::string
drift_source(const std::string &against)
{
	if (against == "recorded")
		return pg::drift::recorded;
	if (against != "baseline")
		throw Failure(sqlstate::invalid_parameter,
					  "drift is from \"recorded\" or \"baseline\", not from \"" + against + "\"")
			.with_hint("schema_guard.diff() compares any two schemas.");

	std::optional<std::string> label = pg::snapshots::baseline();

	if (!label)
		throw Failure(sqlstate::undefined_object, "there is no baseline")
			.with_hint("SELECT schema_guard.set_baseline('label'); of a snapshot.");
	return "snapshot:" + *label;
}

/* find_drift(against text): a row a difference; raises 22023 for another word, 42704 where there is no baseline. */
SCHEMA_GUARD_FUNCTION(schema_guard_find_drift)
{
	std::vector<pg::TextRow> rows;
	auto text = [](const std::string &value) { return value.empty() ? std::nullopt : std::optional(value); };

	for (const pg::drift::Finding &finding : pg::drift::find(drift_source(pg::text_argument(fcinfo, 0))))
		rows.push_back({finding.object_type, finding.object, finding.change, text(finding.attribute), finding.expected,
						finding.live, text(finding.put_back), std::to_string(finding.address.classid),
						std::to_string(finding.address.objid), std::to_string(finding.address.objsubid)});
	pg::return_rows(fcinfo, rows);
	return 0;
}
