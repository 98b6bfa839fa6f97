/*
 * access.cpp - roles, privileges and ownership.
 */
#include "schema_guard/pg/statement/reading.hpp"

extern "C" {
#include "catalog/pg_shdepend.h"
}

namespace schema_guard::pg::raw {

/* Whether GRANT ... ON ALL words IN SCHEMA means this row of pg_class or pg_proc. */
static bool
is_meant(ObjectType type, HeapTuple tuple)
{
	if (type == OBJECT_TABLE || type == OBJECT_SEQUENCE) {
		char kind = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relkind;

		if (type == OBJECT_SEQUENCE)
			return kind == RELKIND_SEQUENCE;
		return kind == RELKIND_RELATION || kind == RELKIND_VIEW || kind == RELKIND_MATVIEW ||
			   kind == RELKIND_FOREIGN_TABLE || kind == RELKIND_PARTITIONED_TABLE;
	}
	bool procedure = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->prokind == PROKIND_PROCEDURE;

	return type == OBJECT_ROUTINE || procedure == (type == OBJECT_PROCEDURE);
}

static void
add_all_in_schema(Reading &reading, ObjectType type, Oid schema)
{
	bool relations = type == OBJECT_TABLE || type == OBJECT_SEQUENCE;
	Oid classid = relations ? RelationRelationId : ProcedureRelationId;
	Relation catalog = table_open(classid, AccessShareLock);
	ScanKeyData key;
	HeapTuple tuple;
	List *found = NIL;

	ScanKeyInit(&key, relations ? Anum_pg_class_relnamespace : Anum_pg_proc_pronamespace, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(schema));
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
		if (is_meant(type, tuple))
			found = lappend_oid(found, relations ? reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->oid
												 : reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->oid);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	ListCell *cell;

	list_sort(found, list_oid_cmp);
	foreach (cell, found) {
		Oid object = lfirst_oid(cell);
		const char *name = relations ? get_rel_name(object) : get_func_name(object);

		if (name != nullptr)
			add_existing(reading, Action::alter, address_of(classid, object), name);
	}
}

static void
grant(Reading &reading, const GrantStmt *stmt)
{
	ListCell *cell;

	foreach (cell, stmt->objects) {
		auto *object = static_cast<Node *>(lfirst(cell));

		if (stmt->targtype == ACL_TARGET_ALL_IN_SCHEMA) {
			ObjectAddress schema = add_object(reading, Action::alter, OBJECT_SCHEMA, object);

			if (OidIsValid(schema.objectId))
				add_all_in_schema(reading, stmt->objtype, schema.objectId);
		} else if (IsA(object, RangeVar))
			add_relation(reading, Action::alter, stmt->objtype, reinterpret_cast<RangeVar *>(object));
		else
			add_object(reading, Action::alter, stmt->objtype, object);
	}
	/* A parameter has an entry only while somebody has a privilege on it. */
	if (stmt->objtype == OBJECT_PARAMETER_ACL)
		reading.effective = true;
}

static void
grant_role(Reading &reading, const GrantRoleStmt *stmt)
{
	ListCell *cell;

	foreach (cell, stmt->granted_roles) {
		char *name = lfirst_node(AccessPriv, cell)->priv_name;

		/* Null is ALL, which the server refuses for roles. */
		if (name != nullptr)
			add_object(reading, Action::alter, OBJECT_ROLE, reinterpret_cast<Node *>(makeString(name)));
	}
	foreach (cell, stmt->grantee_roles)
		add_role(reading, Action::alter, lfirst_node(RoleSpec, cell));
}

struct DefaultKind {
	char type;
	const char *word;
};

static DefaultKind
default_kind(ObjectType type)
{
	switch (type) {
	case OBJECT_SEQUENCE:
		return {DEFACLOBJ_SEQUENCE, "sequences"};
	case OBJECT_FUNCTION:
	case OBJECT_PROCEDURE:
	case OBJECT_ROUTINE:
		return {DEFACLOBJ_FUNCTION, "functions"};
	case OBJECT_TYPE:
		return {DEFACLOBJ_TYPE, "types"};
	case OBJECT_SCHEMA:
		return {DEFACLOBJ_NAMESPACE, "schemas"};
#if PG_VERSION_NUM >= 180000
	/* 0d6c47766908: default privileges for large objects */
	case OBJECT_LARGEOBJECT:
		return {DEFACLOBJ_LARGEOBJECT, "large objects"};
#endif
	default:
		return {DEFACLOBJ_RELATION, "tables"};
	}
}

static void
default_privileges_of(Reading &reading, ObjectType type, Oid role, const char *role_name, const char *schema)
{
	DefaultKind kind = default_kind(type);
	Oid schema_oid = schema == nullptr ? InvalidOid : get_namespace_oid(schema, true);
	ObjectAddress address = InvalidObjectAddress;
	const char *where = schema == nullptr ? "" : psprintf(" in schema %s", quote_identifier(schema));

	if (OidIsValid(role) && (schema == nullptr || OidIsValid(schema_oid)))
		address = address_of(DefaultAclRelationId,
							 GetSysCacheOid3(DEFACLROLENSPOBJ, Anum_pg_default_acl_oid, ObjectIdGetDatum(role),
											 ObjectIdGetDatum(schema_oid), CharGetDatum(kind.type)));
	if (OidIsValid(address.objectId))
		add_existing(reading, Action::alter, address, "");
	else
		add_missing(reading, Action::alter, "default acl", schema, "",
					psprintf("for role %s%s on %s", quote_identifier(role_name), where, kind.word));
}

static void
default_privileges(Reading &reading, const AlterDefaultPrivilegesStmt *stmt)
{
	List *roles = NIL;
	List *schemas = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach (cell, stmt->options) {
		auto *option = lfirst_node(DefElem, cell);

		if (std::strcmp(option->defname, "roles") == 0)
			roles = reinterpret_cast<List *>(option->arg);
		else if (std::strcmp(option->defname, "schemas") == 0)
			schemas = reinterpret_cast<List *>(option->arg);
	}
	if (roles == NIL) {
		auto *self = makeNode(RoleSpec);

		self->roletype = ROLESPEC_CURRENT_USER;
		roles = list_make1(self);
	}
	foreach (cell, roles) {
		auto *spec = lfirst_node(RoleSpec, cell);
		Oid role = spec->roletype == ROLESPEC_PUBLIC ? InvalidOid : get_rolespec_oid(spec, true);
		const char *name = OidIsValid(role) ? GetUserNameFromId(role, true) : spec->rolename;

		if (name == nullptr)
			continue;
		if (schemas == NIL)
			default_privileges_of(reading, stmt->action->objtype, role, name, nullptr);
		foreach (inner, schemas)
			default_privileges_of(reading, stmt->action->objtype, role, name, strVal(lfirst(inner)));
	}
	reading.effective = true;
}

static void
role_setting(Reading &reading, const AlterRoleSetStmt *stmt)
{
	if (stmt->role != nullptr)
		add_role(reading, Action::alter, stmt->role);
	else if (stmt->database == nullptr)
		add_missing(reading, Action::alter, "role", nullptr, "", "ALL");
	if (stmt->database != nullptr)
		add_object(reading, Action::alter, OBJECT_DATABASE, reinterpret_cast<Node *>(makeString(stmt->database)));
	add_parameter(reading, stmt->setstmt);
	if (stmt->role == nullptr)
		reading.effective = true;
	reading.statement.shared = true;
}

static void
each_role(Reading &reading, Action action, const List *roles, bool destructive)
{
	const ListCell *cell;

	foreach (cell, roles)
		add_role(reading, action, lfirst_node(RoleSpec, cell), destructive);
}

/* What DROP OWNED takes privileges on from the role; what the role owns is told of as it is dropped. */
static void
add_granted(Reading &reading, const List *roles)
{
	Relation catalog = table_open(SharedDependRelationId, AccessShareLock);
	const ListCell *cell;

	foreach (cell, roles) {
		ScanKeyData key[2];
		HeapTuple tuple;

		/* Which the server refuses. */
		if (lfirst_node(RoleSpec, cell)->roletype == ROLESPEC_PUBLIC)
			continue;
		ScanKeyInit(&key[0], Anum_pg_shdepend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(AuthIdRelationId));
		ScanKeyInit(&key[1], Anum_pg_shdepend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(get_rolespec_oid(lfirst_node(RoleSpec, cell), true)));
		SysScanDesc scan = systable_beginscan(catalog, SharedDependReferenceIndexId, true, nullptr, 2, key);
		while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
			auto *form = reinterpret_cast<Form_pg_shdepend>(GETSTRUCT(tuple));

			/* Default privileges for a role disappear with it, which hooks tell. */
			if (form->deptype != SHARED_DEPENDENCY_ACL || form->classid == DefaultAclRelationId ||
				(form->dbid != MyDatabaseId && OidIsValid(form->dbid)))
				continue;

			ObjectAddress object = address_of(form->classid, form->objid);

			add_existing(reading, Action::alter, object,
						 form->classid == RelationRelationId ? get_rel_name(form->objid) : "");
		}
		systable_endscan(scan);
	}
	table_close(catalog, AccessShareLock);
}

