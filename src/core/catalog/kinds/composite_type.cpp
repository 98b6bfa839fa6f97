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
query(const Source &source)
{
	return type_columns() + type_rows() +
		   " WHERE t.typtype = 'c' AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'" +
		   source.wanted("t.oid");
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
		   source.wanted("t.oid");
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
	std::erase_if(attributes, [&](auto *attribute) { return script.apart(*attribute); });
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

std::string
add_clause(const Object &attribute)
{
	return " ADD ATTRIBUTE " + sql::identifier(attribute.name()) + " " + type_of(attribute) + " CASCADE";
}

std::string
drop_clause(const Object &attribute)
{
	return " DROP ATTRIBUTE " + sql::identifier(attribute.name()) + " CASCADE";
}

int
place(const Object &attribute)
{
	return std::stoi(attribute["position"]);
}

/* Nothing has the type's attributes: no column, no table OF it, no expression. */
bool
unused(const Object &type, const Catalog &catalog)
{
	std::vector<const Object *> attributes = catalog.children(type, "attribute");
	std::vector<const Object *> dependents = catalog.dependents(type);

	return columns_of_type(type, catalog).empty() &&
		   std::none_of(dependents.begin(), dependents.end(), [](auto *dependent) { return dependent->is("table"); }) &&
		   std::all_of(attributes.begin(), attributes.end(),
					   [&](auto *attribute) { return catalog.dependents(*attribute).empty(); });
}

/* What is added comes last; where nobody has the type, those that should follow are taken off and added after it. */
void
move_followers(const Object &object, const Catalog &catalog, Script &script)
{
	const Object *whole = catalog.parent(object);
	const Object *old =
		whole == nullptr || script.before() == nullptr ? nullptr : script.before()->find_key(whole->key());
	std::vector<const Object *> followers;

	if (old == nullptr || !unused(*old, *script.before()))
		return;
	for (const Object *other : catalog.children(*whole, "attribute")) {
		if (place(*other) > place(object) && script.before()->find_key(other->key()) != nullptr)
			followers.push_back(other);
	}
	std::sort(followers.begin(), followers.end(), [](auto *a, auto *b) { return place(*a) < place(*b); });
	for (const Object *follower : followers) {
		script.add(form::alter_composite, alter_prefix(*follower) + drop_clause(*follower));
		script.add(form::alter_composite, alter_prefix(*follower) + add_clause(*follower));
		add_satellites(*follower, *script.before(), catalog, script);
	}
}

/* CASCADE for the tables OF the type. */
void
create_attribute(const Object &object, const Catalog &catalog, Script &script)
{
	script.add(form::alter_composite, alter_prefix(object) + add_clause(object));
	move_followers(object, catalog, script);
}

std::vector<const Object *>
earlier_attributes(const Object &object, const Catalog &, const Catalog &after)
{
	const Object *whole = after.parent(object);
	std::vector<const Object *> earlier;

	if (whole != nullptr)
		earlier = after.children(*whole, "attribute");
	std::erase_if(earlier, [&](auto *other) { return place(*other) >= place(object); });
	return earlier;
}

void
drop_attribute(const Object &object, const Catalog &, Script &script)
{
	script.add(form::alter_composite, alter_prefix(object) + drop_clause(object), data_loss | breaks_applications);
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
	.created_after = earlier_attributes,
	.changes_with = columns_of_whole,
	.in_the_way_along = in_the_way_of_text,
	.rank = rank::type_part,
};

} // namespace schema_guard::catalog
