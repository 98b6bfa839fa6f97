/*
 * types.cpp - what the kinds of types and routines share.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* The qualified, quoted name of a row of a catalog. */
std::string
name_of(const std::string &catalog, const std::string &prefix, std::string_view oid)
{
	return "(SELECT quote_ident(named_in.nspname) || '.' || quote_ident(named." + prefix + "name) FROM " + catalog +
		   " named JOIN pg_namespace named_in ON named_in.oid = named." + prefix +
		   "namespace WHERE named.oid = " + std::string(oid) + ")";
}

} // namespace

std::string
routine_name(std::string_view oid)
{
	return name_of("pg_proc", "pro", oid);
}

std::string
collation_name(std::string_view oid)
{
	return name_of("pg_collation", "coll", oid);
}

std::string
type_columns()
{
	return "SELECT t.tableoid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name, "
		   "pg_get_userbyid(t.typowner) AS owner, " +
		   grants_column("t.typacl", 'T', "t.typowner") + " AS grants";
}

std::string
type_rows()
{
	return " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND n.nspname !~ '^pg_' AND "
		   "n.nspname <> 'information_schema' AND " +
		   users_own("pg_type", "t.oid");
}

std::string
type_name(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

std::string
type_reference(const Object &object)
{
	return "TYPE " + type_name(object);
}

/* Between a type and functions it is made of no other way leads out. */
void
drop_type(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(object.is("composite type") ? form::drop_composite : form::drop,
			   "DROP " + object.kind().reference(object) +
				   (functions_of_type(object, catalog).empty() ? "" : " CASCADE"),
			   breaks_applications);
}

std::string
dollar_quoted(const std::string &text)
{
	std::string tag = "$";

	if (text.find(tag) != std::string::npos) {
		tag = "$_";
		while (text.find(tag) != std::string::npos)
			tag += "_";
	}
	tag += "$";
	return tag + text + tag;
}

std::vector<const Object *>
functions_of_type(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> functions = catalog.depends_on(type), dependents = catalog.dependents(type);

	std::erase_if(functions, [&](const Object *object) {
		return object->kind().name_space != "routine" ||
			   std::find(dependents.begin(), dependents.end(), object) == dependents.end();
	});
	return functions;
}

} // namespace schema_guard::catalog
