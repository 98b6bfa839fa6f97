/*
 * index_functions.cpp - the SQL functions that write what is used: as the owner of the extension, like all that write.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/index_proof.hpp"
#include "schema_guard/pg/index_trials.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/plan_uses.hpp"
#include "schema_guard/pg/predicates.hpp"
#include "schema_guard/pg/remote.hpp"
#include "schema_guard/server/hooks.hpp"

#include <sys/stat.h>

extern "C" {
#include "common/relpath.h"
}

using schema_guard::Failure;
using schema_guard::pg::argument_as_text;
using schema_guard::pg::text_argument;
namespace own = schema_guard::pg::own;
namespace sqlstate = schema_guard::sqlstate;

/*
 * sample_index_usage()
 */
SCHEMA_GUARD_FUNCTION(schema_guard_sample_index_usage)
{
	own::require_installed();
	own::execute("SELECT schema_guard.write_usage(schema_guard.local_node(), schema_guard.export_usage(), true)", {});
	own::execute("SELECT schema_guard.write_table_sizes((clock_timestamp() AT TIME ZONE 'UTC')::date)", {});
	return Datum(0);
}

/*
 * import_usage(node text, usage jsonb): raises 22023 for what is no usage of a standby of this server.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_import_usage)
{
	own::require_installed();
	own::execute("SELECT schema_guard.write_usage($1, $2::jsonb, false)",
				 {text_argument(fcinfo, 0), argument_as_text(fcinfo, 1)});
	return Datum(0);
}

/*
 * pull_usage(server text, node text): raises what reading a foreign server and import_usage() raise.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_pull_usage)
{
	std::string server = text_argument(fcinfo, 0);

	own::require_installed();
	own::execute("SELECT schema_guard.write_usage($1, $2::jsonb, false)",
				 {argument_as_text(fcinfo, 1).value_or(server),
				  schema_guard::pg::read_remote_value(server, "SELECT schema_guard.export_usage()")});
	return Datum(0);
}

/*
 * forget_usage(node text): raises 42704 for a node that never reported.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_forget_usage)
{
	std::string node = text_argument(fcinfo, 0);

	own::require_installed();
	if (own::execute("DELETE FROM schema_guard.usage_node WHERE node = $1", {node}) == 0)
		throw Failure(sqlstate::undefined_object, "no usage of \"" + node + "\" is known")
			.with_hint("schema_guard.usage_nodes lists the servers that have reported.");
	for (const char *sql : {"DELETE FROM schema_guard.usage_sample WHERE node = $1",
							"DELETE FROM schema_guard.usage_counter WHERE node = $1",
							"DELETE FROM schema_guard.usage_day WHERE node = $1"})
		own::execute(sql, {node});
	return Datum(0);
}

/*
 * refuse_usage(node text, why text): for write_usage(), which is SQL and cannot raise.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_refuse_usage)
{
	throw Failure(sqlstate::invalid_parameter,
				  "usage of \"" + text_argument(fcinfo, 0) + "\" refused: " + text_argument(fcinfo, 1))
		.with_hint("SELECT schema_guard.import_usage('standby name', usage) takes what schema_guard.export_usage() "
				   "returned on that standby.");
}

/*
 * trial_drop(index regclass, reason text): raises SG009 where the library is not preloaded, 22023 for what is no index that can be
 * dropped, 42710 for one that is hidden already.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_trial_drop)
{
	if (!schema_guard::server::hooks_guard())
		throw Failure(sqlstate::not_ready, "no index can be hidden from the planner: the library is not preloaded")
			.with_hint("Add schema_guard to shared_preload_libraries and restart.");
	if (PG_ARGISNULL(0))
		throw Failure(sqlstate::invalid_parameter, "the index is missing");
	schema_guard::pg::index_trials::begin(PG_GETARG_OID(0), argument_as_text(fcinfo, 1));
	return 0;
}

/* end_trial(index text): raises 42704 when it is not hidden. */
SCHEMA_GUARD_FUNCTION(schema_guard_end_trial)
{
	schema_guard::pg::index_trials::end(text_argument(fcinfo, 0));
	return 0;
}

/* trial_statements(index text): raises 42704 when it is not hidden, 0A000 without pg_stat_statements. */
SCHEMA_GUARD_FUNCTION(schema_guard_trial_statements)
{
	schema_guard::pg::return_rows(fcinfo, schema_guard::pg::index_trials::statements(text_argument(fcinfo, 0)));
	return 0;
}

