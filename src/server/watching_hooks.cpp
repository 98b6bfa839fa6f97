/*
 * watching_hooks.cpp - plain frames: no object with a destructor may live in them, since errors of the next hook jump through.
 */
#include "schema_guard/server/watching_hooks.hpp"

#include "schema_guard/pg/index_trials.hpp"
#include "schema_guard/pg/plan_uses.hpp"
#include "schema_guard/pg/postgres.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/violations.hpp"

extern "C" {
#include "optimizer/plancat.h"
}

namespace schema_guard::server::plain {

namespace {

emit_log_hook_type next_emit_log;
get_relation_info_hook_type next_relation_info;
ExecutorStart_hook_type next_executor_start;
ExecutorEnd_hook_type next_executor_end;

void
emit_log(ErrorData *error)
{
	pg::violations::count(*error);
	if (next_emit_log)
		next_emit_log(error);
}

/* On the path of every plan: a comparison, unless an index is hidden.  What others add to the list may be hidden as well. */
void
relation_info(PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel)
{
	if (next_relation_info)
		next_relation_info(root, relid, inhparent, rel);
	pg::index_trials::plain::hide(relid, rel);
}

/* On the path of every query, both: a comparison, unless schema_guard.track_plans is set, or was. */
void
executor_start(QueryDesc *query, int flags)
{
	bool chosen = pg::settings::tracked_share() > 0 && pg::plan_uses::plain::chosen(query, flags);

	if (next_executor_start)
		next_executor_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
	if (chosen)
		pg::plan_uses::plain::begin(query);
}

void
executor_end(QueryDesc *query)
{
	pg::plan_uses::plain::count(query);
	if (next_executor_end)
		next_executor_end(query);
	else
		standard_ExecutorEnd(query);
}

} // namespace

void
install_watching_hooks()
{
	next_emit_log = emit_log_hook;
	emit_log_hook = emit_log;
	next_relation_info = get_relation_info_hook;
	get_relation_info_hook = relation_info;
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	next_executor_end = ExecutorEnd_hook;
	ExecutorEnd_hook = executor_end;
	pg::index_trials::plain::watch_invalidations();
}

} // namespace schema_guard::server::plain
