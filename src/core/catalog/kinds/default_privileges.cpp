/*
 * default_privileges.cpp - what ALTER DEFAULT PRIVILEGES has set for objects to come.
 *
 * Those for all schemas stand in for acldefault(), those for one schema are added to it: the same list of privileges,
 * with another beginning.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/diff/grants.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT d.tableoid AS classid, d.oid AS objid, 0 AS objsubid, pg_get_userbyid(d.defaclrole) AS role, "
		   "coalesce(n.nspname, '') AS schema, CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' "
		   "WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' END "
		   "AS object_type, coalesce(" +
		   grants_list("d.defaclacl",
					   "acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)",
					   "d.defaclrole") +
		   ", '{}') AS grants FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE d.oid "
		   ">= "
		   "16384" +
		   source.wanted("d.oid");
}

std::string
reference(const Object &object)
{
	return "DEFAULT PRIVILEGES FOR ROLE " + sql::identifier(object.identity[0]) +
		   (object.identity[1].empty() ? "" : " IN SCHEMA " + sql::identifier(object.identity[1]));
}

Grantable
grantable(const Object &object)
{
	std::string types = object.identity[2];

	std::transform(types.begin(), types.end(), types.begin(),
				   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
	return {"ALTER " + reference(object) + " ", types, "", sql::identifier(object.identity[0])};
}

/* Where there is no such row. */
std::string
beginning(const Object &object)
{
	if (!object.identity[1].empty())
		return "{}";
	return object.identity[2] == "functions" || object.identity[2] == "types" ? "{OWNER=ALL,PUBLIC=ALL}"
																			  : "{OWNER=ALL}";
}

void
create(const Object &object, const Catalog &, Script &script)
{
	write_grants(grantable(object), read_grants(beginning(object)), read_grants(object["grants"]), script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	write_grants(grantable(object), read_grants(object["grants"]), read_grants(beginning(object)), script);
}

bool
alter(const Change &change, Script &script)
{
	write_grants(grantable(change.to), read_grants(change.from["grants"]), read_grants(change.to["grants"]), script);
	return true;
}

constexpr std::string_view identity[] = {"role", "schema", "object_type"};
constexpr Property properties[] = {{"grants", alter}};

} // namespace

constexpr Kind default_privileges_kind = {
	.name = "default privileges",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::default_privileges,
};

} // namespace schema_guard::catalog
