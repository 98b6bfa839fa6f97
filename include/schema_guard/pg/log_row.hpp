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

/* The chain a row belongs to: the same for the life of a database in a cluster, another one in every copy of it. */
Datum chain();
} // namespace raw

} // namespace schema_guard::pg::log_row
