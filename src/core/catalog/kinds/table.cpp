/*
 * table.cpp - ordinary, partitioned and foreign tables.
 *
 * CREATE TABLE makes the columns and the inheritance.  Defaults come after it, as a serial's sequence is owned by the
 * column whose default reads it; what a table of the same name had is made anew along with it.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/relations.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

std::string
relation_query(const Source &source, const std::string &columns, const std::string &joins, const char *relkinds)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, n.nspname AS schema, c.relname AS name, "
		   "pg_get_userbyid(c.relowner) AS owner, " +
		   grants_or_key(source, "c.relacl", 'r', "c.relowner") + ", " + columns +
		   " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " + joins + " WHERE c.relkind IN (" +
		   relkinds + ") AND " + users_relation() + source.wanted("c.oid");
}

/* The database's own tablespace is shown where it is not pg_default: the way back to it must name it. */
std::string
table_query(const Source &source)
{
	return relation_query(
		source,
		"CASE WHEN c.relpersistence = 'u' AND c.relkind = 'r' THEN 'true' END AS unlogged, "
		"CASE WHEN c.relpersistence = 'u' AND c.relkind = 'p' THEN 'true' END AS unlogged_partitioned, "
		"CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type, "
		"CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_by, "
		"CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN (SELECT array_agg(o.option ORDER BY "
		"o.option "
		"COLLATE \"C\") FROM (SELECT unnest(c.reloptions) AS option UNION ALL SELECT 'toast.' || unnest(t.reloptions)) "
		"o) "
		"END AS options, "
		"CASE WHEN c.relkind = 'p' OR am.amname <> 'heap' THEN am.amname END AS access_method, "
		"s.spcname AS tablespace, "
		"(SELECT d.spcname FROM pg_database b JOIN pg_tablespace d ON d.oid = b.dattablespace "
		"WHERE b.datname = current_database() AND d.spcname <> 'pg_default') AS default_tablespace, "
		"CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END AS "
		"replica_identity, "
		"CASE WHEN c.relrowsecurity THEN 'true' END AS row_security, "
		"CASE WHEN c.relforcerowsecurity THEN 'true' END AS force_row_security",
		"LEFT JOIN pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_am am ON am.oid = c.relam "
		"LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace",
		"'r', 'p'");
}

std::string
foreign_table_query(const Source &source)
{
	return relation_query(
		source, "f.srvname AS server, " + options_column("ft.ftoptions") + " AS options",
		"JOIN pg_foreign_table ft ON ft.ftrelid = c.oid JOIN pg_foreign_server f ON f.oid = ft.ftserver", "'f'");
}

std::string
table_reference(const Object &object)
{
	return "TABLE " + object.quoted_identity();
}

std::string
foreign_table_reference(const Object &object)
{
	return "FOREIGN TABLE " + object.quoted_identity();
}

/* --- CREATE --- */

bool
any_has(const std::vector<const Object *> &parents, const Object &column, const Catalog &catalog, auto test)
{
	return std::any_of(parents.begin(), parents.end(), [&](const Object *parent) {
		const Object *same = column_of(*parent, column.name(), catalog);
		return same != nullptr && test(*same);
	});
}

/* Since 18 a column that the parents give may have a NOT NULL of the child's. */
bool
own_not_null(const Object &column, int version)
{
	return version >= 180000 && column["not_null_origin"] == "own" && !column.has("not_null_not_valid");
}

/* What CREATE TABLE ... INHERITS says of a column, nothing if it all comes from the parents. */
std::string
child_column(const Object &column, const std::vector<const Object *> &parents, const Catalog &catalog, int version)
{
	if (column.has("inherited"))
		return own_not_null(column, version) ? not_null_constraint(column) : std::string();
	if (column["not_null_origin"] == "inherited" && version >= 180000) {
		Object nullable = column;
		nullable.set("not_null", {});
		nullable.set("not_null_origin", {});
		return child_column(nullable, parents, catalog, version);
	}

	Value expression;
	bool generated_there = any_has(parents, column, catalog, [](const Object &same) { return same.has("generated"); });

	/* Its own default, or none, settles what the parents do not agree on. */
	if (any_has(parents, column, catalog, [&](const Object &same) { return default_of(same, catalog) != nullptr; })) {
		const Object *own = default_of(column, catalog);
		expression = own == nullptr ? "NULL" : (*own)["expression"];
	}
	/* Up to 15 a child cannot repeat its parent's expression; there alone it can have one under a plain column. */
	if (generated_there && column.has("generated") && version < 160000) {
		Object plain = column;
		plain.set("generated", {});
		return column_definition(plain, catalog, {}, version);
	}
	return column_definition(column, catalog, expression, version);
}

