/*
 * pg/policy_store.hpp - the policy of this database, cached until one of its tables changes.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* The policy now in force; the extension is known to be installed.  Single-user mode observes at most. */
const Policy &policy();

/*
 * While one lives, what is done is undone in any case, so nobody is judged and nothing is recorded.  It cannot change
 * the schema by other ways: what works outside of transactions refuses to run in a subtransaction.
 */
class Rehearsal {
public:
	Rehearsal() noexcept;
	~Rehearsal();
	Rehearsal(const Rehearsal &) = delete;
	Rehearsal &operator=(const Rehearsal &) = delete;
};

/* The policy as it was last read, or null: for hooks in which no table may be read. */
const Policy *known_policy() noexcept;

/* Nothing has changed since. */
bool policy_is_current() noexcept;

/*
 * After statements that were allowed to touch protected objects: protections are kept by name, so the row of a
 * renamed object follows it, and a protected name that has an object again (created) protects it.  Protections are
 * those from before the statement: by now their names may lead nowhere.
 */
void follow(const std::vector<Protection> &protections, const std::vector<Address> &changed, bool created);

} // namespace schema_guard::pg
