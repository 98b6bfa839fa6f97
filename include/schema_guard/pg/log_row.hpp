/*
 * pg/log_row.hpp - a record as a row of schema_guard.statement_log.
 */
#pragma once

#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::log_row {

inline constexpr int columns = 32;

/* A row that the worker writes, about another session's statement. */
struct Attempted {
	std::string application_name, client_address, database;
	int client_port = 0, backend_pid = 0;
	TimestampTz backend_start = 0;
	const char *outcome = "";
	std::string sqlstate;
	int64_t boot = 0, number = 0;
};

/* Server calls; only inside guard(). */
namespace raw {
/* But for its hash; attempted is null for what this session itself has done. */
void form(const recorder::Record &record, const Attempted *attempted, TupleDesc row_type, Datum *values, bool *nulls);

/* The chain a row belongs to: the same for the life of a database in a cluster, another one in every copy of it. */
Datum chain();
} // namespace raw

} // namespace schema_guard::pg::log_row
