/*
 * column_alter.cpp - columns changed in place.
 */
#include "schema_guard/core/catalog/column.hpp"
#include "schema_guard/core/catalog/relations.hpp"
#include "schema_guard/core/diff/type_change.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* The same change of the parent table's column does it here as well. */
bool
led(const Change &change, std::string_view property)
{
	for (const Object *leader : leading_columns(change.to, change.after, change.before)) {
		const Object *earlier = change.before.find_key(leader->key());
		if (earlier != nullptr && leader->value(property) == change.to.value(property) &&
			earlier->value(property) != leader->value(property))
			return true;
	}
	return false;
}

/* --- generated columns --- */

/* DROP EXPRESSION of a stored one from 13 on; another expression from 17 on; the rest is a new column. */
bool
can_change_generation(const Change &change, int version)
{
	if (!change.changed("generated") && !change.changed("expression"))
		return true;
	if (!change.to.has("generated"))
		return change.from["generated"] == "stored";
	return !change.changed("generated") && version >= 170000;
}

void
set_expression(const Change &change, Script &script)
{
	if (!change.to.has("generated") || !change.changed("expression") || led(change, "expression"))
		return;
	script.add(change.to["generated"] == "stored" ? form::set_expression : form::set_virtual_expression,
			   alter_column(change.to, change.after, false) + " SET EXPRESSION AS (" + change.to["expression"] + ")");
}

/* --- type --- */

const Value &
underlying(const Object &column)
{
	return column.value(column.has("base_type") ? "base_type" : "type");
}

const Form &
type_form(const Change &change, Work work)
{
	if (!is_table(table_of(change.to, change.after)) || table_of(change.to, change.after).is("foreign table"))
		return form::column_type;
	if (change.to.has("checked_domain") && change.changed("type"))
		return form::column_type_rewrite;
	if (work == Work::rewrite)
		return form::column_type_rewrite;
	return change.changed("collation") ? form::column_collation : form::column_type;
}

/* The default is taken off where the server would have to convert it: its own step, or this one, sets the new one. */
void
set_type(const Change &change, Script &script)
{
	if ((!change.changed("type") && !change.changed("collation")) || led(change, "type") || led(change, "collation"))
		return;

	const std::string alter = alter_column(change.to, change.after, false);
	TypeChange kind = type_change(*underlying(change.from), *underlying(change.to));
	const Object *had = default_of(change.from, change.before), *has = default_of(change.to, change.after);
	bool foreign = table_of(change.to, change.after).is("foreign table");
	std::string text = alter + " TYPE " + change.to["type"];

	if (change.to.has("collation")) {
		std::vector<std::string> collation = change.to.list("collation");
		text += " COLLATE " + sql::qualified(collation.at(0), collation.at(1));
	}
	if (!kind.assignable && !foreign && !change.to.has("generated"))
		text += " USING " + sql::identifier(change.to.name()) + kind.cast;
	if (had != nullptr && !kind.same_type)
		script.add(form::set_default, alter + " DROP DEFAULT");
	script.add(type_form(change, kind.work), text, foreign ? unsigned(breaks_applications) : kind.hazards);
	if (had != nullptr && has != nullptr && !kind.same_type && (*had)["expression"] == (*has)["expression"])
		script.add(form::set_default, alter_column(change.to, change.after) + " SET DEFAULT " + (*has)["expression"]);
	/* The new type's own storage is set with it. */
	if (change.to.has("storage") && !change.changed("storage"))
		script.add(form::column_storage,
				   alter_column(change.to, change.after) + " SET STORAGE " + change.to["storage"]);
	if (change.to.has("compression") && !change.changed("compression"))
		script.add(form::column_compression,
				   alter_column(change.to, change.after) + " SET COMPRESSION " + change.to["compression"]);
}

/* --- NOT NULL --- */

bool
becomes_not_null(const Change &change)
{
	return change.to.has("not_null") && !change.from.has("not_null");
}

/* A CHECK, validated under a lock that lets others write, proves it. */
void
set_not_null_online(const Change &change, Script &script)
{
	constexpr const char *proof = "schema_guard_not_null";
	const std::string table = alter_table(table_of(change.to, change.after));

	script.add(form::proof, table + " ADD CONSTRAINT " + proof + " CHECK (" + sql::identifier(change.to.name()) +
								" IS NOT NULL) NOT VALID");
	script.add(form::validate_proof, table + " VALIDATE CONSTRAINT " + proof);
	script.add(form::set_not_null_proven, alter_column(change.to, change.after, false) + " SET NOT NULL");
	script.add(form::drop_proof, table + " DROP CONSTRAINT " + proof);
}

/* Before 18 children of an INHERITing family may differ. */
bool
children_follow(const Change &change)
{
	for (const Object *child : child_tables(table_of(change.to, change.after), change.after)) {
		const Object *same = column_of(*child, change.to.name(), change.after);
		if (same != nullptr && !same->has("not_null"))
			return false;
	}
	return true;
}

