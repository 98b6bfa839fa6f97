/*
 * enum.cpp - enum types.
 *
 * A label can be added anywhere, and nothing else can change in place: where labels go or swap, the type is made anew
 * and the columns that have it are altered by way of the labels' text.  A row with a label that is gone stops that.
 * The transaction that adds a label cannot use it, unless it has made the type: then, too.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return type_columns() +
		   ", (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) "
		   "AS labels" +
		   type_rows() + " WHERE t.typtype = 'e'" + source.wanted("t.oid");
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> labels = object.list("labels");

	for (std::string &label : labels)
		label = sql::literal(label);
	script.add(form::create, "CREATE TYPE " + type_name(object) + " AS ENUM (" + sql::join(labels) + ")");
}

/* Whether labels are only added: the old ones are among the new ones in their old order. */
bool
only_added(const std::vector<std::string> &old, const std::vector<std::string> &now)
{
	size_t found = 0;

	for (const std::string &label : now) {
		if (found < old.size() && old[found] == label)
			found++;
	}
	return found == old.size();
}

/* Whether something that the script makes or changes has a new label in its text. */
bool
uses_new(const Change &change)
{
	std::vector<std::string> labels = change.added("labels");

	auto named_in = [&](const std::string &text) {
		return std::any_of(labels.begin(), labels.end(), [&](const std::string &label) {
			return text.find(sql::literal(label)) != std::string::npos;
		});
	};
	return std::any_of(change.after.begin(), change.after.end(), [&](const Object &object) {
		const Object *old = change.before.find_key(object.key());

		for (size_t i = 0; i < object.property_count(); i++) {
			if (&object != &change.to && object.value(i) && (old == nullptr || old->value(i) != object.value(i)) &&
				named_in(*object.value(i)))
				return true;
		}
		return false;
	});
}

bool
used_at_once(const Change &change)
{
	return change.options.one_transaction && uses_new(change);
}

bool
rebuilds(const Change &change)
{
	return change.changed("labels") &&
		   (!only_added(change.from.list("labels"), change.to.list("labels")) || used_at_once(change));
}

/* Domains over it are made anew with it, and so are their constraints. */
bool
in_the_way(const Object &dependent)
{
	return !dependent.is("domain") && !dependent.is("domain constraint") && in_the_way_of_type(dependent);
}

bool
alter_labels(const Change &change, Script &script)
{
	std::vector<std::string> old = change.from.list("labels"), now = change.to.list("labels");

	if (rebuilds(change)) {
		if (only_added(old, now))
			script.because("the transaction that adds a label to a type cannot use it");
		rebuild_type(change, Conversion::text, script);
		return true;
	}
	for (size_t i = 0, found = 0; i < now.size(); i++) {
		std::string place;
		if (found < old.size() && old[found] == now[i]) {
			found++;
			continue;
		}
		if (found < old.size())
			place = i > 0 ? " AFTER " + sql::literal(now[i - 1]) : " BEFORE " + sql::literal(old[0]);
		script.add(form::add_enum_value,
				   "ALTER " + type_reference(change.to) + " ADD VALUE " + sql::literal(now[i]) + place);
	}
	return true;
}

constexpr Property properties[] = {{"labels", alter_labels, takes_down}, owner_property, grants_property};

} // namespace

constexpr Kind enum_kind = {
	.name = "enum",
	.identity = schema_and_name,
	.properties = properties,
	.query = query,
	.reference = type_reference,
	.grant_on = type_reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop_type,
	.in_the_way = in_the_way,
	.rebuilds = rebuilds,
	.changes_with = users_of_type,
	.in_the_way_along = in_the_way_of_new_type,
	.name_space = "relation",
	.rank = rank::type,
};

} // namespace schema_guard::catalog
