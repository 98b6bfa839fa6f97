/*
 * pg/verdict.hpp - what follows from violations in each mode: refused, warned, or only noted.
 */
#pragma once

#include "schema_guard/core/policy/naming.hpp"
#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::verdict {

/*
 * Notes the violations in the record and its decision.  In mode enforce raises the first as an error, after one line
 * in the server log; in mode warn sends each as a warning.  Writes to the guard's own log are refused in every mode.
 */
void apply(Mode mode, const std::vector<Violation> &violations, recorder::Record &record);

/* The same for names; severity warning never refuses, and neither does what is found too late to undo. */
void apply(Mode mode, const std::vector<NamingViolation> &violations, recorder::Record &record, bool too_late);

} // namespace schema_guard::pg::verdict
