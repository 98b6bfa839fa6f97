/*
 * base_type.cpp - base types, and shell types nothing has become of yet.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <array>

namespace schema_guard::catalog {

namespace {

/* Not the array types, which come with their elements'. */
std::string
query(const Source &source)
{
	return type_columns() + ", CASE WHEN t.typlen = -1 THEN 'VARIABLE' ELSE t.typlen::text END AS internal_length, " +
		   routine_name("t.typinput") + " AS input, " + routine_name("t.typoutput") + " AS output, " +
		   routine_name("t.typreceive") + " AS receive, " + routine_name("t.typsend") + " AS send, " +
		   routine_name("t.typmodin") + " AS typmod_in, " + routine_name("t.typmodout") + " AS typmod_out, " +
		   routine_name("t.typanalyze") + " AS \"analyze\", " +
		   (source.version >= 140000 ? routine_name("t.typsubscript") : "NULL::text") +
		   " AS subscript, CASE WHEN t.typbyval THEN 'true' END AS passed_by_value, "
		   "CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' ELSE 'int4' END "
		   "AS alignment, "
		   "CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' ELSE 'plain' END "
		   "AS storage, "
		   "NULLIF(t.typcategory, 'U')::text AS category, CASE WHEN t.typispreferred THEN 'true' END AS preferred, "
		   "t.typdefault AS \"default\", "
		   "CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element, "
		   "NULLIF(t.typdelim, ',')::text AS delimiter, CASE WHEN t.typcollation <> 0 THEN 'true' END AS "
		   "\"collatable\"" +
		   type_rows() +
		   " WHERE t.typtype = 'b' AND t.typisdefined AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem "
		   "AND e.typarray = t.oid)" +
		   source.wanted("t.oid");
}

std::string
shell_query(const Source &source)
{
	return type_columns() + type_rows() + " WHERE NOT t.typisdefined" + source.wanted("t.oid");
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> options;
	auto option = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name + " = " + object[property]);
	};
	auto text = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name + " = " + sql::literal(object[property]));
	};

	option("INTERNALLENGTH", "internal_length");
	option("INPUT", "input");
	option("OUTPUT", "output");
	option("RECEIVE", "receive");
	option("SEND", "send");
	option("TYPMOD_IN", "typmod_in");
	option("TYPMOD_OUT", "typmod_out");
	option("ANALYZE", "analyze");
	option("SUBSCRIPT", "subscript");
	option("PASSEDBYVALUE", "passed_by_value");
	option("ALIGNMENT", "alignment");
	option("STORAGE", "storage");
	text("CATEGORY", "category");
	option("PREFERRED", "preferred");
	text("DEFAULT", "default");
	option("ELEMENT", "element");
	text("DELIMITER", "delimiter");
	option("COLLATABLE", "collatable");
	script.add(form::create, "CREATE TYPE " + type_name(object) + " (\n\t" + sql::join(options, ",\n\t") + "\n)",
			   needs_superuser);
}

void
create_shell(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, "CREATE TYPE " + type_name(object));
}

/* ALTER TYPE SET; storage never goes back to plain. */
bool
alter(const Change &change, Script &script)
{
	std::vector<std::string> options;
	auto option = [&](const std::string &name, std::string_view property) {
		if (change.changed(property))
			options.push_back(name + " = " + (change.to.has(property) ? change.to[property] : "NONE"));
	};

	if (change.changed("storage") && (change.to["storage"] == "plain" || change.from["internal_length"] != "VARIABLE"))
		return false;
	option("RECEIVE", "receive");
	option("SEND", "send");
	option("TYPMOD_IN", "typmod_in");
	option("TYPMOD_OUT", "typmod_out");
	option("ANALYZE", "analyze");
	option("SUBSCRIPT", "subscript");
	option("STORAGE", "storage");
	script.add(form::alter, "ALTER " + type_reference(change.to) + " SET (" + sql::join(options) + ")",
			   needs_superuser);
	return true;
}

constexpr Property properties[] = {
	{"internal_length"},   {"input"},		   {"output"},
	{"receive", alter},	   {"send", alter},	   {"typmod_in", alter},
	{"typmod_out", alter}, {"analyze", alter}, {"subscript", alter},
	{"passed_by_value"},   {"alignment"},	   {"storage", alter},
	{"category"},		   {"preferred"},	   {"default"},
	{"element"},		   {"delimiter"},	   {"collatable"},
	owner_property,		   grants_property,
};
constexpr Property shell_properties[] = {owner_property};

} // namespace

constexpr Kind base_type_kind = {
	.name = "base type",
	.identity = schema_and_name,
	.properties = properties,
	.query = query,
	.reference = type_reference,
	.grant_on = type_reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop_type,
	.create_shell = create_shell,
	.name_space = "relation",
	.rank = rank::type,
};

constexpr Kind shell_type_kind = {
	.name = "shell type",
	.identity = schema_and_name,
	.properties = shell_properties,
	.query = shell_query,
	.reference = type_reference,
	.create = create_shell,
	.drop = drop_type,
	.name_space = "relation",
	.rank = rank::type,
};

} // namespace schema_guard::catalog
