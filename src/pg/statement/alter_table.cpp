/*
 * alter_table.cpp - ALTER TABLE and its like: the relation, and each column, constraint, trigger and rule it names.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

/* What one subcommand acts on. */
struct Part {
	ObjectType type = OBJECT_TABLE; /* OBJECT_TABLE: the relation itself */
	Action action = Action::alter;
	bool destructive = false;
};

static Part
part_of(AlterTableType command)
{
	switch (command) {
	case AT_AddColumn:
		return {OBJECT_COLUMN, Action::create, false};
	case AT_DropColumn:
		return {OBJECT_COLUMN, Action::drop, true};
	case AT_AlterColumnType:
	case AT_DropNotNull:
	case AT_DropExpression:
	case AT_DropIdentity:
		return {OBJECT_COLUMN, Action::alter, true};
#if PG_VERSION_NUM >= 170000
	/* 5d06e99a3cfc: ALTER COLUMN ... SET EXPRESSION, which rewrites what is stored */
	case AT_SetExpression:
		return {OBJECT_COLUMN, Action::alter, true};
#endif
	case AT_ColumnDefault:
	case AT_SetNotNull:
	case AT_SetStatistics:
	case AT_SetOptions:
	case AT_ResetOptions:
	case AT_SetStorage:
	case AT_SetCompression:
	case AT_AlterColumnGenericOptions:
	case AT_AddIdentity:
	case AT_SetIdentity:
		return {OBJECT_COLUMN, Action::alter, false};

	case AT_AddConstraint:
		return {OBJECT_TABCONSTRAINT, Action::create, false};
	case AT_AlterConstraint:
	case AT_ValidateConstraint:
		return {OBJECT_TABCONSTRAINT, Action::alter, false};
	case AT_DropConstraint:
		return {OBJECT_TABCONSTRAINT, Action::drop, true};

	case AT_EnableTrig:
	case AT_EnableAlwaysTrig:
	case AT_EnableReplicaTrig:
		return {OBJECT_TRIGGER, Action::alter, false};
	case AT_DisableTrig:
		return {OBJECT_TRIGGER, Action::alter, true};
	case AT_EnableRule:
	case AT_EnableAlwaysRule:
	case AT_EnableReplicaRule:
		return {OBJECT_RULE, Action::alter, false};
	case AT_DisableRule:
		return {OBJECT_RULE, Action::alter, true};

	case AT_SetUnLogged:
	case AT_DisableTrigAll:
	case AT_DisableTrigUser:
	case AT_DisableRowSecurity:
	case AT_NoForceRowSecurity:
	case AT_DropInherit:
	case AT_DetachPartition:
	case AT_DetachPartitionFinalize:
		return {OBJECT_TABLE, Action::alter, true};
	default:
		return {};
	}
}

static const char *
part_name(const AlterTableCmd *command)
{
	const Node *def = command->def;

	if (def == nullptr)
		return command->name;
	if (command->subtype == AT_AddColumn && IsA(def, ColumnDef))
		return reinterpret_cast<const ColumnDef *>(def)->colname;
	if (command->subtype == AT_AddConstraint && IsA(def, Constraint))
		return reinterpret_cast<const Constraint *>(def)->conname;
#if PG_VERSION_NUM >= 180000
	/* 80d7f990496b: ALTER CONSTRAINT has a node of its own */
	if (command->subtype == AT_AlterConstraint && IsA(def, ATAlterConstraint))
		return reinterpret_cast<const ATAlterConstraint *>(def)->conname;
#else
	if (command->subtype == AT_AlterConstraint && IsA(def, Constraint))
		return reinterpret_cast<const Constraint *>(def)->conname;
#endif
	return command->name;
}

/* The other table of INHERIT, NO INHERIT, ATTACH and DETACH. */
static const RangeVar *
other_relation(const AlterTableCmd *command)
{
	const Node *def = command->def;

	switch (command->subtype) {
	case AT_AddInherit:
	case AT_DropInherit:
		return reinterpret_cast<const RangeVar *>(def);
	case AT_AttachPartition:
	case AT_DetachPartition:
	case AT_DetachPartitionFinalize:
		return reinterpret_cast<const PartitionCmd *>(def)->name;
	default:
		return nullptr;
	}
}

/* Says whether IF [NOT] EXISTS makes the subcommand do nothing. */
static bool
does_nothing(const AlterTableCmd *command, Oid relid, const char *name)
{
	if (!command->missing_ok)
		return false;
	switch (command->subtype) {
	case AT_AddColumn:
		return OidIsValid(find_column(relid, name).objectId);
	case AT_DropColumn:
		return !OidIsValid(find_column(relid, name).objectId);
	case AT_DropConstraint:
		return !OidIsValid(get_relation_constraint_oid(relid, name, true));
	/* DROP EXPRESSION and DROP IDENTITY IF EXISTS of a column that has none only tell so: judged as if it had. */
	default:
		return false;
	}
}

static void
add_part(Reading &reading, const Part &part, Oid relid, const char *name)
{
	ObjectAddress address = InvalidObjectAddress;
	const char *word = type_word(part.type);
	ObjectAddress relation = address_of(RelationRelationId, relid);

	if (part.action != Action::create)
		address = find_on_relation(part.type, relid, name);
	if (OidIsValid(address.objectId)) {
		add_existing(reading, part.action, address, name, part.destructive, relid);
		return;
	}

	const char *table = relation_identity(relid);
	if (part.type == OBJECT_COLUMN)
		word = psprintf("%s column", getObjectTypeDescription(&relation, true));
	add_missing(reading, part.action, word, schema_name(get_rel_namespace(relid)), name,
				part.type == OBJECT_COLUMN ? psprintf("%s.%s", table, quote_identifier(name == nullptr ? "" : name))
										   : on_relation(name, table),
				is_temporary(relid));
}

/* The whole of the relation suffers from what one of its parts loses. */
static bool
is_destructive(const AlterTableStmt *stmt, Oid relid)
{
	ListCell *cell;

	foreach (cell, stmt->cmds) {
		auto *command = lfirst_node(AlterTableCmd, cell);

		if (part_of(command->subtype).destructive && !does_nothing(command, relid, part_name(command)))
			return true;
	}
	return false;
}

void
read_alter_table(Reading &reading, AlterTableStmt *stmt)
{
	ObjectAddress relation = find_relation(stmt->relation);
	ListCell *cell;

	reading.statement.if_exists = stmt->missing_ok;
	if (!OidIsValid(relation.objectId)) {
		add_missing(reading, Action::alter, type_word(stmt->objtype), stmt->relation->schemaname,
					stmt->relation->relname, range_var_identity(stmt->relation));
		return;
	}
	add_existing(reading, Action::alter, relation, stmt->relation->relname, is_destructive(stmt, relation.objectId));

	foreach (cell, stmt->cmds) {
		auto *command = lfirst_node(AlterTableCmd, cell);
		Part part = part_of(command->subtype);
		const char *name = part_name(command);
		const RangeVar *other = other_relation(command);

		if (command->missing_ok)
			reading.statement.if_exists = true;
		if (does_nothing(command, relation.objectId, name))
			continue;
		reading.effective = true;
		if (part.type != OBJECT_TABLE)
			add_part(reading, part, relation.objectId, name);
		if (other != nullptr)
			add_relation(reading, Action::alter, stmt->objtype, other);
	}
}

} // namespace schema_guard::pg::raw
