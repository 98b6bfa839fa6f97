/*
 * objects.cpp - object addresses described by PostgreSQL's own objectaddress.c.
 */
#include "schema_guard/pg/objects.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"

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
#include "storage/lmgr.h"
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

/* Relations described in one go. */
using Relations = std::map<Oid, Described>;

/*
 * What a relation has been made with, of which nothing need be looked up: its row type, and its array type that
 * heap_create_with_catalog() makes right after it, the rule that a view is, its constraints.
 */
struct Company {
	std::vector<Oid> row_types;
	Parts parts;
	bool array_type_follows = false;
};

/* Asked for each in turn; false when it has to be looked up. */
bool
knows(Company &company, const Address &address, bool created, Described &described)
{
	bool type = address.classid == TypeRelationId;
	bool row_type =
		type && std::find(company.row_types.begin(), company.row_types.end(), address.objid) != company.row_types.end();
	bool array_type = type && company.array_type_follows && created;

	company.array_type_follows = row_type;
	if (row_type || array_type) {
		described.internal = true;
		return true;
	}
	auto part = company.parts.find(address);
	if (part == company.parts.end())
		return false;
	described = part->second;
	return true;
}

/* Server calls; only inside guard(). */
namespace raw {

/* Kinds that objectaddress.c describes without raising; pg_db_role_setting and their like have no identity. */
bool
has_identity(Oid classid)
{
	return classid == LargeObjectRelationId || is_objectclass_supported(classid);
}

/* A row type, an array type, a multirange; or one that is temporary, which the caller cares as little about. */
bool
incidental_type(Oid type, Described &described)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));

	if (!HeapTupleIsValid(tuple))
		return true;
	auto *form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
	if (IsTrueArrayType(form) || form->typtype == TYPTYPE_MULTIRANGE)
		described.internal = true;
	else if (OidIsValid(form->typrelid))
		described.internal = get_rel_relkind(form->typrelid) != RELKIND_COMPOSITE_TYPE;
	described.temporary = isAnyTempNamespace(form->typnamespace);
	ReleaseSysCache(tuple);
	return described.internal || described.temporary;
}

void
assign(std::string &to, const char *text)
{
	to.assign(text == nullptr ? "" : text);
}

/* From its row in pg_class alone; nothing to know about what is temporary or internal but that it is. */
void
describe_relation_row(Oid relid, const FormData_pg_class *form, Described &described)
{
	described.temporary = form->relpersistence == RELPERSISTENCE_TEMP;
	described.internal = form->relkind == RELKIND_TOASTVALUE || form->relkind == RELKIND_COMPOSITE_TYPE ||
						 IsToastNamespace(form->relnamespace);
	if (form->relkind == RELKIND_COMPOSITE_TYPE)
		described.composite = form->reltype;
	else
		described.row_type = form->reltype;
	if (described.temporary || (described.internal && !OidIsValid(described.composite)))
		return;

	const char *schema = get_namespace_name(form->relnamespace);
	const char *word = relation_word(form->relkind);

	if (word == nullptr) {
		ObjectAddress object = {RelationRelationId, relid, 0};

		word = getObjectTypeDescription(&object, true);
	}
	assign(described.object_type, word);
	assign(described.schema, schema);
	assign(described.name, NameStr(form->relname));
	assign(described.identity, quote_qualified_identifier(schema, NameStr(form->relname)));
}

/*
 * A relation is asked for again by its columns and constraints.  created: by this command, which has left it in the
 * relation cache; of others, only the row is cheap.
 */
const Described &
describe_relation(Relations &relations, Oid relid, bool created)
{
	auto [known, fresh] = relations.try_emplace(relid);

	if (!fresh)
		return known->second;
	if (created) {
		Relation relation = RelationIdGetRelation(relid);

		if (RelationIsValid(relation)) {
			describe_relation_row(relid, relation->rd_rel, known->second);
			if (relation->rd_rules != nullptr && relation->rd_rel->relkind == RELKIND_VIEW)
				known->second.rule = relation->rd_rules->rules[0]->ruleId;
			RelationClose(relation);
		}
		return known->second;
	}
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (HeapTupleIsValid(tuple)) {
		describe_relation_row(relid, reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple)), known->second);
		ReleaseSysCache(tuple);
	}
	return known->second;
}

