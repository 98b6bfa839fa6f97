/*
 * pg/worker_tasks.hpp - what a worker does now and then, beside writing attempts: sealing the log, looking for alerts, sampling
 * usage, purging what has been kept long enough.
 */
#pragma once

#include "schema_guard/pg/shared.hpp"

#include <array>

namespace schema_guard::pg::worker_tasks {

struct Task {
	shared::task which;
	const char *activity; /* in pg_stat_activity */
	/* Milliseconds; 0: never. */
	long (*interval)();
	int (*budget)();
	/* Within a transaction. */
	void (*work)();
};

extern const std::array<Task, shared::task_count> all;

/* Of the work done last: there is more of it. */
bool more() noexcept;
/* Of the sealing done last: a session is at it, rows were sealed. */
bool busy() noexcept;
bool sealed() noexcept;

} // namespace schema_guard::pg::worker_tasks
