/*
 * naming.cpp - the SQL functions of naming.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/unicode/text.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/naming.hpp"

using namespace schema_guard;

/* An argument in UTF-8 that may not be null. */
static std::string
needed(FunctionCallInfo fcinfo, int index, const char *name)
{
	if (PG_ARGISNULL(index))
		throw Failure(sqlstate::invalid_parameter, std::string(name) + " must not be null");
	return pg::to_utf8(pg::text_argument(fcinfo, index));
}

/*
 * add_naming_rule(name, object_type, pattern, kind, severity, message, schema_pattern, exceptions): raises 22023 for
 * words it does not know and patterns that do not compile, 42710 for a name that is taken.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_add_naming_rule)
{
	NamingRule rule;

	rule.name = needed(fcinfo, 0, "name");
	rule.object_type = needed(fcinfo, 1, "object_type");
	rule.pattern = needed(fcinfo, 2, "pattern");
	rule.kind = naming_kind(needed(fcinfo, 3, "kind"));
	rule.severity = naming_severity(needed(fcinfo, 4, "severity"));
	rule.message = pg::to_utf8(pg::text_argument(fcinfo, 5));
	rule.schema_pattern = needed(fcinfo, 6, "schema_pattern");
	rule.exceptions = pg::array_argument(fcinfo, 7);
	for (std::string &exception : rule.exceptions)
		exception = pg::to_utf8(exception);
	pg::add_naming_rule(rule);
	PG_RETURN_VOID();
}

/* drop_naming_rule(name): raises 42704 when there is no such rule. */
SCHEMA_GUARD_FUNCTION(schema_guard_drop_naming_rule)
{
	pg::drop_naming_rule(needed(fcinfo, 0, "name"));
	PG_RETURN_VOID();
}

/* use_naming_preset(preset, severity, schema_pattern): raises 22023 for a preset or severity it does not know. */
SCHEMA_GUARD_FUNCTION(schema_guard_use_naming_preset)
{
	pg::use_naming_preset(needed(fcinfo, 0, "preset"), naming_severity(needed(fcinfo, 1, "severity")),
						  needed(fcinfo, 2, "schema_pattern"));
	PG_RETURN_VOID();
}

/* suggest_name(type, name) returns text. */
SCHEMA_GUARD_FUNCTION(schema_guard_suggest_name)
{
	std::string type = needed(fcinfo, 0, "type");
	std::string name = needed(fcinfo, 1, "name");

	return pg::text_result(pg::to_server(suggest_name(type, name, pg::name_limits())));
}

/* check_names(schema_pattern, type) returns a row for each rule that a name breaks. */
SCHEMA_GUARD_FUNCTION(schema_guard_check_names)
{
	std::string schema_pattern = needed(fcinfo, 0, "schema_pattern");
	std::string type = needed(fcinfo, 1, "type");
	const NamingRules &rules = pg::naming_rules();
	std::vector<pg::TextRow> rows;

	for (const pg::LocatedName &name : pg::all_named_objects(rules)) {
		const NamedObject &object = name.object;
		bool renamed = false;

		if (!naming_type_matches(type, object.object_type) ||
			(schema_pattern != "*" && !unicode::glob_match(schema_pattern, object.schema)))
			continue;
		for (const NamingViolation &found : rules.judge(object, pg::name_limits())) {
			pg::TextRow &row = rows.emplace_back();

			row = {object.object_type,
				   pg::identity(name),
				   pg::to_server(found.rule),
				   found.severity == Severity::error ? "error" : "warning",
				   pg::to_server(found.message),
				   std::nullopt,
				   std::nullopt};
			if (found.suggestion.empty())
				continue;
			row[5] = pg::to_server(found.suggestion);
			/* One renaming an object, so that the statements can be run as they come. */
			if (!std::exchange(renamed, true))
				row[6] = pg::rename_statement(name, *row[5]);
		}
	}
	pg::return_rows(fcinfo, rows);
	return Datum(0);
}
