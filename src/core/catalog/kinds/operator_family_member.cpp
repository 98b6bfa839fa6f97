/*
 * operator_family_member.cpp - the user's operators and functions in families that are the system's or an extension's.
 *
 * Of the user's own families they are part of the family.  pg_dump loses these.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

/* pg_amop and pg_amproc have the same columns under two prefixes. */
std::string
members(const std::string &catalog, const std::string &prefix, const std::string &made_of, const std::string &column,
		const std::string &slot, const std::string &definition, const Source &source)
{
	return "SELECT m.tableoid AS classid, m.oid AS objid, 0 AS objsubid, a.amname AS access_method, n.nspname AS "
		   "schema, f.opfname AS family, " +
		   slot + " || ' (' || format_type(m." + prefix + "lefttype, NULL) || ', ' || format_type(m." + prefix +
		   "righttype, NULL) || ')' AS slot, " + definition + " AS definition FROM " + catalog +
		   " m JOIN pg_opfamily f ON f.oid = m." + prefix +
		   "family JOIN pg_am a ON a.oid = f.opfmethod JOIN pg_namespace n ON n.oid = f.opfnamespace WHERE m.oid >= "
		   "16384 AND NOT " +
		   users_own("pg_opfamily", "f.oid") + " AND " + users_own(made_of, "m." + column) + source.wanted("m.oid");
}

std::string
query(const Source &source)
{
	return members("pg_amop", "amop", "pg_operator", "amopopr", "'OPERATOR ' || m.amopstrategy",
				   operator_signature("m.amopopr") + " || CASE WHEN m.amoppurpose = 'o' THEN ' FOR ORDER BY ' || " +
					   qualified_name("pg_opfamily", "opf", "m.amopsortfamily") + " ELSE '' END",
				   source) +
		   " UNION ALL " +
		   members("pg_amproc", "amproc", "pg_proc", "amproc", "'FUNCTION ' || m.amprocnum",
				   function_signature("m.amproc"), source);
}

std::string
family(const Object &object)
{
	return "OPERATOR FAMILY " + sql::qualified(object.identity[1], object.identity[2]) + " USING " +
		   sql::identifier(object.identity[0]);
}

std::string
reference(const Object &object)
{
	return object.identity[3] + " OF " + family(object);
}

/* "OPERATOR 1 (a, b)" gives its types by the operator, "FUNCTION 1 (a, b)" beside the function's own. */
void
create(const Object &object, const Catalog &, Script &script)
{
	std::string slot = object.identity[3];

	if (slot.starts_with("OPERATOR"))
		slot.resize(slot.find(" ("));
	script.add(form::superuser, "ALTER " + family(object) + " ADD " + slot + " " + object["definition"]);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser, "ALTER " + family(object) + " DROP " + object.identity[3]);
}

constexpr std::string_view identity[] = {"access_method", "schema", "family", "slot"};
constexpr Property properties[] = {{"definition"}};

} // namespace

constexpr Kind operator_family_member_kind = {
	.name = "operator family member",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::operator_class,
};

} // namespace schema_guard::catalog
