/*
 * predicates.cpp - see predicates.hpp.
 *
 * No value a query looks for is kept, only columns and operators.
 */
#include "schema_guard/pg/predicates.hpp"

#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "access/stratnum.h"
#include "optimizer/optimizer.h"
#include "utils/typcache.h"
}

namespace schema_guard::pg::predicates {

namespace plain {

/* A column of the scanned table, as it is. */
static Var *
column(Node *node, Index relation)
{
	while (node != nullptr && IsA(node, RelabelType))
		node = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(node)->arg);
	if (node == nullptr || !IsA(node, Var))
		return nullptr;

	auto *var = reinterpret_cast<Var *>(node);

	return var->varno == static_cast<int>(relation) && var->varattno > 0 && var->varlevelsup == 0 ? var : nullptr;
}

/* Known before the scan begins. */
static bool
is_value(Node *node)
{
	return !contain_var_clause(node) && !contain_volatile_functions(node);
}

/* An operator that a b-tree index on the column knows, as the column's collation has it. */
static bool
indexable(Oid oper, const Var *var, Oid collation)
{
	TypeCacheEntry *type = lookup_type_cache(var->vartype, TYPECACHE_BTREE_OPFAMILY);

	return OidIsValid(oper) && OidIsValid(type->btree_opf) && get_op_opfamily_strategy(oper, type->btree_opf) != 0 &&
		   (!OidIsValid(collation) || collation == var->varcollid);
}

static bool
read_condition(Node *node, Index relation, int32_t *attribute, Oid *oper)
{
	List *arguments;
	Oid collation;
	bool turned = false;

	if (IsA(node, OpExpr)) {
		*oper = reinterpret_cast<OpExpr *>(node)->opno;
		arguments = reinterpret_cast<OpExpr *>(node)->args;
		collation = reinterpret_cast<OpExpr *>(node)->inputcollid;
	} else if (IsA(node, ScalarArrayOpExpr) && reinterpret_cast<ScalarArrayOpExpr *>(node)->useOr) {
		*oper = reinterpret_cast<ScalarArrayOpExpr *>(node)->opno;
		arguments = reinterpret_cast<ScalarArrayOpExpr *>(node)->args;
		collation = reinterpret_cast<ScalarArrayOpExpr *>(node)->inputcollid;
	} else
		return false;
	if (list_length(arguments) != 2)
		return false;

	auto *left = static_cast<Node *>(linitial(arguments));
	auto *right = static_cast<Node *>(lsecond(arguments));
	Var *var = column(left, relation);

	if (var == nullptr && IsA(node, OpExpr)) {
		var = column(right, relation);
		turned = true;
	}
	if (var == nullptr || !is_value(turned ? left : right))
		return false;
	if (turned)
		*oper = get_commutator(*oper);
	*attribute = var->varattno;
	return indexable(*oper, var, collation);
}

/* Sorted, so that the order in which a query names its conditions does not count. */
static void
add(counters::Predicate &key, int32_t attribute, Oid oper)
{
	int at = 0;

	while (at < counters::Predicate::most && key.columns[at] != 0 &&
		   (key.columns[at] < attribute || (key.columns[at] == attribute && key.operators[at] < oper)))
		at++;
	if (at < counters::Predicate::most && key.columns[at] == attribute && key.operators[at] == oper)
		return;
	if (key.columns[counters::Predicate::most - 1] != 0)
		key.others = 1;
	for (int i = counters::Predicate::most - 1; i > at; i--) {
		key.columns[i] = key.columns[i - 1];
		key.operators[i] = key.operators[i - 1];
	}
	if (at < counters::Predicate::most) {
		key.columns[at] = attribute;
		key.operators[at] = oper;
	}
}

void
count(ScanState *scan, uint64_t query_id)
{
	Relation relation = scan->ss_currentRelation;
	Instrumentation *counted = scan->ps.instrument;
	counters::Predicate key;
	ListCell *cell;

	if (scan->ps.plan->qual == NIL || counted == nullptr || relation == nullptr ||
		RelationGetRelid(relation) < FirstNormalObjectId || relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		return;

	/* The last run is not closed yet. */
	auto removed = static_cast<uint64_t>(counted->nfiltered1);
	uint64_t read = removed + static_cast<uint64_t>(counted->ntuples + counted->tuplecount);
	uint64_t runs = static_cast<uint64_t>(counted->nloops) + (counted->running ? 1 : 0);

	if (read == 0)
		return;
	memset(&key, 0, sizeof key);
	key.database = MyDatabaseId;
	key.relation = RelationGetRelid(relation);
	foreach (cell, scan->ps.plan->qual) {
		int32_t attribute;
		Oid oper;

		if (read_condition(static_cast<Node *>(lfirst(cell)), reinterpret_cast<Scan *>(scan->ps.plan)->scanrelid,
						   &attribute, &oper))
			add(key, attribute, oper);
		else
			key.others = 1;
	}
	if (key.columns[0] == 0)
		return;
	if (auto *entry = counters::area()->predicates->find_or_make(key)) {
		/* Several processes read one table once. */
		pg_atomic_fetch_add_u64(&entry->value[counters::scans],
								scan->ps.plan->parallel_aware ? 1 : static_cast<int64_t>(std::max<uint64_t>(runs, 1)));
		pg_atomic_fetch_add_u64(&entry->value[counters::rows_read], static_cast<int64_t>(read));
		pg_atomic_fetch_add_u64(&entry->value[counters::rows_removed], static_cast<int64_t>(removed));

		/* Each stands for those that were not looked at. */
		double share = settings::tracked_share();
		auto now = static_cast<uint64_t>(GetCurrentStatementStartTimestamp());
		uint64_t never = 0;

		pg_atomic_fetch_add_u64(&entry->value[counters::removed_in_all],
								static_cast<int64_t>(share > 0 ? static_cast<double>(removed) / share : 0));
		(void) pg_atomic_compare_exchange_u64(&entry->value[counters::first_scan_at], &never, now);
		pg_atomic_write_u64(&entry->value[counters::last_scan_at], now);
		if (query_id != 0)
			pg_atomic_write_u64(&entry->value[counters::last_query], query_id);
	}
}

} // namespace plain

std::vector<Row>
all()
{
	std::vector<Row> rows;

	if (counters::area() != nullptr)
		counters::area()->predicates->each([&](counters::Predicates::Entry &entry) {
			if (entry.key.database != MyDatabaseId)
				return;
			Row &row = rows.emplace_back();
			row.what = entry.key;
			for (int i = 0; i < counters::predicate_values; i++)
				row.value[i] = pg_atomic_read_u64(&entry.value[i]);
		});
	return rows;
}

} // namespace schema_guard::pg::predicates
