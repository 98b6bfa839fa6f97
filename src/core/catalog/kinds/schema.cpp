/*
 * schema.cpp - schemas.
 *
 * public is there in every new database: it is the user's all the same, and can be dropped.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT n.tableoid AS classid, n.oid AS objid, 0 AS objsubid, n.nspname AS name, "
		   "pg_get_userbyid(n.nspowner) AS owner, " +
		   grants_column("n.nspacl", 'n', "n.nspowner") +
		   " AS grants FROM pg_namespace n WHERE (n.nspname = 'public' OR " + users_own("pg_namespace", "n.oid") +
		   ") AND n.nspname !~ '^pg_(toast_)?temp_'" + source.wanted("n.oid");
}

std::string
reference(const Object &object)
{
	return "SCHEMA " + sql::identifier(object.name());
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, "CREATE " + reference(object));
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object));
}

constexpr std::string_view identity[] = {"name"};
constexpr Property properties[] = {owner_property, grants_property};

} // namespace

constexpr Kind schema_kind = {
	.name = "schema",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.grant_on = reference,
	.create = create,
	.drop = drop,
	.rank = rank::schema,
};

} // namespace schema_guard::catalog
