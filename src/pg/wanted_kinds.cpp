/*
 * wanted_kinds.cpp - a look at an object's row saves the queries that would find nothing.
 */
#include "schema_guard/pg/wanted_kinds.hpp"

#include "schema_guard/core/catalog/selective.hpp"
#include "schema_guard/pg/boundary.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
}

namespace schema_guard::pg {

using rows::Queries;

namespace {

constexpr std::string_view initial_privileges = "initial privileges";

} // namespace

/* Server calls; only inside guard(). */
namespace raw {

/* Calls row for the rows of a catalog in which an OID has this value; row returns false to stop. */
template <typename Row>
static void
scan(Oid catalog, Oid index, AttrNumber column, Oid value, Row &&row)
{
	Relation relation = table_open(catalog, AccessShareLock);
	ScanKeyData key[1];

	ScanKeyInit(&key[0], column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));

	SysScanDesc rows = systable_beginscan(relation, index, true, nullptr, 1, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(rows)) && row(tuple))
		;
	systable_endscan(rows);
	table_close(relation, AccessShareLock);
}

static void
want(Queries &queries, std::initializer_list<const char *> kinds, Oid oid)
{
	for (const char *kind : kinds)
		queries[kind].insert(oid);
}

static bool
has_triggers(Oid relid)
{
	bool found = false;

	scan(TriggerRelationId, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, relid, [&](HeapTuple tuple) {
		found = !reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple))->tgisinternal;
		return !found;
	});
	return found;
}

/* Beside the one that a view is. */
static bool
has_rules(Oid relid)
{
	bool found = false;

	scan(RewriteRelationId, RewriteRelRulenameIndexId, Anum_pg_rewrite_ev_class, relid, [&](HeapTuple tuple) {
		found = reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple))->ev_type != '1';
		return !found;
	});
	return found;
}

static bool
has_policies(Oid relid)
{
	bool found = false;

	scan(PolicyRelationId, PolicyPolrelidPolnameIndexId, Anum_pg_policy_polrelid, relid, [&](HeapTuple) {
		found = true;
		return false;
	});
	return found;
}

static void
add_statistics(Oid relid, Queries &queries)
{
	scan(StatisticExtRelationId, StatisticExtRelidIndexId, Anum_pg_statistic_ext_stxrelid, relid, [&](HeapTuple tuple) {
		want(queries, {"statistics"}, reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple))->oid);
		return true;
	});
}

static void
add_indexes(const FormData_pg_class *row, Oid relid, Queries &queries)
{
	if (!row->relhasindex)
		return;
	want(queries, {"index"}, relid);
	if (row->relispartition || row->relkind == RELKIND_PARTITIONED_TABLE)
		want(queries, {"index partition"}, relid);
}

static void
add_table(const FormData_pg_class *row, Oid relid, Queries &queries)
{
	want(queries,
		 {row->relkind == RELKIND_FOREIGN_TABLE ? "foreign table" : "table", "column", "default", "constraint"}, relid);
	if (row->relispartition)
		want(queries, {"partition"}, relid);
	else if (row->relkind != RELKIND_PARTITIONED_TABLE)
		want(queries, {"inheritance"}, relid);
	add_indexes(row, relid, queries);
	add_statistics(relid, queries);
}

static void
add_relation(Oid relid, Queries &queries)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		return;

	auto *row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));

	if (row->relhastriggers && has_triggers(relid))
		want(queries, {"trigger"}, relid);
	if (row->relhasrules && has_rules(relid))
		want(queries, {"rule"}, relid);
	if (has_policies(relid))
		want(queries, {"policy"}, relid);
	switch (row->relkind) {
	case RELKIND_RELATION:
	case RELKIND_PARTITIONED_TABLE:
	case RELKIND_FOREIGN_TABLE:
		add_table(row, relid, queries);
		break;
	case RELKIND_VIEW:
		want(queries, {"view", "view column"}, relid);
		break;
	case RELKIND_MATVIEW:
		want(queries, {"materialized view", "view column"}, relid);
		add_indexes(row, relid, queries);
		add_statistics(relid, queries);
		break;
	case RELKIND_SEQUENCE:
		want(queries, {"sequence"}, relid);
		break;
	case RELKIND_INDEX:
	case RELKIND_PARTITIONED_INDEX:
		if (Oid table = IndexGetRelation(relid, true); OidIsValid(table))
			want(queries, {"index", "constraint", "index partition"}, table);
		break;
	case RELKIND_COMPOSITE_TYPE:
		want(queries, {"composite type", "attribute"}, row->reltype);
		break;
	default:
		break;
	}
	ReleaseSysCache(tuple);
}

