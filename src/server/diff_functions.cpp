/*
 * diff_functions.cpp - the SQL functions that compare schemas.
 */
#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/apply.hpp"
#include "schema_guard/pg/sources.hpp"
#include "schema_guard/pg/verify.hpp"

using namespace schema_guard;

/* The arguments all of these functions share, from number first on: schemas, kinds, names, ignore, renames. */
static diff::Options
read_options(FunctionCallInfo fcinfo, int first)
{
	diff::Options options;

	options.schemas = pg::array_argument(fcinfo, first);
	options.kinds = pg::array_argument(fcinfo, first + 1);
	for (const std::string &name : options.kinds) {
		if (name.find_first_of("*?[") == std::string::npos && catalog::kind(name) == nullptr)
			throw Failure(sqlstate::invalid_parameter, "there is no kind of object \"" + name + "\"")
				.with_hint("Kinds are in PostgreSQL's words: table, materialized view, domain constraint, ...");
	}
	options.names = pg::array_argument(fcinfo, first + 2);
	diff::read_ignored(pg::array_argument(fcinfo, first + 3), options);
	for (const std::string &text : pg::array_argument(fcinfo, first + 4))
		options.renamings.push_back(diff::read_renaming(text));
	return options;
}

/* Objects with one address are one object. */
static bool
same_database(const std::string &source, const std::string &target)
{
	return pg::moment_of(source) && pg::moment_of(target);
}

static std::unique_ptr<diff::Diff>
compare(FunctionCallInfo fcinfo)
{
	std::string source = pg::text_argument(fcinfo, 0), target = pg::text_argument(fcinfo, 1);
	diff::Options options = read_options(fcinfo, 2);

	options.script.online = PG_GETARG_BOOL(7);
	options.same_database = same_database(source, target);

	pg::Pair schemas = pg::read_pair(source, target);

	options.script.version = schemas.before.version;
	return diff::compare(std::move(schemas.before), std::move(schemas.after), options);
}

/* The part of this database's history in which a difference came about. */
struct Window {
	bool of_from, of_to; /* which objects have their addresses here */
	std::string since, until;
};

static Window
window(const std::string &source, const std::string &target)
{
	std::optional<TimestampTz> from = pg::moment_of(source), to = pg::moment_of(target);
	TimestampTz since = from && to ? std::min(*from, *to) : DT_NOBEGIN;
	TimestampTz until = std::max(from.value_or(DT_NOBEGIN), to.value_or(DT_NOBEGIN));
	/* A moment that is no moment of this database ends all history. */
	if (!from && !to)
		until = DT_NOEND;

	auto text = [](TimestampTz moment) {
		return std::string(pg::guard(
			[=] { return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(moment))); }));
	};
	return {from.has_value(), to.has_value(), text(since), text(until)};
}

/*
 * diff_steps(source, target, schemas, kinds, names, ignore, renames, online): a row a change, see pg::read_source();
 * with what diff() needs to find who made it: the object's address here, if it has one, the parts of its name, and the
 * time in which it was made.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_diff_steps)
{
	std::unique_ptr<diff::Diff> found = compare(fcinfo);
	Window made = window(pg::text_argument(fcinfo, 0), pg::text_argument(fcinfo, 1));
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
			lock = std::max(lock, statement.lock());
			work = std::max(work, statement.work());
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

		const catalog::Object *here = made.of_to && step.to != nullptr		 ? step.to
									  : made.of_from && step.from != nullptr ? step.from
																			 : nullptr;
		auto number = [&](uint32_t value) {
			return here != nullptr ? std::optional(std::to_string(value)) : std::nullopt;
		};

		out.push_back(number(here != nullptr ? here->address.classid : 0));
		out.push_back(number(here != nullptr ? here->address.objid : 0));
		out.push_back(number(here != nullptr ? static_cast<uint32_t>(here->address.objsubid) : 0));
		out.push_back(sql::write_array(step.object().identity));
		out.push_back(made.since);
		out.push_back(made.until);
	}
	pg::return_rows(fcinfo, rows);
	return Datum(0);
}

/* A source as a title names it: without the whole of a script or a document. */
static std::string
source_name(const std::string &source)
{
	return source.starts_with("sql:") ? "a script" : source.starts_with("json:") ? "a document" : source;
}

