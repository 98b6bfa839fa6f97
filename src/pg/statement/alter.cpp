/*
 * alter.cpp - DROP, and ALTER of everything but the columns and constraints of relations (alter_table.cpp).
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

static Node *
named(char *name)
{
	return reinterpret_cast<Node *>(makeString(name));
}

/* What carries the dropped object loses something with it: a trigger, a policy, a rule, uniqueness. */
static void
add_carrier(Reading &reading, ObjectType type, Node *object, const ObjectAddress &dropped)
{
	Oid carrier = InvalidOid;

	if (type == OBJECT_TRIGGER || type == OBJECT_RULE || type == OBJECT_POLICY) {
		List *names = reinterpret_cast<List *>(object);

		carrier =
			find_relation(makeRangeVarFromNameList(list_truncate(list_copy(names), list_length(names) - 1))).objectId;
	} else if (type == OBJECT_INDEX && get_rel_relkind(dropped.objectId) != RELKIND_RELATION) {
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(dropped.objectId));

		if (HeapTupleIsValid(tuple)) {
			auto *index = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));

			carrier = index->indisunique ? index->indrelid : InvalidOid;
			ReleaseSysCache(tuple);
		}
	}
	if (OidIsValid(carrier))
		add_existing(reading, Action::alter, address_of(RelationRelationId, carrier), get_rel_name(carrier), true);
}

static void
drop(Reading &reading, const DropStmt *stmt)
{
	ListCell *cell;

	reading.statement.if_exists = stmt->missing_ok;
	foreach (cell, stmt->objects) {
		auto *object = static_cast<Node *>(lfirst(cell));
		ObjectAddress address = add_object(reading, Action::drop, stmt->removeType, object, true);

		if (OidIsValid(address.objectId))
			add_carrier(reading, stmt->removeType, object, address);
	}
}

static void
domain_constraint(Reading &reading, Action action, List *domain, const char *name)
{
	TypeName *type = makeTypeNameFromNameList(domain);
	Oid oid = find_type(type);
	ObjectAddress address = InvalidObjectAddress;

	if (OidIsValid(oid) && name != nullptr && action != Action::create)
		address = address_of(ConstraintRelationId, get_domain_constraint_oid(oid, name, true));
	if (OidIsValid(address.objectId))
		add_existing(reading, action, address, name, action == Action::drop || action == Action::rename);
	else
		add_missing(reading, action, "domain constraint", nullptr, name, on_relation(name, type_identity(type)));
}

static void
rename(Reading &reading, const RenameStmt *stmt)
{
	reading.statement.if_exists = stmt->missing_ok;
	switch (stmt->renameType) {
	case OBJECT_COLUMN:
	case OBJECT_ATTRIBUTE: {
		ObjectAddress table;

		add_on_relation(reading, Action::rename, OBJECT_COLUMN, stmt->relation, stmt->subname, true);
		table = find_relation(stmt->relation);
		if (OidIsValid(table.objectId))
			add_existing(reading, Action::alter, table, stmt->relation->relname, true);
		return;
	}
	case OBJECT_TABCONSTRAINT:
	case OBJECT_TRIGGER:
	case OBJECT_RULE:
	case OBJECT_POLICY:
		add_on_relation(reading, Action::rename, stmt->renameType, stmt->relation, stmt->subname, true);
		return;
	case OBJECT_DOMCONSTRAINT:
		domain_constraint(reading, Action::rename, castNode(List, stmt->object), stmt->subname);
		reading.effective = true;
		return;
	case OBJECT_ROLE:
	case OBJECT_DATABASE:
	case OBJECT_SCHEMA:
	case OBJECT_TABLESPACE:
		add_object(reading, Action::rename, stmt->renameType, named(stmt->subname), true);
		return;
	default:
		if (stmt->relation != nullptr)
			add_relation(reading, Action::rename, stmt->renameType, stmt->relation, true);
		else
			add_object(reading, Action::rename, stmt->renameType, stmt->object, true);
		return;
	}
}

/* A relation or, for any other kind, an object. */
static void
either(Reading &reading, Action action, ObjectType type, const RangeVar *relation, Node *object, bool destructive)
{
	if (relation == nullptr)
		add_object(reading, action, type, object, destructive);
	else if (type == OBJECT_TRIGGER && IsA(object, List))
		add_on_relation(reading, action, type, relation, strVal(llast(reinterpret_cast<List *>(object))), destructive);
	else
		add_relation(reading, action, type, relation, destructive);
}