static void
add_type(Oid oid, Queries &queries)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		return;

	auto *row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));

	switch (row->typtype) {
	case TYPTYPE_COMPOSITE:
		want(queries, {"composite type", "attribute"}, oid);
		break;
	case TYPTYPE_DOMAIN:
		want(queries, {"domain", "domain constraint"}, oid);
		break;
	case TYPTYPE_ENUM:
		want(queries, {"enum"}, oid);
		break;
	case TYPTYPE_RANGE:
	case TYPTYPE_MULTIRANGE:
		want(queries, {"range"}, oid);
		break;
	default:
		want(queries, {"base type", "shell type"}, oid);
	}
	ReleaseSysCache(tuple);
}

static void
add_routine(Oid oid, Queries &queries)
{
	char kind = get_func_prokind(oid);

	want(queries,
		 {kind == PROKIND_AGGREGATE	  ? "aggregate"
		  : kind == PROKIND_PROCEDURE ? "procedure"
									  : "function"},
		 oid);
}

static void
add_constraint(Oid oid, Queries &queries)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		return;

	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));

	if (OidIsValid(row->contypid))
		want(queries, {"domain", "domain constraint"}, row->contypid);
	else
		want(queries, {"constraint", "column"}, row->conrelid);
	ReleaseSysCache(tuple);
}

/* False: any kind that knows the catalog may have it. */
static bool
add(const Address &object, Queries &queries)
{
	switch (object.classid) {
	case RelationRelationId:
		add_relation(object.objid, queries);
		return true;
	case TypeRelationId:
		add_type(object.objid, queries);
		return true;
	case ProcedureRelationId:
		if (SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(object.objid)))
			add_routine(object.objid, queries);
		return true;
	case ConstraintRelationId:
		add_constraint(object.objid, queries);
		return true;
	case AttrDefaultRelationId:
		scan(AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, object.objid, [&](HeapTuple tuple) {
			add_relation(reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(tuple))->adrelid, queries);
			return false;
		});
		return true;
	case RewriteRelationId:
		scan(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, object.objid, [&](HeapTuple tuple) {
			add_relation(reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple))->ev_class, queries);
			return false;
		});
		return true;
	case TriggerRelationId:
		scan(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, object.objid, [&](HeapTuple tuple) {
			want(queries, {"trigger"}, reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple))->tgrelid);
			return false;
		});
		return true;
	case PolicyRelationId:
		scan(PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, object.objid, [&](HeapTuple tuple) {
			want(queries, {"policy"}, reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple))->polrelid);
			return false;
		});
		return true;
	default:
		return false;
	}
}

static bool
is_member(const Address &object)
{
	return object.objid < FirstNormalObjectId || OidIsValid(getExtensionOfObject(object.classid, object.objid));
}

} // namespace raw

void
add_wanted_kinds(const std::set<Address> &objects, Queries &queries)
{
	std::vector<Address> others, members;

	if (objects.empty())
		return;
	guard([&] {
		for (const Address &object : objects) {
			if (!raw::add(object, queries))
				others.push_back(object);
			if (raw::is_member(object))
				members.push_back(object);
		}
	});
	for (const catalog::SelectiveQuery &query : catalog::selective_queries(PG_VERSION_NUM)) {
		bool privileges = query.kind->name == initial_privileges;

		for (const Address &object : privileges ? members : others) {
			if (query.concerns(object.classid))
				queries[query.kind->name].insert(object.objid);
		}
	}
}

} // namespace schema_guard::pg
