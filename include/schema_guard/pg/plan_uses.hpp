/*
 * pg/plan_uses.hpp - which indexes stand in plans that are executed: planning alone raises idx_scan, too.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::plan_uses {

/* What PostgreSQL calls at the end of a plan; no C++ in it. */
namespace plain {
void count(QueryDesc *query);
}

struct Row {
	Oid index;
	uint64_t plans;
	TimestampTz last_at;
};

/* Of this database. */
std::vector<Row> all();

/* Since when all uses are known but for those not looked at; 0 while plans are not, or when there was no room for an index. */
TimestampTz known_since() noexcept;

} // namespace schema_guard::pg::plan_uses
