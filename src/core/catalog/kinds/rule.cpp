/*
 * rule.cpp - rewrite rules, but for those that are views.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT r.tableoid AS classid, r.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, c.relname AS \"table\", r.rulename AS name, "
		   "ltrim(left(substr(d.definition, char_length('CREATE RULE ' || quote_ident(r.rulename) || ' AS') + 1), -1), "
		   "E' \\n') AS definition, CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' "
		   "WHEN 'A' THEN 'always' END AS enabled FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
		   "JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL pg_get_ruledef(r.oid) d(definition) "
		   "WHERE r.ev_type <> '1' AND " +
		   users_relation() + source.wanted("r.ev_class");
}

std::string
table_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

std::string
reference(const Object &object)
{
	return "RULE " + sql::identifier(object.name()) + " ON " + table_of(object);
}

void
set_enabled(const Object &object, Script &script)
{
	const std::string &enabled = object["enabled"];
	const char *verb = enabled == "disabled"  ? "DISABLE"
					   : enabled == "replica" ? "ENABLE REPLICA"
					   : enabled == "always"  ? "ENABLE ALWAYS"
											  : "ENABLE";

	script.add(form::enable_rule,
			   "ALTER TABLE " + table_of(object) + " " + verb + " RULE " + sql::identifier(object.name()));
}

void
write(const Object &object, const std::string &verb, Script &script)
{
	script.add(form::create_rule,
			   verb + " RULE " + sql::identifier(object.name()) + " AS\n    " + object["definition"]);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	write(object, "CREATE", script);
	if (object.has("enabled"))
		set_enabled(object, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_rule, "DROP " + reference(object));
}

bool
alter_definition(const Change &change, Script &script)
{
	write(change.to, "CREATE OR REPLACE", script);
	return true;
}

bool
alter_enabled(const Change &change, Script &script)
{
	set_enabled(change.to, script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "table", "name"};
constexpr Property properties[] = {{"definition", alter_definition}, {"enabled", alter_enabled}};

} // namespace

constexpr Kind rule_kind = {
	.name = "rule",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::rule,
};

} // namespace schema_guard::catalog
