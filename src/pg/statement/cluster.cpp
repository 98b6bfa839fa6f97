/*
 * cluster.cpp - databases, tablespaces and parameters; and which commands commit on their own or cannot be undone.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

static void
existing_named(Reading &reading, Action action, ObjectType type, char *name, bool missing_ok = false)
{
	reading.statement.if_exists = missing_ok;
	add_object(reading, action, type, reinterpret_cast<Node *>(makeString(name)), action == Action::drop);
}

static void
new_named(Reading &reading, ObjectType type, const char *name)
{
	add_new(reading, type, Place{}, name, quote_identifier(name), InvalidObjectAddress, false);
}

static void
maintain(Reading &reading, const RangeVar *relation, const char *index, Action action)
{
	ObjectAddress table = add_relation(reading, action, OBJECT_TABLE, relation);

	if (index != nullptr && OidIsValid(table.objectId)) {
		Oid schema = get_rel_namespace(table.objectId);
		ObjectAddress address = address_of(RelationRelationId, get_relname_relid(index, schema));

		if (OidIsValid(address.objectId))
			add_existing(reading, Action::alter, address, index);
	}
}

/* A whole schema, database or system is one target: its indexes are not ours to list before the server does. */
static void
reindex(Reading &reading, const ReindexStmt *stmt)
{
	char *name = const_cast<char *>(stmt->name);

	switch (stmt->kind) {
	case REINDEX_OBJECT_INDEX:
		add_relation(reading, Action::alter, OBJECT_INDEX, stmt->relation);
		return;
	case REINDEX_OBJECT_TABLE:
		add_relation(reading, Action::alter, OBJECT_TABLE, stmt->relation);
		return;
	case REINDEX_OBJECT_SCHEMA:
		add_object(reading, Action::alter, OBJECT_SCHEMA, reinterpret_cast<Node *>(makeString(name)));
		return;
	default: /* since 16 the database need not be named */
		if (name == nullptr)
			name = get_database_name(MyDatabaseId);
		add_object(reading, Action::alter, OBJECT_DATABASE, reinterpret_cast<Node *>(makeString(name)));
		return;
	}
}

static void
this_database(Reading &reading, Action action)
{
	add_existing(reading, action, address_of(DatabaseRelationId, MyDatabaseId), get_database_name(MyDatabaseId));
	reading.effective = true;
}

static void
vacuum(Reading &reading, const VacuumStmt *stmt)
{
	/* ANALYZE changes statistics alone. */
	Action action = last_option_is_on(stmt->options, "full") ? Action::rewrite : Action::alter;
	ListCell *cell;

	if (stmt->rels == NIL)
		this_database(reading, action);
	foreach (cell, stmt->rels) {
		auto *relation = lfirst_node(VacuumRelation, cell);

		if (relation->relation != nullptr)
			add_relation(reading, action, OBJECT_TABLE, relation->relation);
	}
}

bool
read_cluster(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_CreatedbStmt:
		new_named(reading, OBJECT_DATABASE, reinterpret_cast<CreatedbStmt *>(node)->dbname);
		return true;
	case T_DropdbStmt: {
		auto *stmt = reinterpret_cast<DropdbStmt *>(node);

		existing_named(reading, Action::drop, OBJECT_DATABASE, stmt->dbname, stmt->missing_ok);
		return true;
	}
	case T_AlterDatabaseStmt:
		existing_named(reading, Action::alter, OBJECT_DATABASE, reinterpret_cast<AlterDatabaseStmt *>(node)->dbname);
		return true;
	case T_AlterDatabaseRefreshCollStmt:
		existing_named(reading, Action::alter, OBJECT_DATABASE,
					   reinterpret_cast<AlterDatabaseRefreshCollStmt *>(node)->dbname);
		return true;
	case T_AlterDatabaseSetStmt: {
		auto *stmt = reinterpret_cast<AlterDatabaseSetStmt *>(node);

		existing_named(reading, Action::alter, OBJECT_DATABASE, stmt->dbname);
		add_parameter(reading, stmt->setstmt);
		return true;
	}
	case T_CreateTableSpaceStmt:
		new_named(reading, OBJECT_TABLESPACE, reinterpret_cast<CreateTableSpaceStmt *>(node)->tablespacename);
		return true;
	case T_DropTableSpaceStmt: {
		auto *stmt = reinterpret_cast<DropTableSpaceStmt *>(node);

		existing_named(reading, Action::drop, OBJECT_TABLESPACE, stmt->tablespacename, stmt->missing_ok);
		return true;
	}
	case T_AlterTableSpaceOptionsStmt:
		existing_named(reading, Action::alter, OBJECT_TABLESPACE,
					   reinterpret_cast<AlterTableSpaceOptionsStmt *>(node)->tablespacename);
		return true;
	case T_AlterSystemStmt:
		add_parameter(reading, reinterpret_cast<AlterSystemStmt *>(node)->setstmt);
		reading.effective = true;
		reading.statement.shared = true;
		return true;

	case T_ReindexStmt:
		reindex(reading, reinterpret_cast<ReindexStmt *>(node));
		return true;
	case T_ClusterStmt: {
		auto *stmt = reinterpret_cast<ClusterStmt *>(node);

		if (stmt->relation == nullptr)
			this_database(reading, Action::rewrite);
		else
			maintain(reading, stmt->relation, stmt->indexname, Action::rewrite);
		return true;
	}
	case T_RefreshMatViewStmt:
		add_relation(reading, Action::alter, OBJECT_MATVIEW, reinterpret_cast<RefreshMatViewStmt *>(node)->relation);
		return true;
	case T_VacuumStmt:
		vacuum(reading, reinterpret_cast<VacuumStmt *>(node));
		return true;
	case T_TruncateStmt: {
		ListCell *cell;

		foreach (cell, reinterpret_cast<TruncateStmt *>(node)->relations)
			add_relation(reading, Action::truncate, OBJECT_TABLE, lfirst_node(RangeVar, cell), true);
		return true;
	}
	default:
		return false;
	}
}

