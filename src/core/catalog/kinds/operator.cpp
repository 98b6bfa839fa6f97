/*
 * operator.cpp - operators.
 *
 * CREATE OPERATOR with a commutator or negator that is not there yet makes a shell of it, which the partner's own CREATE
 * then fills; where the partner is there without the link, CREATE sets it, and DROP OPERATOR takes it back.  So links
 * between operators are no dependencies, and shells are nothing to create.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT o.tableoid AS classid, o.oid AS objid, 0 AS objsubid, n.nspname AS schema, o.oprname AS name, " +
		   type_name("o.oprleft") + " AS left_type, " + type_name("o.oprright") +
		   " AS right_type, pg_get_userbyid(o.oprowner) AS owner, " + function_name("o.oprcode") + " AS function, " +
		   operator_name("o.oprcom") + " AS commutator, " + operator_name("o.oprnegate") +
		   " AS negator, CASE WHEN o.oprcanmerge THEN 'true' END AS merges, CASE WHEN o.oprcanhash THEN 'true' END AS "
		   "hashes, " +
		   function_name("o.oprrest") + " AS restriction_estimator, " + function_name("o.oprjoin") +
		   " AS join_estimator FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oprcode <> 0 "
		   "AND " +
		   users_own("pg_operator", "o.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("o.oid");
}

std::string
reference(const Object &object)
{
	return "OPERATOR " + sql::identifier(object.identity[0]) + "." + object.identity[1] + " (" + object.identity[2] +
		   ", " + object.identity[3] + ")";
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::string text = "CREATE OPERATOR " + sql::identifier(object.identity[0]) + "." + object.identity[1] +
					   " (FUNCTION = " + object["function"];

	if (object.identity[2] != "NONE")
		text += ", LEFTARG = " + object.identity[2];
	if (object.identity[3] != "NONE")
		text += ", RIGHTARG = " + object.identity[3];
	if (object.has("commutator"))
		text += ", COMMUTATOR = OPERATOR(" + object["commutator"] + ")";
	if (object.has("negator"))
		text += ", NEGATOR = OPERATOR(" + object["negator"] + ")";
	if (object.has("merges"))
		text += ", MERGES";
	if (object.has("hashes"))
		text += ", HASHES";
	if (object.has("restriction_estimator"))
		text += ", RESTRICT = " + object["restriction_estimator"];
	if (object.has("join_estimator"))
		text += ", JOIN = " + object["join_estimator"];
	script.add(form::create, text + ")");
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object));
}

bool
alter_estimators(const Change &change, Script &script)
{
	std::vector<std::string> set;
	auto add = [&](std::string_view property, const std::string &option) {
		if (change.changed(property))
			set.push_back(option + " = " + (change.to.has(property) ? change.to[property] : "NONE"));
	};

	add("restriction_estimator", "RESTRICT");
	add("join_estimator", "JOIN");
	script.add(form::alter, "ALTER " + reference(change.to) + " SET (" + sql::join(set) + ")");
	return true;
}

/* The commutator or negator of this name. */
const Object *
partner(const Object &object, std::string_view property, const std::string &name, const Catalog &catalog)
{
	bool turned = property == "commutator";

	for (const Object &other : catalog) {
		if (other.is("operator") && sql::identifier(other.identity[0]) + "." + other.identity[1] == name &&
			other.identity[2] == object.identity[turned ? 3 : 2] &&
			other.identity[3] == object.identity[turned ? 2 : 3])
			return &other;
	}
	return nullptr;
}

bool
alter_links(const Change &change, Script &script)
{
	std::vector<std::string> set;
	bool settable = script.version() >= 170000;

	for (std::string_view property : {"commutator", "negator"}) {
		if (!change.changed(property))
			continue;
		/* A partner that goes takes its link along, one that comes brings it. */
		if (change.from.has(property) && partner(change.to, property, change.from[property], change.after) != nullptr)
			return false;
		if (!change.to.has(property) || partner(change.from, property, change.to[property], change.before) == nullptr)
			continue;
		if (!settable || change.from.has(property))
			return false;
		set.push_back((property == "commutator" ? "COMMUTATOR = OPERATOR(" : "NEGATOR = OPERATOR(") +
					  change.to[property] + ")");
	}
	for (std::string_view property : {"merges", "hashes"}) {
		if (!change.changed(property))
			continue;
		if (!settable || change.from.has(property))
			return false;
		set.push_back(property == "merges" ? "MERGES" : "HASHES");
	}
	if (!set.empty())
		script.add(form::alter, "ALTER " + reference(change.to) + " SET (" + sql::join(set) + ")");
	return true;
}

constexpr std::string_view identity[] = {"schema", "name", "left_type", "right_type"};
constexpr Property properties[] = {owner_property,
								   {"function"},
								   {"commutator", alter_links},
								   {"negator", alter_links},
								   {"merges", alter_links},
								   {"hashes", alter_links},
								   {"restriction_estimator", alter_estimators},
								   {"join_estimator", alter_estimators}};

} // namespace

constexpr Kind operator_kind = {
	.name = "operator",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::operator_,
};

} // namespace schema_guard::catalog
