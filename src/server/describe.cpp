/*
 * describe.cpp - shows what pg/statement.hpp reads, for tests; not in released builds.
 */
#ifdef SCHEMA_GUARD_TEST_FAULTS

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"

using namespace schema_guard;

static const char *
name_of(CommandClass command_class)
{
	constexpr const char *names[] = {"none", "structure", "access", "maintenance", "data"};

	return names[static_cast<int>(command_class)];
}

static const char *
name_of(Action action)
{
	constexpr const char *names[] = {"create", "alter", "rename", "drop", "rewrite", "truncate"};

	return names[static_cast<int>(action)];
}

static std::string
describe(const Target &target)
{
	std::string text = std::string("  ") + name_of(target.action) + " | " + target.object_type + " | " +
					   (target.schema.empty() ? "-" : target.schema) + " | " + (target.name.empty() ? "-" : target.name) +
					   " | " + target.identity;

	text += target.exists ? " | exists" : "";
	text += target.temporary ? " | temporary" : "";
	text += target.destructive ? " | destructive" : "";
	return text;
}

static std::string
describe(const Statement &statement)
{
	std::string text = statement.tag + " [" + name_of(statement.command_class);

	text += statement.temporary ? ", temporary" : "";
	text += statement.no_op ? ", no-op" : "";
	text += statement.if_exists ? ", if exists" : "";
	text += statement.irreversible ? ", irreversible" : "";
	text += statement.own_transactions ? ", own transactions" : "";
	text += statement.intent_allowed ? ", intent" : "";
	text += statement.shared ? ", shared" : "";
	text += "]";
	for (const Target &target : statement.targets)
		text += "\n" + describe(target);
	return text;
}

namespace raw {

struct Parsed {
	Node *utility;
	int location;
	int length;
};

/* Analyzes as well, since SELECT INTO and EXPLAIN come analyzed to ProcessUtility. */
static Parsed
parse(const char *sql, int number)
{
	List *statements = raw_parser(sql, RAW_PARSE_DEFAULT);

	if (number >= list_length(statements))
		return {nullptr, 0, 0};

	auto *raw = list_nth_node(RawStmt, statements, number);
	Query *query = parse_analyze_fixedparams(raw, sql, nullptr, 0, nullptr);

	return {query->commandType == CMD_UTILITY ? query->utilityStmt : raw->stmt, raw->stmt_location, raw->stmt_len};
}

} // namespace raw

/* schema_guard_describe(sql text) returns text: each statement of sql, its text and targets. */
SCHEMA_GUARD_FUNCTION(schema_guard_describe)
{
	const char *sql = pg::guard([&] { return text_to_cstring(PG_GETARG_TEXT_PP(0)); });
	std::string all;

	for (int i = 0;; i++) {
		raw::Parsed parsed = pg::guard([&] { return raw::parse(sql, i); });

		if (parsed.utility == nullptr)
			break;
		all += all.empty() ? "" : "\n";
		all += describe(pg::read_statement(parsed.utility));
		all += "\n  text: " + pg::statement_text(parsed.utility, sql, parsed.location, parsed.length);
	}
	return pg::guard([&] { return PointerGetDatum(cstring_to_text(all.c_str())); });
}

#endif
