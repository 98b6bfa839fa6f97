/*
 * hooks.cpp - plain frames: no object with a destructor may live in them, since errors of the next hook jump through.
 */
#include "schema_guard/server/hooks.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_seal.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/watch.hpp"
#include "schema_guard/pg/workers.hpp"
#include "schema_guard/server/watching_hooks.hpp"
#include "schema_guard/server/workers.hpp"

extern "C" {
#include "parser/parsetree.h"
#include "storage/ipc.h"
}

namespace schema_guard::server {

namespace {

ProcessUtility_hook_type next_process_utility;
object_access_hook_type next_object_access;
ExecutorStart_hook_type next_executor_start;
bool guarding = false;
bool installed = false;

} // namespace

namespace plain {

static bool
awake() noexcept
{
	return pg::settings::enabled() && !pg::session::bypassed();
}

static const char *
dml_tag(CmdType operation) noexcept
{
	switch (operation) {
	case CMD_INSERT:
		return "INSERT";
	case CMD_UPDATE:
		return "UPDATE";
	case CMD_DELETE:
		return "DELETE";
	default:
		return "WRITE"; /* MERGE, or DML in a WITH clause */
	}
}

/* Views over catalogs, pg_settings above all, are written to by their rules: only tables count. */
static void
check_write(Oid relid, const char *tag)
{
	bool watched = relid < FirstNormalObjectId ? get_rel_relkind(relid) == RELKIND_RELATION
											   : pg::enter([&] { return pg::own::is_own_table(relid); });

	if (watched)
		pg::enter([&] { pg::watch::table_written(relid, tag); });
}

/* COPY FROM writes without the executor. */
static void
before_copy(const CopyStmt *stmt)
{
	if (!stmt->is_from || stmt->relation == nullptr)
		return;
	Oid relid = RangeVarGetRelid(stmt->relation, NoLock, true);

	if (OidIsValid(relid))
		check_write(relid, "COPY");
}

/*
 * The end of a block: what it did is written before COMMIT and PREPARE take effect, while a subtransaction is still
 * legal.  An aborted block has nothing to write.
 */
static void
before_transaction_command(const TransactionStmt *stmt)
{
	if ((stmt->kind == TRANS_STMT_COMMIT || stmt->kind == TRANS_STMT_PREPARE) && pg::recorder::pending() &&
		IsTransactionState() && !IsAbortedTransactionBlockState())
		pg::enter([] { pg::recorder::write(true); });
}

/* Whoever prepared it may be gone: rows of the log that have become visible are announced by who commits them. */
static void
after_transaction_command(const TransactionStmt *stmt)
{
	if (stmt->kind == TRANS_STMT_COMMIT_PREPARED && guarding)
		pg::enter([] {
			if (pg::own::found_here())
				pg::log_seal::announce();
		});
}

static void
call_next_hook(PlannedStmt *pstmt, const char *query, bool read_only_tree, ProcessUtilityContext context,
			   ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	if (next_process_utility)
		next_process_utility(pstmt, query, read_only_tree, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(pstmt, query, read_only_tree, context, params, environment, dest, completion);
}

static void
resume_workers(int, Datum database)
{
	pg::workers::raw::resume(DatumGetObjectId(database));
}

/* Workers leave a database that is to be dropped, renamed, moved or copied, and come back whatever becomes of that. */
static void
call_next(PlannedStmt *pstmt, const char *query, bool read_only_tree, ProcessUtilityContext context,
		  ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	Oid database = guarding ? wants_alone(pstmt->utilityStmt) : InvalidOid;

	if (!OidIsValid(database) || !pg::workers::raw::hold(database)) {
		call_next_hook(pstmt, query, read_only_tree, context, params, environment, dest, completion);
		return;
	}
	PG_ENSURE_ERROR_CLEANUP(resume_workers, ObjectIdGetDatum(database));
	{
		pg::workers::raw::send_away(database);
		call_next_hook(pstmt, query, read_only_tree, context, params, environment, dest, completion);
	}
	PG_END_ENSURE_ERROR_CLEANUP(resume_workers, ObjectIdGetDatum(database));
	resume_workers(0, ObjectIdGetDatum(database));
}

/*
 * For a part of another statement PostgreSQL prepares and fires no event triggers, which costs more than most that we
 * do.  Only PostgreSQL itself is told so: a hook behind ours may want to know what the client has sent.
 */
static ProcessUtilityContext
context_of_opened(ProcessUtilityContext context) noexcept
{
	return next_process_utility == nullptr && pg::watch::speaks_for_itself() ? PROCESS_UTILITY_SUBCOMMAND : context;
}

/* Nothing is guarded in recovery, but what is tried is told, and ALTER SYSTEM even succeeds. */
static bool
looks_on() noexcept
{
	return pg::settings::enabled() && RecoveryInProgress() && !IsBinaryUpgrade;
}

void
process_utility(PlannedStmt *pstmt, const char *query, bool read_only_tree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	Node *utility = pstmt->utilityStmt;
	bool opened = false;

	if (IsA(utility, TransactionStmt)) {
		if (awake())
			before_transaction_command(castNode(TransactionStmt, utility));
	} else if (IsA(utility, CopyStmt)) {
		if (guarding && awake())
			before_copy(castNode(CopyStmt, utility));
	} else if (guarding && context != PROCESS_UTILITY_SUBCOMMAND && pg::command_class(utility) != CommandClass::none &&
			   (awake() || looks_on())) {
		pg::watch::Opening opening{utility, query, pstmt->stmt_location, pstmt->stmt_len,
								   context == PROCESS_UTILITY_TOPLEVEL};

		opened = pg::enter([&] { return pg::watch::open(opening); });
	}

	if (!opened) {
		call_next(pstmt, query, read_only_tree, context, params, environment, dest, completion);
		if (IsA(utility, TransactionStmt) && awake())
			after_transaction_command(castNode(TransactionStmt, utility));
		return;
	}

	MemoryContext memory = CurrentMemoryContext;
	PG_TRY();
	{
		call_next(pstmt, query, read_only_tree, context_of_opened(context), params, environment, dest, completion);
	}
	PG_CATCH();
	{
		/* The error is set aside whole, so that a failure in telling of it cannot harm it. */
		MemoryContextSwitchTo(memory);
		ErrorData *error = CopyErrorData();

		FlushErrorState();
		pg::watch::abandon(*error);
		ReThrowError(error);
	}
	PG_END_TRY();
	pg::enter([] { pg::watch::close(); });
}

/* Functions of the server that change the schema with neither a statement nor an object access. */
static bool
changes_schema(Oid function) noexcept
{
	return function == F_PG_IMPORT_SYSTEM_COLLATIONS;
}

static void
object_access(ObjectAccessType access, Oid classid, Oid objid, int subid, void *arg)
{
	if (next_object_access)
		next_object_access(access, classid, objid, subid, arg);

	if (access == OAT_FUNCTION_EXECUTE) {
		if (guarding && changes_schema(objid) && awake())
			pg::enter([&] { pg::watch::function_called(objid); });
		return;
	}
	if (access == OAT_NAMESPACE_SEARCH || !(guarding || pg::watch::active()) || !awake() || !IsTransactionState())
		return;

	Address address{classid, objid, subid};
	switch (access) {
	case OAT_POST_CREATE: {
		bool internal = arg && static_cast<ObjectAccessPostCreate *>(arg)->is_internal;
		pg::enter([&] { pg::watch::touched(Action::create, address, internal); });
		break;
	}
	case OAT_POST_ALTER: {
		bool internal = arg && static_cast<ObjectAccessPostAlter *>(arg)->is_internal;
		pg::enter([&] { pg::watch::touched(Action::alter, address, internal); });
		break;
	}
	case OAT_DROP: {
		bool internal = arg && (static_cast<ObjectAccessDrop *>(arg)->dropflags & PERFORM_DELETION_INTERNAL);
		pg::enter([&] { pg::watch::touched(Action::drop, address, internal); });
		break;
	}
	case OAT_TRUNCATE:
		pg::enter([&] { pg::watch::touched(Action::truncate, address, false); });
		break;
	default:
		break;
	}
}

/* On the path of every query: a test of one pointer unless something is written. */
static void
executor_start(QueryDesc *query, int flags)
{
	PlannedStmt *plan = query->plannedstmt;

	if (plan->resultRelations != NIL && !(flags & EXEC_FLAG_EXPLAIN_ONLY) && awake()) {
		ListCell *cell;

		foreach (cell, plan->resultRelations)
			check_write(rt_fetch(lfirst_int(cell), plan->rtable)->relid, dml_tag(query->operation));
	}
	if (next_executor_start)
		next_executor_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

/* Apart from on_transaction(), which most transactions leave at once. */
[[gnu::noinline]] static void
write_records()
{
	/* Outside of a block a subtransaction is legal here; inside, only what deferred triggers did is left. */
	bool legal = !IsTransactionBlock();

	pg::enter([=] { pg::recorder::write(legal); });
}

static void
on_transaction(XactEvent event, void *)
{
	switch (event) {
	case XACT_EVENT_PRE_COMMIT:
	case XACT_EVENT_PRE_PREPARE:
		if (pg::watch::commits_midway() && awake())
			pg::enter([] { pg::watch::leave_intent(); });
		if (pg::recorder::pending() && awake())
			write_records();
		pg::recorder::transaction_ends();
		break;
	case XACT_EVENT_ABORT:
		pg::watch::forget_all();
		pg::recorder::transaction_aborted(awake());
		pg::log_seal::transaction_ended(false);
		break;
	case XACT_EVENT_COMMIT:
	case XACT_EVENT_PREPARE:
		pg::recorder::transaction_ended(event == XACT_EVENT_COMMIT);
		pg::log_seal::transaction_ended(event == XACT_EVENT_COMMIT);
		break;
	default:
		break;
	}
}

static void
on_subtransaction(SubXactEvent event, SubTransactionId subtransaction, SubTransactionId parent, void *)
{
	if (event == SUBXACT_EVENT_COMMIT_SUB)
		pg::recorder::hand_over(subtransaction, parent);
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	pg::recorder::forget_since(subtransaction, awake());
	if (!guarding)
		pg::watch::forget_since(subtransaction);
}

void
install_hooks(bool preloaded)
{
	guarding = preloaded;
	installed = true;

	next_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	next_object_access = object_access_hook;
	object_access_hook = object_access;
	if (guarding) {
		next_executor_start = ExecutorStart_hook;
		ExecutorStart_hook = executor_start;
		install_watching_hooks();
	}
	RegisterXactCallback(on_transaction, nullptr);
	RegisterSubXactCallback(on_subtransaction, nullptr);
}

} // namespace plain

bool
hooks_guard() noexcept
{
	return guarding;
}

bool
hooks_installed() noexcept
{
	return installed;
}

} // namespace schema_guard::server
