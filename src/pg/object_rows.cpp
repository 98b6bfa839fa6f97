/*
 * object_rows.cpp - which rows of the catalogs there are to read; see object_rows.hpp.
 */
#include "schema_guard/pg/object_rows.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/object_row.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "commands/comment.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
}

namespace schema_guard::pg::rows {

using version_store::Known;
using version_store::KnownVersions;

namespace {

/* What one reading gathers; it lives outside of the guard. */
struct Gathered {
	const KnownVersions &known;
	const Access &access;
	Found &found;
	std::map<Oid, Facts *> relations;
	std::set<std::pair<What, Address>> seen;
	std::vector<Item> items;
	std::set<int> columns;			/* of the table at hand, to be read in any case */
	std::map<Oid, Oid> constraints; /* behind which these indexes are */
};

const Known *
live(const KnownVersions &known, const Address &address)
{
	auto found = known.find(address);

	return found != known.end() && !found->second.ended ? &found->second : nullptr;
}

} // namespace

/* Server calls; only inside guard(). */
namespace raw {

bool
is_fresh(HeapTuple tuple)
{
	TransactionId maker = HeapTupleHeaderGetXmin(tuple->t_data);

	return TransactionIdIsNormal(maker) && TransactionIdIsCurrentTransactionId(maker);
}

/* What waits for us is passed by who has a lock already, but not on condition. */
static bool
is_locked_by_us(Oid relid)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(&tag, AccessShareLock, true);
#else
	for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++) {
		if (LockHeldByMe(&tag, mode))
			return true;
	}
	return false;
#endif
}

bool
can_open(Oid relid)
{
	switch (get_rel_relkind(relid)) {
	case RELKIND_RELATION:
	case RELKIND_PARTITIONED_TABLE:
	case RELKIND_FOREIGN_TABLE:
	case RELKIND_VIEW:
	case RELKIND_MATVIEW:
		return is_locked_by_us(relid) || ConditionalLockRelationOid(relid, AccessShareLock);
	default:
		return true;
	}
}

static void
gather(Gathered &gathered, What what, const Address &address, const Facts *facts, HeapTuple tuple)
{
	if (gathered.seen.emplace(what, address).second)
		gathered.items.push_back({what, address, facts, tuple});
}

/* Rows of a catalog by the first columns of an index. */
template <typename Row>
static void
scan(Oid catalog, Oid index, AttrNumber column, Oid value, AttrNumber number_column, int number, Row &&row)
{
	Relation relation = table_open(catalog, AccessShareLock);
	ScanKeyData key[2];

	ScanKeyInit(&key[0], column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
	if (number != 0)
		ScanKeyInit(&key[1], number_column, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(number));

	SysScanDesc rows = systable_beginscan(relation, index, true, nullptr, number != 0 ? 2 : 1, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(rows)))
		row(tuple);
	systable_endscan(rows);
	table_close(relation, AccessShareLock);
}

template <typename Row>
static void
scan(Oid catalog, Oid index, AttrNumber column, Oid value, Row &&row)
{
	scan(catalog, index, column, value, InvalidAttrNumber, 0, row);
}

/* Whether a relation itself depends on anything of a catalog: on its extension, on a parent. */
static bool
depends(Gathered &gathered, Oid relid, Oid catalog)
{
	for (const dependencies::Edge &edge :
		 gathered.access.depend.read({RelationRelationId, relid, 0}, gathered.access.edges)) {
		if (edge.own.objsubid == 0 && edge.address.classid == catalog)
			return true;
	}
	return false;
}

/* Null: there is no such relation. */
static const Facts *
facts_of(Gathered &gathered, Oid relid)
{
	auto known = gathered.relations.find(relid);

	if (known != gathered.relations.end())
		return known->second;

	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		return nullptr;

	auto *facts = static_cast<Facts *>(palloc0(sizeof(Facts)));
	const char *schema;

	facts->oid = relid;
	facts->tuple = tuple;
	facts->row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
	facts->name = NameStr(facts->row->relname);
	facts->column_names = static_cast<const char **>(palloc0(sizeof(char *) * (facts->row->relnatts + 1)));
	schema = get_namespace_name(facts->row->relnamespace);
	facts->schema = schema ? schema : "";
	facts->users = relid >= FirstNormalObjectId && facts->row->relpersistence != RELPERSISTENCE_TEMP &&
				   strncmp(facts->schema, "pg_", 3) != 0 && strcmp(facts->schema, "information_schema") != 0 &&
				   !depends(gathered, relid, ExtensionRelationId);
	facts->ordinary = facts->users && facts->row->relkind == RELKIND_RELATION && !facts->row->relispartition &&
					  !OidIsValid(facts->row->reloftype) &&
					  live(gathered.known, {InheritsRelationId, relid, 0}) == nullptr &&
					  !depends(gathered, relid, RelationRelationId);
	gathered.relations[relid] = facts;
	return facts;
}

