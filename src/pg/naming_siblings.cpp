/*
 * naming_siblings.cpp - names beside a name, now and when the statement began.
 */
#include "schema_guard/pg/naming_catalog.hpp"

namespace schema_guard::pg::raw {

/* How the names of a group are found in their catalog. */
struct GroupScan {
	AttrNumber container; /* the column that holds NameGroup::container; 0 for none */
	AttrNumber name;
	Oid list_index;	   /* on the container; without one the catalog is read whole */
	Oid name_index;	   /* on the name, or on container and name */
	bool of_container; /* name_index begins with the container */
};

static GroupScan
group_scan(const NameGroup &group)
{
	switch (group.catalog) {
	case RelationRelationId:
		return {Anum_pg_class_relnamespace, Anum_pg_class_relname, InvalidOid, ClassNameNspIndexId, false};
	case AttributeRelationId:
		return {Anum_pg_attribute_attrelid, Anum_pg_attribute_attname, AttributeRelidNumIndexId,
				AttributeRelidNameIndexId, true};
	case ConstraintRelationId:
		if (group.kind == 'd')
			return {Anum_pg_constraint_contypid, Anum_pg_constraint_conname, ConstraintTypidIndexId,
					ConstraintNameNspIndexId, false};
		return {Anum_pg_constraint_conrelid, Anum_pg_constraint_conname, ConstraintRelidTypidNameIndexId,
				ConstraintNameNspIndexId, false};
	case TypeRelationId:
		return {Anum_pg_type_typnamespace, Anum_pg_type_typname, InvalidOid, TypeNameNspIndexId, false};
	case ProcedureRelationId:
		return {Anum_pg_proc_pronamespace, Anum_pg_proc_proname, InvalidOid, ProcedureNameArgsNspIndexId, false};
	case TriggerRelationId:
		return {Anum_pg_trigger_tgrelid, Anum_pg_trigger_tgname, TriggerRelidNameIndexId, TriggerRelidNameIndexId,
				true};
	case PolicyRelationId:
		return {Anum_pg_policy_polrelid, Anum_pg_policy_polname, PolicyPolrelidPolnameIndexId,
				PolicyPolrelidPolnameIndexId, true};
	case NamespaceRelationId:
		return {0, Anum_pg_namespace_nspname, InvalidOid, NamespaceNameIndexId, false};
	default:
		return {0, Anum_pg_authid_rolname, InvalidOid, AuthIdRolnameIndexId, false};
	}
}

/* Does a row of the catalog belong to the group?  Its container does already. */
static bool
in_group(const NameGroup &group, HeapTuple tuple)
{
	if (group.catalog == RelationRelationId) {
		char kind = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relkind;
		bool index = kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;

		return group.kind == 'i' ? index : (group.kind == 'S') == (kind == RELKIND_SEQUENCE) && !index;
	}
	if (group.catalog == AttributeRelationId) {
		auto form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));

		return form->attnum > 0 && !form->attisdropped;
	}
	if (group.catalog == TypeRelationId)
		return !IsTrueArrayType(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple)));
	if (group.catalog == TriggerRelationId)
		return !reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple))->tgisinternal;
	return true;
}

void
list_names(const NameGroup &group, std::vector<std::string> &names)
{
	GroupScan columns = group_scan(group);
	Relation catalog = table_open(group.catalog, AccessShareLock);
	ScanKeyData key;

	if (columns.container != 0)
		ScanKeyInit(&key, columns.container, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(group.container));

	SysScanDesc scan = systable_beginscan(catalog, columns.list_index, OidIsValid(columns.list_index), nullptr,
										  columns.container != 0 ? 1 : 0, &key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		bool isnull;

		if (!in_group(group, tuple))
			continue;

		Datum name = heap_getattr(tuple, columns.name, RelationGetDescr(catalog), &isnull);

		add(names, NameStr(*DatumGetName(name)));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

bool
was_there(const LocatedName &name)
{
	if (!ActiveSnapshotSet())
		return false;

	const NameGroup &group = name.group;
	GroupScan columns = group_scan(group);
	const std::string &text = name.object.name;
	Relation catalog = table_open(group.catalog, AccessShareLock);
	TupleDesc row = RelationGetDescr(catalog);
	ScanKeyData key[2];
	int keys = 0;
	NameData wanted;
	bool found = false;

	namestrcpy(&wanted, pg_any_to_server(text.c_str(), static_cast<int>(text.size()), PG_UTF8));
	if (columns.of_container)
		ScanKeyInit(&key[keys++], columns.container, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(group.container));
	ScanKeyInit(&key[keys++], columns.name, BTEqualStrategyNumber, F_NAMEEQ, NameGetDatum(&wanted));

	/* The active snapshot is that of the statement: it does not see what the statement has done. */
	SysScanDesc scan = systable_beginscan(catalog, columns.name_index, true, GetActiveSnapshot(), keys, key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		bool isnull;
		bool here = columns.container == 0 ||
					DatumGetObjectId(heap_getattr(tuple, columns.container, row, &isnull)) == group.container;
		/* Functions share names; each has its own. */
		bool same = group.catalog != ProcedureRelationId ||
					reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->oid == name.address.objid;

		found = found || (here && same);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

} // namespace schema_guard::pg::raw