/* A column, or a constraint, of a relation that stands in described; gone ones lose their identity. */
void
describe_part(const char *name, const char *word, Described &described)
{
	if (name == nullptr)
		described.identity.clear();
	if (described.identity.empty())
		return;
	assign(described.name, name);
	if (word != nullptr) {
		assign(described.object_type, word);
		assign(described.identity, psprintf("%s on %s", quote_identifier(name), described.identity.c_str()));
	} else {
		described.object_type.append(" column");
		described.identity.append(".").append(quote_identifier(name));
	}
}

/* False for constraints of domains. */
bool
describe_constraint(Relations &relations, Oid constraint, Described &described)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));

	if (!HeapTupleIsValid(tuple))
		return true;
	auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
	bool on_relation = OidIsValid(form->conrelid);

	if (on_relation) {
		described = describe_relation(relations, form->conrelid, false);
		describe_part(NameStr(form->conname), "table constraint", described);
	}
	ReleaseSysCache(tuple);
	return on_relation;
}

/* The triggers that a foreign key, or a constraint that can be deferred, is made of. */
void
add_constraint_triggers(Oid constraint, Parts &parts)
{
	Relation catalog = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgconstraint, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(constraint));
	SysScanDesc scan = systable_beginscan(catalog, TriggerConstraintIndexId, true, nullptr, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
		auto *form = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));

		if (form->tgisinternal)
			parts[{TriggerRelationId, form->oid, 0}].internal = true;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Constraints; when they are dropped also the indexes that bear their names, and their triggers. */
void
add_constraints(Oid relid, const Described &relation, bool dropped, Parts &parts)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	SysScanDesc scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
		auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
		const char *name = NameStr(form->conname);
		Described &constraint = parts[{ConstraintRelationId, form->oid, 0}];

		constraint = relation;
		describe_part(name, "table constraint", constraint);
		if (!dropped)
			continue;
		if (form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE ||
			form->contype == CONSTRAINT_EXCLUSION) {
			Described &index = parts[{RelationRelationId, form->conindid, 0}];

			index.schema = relation.schema;
			assign(index.object_type, "index");
			assign(index.name, name);
			assign(index.identity, quote_qualified_identifier(relation.schema.c_str(), name));
		}
		if (form->contype == CONSTRAINT_FOREIGN || form->condeferrable)
			add_constraint_triggers(form->oid, parts);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Constraints of a new table are read together. */
void
read_company(const std::vector<Address> &addresses, size_t created, const std::vector<Described> &described,
			 Company &company)
{
	bool constraints = false;

	for (size_t i = 0; i < created; i++)
		constraints = constraints || addresses[i].classid == ConstraintRelationId;
	for (size_t i = 0; i < addresses.size(); i++) {
		if (OidIsValid(described[i].row_type))
			company.row_types.push_back(described[i].row_type);
		if (OidIsValid(described[i].rule))
			company.parts[{RewriteRelationId, described[i].rule, 0}].internal = true;
		if (constraints && i < created && described[i].object_type == "table")
			add_constraints(addresses[i].objid, described[i], false, company.parts);
	}
}

void
add_parts(Oid relid, Described &described, Parts &parts)
{
	/* Not the relation cache: the drop of each part empties it. */
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		return;
	auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));

	describe_relation_row(relid, form, described);
	if (OidIsValid(form->reltoastrelid))
		parts[{RelationRelationId, form->reltoastrelid, 0}].internal = true;
	if (form->relkind == RELKIND_VIEW || form->relkind == RELKIND_MATVIEW) {
		Oid rule = get_rewrite_oid(relid, "_RETURN", true);

		if (OidIsValid(rule))
			parts[{RewriteRelationId, rule, 0}].internal = true;
	} else if ((form->relchecks > 0 || form->relhasindex || form->relhastriggers) && !described.identity.empty())
		add_constraints(relid, described, true, parts);
	ReleaseSysCache(tuple);
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