static void
alter_enum(Reading &reading, const AlterEnumStmt *stmt)
{
	ObjectAddress type = find_object(OBJECT_TYPE, reinterpret_cast<Node *>(stmt->typeName));

	/* A renamed value is another value to whoever knows it by its name. */
	add_object(reading, Action::alter, OBJECT_TYPE, reinterpret_cast<Node *>(stmt->typeName), stmt->oldVal != nullptr);
	reading.statement.if_exists = stmt->skipIfNewValExists;
	if (stmt->skipIfNewValExists && OidIsValid(type.objectId) && stmt->newVal != nullptr &&
		std::strlen(stmt->newVal) < NAMEDATALEN &&
		SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type.objectId), CStringGetDatum(stmt->newVal)))
		reading.effective = false;
}

static void
alter_domain(Reading &reading, const AlterDomainStmt *stmt)
{
	bool loses = stmt->subtype == 'X' || stmt->subtype == 'N';
	ObjectAddress type =
		add_object(reading, Action::alter, OBJECT_DOMAIN, reinterpret_cast<Node *>(stmt->typeName), loses);

	if (!OidIsValid(type.objectId))
		return;
	if (stmt->subtype == 'X') {
		reading.statement.if_exists = stmt->missing_ok;
		if (stmt->missing_ok && !OidIsValid(get_domain_constraint_oid(type.objectId, stmt->name, true)))
			reading.effective = false;
		domain_constraint(reading, Action::drop, stmt->typeName, stmt->name);
	} else if (stmt->subtype == 'C' && stmt->def != nullptr && IsA(stmt->def, Constraint)) {
		domain_constraint(reading, Action::create, stmt->typeName, reinterpret_cast<Constraint *>(stmt->def)->conname);
	} else if (stmt->subtype == 'V') {
		domain_constraint(reading, Action::alter, stmt->typeName, stmt->name);
	}
}

static void
alter_operator_family(Reading &reading, const AlterOpFamilyStmt *stmt)
{
	List *names = lcons(makeString(stmt->amname), list_copy(stmt->opfamilyname));

	add_object(reading, Action::alter, OBJECT_OPFAMILY, reinterpret_cast<Node *>(names), stmt->isDrop);
}

/* Objects known by a list of names or by their arguments. */
static bool
read_alter_qualified(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_AlterEnumStmt:
		alter_enum(reading, reinterpret_cast<AlterEnumStmt *>(node));
		return true;
	case T_AlterDomainStmt:
		alter_domain(reading, reinterpret_cast<AlterDomainStmt *>(node));
		return true;
	case T_AlterTypeStmt:
		add_object(reading, Action::alter, OBJECT_TYPE,
				   reinterpret_cast<Node *>(reinterpret_cast<AlterTypeStmt *>(node)->typeName));
		return true;
	case T_AlterFunctionStmt: {
		auto *stmt = reinterpret_cast<AlterFunctionStmt *>(node);

		add_object(reading, Action::alter, stmt->objtype, reinterpret_cast<Node *>(stmt->func));
		return true;
	}
	case T_AlterOperatorStmt:
		add_object(reading, Action::alter, OBJECT_OPERATOR,
				   reinterpret_cast<Node *>(reinterpret_cast<AlterOperatorStmt *>(node)->opername));
		return true;
	case T_AlterOpFamilyStmt:
		alter_operator_family(reading, reinterpret_cast<AlterOpFamilyStmt *>(node));
		return true;
	case T_AlterCollationStmt:
		add_object(reading, Action::alter, OBJECT_COLLATION,
				   reinterpret_cast<Node *>(reinterpret_cast<AlterCollationStmt *>(node)->collname));
		return true;
	case T_AlterTSDictionaryStmt:
		add_object(reading, Action::alter, OBJECT_TSDICTIONARY,
				   reinterpret_cast<Node *>(reinterpret_cast<AlterTSDictionaryStmt *>(node)->dictname));
		return true;
	case T_AlterTSConfigurationStmt:
		add_object(reading, Action::alter, OBJECT_TSCONFIGURATION,
				   reinterpret_cast<Node *>(reinterpret_cast<AlterTSConfigurationStmt *>(node)->cfgname));
		return true;
	case T_AlterStatsStmt: {
		auto *stmt = reinterpret_cast<AlterStatsStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		add_object(reading, Action::alter, OBJECT_STATISTIC_EXT, reinterpret_cast<Node *>(stmt->defnames));
		return true;
	}
	default:
		return false;
	}
}

