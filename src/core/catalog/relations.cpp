/*
 * relations.cpp - families of tables, and the statements that several kinds of a table's parts write.
 */
#include "schema_guard/core/catalog/relations.hpp"

#include "schema_guard/core/failure.hpp"

#include <algorithm>

namespace schema_guard::catalog {

bool
is_relation(const Object &object)
{
	return is_table(object) || object.is("view") || object.is("materialized view") || object.is("sequence") ||
		   object.is("index");
}

std::string
alter_table(const Object &table, bool only)
{
	return "ALTER " + std::string(table.is("foreign table") ? "FOREIGN TABLE " : "TABLE ") + (only ? "ONLY " : "") +
		   table.quoted_identity();
}

const Object &
table_of(const Object &part, const Catalog &catalog)
{
	const Object *table = catalog.parent(part);

	if (table == nullptr)
		throw Failure(sqlstate::not_ready, part.display() + " is in the schema, its table is not");
	return *table;
}

const Object *
attachment(const Object &table, const Catalog &catalog)
{
	const Object *found = catalog.find("partition", table.identity);

	return found != nullptr ? found : catalog.find("inheritance", table.identity);
}

std::vector<const Object *>
parent_tables(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> parents;

	if (const Object *attached = attachment(table, catalog))
		parents = catalog.depends_on(*attached);
	std::erase_if(parents, [&](const Object *object) { return !is_table(*object) || object == &table; });
	return parents;
}

std::vector<const Object *>
child_tables(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> children;

	for (const Object *dependent : catalog.dependents(table)) {
		if (!dependent->is("partition") && !dependent->is("inheritance"))
			continue;
		const Object *child = catalog.parent(*dependent);
		if (child != nullptr && child != &table)
			children.push_back(child);
	}
	return children;
}

const Object *
column_of(const Object &table, std::string_view name, const Catalog &catalog)
{
	Names identity = table.identity;

	identity.push_back(name);
	return catalog.find("column", identity);
}

namespace {

const Object *
find_table(const Catalog &catalog, const Names &identity)
{
	const Object *found = catalog.find("table", identity);

	return found != nullptr ? found : catalog.find("foreign table", identity);
}

bool
has_parent(const Object &table, const Object &parent, const Catalog &catalog)
{
	std::vector<const Object *> parents = parent_tables(table, catalog);

	return std::any_of(parents.begin(), parents.end(),
					   [&](const Object *other) { return other->identity == parent.identity; });
}

} // namespace

bool
has_table(const Catalog *catalog, const Names &identity)
{
	return catalog != nullptr && find_table(*catalog, identity) != nullptr;
}

std::vector<const Object *>
leading_columns(const Object &column, const Catalog &catalog, const Catalog &other)
{
	const Object &table = table_of(column, catalog);
	const Object *table_there = find_table(other, table.identity);
	std::vector<const Object *> columns;

	if (table_there == nullptr)
		return columns;
	for (const Object *parent : parent_tables(table, catalog)) {
		const Object *same = column_of(*parent, column.name(), catalog);
		if (same != nullptr && has_parent(*table_there, *parent, other))
			columns.push_back(same);
	}
	return columns;
}

const Object *
default_of(const Object &column, const Catalog &catalog)
{
	return catalog.find("default", column.identity);
}

std::vector<const Object *>
serial_sequences(const Object &column, const Catalog &catalog)
{
	std::vector<const Object *> sequences;

	if (const Object *expression = default_of(column, catalog))
		sequences = catalog.depends_on(*expression);
	std::erase_if(sequences, [&](const Object *object) {
		return !object->is("sequence") || object->has("identity") || object->list("owned_by") != column.identity;
	});
	return sequences;
}

/* --- columns --- */

std::string
alter_column(const Object &column, const Catalog &catalog, bool only)
{
	return alter_table(table_of(column, catalog), only) + " ALTER COLUMN " + sql::identifier(column.name());
}

/* The name the server chooses, where it need not be cut. */
std::string
not_null_name(const Object &column)
{
	for (std::string_view name : {"not_null_name", "not_null_inherited_name"}) {
		if (column.has(name))
			return column[name];
	}
	return column.identity[1] + "_" + column.name() + "_not_null";
}

void
comment_on_not_null(const Object &column, const Catalog &catalog, Script &script)
{
	if (column.has("not_null_comment") && script.version() >= 180000)
		script.add(form::comment, "COMMENT ON CONSTRAINT " + sql::identifier(not_null_name(column)) + " ON " +
									  table_of(column, catalog).quoted_identity() + " IS " +
									  sql::literal(column["not_null_comment"]));
}

std::string
not_null_constraint(const Object &column)
{
	return "CONSTRAINT " + sql::identifier(not_null_name(column)) + " NOT NULL " + sql::identifier(column.name()) +
		   (column.has("not_null_no_inherit") ? " NO INHERIT" : "");
}

const Object *
identity_sequence(const Object &column, const Catalog &catalog)
{
	for (const Object *dependent : catalog.dependents(column)) {
		if (dependent->is("sequence") && dependent->has("identity"))
			return dependent;
	}
	return nullptr;
}

std::string
identity_clause(const Object &column, const Catalog &catalog)
{
	std::string text = column["identity"] == "always" ? "GENERATED ALWAYS" : "GENERATED BY DEFAULT";

	text += " AS IDENTITY";
	if (const Object *sequence = identity_sequence(column, catalog))
		text += " (SEQUENCE NAME " + sequence->quoted_identity() + sequence_options(*sequence) + ")";
	return text;
}

std::string
column_definition(const Object &column, const Catalog &catalog, const Value &expression, int version)
{
	const Object &table = table_of(column, catalog);
	std::string text = sql::identifier(column.name());

	if (table.is("table") && table.has("of_type")) {
		text += " WITH OPTIONS";
	} else {
		text += " " + column["type"] + foreign_options(column, "foreign_options");
		if (column.has("collation")) {
			std::vector<std::string> collation = column.list("collation");
			text += " COLLATE " + sql::qualified(collation.at(0), collation.at(1));
		}
	}
	if (column.has("generated"))
		text += " GENERATED ALWAYS AS (" + column["expression"] + ") " +
				(column["generated"] == "virtual" ? "VIRTUAL" : "STORED");
	else if (column.has("identity"))
		text += " " + identity_clause(column, catalog);
	else if (expression)
		text += " DEFAULT " + *expression;
	if (!column.has("not_null") || (column.has("not_null_not_valid") && version >= 180000))
		return text;
	if (version >= 180000 && column.has("not_null_name"))
		text += " CONSTRAINT " + sql::identifier(column["not_null_name"]);
	text += " NOT NULL";
	if (version >= 180000 && column.has("not_null_no_inherit"))
		text += " NO INHERIT";
	return text;
}

void
add_column_settings(const Object &column, const Catalog &catalog, Script &script)
{
	const Object &table = table_of(column, catalog);
	const std::string alter = alter_column(column, catalog);

	if (column.has("not_null_not_valid") && script.version() >= 180000)
		script.add(form::not_null_not_valid, alter_table(table) + " ADD " + not_null_constraint(column) + " NOT VALID");
	comment_on_not_null(column, catalog, script);
	if (column.has("statistics"))
		script.add(form::column_statistics, alter + " SET STATISTICS " + column["statistics"]);
	if (column.has("storage"))
		script.add(form::column_storage, alter + " SET STORAGE " + column["storage"]);
	if (column.has("compression") && script.version() >= 140000)
		script.add(form::column_compression, alter + " SET COMPRESSION " + column["compression"]);
	if (column.has("options"))
		script.add(form::column_options, alter + " SET (" + option_list(column.list("options")) + ")");
	if (const Object *sequence = identity_sequence(column, catalog))
		set_identity_persistence(*sequence, table, script);
}

std::vector<const Object *>
attachments_below(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> found;

	for (const Object *child : child_tables(table, catalog)) {
		const Object *tie = attachment(*child, catalog);

		if (tie == nullptr || !tie->is("partition"))
			continue;
		found.push_back(tie);
		for (const Object *below : attachments_below(*child, catalog))
			found.push_back(below);
	}
	return found;
}

} // namespace schema_guard::catalog
