/*
 * text.cpp - the text of one statement, without its secrets.
 */
#include "schema_guard/core/policy/redact.hpp"
#include "schema_guard/core/text/lexer.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"

namespace schema_guard::pg {

/* What stmt_location and stmt_len cut out of a query string; location -1 is all of it, length 0 the rest. */
static std::string_view
slice(std::string_view query, int location, int length)
{
	constexpr std::string_view space = " \t\n\r\f\v";

	if (location >= 0) {
		query.remove_prefix(std::min<size_t>(location, query.size()));
		if (length > 0)
			query = query.substr(0, length);
	}
	query.remove_prefix(lexer::skip_blank(query));
	return query.substr(0, query.find_last_not_of(space) + 1);
}

static Secrets
secrets_of_setting(const VariableSetStmt *stmt)
{
	return stmt->name != nullptr && is_secret_parameter(stmt->name) ? Secrets::setting : Secrets::connections;
}

static Secrets
secrets_of_alter_table(const AlterTableStmt *stmt)
{
	const ListCell *cell;

	foreach (cell, stmt->cmds) {
		const auto *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_GenericOptions || command->subtype == AT_AlterColumnGenericOptions ||
			(command->subtype == AT_AddColumn && castNode(ColumnDef, command->def)->fdwoptions != NIL))
			return Secrets::options;
	}
	return Secrets::connections;
}

/* Which secrets a statement may hold; none for routines, whose text is the schema. */
static std::optional<Secrets>
secrets_of(const Node *utility)
{
	switch (nodeTag(utility)) {
	case T_CreateRoleStmt:
	case T_AlterRoleStmt:
		return Secrets::roles;
	case T_AlterRoleSetStmt:
		return secrets_of_setting(reinterpret_cast<const AlterRoleSetStmt *>(utility)->setstmt);
	case T_AlterDatabaseSetStmt:
		return secrets_of_setting(reinterpret_cast<const AlterDatabaseSetStmt *>(utility)->setstmt);
	case T_AlterSystemStmt:
		return secrets_of_setting(reinterpret_cast<const AlterSystemStmt *>(utility)->setstmt);
	case T_CreateSubscriptionStmt:
	case T_AlterSubscriptionStmt:
		return Secrets::strings;
	case T_CreateFdwStmt:
	case T_AlterFdwStmt:
	case T_CreateForeignServerStmt:
	case T_AlterForeignServerStmt:
	case T_CreateUserMappingStmt:
	case T_AlterUserMappingStmt:
	case T_CreateForeignTableStmt:
	case T_ImportForeignSchemaStmt:
		return Secrets::options;
	case T_AlterTableStmt:
		return secrets_of_alter_table(reinterpret_cast<const AlterTableStmt *>(utility));
	case T_CreateFunctionStmt:
		return std::nullopt;
	default:
		return Secrets::connections;
	}
}

std::string
statement_text(const Node *utility, const char *query, int location, int length)
{
	std::string_view text = slice(query, location, length);
	std::optional<Secrets> secrets = secrets_of(utility);
	std::optional<std::string> shown = secrets ? redact(text, *secrets) : std::string(text);

	if (shown)
		return *std::move(shown);
	return guard([&] { return GetCommandTagName(CreateCommandTag(const_cast<Node *>(utility))); });
}

std::string
text_without_literals(const char *query)
{
	return redact(slice(query, -1, 0), Secrets::literals).value_or(std::string());
}

} // namespace schema_guard::pg
