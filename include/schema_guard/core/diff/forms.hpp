/*
 * core/diff/forms.hpp - the forms of DDL that the rules of kinds write, each with the lock it takes and what it does.
 *
 * Measured on 15, 17 and 18 (docs/diff.md); test/sql/diff_locks.sql proves each on the server at hand.  The lock is the
 * strongest one on the table, view or index the statement names.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

namespace schema_guard::form {

/* --- any object --- */
inline constexpr Form create{"CREATE"};
inline constexpr Form drop{"DROP"};
inline constexpr Form alter{"ALTER"};
inline constexpr Form owner{"OWNER TO"};
inline constexpr Form table_owner{"ALTER TABLE OWNER TO", Lock::access_exclusive};
inline constexpr Form comment{"COMMENT"};
inline constexpr Form table_comment{"COMMENT ON a table or its part", Lock::share_update_exclusive};
inline constexpr Form label{"SECURITY LABEL"};
inline constexpr Form grant{"GRANT", Lock::none, Work::none, privilege_widened};
inline constexpr Form revoke{"REVOKE", Lock::none, Work::none, breaks_applications};

} // namespace schema_guard::form
