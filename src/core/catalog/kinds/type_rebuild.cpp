/*
 * type_rebuild.cpp - types that change under the columns that have them.
 *
 * The views, functions, checks and so on that name the type are gone while this runs (Kind::in_the_way), and so are the
 * columns that are to have it no longer: what is altered here are columns that are of the type before and after.
 */
#include "schema_guard/core/catalog/relations.hpp"
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* No USING for a generated column: it is made again. */
bool
alterable(const Object &object)
{
	return object.is("attribute") || (object.is("column") && !object.has("generated"));
}

/* Its array types are of the type as well, and so is a range's multirange. */
bool
has_type(const Object &column, const Object &type)
{
	std::string text = column["type"];

	if (text.ends_with("[]"))
		text.resize(text.size() - 2);
	return text == type_name(type) || (type.is("range") && text == type["multirange"]);
}

/* Domains over the type or its arrays. */
std::vector<const Object *>
domains_over(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> domains = catalog.dependents(type);

	std::erase_if(domains, [&](const Object *object) {
		return !object->is("domain") ||
			   ((*object)["base_type"] != type_name(type) && (*object)["base_type"] != type_name(type) + "[]");
	});
	return domains;
}

std::vector<const Object *>
direct_columns(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> columns = catalog.dependents(type);

	std::erase_if(columns, [&](const Object *object) { return !alterable(*object) || !has_type(*object, type); });
	return columns;
}

/* Whether the column has this type in both schemas. */
bool
stays(const Object &column, const Change &change)
{
	const Object *now = change.after.find_key(column.key());

	return now != nullptr && now->value("type") == column.value("type");
}

/* Whether it is altered by way of a parent table's, or the table's type. */
bool
is_led(const Object &column, const Change &change)
{
	const Object &table = table_of(column, change.before);
	return !leading_columns(column, change.before, change.after).empty() || (table.is("table") && table.has("of_type"));
}

/* Foreign tables have no rows to convert here. */
void
convert(const Object &column, const Catalog &catalog, const std::string &type, const std::string &expression,
		Script &script)
{
	bool foreign = table_of(column, catalog).is("foreign table");

	script.add(foreign ? form::column_type : form::convert_column,
			   alter_column(column, catalog, false) + " TYPE " + type + (foreign ? "" : " USING " + expression));
}

/* A domain's constraints, before a column has it: with arrays of it none could be added.  Those that have no step of
   their own to make them. */
void
create_kept_constraints(const Change &change, Script &script)
{
	for (const Object *constraint : change.after.children(change.to, "domain constraint")) {
		const Object *old = change.before.find_key(constraint->key());

		if (old == nullptr || old->value("definition") != constraint->value("definition") ||
			(constraint->has("not_valid") && !old->has("not_valid")))
			continue;
		constraint->kind().create(*constraint, change.after, script);
		add_satellites(*constraint, change.before, change.after, script);
	}
}

/* A name of at most 63 bytes that no relation or type of the schema has. */
std::string
unused_name(const Object &type, const Catalog &before, const Catalog &after)
{
	std::string stem = type.name().substr(0, 55);

	while (!stem.empty() && (static_cast<unsigned char>(type.name()[stem.size()]) & 0xC0) == 0x80)
		stem.pop_back();
	for (int n = 0;; n++) {
		std::string name = stem + "_old" + (n > 0 ? std::to_string(n) : "");
		auto taken = [&](const Catalog &catalog) {
			return std::any_of(catalog.begin(), catalog.end(), [&](const Object &object) {
				return object.kind().name_space == "relation" && object.identity[0] == type.identity[0] &&
					   object.name() == name;
			});
		};
		if (!taken(before) && !taken(after))
			return name;
	}
}

} // namespace

std::vector<const Object *>
columns_of_type(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> columns = direct_columns(type, catalog);

	for (size_t i = 0; i < columns.size(); i++) {
		if (!columns[i]->is("attribute"))
			continue;
		if (const Object *whole = catalog.parent(*columns[i])) {
			for (const Object *column : direct_columns(*whole, catalog)) {
				if (std::find(columns.begin(), columns.end(), column) == columns.end())
					columns.push_back(column);
			}
		}
	}
	return columns;
}

