/*
 * composite_type.cpp - composite types and their attributes.
 *
 * An attribute's type can change in place as long as no column has the composite type; otherwise these columns are text
 * meanwhile.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

std::string
wanted(const Source &source)
{
	return source.only ? " AND (t.oid = ANY ($1) OR t.typrelid = ANY ($1))" : "";
}

std::string
query(const Source &source)
{
	return type_columns() + type_rows() +
		   " WHERE t.typtype = 'c' AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'" +
		   wanted(source);
}

std::string
attribute_query(const Source &source)
{
	return "SELECT 'pg_class'::regclass::oid AS classid, a.attrelid AS objid, a.attnum AS objsubid, "
		   "t.tableoid AS parent_classid, t.oid AS parent_objid, n.nspname AS schema, t.typname AS type_name, "
		   "a.attname AS name, a.attnum AS position, format_type(a.atttypid, a.atttypmod) AS type, "
		   "CASE WHEN a.attcollation <> b.typcollation THEN " +
		   collation_name("a.attcollation") + " END AS collation" + type_rows() +
		   " JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
		   "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
		   "JOIN pg_type b ON b.oid = a.atttypid WHERE t.typtype = 'c'" +
		   wanted(source);
}

/* "id integer", "name text COLLATE x.y" */
std::string
type_of(const Object &attribute)
{
	return attribute["type"] + (attribute.has("collation") ? " COLLATE " + attribute["collation"] : "");
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	std::vector<const Object *> attributes = catalog.children(object, "attribute");
	std::vector<std::string> texts;

	std::sort(attributes.begin(), attributes.end(),
			  [](auto *a, auto *b) { return std::stoi((*a)["position"]) < std::stoi((*b)["position"]); });
	for (const Object *attribute : attributes)
		texts.push_back("\n\t" + sql::identifier(attribute->name()) + " " + type_of(*attribute));
	script.add(form::create,
			   "CREATE TYPE " + type_name(object) + " AS (" + sql::join(texts, ",") + (texts.empty() ? ")" : "\n)"));
}

/* --- attributes --- */

std::string
reference(const Object &attribute)
{
	return "COLUMN " + attribute.quoted_identity();
}

std::string
alter_prefix(const Object &attribute)
{
	return "ALTER TYPE " + sql::qualified(attribute.identity[0], attribute.identity[1]);
}

/* CASCADE for the tables OF the type. */
void
create_attribute(const Object &object, const Catalog &, Script &script)
{
	script.add(form::alter_composite, alter_prefix(object) + " ADD ATTRIBUTE " + sql::identifier(object.name()) + " " +
										  type_of(object) + " CASCADE");
}

void
drop_attribute(const Object &object, const Catalog &, Script &script)
{
	script.add(form::alter_composite,
			   alter_prefix(object) + " DROP ATTRIBUTE " + sql::identifier(object.name()) + " CASCADE",
			   data_loss | breaks_applications);
}

std::vector<const Object *>
columns_of_whole(const Object &attribute, const Catalog &catalog)
{
	const Object *whole = catalog.parent(attribute);

	return whole == nullptr ? std::vector<const Object *>() : columns_of_type(*whole, catalog);
}

bool
alter_type(const Change &change, Script &script)
{
	std::string statement = alter_prefix(change.to) + " ALTER ATTRIBUTE " + sql::identifier(change.to.name()) +
							" TYPE " + type_of(change.to) + " CASCADE";
	const Object *whole = change.before.parent(change.from);

	if (whole == nullptr)
		return false;
	alter_under_columns(*whole, change, script, [&] { script.add(form::alter_composite, statement); });
	return true;
}

constexpr Property type_properties[] = {owner_property, grants_property};
constexpr std::string_view identity[] = {"schema", "type_name", "name"};
constexpr Property properties[] = {
	{"position", nullptr, position},
	{"type", alter_type, takes_down},
	{"collation", alter_type, takes_down},
};

} // namespace

constexpr Kind composite_type_kind = {
	.name = "composite type",
	.identity = schema_and_name,
	.properties = type_properties,
	.query = query,
	.reference = type_reference,
	.grant_on = type_reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop_type,
	.name_space = "relation",
	.rank = rank::type,
};

constexpr Kind attribute_kind = {
	.name = "attribute",
	.identity = identity,
	.properties = properties,
	.query = attribute_query,
	.reference = reference,
	.create = create_attribute,
	.drop = drop_attribute,
	.created_by_parent = true,
	.changes_with = columns_of_whole,
	.rank = rank::type_part,
};

} // namespace schema_guard::catalog
