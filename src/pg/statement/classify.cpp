/*
 * classify.cpp - the class of a command, from its node tag.
 *
 * Runs for every utility statement, so it looks nothing up and calls nothing that can raise.
 */
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg {

/* As defGetBoolean(), which may raise: what it would refuse counts as true, the server then refuses it itself. */
static bool
option_is_on(const DefElem *option) noexcept
{
	const Node *value = option->arg;

	if (value == nullptr)
		return true;
	if (IsA(value, Integer))
		return intVal(value) != 0;
	if (IsA(value, String))
		return pg_strcasecmp(strVal(value), "false") != 0 && pg_strcasecmp(strVal(value), "off") != 0;
	if (IsA(value, Boolean))
		return boolVal(value);
	return true;
}

bool
last_option_is_on(const List *options, const char *name) noexcept
{
	bool on = false;
	const ListCell *cell;

	foreach (cell, options) {
		const DefElem *option = lfirst_node(DefElem, cell);

		if (std::strcmp(option->defname, name) == 0)
			on = option_is_on(option);
	}
	return on;
}

/* The utility command a name stands for; only the protocol can prepare one. */
static const Node *
prepared(const ExecuteStmt *stmt) noexcept
{
	const PreparedStatement *entry = FetchPreparedStatement(stmt->name, false);

	if (entry == nullptr)
		return nullptr;
	/* Analyzed, SELECT INTO is a CREATE TABLE AS; there is no analyzed form after an error while it was made anew. */
	if (entry->plansource->query_list != NIL)
		return linitial_node(Query, entry->plansource->query_list)->utilityStmt;
	return entry->plansource->raw_parse_tree == nullptr ? nullptr : entry->plansource->raw_parse_tree->stmt;
}

/*
 * EXPLAIN ANALYZE runs what it explains, and of the utility commands it takes only CREATE TABLE AS and its like.
 * EXPLAIN EXECUTE of a statement that was prepared by the protocol reaches one too.  A plain EXECUTE
 * needs no such care: what it runs comes to ProcessUtility by itself.
 */
static const Node *
explained(const ExplainStmt *stmt) noexcept
{
	const Node *node = stmt->query;

	if (node == nullptr || !last_option_is_on(stmt->options, "analyze"))
		return nullptr;
	if (IsA(node, Query))
		node = reinterpret_cast<const Query *>(node)->utilityStmt;
	if (node != nullptr && IsA(node, ExecuteStmt))
		node = prepared(reinterpret_cast<const ExecuteStmt *>(node));
	return node != nullptr && IsA(node, CreateTableAsStmt) ? node : nullptr;
}

const Node *
look_through(const Node *utility) noexcept
{
	if (!IsA(utility, ExplainStmt))
		return utility;
	return explained(reinterpret_cast<const ExplainStmt *>(utility));
}

CommandClass
command_class(const Node *utility) noexcept
{
	switch (nodeTag(utility)) {
	case T_ExplainStmt:
		return look_through(utility) == nullptr ? CommandClass::none : CommandClass::structure;

	case T_RenameStmt:
		return reinterpret_cast<const RenameStmt *>(utility)->renameType == OBJECT_ROLE ? CommandClass::access
																						: CommandClass::structure;

	/* relations and what hangs on them */
	case T_CreateStmt:
	case T_CreateForeignTableStmt:
	case T_CreateTableAsStmt:
	case T_ViewStmt:
	case T_IndexStmt:
	case T_CreateSeqStmt:
	case T_AlterSeqStmt:
	case T_AlterTableStmt:
	case T_AlterTableMoveAllStmt:
	case T_RuleStmt:
	case T_CreateTrigStmt:
	case T_CreatePolicyStmt:
	case T_AlterPolicyStmt:
	case T_CreateStatsStmt:
	case T_AlterStatsStmt:
	/* types, functions, operators */
	case T_DefineStmt:
	case T_CompositeTypeStmt:
	case T_CreateEnumStmt:
	case T_CreateRangeStmt:
	case T_AlterEnumStmt:
	case T_AlterTypeStmt:
	case T_CreateDomainStmt:
	case T_AlterDomainStmt:
	case T_CreateFunctionStmt:
	case T_AlterFunctionStmt:
	case T_CreatePLangStmt:
	case T_CreateTransformStmt:
	case T_CreateCastStmt:
	case T_CreateConversionStmt:
	case T_AlterCollationStmt:
	case T_CreateAmStmt:
	case T_CreateOpClassStmt:
	case T_CreateOpFamilyStmt:
	case T_AlterOpFamilyStmt:
	case T_AlterOperatorStmt:
	case T_AlterTSDictionaryStmt:
	case T_AlterTSConfigurationStmt:
	/* schemas, extensions, foreign data, replication, event triggers */
	case T_CreateSchemaStmt:
	case T_CreateExtensionStmt:
	case T_AlterExtensionStmt:
	case T_AlterExtensionContentsStmt:
	case T_CreateFdwStmt:
	case T_AlterFdwStmt:
	case T_CreateForeignServerStmt:
	case T_AlterForeignServerStmt:
	case T_CreateUserMappingStmt:
	case T_AlterUserMappingStmt:
	case T_DropUserMappingStmt:
	case T_ImportForeignSchemaStmt:
	case T_CreatePublicationStmt:
	case T_AlterPublicationStmt:
	case T_CreateSubscriptionStmt:
	case T_AlterSubscriptionStmt:
	case T_DropSubscriptionStmt:
	case T_CreateEventTrigStmt:
	case T_AlterEventTrigStmt:
	/* any kind */
	case T_DropStmt:
	case T_DropOwnedStmt:
	case T_CommentStmt:
	case T_SecLabelStmt:
	case T_AlterObjectDependsStmt:
	case T_AlterObjectSchemaStmt:
	case T_AlterOwnerStmt:
	/* the cluster */
	case T_CreatedbStmt:
	case T_AlterDatabaseStmt:
	case T_AlterDatabaseRefreshCollStmt:
	case T_AlterDatabaseSetStmt:
	case T_DropdbStmt:
	case T_CreateTableSpaceStmt:
	case T_DropTableSpaceStmt:
	case T_AlterTableSpaceOptionsStmt:
	case T_AlterSystemStmt:
		return CommandClass::structure;

	case T_GrantStmt:
	case T_GrantRoleStmt:
	case T_AlterDefaultPrivilegesStmt:
	case T_CreateRoleStmt:
	case T_AlterRoleStmt:
	case T_AlterRoleSetStmt:
	case T_DropRoleStmt:
	case T_ReassignOwnedStmt:
		return CommandClass::access;

	case T_ReindexStmt:
	case T_ClusterStmt:
	case T_RefreshMatViewStmt:
		return CommandClass::maintenance;

	/*
	 * VACUUM FULL rewrites the table under an exclusive lock, as CLUSTER does; ANALYZE changes the plans of every
	 * query.  Plain VACUUM changes nothing, and autovacuum's own never come here.
	 */
	case T_VacuumStmt: {
		const auto *stmt = reinterpret_cast<const VacuumStmt *>(utility);
		bool counts = !stmt->is_vacuumcmd || last_option_is_on(stmt->options, "full") ||
					  last_option_is_on(stmt->options, "analyze");

		return counts ? CommandClass::maintenance : CommandClass::none;
	}

	case T_TruncateStmt:
		return CommandClass::data;

	default:
		return CommandClass::none;
	}
}

} // namespace schema_guard::pg
