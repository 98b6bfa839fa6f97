/*
 * pg/settings.hpp - the parameters schema_guard.*, one reader for each.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::settings {

/* Defines the parameters; from _PG_init only. */
namespace plain {
void define();
}

/* The emergency switch: false turns every hook and event trigger of ours into a pass-through. */
bool enabled() noexcept;
/* True when an internal fault in mode enforce refuses the statement. */
bool refuse_on_fault() noexcept;
/* Empty when none is declared. */
const char *migration() noexcept;
/* The reason while the override lasts, else empty. */
const char *override_reason(TimestampTz now) noexcept;
/* One is set, but schema_guard.override_timeout has passed since. */
bool override_ended(TimestampTz now) noexcept;
const std::vector<CommandClass> &guarded_classes();
/* As schema_guard.guarded_classes was written. */
const char *guarded_classes_text() noexcept;
int override_timeout_seconds() noexcept;
/* 0: no visits but when something waits. */
long worker_naptime_milliseconds() noexcept;
int worker_budget_milliseconds() noexcept;
int max_workers() noexcept;
long seal_delay_milliseconds() noexcept;
int task_budget_milliseconds() noexcept;
/* 0: never. */
long alert_interval_milliseconds() noexcept;
long sample_interval_milliseconds() noexcept;
/* 0: for ever. */
int log_retention_seconds() noexcept;
int attempt_retention_seconds() noexcept;
/* As schema_guard.databases was written. */
const char *databases() noexcept;
/* Empty when there is none. */
const char *home_database() noexcept;
int max_databases() noexcept;
int ring_kilobytes() noexcept;
/* Of the executions of plans, how many are looked at: 0 to 1. */
double tracked_share() noexcept;
int max_tracked_indexes() noexcept;

} // namespace schema_guard::pg::settings
