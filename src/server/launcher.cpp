/*
 * launcher.cpp - starts a worker where one is needed.  It is in no database, so that it is in nobody's way.
 *
 * Plain frames throughout: an error ends the launcher, and the postmaster starts it again.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/shared.hpp"
#include "schema_guard/pg/workers.hpp"
#include "schema_guard/server/workers.hpp"

extern "C" {
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/sinval.h"

PGDLLEXPORT void schema_guard_launcher(Datum);
}

namespace schema_guard::server::plain {

namespace settings = pg::settings;
namespace workers = pg::workers::raw;
using pg::workers::Launch;

namespace {

constexpr int restart_seconds = 5;
constexpr int unserved_seconds = 60;

/* By slot: the worker that was started last. */
BackgroundWorkerHandle **handles;
Launch *launches;
/* What was there when the launcher started, and has had no visit yet. */
List *unvisited = NIL;

} // namespace

static bool
listed(const char *database)
{
	char *copy = pstrdup(settings::databases());
	List *names = NIL;
	ListCell *cell;
	bool found = false;

	if (SplitIdentifierString(copy, ',', &names))
		foreach (cell, names) {
			const char *name = static_cast<const char *>(lfirst(cell));

			found = found || strcmp(name, "*") == 0 || strcmp(name, database) == 0;
		}
	return found;
}

/* A copy of this tuple may be connected to by a worker. */
static bool
serves(const FormData_pg_database *database)
{
	/* A database that could not be dropped whole has a connection limit of -2 (c66a7d75e652). */
	return database->datallowconn && !database->datistemplate && database->datconnlimit != -2 &&
		   listed(NameStr(database->datname));
}

enum class Found { served, unserved, gone };

static Found
look_up(Oid database)
{
	Found found = Found::gone;

	StartTransactionCommand();
	HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	if (HeapTupleIsValid(tuple)) {
		found = serves(reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple))) ? Found::served : Found::unserved;
		ReleaseSysCache(tuple);
	}
	CommitTransactionCommand();
	return found;
}

static void
list_databases()
{
	StartTransactionCommand();
	Relation relation = table_open(DatabaseRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
		auto database = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple));

		if (serves(database)) {
			MemoryContext memory = MemoryContextSwitchTo(TopMemoryContext);

			unvisited = lappend_oid(unvisited, database->oid);
			MemoryContextSwitchTo(memory);
		}
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	CommitTransactionCommand();
}

static void
start(const Launch &launch)
{
	BackgroundWorker worker{};

	switch (look_up(launch.database)) {
	case Found::gone:
		workers::forget(launch.database);
		return;
	case Found::unserved:
		workers::launch_failed(
			launch, "no worker may visit: a template, closed to connections, or not in schema_guard.databases",
			unserved_seconds);
		return;
	case Found::served:
		break;
	}

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	worker.bgw_main_arg = Int64GetDatum((static_cast<int64>(launch.generation) << 16) | launch.slot);
	snprintf(worker.bgw_name, BGW_MAXLEN, "schema_guard worker of database %u", launch.database);
	snprintf(worker.bgw_type, BGW_MAXLEN, "schema_guard worker");
	snprintf(worker.bgw_library_name, BGW_MAXLEN, "schema_guard");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "schema_guard_worker");

	if (handles[launch.slot] != nullptr)
		pfree(handles[launch.slot]);
	handles[launch.slot] = nullptr;
	launches[launch.slot] = launch;
	/* The handle outlives this round; before 18 the end of look_up()'s transaction left us there anyway. */
	MemoryContext memory = MemoryContextSwitchTo(TopMemoryContext);
	bool registered = RegisterDynamicBackgroundWorker(&worker, &handles[launch.slot]);

	MemoryContextSwitchTo(memory);
	if (registered)
		workers::launch_found_process();
	else if (workers::launch_found_no_process(launch))
		ereport(LOG, (errmsg("schema_guard found no process for a worker, and goes on trying"),
					  errhint("Raise max_worker_processes.")));
}

/* A worker that could not even begin says nothing itself. */
static void
find_stillborn()
{
	for (int i = 0; i < pg::shared::area()->slots_used; i++) {
		pid_t pid;

		if (handles[i] == nullptr || GetBackgroundWorkerPid(handles[i], &pid) != BGWH_STOPPED)
			continue;
		pfree(handles[i]);
		handles[i] = nullptr;
		if (workers::still_starting(launches[i]))
			workers::launch_failed(launches[i], "the worker did not start, see the server log", 0);
	}
}

static long
launch_what_is_due()
{
	if (!settings::enabled() || settings::max_workers() == 0)
		return 60000;

	long naptime = settings::worker_naptime_milliseconds();
	Launch launch;

	while (unvisited != NIL && naptime > 0 && workers::want_visit(linitial_oid(unvisited)))
		unvisited = list_delete_first(unvisited);
	find_stillborn();
	while ((launch = workers::next_launch(settings::max_workers(), naptime)).slot >= 0) {
		CHECK_FOR_INTERRUPTS();
		start(launch);
	}
	return workers::next_look(naptime);
}

static void
launcher_main()
{
	/* The handler of background workers raises at once, wherever it is. */
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	workers::launcher_starts();
	BackgroundWorkerInitializeConnection(nullptr, nullptr, 0);

	int count = pg::shared::area()->slots_size;
	handles = static_cast<BackgroundWorkerHandle **>(MemoryContextAllocZero(TopMemoryContext, sizeof(void *) * count));
	launches = static_cast<Launch *>(MemoryContextAllocZero(TopMemoryContext, sizeof(Launch) * count));
	MemoryContext memory = AllocSetContextCreate(TopMemoryContext, "schema_guard launcher", ALLOCSET_DEFAULT_SIZES);
	list_databases();

	for (;;) {
		/* Ended on its own it comes back; ended with the server it does not. */
		if (ShutdownRequestPending)
			proc_exit(1);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending) {
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		if (catchupInterruptPending)
			ProcessCatchupInterrupt();

		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		long wait = launch_what_is_due();

		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, wait, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

void
register_launcher()
{
	BackgroundWorker launcher{};

	launcher.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	/* A standby has none until it is promoted. */
	launcher.bgw_start_time = BgWorkerStart_RecoveryFinished;
	launcher.bgw_restart_time = restart_seconds;
	snprintf(launcher.bgw_name, BGW_MAXLEN, "schema_guard launcher");
	snprintf(launcher.bgw_type, BGW_MAXLEN, "schema_guard launcher");
	snprintf(launcher.bgw_library_name, BGW_MAXLEN, "schema_guard");
	snprintf(launcher.bgw_function_name, BGW_MAXLEN, "schema_guard_launcher");
	RegisterBackgroundWorker(&launcher);
}

} // namespace schema_guard::server::plain

void
schema_guard_launcher(Datum)
{
	schema_guard::server::plain::launcher_main();
}
