/*
 * diff_functions.cpp - the SQL functions that compare schemas.
 */
#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/sources.hpp"

using namespace schema_guard;

/* The arguments diff() and diff_sql() share. */
static std::unique_ptr<diff::Diff>
compare(FunctionCallInfo fcinfo)
{
	std::string source = pg::text_argument(fcinfo, 0), target = pg::text_argument(fcinfo, 1);
	diff::Options options;

	options.schemas = pg::array_argument(fcinfo, 2);
	options.kinds = pg::array_argument(fcinfo, 3);
	options.names = pg::array_argument(fcinfo, 4);
	diff::read_ignored(pg::array_argument(fcinfo, 5), options);
	for (const std::string &text : pg::array_argument(fcinfo, 6))
		options.renamings.push_back(diff::read_renaming(text));
	options.script.online = PG_GETARG_BOOL(7);
	options.same_database = pg::same_database(source, target);

	catalog::Catalog before = pg::read_source(source), after = pg::read_source(target);

	options.script.version = before.version;
	return diff::compare(std::move(before), std::move(after), options);
}

/* diff(source, target, schemas, kinds, names, ignore, renames, online): a row a change; see pg::read_source(). */
SCHEMA_GUARD_FUNCTION(schema_guard_diff)
{
	std::unique_ptr<diff::Diff> found = compare(fcinfo);
	std::vector<pg::TextRow> rows;

	for (const diff::Row &row : diff::rows(*found)) {
		const diff::Step &step = *row.of;
		unsigned hazards = 0;
		bool transactional = true;
		Lock lock = Lock::none;
		Work work = Work::none;

		for (const StatementText &statement : step.forward) {
			hazards |= statement.hazards;
			transactional = transactional && statement.form->transactional;
			lock = std::max(lock, statement.form->lock);
			work = std::max(work, statement.form->work);
		}
		pg::TextRow &out = rows.emplace_back();
		auto text = [&](const std::string &value) { return value.empty() ? std::nullopt : std::optional(value); };

		out = {std::to_string(row.step),
			   std::string(action_name(step.action)),
			   std::string(step.object().kind().name),
			   step.object().quoted_identity(),
			   text(row.attribute),
			   row.old_value,
			   row.new_value,
			   row.first ? text(diff::joined(step.forward)) : std::nullopt,
			   row.first ? text(diff::joined(step.backward)) : std::nullopt,
			   text(std::string(lock_name(lock))),
			   work == Work::rewrite ? std::optional<std::string>("rewrite")
			   : work == Work::scan	 ? std::optional<std::string>("scan")
									 : std::nullopt,
			   transactional ? "true" : "false",
			   sql::write_array(hazard_names(hazards)),
			   text(step.reason)};
	}
	pg::return_rows(fcinfo, rows);
	return Datum(0);
}

/* diff_sql(the same): the whole script. */
SCHEMA_GUARD_FUNCTION(schema_guard_diff_sql)
{
	std::unique_ptr<diff::Diff> found = compare(fcinfo);

	return pg::text_result(
		diff::write_script(*found, "from " + pg::text_argument(fcinfo, 0) + " to " + pg::text_argument(fcinfo, 1)));
}
