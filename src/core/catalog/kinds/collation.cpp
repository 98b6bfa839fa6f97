/*
 * collation.cpp - collations and conversions.
 *
 * The version of a collation is the machine's, not the schema's: CREATE COLLATION finds it out anew.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + object.kind().reference(object));
}

constexpr std::string_view identity[] = {"schema", "name"};

/* --- collations --- */

/* Collations of another encoding than the database's can be neither used nor named. */
std::string
collation_query(const Source &source)
{
	std::string locale = source.version >= 170000	? "c.colllocale"
						 : source.version >= 150000 ? "c.colliculocale"
													: "NULL::text";

	/* libc has two, the others one; until 14 an ICU collation had its one twice. */
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.collname AS name, "
		   "pg_get_userbyid(c.collowner) AS owner, CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN "
		   "'b' THEN 'builtin' ELSE 'default' END AS provider, coalesce(" +
		   locale +
		   ", CASE WHEN c.collcollate::text = c.collctype::text THEN c.collcollate::text END) AS locale, CASE WHEN "
		   "c.collcollate::text <> c.collctype::text THEN c.collcollate::text END AS lc_collate, CASE WHEN "
		   "c.collcollate::text <> c.collctype::text THEN c.collctype::text END AS lc_ctype, CASE WHEN NOT "
		   "c.collisdeterministic THEN 'false' END AS deterministic, " +
		   std::string(source.version >= 160000 ? "c.collicurules" : "NULL::text") +
		   " AS rules FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.collencoding IN (-1, "
		   "(SELECT db.encoding FROM pg_database db WHERE db.datname = current_database())) AND " +
		   users_own("pg_collation", "c.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("c.oid");
}

std::string
collation_reference(const Object &object)
{
	return "COLLATION " + sql::qualified(object.identity[0], object.identity[1]);
}

void
create_collation(const Object &object, const Catalog &, Script &script)
{
	std::string text = "CREATE " + collation_reference(object) + " (provider = " + object["provider"];

	if (object.has("deterministic"))
		text += ", deterministic = false";
	for (std::string_view option : {"locale", "lc_collate", "lc_ctype", "rules"}) {
		if (object.has(option))
			text += ", " + std::string(option) + " = " + sql::literal(object[option]);
	}
	script.add(form::create, text + ")");
}

constexpr Property collation_properties[] = {owner_property, {"provider"},		{"locale"}, {"lc_collate"},
											 {"lc_ctype"},	 {"deterministic"}, {"rules"}};

/* --- conversions --- */

std::string
conversion_query(const Source &source)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.conname AS name, "
		   "pg_get_userbyid(c.conowner) AS owner, CASE WHEN c.condefault THEN 'true' END AS is_default, "
		   "pg_encoding_to_char(c.conforencoding) AS source_encoding, pg_encoding_to_char(c.contoencoding) AS "
		   "target_encoding, " +
		   function_name("c.conproc") +
		   " AS function FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE " +
		   users_own("pg_conversion", "c.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("c.oid");
}

std::string
conversion_reference(const Object &object)
{
	return "CONVERSION " + sql::qualified(object.identity[0], object.identity[1]);
}

void
create_conversion(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, std::string(object.has("is_default") ? "CREATE DEFAULT " : "CREATE ") +
								 conversion_reference(object) + " FOR " + sql::literal(object["source_encoding"]) +
								 " TO " + sql::literal(object["target_encoding"]) + " FROM " + object["function"]);
}

constexpr Property conversion_properties[] = {
	owner_property, {"is_default"}, {"source_encoding"}, {"target_encoding"}, {"function"}};

} // namespace

constexpr Kind collation_kind = {
	.name = "collation",
	.identity = identity,
	.properties = collation_properties,
	.query = collation_query,
	.reference = collation_reference,
	.create = create_collation,
	.drop = drop,
	.rank = rank::collation,
};

constexpr Kind conversion_kind = {
	.name = "conversion",
	.identity = identity,
	.properties = conversion_properties,
	.query = conversion_query,
	.reference = conversion_reference,
	.create = create_conversion,
	.drop = drop,
	.rank = rank::conversion,
};

} // namespace schema_guard::catalog
