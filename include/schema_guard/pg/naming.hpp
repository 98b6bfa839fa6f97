/*
 * pg/naming.hpp - the names of real objects, read from the catalogs, and the rules, read from
 * schema_guard.naming_rules.
 */
#pragma once

#include "schema_guard/core/policy/naming.hpp"
#include "schema_guard/core/policy/statement.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* What this server and this database's encoding say about names. */
NameLimits name_limits();

/*
 * The objects at these addresses as naming rules see them, names in UTF-8; a table comes with those of its
 * columns that this transaction made or changed.  Left out: what is gone, temporary, internal, a member of an
 * extension, or made by the server after a parent's example (partitions' indexes, constraints, triggers).
 * statement finds names that the server cut.  Changes must be visible: after CommandCounterIncrement().
 */
std::vector<NamedObject> named_objects(const std::vector<Address> &addresses, std::string_view statement = {});

/* Are there rules at all?  After the first call a test of a flag. */
bool have_naming_rules();

/*
 * What the names of objects that were created or renamed violate.  The addresses of altered ones are not to be
 * given: nobody may be kept from altering a table because of a name it has had for years.
 */
std::vector<NamingViolation> judge_names(const std::vector<Address> &created_or_renamed,
										 std::string_view statement = {});

/* The same for an object that is not there yet, as the parse tree of a command that cannot be undone tells it. */
std::vector<NamingViolation> judge_name(const NamedObject &object);

/* The rules are read again when next needed: call when naming_rules may have changed. */
void forget_naming_rules() noexcept;

} // namespace schema_guard::pg
