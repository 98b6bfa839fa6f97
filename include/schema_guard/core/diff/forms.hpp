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

/* --- routines and types --- */
inline constexpr Form replace_routine{"CREATE OR REPLACE"};
/* Runs in a transaction, but the label can be used only after its commit. */
inline constexpr Form add_enum_value{"ALTER TYPE ADD VALUE", Lock::none, Work::none, 0, false};
/* A column whose type is made anew. */
inline constexpr Form convert_column{"ALTER TABLE ALTER COLUMN TYPE USING", Lock::access_exclusive, Work::rewrite,
									 depends_on_data};
inline constexpr Form alter_composite{"ALTER TYPE ATTRIBUTE", Lock::access_exclusive};
/* The lock is on each table that has the domain. */
inline constexpr Form domain_constraint{"ALTER DOMAIN ADD CONSTRAINT, SET NOT NULL, VALIDATE CONSTRAINT", Lock::share,
										Work::scan, depends_on_data};
inline constexpr Form domain_constraint_not_valid{"ALTER DOMAIN ADD CONSTRAINT NOT VALID"};

} // namespace schema_guard::form
