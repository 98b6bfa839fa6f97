/*
 * statistics.cpp - extended statistics.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT s.tableoid AS classid, s.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, sn.nspname AS schema, s.stxname AS name, "
		   "substr(pg_get_statisticsobjdef(s.oid), char_length('CREATE STATISTICS ' || quote_ident(sn.nspname) || '.' "
		   "|| "
		   "quote_ident(s.stxname) || ' ') + 1) AS definition, NULLIF(coalesce(s.stxstattarget, -1), -1) AS target, "
		   "pg_get_userbyid(s.stxowner) AS owner "
		   "FROM pg_statistic_ext s JOIN pg_namespace sn ON sn.oid = s.stxnamespace "
		   "JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " +
		   users_relation() + " AND " + users_own("pg_statistic_ext", "s.oid") + source.wanted("s.oid");
}

std::string
reference(const Object &object)
{
	return "STATISTICS " + object.quoted_identity();
}

void
set_target(const Object &object, Script &script)
{
	script.add(form::alter, "ALTER " + reference(object) + " SET STATISTICS " +
								(object.has("target") ? object["target"] : std::string("-1")));
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create_statistics, "CREATE " + reference(object) + " " + object["definition"]);
	if (object.has("target"))
		set_target(object, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_statistics, "DROP " + reference(object));
}

bool
alter_target(const Change &change, Script &script)
{
	set_target(change.to, script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property properties[] = {{"definition"}, {"target", alter_target}, owner_property};

} // namespace

constexpr Kind statistics_kind = {
	.name = "statistics",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.name_space = "statistics",
	.rank = rank::statistics,
};

} // namespace schema_guard::catalog