static void
gather_default(Gathered &gathered, const Facts *facts, AttrNumber column)
{
	scan(AttrDefaultRelationId, AttrDefaultIndexId, Anum_pg_attrdef_adrelid, facts->oid, Anum_pg_attrdef_adnum, column,
		 [&](HeapTuple tuple) {
			 Oid oid = reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(tuple))->oid;

			 gather(gathered, What::default_, {AttrDefaultRelationId, oid, 0}, facts, heap_copytuple(tuple));
		 });
}

static void
note_not_null(Facts *facts, HeapTuple tuple)
{
#if PG_VERSION_NUM >= 180000
	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
	auto *not_null = static_cast<NotNull *>(palloc0(sizeof(NotNull)));

	not_null->column = extractNotNullColumn(tuple);
	not_null->name = pstrdup(NameStr(row->conname));
	not_null->local = row->conislocal;
	not_null->no_inherit = row->connoinherit;
	not_null->not_valid = !row->convalidated;
	not_null->commented = GetComment(row->oid, ConstraintRelationId, 0) != nullptr;
	not_null->next = facts->not_nulls;
	facts->not_nulls = not_null;
#else
	(void) facts;
	(void) tuple;
#endif
}

static bool
is_object(const FormData_pg_constraint *row)
{
	return row->contype == CONSTRAINT_CHECK || row->contype == CONSTRAINT_PRIMARY ||
		   row->contype == CONSTRAINT_UNIQUE || row->contype == CONSTRAINT_EXCLUSION ||
		   (row->contype == CONSTRAINT_FOREIGN && !OidIsValid(row->conparentid));
}

/* Behind a constraint an index is no object, but the constraint may have changed with it. */
static void
gather_index(Gathered &gathered, const Facts *table, Oid index, HeapTuple tuple)
{
	auto known = gathered.constraints.find(index);
	Oid constraint = known != gathered.constraints.end() ? known->second : get_index_constraint(index);
	Address address{ConstraintRelationId, constraint, 0};

	if (!HeapTupleIsValid(tuple))
		return;
	if (!OidIsValid(constraint)) {
		gather(gathered, What::index, {RelationRelationId, index, 0}, table, tuple);
	} else if (gathered.seen.count({What::constraint, address}) == 0) {
		HeapTuple row = SearchSysCacheCopy1(CONSTROID, ObjectIdGetDatum(constraint));

		if (HeapTupleIsValid(row))
			gather(gathered, What::constraint, address, table, row);
	}
}

/* A column whose row says nothing of it any more has ended. */
static void
gather_columns(Gathered &gathered, const Facts *facts, bool all)
{
	scan(AttributeRelationId, AttributeRelidNumIndexId, Anum_pg_attribute_attrelid, facts->oid, [&](HeapTuple tuple) {
		auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
		bool fresh = all || is_fresh(tuple);

		if (row->attnum > 0 && row->attnum <= facts->row->relnatts)
			facts->column_names[row->attnum] = pstrdup(NameStr(row->attname));
		if (row->attnum <= 0 || (!fresh && gathered.columns.count(row->attnum) == 0))
			return;

		Address address{RelationRelationId, facts->oid, row->attnum};
		if (row->attisdropped) {
			gathered.found.ended.push_back(address);
			return;
		}
		gather(gathered, What::column, address, facts, heap_copytuple(tuple));
		if (fresh && row->atthasdef && row->attgenerated == '\0')
			gather_default(gathered, facts, row->attnum);
	});
}

static void
gather_table(Gathered &gathered, const Facts *facts, const Ask &ask)
{
	Address address{RelationRelationId, facts->oid, 0};
	bool all = ask.all;

	if (!ask.created) {
		const Known *known = live(gathered.known, address);

		/* Made while nobody looked: everything of it is new to the versions. */
		if (known == nullptr || known->identity.size() != 2) {
			gathered.found.others[address] = ask;
			return;
		}
		all = all || known->identity[0] != facts->schema || known->identity[1] != facts->name;
	}
	if (all || ask.parts.count(0) > 0 || is_fresh(facts->tuple))
		gather(gathered, What::table, address, facts, facts->tuple);

	gathered.columns = ask.parts;
	if (!all && !ask.rows && ask.parts.size() == 1 && ask.parts.count(0) > 0)
		return;
	scan(ConstraintRelationId, ConstraintRelidTypidNameIndexId, Anum_pg_constraint_conrelid, facts->oid,
		 [&](HeapTuple tuple) {
			 auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
			 bool fresh = all || is_fresh(tuple);

			 /* Foreign keys name an index, too. */
			 if (OidIsValid(row->conindid) && row->contype != CONSTRAINT_FOREIGN)
				 gathered.constraints[row->conindid] = row->oid;
			 if (row->contype == 'n') {
				 note_not_null(const_cast<Facts *>(facts), tuple);
				 if (fresh && facts->not_nulls != nullptr)
					 gathered.columns.insert(facts->not_nulls->column);
			 }
			 if (fresh && is_object(row))
				 gather(gathered, What::constraint, {ConstraintRelationId, row->oid, 0}, facts, heap_copytuple(tuple));
		 });
	gather_columns(gathered, facts, all);
	if (!facts->row->relhasindex)
		return;
	scan(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, facts->oid, [&](HeapTuple tuple) {
		auto *row = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));

		if (!all && !is_fresh(tuple))
			return;
		/* Of those without a constraint the table's scan has told as well. */
		gathered.constraints.try_emplace(row->indexrelid, InvalidOid);
		gather_index(gathered, facts, row->indexrelid, SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(row->indexrelid)));
	});
}