std::vector<const Object *>
users_of_type(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> users = columns_of_type(type, catalog);

	for (const Object *domain : domains_over(type, catalog)) {
		users.push_back(domain);
		for (const Object *user : users_of_type(*domain, catalog))
			users.push_back(user);
	}
	return users;
}

bool
in_the_way_of_type(const Object &dependent)
{
	return !dependent.is("view column") && !alterable(dependent);
}

bool
in_the_way_of_new_type(const Object &dependent)
{
	if (alterable(dependent) || dependent.is("domain") || dependent.is("domain constraint") ||
		dependent.is("view column"))
		return false;
	if (dependent.is("constraint"))
		return dependent["type"] == "check" || dependent["type"] == "foreign key";
	/* One of columns alone has no parentheses inside its own. */
	if (dependent.is("index"))
		return dependent["definition"].find('(') != dependent["definition"].rfind('(');
	return kind("column")->in_the_way(dependent);
}

bool
in_the_way_of_text(const Object &dependent)
{
	return kind("column")->in_the_way(dependent) || dependent.is("constraint") || dependent.is("index");
}

void
rebuild_type(const Change &change, Conversion conversion, Script &script)
{
	const Object &type = change.to;
	std::string old_name = unused_name(type, change.before, change.after);
	std::string reference = type.kind().reference(type);

	script.add(form::alter, "ALTER " + reference + " RENAME TO " + sql::identifier(old_name));
	type.kind().create(type, change.after, script);
	add_satellites(type, change.before, change.after, script);
	create_kept_constraints(change, script);
	for (const Object *domain : domains_over(change.from, change.before)) {
		const Object *now = change.after.find_key(domain->key());
		if (now != nullptr && now->value("base_type") == domain->value("base_type"))
			rebuild_type({*domain, *now, change.before, change.after, change.options}, conversion, script);
	}
	for (const Object *column : direct_columns(change.from, change.before)) {
		if (!stays(*column, change))
			continue;

		const std::string &to = (*column)["type"];
		std::string name = sql::identifier(column->name());

		if (column->is("attribute"))
			alter_under_columns(*change.before.parent(*column), change, script, [&] {
				script.add(form::alter_composite, "ALTER TYPE " +
													  sql::qualified(column->identity[0], column->identity[1]) +
													  " ALTER ATTRIBUTE " + name + " TYPE " + to + " CASCADE");
			});
		else if (!is_led(*column, change))
			convert(*column, change.before, to,
					conversion == Conversion::text && to.ends_with("[]")
						? name + "::pg_catalog.text[]::" + to
						: name + (conversion == Conversion::text ? "::pg_catalog.text::" : "::") + to,
					script);
	}
	script.add(form::drop,
			   "DROP " + reference.substr(0, reference.find(' ')) + " " + sql::qualified(type.identity[0], old_name));
}

void
alter_under_columns(const Object &type, const Change &change, Script &script, const std::function<void()> &alter)
{
	const Catalog &before = change.before, &after = change.after;
	std::vector<const Object *> columns = columns_of_type(type, before);

	std::erase_if(columns, [&](const Object *column) { return column->is("attribute") || !stays(*column, change); });
	for (const Object *column : columns) {
		if (default_of(*column, before) != nullptr)
			script.add(form::drop_default, alter_column(*column, before) + " DROP DEFAULT");
	}
	for (const Object *column : columns) {
		if (!is_led(*column, change))
			convert(*column, before, "pg_catalog.text", sql::identifier(column->name()) + "::pg_catalog.text", script);
	}
	alter();
	for (const Object *column : columns) {
		if (!is_led(*column, change))
			convert(*column, before, (*column)["type"], sql::identifier(column->name()) + "::" + (*column)["type"],
					script);
	}
	for (const Object *column : columns) {
		if (const Object *expression = default_of(*after.find_key(column->key()), after))
			script.add(form::set_default,
					   alter_column(*column, before) + " SET DEFAULT " + (*expression)["expression"]);
	}
}

} // namespace schema_guard::catalog
