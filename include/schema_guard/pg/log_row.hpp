/*
 * pg/log_row.hpp - a record as a row of schema_guard.statement_log.
 */
#pragma once

#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::log_row {

inline constexpr int columns = 28;

/* Server calls; only inside guard(). */
namespace raw {
void form(const recorder::Record &record, TupleDesc row_type, Datum *values, bool *nulls);
}

} // namespace schema_guard::pg::log_row
