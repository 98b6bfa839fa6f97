/*
 * plan_uses.cpp - see plan_uses.hpp.
 */
#include "schema_guard/pg/plan_uses.hpp"

#include "schema_guard/pg/counters.hpp"
#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "access/parallel.h"
#include "common/pg_prng.h"
#include "nodes/execnodes.h"
}

namespace schema_guard::pg::plan_uses {

namespace plain {

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
walk(PlanState *state, void *)
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
	return planstate_tree_walker(state, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walk)), nullptr);
}

/* The leader of a parallel worker has its plan, too; EXPLAIN executes nothing. */
void
count(QueryDesc *query)
{
	double share = settings::tracked_share();

	if (share < 1 && pg_prng_double(&pg_global_prng_state) >= share)
		return;
	if (query->planstate == nullptr || (query->estate->es_top_eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0 ||
		counters::area() == nullptr || IsParallelWorker() || !settings::enabled())
		return;
	(void) walk(query->planstate, nullptr);
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
