/*
 * view.cpp - views.
 *
 * A view that only gains columns is replaced in place; any other change of its columns drops it, and what reads it, for
 * a while.  Views of a cycle begin as pg_dump's dummies: the right columns, and nothing behind them.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/views.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name, " +
		   view_query_column() + " AS query, " + view_columns_column() + " AS columns, " +
		   options_column("c.reloptions") + " AS options, pg_get_userbyid(c.relowner) AS owner, " +
		   grants_or_key(source, "c.relacl", 'r', "c.relowner") +
		   " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND " +
		   users_relation() + source.wanted("c.oid");
}

std::string
reference(const Object &object)
{
	return "VIEW " + object.quoted_identity();
}

std::string
grant_on(const Object &object)
{
	return "TABLE " + object.quoted_identity();
}

std::string
options(const Object &object)
{
	return object.has("options") ? " WITH (" + option_list(object.list("options")) + ")" : "";
}

std::string
definition(const Object &object)
{
	return "VIEW " + object.quoted_identity() + options(object) + " AS\n" + object["query"];
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(form::create_view, "CREATE " + definition(object));
	add_view_columns(object, catalog, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_view, "DROP " + reference(object));
}

void
placeholder(const Object &object, const Catalog &catalog, Script &script)
{
	std::vector<std::string> columns;

	for (const Object *column : columns_of_view(object, catalog))
		columns.push_back("NULL::" + (*column)["type"] +
						  (column->has("collation") ? " COLLATE " + (*column)["collation"] : std::string()) + " AS " +
						  sql::identifier(column->name()));
	script.add(form::replace_view,
			   "CREATE OR REPLACE VIEW " + object.quoted_identity() + " AS\nSELECT " + sql::join(columns));
}

void
complete(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(form::replace_view, "CREATE OR REPLACE " + definition(object));
	add_view_columns(object, catalog, script);
}

/* The first columns stay as they are. */
bool
only_grows(const Change &change)
{
	std::vector<std::string> from = change.from.list("columns"), to = change.to.list("columns");

	return from.size() <= to.size() && std::equal(from.begin(), from.end(), to.begin());
}

/* Without the reader's rights, or its barrier, a view shows more. */
bool
opens(const Change &change)
{
	std::vector<std::string> removed = change.removed("options");

	return std::any_of(removed.begin(), removed.end(), [](const std::string &option) {
		return option.starts_with("security_") && !option.ends_with("=false") && !option.ends_with("=off");
	});
}

/* CREATE OR REPLACE sets the options, too. */
bool
alter(const Change &change, Script &script)
{
	if (change.changed("query")) {
		if (!only_grows(change))
			return false;
		script.add(form::replace_view, "CREATE OR REPLACE " + definition(change.to),
				   opens(change) ? unsigned{privilege_widened} : 0);
		return true;
	}
	alter_options(change, "options", "ALTER " + reference(change.to),
				  opens(change) ? form::alter_view_security : form::alter_view, script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property properties[] = {
	{"query", alter}, {"columns", nullptr, implied}, {"options", alter}, owner_property, grants_property,
};

} // namespace

constexpr Kind view_kind = {
	.name = "view",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = grants_written,
	.translate = translate_view,
	.reference = reference,
	.grant_on = grant_on,
	.create = create,
	.drop = drop,
	.placeholder = placeholder,
	.complete = complete,
	.name_space = "relation",
	.rank = rank::view,
};

} // namespace schema_guard::catalog
