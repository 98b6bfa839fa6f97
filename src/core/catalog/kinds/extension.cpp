/*
 * extension.cpp - extensions.  What they own is theirs; the privileges a user gave on it are in initial_privileges.cpp.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

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

/* Whether version one comes before the other, by the numbers in them. */
bool
earlier(const std::string &one, const std::string &other)
{
	auto numbers = [](const std::string &version) {
		std::vector<unsigned long> found;
		for (size_t at = 0; at < version.size(); at++) {
			if (version[at] >= '0' && version[at] <= '9') {
				if (at == 0 || version[at - 1] < '0' || version[at - 1] > '9')
					found.push_back(0);
				found.back() = found.back() * 10 + static_cast<unsigned long>(version[at] - '0');
			}
		}
		return found;
	};

	return numbers(one) < numbers(other);
}

/*
 * Few extensions have a script that leads back.  Where no data is of the extension's types, it is dropped and created;
 * where some is, the server decides: better no way than one that loses it.
 */
bool
alter_version(const Change &change, Script &script)
{
	if (earlier(change.to["version"], change.from["version"])) {
		std::vector<const Object *> dependents = change.before.dependents(change.from);

		if (std::none_of(dependents.begin(), dependents.end(), [](const Object *dependent) {
				return dependent->is("column") || dependent->is("table") || dependent->is("attribute") ||
					   dependent->is("domain") || dependent->is("materialized view");
			}))
			return false;
	}
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
