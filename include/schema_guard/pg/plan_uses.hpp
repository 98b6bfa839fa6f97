/*
 * pg/plan_uses.hpp - which indexes stand in plans that are executed: planning alone raises idx_scan, too.
 *
 * Which plans are looked at is drawn when they begin, so that what a scan throws away can be counted.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::plan_uses {

/* What PostgreSQL calls at the beginning and the end of a plan; no C++ in it. */
namespace plain {
/* Before it begins: is this one to be looked at? */
bool chosen(QueryDesc *query, int flags);
/* When it has begun, and was chosen. */
void begin(QueryDesc *query);
/* Does nothing for one that was not chosen. */
void count(QueryDesc *query);
} // namespace plain

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
