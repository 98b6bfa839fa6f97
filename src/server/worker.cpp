/*
 * worker.cpp - one run of a worker: it does what waits for its database, lingers a little for more, and leaves.
 *
 * Plain frames; what it does to tables is C++ inside enter(), one transaction a step.
 */
#include "schema_guard/pg/attempts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/shared.hpp"
#include "schema_guard/pg/worker_tasks.hpp"
#include "schema_guard/pg/workers.hpp"

extern "C" {
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/sinval.h"
#include "tcop/tcopprot.h"
#include "utils/timeout.h"

PGDLLEXPORT void schema_guard_worker(Datum);
}

namespace schema_guard::server::plain {

namespace attempts = pg::attempts;
namespace settings = pg::settings;
namespace workers = pg::workers::raw;
using pg::workers::Claim;

namespace {

constexpr size_t most_of_a_batch = 200;
constexpr int failures_before_giving_up = 3;

Claim claim;
MemoryContext step_memory;

} // namespace

/* What a database or the server has set for sessions is not meant for us. */
static void
settle()
{
	static const struct {
		const char *name, *value;
	} own[] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"lock_timeout", "1000"},
		{"statement_timeout", "0"},
#if PG_VERSION_NUM >= 170000
		{"transaction_timeout", "0"},
#endif
		/* Durable here before anybody is told that it is, and waiting for no standby. */
		{"synchronous_commit", "local"},
		{"default_transaction_read_only", "off"},
		{"default_transaction_isolation", "read committed"},
	};

	for (const auto &setting : own)
		SetConfigOption(setting.name, setting.value, PGC_SUSET, PGC_S_OVERRIDE);
}

/* Space, locks, interruptions and the machine come and go; anything else is likely to be about the attempt itself. */
static bool
may_pass(int sqlstate)
{
	int category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK);
}

/* Called with the error in hand: ends what was begun, keeps and logs the error; its SQLSTATE. */
static int
recover()
{
	/* As HOLD_INTERRUPTS(), whose ++ on a volatile C++20 deprecates. */
	InterruptHoldoffCount = InterruptHoldoffCount + 1;
	disable_all_timeouts(false);
	QueryCancelPending = false;
	MemoryContextSwitchTo(step_memory);
	ErrorData *error = CopyErrorData();

	EmitErrorReport();
	AbortOutOfAnyTransaction();
	FlushErrorState();
	workers::note_error(claim, error->message ? error->message : "");
	InterruptHoldoffCount = InterruptHoldoffCount - 1;
	return error->sqlerrcode;
}

/* Work in one transaction; false when it failed. */
template <typename Work>
static bool
in_transaction(const char *activity, int budget, Work work, int *sqlstate)
{
	volatile bool done = false;

	MemoryContextReset(step_memory);
	MemoryContextSwitchTo(step_memory);
	pgstat_report_activity(STATE_RUNNING, activity);
	PG_TRY();
	{
		SetCurrentStatementStartTimestamp();
		StartTransactionCommand();
		enable_timeout_after(STATEMENT_TIMEOUT, budget);
		PushActiveSnapshot(GetTransactionSnapshot());
		pg::enter(work);
		PopActiveSnapshot();
		disable_timeout(STATEMENT_TIMEOUT, false);
		QueryCancelPending = false;
		CommitTransactionCommand();
		done = true;
	}
	PG_CATCH();
	{
		*sqlstate = recover();
	}
	PG_END_TRY();
	return done;
}

static void
report_idle()
{
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, nullptr);
}

/* What it has written is acknowledged only when it is committed. */
static bool
step(size_t most, attempts::Batch *batch, int *sqlstate)
{
	bool done = in_transaction(
		"schema_guard: writing attempts", settings::worker_budget_milliseconds(),
		[=] { *batch = attempts::write_batch(claim.slot, most); }, sqlstate);

	if (done)
		attempts::raw::acknowledge(claim.slot, *batch);
	report_idle();
	return done;
}

/* What is due of the worker's other work: each in a transaction of its own, and one that fails keeps nothing else waiting. */
static bool
run_task(const pg::worker_tasks::Task &task)
{
	int sqlstate;
	bool done = in_transaction(task.activity, task.budget(), task.work, &sqlstate);

	report_idle();
	return done;
}