std::vector<std::string>
definitions(const Object &table, const std::vector<const Object *> &columns, const std::vector<const Object *> &parents,
			const Catalog &catalog, int version)
{
	std::vector<std::string> lines;

	for (const Object *column : columns) {
		std::string line;

		if (!parents.empty())
			line = child_column(*column, parents, catalog, version);
		else if (table.is("foreign table") || !table.has("of_type") || column->has("not_null") ||
				 column->has("identity") || column->has("generated"))
			line = column_definition(*column, catalog, {}, version);
		if (!line.empty())
			lines.push_back("    " + line);
	}
	return lines;
}

/* What the parents give a column that it does not have, and the other way about. */
void
settle_inherited(const Object &column, const std::vector<const Object *> &parents, const Catalog &catalog,
				 Script &script)
{
	const std::string alter = alter_column(column, catalog);

	if (!column.has("inherited"))
		return;
	if (default_of(column, catalog) == nullptr &&
		any_has(parents, column, catalog, [&](const Object &same) { return default_of(same, catalog) != nullptr; }))
		script.add(form::set_default, alter + " DROP DEFAULT");
	if (column.has("not_null") && !own_not_null(column, script.version()) &&
		!any_has(parents, column, catalog, [](const Object &same) { return same.has("not_null"); }))
		script.add(form::set_not_null_proven, alter + " SET NOT NULL");
}

/* The defaults, and their sequences, of columns that come and go with the table: it was dropped to be made anew. */
void
restore_defaults(const std::vector<const Object *> &columns, const Catalog &catalog, Script &script)
{
	for (const Object *column : columns) {
		const Object *expression = default_of(*column, catalog);
		std::vector<const Object *> sequences = serial_sequences(*column, catalog);

		for (const Object *sequence : sequences) {
			create_sequence(*sequence, script);
			own_sequence(*sequence, script);
		}
		if (expression != nullptr)
			script.add(form::set_default,
					   alter_column(*column, catalog) + " SET DEFAULT " + (*expression)["expression"]);
	}
}

/* As INHERITS names them; those of an extension are not there. */
std::vector<const Object *>
parents_in_order(const Object &inheritance, const Catalog &catalog)
{
	std::vector<const Object *> parents;

	for (const std::string &parent : inheritance.list("parents")) {
		std::vector<std::string> name = sql::read_array(parent);
		for (const char *kind : {"table", "foreign table"}) {
			if (const Object *found = catalog.find(kind, name))
				parents.push_back(found);
		}
	}
	return parents;
}

std::vector<const Object *>
columns_in_order(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> columns = catalog.children(table, "column");
	auto position = [](const Object *column) { return std::stol((*column)["position"]); };

	std::sort(columns.begin(), columns.end(),
			  [&](const Object *a, const Object *b) { return position(a) < position(b); });
	return columns;
}

/*
 * CREATE TABLE ... INHERITS has the parents' columns first, in their order.  A table with another order was made alone, and
 * its columns are its own: INHERIT brings it under its parents as long as these have no CHECK.
 */
bool
inherits_afterwards(const std::vector<const Object *> &columns, const std::vector<const Object *> &parents,
					const Catalog &catalog, const Catalog *before)
{
	std::vector<std::string> names;
	auto add = [&](const Object *column) {
		if (std::find(names.begin(), names.end(), column->name()) == names.end())
			names.push_back(column->name());
	};

	for (const Object *parent : parents) {
		for (const Object *column : columns_in_order(*parent, catalog))
			add(column);
		const Object *earlier = before != nullptr ? before->find_key(parent->key()) : nullptr;
		for (const Object *constraint :
			 earlier != nullptr ? before->children(*earlier, "constraint") : std::vector<const Object *>()) {
			if ((*constraint)["type"] == "check" && !constraint->has("no_inherit"))
				return false;
		}
	}
	std::for_each(columns.begin(), columns.end(), add);
	return std::none_of(columns.begin(), columns.end(), [](auto *column) { return column->has("inherited"); }) &&
		   !std::equal(columns.begin(), columns.end(), names.begin(), names.end(),
					   [](const Object *column, const std::string &name) { return column->name() == name; });
}

