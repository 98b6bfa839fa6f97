/*
 * satellites.cpp - owner, privileges, comment and security labels: one rule for all kinds.
 */
#include "schema_guard/core/catalog/relations.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/diff/grants.hpp"

#include <algorithm>
#include <map>

namespace schema_guard::catalog {

namespace {

/* The owner of a column is the table's. */
std::string
owner_of(const Object &object, const Catalog &catalog)
{
	const Object *whole = &object;

	while (whole != nullptr && whole->find("owner") == whole->property_count())
		whole = catalog.parent(*whole);
	return whole == nullptr ? "CURRENT_USER" : sql::identifier((*whole)["owner"]);
}

Grantable
grantable(const Object &object, const Catalog &catalog)
{
	bool column = object.is("column") || object.is("view column");

	return {"", object.kind().grant_on(object), column ? sql::identifier(object.name()) : "",
			owner_of(object, catalog)};
}

Grants
grants_of(const Object &object, const Value &grants)
{
	return read_grants(grants ? *grants : std::string(object.kind().default_grants));
}

/* What ALTER DEFAULT PRIVILEGES calls such objects; nothing where it knows none. */
std::string_view
default_privileges_type(const Object &object)
{
	constexpr std::pair<std::string_view, std::string_view> types[] = {
		{"TABLE ", "tables"},		 {"SEQUENCE ", "sequences"}, {"FUNCTION ", "functions"},
		{"PROCEDURE ", "functions"}, {"ROUTINE ", "functions"},	 {"AGGREGATE ", "functions"},
		{"TYPE ", "types"},			 {"DOMAIN ", "types"},		 {"SCHEMA ", "schemas"}};
	std::string on = object.kind().grant_on(object);

	if (object.is("column") || object.is("view column"))
		return {};
	for (const auto &[start, type] : types) {
		if (on.starts_with(start))
			return type;
	}
	return {};
}

/*
 * The privileges the object may have right after its CREATE and ALTER ... OWNER TO: of any role's default privileges,
 * since nobody knows which one runs the script.  Those that the script makes are made last; those it changes may be
 * either way.
 */
std::vector<Grants>
possible_grants(const Object &object, const Catalog &before, const Catalog &after)
{
	std::string_view type = default_privileges_type(object);
	std::string schema, owner = owner_of(object, after);
	Grants usual = grants_of(object, std::nullopt);
	std::vector<Grants> possible = {usual};
	std::map<std::string, std::vector<Grants>> in_schema, everywhere;

	for (size_t i = 0; i < object.identity.size(); i++) {
		if (object.identity_column(i) == "schema")
			schema = object.identity[i];
	}
	if (type.empty())
		return possible;
	for (const Object &entry : before) {
		if (!entry.is("default privileges") || entry.identity[2] != type ||
			(!entry.identity[1].empty() && entry.identity[1] != schema))
			continue;
		std::vector<Grants> &of_role = (entry.identity[1].empty() ? everywhere : in_schema)[entry.identity[0]];
		of_role.push_back(read_grants(entry["grants"]));
		if (const Object *later = after.find_key(entry.key()))
			of_role.push_back(read_grants((*later)["grants"]));
		in_schema[entry.identity[0]];
	}
	for (const auto &[role, entries] : in_schema) {
		std::vector<Grants> beginnings = everywhere.count(role) ? everywhere[role] : std::vector<Grants>{usual};
		for (const Grants &beginning : beginnings) {
			possible.push_back(beginning);
			for (const Grants &entry : entries)
				possible.push_back(merge_grants(beginning, entry));
		}
	}
	/* Who is the owner in the end has what either had. */
	for (Grants &state : possible) {
		if (auto named = state.find(owner); named != state.end()) {
			Grants renamed = {{"OWNER", named->second}};
			state.erase(named);
			state = merge_grants(std::move(state), renamed);
		}
	}
	return possible;
}

void
set_comment(const Object &object, const Value &comment, bool fresh, Script &script)
{
	script.add(!fresh && (is_relation(object) || object.address.objsubid != 0) ? form::table_comment : form::comment,
			   "COMMENT ON " + object.kind().reference(object) + " IS " + (comment ? sql::literal(*comment) : "NULL"));
}

void
set_owner(const Object &object, bool fresh, Script &script)
{
	bool locks = is_relation(object) || object.is("composite type");

	script.add(!fresh && locks ? form::table_owner : form::owner,
			   "ALTER " + object.kind().reference(object) + " OWNER TO " + sql::identifier(object["owner"]));
}

void
set_labels(const Object &object, const std::vector<std::string> &removed, const std::vector<std::string> &added,
		   bool fresh, Script &script)
{
	const Form &form =
		!fresh && (is_relation(object) || object.address.objsubid != 0) ? form::table_label : form::label;
	auto provider = [](const std::string &label) { return label.substr(0, label.find('=')); };
	auto set = [&](const std::string &of, const std::string &value) {
		script.add(form, "SECURITY LABEL FOR " + sql::identifier(of) + " ON " + object.kind().reference(object) +
							 " IS " + value);
	};

	for (const std::string &label : removed) {
		if (std::none_of(added.begin(), added.end(),
						 [&](const std::string &other) { return provider(other) == provider(label); }))
			set(provider(label), "NULL");
	}
	for (const std::string &label : added)
		set(provider(label), sql::literal(label.substr(label.find('=') + 1)));
}

/* What a role was granted is the owner's own once OWNER TO has made it the owner. */
Grants
grants_under(const std::string &owner, Grants grants)
{
	auto granted = grants.find(owner);

	if (granted == grants.end())
		return grants;
	Privileges &owned = grants["OWNER"];
	for (const auto &[privilege, option] : granted->second)
		owned.emplace(privilege, option);
	if (owned.count("ALL"))
		owned = {{"ALL", false}};
	grants.erase(owner);
	return grants;
}

} // namespace

bool
alter_owner(const Change &change, Script &script)
{
	set_owner(change.to, false, script);
	return true;
}

bool
alter_grants(const Change &change, Script &script)
{
	Grants from = grants_of(change.from, change.from.value("grants"));
	Revoked revoked = write_grants(grantable(change.to, change.after),
								   grants_under(owner_of(change.to, change.after), std::move(from)),
								   grants_of(change.to, change.to.value("grants")), script);

	/* What is revoked of a table is revoked of its columns as well. */
	for (const Object *column : change.after.children(change.to)) {
		if (column->kind().grant_on == nullptr || !(column->is("column") || column->is("view column")))
			continue;
		Grants stay = grants_of(*column, column->value("grants"));
		std::erase_if(stay, [&](const auto &to) { return !revoked.cascaded && !revoked.grantees.count(to.first); });
		grant_again(grantable(*column, change.after), stay, script);
	}
	return true;
}

bool
alter_comment(const Change &change, Script &script)
{
	set_comment(change.to, change.to.value("comment"), false, script);
	return true;
}

bool
alter_labels(const Change &change, Script &script)
{
	set_labels(change.to, change.removed("security_labels"), change.added("security_labels"), false, script);
	return true;
}

} // namespace schema_guard::catalog

namespace schema_guard {

void
add_satellites(const catalog::Object &object, const catalog::Catalog &before, const catalog::Catalog &after,
			   Script &script)
{
	auto has = [&](std::string_view property) {
		size_t at = object.find(property);
		return at < object.property_count() && !(object.property(at).flags & catalog::implied) && object.value(at);
	};

	if (has("owner"))
		catalog::set_owner(object, true, script);
	if (has("comment"))
		catalog::set_comment(object, object.value("comment"), true, script);
	if (has("security_labels"))
		catalog::set_labels(object, {}, object.list("security_labels"), true, script);
	if (object.kind().grant_on == nullptr)
		return;

	const catalog::Object *old = before.find_key(object.key());

	write_grants(catalog::grantable(object, after), catalog::possible_grants(object, before, after),
				 old != nullptr ? catalog::grants_of(*old, old->value("grants")) : Grants{},
				 catalog::grants_of(object, object.value("grants")), script);
}

} // namespace schema_guard