static void
gather_view(Gathered &gathered, const Facts *facts)
{
	gather(gathered, What::view, {RelationRelationId, facts->oid, 0}, facts, facts->tuple);
	scan(AttributeRelationId, AttributeRelidNumIndexId, Anum_pg_attribute_attrelid, facts->oid, [&](HeapTuple tuple) {
		auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));

		if (row->attnum > 0 && !row->attisdropped)
			gather(gathered, What::view_column, {RelationRelationId, facts->oid, row->attnum}, facts,
				   heap_copytuple(tuple));
	});
}

/* False: its table has something special. */
static bool
gather_index_of(Gathered &gathered, const Address &address, HeapTuple tuple)
{
	Oid table = IndexGetRelation(address.objid, true);
	const Facts *whole = OidIsValid(table) ? facts_of(gathered, table) : nullptr;

	if (reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relispartition || whole == nullptr || !whole->ordinary)
		return false;
	gather_index(gathered, whole, address.objid, tuple);
	/* It may have become one that is behind a constraint. */
	if (gathered.seen.count({What::index, address}) == 0)
		gathered.found.ended.push_back(address);
	return true;
}

static Oid
constraint_behind(const Gathered &gathered, Oid index)
{
	auto known = gathered.constraints.find(index);

	return known != gathered.constraints.end() ? known->second : InvalidOid;
}

static void
gather_relation(Gathered &gathered, const Address &address, const Ask &ask)
{
	/* The index of a constraint that was read just now: an object of its own it may have been while it was built. */
	if (ask.created && OidIsValid(constraint_behind(gathered, address.objid))) {
		gathered.found.ended.push_back(address);
		return;
	}

	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(address.objid));

	if (!HeapTupleIsValid(tuple)) {
		gathered.found.ended.push_back(address);
		return;
	}

	auto *row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
	bool done = row->relkind == RELKIND_TOASTVALUE || row->relpersistence == RELPERSISTENCE_TEMP ||
				IsToastNamespace(row->relnamespace);

	if (!done && row->relkind == RELKIND_INDEX) {
		done = gather_index_of(gathered, address, tuple);
	} else if (!done) {
		const Facts *facts = facts_of(gathered, address.objid);

		done = facts != nullptr && facts->users;
		if (done && facts->ordinary)
			gather_table(gathered, facts, ask);
		else if (done && row->relkind == RELKIND_VIEW)
			gather_view(gathered, facts);
		else if (done && row->relkind == RELKIND_SEQUENCE)
			gather(gathered, What::sequence, address, facts, facts->tuple);
		else
			done = false;
	}
	if (!done)
		gathered.found.others[address] = ask;
}

/* A constraint of a table; those of domains are read with them. */
static void
gather_constraint(Gathered &gathered, const Address &address, const Ask &ask)
{
	if (gathered.seen.count({What::constraint, address}) > 0)
		return;

	HeapTuple tuple = SearchSysCacheCopy1(CONSTROID, ObjectIdGetDatum(address.objid));

	if (!HeapTupleIsValid(tuple)) {
		gathered.found.ended.push_back(address);
		return;
	}

	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
	const Facts *facts = OidIsValid(row->conrelid) ? facts_of(gathered, row->conrelid) : nullptr;

	if (facts == nullptr || !facts->ordinary || row->contype == 'n')
		gathered.found.others[address] = ask;
	else if (is_object(row))
		gather(gathered, What::constraint, address, facts, tuple);
	else
		gathered.found.ended.push_back(address);
}

/* Of a catalog that has no cache by OID: what to do with the row, if there is one. */
template <typename Row>
static void
gather_row(Gathered &gathered, const Address &address, Oid index, AttrNumber oid_column, Row &&row)
{
	HeapTuple found = nullptr;

	scan(address.classid, index, oid_column, address.objid, [&](HeapTuple tuple) { found = heap_copytuple(tuple); });
	if (found != nullptr)
		row(found);
	else
		gathered.found.ended.push_back(address);
}

