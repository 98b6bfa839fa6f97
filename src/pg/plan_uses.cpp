/*
 * plan_uses.cpp - see plan_uses.hpp.
 */
#include "schema_guard/pg/plan_uses.hpp"

#include "schema_guard/pg/counters.hpp"
#include "schema_guard/pg/predicates.hpp"
#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "access/parallel.h"
#include "common/pg_prng.h"
#include "nodes/execnodes.h"
}

namespace schema_guard::pg::plan_uses {

namespace plain {

/* A bit that no server uses says in a query's own flags that it was chosen. */
static constexpr int looked_at = 1 << 30;

static void
used(Oid index)
{
	counters::IndexUse key{MyDatabaseId, index};

	if (index < FirstNormalObjectId)
		return;
	if (auto *entry = counters::area()->index_uses->find_or_make(key)) {
		pg_atomic_fetch_add_u64(&entry->value[counters::plans], 1);
		pg_atomic_write_u64(&entry->value[counters::last_plan_at],
							static_cast<uint64_t>(GetCurrentStatementStartTimestamp()));
	}
}

/* A part of the plan that did not run counts like one that did: the plan wanted it. */
static bool
walk(PlanState *state, void *query_id)
{
	if (state == nullptr)
		return false;
	switch (nodeTag(state->plan)) {
	case T_IndexScan:
		used(reinterpret_cast<IndexScan *>(state->plan)->indexid);
		break;
	case T_IndexOnlyScan:
		used(reinterpret_cast<IndexOnlyScan *>(state->plan)->indexid);
		break;
	case T_BitmapIndexScan:
		used(reinterpret_cast<BitmapIndexScan *>(state->plan)->indexid);
		break;
	case T_SeqScan:
		predicates::plain::count(reinterpret_cast<ScanState *>(state), *static_cast<uint64_t *>(query_id));
		break;
	case T_ModifyTable: {
		ListCell *cell;

		foreach (cell, reinterpret_cast<ModifyTable *>(state->plan)->arbiterIndexes)
			used(lfirst_oid(cell));
		break;
	}
	default:
		break;
	}
	/* Before 16 (1c27d16e6e5c) a walker is declared without its parameters. */
	return planstate_tree_walker(state, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walk)), query_id);
}

/* The leader of a parallel worker has its plan, too; EXPLAIN executes nothing. */
bool
chosen(QueryDesc *query, int flags)
{
	double share = settings::tracked_share();

	if (share < 1 && pg_prng_double(&pg_global_prng_state) >= share)
		return false;
	if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0 || counters::area() == nullptr || IsParallelWorker() ||
		!settings::enabled())
		return false;
	/* Workers count only what all nodes count. */
	if (query->plannedstmt->parallelModeNeeded)
		query->instrument_options |= INSTRUMENT_ROWS;
	return true;
}

/* Nothing has run yet: a node sees at its first row whether it is to count. */
static bool
prepare(PlanState *state, void *estate)
{
	if (state == nullptr)
		return false;
	if (IsA(state, SeqScanState) && state->plan->qual != NIL && state->instrument == nullptr) {
		MemoryContext before = MemoryContextSwitchTo(static_cast<EState *>(estate)->es_query_cxt);

		state->instrument = InstrAlloc(1, INSTRUMENT_ROWS, false);
		MemoryContextSwitchTo(before);
	}
	return planstate_tree_walker(state, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(prepare)), estate);
}

void
begin(QueryDesc *query)
{
	if (query->planstate == nullptr)
		return;
	query->estate->es_top_eflags |= looked_at;
	(void) prepare(query->planstate, query->estate);
}

void
count(QueryDesc *query)
{
	/* A parallel worker has the flags of its leader, which counts for both. */
	if (query->planstate == nullptr || (query->estate->es_top_eflags & looked_at) == 0 || IsParallelWorker())
		return;

	uint64_t query_id = static_cast<uint64_t>(query->plannedstmt->queryId);

	(void) walk(query->planstate, &query_id);
}

} // namespace plain

std::vector<Row>
all()
{
	std::vector<Row> rows;

	if (counters::area() != nullptr)
		counters::area()->index_uses->each([&](counters::IndexUses::Entry &entry) {
			if (entry.key.database == MyDatabaseId)
				rows.push_back({entry.key.index, pg_atomic_read_u64(&entry.value[counters::plans]),
								static_cast<TimestampTz>(pg_atomic_read_u64(&entry.value[counters::last_plan_at]))});
		});
	return rows;
}

TimestampTz
known_since() noexcept
{
	counters::Area *area = counters::area();

	if (area == nullptr || !settings::enabled() || area->index_uses->no_room() > 0)
		return 0;
	return static_cast<TimestampTz>(pg_atomic_read_u64(area->tracked_since));
}

} // namespace schema_guard::pg::plan_uses