void
add_not_null(const Change &change, Script &script)
{
	const bool foreign = table_of(change.to, change.after).is("foreign table");
	const bool named =
		script.version() >= 180000 &&
		(change.to.has("not_null_name") || change.to.has("not_null_no_inherit") || change.to.has("not_null_not_valid"));

	if (script.version() >= 180000 && (named || script.options().online)) {
		const std::string table = alter_table(table_of(change.to, change.after));
		bool later = script.options().online && !foreign;

		script.add(later || change.to.has("not_null_not_valid") ? form::not_null_not_valid : form::set_not_null,
				   table + " ADD " + not_null_constraint(change.to) +
					   (later || change.to.has("not_null_not_valid") ? " NOT VALID" : ""));
		if (later && !change.to.has("not_null_not_valid"))
			script.add(form::validate_proof,
					   table + " VALIDATE CONSTRAINT " + sql::identifier(not_null_name(change.to)));
	} else if (script.options().online && !foreign) {
		set_not_null_online(change, script);
	} else {
		script.add(foreign ? form::set_not_null_proven : form::set_not_null,
				   alter_column(change.to, change.after, !children_follow(change)) + " SET NOT NULL");
	}
}

/* From 18: the constraint under another name, valid now, for children or not. */
void
alter_not_null_constraint(const Change &change, Script &script)
{
	const std::string table = alter_table(table_of(change.to, change.after));

	if (script.version() < 180000)
		return;
	if (change.to.has("not_null_not_valid") && !change.from.has("not_null_not_valid")) {
		script.add(form::drop_not_null, alter_column(change.to, change.after, false) + " DROP NOT NULL");
		add_not_null(change, script);
		return;
	}
	if (change.changed("not_null_name") && !led(change, "not_null_name"))
		script.add(form::rename_not_null, table + " RENAME CONSTRAINT " + sql::identifier(not_null_name(change.from)) +
											  " TO " + sql::identifier(not_null_name(change.to)));
	if (change.changed("not_null_no_inherit"))
		script.add(form::alter_not_null, table + " ALTER CONSTRAINT " + sql::identifier(not_null_name(change.to)) +
											 (change.to.has("not_null_no_inherit") ? " NO INHERIT" : " INHERIT"));
	if (change.changed("not_null_not_valid") && !led(change, "not_null_not_valid"))
		script.add(form::validate_proof, table + " VALIDATE CONSTRAINT " + sql::identifier(not_null_name(change.to)));
}

void
set_not_null(const Change &change, Script &script)
{
	if (becomes_not_null(change)) {
		if (!led(change, "not_null"))
			add_not_null(change, script);
	} else if (change.to.has("not_null")) {
		alter_not_null_constraint(change, script);
	}
}

} // namespace

bool
alter_column_definition(const Change &change, Script &script)
{
	const Object &table = table_of(change.to, change.after);
	const std::string alter = alter_column(change.to, change.after, false);

	if (!can_change_generation(change, script.version()))
		return false;
	if (change.from.has("identity") && !change.to.has("identity"))
		script.add(form::drop_identity, alter + " DROP IDENTITY");
	if (change.from.has("generated") && !change.to.has("generated") && !led(change, "generated"))
		script.add(form::drop_expression, alter + " DROP EXPRESSION");
	/* A typed table's columns change with its type. */
	if (!table.is("table") || !table.has("of_type"))
		set_type(change, script);
	set_not_null(change, script);
	if (!change.from.has("identity") && change.to.has("identity")) {
		script.add(form::add_identity, alter + " ADD " + identity_clause(change.to, change.after));
		if (const Object *sequence = identity_sequence(change.to, change.after))
			set_identity_persistence(*sequence, table, script);
	} else if (change.to.has("identity") && change.changed("identity")) {
		script.add(form::identity,
				   alter + " SET GENERATED " + (change.to["identity"] == "always" ? "ALWAYS" : "BY DEFAULT"));
	}
	set_expression(change, script);
	if (change.from.has("not_null") && !change.to.has("not_null") && !led(change, "not_null"))
		script.add(form::drop_not_null, alter + " DROP NOT NULL");
	return true;
}

/* A constraint that goes takes its comment along, a new one has none. */
bool
alter_not_null_comment(const Change &change, Script &script)
{
	if (change.to.has("not_null_comment"))
		comment_on_not_null(change.to, change.after, script);
	else if (change.to.has("not_null") && script.version() >= 180000)
		script.add(form::comment, "COMMENT ON CONSTRAINT " + sql::identifier(not_null_name(change.to)) + " ON " +
									  table_of(change.to, change.after).quoted_identity() + " IS NULL");
	return true;
}

bool
alter_column_storage(const Change &change, Script &script)
{
	const std::string &storage = change.to[change.to.has("storage") ? "storage" : "type_storage"];

	/* A new type brings its own. */
	if (change.to.has("storage") || !change.changed("type"))
		script.add(form::column_storage, alter_column(change.to, change.after) + " SET STORAGE " + storage);
	return true;
}

bool
alter_column_compression(const Change &change, Script &script)
{
	script.add(form::column_compression, alter_column(change.to, change.after) + " SET COMPRESSION " +
											 (change.to.has("compression") ? change.to["compression"] : "default"));
	return true;
}

bool
alter_column_statistics(const Change &change, Script &script)
{
	script.add(form::column_statistics, alter_column(change.to, change.after) + " SET STATISTICS " +
											(change.to.has("statistics") ? change.to["statistics"] : "-1"));
	return true;
}

bool
alter_column_options(const Change &change, Script &script)
{
	alter_options(change, "options", alter_column(change.to, change.after), form::column_options, script);
	return true;
}

bool
alter_column_foreign_options(const Change &change, Script &script)
{
	alter_foreign_options(change, "foreign_options", alter_column(change.to, change.after, false),
						  form::column_foreign_options, script);
	return true;
}

} // namespace schema_guard::catalog