void
create(const Object &table, const Catalog &catalog, Script &script)
{
	bool foreign = table.is("foreign table");
	const Object *attached = attachment(table, catalog);
	std::vector<const Object *> columns = columns_in_order(table, catalog), parents;
	std::vector<std::string> names;
	std::string text = "CREATE ";

	std::erase_if(columns, [&](const Object *column) { return script.apart(*column); });
	if (attached != nullptr && attached->is("inheritance") && !script.apart(*attached)) {
		parents = parents_in_order(*attached, catalog);
		for (const std::string &parent : attached->list("parents")) {
			std::vector<std::string> name = sql::read_array(parent);
			names.push_back(sql::qualified(name.at(0), name.at(1)));
		}
	}

	const bool afterwards =
		parents.size() == names.size() && inherits_afterwards(columns, parents, catalog, script.before());
	const bool beside = std::any_of(parents.begin(), parents.end(), [&](auto *parent) { return script.had(parent); });

	if (afterwards)
		parents.clear();

	std::vector<std::string> lines = definitions(table, columns, parents, catalog, script.version());

	if (!foreign && (table.has("unlogged") || (table.has("unlogged_partitioned") && script.version() < 180000)))
		text += "UNLOGGED ";
	text += table.kind().reference(table);
	if (!foreign && table.has("of_type"))
		text += " OF " + table["of_type"] + (lines.empty() ? "" : " (\n" + sql::join(lines, ",\n") + "\n)");
	else
		text += lines.empty() ? " ()" : " (\n" + sql::join(lines, ",\n") + "\n)";
	if (!names.empty() && !afterwards)
		text += "\nINHERITS (" + sql::join(names) + ")";
	if (foreign) {
		text += "\nSERVER " + sql::identifier(table["server"]) + foreign_options(table, "options");
	} else {
		if (table.has("partition_by"))
			text += "\nPARTITION BY " + table["partition_by"];
		if (table.has("access_method"))
			text += "\nUSING " + sql::identifier(table["access_method"]);
		if (table.has("options"))
			text += "\nWITH (" + option_list(table.list("options")) + ")";
		if (table.has("tablespace"))
			text += "\nTABLESPACE " + sql::identifier(table["tablespace"]);
	}
	script.add(beside && !afterwards ? form::create_child : form::create_table, text);
	if (afterwards) {
		for (const std::string &name : names)
			script.add(beside ? form::inherit_new : form::inherit, alter_table(table) + " INHERIT " + name);
	}

	if (has_table(script.before(), table.identity))
		restore_defaults(columns, catalog, script);
	for (const Object *column : columns) {
		settle_inherited(*column, parents, catalog, script);
		add_column_settings(*column, catalog, script);
	}
	if (foreign)
		return;

	const std::string alter = alter_table(table, true);

	if (table.has("replica_identity") && table["replica_identity"] != "index")
		script.add(form::replica_identity,
				   alter + " REPLICA IDENTITY " + (table["replica_identity"] == "full" ? "FULL" : "NOTHING"));
	if (table.has("row_security"))
		script.add(form::row_security_on, alter + " ENABLE ROW LEVEL SECURITY");
	if (table.has("force_row_security"))
		script.add(form::row_security_on, alter + " FORCE ROW LEVEL SECURITY");
}

/* A partition is cut off first where others must be able to work: DROP TABLE would lock its parent. */
void
drop(const Object &table, const Catalog &catalog, Script &script)
{
	const Object *attached = attachment(table, catalog);
	bool foreign = table.is("foreign table");

	if (script.options().online && script.version() >= 140000 && attached != nullptr && attached->is("partition") &&
		!attached->has("siblings_default")) {
		std::vector<const Object *> parents = parent_tables(table, catalog);

		if (!parents.empty() && has_table(script.after(), parents[0]->identity))
			script.add_concurrently(form::detach_concurrently,
									alter_table(*parents[0]) + " DETACH PARTITION " + table.quoted_identity(), "");
	}
	script.add(foreign ? form::drop_foreign_table : form::drop_table, "DROP " + table.kind().reference(table));
}

/* --- ALTER --- */

bool
alter_persistence(const Change &change, Script &script)
{
	bool to_unlogged = change.to.has("unlogged");

	script.add(to_unlogged ? form::unlogged : form::persistence,
			   alter_table(change.to) + (to_unlogged ? " SET UNLOGGED" : " SET LOGGED"));
	return true;
}

