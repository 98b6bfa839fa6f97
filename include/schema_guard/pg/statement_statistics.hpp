/*
 * pg/statement_statistics.hpp - pg_stat_statements, where it is.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* The view, schema-qualified; nothing where the extension is not installed, or its library not preloaded. */
std::optional<std::string> statement_statistics();

} // namespace schema_guard::pg
