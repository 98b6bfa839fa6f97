/*
 * view_column.cpp - the columns of views and materialized views.
 *
 * The query makes them; a view's may have defaults, a materialized view's storage, statistics and options of their own,
 * and all of them privileges and comments.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/views.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/text/view_query.hpp"

#include <algorithm>
#include <charconv>

namespace schema_guard::catalog {

namespace {

std::string
collation()
{
	return "(SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co "
		   "JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation "
		   "AND a.attcollation <> t.typcollation)";
}

std::string
query(const Source &source)
{
	const std::string compression =
		source.version >= 140000 ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END" : "NULL::text";

	return "SELECT c.tableoid AS classid, c.oid AS objid, a.attnum AS objsubid, n.nspname AS schema, "
		   "c.relname AS view, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, " +
		   collation() +
		   " AS collation, a.attnum AS position, CASE WHEN c.relkind = 'm' THEN 'true' END AS materialized, "
		   "pg_get_expr(e.adbin, e.adrelid) AS \"default\", "
		   "NULLIF(coalesce(a.attstattarget, -1), -1) AS statistics, CASE WHEN a.attstorage <> t.typstorage THEN "
		   "CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END "
		   "END AS storage, CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' "
		   "ELSE 'extended' END AS default_storage, " +
		   compression +
		   " AS compression, (SELECT array_agg(o ORDER BY o COLLATE \"C\") FROM unnest(a.attoptions) o "
		   "WHERE o !~ '^pg_') AS options, " +
		   grants_or_key(source, "a.attacl", 'c', "0::oid") +
		   " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
		   "JOIN pg_type t ON t.oid = a.atttypid "
		   "LEFT JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum WHERE c.relkind IN ('v', 'm') AND " +
		   users_relation() + source.wanted("c.oid");
}

std::string
view_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

std::string
reference(const Object &object)
{
	return "COLUMN " + object.quoted_identity();
}

std::string
grant_on(const Object &object)
{
	return "TABLE " + view_of(object);
}

std::string
alter_column(const Object &object)
{
	return std::string("ALTER ") + (object.has("materialized") ? "MATERIALIZED VIEW " : "VIEW ") + view_of(object) +
		   " ALTER COLUMN " + sql::identifier(object.name());
}

bool
alter_default(const Change &change, Script &script)
{
	script.add(form::alter_view,
			   alter_column(change.to) +
				   (change.to.has("default") ? " SET DEFAULT " + change.to["default"] : " DROP DEFAULT"));
	return true;
}

bool
alter_statistics(const Change &change, Script &script)
{
	script.add(form::materialized_view_options,
			   alter_column(change.to) + " SET STATISTICS " +
				   (change.to.has("statistics") ? change.to["statistics"] : std::string("-1")));
	return true;
}

bool
alter_storage(const Change &change, Script &script)
{
	script.add(form::alter_materialized_view, alter_column(change.to) + " SET STORAGE " +
												  change.to[change.to.has("storage") ? "storage" : "default_storage"]);
	return true;
}

bool
alter_compression(const Change &change, Script &script)
{
	script.add(form::alter_materialized_view,
			   alter_column(change.to) + " SET COMPRESSION " +
				   (change.to.has("compression") ? change.to["compression"] : std::string("DEFAULT")));
	return true;
}

bool
alter_column_options(const Change &change, Script &script)
{
	alter_options(change, "options", alter_column(change.to), form::materialized_view_options, script);
	return true;
}

/* The column itself comes with its view's query. */
void
create(const Object &object, const Catalog &catalog, Script &script)
{
	const Object bare = [&] {
		Object copy = object;
		for (std::string_view property : {"default", "statistics", "storage", "compression", "options"})
			copy.set(property, std::nullopt);
		return copy;
	}();
	const Change change{bare, object, catalog, catalog, script.options()};

	if (object.has("default"))
		alter_default(change, script);
	if (object.has("statistics"))
		alter_statistics(change, script);
	if (object.has("storage"))
		alter_storage(change, script);
	if (object.has("compression"))
		alter_compression(change, script);
	if (object.has("options"))
		alter_column_options(change, script);
}

void
drop(const Object &, const Catalog &, Script &)
{
}

constexpr std::string_view identity[] = {"schema", "view", "name"};
constexpr Property properties[] = {
	{"type", nullptr, implied},
	{"collation", nullptr, implied},
	{"position", nullptr, implied | position},
	{"materialized", nullptr, implied},
	{"default", alter_default},
	{"statistics", alter_statistics},
	{"storage", alter_storage},
	{"default_storage", nullptr, implied},
	{"compression", alter_compression},
	{"options", alter_column_options},
	grants_property,
};

} // namespace

constexpr Kind view_column_kind = {
	.name = "view column",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = grants_written,
	.reference = reference,
	.grant_on = grant_on,
	.default_grants = "{}",
	.create = create,
	.drop = drop,
	.created_by_parent = true,
	.rank = rank::view_column,
};

std::string
view_query_column()
{
	return "ltrim(left(pg_get_viewdef(c.oid), -1), ' ')";
}

void
translate_view(Object &view, int version)
{
	if (view.has("query"))
		view.set("query", sql::view_query(view["query"], version));
}

std::string
view_columns_column()
{
	return "ARRAY(SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE ' "
		   "|| " +
		   collation() +
		   ", '') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 "
		   "ORDER BY a.attnum)";
}

std::vector<const Object *>
columns_of_view(const Object &view, const Catalog &catalog)
{
	std::vector<const Object *> columns = catalog.children(view, "view column");
	auto place = [](const Object *column) {
		const std::string &text = (*column)["position"];
		int number = 0;
		std::from_chars(text.data(), text.data() + text.size(), number);
		return number;
	};

	std::sort(columns.begin(), columns.end(), [&](const Object *a, const Object *b) { return place(a) < place(b); });
	return columns;
}

void
add_view_columns(const Object &view, const Catalog &catalog, Script &script)
{
	for (const Object *column : columns_of_view(view, catalog))
		create(*column, catalog, script);
}

} // namespace schema_guard::catalog
