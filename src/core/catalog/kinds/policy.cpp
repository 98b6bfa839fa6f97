/*
 * policy.cpp - row security policies.
 *
 * Also those of an extension's tables, which pg_dump keeps.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT p.tableoid AS classid, p.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, c.relname AS \"table\", p.polname AS name, CASE p.polcmd "
		   "WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END AS "
		   "command, "
		   "CASE WHEN NOT p.polpermissive THEN 'true' END AS restrictive, CASE WHEN p.polroles <> '{0}' THEN "
		   "(SELECT array_agg(name ORDER BY name COLLATE \"C\") FROM (SELECT CASE WHEN role = 0 THEN 'PUBLIC' "
		   "ELSE quote_ident(pg_get_userbyid(role)) END AS name FROM unnest(p.polroles) role) r) END AS roles, "
		   "pg_get_expr(p.polqual, p.polrelid) AS \"using\", pg_get_expr(p.polwithcheck, p.polrelid) AS \"check\" "
		   "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "WHERE p.oid >= 16384 AND c.relpersistence <> 't'" +
		   source.wanted("p.polrelid");
}

std::string
reference(const Object &object)
{
	return "POLICY " + sql::identifier(object.name()) + " ON " + sql::qualified(object.identity[0], object.identity[1]);
}

std::string
roles(const Object &object)
{
	return object.has("roles") ? sql::join(object.list("roles")) : "PUBLIC";
}

std::string
expressions(const Object &object)
{
	return (object.has("using") ? " USING (" + object["using"] + ")" : std::string()) +
		   (object.has("check") ? " WITH CHECK (" + object["check"] + ")" : std::string());
}

/* Permissive policies are joined by OR, restrictive ones by AND. */
void
create(const Object &object, const Catalog &, Script &script)
{
	const bool restrictive = object.has("restrictive");

	script.add(form::create_policy,
			   "CREATE " + reference(object) + (restrictive ? " AS RESTRICTIVE" : "") +
				   (object.has("command") ? " FOR " + object["command"] : std::string()) +
				   (object.has("roles") ? " TO " + roles(object) : std::string()) + expressions(object),
			   restrictive ? breaks_applications : privilege_widened);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_policy, "DROP " + reference(object),
			   object.has("restrictive") ? privilege_widened : breaks_applications);
}

/* An expression can be changed, but not taken away. */
bool
alter(const Change &change, Script &script)
{
	std::string text = "ALTER " + reference(change.to);

	for (std::string_view expression : {"using", "check"}) {
		if (change.from.has(expression) && !change.to.has(expression))
			return false;
	}
	if (change.changed("roles"))
		text += " TO " + roles(change.to);
	if (change.changed("using"))
		text += " USING (" + change.to["using"] + ")";
	if (change.changed("check"))
		text += " WITH CHECK (" + change.to["check"] + ")";
	script.add(form::alter_policy, text, privilege_widened | breaks_applications);
	return true;
}

constexpr std::string_view identity[] = {"schema", "table", "name"};
constexpr Property properties[] = {
	{"command"}, {"restrictive"}, {"roles", alter}, {"using", alter}, {"check", alter},
};

} // namespace

constexpr Kind policy_kind = {
	.name = "policy",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::policy,
};

} // namespace schema_guard::catalog
