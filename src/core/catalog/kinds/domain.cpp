/*
 * domain.cpp - domains and their constraints.
 *
 * The server goes through every table that has the domain to check new constraints, and holds off writers of each.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* Since 17 NOT NULL is a constraint with a name, and of interest when it is not the one that it gets by itself. */
std::string
query(const Source &source)
{
	std::string not_null = source.version >= 170000
							   ? "LEFT JOIN pg_constraint nn ON nn.contypid = t.oid AND nn.contype = 'n'"
							   : "LEFT JOIN (SELECT NULL::name AS conname, NULL::oid AS oid) nn ON false";

	return type_columns() +
		   ", format_type(t.typbasetype, t.typtypmod) AS base_type, "
		   "CASE WHEN t.typcollation <> b.typcollation THEN " +
		   collation_name("t.typcollation") +
		   " END AS collation, "
		   "coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) AS \"default\", "
		   "CASE WHEN t.typnotnull THEN 'true' END AS not_null, "
		   "NULLIF(nn.conname::text, t.typname || '_not_null') AS not_null_name, "
		   "obj_description(nn.oid, 'pg_constraint') AS not_null_comment" +
		   type_rows() + " JOIN pg_type b ON b.oid = t.typbasetype " + not_null + " WHERE t.typtype = 'd'" +
		   source.wanted("t.oid");
}

std::string
reference(const Object &object)
{
	return "DOMAIN " + type_name(object);
}

std::string
not_null_name(const Object &object)
{
	return object.has("not_null_name") ? object["not_null_name"] : object.name() + "_not_null";
}

void
comment_on_not_null(const Object &object, Script &script)
{
	script.add(form::comment, "COMMENT ON CONSTRAINT " + sql::identifier(not_null_name(object)) + " ON " +
								  reference(object) + " IS " +
								  (object.has("not_null_comment") ? sql::literal(object["not_null_comment"]) : "NULL"));
}

/* " CONSTRAINT n NOT NULL", where the server can name it. */
std::string
not_null(const Object &object, const Script &script)
{
	return (object.has("not_null_name") && script.version() >= 170000
				? "CONSTRAINT " + sql::identifier(object["not_null_name"]) + " "
				: "") +
		   "NOT NULL";
}

/* Tables that have the domain are locked and read. */
const Form &
checking(const Object &domain, const Catalog &catalog)
{
	std::vector<const Object *> users = users_of_type(domain, catalog);

	return std::any_of(users.begin(), users.end(), [](const Object *user) { return user->is("column"); })
			   ? form::domain_constraint
			   : form::domain_constraint_unused;
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::string text = "CREATE " + reference(object) + " AS " + object["base_type"];

	if (object.has("collation"))
		text += " COLLATE " + object["collation"];
	if (object.has("default"))
		text += " DEFAULT " + object["default"];
	if (object.has("not_null"))
		text += " " + not_null(object, script);
	script.add(form::create, text);
	if (object.has("not_null_comment") && script.version() >= 170000)
		comment_on_not_null(object, script);
}

bool
alter_default(const Change &change, Script &script)
{
	script.add(form::alter, "ALTER " + reference(change.to) +
								(change.to.has("default") ? " SET DEFAULT " + change.to["default"] : " DROP DEFAULT"));
	return true;
}

bool
alter_not_null(const Change &change, Script &script)
{
	std::string prefix = "ALTER " + reference(change.to);
	bool names = script.version() >= 170000;

	if (change.from.has("not_null") && !change.to.has("not_null"))
		script.add(form::alter, prefix + " DROP NOT NULL");
	else if (!change.from.has("not_null") && change.to.has("not_null"))
		script.add(checking(change.from, change.before),
				   prefix + (names && change.to.has("not_null_name") ? " ADD " : " SET ") + not_null(change.to, script),
				   breaks_applications);
	else if (names && change.changed("not_null_name"))
		script.add(form::alter, prefix + " RENAME CONSTRAINT " + sql::identifier(not_null_name(change.from)) + " TO " +
									sql::identifier(not_null_name(change.to)));
	if (names && change.to.has("not_null") &&
		(change.changed("not_null_comment") || (change.changed("not_null") && change.to.has("not_null_comment"))))
		comment_on_not_null(change.to, script);
	return true;
}