/* diff_sql(the same): the whole script. */
SCHEMA_GUARD_FUNCTION(schema_guard_diff_sql)
{
	std::unique_ptr<diff::Diff> found = compare(fcinfo);

	return pg::text_result(diff::write_script(*found, "from " + source_name(pg::text_argument(fcinfo, 0)) + " to " +
														  source_name(pg::text_argument(fcinfo, 1))));
}

/* dump(schemas, kinds, names, ignore): the script that makes this schema in a new database. */
SCHEMA_GUARD_FUNCTION(schema_guard_dump)
{
	diff::Options options;

	options.schemas = pg::array_argument(fcinfo, 0);
	options.kinds = pg::array_argument(fcinfo, 1);
	options.names = pg::array_argument(fcinfo, 2);
	diff::read_ignored(pg::array_argument(fcinfo, 3), options);
	options.script.version = PG_VERSION_NUM;
	return pg::text_result(diff::write_script(
		*diff::compare(pg::read_source("empty"), pg::read_source("live"), options), "the schema, for a new database"));
}

static void
return_findings(FunctionCallInfo fcinfo, const std::vector<pg::Finding> &findings)
{
	std::vector<pg::TextRow> rows;
	auto text = [](const std::string &value) { return value.empty() ? std::nullopt : std::optional(value); };

	for (const pg::Finding &finding : findings)
		rows.push_back({finding.direction, finding.problem, text(finding.object_type), text(finding.identity),
						text(finding.attribute), finding.wanted, finding.got, text(finding.statement)});
	pg::return_rows(fcinfo, rows);
}

/* verify_diff(source, target, schemas, kinds, names, ignore, renames, online): what still differs when the script has run;
   no row is the proof.  What cannot run in a transaction runs in a form that can, with a NOTICE.  Everything is undone. */
SCHEMA_GUARD_FUNCTION(schema_guard_verify_diff)
{
	std::string source = pg::text_argument(fcinfo, 0), target = pg::text_argument(fcinfo, 1);
	diff::Options options = read_options(fcinfo, 2);

	options.script.version = PG_VERSION_NUM;
	options.script.online = PG_GETARG_BOOL(7);

	catalog::Catalog after = pg::read_source(target);
	if (source == "live") {
		return_findings(fcinfo, pg::verify(nullptr, after, options));
	} else {
		catalog::Catalog before = pg::read_source(source);
		return_findings(fcinfo, pg::verify(&before, after, options));
	}
	return Datum(0);
}

/*
 * sync(source, target, schemas, kinds, names, ignore, renames, dry_run): makes the source, which must be live, into the
 * target; with dry_run it proves that it can and undoes it.  Returns the statements.  Raises SG010 when something would be
 * left.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_sync)
{
	std::string source = pg::text_argument(fcinfo, 0), target = pg::text_argument(fcinfo, 1);
	diff::Options options = read_options(fcinfo, 2);
	bool dry_run = PG_GETARG_BOOL(7);

	if (source != "live")
		throw Failure(sqlstate::invalid_parameter, "only the live schema can be changed, not \"" + source + "\"")
			.with_hint("SELECT * FROM schema_guard.sync('live', '" + target + "');");
	options.script.version = PG_VERSION_NUM;
	options.script.one_transaction = true;
	options.same_database = same_database(source, target);

	catalog::Catalog after = pg::read_source(target);
	std::unique_ptr<diff::Diff> way = diff::compare(pg::read_source("live"), after, options);

	if (dry_run) {
		std::optional<pg::Error> error = pg::try_and_undo([&] { pg::synchronize(*way, after, options); });
		if (error)
			throw std::move(*error);
	} else {
		pg::synchronize(*way, after, options);
	}

	std::vector<pg::TextRow> rows;
	for (size_t i = 0; i < way->steps.size(); i++) {
		const diff::Step &step = way->steps[i];
		unsigned hazards = 0;

		for (const StatementText &statement : step.forward)
			hazards |= statement.hazards;
		rows.push_back({std::to_string(i + 1), std::string(action_name(step.action)),
						std::string(step.object().kind().name), step.object().quoted_identity(),
						diff::joined(step.forward), sql::write_array(hazard_names(hazards)),
						dry_run ? "false" : "true"});
	}
	pg::return_rows(fcinfo, rows);
	return Datum(0);
}
