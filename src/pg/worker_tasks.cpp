/*
 * worker_tasks.cpp - see worker_tasks.hpp.
 */
#include "schema_guard/pg/worker_tasks.hpp"

#include "schema_guard/pg/alerts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_purge.hpp"
#include "schema_guard/pg/log_seal.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/settings.hpp"

namespace schema_guard::pg::worker_tasks {

namespace {

constexpr uint64_t most_blocks = 10; /* at a time */

bool more_left = false;
bool in_the_way = false;
bool any_sealed = false;

/* It is due by what the sessions announce, and at each visit. */
long
always()
{
	return 1;
}

void
seal_log()
{
	log_seal::Sealed sealed = log_seal::seal(false, most_blocks);

	more_left = sealed.more;
	in_the_way = sealed.busy;
	any_sealed = sealed.rows > 0;
}

void
check_alerts()
{
	more_left = false;
	(void) alerts::check();
}

void
sample_usage()
{
	more_left = false;
	(void) own::execute("SELECT schema_guard.write_usage(schema_guard.local_node(), schema_guard.export_usage(), true)",
						{});
	(void) own::execute("SELECT schema_guard.write_table_sizes((clock_timestamp() AT TIME ZONE 'UTC')::date)", {});
}

void
purge_log()
{
	more_left = log_purge::retain().more;
}

long
purge_interval()
{
	return settings::log_retention_seconds() > 0 || settings::attempt_retention_seconds() > 0 ? 3600 * 1000L : 0;
}

} // namespace

const std::array<Task, shared::task_count> all{{
	{shared::seal_task, "schema_guard: sealing the log", always, settings::worker_budget_milliseconds, seal_log},
	{shared::alert_task, "schema_guard: looking for alerts", settings::alert_interval_milliseconds,
	 settings::task_budget_milliseconds, check_alerts},
	{shared::sample_task, "schema_guard: sampling usage", settings::sample_interval_milliseconds,
	 settings::task_budget_milliseconds, sample_usage},
	{shared::purge_task, "schema_guard: purging the log", purge_interval, settings::task_budget_milliseconds,
	 purge_log},
}};

bool
more() noexcept
{
	return more_left;
}

bool
busy() noexcept
{
	return in_the_way;
}

bool
sealed() noexcept
{
	return any_sealed;
}

} // namespace schema_guard::pg::worker_tasks
