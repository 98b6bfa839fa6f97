/*
 * access.cpp - roles, privileges and ownership.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

static void
grant(Reading &reading, const GrantStmt *stmt)
{
	ListCell *cell;

	foreach (cell, stmt->objects) {
		auto *object = static_cast<Node *>(lfirst(cell));

		if (stmt->targtype == ACL_TARGET_ALL_IN_SCHEMA)
			add_object(reading, Action::alter, OBJECT_SCHEMA, object);
		else if (IsA(object, RangeVar))
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
	case T_DropOwnedStmt:
		each_role(reading, Action::alter, reinterpret_cast<DropOwnedStmt *>(node)->roles, true);
		return true;
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
