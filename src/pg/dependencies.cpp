/*
 * dependencies.cpp - scans of pg_depend and pg_shdepend by their indexes.
 */
#include "schema_guard/pg/dependencies.hpp"

#include "schema_guard/pg/boundary.hpp"

extern "C" {
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_shdepend.h"
}

namespace schema_guard::pg::dependencies {

/* Server calls; only inside guard(). */
namespace raw {

namespace {

/* From the side that the index leads with to the other. */
void
scan(Relation relation, Relation index, bool of, const Address &object, Edges &edges)
{
	ScanKeyData key[3];

	ScanKeyInit(&key[0], of ? Anum_pg_depend_classid : Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object.classid));
	ScanKeyInit(&key[1], of ? Anum_pg_depend_objid : Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object.objid));
	ScanKeyInit(&key[2], of ? Anum_pg_depend_objsubid : Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(object.objsubid));

	SysScanDesc rows = systable_beginscan_ordered(relation, index, nullptr, object.objsubid != 0 ? 3 : 2, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(rows, ForwardScanDirection))) {
		auto *form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
		Address from{form->classid, form->objid, form->objsubid};
		Address to{form->refclassid, form->refobjid, form->refobjsubid};

		if (of)
			edges.push_back({to, from, form->deptype});
		else
			edges.push_back({from, to, form->deptype});
	}
	systable_endscan_ordered(rows);
}

} // namespace

void
Reader::open()
{
	ResourceOwner caller = CurrentResourceOwner;

	if (relation_ != nullptr)
		return;
	CurrentResourceOwner = owner_;
	relation_ = table_open(DependRelationId, AccessShareLock);
	index_ = index_open(DependDependerIndexId, AccessShareLock);
	CurrentResourceOwner = caller;
}

void
Reader::read(const Address &object, Edges &edges)
{
	open();
	scan(relation_, index_, true, object, edges);
}

void
Reader::read_near(const Address &first, Oid last, EdgesOf &edges)
{
	ScanKeyData key[3];

	open();
	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(first.classid));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTGreaterEqualStrategyNumber, F_OIDGE, ObjectIdGetDatum(first.objid));
	ScanKeyInit(&key[2], Anum_pg_depend_objid, BTLessEqualStrategyNumber, F_OIDLE, ObjectIdGetDatum(last));

	SysScanDesc rows = systable_beginscan_ordered(relation_, index_, nullptr, 3, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(rows, ForwardScanDirection))) {
		auto *form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));

		edges[{form->classid, form->objid, 0}].push_back({{form->refclassid, form->refobjid, form->refobjsubid},
														  {form->classid, form->objid, form->objsubid},
														  form->deptype});
	}
	systable_endscan_ordered(rows);
}

const Edges &
Reader::read(const Address &object, EdgesOf &edges)
{
	auto [found, fresh] = edges.try_emplace(object);

	if (fresh)
		read(object, found->second);
	return found->second;
}

void
Reader::close()
{
	if (relation_ == nullptr)
		return;
	index_close(index_, AccessShareLock);
	table_close(relation_, AccessShareLock);
	relation_ = index_ = nullptr;
}

} // namespace raw

Edges
of(const Address &object)
{
	Edges edges;
	raw::Reader reader;

	guard([&] {
		reader.read({object.classid, object.objid, 0}, edges);
		reader.close();
	});
	return edges;
}

Edges
on(const Address &object)
{
	Edges edges;

	guard([&] {
		Relation relation = table_open(DependRelationId, AccessShareLock);
		Relation index = index_open(DependReferenceIndexId, AccessShareLock);

		raw::scan(relation, index, false, {object.classid, object.objid, 0}, edges);
		index_close(index, AccessShareLock);
		table_close(relation, AccessShareLock);
	});
	return edges;
}

std::vector<Address>
of_role(Oid role)
{
	std::vector<Address> objects;

	guard([&] {
		Relation relation = table_open(SharedDependRelationId, AccessShareLock);
		ScanKeyData key[2];

		ScanKeyInit(&key[0], Anum_pg_shdepend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(AuthIdRelationId));
		ScanKeyInit(&key[1], Anum_pg_shdepend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));

		SysScanDesc rows = systable_beginscan(relation, SharedDependReferenceIndexId, true, nullptr, 2, key);
		HeapTuple tuple;

		while (HeapTupleIsValid(tuple = systable_getnext(rows))) {
			auto *form = reinterpret_cast<Form_pg_shdepend>(GETSTRUCT(tuple));

			if (form->dbid == MyDatabaseId)
				objects.push_back({form->classid, form->objid, form->objsubid});
		}
		systable_endscan(rows);
		table_close(relation, AccessShareLock);
	});
	return objects;
}

std::vector<Address>
operators_beside(Oid id)
{
	std::vector<Address> operators;
	auto add = [&](Oid other) {
		if (other >= FirstNormalObjectId && other != id)
			operators.push_back({OperatorRelationId, other, 0});
	};

	guard([&] {
		HeapTuple own = SearchSysCache1(OPEROID, ObjectIdGetDatum(id));

		if (HeapTupleIsValid(own)) {
			auto *row = reinterpret_cast<Form_pg_operator>(GETSTRUCT(own));

			add(row->oprcom);
			add(row->oprnegate);
			ReleaseSysCache(own);
			return;
		}
		/* It is gone, and so are the links to it. */
		Relation relation = table_open(OperatorRelationId, AccessShareLock);
		ScanKeyData key;

		ScanKeyInit(&key, Anum_pg_operator_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
					ObjectIdGetDatum(FirstNormalObjectId));

		SysScanDesc rows = systable_beginscan(relation, OperatorOidIndexId, true, nullptr, 1, &key);
		HeapTuple tuple;

		while (HeapTupleIsValid(tuple = systable_getnext(rows)))
			add(reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oid);
		systable_endscan(rows);
		table_close(relation, AccessShareLock);
	});
	return operators;
}

std::vector<Address>
operator_families()
{
	std::vector<Address> families;

	guard([&] {
		Relation relation = table_open(OperatorFamilyRelationId, AccessShareLock);
		ScanKeyData key;

		ScanKeyInit(&key, Anum_pg_opfamily_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
					ObjectIdGetDatum(FirstNormalObjectId));

		SysScanDesc rows = systable_beginscan(relation, OpfamilyOidIndexId, true, nullptr, 1, &key);
		HeapTuple tuple;

		while (HeapTupleIsValid(tuple = systable_getnext(rows)))
			families.push_back(
				{OperatorFamilyRelationId, reinterpret_cast<Form_pg_opfamily>(GETSTRUCT(tuple))->oid, 0});
		systable_endscan(rows);
		table_close(relation, AccessShareLock);
	});
	return families;
}

bool
exists(const Address &object)
{
	return guard([&] {
		if (!is_objectclass_supported(object.classid))
			return false;

		Relation catalog = table_open(object.classid, AccessShareLock);
		bool found =
			HeapTupleIsValid(get_catalog_object_by_oid(catalog, get_object_attnum_oid(object.classid), object.objid));

		table_close(catalog, AccessShareLock);
		return found;
	});
}

} // namespace schema_guard::pg::dependencies