/* A trigger that a foreign key is made of, the rule that a view is. */
bool
is_part_by_row(const Address &address)
{
	Relation catalog = table_open(address.classid, AccessShareLock);
	HeapTuple tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(address.classid), address.objid);
	bool part = false;

	if (HeapTupleIsValid(tuple) && address.classid == TriggerRelationId)
		part = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple))->tgisinternal;
	else if (HeapTupleIsValid(tuple))
		part = strcmp(NameStr(reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple))->rulename), "_RETURN") == 0;
	table_close(catalog, AccessShareLock);
	return part;
}

/* Whatever has no way of its own below: the server knows every kind. */
void
describe_any(const Address &address, Described &described)
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
	/* Parts of a temporary relation have no schema of their own, but their address names it. */
	if (list_length(names) > 1 && strcmp(static_cast<const char *>(linitial(names)), "pg_temp") == 0)
		described.temporary = true;
	if (address.classid == NamespaceRelationId && isAnyTempNamespace(address.objid))
		described.temporary = true;
}

void
describe_one(Relations &relations, const Address &address, bool created, Described &described)
{
	switch (address.classid) {
	case AttrDefaultRelationId:
		described.internal = true;
		return;
	case RelationRelationId:
		described = describe_relation(relations, address.objid, created);
		if (address.objsubid != 0 && !described.identity.empty())
			describe_part(get_attname(address.objid, static_cast<AttrNumber>(address.objsubid), true), nullptr,
						  described);
		return;
	case ConstraintRelationId:
		if (describe_constraint(relations, address.objid, described))
			return;
		break;
	case TypeRelationId:
		if (incidental_type(address.objid, described))
			return;
		break;
	case TriggerRelationId:
	case RewriteRelationId:
		described.internal = is_part_by_row(address);
		if (described.internal)
			return;
		break;
	default:
		break;
	}
	describe_any(address, described);
}

} // namespace raw

} // namespace

namespace {

bool
is_relation(const Address &address) noexcept
{
	return address.classid == RelationRelationId && address.objsubid == 0;
}

} // namespace

void
describe(const std::vector<Address> &addresses, size_t created, std::vector<Described> &described)
{
	Relations relations;
	Company company;

	described.resize(addresses.size());
	if (addresses.empty())
		return;
	guard([&] {
		for (size_t i = 0; i < addresses.size(); i++)
			if (is_relation(addresses[i]))
				raw::describe_one(relations, addresses[i], i < created, described[i]);
		raw::read_company(addresses, created, described, company);
		for (size_t i = 0; i < addresses.size(); i++)
			if (!is_relation(addresses[i]) && !knows(company, addresses[i], i < created, described[i]))
				raw::describe_one(relations, addresses[i], i < created, described[i]);
	});
}

Described
describe(const Address &address)
{
	Relations relations;
	Described described;

	guard([&] { raw::describe_one(relations, address, false, described); });
	return described;
}

void
describe_parts(const std::vector<Address> &relations, Parts &parts)
{
	std::vector<Described> described(relations.size());

	guard([&] {
		for (size_t i = 0; i < relations.size(); i++)
			raw::add_parts(relations[i].objid, described[i], parts);
	});
}

Described
describe_unseen(const Address &address)
{
	Described described;

	if (address.classid == TypeRelationId || address.classid == ConstraintRelationId ||
		address.classid == AttrDefaultRelationId) {
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

Address
column_of_default(const Address &address)
{
	/* Of one that is being made, hooks are told the column; of one that goes, its number. */
	if (address.objsubid != 0)
		return {RelationRelationId, address.objid, address.objsubid};
	return guard([&]() -> Address {
		ObjectAddress column = GetAttrDefaultColumnAddress(address.objid);

		return {column.classId, column.objectId, column.objectSubId};
	});
}

bool
lock_against_drop(const Address &address)
{
	return guard([&] {
		ObjectAddress object = to_object_address(address);

		/* The locks of AcquireDeletionLock(), which every drop takes. */
		if (address.classid == RelationRelationId)
			LockRelationOid(address.objid, AccessShareLock);
		else if (IsSharedRelation(address.classid))
			LockSharedObject(address.classid, address.objid, 0, AccessShareLock);
		else
			LockDatabaseObject(address.classid, address.objid, 0, AccessShareLock);

		return getObjectDescription(&object, true) != nullptr;
	});
}

} // namespace schema_guard::pg
