/*
 * text.cpp - the text of one statement, without its secrets.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"

namespace schema_guard::pg {

static bool
may_hold_secret(const Node *utility)
{
	switch (nodeTag(utility)) {
		case T_CreateRoleStmt:
		case T_AlterRoleStmt:
		case T_AlterRoleSetStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterSystemStmt:
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
		case T_CreateFdwStmt:
		case T_AlterFdwStmt:
		case T_CreateForeignServerStmt:
		case T_AlterForeignServerStmt:
		case T_CreateUserMappingStmt:
		case T_AlterUserMappingStmt:
		case T_CreateForeignTableStmt:
		case T_ImportForeignSchemaStmt:
			return true;
		case T_AlterTableStmt:
			return reinterpret_cast<const AlterTableStmt *>(utility)->objtype == OBJECT_FOREIGN_TABLE;
		default:
			return false;
	}
}

static std::string_view
slice(const char *query, int location, int length)
{
	std::string_view text = query;

	if (location > 0)
		text.remove_prefix(std::min<size_t>(location, text.size()));
	if (location >= 0 && length > 0)
		text = text.substr(0, length);

	constexpr char space[] = " \t\n\r\f\v";
	size_t first = text.find_first_not_of(space);

	return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string
statement_text(const Node *utility, const char *query, int location, int length)
{
	if (may_hold_secret(utility)) {
		const char *tag = guard([&] { return GetCommandTagName(CreateCommandTag(const_cast<Node *>(utility))); });

		return tag;
	}
	return std::string(slice(query, location, length));
}

std::string
text_without_literals(const char *)
{
	return {};
}

} // namespace schema_guard::pg
