/*
 * satellites.cpp - owner, privileges, comment and security labels: one rule for all kinds.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>
#include <map>

namespace schema_guard::catalog {

namespace {

/* The parts of a table whose comment locks it. */
bool
of_a_table(const Object &object)
{
	/* Types are of tables' name space and no tables. */
	return object.address.objsubid != 0 || (object.kind().rank > rank::aggregate &&
											(object.parent.objid != 0 || object.kind().name_space == "relation"));
}

/* Privilege -> with grant option. */
using Privileges = std::map<std::string, bool>;

std::map<std::string, Privileges>
read_grants(const Object &object, const Value &grants)
{
	std::map<std::string, Privileges> by_grantee;

	for (const std::string &line : sql::read_array(grants ? *grants : object.kind().default_grants)) {
		size_t equals = line.rfind('=');
		std::string privileges = line.substr(equals + 1);
		Privileges &of = by_grantee[line.substr(0, equals)];

		for (size_t at = 0; at < privileges.size();) {
			size_t comma = std::min(privileges.find(',', at), privileges.size());
			bool option = privileges[comma - 1] == '*';

			of[privileges.substr(at, comma - at - (option ? 1 : 0))] = option;
			at = comma + 1;
		}
	}
	return by_grantee;
}

/* "SELECT, INSERT ON TABLE public.t", for a column "SELECT (c), INSERT (c) ON TABLE public.t". */
std::string
privileges_on(const Object &object, const std::vector<std::string> &privileges)
{
	std::vector<std::string> texts = privileges;

	if (object.address.objsubid != 0 || object.is("column") || object.is("view column")) {
		for (std::string &text : texts)
			text += " (" + sql::identifier(object.name()) + ")";
	}
	return sql::join(texts) + " ON " + object.kind().grant_on(object);
}

std::string
role(const Object &object, const std::string &grantee)
{
	return grantee == "OWNER" ? sql::identifier(object["owner"]) : grantee;
}

/* The statements for one grantee. */
void
alter_grantee(const Object &object, const std::string &grantee, const Privileges &from, const Privileges &to,
			  Script &script)
{
	std::vector<std::string> revoked, options_revoked, granted, granted_with_option;
	bool all = from.count("ALL") != to.count("ALL");

	for (const auto &[privilege, option] : from) {
		auto kept = to.find(privilege);
		if (kept == to.end() || (all && !to.count("ALL")))
			revoked.push_back(privilege);
		else if (option && !kept->second)
			options_revoked.push_back(privilege);
	}
	if (to.count("ALL") && !from.count("ALL"))
		revoked.clear();
	for (const auto &[privilege, option] : to) {
		auto had = from.find(privilege);
		if (had == from.end() || (all && from.count("ALL")) || (option && !had->second))
			(option ? granted_with_option : granted).push_back(privilege);
	}
	if (!revoked.empty())
		script.add(form::revoke,
				   "REVOKE " + privileges_on(object, revoked) + " FROM " + role(object, grantee) +
					   (std::any_of(from.begin(), from.end(), [](auto &p) { return p.second; }) ? " CASCADE" : ""));
	if (!options_revoked.empty())
		script.add(form::revoke, "REVOKE GRANT OPTION FOR " + privileges_on(object, options_revoked) + " FROM " +
									 role(object, grantee) + " CASCADE");
	if (!granted.empty())
		script.add(form::grant, "GRANT " + privileges_on(object, granted) + " TO " + role(object, grantee));
	if (!granted_with_option.empty())
		script.add(form::grant, "GRANT " + privileges_on(object, granted_with_option) + " TO " + role(object, grantee) +
									" WITH GRANT OPTION");
}

void
grants_between(const Object &object, const Value &from, const Value &to, Script &script)
{
	std::map<std::string, Privileges> old = read_grants(object, from), now = read_grants(object, to);

	for (const auto &[grantee, privileges] : old) {
		if (!now.count(grantee))
			alter_grantee(object, grantee, privileges, {}, script);
	}
	for (const auto &[grantee, privileges] : now) {
		auto had = old.find(grantee);
		if (had == old.end())
			alter_grantee(object, grantee, {}, privileges, script);
		else if (had->second != privileges)
			alter_grantee(object, grantee, had->second, privileges, script);
	}
}

void
set_comment(const Object &object, const Value &comment, Script &script)
{
	script.add(of_a_table(object) ? form::table_comment : form::comment,
			   "COMMENT ON " + object.kind().reference(object) + " IS " + (comment ? sql::literal(*comment) : "NULL"));
}

void
set_owner(const Object &object, Script &script)
{
	script.add(of_a_table(object) ? form::table_owner : form::owner,
			   "ALTER " + object.kind().reference(object) + " OWNER TO " + sql::identifier(object["owner"]));
}

void
set_labels(const Object &object, const std::vector<std::string> &removed, const std::vector<std::string> &added,
		   Script &script)
{
	auto provider = [](const std::string &label) { return label.substr(0, label.find('=')); };
	auto set = [&](const std::string &of, const std::string &value) {
		script.add(form::label, "SECURITY LABEL FOR " + sql::identifier(of) + " ON " + object.kind().reference(object) +
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

} // namespace

bool
alter_owner(const Change &change, Script &script)
{
	set_owner(change.to, script);
	return true;
}

bool
alter_grants(const Change &change, Script &script)
{
	grants_between(change.to, change.from.value("grants"), change.to.value("grants"), script);
	return true;
}

bool
alter_comment(const Change &change, Script &script)
{
	set_comment(change.to, change.to.value("comment"), script);
	return true;
}

bool
alter_labels(const Change &change, Script &script)
{
	set_labels(change.to, change.removed("security_labels"), change.added("security_labels"), script);
	return true;
}

} // namespace schema_guard::catalog

namespace schema_guard {

void
add_satellites(const catalog::Object &object, const catalog::Catalog &, const catalog::Catalog &, Script &script)
{
	auto has = [&](std::string_view property) {
		return object.find(property) < object.property_count() && object.has(property);
	};

	if (has("owner"))
		catalog::set_owner(object, script);
	if (has("comment"))
		catalog::set_comment(object, object.value("comment"), script);
	if (has("security_labels"))
		catalog::set_labels(object, {}, object.list("security_labels"), script);
	if (has("grants"))
		catalog::grants_between(object, std::nullopt, object.value("grants"), script);
}

} // namespace schema_guard