/* Objects with a name and no schema. */
static bool
read_alter_global(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_AlterExtensionStmt:
		add_object(reading, Action::alter, OBJECT_EXTENSION,
				   named(reinterpret_cast<AlterExtensionStmt *>(node)->extname));
		return true;
	case T_AlterExtensionContentsStmt: {
		auto *stmt = reinterpret_cast<AlterExtensionContentsStmt *>(node);

		add_object(reading, Action::alter, OBJECT_EXTENSION, named(stmt->extname));
		add_object(reading, Action::alter, stmt->objtype, stmt->object);
		return true;
	}
	case T_AlterFdwStmt:
		add_object(reading, Action::alter, OBJECT_FDW, named(reinterpret_cast<AlterFdwStmt *>(node)->fdwname));
		return true;
	case T_AlterForeignServerStmt:
		add_object(reading, Action::alter, OBJECT_FOREIGN_SERVER,
				   named(reinterpret_cast<AlterForeignServerStmt *>(node)->servername));
		return true;
	case T_AlterSubscriptionStmt:
		add_object(reading, Action::alter, OBJECT_SUBSCRIPTION,
				   named(reinterpret_cast<AlterSubscriptionStmt *>(node)->subname));
		return true;
	case T_DropSubscriptionStmt: {
		auto *stmt = reinterpret_cast<DropSubscriptionStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		add_object(reading, Action::drop, OBJECT_SUBSCRIPTION, named(stmt->subname), true);
		return true;
	}
	case T_AlterEventTrigStmt: {
		auto *stmt = reinterpret_cast<AlterEventTrigStmt *>(node);

		add_object(reading, Action::alter, OBJECT_EVENT_TRIGGER, named(stmt->trigname),
				   stmt->tgenabled == TRIGGER_DISABLED);
		return true;
	}
	case T_AlterTableMoveAllStmt: {
		auto *stmt = reinterpret_cast<AlterTableMoveAllStmt *>(node);

		add_object(reading, Action::alter, OBJECT_TABLESPACE, named(stmt->orig_tablespacename));
		add_object(reading, Action::alter, OBJECT_TABLESPACE, named(stmt->new_tablespacename));
		return true;
	}
	default:
		return false;
	}
}

bool
read_alter(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_AlterTableStmt:
		read_alter_table(reading, reinterpret_cast<AlterTableStmt *>(node));
		return true;
	case T_DropStmt:
		drop(reading, reinterpret_cast<DropStmt *>(node));
		return true;
	case T_RenameStmt:
		rename(reading, reinterpret_cast<RenameStmt *>(node));
		return true;
	case T_AlterObjectSchemaStmt: {
		auto *stmt = reinterpret_cast<AlterObjectSchemaStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		either(reading, Action::rename, stmt->objectType, stmt->relation, stmt->object, true);
		return true;
	}
	case T_AlterOwnerStmt: {
		auto *stmt = reinterpret_cast<AlterOwnerStmt *>(node);

		either(reading, Action::alter, stmt->objectType, stmt->relation, stmt->object, false);
		return true;
	}
	case T_AlterObjectDependsStmt: {
		auto *stmt = reinterpret_cast<AlterObjectDependsStmt *>(node);

		either(reading, Action::alter, stmt->objectType, stmt->relation, stmt->object, false);
		return true;
	}
	case T_CommentStmt: {
		auto *stmt = reinterpret_cast<CommentStmt *>(node);

		add_object(reading, Action::alter, stmt->objtype, stmt->object);
		return true;
	}
	case T_SecLabelStmt: {
		auto *stmt = reinterpret_cast<SecLabelStmt *>(node);

		add_object(reading, Action::alter, stmt->objtype, stmt->object);
		return true;
	}
	case T_AlterSeqStmt: {
		auto *stmt = reinterpret_cast<AlterSeqStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		add_relation(reading, Action::alter, OBJECT_SEQUENCE, stmt->sequence);
		return true;
	}
	case T_AlterPolicyStmt: {
		auto *stmt = reinterpret_cast<AlterPolicyStmt *>(node);

		add_on_relation(reading, Action::alter, OBJECT_POLICY, stmt->table, stmt->policy_name);
		return true;
	}
	default:
		return read_alter_qualified(reading, node) || read_alter_global(reading, node);
	}
}

} // namespace schema_guard::pg::raw