bool
alter_of_type(const Change &change, Script &script)
{
	if (change.from.has("of_type") && !change.to.has("of_type"))
		script.add(form::table_of_type, alter_table(change.to) + " NOT OF");
	else
		script.add(form::table_of_type, alter_table(change.to) + " OF " + change.to["of_type"]);
	return true;
}

bool
alter_table_options(const Change &change, Script &script)
{
	auto of_catalog = [](const std::string &option) { return option.starts_with("user_catalog_table="); };
	std::vector<std::string> differ = change.added("options"), gone = change.removed("options");
	bool strong =
		std::any_of(differ.begin(), differ.end(), of_catalog) || std::any_of(gone.begin(), gone.end(), of_catalog);

	alter_options(change, "options", alter_table(change.to), strong ? form::catalog_option : form::table_options,
				  script);
	return true;
}

bool
alter_access_method(const Change &change, Script &script)
{
	bool partitioned = change.to.has("partition_by");
	std::string method = change.to.has("access_method") ? sql::identifier(change.to["access_method"]) : "heap";

	if (script.version() < (partitioned ? 170000 : 150000))
		return partitioned;
	if (partitioned && !change.to.has("access_method"))
		method = "DEFAULT";
	script.add(partitioned ? form::partitions_access_method : form::access_method,
			   alter_table(change.to) + " SET ACCESS METHOD " + method);
	return true;
}

bool
alter_tablespace(const Change &change, Script &script)
{
	std::string tablespace = "pg_default";

	if (change.to.has("tablespace"))
		tablespace = change.to["tablespace"];
	else if (change.from.has("default_tablespace"))
		tablespace = change.from["default_tablespace"];
	script.add(change.to.has("partition_by") ? form::partitions_tablespace : form::tablespace,
			   alter_table(change.to) + " SET TABLESPACE " + sql::identifier(tablespace));
	return true;
}

bool
alter_replica_identity(const Change &change, Script &script)
{
	const std::string &identity = change.to["replica_identity"];

	/* The index says so itself. */
	if (identity == "index")
		return true;
	script.add(form::replica_identity, alter_table(change.to, true) + " REPLICA IDENTITY " +
										   (identity == "full"		? "FULL"
											: identity == "nothing" ? "NOTHING"
																	: "DEFAULT"));
	return true;
}

bool
alter_row_security(const Change &change, Script &script)
{
	for (auto [property, on, off] :
		 {std::tuple{"row_security", " ENABLE", " DISABLE"}, std::tuple{"force_row_security", " FORCE", " NO FORCE"}}) {
		if (change.changed(property))
			script.add(change.to.has(property) ? form::row_security_on : form::row_security_off,
					   alter_table(change.to, true) + (change.to.has(property) ? on : off) + " ROW LEVEL SECURITY");
	}
	return true;
}

bool
alter_foreign_table_options(const Change &change, Script &script)
{
	alter_foreign_options(change, "options", alter_table(change.to), form::foreign_table_options, script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "name"};

constexpr Property table_properties[] = {
	owner_property,
	{"unlogged", alter_persistence},
	/* It means nothing and cannot be altered; before 18 it could be said. */
	{"unlogged_partitioned", nullptr, implied},
	{"of_type", alter_of_type},
	{"partition_by"},
	{"options", alter_table_options},
	{"access_method", alter_access_method},
	{"tablespace", alter_tablespace},
	{"default_tablespace", nullptr, implied},
	{"replica_identity", alter_replica_identity},
	{"row_security", alter_row_security},
	{"force_row_security", alter_row_security},
	grants_property,
};

constexpr Property foreign_table_properties[] = {
	owner_property,
	{"server"},
	{"options", alter_foreign_table_options},
	grants_property,
};

} // namespace

constexpr Kind table_kind = {
	.name = "table",
	.identity = identity,
	.properties = table_properties,
	.query = table_query,
	.written = grants_written,
	.reference = table_reference,
	.grant_on = table_reference,
	.create = create,
	.drop = drop,
	.name_space = "relation",
	.rank = rank::table,
};

constexpr Kind foreign_table_kind = {
	.name = "foreign table",
	.identity = identity,
	.properties = foreign_table_properties,
	.query = foreign_table_query,
	.written = grants_written,
	.reference = foreign_table_reference,
	.grant_on = table_reference,
	.create = create,
	.drop = drop,
	.name_space = "relation",
	.rank = rank::table,
};

} // namespace schema_guard::catalog
