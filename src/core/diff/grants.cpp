/*
 * grants.cpp - see grants.hpp.
 *
 * All REVOKEs come before all GRANTs, since to take a grant option away takes what was given by it from others.
 */
#include "schema_guard/core/diff/grants.hpp"

#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard {

namespace {

const Privileges &
of(const Grants &grants, const std::string &grantee)
{
	static const Privileges none;
	auto found = grants.find(grantee);

	return found == grants.end() ? none : found->second;
}

/* Whether all of some is in all. */
bool
within(const Privileges &some, const Privileges &all)
{
	auto every = all.find("ALL");

	return std::all_of(some.begin(), some.end(), [&](const auto &p) {
		auto found = every != all.end() ? every : all.find(p.first);
		return found != all.end() && (!p.second || found->second);
	});
}

class Writer {
public:
	/* had: to give that again widens nothing. */
	Writer(const Grantable &target, const Grants &had, Script &script) : target_(target), had_(had), script_(script) {}

	void revoke(const std::vector<std::string> &privileges, const std::string &grantee, bool cascade,
				const char *option = "", bool fresh = false)
	{
		if (!privileges.empty())
			script_.add(fresh ? form::revoke_default : form::revoke, target_.prefix + "REVOKE " + option +
																		 list(privileges) + " FROM " + role(grantee) +
																		 (cascade ? " CASCADE" : ""));
	}

	void grant(const Privileges &privileges, const std::string &grantee)
	{
		const Form &form = within(privileges, of(had_, grantee)) ? form::grant_again : form::grant;
		std::vector<std::string> plain, with_option;

		for (const auto &[privilege, option] : privileges) {
			/* Since 17 (ecb0fd33720f); before, only owners may. */
			if (privilege != "MAINTAIN" || script_.version() >= 170000)
				(option ? with_option : plain).push_back(privilege);
		}
		if (!plain.empty())
			script_.add(form, target_.prefix + "GRANT " + list(plain) + " TO " + role(grantee));
		if (!with_option.empty())
			script_.add(form,
						target_.prefix + "GRANT " + list(with_option) + " TO " + role(grantee) + " WITH GRANT OPTION");
	}

private:
	/* "SELECT, INSERT ON TABLE public.t", for a column "SELECT (c), INSERT (c) ON TABLE public.t". */
	std::string list(std::vector<std::string> privileges) const
	{
		if (!target_.column.empty()) {
			for (std::string &text : privileges)
				text += " (" + target_.column + ")";
		}
		return sql::join(privileges) + " ON " + target_.on;
	}

	std::string role(const std::string &grantee) const { return grantee == "OWNER" ? target_.owner : grantee; }

	const Grantable &target_;
	const Grants &had_;
	Script &script_;
};

bool
any_option(const Privileges &privileges)
{
	return std::any_of(privileges.begin(), privileges.end(), [](const auto &p) { return p.second; });
}

std::set<std::string>
grantees(const Grants &one, const Grants &other)
{
	std::set<std::string> names;

	for (const Grants *grants : {&one, &other}) {
		for (const auto &[grantee, privileges] : *grants)
			names.insert(grantee);
	}
	return names;
}

/* What is in now beyond old, as far as REVOKEs left old. */
Privileges
missing(const Privileges &old, const Privileges &now)
{
	Privileges result;

	for (const auto &[privilege, option] : now) {
		auto had = old.find(privilege);
		if (had == old.end() || (option && !had->second))
			result[privilege] = option;
	}
	return result;
}

} // namespace

Grants
read_grants(const std::string &array)
{
	Grants by_grantee;

	for (const std::string &line : sql::read_array(array)) {
		size_t equals = line.rfind('=');
		std::string privileges = line.substr(equals + 1);
		Privileges &to = by_grantee[line.substr(0, equals)];

		for (size_t at = 0; at < privileges.size();) {
			size_t comma = std::min(privileges.find(',', at), privileges.size());
			bool option = privileges[comma - 1] == '*';

			to[privileges.substr(at, comma - at - (option ? 1 : 0))] = option;
			at = comma + 1;
		}
	}
	return by_grantee;
}

Revoked
write_grants(const Grantable &target, const Grants &old, const Grants &now, Script &script)
{
	Writer writer(target, old, script);
	Revoked revoked;
	Grants left;

	for (const std::string &grantee : grantees(old, now)) {
		const Privileges &from = of(old, grantee), &to = of(now, grantee);
		std::vector<std::string> gone, options_gone;
		bool cascade = false;

		left[grantee] = from;
		if (from == to)
			continue;
		if (from.count("ALL") && !to.count("ALL")) {
			/* What ALL is depends on the version; what is to stay is granted again. */
			gone.push_back("ALL");
			cascade = any_option(from);
			left[grantee].clear();
		} else {
			bool to_all = to.count("ALL") != 0;
			for (const auto &[privilege, option] : from) {
				auto kept = to.find(to_all ? "ALL" : privilege);
				if (kept == to.end()) {
					gone.push_back(privilege);
					cascade = cascade || option;
				} else if (option && !kept->second) {
					options_gone.push_back(privilege);
				}
			}
		}
		writer.revoke(gone, grantee, cascade);
		writer.revoke(options_gone, grantee, true, "GRANT OPTION FOR ");
		if (!gone.empty())
			revoked.grantees.insert(grantee);
		revoked.cascaded = revoked.cascaded || cascade || !options_gone.empty();
	}
	for (const auto &[grantee, privileges] : now)
		writer.grant(revoked.cascaded && grantee != "OWNER" ? privileges : missing(left[grantee], privileges), grantee);
	return revoked;
}

void
grant_again(const Grantable &target, const Grants &grants, Script &script)
{
	Writer writer(target, grants, script);

	for (const auto &[grantee, privileges] : grants)
		writer.grant(privileges, grantee);
}

void
write_grants(const Grantable &target, const std::vector<Grants> &possible, const Grants &had, const Grants &now,
			 Script &script)
{
	Writer writer(target, had, script);
	std::set<std::string> names;

	for (const Grants &state : possible)
		names.merge(grantees(state, now));
	for (const std::string &grantee : names) {
		const Privileges &to = of(now, grantee);
		bool beyond = std::any_of(possible.begin(), possible.end(),
								  [&](const Grants &state) { return !within(of(state, grantee), to); });

		if (beyond)
			writer.revoke({"ALL"}, grantee, false, "", true);
	}
	for (const auto &entry : now) {
		const std::string &grantee = entry.first;
		const Privileges &to = entry.second;

		if (std::any_of(possible.begin(), possible.end(),
						[&](const Grants &state) { return of(state, grantee) != to; }))
			writer.grant(to, grantee);
	}
}

Grants
merge_grants(Grants one, const Grants &other)
{
	for (const auto &[grantee, privileges] : other) {
		Privileges &to = one[grantee];
		for (const auto &[privilege, option] : privileges)
			to[privilege] = to[privilege] || option;
		if (auto all = to.find("ALL"); all != to.end() && to.size() > 1) {
			/* One privilege with an option beside ALL without: not to be said in one entry, so not taken for ALL. */
			if (all->second || !any_option(to))
				to = {{"ALL", all->second}};
		}
	}
	return one;
}

} // namespace schema_guard
