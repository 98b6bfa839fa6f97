/*
 * tampering.cpp - reads parse trees only; see tampering.hpp.
 */
#include "schema_guard/pg/tampering.hpp"

#include "schema_guard/core/failure.hpp"

namespace schema_guard::pg {

namespace {

constexpr std::string_view extension_name = "schema_guard";
constexpr std::string_view own_prefix = "schema_guard.";

bool
is_own_parameter(const char *name)
{
	return name != nullptr && pg_strncasecmp(name, own_prefix.data(), own_prefix.size()) == 0;
}

std::optional<Violation>
violation(const Statement &statement, const std::string &why)
{
	return Violation{
		sqlstate::tampering, "tampering", subject(statement) + " refused: " + why + ", schema_guard.override is needed",
		"The statement would weaken the guard.", "SET LOCAL schema_guard.override = 'why it must be done now';"};
}

std::optional<Violation>
alter_system(const AlterSystemStmt *stmt, const Statement &statement)
{
	const VariableSetStmt *set = stmt->setstmt;

	if (set->kind == VAR_RESET_ALL)
		return violation(statement, "it resets the settings of schema_guard");
	if (is_own_parameter(set->name))
		return violation(statement, "it changes a setting of schema_guard");
	if (set->name != nullptr && pg_strcasecmp(set->name, "shared_preload_libraries") == 0) {
		bool kept = false;
		ListCell *cell;

		foreach (cell, set->args) {
			Node *argument = static_cast<Node *>(lfirst(cell));

			if (IsA(argument, A_Const) && IsA(&castNode(A_Const, argument)->val, String) &&
				strstr(strVal(&castNode(A_Const, argument)->val), extension_name.data()) != nullptr)
				kept = true;
		}
		if (!kept)
			return violation(statement, "it takes schema_guard out of shared_preload_libraries");
	}
	return std::nullopt;
}

std::optional<Violation>
grant(const GrantStmt *stmt, const Statement &statement)
{
	if (stmt->objtype != OBJECT_PARAMETER_ACL || !stmt->is_grant)
		return std::nullopt;

	bool own = false;
	ListCell *cell;

	foreach (cell, stmt->objects)
		own = own || is_own_parameter(strVal(lfirst(cell)));
	if (!own)
		return std::nullopt;
	foreach (cell, stmt->grantees)
		if (static_cast<RoleSpec *>(lfirst(cell))->roletype == ROLESPEC_PUBLIC)
			return violation(statement, "it lets everybody declare a migration or an override");
	return std::nullopt;
}

/* An event trigger is found by its name: ours begin with that of the extension. */
bool
is_own_object(const Target &target)
{
	if (target.object_type == "schema" || target.object_type == "extension")
		return target.name == extension_name;
	if (target.object_type == "event trigger")
		return target.name.compare(0, extension_name.size(), extension_name) == 0;
	return target.schema == extension_name;
}

std::optional<Violation>
own_object(const Node *utility, const Statement &statement)
{
	/* Privileges on our views and functions are how they are shared, and upgrades are ordinary migrations. */
	if (statement.command_class == CommandClass::access || statement.command_class == CommandClass::maintenance ||
		IsA(utility, AlterExtensionStmt) || IsA(utility, CreateExtensionStmt))
		return std::nullopt;

	for (const Target &target : statement.targets) {
		if (!is_own_object(target))
			continue;
		if (target.object_type == "extension")
			return violation(statement, IsA(utility, DropStmt) ? "it removes the guard and its log"
															   : "it changes what belongs to the guard");
		if (target.name == "statement_log" || target.name == "log_block" || target.name == "guard_mode")
			return Violation{sqlstate::own_table, "own_table",
							 subject(statement) + " refused: the guard's own tables are written by the guard alone",
							 "The log could not be trusted otherwise.",
							 "schema_guard.enabled = off in postgresql.conf and a reload switch the guard off."};
		return violation(statement, "it changes the guard's own objects");
	}
	return std::nullopt;
}

} // namespace

std::optional<Violation>
tampering(const Node *utility, const Statement &statement)
{
	switch (nodeTag(utility)) {
	case T_AlterSystemStmt:
		return alter_system(reinterpret_cast<const AlterSystemStmt *>(utility), statement);
	case T_GrantStmt:
		return grant(reinterpret_cast<const GrantStmt *>(utility), statement);
	default:
		return own_object(utility, statement);
	}
}

} // namespace schema_guard::pg
