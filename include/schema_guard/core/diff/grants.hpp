/*
 * core/diff/grants.hpp - the statements that lead from one set of privileges to another.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

#include <map>
#include <set>

namespace schema_guard {

/* What privileges are on. */
struct Grantable {
	std::string prefix; /* "ALTER DEFAULT PRIVILEGES FOR ROLE x ", or nothing */
	std::string on;		/* "TABLE public.t" */
	std::string column; /* quoted, of a column */
	std::string owner;	/* quoted */
};

/* Privilege -> with grant option.  ALL is every privilege there is, and then the only entry. */
using Privileges = std::map<std::string, bool>;
/* By grantee as grants_column() writes it: OWNER, PUBLIC, or a quoted role. */
using Grants = std::map<std::string, Privileges>;

/* Reads what grants_column() gave. */
Grants read_grants(const std::string &array);

/* What statements took away, perhaps from more than they named. */
struct Revoked {
	std::set<std::string> grantees;
	bool cascaded = false; /* privileges these had given on went, too, to whomever */
};

/* After them the privileges are those of now and no others. */
Revoked write_grants(const Grantable &target, const Grants &old, const Grants &now, Script &script);

/*
 * The same where the privileges there are one of several sets, nobody knows which: what a new object has depends on
 * the role that runs the script and on its default privileges.  had: what an object that is made anew had.
 */
void write_grants(const Grantable &target, const std::vector<Grants> &possible, const Grants &had, const Grants &now,
				  Script &script);

/* What a REVOKE of more took along is given back. */
void grant_again(const Grantable &target, const Grants &grants, Script &script);

/* Adds up privileges of the same object. */
Grants merge_grants(Grants one, const Grants &other);

} // namespace schema_guard