static void
gather_of(Gathered &gathered, const Address &address, const Ask &ask)
{
	/* Of these the kind's query wants to know the relation. */
	auto query = [&](const char *kind, Oid relid) {
		gathered.found.queries[kind].insert(relid);
		gathered.found.awaited.push_back({address, kind, relid});
	};

	if (ask.gone) {
		gathered.found.ended.push_back(address);
		return;
	}
	switch (address.classid) {
	case RelationRelationId:
		gather_relation(gathered, address, ask);
		break;
	case ConstraintRelationId:
		gather_constraint(gathered, address, ask);
		break;
	case AttrDefaultRelationId:
		if (gathered.seen.count({What::default_, address}) > 0)
			break;
		gather_row(gathered, address, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, [&](HeapTuple tuple) {
			auto *row = reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(tuple));
			const Facts *facts = facts_of(gathered, row->adrelid);

			if (facts != nullptr && facts->ordinary && get_attgenerated(row->adrelid, row->adnum) == '\0')
				gather(gathered, What::default_, address, facts, tuple);
			else
				gathered.found.others[address] = ask;
		});
		break;
	case RewriteRelationId:
		gather_row(gathered, address, RewriteOidIndexId, Anum_pg_rewrite_oid, [&](HeapTuple tuple) {
			auto *row = reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple));
			const Facts *facts = facts_of(gathered, row->ev_class);

			if (row->ev_type != '1')
				query("rule", row->ev_class);
			else if (facts != nullptr && facts->users && facts->row->relkind == RELKIND_VIEW)
				gather_view(gathered, facts);
			else
				gathered.found.others[address] = ask;
		});
		break;
	case TriggerRelationId:
		gather_row(gathered, address, TriggerOidIndexId, Anum_pg_trigger_oid, [&](HeapTuple tuple) {
			auto *row = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));

			if (!row->tgisinternal)
				query("trigger", row->tgrelid);
		});
		break;
	case PolicyRelationId:
		gather_row(gathered, address, PolicyOidIndexId, Anum_pg_policy_oid, [&](HeapTuple tuple) {
			query("policy", reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple))->polrelid);
		});
		break;
	case TypeRelationId: {
		HeapTuple tuple = SearchSysCacheCopy1(TYPEOID, ObjectIdGetDatum(address.objid));

		if (!HeapTupleIsValid(tuple)) {
			gathered.found.ended.push_back(address);
			break;
		}

		auto *row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
		bool row_type = OidIsValid(row->typrelid) && get_rel_relkind(row->typrelid) != RELKIND_COMPOSITE_TYPE;

		/* Row types and arrays come and go with what they are of. */
		if (!row_type && !IsTrueArrayType(row))
			gathered.found.others[address] = ask;
		break;
	}
	default:
		gathered.found.others[address] = ask;
	}
}

/* What was made together lies together; most of it is in three catalogs. */
static void
read_edges(const Asks &asks, const Access &access)
{
	constexpr Oid near = 16;
	auto is_read = [](const auto &ask) {
		return ask.second.created &&
			   (ask.first.classid == RelationRelationId || ask.first.classid == ConstraintRelationId ||
				ask.first.classid == AttrDefaultRelationId);
	};

	for (auto ask = asks.begin(); ask != asks.end(); ++ask) {
		if (!is_read(*ask) || !access.edges.try_emplace(ask->first).second)
			continue;

		auto last = ask;

		for (auto next = std::next(ask);
			 next != asks.end() && is_read(*next) && next->first.classid == ask->first.classid &&
			 next->first.objid - last->first.objid <= near && access.edges.try_emplace(next->first).second;
			 ++next)
			last = next;
		access.depend.read_near(ask->first, last->first.objid, access.edges);
		ask = last;
	}
}

} // namespace raw

void
read(const Asks &asks, const KnownVersions &known, const Access &access, Found &found)
{
	Gathered gathered{known, access, found, {}, {}, {}, {}, {}};

	guard([&] {
		MemoryContext memory =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard catalog rows", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);

		/* The settings are taken on late; this one tells in every name. */
		if (quote_all_identifiers)
			pg::raw::begin_reading(&access.reading);
		raw::read_edges(asks, access);
		for (const auto &ask : asks)
			raw::gather_of(gathered, ask.first, ask.second);
		for (const Item &item : gathered.items) {
			CHECK_FOR_INTERRUPTS();
			raw::form(item, access, found);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});
	for (catalog::Object &object : found.objects) {
		if (object.kind().translate != nullptr)
			object.kind().translate(object, PG_VERSION_NUM);
	}
}

} // namespace schema_guard::pg::rows
