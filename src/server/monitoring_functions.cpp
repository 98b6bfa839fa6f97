/*
 * monitoring_functions.cpp - SQL functions that watch: drift, alerts, counters.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/alerts.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/drift.hpp"
#include "schema_guard/pg/snapshots.hpp"
#include "schema_guard/pg/violations.hpp"

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

/* sequence_positions() returns setof (sequence oid, last_value bigint, is_called boolean); raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_sequence_positions)
{
	std::vector<pg::TextRow> rows;

	for (const pg::alerts::Position &position : pg::alerts::sequence_positions())
		rows.push_back({std::to_string(position.sequence), std::to_string(position.last_value),
						position.is_called ? "true" : "false"});
	pg::return_rows(fcinfo, rows);
	return 0;
}

/* check_alerts(): a row for each alert that was opened, raised to critical, or resolved. */
SCHEMA_GUARD_FUNCTION(schema_guard_check_alerts)
{
	std::vector<pg::TextRow> rows;

	for (const pg::alerts::Event &event : pg::alerts::check())
		rows.push_back({event.id, event.event, event.kind, event.severity, event.object, event.message});
	pg::return_rows(fcinfo, rows);
	return 0;
}

/* acknowledge(id bigint, why text): raises 42704 when it is not open, 22023 for a reason that says too little. */
SCHEMA_GUARD_FUNCTION(schema_guard_acknowledge)
{
	std::string why = pg::text_argument(fcinfo, 1);

	if (const char *fault = reason_fault(why))
		throw Failure(sqlstate::invalid_parameter, "reason \"" + why + "\" says too little").with_detail(fault);
	if (PG_ARGISNULL(0))
		throw Failure(sqlstate::invalid_parameter, "an alert is known by its number, which is missing");
	pg::alerts::acknowledge(PG_GETARG_INT64(0), why);
	return 0;
}

/* set_threshold(kind text, warning float8, critical float8): raises 42704 for a kind that there is not. */
SCHEMA_GUARD_FUNCTION(schema_guard_set_threshold)
{
	pg::alerts::set_threshold(pg::text_argument(fcinfo, 0), pg::argument_as_text(fcinfo, 1),
							  pg::argument_as_text(fcinfo, 2));
	return 0;
}

/* library_violations(): a row a constraint, and one without names for those there was no room for; raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_library_violations)
{
	std::vector<pg::TextRow> rows;
	auto text = [](const std::string &value) { return value.empty() ? std::nullopt : std::optional(value); };
	auto time = [](TimestampTz value) {
		std::string written;

		pg::guard([&] { written.assign(timestamptz_to_str(value)); });
		return written;
	};

	for (const pg::violations::Row &row : pg::violations::all())
		rows.push_back({text(row.schema), text(row.relation), text(row.constraint), text(row.column), row.sqlstate,
						std::to_string(row.refused), time(row.first_at), time(row.last_at), time(row.since)});
	if (uint64_t uncounted = pg::violations::uncounted())
		rows.push_back({{}, {}, {}, {}, {}, std::to_string(uncounted), {}, {}, {}});
	pg::return_rows(fcinfo, rows);
	return 0;
}

/* reset_constraint_violations(): raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_reset_constraint_violations)
{
	pg::violations::reset();
	return 0;
}
