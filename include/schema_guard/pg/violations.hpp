/*
 * pg/violations.hpp - what constraints have refused, counted from the messages that the server writes.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::violations {

/* Of every message on its way to the server log: never raises, waits or allocates. */
void count(const ErrorData &error) noexcept;

struct Row {
	std::string schema, relation, constraint, column, sqlstate;
	uint64_t refused;
	TimestampTz first_at, last_at, since;
};

/* Of this database. */
std::vector<Row> all();

/* Violations, of any database, for which there was no room. */
uint64_t uncounted() noexcept;

/* Begins anew for this database. */
void reset() noexcept;

} // namespace schema_guard::pg::violations
