/*
 * range.cpp - range types, each with its multirange type.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

/* Multiranges came with 14. */
std::string
query(const Source &source)
{
	return type_columns() +
		   ", format_type(r.rngsubtype, NULL) AS subtype, "
		   "(SELECT quote_ident(cn.nspname) || '.' || quote_ident(c.opcname) FROM pg_opclass c JOIN pg_namespace cn "
		   "ON cn.oid = c.opcnamespace WHERE c.oid = r.rngsubopc AND NOT c.opcdefault) AS operator_class, "
		   "CASE WHEN r.rngcollation <> s.typcollation THEN " +
		   collation_name("r.rngcollation") + " END AS collation, " + routine_name("r.rngcanonical") +
		   " AS canonical, " + routine_name("r.rngsubdiff") + " AS subtype_diff, " +
		   (source.version >= 140000 ? "format_type(r.rngmultitypid, NULL)" : "NULL::text") + " AS multirange" +
		   type_rows() +
		   " JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type s ON s.oid = r.rngsubtype WHERE t.typtype = 'r'" +
		   source.wanted("t.oid");
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> options;
	auto option = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name + " = " + object[property]);
	};

	option("SUBTYPE", "subtype");
	option("SUBTYPE_OPCLASS", "operator_class");
	option("COLLATION", "collation");
	option("CANONICAL", "canonical");
	option("SUBTYPE_DIFF", "subtype_diff");
	if (script.version() >= 140000)
		option("MULTIRANGE_TYPE_NAME", "multirange");
	script.add(form::create,
			   "CREATE TYPE " + type_name(object) + " AS RANGE (\n\t" + sql::join(options, ",\n\t") + "\n)");
}

/* A canonical function takes the type it is for. */
void
create_shell(const Object &object, const Catalog &catalog, Script &script)
{
	if (!functions_of_type(object, catalog).empty())
		script.add(form::create, "CREATE TYPE " + type_name(object));
}

/* Two ranges of one subtype cannot stand side by side: their constructors have the names they were made with. */
bool
alter(const Change &change, Script &script)
{
	if (!functions_of_type(change.from, change.before).empty() || !functions_of_type(change.to, change.after).empty())
		return false;
	alter_under_columns(change.from, change, script, [&] {
		drop_type(change.from, change.before, script);
		create(change.to, change.after, script);
		add_satellites(change.to, change.before, change.after, script);
	});
	return true;
}

constexpr Property properties[] = {
	{"subtype", alter, takes_down},
	{"operator_class", alter, takes_down},
	{"collation", alter, takes_down},
	{"canonical", alter, takes_down},
	{"subtype_diff", alter, takes_down},
	{"multirange", alter, takes_down},
	owner_property,
	grants_property,
};

} // namespace

constexpr Kind range_kind = {
	.name = "range",
	.identity = schema_and_name,
	.properties = properties,
	.query = query,
	.reference = type_reference,
	.grant_on = type_reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop_type,
	.create_shell = create_shell,
	.in_the_way = in_the_way_of_type,
	.changes_with = columns_of_type,
	.in_the_way_along = in_the_way_of_text,
	.name_space = "relation",
	.rank = rank::type,
};

} // namespace schema_guard::catalog
