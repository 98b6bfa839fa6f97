/*
 * materialized_view.cpp - materialized views.
 *
 * Whether one holds rows is data, not schema: it is shown, and one that is made anew is filled as it was, a new one as the
 * other is.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/views.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name, " +
		   view_query_column() + " AS query, " + view_columns_column() +
		   " AS columns, (SELECT array_agg(o ORDER BY o COLLATE \"C\") FROM (SELECT unnest(c.reloptions) UNION ALL "
		   "SELECT 'toast.' || unnest(x.reloptions) FROM pg_class x WHERE x.oid = c.reltoastrelid) u(o)) AS options, "
		   "(SELECT m.amname FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap') AS access_method, "
		   "(SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace, "
		   "CASE WHEN NOT c.relispopulated THEN 'true' END AS empty, " +
		   extensions_column("pg_class", "c.oid") +
		   " AS depends_on_extensions, pg_get_userbyid(c.relowner) AS owner, " +
		   grants_or_key(source, "c.relacl", 'r', "c.relowner") +
		   " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND " +
		   users_relation() + source.wanted("c.oid");
}

std::string
reference(const Object &object)
{
	return "MATERIALIZED VIEW " + object.quoted_identity();
}

std::string
grant_on(const Object &object)
{
	return "TABLE " + object.quoted_identity();
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	std::string text = "CREATE " + reference(object);
	const Object *old = script.before() != nullptr ? script.before()->find_key(object.key()) : nullptr;
	const bool empty = (old != nullptr ? *old : object).has("empty");

	if (object.has("access_method"))
		text += " USING " + sql::identifier(object["access_method"]);
	if (object.has("options"))
		text += " WITH (" + option_list(object.list("options")) + ")";
	if (object.has("tablespace"))
		text += " TABLESPACE " + sql::identifier(object["tablespace"]);
	text += " AS\n" + object["query"];
	script.add(form::create_materialized_view, text + (empty ? "\nWITH NO DATA" : "\nWITH DATA"));
	add_view_columns(object, catalog, script);
	add_extensions(object, "depends_on_extensions", "ALTER " + reference(object), script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_materialized_view, "DROP " + reference(object), data_loss);
}

bool
alter_storage_options(const Change &change, Script &script)
{
	alter_options(change, "options", "ALTER " + reference(change.to), form::materialized_view_options, script);
	return true;
}

bool
alter_tablespace(const Change &change, Script &script)
{
	script.add(
		form::rewrite_materialized_view,
		"ALTER " + reference(change.to) + " SET TABLESPACE " +
			(change.to.has("tablespace") ? sql::identifier(change.to["tablespace"]) : std::string("pg_default")));
	return true;
}

bool
alter_access_method(const Change &change, Script &script)
{
	script.add(
		form::rewrite_materialized_view,
		"ALTER " + reference(change.to) + " SET ACCESS METHOD " +
			(change.to.has("access_method") ? sql::identifier(change.to["access_method"]) : std::string("heap")));
	return true;
}

bool
alter_depends(const Change &change, Script &script)
{
	alter_extensions(change, "depends_on_extensions", "ALTER " + reference(change.to), script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property properties[] = {
	{"query"},
	{"columns", nullptr, implied},
	{"options", alter_storage_options},
	{"access_method", alter_access_method},
	{"tablespace", alter_tablespace},
	{"empty", nullptr, implied},
	{"depends_on_extensions", alter_depends},
	owner_property,
	grants_property,
};

} // namespace

constexpr Kind materialized_view_kind = {
	.name = "materialized view",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = grants_written,
	.translate = translate_view,
	.reference = reference,
	.grant_on = grant_on,
	.create = create,
	.drop = drop,
	.name_space = "relation",
	.rank = rank::view,
};

} // namespace schema_guard::catalog
