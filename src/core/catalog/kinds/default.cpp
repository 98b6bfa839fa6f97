/*
 * default.cpp - defaults of columns of tables.  A column that is added brings its own; beside CREATE TABLE they stand
 * apart, as a default may read a sequence that belongs to the table.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/relations.hpp"

namespace schema_guard::catalog {

namespace {

/* An expression is volatile when it calls something that is, by the OIDs in its tree: each row then has its own value.
   It names no column, so that deparsing it needs no relation. */
std::string
query(const Source &source)
{
	const std::string text =
		"pg_get_expr(ad.adbin, 0) AS expression, CASE WHEN strpos(ad.adbin::text, 'funcid ') > 0 AND EXISTS (SELECT "
		"FROM "
		"unnest((string_to_array(ad.adbin::text, 'funcid '))[2:]) f JOIN pg_proc p ON p.oid = split_part(f, ' ', "
		"1)::oid AND p.provolatile = 'v') THEN 'true' END AS volatile ";

	return "SELECT ad.tableoid AS classid, ad.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, c.relname AS \"table\", a.attname AS \"column\", " +
		   (source.keys ? "NULL AS expression, NULL AS volatile, ad.adbin AS key " : text) +
		   "FROM pg_attrdef ad JOIN pg_class c ON c.oid = ad.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum WHERE a.attgenerated = '' "
		   "AND c.relkind IN ('r', 'p', 'f') AND " +
		   users_relation() + source.wanted("ad.adrelid", "ad.oid");
}

std::string
reference(const Object &object)
{
	return "COLUMN " + object.quoted_identity();
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(form::set_default, alter_column(object, catalog) + " SET DEFAULT " + object["expression"]);
}

void
drop(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(form::drop_default, alter_column(object, catalog) + " DROP DEFAULT");
}

std::vector<const Object *>
column(const Object &object, const Catalog &catalog)
{
	const Object *found = catalog.find("column", object.identity);

	return found != nullptr ? std::vector{found} : std::vector<const Object *>();
}

std::vector<const Object *>
created_with(const Object &object, const Catalog &before, const Catalog &after)
{
	return has_table(&before, table_of(object, after).identity) ? column(object, after) : std::vector<const Object *>();
}

std::vector<const Object *>
dropped_with(const Object &object, const Catalog &before, const Catalog &)
{
	return column(object, before);
}

bool
alter(const Change &change, Script &script)
{
	create(change.to, change.after, script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "table", "column"};
constexpr std::string_view text[] = {"expression", "volatile"};
constexpr Written written[] = {{"key", text}};
constexpr Property properties[] = {{"expression", alter}, {"volatile", nullptr, implied}};

} // namespace

constexpr Kind default_kind = {
	.name = "default",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = written,
	.reference = reference,
	.create = create,
	.drop = drop,
	.created_with = created_with,
	.dropped_with = dropped_with,
	.rank = rank::default_,
};

} // namespace schema_guard::catalog