bool
read_access(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_GrantStmt:
		grant(reading, reinterpret_cast<GrantStmt *>(node));
		return true;
	case T_GrantRoleStmt:
		grant_role(reading, reinterpret_cast<GrantRoleStmt *>(node));
		return true;
	case T_AlterDefaultPrivilegesStmt:
		default_privileges(reading, reinterpret_cast<AlterDefaultPrivilegesStmt *>(node));
		return true;
	case T_CreateRoleStmt: {
		char *name = reinterpret_cast<CreateRoleStmt *>(node)->role;

		add_new(reading, OBJECT_ROLE, Place{}, name, quote_identifier(name), InvalidObjectAddress, false);
		return true;
	}
	case T_AlterRoleStmt: {
		auto *stmt = reinterpret_cast<AlterRoleStmt *>(node);

		add_role(reading, Action::alter, stmt->role);
		return true;
	}
	case T_AlterRoleSetStmt:
		role_setting(reading, reinterpret_cast<AlterRoleSetStmt *>(node));
		return true;
	case T_DropRoleStmt: {
		auto *stmt = reinterpret_cast<DropRoleStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		each_role(reading, Action::drop, stmt->roles, true);
		return true;
	}
	/* What they own or may do is found out by doing it. */
	case T_DropOwnedStmt: {
		const List *roles = reinterpret_cast<DropOwnedStmt *>(node)->roles;

		each_role(reading, Action::alter, roles, true);
		add_granted(reading, roles);
		return true;
	}
	case T_ReassignOwnedStmt: {
		auto *stmt = reinterpret_cast<ReassignOwnedStmt *>(node);

		each_role(reading, Action::alter, stmt->roles, false);
		add_role(reading, Action::alter, stmt->newrole);
		return true;
	}
	default:
		return false;
	}
}

} // namespace schema_guard::pg::raw
