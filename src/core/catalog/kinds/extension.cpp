/*
 * extension.cpp - extensions.  What they own is theirs; the privileges a user gave on it are in initial_privileges.cpp.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

/* pg_dump compares neither its owner, which nothing can change, nor the tables it says are configuration. */
std::string
query(const Source &source)
{
	return "SELECT e.tableoid AS classid, e.oid AS objid, 0 AS objsubid, e.extname AS name, n.nspname AS schema, "
		   "e.extversion AS version, CASE WHEN e.extrelocatable THEN 'true' END AS relocatable FROM pg_extension e "
		   "JOIN "
		   "pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384" +
		   source.wanted("e.oid");
}

std::string
reference(const Object &object)
{
	return "EXTENSION " + sql::identifier(object.name());
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser, "CREATE " + reference(object) + " SCHEMA " + sql::identifier(object["schema"]) +
									" VERSION " + sql::literal(object["version"]));
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object), data_loss);
}

bool
alter_schema(const Change &change, Script &script)
{
	if (!change.from.has("relocatable"))
		return false;
	script.add(form::alter, "ALTER " + reference(change.to) + " SET SCHEMA " + sql::identifier(change.to["schema"]));
	return true;
}

bool
alter_version(const Change &change, Script &script)
{
	script.add(form::superuser, "ALTER " + reference(change.to) + " UPDATE TO " + sql::literal(change.to["version"]));
	return true;
}

constexpr std::string_view identity[] = {"name"};
constexpr Property properties[] = {
	{"schema", alter_schema}, {"version", alter_version}, {"relocatable", nullptr, implied}};

} // namespace

constexpr Kind extension_kind = {
	.name = "extension",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::extension,
};

} // namespace schema_guard::catalog
