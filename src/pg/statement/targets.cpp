/*
 * targets.cpp - adds to a Statement what it will touch.
 */
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

static Target &
add(Reading &reading, Action action, const char *type, const char *schema, const char *name, const char *identity)
{
	Target &target = reading.statement.targets.emplace_back();

	target.action = action;
	target.object_type = type;
	target.schema = schema == nullptr ? "" : schema;
	target.name = name == nullptr ? "" : name;
	target.identity = identity == nullptr ? "" : identity;
	return target;
}

/*
 * Which schema an object is in; InvalidOid when its kind has none.  As get_object_namespace(), which raises for what
 * somebody else has just dropped: we hold no lock.
 */
static Oid
schema_of(const ObjectAddress &address)
{
	AttrNumber column = InvalidAttrNumber;
	Oid schema = InvalidOid;
	int cache = -1;

	if (is_objectclass_supported(address.classId)) {
		column = get_object_attnum_namespace(address.classId);
		cache = get_object_catcache_oid(address.classId);
	}
	if (column != InvalidAttrNumber && cache >= 0) {
		HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(address.objectId));

		if (HeapTupleIsValid(tuple)) {
			bool isnull;

			schema = DatumGetObjectId(SysCacheGetAttr(cache, tuple, column, &isnull));
			ReleaseSysCache(tuple);
		}
	}
	return schema;
}

/* Relations and their columns, from one row of pg_class; null for kinds that it does not know. */
static Target *
add_existing_relation(Reading &reading, Action action, const ObjectAddress &address, const char *name)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(address.objectId));

	if (!HeapTupleIsValid(tuple))
		return nullptr;
	auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
	const char *type = relation_word(form->relkind);
	const char *schema = schema_name(form->relnamespace);
	Target *target = nullptr;

	if (type != nullptr && schema != nullptr) {
		const char *identity = quote_qualified_identifier(schema, NameStr(form->relname));

		target = &add(reading, action, type, schema, name, identity);
		target->temporary = form->relpersistence == RELPERSISTENCE_TEMP;
		if (address.objectSubId != 0) {
			target->object_type.append(" column");
			target->identity.append(".").append(quote_identifier(name));
		}
	}
	ReleaseSysCache(tuple);
	return target;
}

static Target *
add_existing_any(Reading &reading, Action action, const ObjectAddress &address, const char *name, Oid carrier)
{
	const char *type = getObjectTypeDescription(&address, true);
	const char *identity = getObjectIdentity(&address, true);
	Oid relation = address.classId == RelationRelationId ? address.objectId : carrier;
	Oid schema = OidIsValid(relation) ? get_rel_namespace(relation) : schema_of(address);
	bool temporary = OidIsValid(relation) ? is_temporary(relation) : OidIsValid(schema) && isAnyTempNamespace(schema);

	if (type == nullptr || identity == nullptr)
		return nullptr;
	Target &target = add(reading, action, type, schema_name(schema), name, identity);

	target.temporary = temporary;
	return &target;
}

void
add_existing(Reading &reading, Action action, const ObjectAddress &address, const char *name, bool destructive,
			 Oid carrier)
{
	Target *target = nullptr;

	if (address.classId == RelationRelationId && name != nullptr)
		target = add_existing_relation(reading, action, address, name);
	if (target == nullptr)
		target = add_existing_any(reading, action, address, name, carrier);
	/* Dropped since it was found. */
	if (target == nullptr)
		return;

	target->address = {address.classId, address.objectId, address.objectSubId};
	target->exists = true;
	target->destructive = destructive;
	if (IsSharedRelation(address.classId))
		reading.statement.shared = true;
}

void
add_missing(Reading &reading, Action action, const char *type, const char *schema, const char *name,
			const char *identity, bool temporary)
{
	add(reading, action, type, schema, name, identity).temporary = temporary;
}

static bool
is_shared(ObjectType type)
{
	return type == OBJECT_ROLE || type == OBJECT_DATABASE || type == OBJECT_TABLESPACE || type == OBJECT_PARAMETER_ACL;
}

