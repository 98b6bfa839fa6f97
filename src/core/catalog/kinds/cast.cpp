/*
 * cast.cpp - casts.  The one from a range type to its multirange type comes with the type.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	std::string text =
		"SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, format_type(c.castsource, NULL) AS source, "
		"format_type(c.casttarget, NULL) AS target, CASE c.castmethod WHEN 'i' THEN 'INOUT' WHEN 'f' THEN 'FUNCTION ' "
		"|| " +
		function_signature("c.castfunc") +
		" END AS method, CASE c.castcontext WHEN 'a' THEN 'ASSIGNMENT' WHEN 'i' THEN 'IMPLICIT' END AS context "
		"FROM pg_cast c WHERE " +
		users_own("pg_cast", "c.oid") + source.wanted("c.oid");

	if (source.version >= 140000)
		text += " AND NOT EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = "
				"c.casttarget)";
	return text;
}

std::string
reference(const Object &object)
{
	return "CAST (" + object.identity[0] + " AS " + object.identity[1] + ")";
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create,
			   "CREATE " + reference(object) +
				   (object.has("method") ? " WITH " + object["method"] : " WITHOUT FUNCTION") +
				   (object.has("context") ? " AS " + object["context"] : ""),
			   object.has("method") ? 0u : unsigned{needs_superuser});
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object));
}

constexpr std::string_view identity[] = {"source", "target"};
constexpr Property properties[] = {{"method"}, {"context"}};

} // namespace

constexpr Kind cast_kind = {
	.name = "cast",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::cast,
};

} // namespace schema_guard::catalog
