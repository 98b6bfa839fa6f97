/*
 * objects.cpp - object addresses described by PostgreSQL's own objectaddress.c.
 */
#include "schema_guard/pg/objects.hpp"

#include "schema_guard/pg/boundary.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_parameter_acl.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
}

namespace schema_guard::pg {

ObjectAddress
to_object_address(const Address &address) noexcept
{
	return {address.classid, address.objid, address.objsubid};
}

Address
canonical(const Address &address) noexcept
{
	if (address.classid == InheritsRelationId || address.classid == IndexRelationId)
		return {RelationRelationId, address.objid, 0};
	return address;
}

namespace {

/* Server calls; only inside guard(). */
namespace raw {

/* Kinds that objectaddress.c describes without raising; pg_db_role_setting and their like have no identity. */
bool
has_identity(Oid classid)
{
	return classid == LargeObjectRelationId || is_objectclass_supported(classid);
}

bool
internal_type(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool internal = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	auto *form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
	if (IsTrueArrayType(form) || form->typtype == TYPTYPE_MULTIRANGE)
		internal = true;
	else if (OidIsValid(form->typrelid))
		internal = get_rel_relkind(form->typrelid) != RELKIND_COMPOSITE_TYPE;
	ReleaseSysCache(tuple);
	return internal;
}

bool
internal_relation(Oid relid)
{
	char kind = get_rel_relkind(relid);

	return kind == RELKIND_TOASTVALUE || kind == RELKIND_COMPOSITE_TYPE || IsToastNamespace(get_rel_namespace(relid));
}

/* The name and schema columns of the object's own catalog row, where its kind has them. */
void
own_row(const Address &address, Described &described)
{
	AttrNumber name_column = get_object_attnum_name(address.classid);
	AttrNumber schema_column = get_object_attnum_namespace(address.classid);

	if (name_column == InvalidAttrNumber && schema_column == InvalidAttrNumber)
		return;

	Relation catalog = table_open(address.classid, AccessShareLock);
	HeapTuple tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(address.classid), address.objid);

	if (HeapTupleIsValid(tuple)) {
		bool isnull;

		if (name_column != InvalidAttrNumber) {
			Datum name = heap_getattr(tuple, name_column, RelationGetDescr(catalog), &isnull);
			if (!isnull)
				described.name.assign(NameStr(*DatumGetName(name)));
		}
		if (schema_column != InvalidAttrNumber) {
			Datum schema = heap_getattr(tuple, schema_column, RelationGetDescr(catalog), &isnull);
			if (!isnull && OidIsValid(DatumGetObjectId(schema))) {
				const char *schema_name = get_namespace_name_or_temp(DatumGetObjectId(schema));

				described.temporary = isAnyTempNamespace(DatumGetObjectId(schema));
				if (schema_name != nullptr)
					described.schema.assign(schema_name);
			}
		}
	}
	table_close(catalog, AccessShareLock);
}

void
describe_one(const Address &address, Described &described)
{
	ObjectAddress object = to_object_address(address);
	List *names = NIL;
	List *arguments = NIL;

	if (!has_identity(address.classid))
		return;
	char *identity = getObjectIdentityParts(&object, &names, &arguments, true);
	char *type = identity ? getObjectTypeDescription(&object, true) : nullptr;
	if (identity == nullptr || type == nullptr)
		return;
	described.identity.assign(identity);
	described.object_type.assign(type);

	if (address.classid != LargeObjectRelationId)
		own_row(address, described);
	if (address.objsubid != 0 && names != NIL)
		described.name.assign(static_cast<const char *>(llast(names)));
	/* Parts of a temporary relation have no schema of their own, but their address names it. */
	if (list_length(names) > 1 && strcmp(static_cast<const char *>(linitial(names)), "pg_temp") == 0)
		described.temporary = true;
	if (address.classid == NamespaceRelationId && isAnyTempNamespace(address.objid))
		described.temporary = true;

	switch (address.classid) {
	case TypeRelationId:
		described.internal = internal_type(address.objid);
		break;
	case RelationRelationId:
		described.internal = internal_relation(address.objid);
		break;
	case AttrDefaultRelationId:
		described.internal = true;
		break;
	case RewriteRelationId:
		described.internal = described.name == "_RETURN";
		break;
	default:
		break;
	}
}

} // namespace raw

} // namespace

void
describe(const std::vector<Address> &addresses, std::vector<Described> &described)
{
	described.resize(addresses.size());
	if (addresses.empty())
		return;
	guard([&] {
		for (size_t i = 0; i < addresses.size(); i++)
			raw::describe_one(addresses[i], described[i]);
	});
}

Described
describe(const Address &address)
{
	Described described;

	guard([&] { raw::describe_one(address, described); });
	return described;
}

Described
describe_unseen(const Address &address)
{
	Described described;

	if (address.classid == TypeRelationId || address.classid == ConstraintRelationId || address.classid == AttrDefaultRelationId) {
		described.internal = true; /* comes with its relation */
		return described;
	}
	/* Known by its number, which needs no row to be seen. */
	if (address.classid == LargeObjectRelationId) {
		described.object_type = "large object";
		described.identity = std::to_string(address.objid);
		return described;
	}
	if (address.classid != RelationRelationId)
		return describe(address);
	guard([&] {
		Relation catalog = table_open(RelationRelationId, AccessShareLock);
		ScanKeyData key;

		ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(address.objid));
		SysScanDesc scan = systable_beginscan(catalog, ClassOidIndexId, true, SnapshotSelf, 1, &key);
		HeapTuple tuple = systable_getnext(scan);

		if (HeapTupleIsValid(tuple)) {
			auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
			const char *schema = get_namespace_name_or_temp(form->relnamespace);

			described.name.assign(NameStr(form->relname));
			described.schema.assign(schema ? schema : "");
			described.identity.assign(quote_qualified_identifier(schema, NameStr(form->relname)));
			described.object_type.assign(form->relkind == RELKIND_INDEX ? "index" : "table");
			described.temporary = form->relpersistence == RELPERSISTENCE_TEMP;
			described.internal = form->relkind == RELKIND_TOASTVALUE || IsToastNamespace(form->relnamespace);
		}
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	});
	return described;
}

} // namespace schema_guard::pg
