/*
 * pg/index_trials.hpp - indexes that the planner is not to see.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace schema_guard::pg::index_trials {

/* What PostgreSQL calls; no C++ in it, so that nothing but the server's own errors can come out of a user's query. */
namespace plain {
/* Once a process, from _PG_init. */
void watch_invalidations();
/* Takes the hidden ones out of rel->indexlist.  Where there are none: a comparison. */
void hide(Oid relid, RelOptInfo *rel);
} // namespace plain

/* Raises 22023 for what is no index, or cannot be dropped alone, 42710 for one that is hidden already. */
void begin(Oid index, const std::optional<std::string> &reason);

/* Raises 42704 when it is not hidden. */
void end(const std::string &index);

using TextRow = std::vector<std::optional<std::string>>;

/* See trial_statements(); raises 42704 when it is not hidden, 0A000 without pg_stat_statements. */
std::vector<TextRow> statements(const std::string &index);

} // namespace schema_guard::pg::index_trials