/* True when rows were sealed: more may follow soon. */
static bool
run_tasks(bool visit)
{
	bool wrote = false;

	for (const pg::worker_tasks::Task &task : pg::worker_tasks::all) {
		/* Sealing waits for no attempts: while some keep coming, nothing would ever be sealed. */
		if (workers::must_leave(claim) || (task.which != pg::shared::seal_task && workers::has_backlog(claim)))
			break;
		if (task.interval() == 0 || !workers::begin_task(claim, task.which, visit, task.interval()))
			continue;

		bool done = run_task(task);
		bool more = done && pg::worker_tasks::more();

		workers::end_task(claim, task.which, done, more);
		if (!done || task.which != pg::shared::seal_task)
			continue;
		if (more || pg::worker_tasks::busy())
			workers::seal_again(claim, more ? 0 : 1000);
		wrote = wrote || pg::worker_tasks::sealed();
	}
	return wrote;
}

/* One attempt alone keeps failing: it is given up, counted, and told, so that those behind it get their turn. */
static void
give_up_oldest()
{
	attempts::Batch batch = attempts::raw::oldest(claim.slot);

	if (batch.dropped == 0)
		return;
	attempts::raw::acknowledge(claim.slot, batch);
	ereport(LOG,
			(errmsg("schema_guard gives up writing an attempt that has failed %d times", failures_before_giving_up),
			 errhint("Its line \"schema_guard: {...}\" is in the server log.")));
}

static void
pause(long milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending) {
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	if (catchupInterruptPending)
		ProcessCatchupInterrupt();
}

/* False when a step has failed: the rest waits until the launcher tries again. */
static bool
run()
{
	int failures = workers::failures(claim);
	TimestampTz last_written = 0;
	bool visit = true;

	for (;;) {
		attempts::Batch batch;
		int sqlstate = 0;

		CHECK_FOR_INTERRUPTS();
		/* After a failure one by one, so that one cannot keep the others from the table. */
		if (!step(failures > 0 ? 1 : most_of_a_batch, &batch, &sqlstate)) {
			if (failures >= failures_before_giving_up && !may_pass(sqlstate))
				give_up_oldest();
			return false;
		}
		workers::note_installed(claim, batch.installed);
		if (batch.written + batch.dropped > 0)
			last_written = GetCurrentTimestamp();
		failures = 0;
		if (workers::must_leave(claim))
			return true;

		/* What is due is done before another database has its turn: where many want one, no worker would ever come to it. */
		bool backlog = workers::has_backlog(claim);

		if (batch.installed && run_tasks(visit && !backlog))
			last_written = GetCurrentTimestamp();
		if (backlog) {
			if (workers::should_stop(claim))
				return true;
			continue;
		}
		visit = false;
		workers::note_tick(claim, settings::worker_naptime_milliseconds());

		/* One that comes soon after the last finds the worker here; visits without work end at once. */
		while (last_written != 0 && !workers::has_backlog(claim)) {
			long idle = static_cast<long>((GetCurrentTimestamp() - last_written) / 1000);

			if (idle >= pg::workers::linger_milliseconds || workers::should_stop(claim) || !settings::enabled())
				return true;

			long rest = pg::workers::linger_milliseconds - idle;
			long seal = workers::until_seal(claim);

			if (seal == 0)
				break;
			pause(seal < 0 ? rest : std::min(rest, seal));
		}
		if (last_written == 0)
			return true;
	}
}

static void
worker_main(int slot, uint32_t generation)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	if (!workers::claim(slot, generation, &claim))
		proc_exit(0);
	BackgroundWorkerInitializeConnectionByOid(claim.database, InvalidOid, 0);
	settle();
	step_memory = AllocSetContextCreate(TopMemoryContext, "schema_guard worker", ALLOCSET_DEFAULT_SIZES);
	if (run())
		workers::note_clean(claim);
	proc_exit(0);
}

} // namespace schema_guard::server::plain

void
schema_guard_worker(Datum argument)
{
	int64 packed = DatumGetInt64(argument);

	schema_guard::server::plain::worker_main(static_cast<int>(packed & 0xffff), static_cast<uint32_t>(packed >> 16));
}