/* ---- transactions ---- */

static bool
is_partitioned(const RangeVar *relation)
{
	Oid relid = relation == nullptr ? InvalidOid : find_relation(relation).objectId;
	char kind = OidIsValid(relid) ? get_rel_relkind(relid) : '\0';

	return kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_PARTITIONED_INDEX;
}

static bool
detaches_concurrently(const AlterTableStmt *stmt)
{
	ListCell *cell;

	foreach (cell, stmt->cmds) {
		auto *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_DetachPartition && command->def != nullptr && IsA(command->def, PartitionCmd) &&
			reinterpret_cast<PartitionCmd *>(command->def)->concurrent)
			return true;
	}
	return false;
}

static bool
moves_database(const AlterDatabaseStmt *stmt)
{
	ListCell *cell;

	foreach (cell, stmt->options)
		if (std::strcmp(lfirst_node(DefElem, cell)->defname, "tablespace") == 0)
			return true;
	return false;
}

void
read_transactions(Statement &statement, const Node *node)
{
	bool own = false;
	bool intent = true;

	switch (nodeTag(node)) {
	case T_IndexStmt:
		own = reinterpret_cast<const IndexStmt *>(node)->concurrent;
		break;
	case T_DropStmt:
		own = reinterpret_cast<const DropStmt *>(node)->concurrent;
		break;
	case T_ReindexStmt: {
		auto *stmt = reinterpret_cast<const ReindexStmt *>(node);

		own = stmt->relation == nullptr || last_option_is_on(stmt->params, "concurrently") ||
			  is_partitioned(stmt->relation);
		break;
	}
	case T_AlterTableStmt:
		own = detaches_concurrently(reinterpret_cast<const AlterTableStmt *>(node));
		break;
	case T_ClusterStmt: {
		auto *stmt = reinterpret_cast<const ClusterStmt *>(node);

		own = stmt->relation == nullptr || is_partitioned(stmt->relation);
		break;
	}
	case T_VacuumStmt: {
		auto *stmt = reinterpret_cast<const VacuumStmt *>(node);

		own = stmt->is_vacuumcmd || list_length(stmt->rels) != 1;
		intent = last_option_is_on(stmt->options, "full");
		break;
	}

	/* Replication slots on the publisher are made and dropped there and then. */
	case T_CreateSubscriptionStmt:
	case T_DropSubscriptionStmt:
	case T_CreatedbStmt:
	case T_DropdbStmt:
	case T_CreateTableSpaceStmt:
	case T_DropTableSpaceStmt:
	case T_AlterSystemStmt:
		statement.irreversible = true;
		break;
	case T_AlterDatabaseStmt:
		own = statement.irreversible = moves_database(reinterpret_cast<const AlterDatabaseStmt *>(node));
		break;
	default:
		break;
	}
	statement.own_transactions = own && !statement.temporary;
	statement.leaves_intent = statement.own_transactions && intent;
}

} // namespace schema_guard::pg::raw
