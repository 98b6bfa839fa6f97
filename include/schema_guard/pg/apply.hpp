/*
 * pg/apply.hpp - runs the steps of a diff here.
 */
#pragma once

#include "schema_guard/core/diff/diff.hpp"
#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

/*
 * Runs the statements of all steps with the settings their texts are meant for, within this transaction; tells each
 * before it runs.
 */
void apply(const diff::Diff &diff, const std::function<void(const diff::Step &, const std::string &)> &tell);

/* Runs a script; statements that end the transaction are refused (2D000). */
void run_script(const std::string &script);

/*
 * Runs work in a subtransaction that is always undone, a rehearsal to the guard; the error that ended it, if any.  What
 * cannot be undone, such as nextval(), is not.
 */
std::optional<Error> try_and_undo(const std::function<void()> &work);

} // namespace schema_guard::pg
