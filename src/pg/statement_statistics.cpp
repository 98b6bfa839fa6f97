/*
 * statement_statistics.cpp - see statement_statistics.hpp.
 */
#include "schema_guard/pg/statement_statistics.hpp"

#include "schema_guard/pg/own_tables.hpp"

namespace schema_guard::pg {

std::optional<std::string>
statement_statistics()
{
	auto rows = own::query("SELECT format('%I.pg_stat_statements', n.nspname) FROM pg_extension e"
						   " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'"
						   " AND current_setting('shared_preload_libraries') ~ 'pg_stat_statements'",
						   {});

	return rows.empty() ? std::nullopt : rows[0][0];
}

} // namespace schema_guard::pg
