/*
 * operator_family.cpp - operator families and classes.
 *
 * An operator or support function is part of a class where pg_depend ties it to one, and loose in the family otherwise,
 * as pg_dump has it.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/*
 * A text[] of the members that depend on this row of catalog; whole says as CREATE has them, otherwise as DROP names
 * them, in the same order.
 */
std::string
members(std::string_view catalog, std::string_view oid, std::string_view family, bool whole)
{
	auto tied = [&](std::string_view entry, std::string_view row) {
		return " AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + std::string(entry) +
			   "'::regclass AND d.objid = " + std::string(row) + " AND d.refclassid = '" + std::string(catalog) +
			   "'::regclass AND d.refobjid = " + std::string(oid) + ")";
	};
	std::string types = "'(' || format_type(m.%left, NULL) || ', ' || format_type(m.%right, NULL) || ')'";
	auto of = [&](const std::string &prefix) {
		std::string text = types;
		text.replace(text.find("%left"), 5, prefix + "lefttype");
		text.replace(text.find("%right"), 6, prefix + "righttype");
		return text;
	};

	return "(SELECT array_agg(l.line ORDER BY l.part, l.number, l.types COLLATE \"C\") FROM (SELECT 0 AS part, "
		   "m.amopstrategy AS number, " +
		   of("amop") + " AS types, 'OPERATOR ' || m.amopstrategy || ' ' || " +
		   (whole ? operator_signature("m.amopopr") + " || CASE WHEN m.amoppurpose = 'o' THEN ' FOR ORDER BY ' || " +
						qualified_name("pg_opfamily", "opf", "m.amopsortfamily") + " ELSE '' END"
				  : of("amop")) +
		   " AS line FROM pg_amop m WHERE m.amopfamily = " + std::string(family) + tied("pg_amop", "m.oid") +
		   " UNION ALL SELECT 1, m.amprocnum, " + of("amproc") + ", 'FUNCTION ' || m.amprocnum || ' ' || " +
		   of("amproc") + (whole ? " || ' ' || " + function_signature("m.amproc") : "") +
		   " FROM pg_amproc m WHERE m.amprocfamily = " + std::string(family) + tied("pg_amproc", "m.oid") + ") l)";
}

/*
 * What loose members are made of: pg_depend says it of the member, which depends on the family no otherwise than on its
 * operator.
 */
std::string
needs(std::string_view oid)
{
	auto of = [&](const char *on, const char *column, const char *catalog, const char *family) {
		return "SELECT '" + std::string(on) + "'::regclass::oid || ':' || m." + column + " || ':0' AS a FROM " +
			   catalog + " m WHERE m." + family + " = " + std::string(oid) + " AND m." + column +
			   " >= 16384 AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + catalog +
			   "'::regclass AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = m." +
			   family + ")";
	};

	return "(SELECT array_agg(l.a ORDER BY l.a) FROM (" + of("pg_operator", "amopopr", "pg_amop", "amopfamily") +
		   " UNION " + of("pg_opfamily", "amopsortfamily", "pg_amop", "amopfamily") + " UNION " +
		   of("pg_proc", "amproc", "pg_amproc", "amprocfamily") + " UNION " +
		   of("pg_type", "amproclefttype", "pg_amproc", "amprocfamily") + " UNION " +
		   of("pg_type", "amprocrighttype", "pg_amproc", "amprocfamily") + ") l)";
}

std::string
reference_of(const char *what, const Object &object)
{
	return std::string(what) + sql::qualified(object.identity[1], object.identity[2]) + " USING " +
		   sql::identifier(object.identity[0]);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + object.kind().reference(object));
}

constexpr std::string_view identity[] = {"access_method", "schema", "name"};

/* --- families --- */

