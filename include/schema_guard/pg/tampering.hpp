/*
 * pg/tampering.hpp - statements that would weaken the guard itself.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * What is wrong with the statement, if anything: DDL on the guard's own objects (SG005; on its log tables SG006,
 * which no override lifts), GRANT of its parameters to PUBLIC, ALTER SYSTEM of its settings, taking the
 * library out of shared_preload_libraries, DROP EXTENSION schema_guard.
 */
std::optional<Violation> tampering(const Node *utility, const Statement &statement);

} // namespace schema_guard::pg
