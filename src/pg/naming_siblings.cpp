/*
 * naming_siblings.cpp - the names a name must not look like.
 */
#include "schema_guard/pg/naming_catalog.hpp"

namespace schema_guard::pg::raw {

struct GroupScan {
	AttrNumber container; /* the column that holds NameGroup::container; 0 for none */
	AttrNumber name;
	Oid index; /* on the container; without one the catalog is read whole */
};

static GroupScan
group_scan(const NameGroup &group)
{
	switch (group.catalog) {
	case RelationRelationId:
		return {Anum_pg_class_relnamespace, Anum_pg_class_relname, InvalidOid};
	case AttributeRelationId:
		return {Anum_pg_attribute_attrelid, Anum_pg_attribute_attname, AttributeRelidNumIndexId};
	case ConstraintRelationId:
		if (group.kind == 'd')
			return {Anum_pg_constraint_contypid, Anum_pg_constraint_conname, ConstraintTypidIndexId};
		return {Anum_pg_constraint_conrelid, Anum_pg_constraint_conname, ConstraintRelidTypidNameIndexId};
	case TypeRelationId:
		return {Anum_pg_type_typnamespace, Anum_pg_type_typname, InvalidOid};
	case ProcedureRelationId:
		return {Anum_pg_proc_pronamespace, Anum_pg_proc_proname, InvalidOid};
	case TriggerRelationId:
		return {Anum_pg_trigger_tgrelid, Anum_pg_trigger_tgname, TriggerRelidNameIndexId};
	case PolicyRelationId:
		return {Anum_pg_policy_polrelid, Anum_pg_policy_polname, PolicyPolrelidPolnameIndexId};
	case NamespaceRelationId:
		return {0, Anum_pg_namespace_nspname, InvalidOid};
	default:
		return {0, Anum_pg_authid_rolname, InvalidOid};
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

	SysScanDesc scan = systable_beginscan(catalog, columns.index, OidIsValid(columns.index), nullptr,
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

} // namespace schema_guard::pg::raw