/* Kinds no statement names; should one do so in a later server, it is judged rather than taken for a no-op. */
static bool
is_searchable(ObjectType type)
{
	switch (type) {
	case OBJECT_AMOP:
	case OBJECT_AMPROC:
	case OBJECT_ATTRIBUTE:
	case OBJECT_DEFAULT:
	case OBJECT_DEFACL:
	case OBJECT_PUBLICATION_NAMESPACE:
	case OBJECT_PUBLICATION_REL:
	case OBJECT_USER_MAPPING:
		return false;
	default:
		return true;
	}
}

/* The relation an object found by its list of names hangs on. */
static Oid
carrier_of(ObjectType type, Node *object)
{
	List *names;

	if (type != OBJECT_TRIGGER && type != OBJECT_RULE && type != OBJECT_POLICY && type != OBJECT_TABCONSTRAINT)
		return InvalidOid;
	names = reinterpret_cast<List *>(object);
	return find_relation(makeRangeVarFromNameList(list_truncate(list_copy(names), list_length(names) - 1))).objectId;
}

ObjectAddress
add_object(Reading &reading, Action action, ObjectType type, Node *object, bool destructive)
{
	ObjectAddress address = find_object(type, object);

	if (OidIsValid(address.objectId)) {
		const char *name = address.classId == RelationRelationId && address.objectSubId == 0
							   ? get_rel_name(address.objectId)
							   : object_name(type, object);

		add_existing(reading, action, address, name, destructive, carrier_of(type, object));
		reading.effective = true;
	} else {
		add_missing(reading, action, type_word(type), nullptr, object_name(type, object),
					missing_identity(type, object));
		if (!is_searchable(type))
			reading.effective = true;
		if (is_shared(type))
			reading.statement.shared = true;
	}
	return address;
}

ObjectAddress
add_relation(Reading &reading, Action action, ObjectType type, const RangeVar *relation, bool destructive)
{
	ObjectAddress address = find_relation(relation);

	if (OidIsValid(address.objectId)) {
		add_existing(reading, action, address, relation->relname, destructive);
		reading.effective = true;
	} else {
		add_missing(reading, action, type_word(type), relation->schemaname, relation->relname,
					range_var_identity(relation));
	}
	return address;
}

void
add_on_relation(Reading &reading, Action action, ObjectType type, const RangeVar *relation, const char *name,
				bool destructive)
{
	ObjectAddress carrier = find_relation(relation);
	ObjectAddress address = find_on_relation(type, carrier.objectId, name);

	if (OidIsValid(address.objectId)) {
		add_existing(reading, action, address, name, destructive, carrier.objectId);
		reading.effective = true;
	} else {
		add_missing(reading, action, type_word(type), relation->schemaname, name,
					on_relation(name, range_var_identity(relation)));
	}
}

void
add_new(Reading &reading, ObjectType type, const Place &place, const char *name, const char *identity,
		const ObjectAddress &existing, bool if_not_exists)
{
	bool exists = OidIsValid(existing.objectId);

	if (exists)
		add_existing(reading, if_not_exists ? Action::create : Action::alter, existing, name);
	else
		add_missing(reading, Action::create, type_word(type), place.name, name, identity, place.temporary);
	if (is_shared(type))
		reading.statement.shared = true;
	if (if_not_exists)
		reading.statement.if_exists = true;
	if (!exists || !if_not_exists)
		reading.effective = true;
}

/* PUBLIC is no role, and the special names are whoever they stand for. */
void
add_role(Reading &reading, Action action, const RoleSpec *role, bool destructive)
{
	ObjectAddress address;

	if (role->roletype == ROLESPEC_PUBLIC)
		return;
	address = address_of(AuthIdRelationId, get_rolespec_oid(role, true));
	if (OidIsValid(address.objectId)) {
		add_existing(reading, action, address, GetUserNameFromId(address.objectId, true), destructive);
		reading.effective = true;
	} else {
		add_missing(reading, action, "role", nullptr, role->rolename, quote_identifier(role->rolename));
		reading.statement.shared = true;
	}
}

/* RESET ALL names none. */
void
add_parameter(Reading &reading, const VariableSetStmt *stmt)
{
	if (stmt->name != nullptr)
		add_missing(reading, Action::alter, "parameter", nullptr, stmt->name, stmt->name);
}

} // namespace schema_guard::pg::raw