bool
alter_type(const Change &change, Script &script)
{
	rebuild_type(change, Conversion::cast, script);
	return true;
}

/* Its constraints, and domains over it, are made anew with it. */
bool
in_the_way(const Object &dependent)
{
	return !dependent.is("domain constraint") && !dependent.is("domain") && in_the_way_of_type(dependent);
}

constexpr Property properties[] = {
	{"base_type", alter_type, takes_down},
	{"collation", alter_type, takes_down},
	{"default", alter_default},
	{"not_null", alter_not_null},
	{"not_null_name", alter_not_null, 0, 170000},
	{"not_null_comment", alter_not_null},
	owner_property,
	grants_property,
};

/* --- constraints --- */

std::string
constraint_query(const Source &source)
{
	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, t.tableoid AS parent_classid, "
		   "t.oid AS parent_objid, n.nspname AS schema, t.typname AS domain, c.conname AS name, "
		   "regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') AS definition, "
		   "CASE WHEN NOT c.convalidated THEN 'true' END AS not_valid" +
		   type_rows() + " JOIN pg_constraint c ON c.contypid = t.oid AND c.contype <> 'n'" + " WHERE true" +
		   source.wanted("t.oid");
}

std::string
domain_of(const Object &object)
{
	return "DOMAIN " + sql::qualified(object.identity[0], object.identity[1]);
}

std::string
constraint_reference(const Object &object)
{
	return "CONSTRAINT " + sql::identifier(object.name()) + " ON " + domain_of(object);
}

void
create_constraint(const Object &object, const Catalog &catalog, Script &script)
{
	bool checked = !object.has("not_valid");
	const Object *domain = catalog.parent(object);
	const bool there = script.had(domain);

	script.add(!checked ? form::domain_constraint_not_valid
			   : there	? checking(*script.before()->find_key(domain->key()), *script.before())
						: form::domain_constraint_unused,
			   "ALTER " + domain_of(object) + " ADD CONSTRAINT " + sql::identifier(object.name()) + " " +
				   object["definition"] + (checked ? "" : " NOT VALID"),
			   breaks_applications);
}

void
drop_constraint(const Object &object, const Catalog &, Script &script)
{
	script.add(form::alter, "ALTER " + domain_of(object) + " DROP CONSTRAINT " + sql::identifier(object.name()));
}

/* What is valid cannot be made not so. */
bool
validate(const Change &change, Script &script)
{
	if (change.to.has("not_valid") || change.changed("definition"))
		return false;
	const Object *domain = change.before.parent(change.from);
	script.add(domain != nullptr ? checking(*domain, change.before) : form::domain_constraint,
			   "ALTER " + domain_of(change.to) + " VALIDATE CONSTRAINT " + sql::identifier(change.to.name()));
	return true;
}

constexpr std::string_view constraint_identity[] = {"schema", "domain", "name"};
constexpr Property constraint_properties[] = {{"definition"}, {"not_valid", validate}};

} // namespace

constexpr Kind domain_kind = {
	.name = "domain",
	.identity = schema_and_name,
	.properties = properties,
	.query = query,
	.reference = reference,
	.grant_on = type_reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop_type,
	.in_the_way = in_the_way,
	.changes_with = users_of_type,
	.in_the_way_along = in_the_way_of_new_type,
	.name_space = "relation",
	.rank = rank::type,
};

constexpr Kind domain_constraint_kind = {
	.name = "domain constraint",
	.identity = constraint_identity,
	.properties = constraint_properties,
	.query = constraint_query,
	.reference = constraint_reference,
	.create = create_constraint,
	.drop = drop_constraint,
	.rank = rank::type_part,
};

} // namespace schema_guard::catalog