/* library_plan_uses() returns setof (relid oid, plans bigint, last_at timestamptz); raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_library_plan_uses)
{
	std::vector<schema_guard::pg::TextRow> rows;

	for (const schema_guard::pg::plan_uses::Row &row : schema_guard::pg::plan_uses::all()) {
		std::string last_at;

		schema_guard::pg::guard([&] { last_at.assign(timestamptz_to_str(row.last_at)); });
		rows.push_back({std::to_string(row.index), std::to_string(row.plans), last_at});
	}
	schema_guard::pg::return_rows(fcinfo, rows);
	return 0;
}

/*
 * library_predicates() returns setof (relid oid, columns smallint[], operators oid[], others boolean, scans bigint, rows_read bigint,
 * rows_removed bigint, removed_in_all bigint, first_at timestamptz, last_at timestamptz, queryid bigint); raises nothing.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_library_predicates)
{
	namespace counters = schema_guard::pg::counters;
	std::vector<schema_guard::pg::TextRow> rows;

	for (const schema_guard::pg::predicates::Row &row : schema_guard::pg::predicates::all()) {
		std::string columns, operators, first_at, last_at;
		auto number = [&](counters::PredicateValue which) { return std::to_string(row.value[which]); };

		for (int i = 0; i < counters::Predicate::most && row.what.columns[i] != 0; i++) {
			columns += (i == 0 ? "{" : ",") + std::to_string(row.what.columns[i]);
			operators += (i == 0 ? "{" : ",") + std::to_string(row.what.operators[i]);
		}
		schema_guard::pg::guard([&] {
			first_at.assign(timestamptz_to_str(static_cast<TimestampTz>(row.value[counters::first_scan_at])));
			last_at.assign(timestamptz_to_str(static_cast<TimestampTz>(row.value[counters::last_scan_at])));
		});
		rows.push_back({std::to_string(row.what.relation), columns + "}", operators + "}",
						row.what.others != 0 ? "t" : "f", number(counters::scans), number(counters::rows_read),
						number(counters::rows_removed), number(counters::removed_in_all), first_at, last_at,
						row.value[counters::last_query] == 0
							? std::nullopt
							: std::optional(std::to_string(static_cast<int64_t>(row.value[counters::last_query])))});
	}
	schema_guard::pg::return_rows(fcinfo, rows);
	return 0;
}

/*
 * prove_index(relation oid, attnums smallint[], statement text, what text, queryid bigint) returns one row (cost_before numeric,
 * cost_after numeric, bytes bigint, used boolean, proof text); raises SG009, and what cancels the statement.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_prove_index)
{
	schema_guard::pg::IndexProof proof = schema_guard::pg::prove_index(
		{PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0), argument_as_text(fcinfo, 1).value_or("{}"),
		 text_argument(fcinfo, 2), text_argument(fcinfo, 3), argument_as_text(fcinfo, 4).value_or("")});

	schema_guard::pg::return_rows(
		fcinfo, {{proof.cost_before, proof.cost_after, proof.bytes,
				  proof.cost_before ? std::optional(proof.used ? "t" : "f") : std::nullopt, proof.text}});
	return 0;
}

/* library_plans_since(): null while plans are not looked at; raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_library_plans_since)
{
	TimestampTz since = schema_guard::pg::plan_uses::known_since();

	if (since == 0)
		PG_RETURN_NULL();
	return TimestampTzGetDatum(since);
}

/* Server calls; only inside guard(). */
namespace raw {

static std::int64_t
file_size(Oid filenode, Oid tablespace)
{
#if PG_VERSION_NUM >= 180000
	/* By value since 18 (54a38b8a8b5f). */
	auto whole = GetRelationPath(MyDatabaseId, tablespace, filenode, INVALID_PROC_NUMBER, MAIN_FORKNUM);
	const char *path = whole.str;
#else
	char *path = GetRelationPath(MyDatabaseId, tablespace, filenode, -1, MAIN_FORKNUM);
#endif
	char segment[MAXPGPATH];
	struct stat file;
	std::int64_t size = 0;

	for (unsigned int number = 0;; number++) {
		if (number == 0)
			strlcpy(segment, path, sizeof segment);
		else
			snprintf(segment, sizeof segment, "%s.%u", path, number);
		if (stat(segment, &file) != 0)
			break;
		size += file.st_size;
	}
#if PG_VERSION_NUM < 180000
	pfree(path);
#endif
	return size;
}

} // namespace raw

/* file_size(filenode oid, tablespace oid): raises nothing; a file that has gone is empty. */
SCHEMA_GUARD_FUNCTION(schema_guard_file_size)
{
	Oid tablespace = PG_GETARG_OID(1);

	return Int64GetDatum(schema_guard::pg::guard(
		[=] { return raw::file_size(PG_GETARG_OID(0), OidIsValid(tablespace) ? tablespace : MyDatabaseTableSpace); }));
}