std::string
family_query(const Source &source)
{
	return "SELECT f.tableoid AS classid, f.oid AS objid, 0 AS objsubid, a.amname AS access_method, n.nspname AS "
		   "schema, "
		   "f.opfname AS name, pg_get_userbyid(f.opfowner) AS owner, " +
		   members("pg_opfamily", "f.oid", "f.oid", true) + " AS members, " +
		   members("pg_opfamily", "f.oid", "f.oid", false) + " AS member_slots, " + needs("f.oid") +
		   " AS needs FROM pg_opfamily f JOIN pg_am a ON a.oid = f.opfmethod JOIN pg_namespace n ON n.oid = "
		   "f.opfnamespace WHERE " +
		   users_own("pg_opfamily", "f.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("f.oid");
}

std::string
family_reference(const Object &object)
{
	return reference_of("OPERATOR FAMILY ", object);
}

void
create_family(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser, "CREATE " + family_reference(object));
	if (object.has("members"))
		script.add(form::superuser, "ALTER " + family_reference(object) + " ADD " + sql::join(object.list("members")));
}

bool
alter_members(const Change &change, Script &script)
{
	std::vector<std::string> old = change.from.list("members"), slots = change.from.list("member_slots"), gone;
	std::vector<std::string> removed = change.removed("members"), added = change.added("members");

	for (size_t i = 0; i < old.size() && i < slots.size(); i++) {
		if (std::find(removed.begin(), removed.end(), old[i]) != removed.end())
			gone.push_back(slots[i]);
	}
	if (!gone.empty())
		script.add(form::superuser, "ALTER " + family_reference(change.to) + " DROP " + sql::join(gone));
	if (!added.empty())
		script.add(form::superuser, "ALTER " + family_reference(change.to) + " ADD " + sql::join(added));
	return true;
}

constexpr Property family_properties[] = {
	owner_property, {"members", alter_members}, {"member_slots", nullptr, implied}};

/* --- classes --- */

std::string
class_query(const Source &source)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, a.amname AS access_method, n.nspname AS "
		   "schema, "
		   "c.opcname AS name, pg_get_userbyid(c.opcowner) AS owner, CASE WHEN c.opcdefault THEN 'true' END AS "
		   "is_default, format_type(c.opcintype, NULL) AS type, " +
		   qualified_name("pg_opfamily", "opf", "c.opcfamily") +
		   " AS family, CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage, " +
		   members("pg_opclass", "c.oid", "c.opcfamily", true) +
		   " AS members FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_namespace n ON n.oid = "
		   "c.opcnamespace WHERE " +
		   users_own("pg_opclass", "c.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("c.oid");
}

std::string
class_reference(const Object &object)
{
	return reference_of("OPERATOR CLASS ", object);
}

void
create_class(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> items = object.list("members");

	/* It cannot be created with nothing in it; to store the type as it is says nothing. */
	if (object.has("storage") || items.empty())
		items.insert(items.begin(), "STORAGE " + (object.has("storage") ? object["storage"] : object["type"]));
	script.add(form::superuser, "CREATE OPERATOR CLASS " + sql::qualified(object.identity[1], object.identity[2]) +
									(object.has("is_default") ? " DEFAULT" : "") + " FOR TYPE " + object["type"] +
									" USING " + sql::identifier(object.identity[0]) + " FAMILY " + object["family"] +
									" AS " + sql::join(items));
}

constexpr Property class_properties[] = {owner_property, {"is_default"}, {"type"},
										 {"family"},	 {"storage"},	 {"members"}};

} // namespace

constexpr Kind operator_family_kind = {
	.name = "operator family",
	.identity = identity,
	.properties = family_properties,
	.query = family_query,
	.reference = family_reference,
	.create = create_family,
	.drop = drop,
	.rank = rank::operator_family,
};

constexpr Kind operator_class_kind = {
	.name = "operator class",
	.identity = identity,
	.properties = class_properties,
	.query = class_query,
	.reference = class_reference,
	.create = create_class,
	.drop = drop,
	.rank = rank::operator_class,
};

} // namespace schema_guard::catalog
