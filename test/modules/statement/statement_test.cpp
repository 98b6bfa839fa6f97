/*
 * statement_test.cpp - shows what pg/statement.hpp reads, without running it, and compares the core's lexer with the
 * server's scanner.
 */
#include "schema_guard/core/text/lexer.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"

using namespace schema_guard;

extern "C" {
PG_MODULE_MAGIC;
}

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
					   (target.schema.empty() ? "-" : target.schema) + " | " +
					   (target.name.empty() ? "-" : target.name) + " | " + target.identity;

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
	text += statement.leaves_intent ? ", intent" : "";
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

/* statement_describe(sql text) returns text: each statement of sql, its text and targets. */
SCHEMA_GUARD_FUNCTION(statement_describe)
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

/* ---- the lexer against the server's scanner ---- */

namespace raw {

struct Scanned {
	int codes[256];
	int begins[256];
	int count;
};

static void
scan(const char *sql, Scanned *result)
{
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE location;
	core_yyscan_t scanner = scanner_init(sql, &extra, &ScanKeywords, ScanKeywordTokens);
	int code;

	extra.escape_string_warning = false;
	result->count = 0;
	while ((code = core_yylex(&value, &location, scanner)) != 0 && result->count < 256) {
		result->codes[result->count] = code;
		result->begins[result->count++] = location;
	}
	scanner_finish(scanner);
}

/* Token codes belong to the server's grammar: learnt from what they stand for. */
static int
code_of(const char *sample)
{
	Scanned scanned;

	scan(sample, &scanned);
	return scanned.codes[0];
}

struct Codes {
	int string;
	int unicode_string;
	int national;
};

static void
scan_both(const char *sql, Scanned *result, Codes *codes)
{
	*codes = {code_of("'x'"), standard_conforming_strings ? code_of("U&'x'") : -1, code_of("N'x'")};
	scan(sql, result);
}

} // namespace raw

/* statement_tokens_differ(sql text) returns text: null, or the token that only one of the two sees. */
SCHEMA_GUARD_FUNCTION(statement_tokens_differ)
{
	const char *sql = pg::guard([&] { return text_to_cstring(PG_GETARG_TEXT_PP(0)); });
	raw::Scanned scanned;
	raw::Codes codes;
	std::map<int, bool> theirs; /* where a token begins, and whether it is a string */
	std::map<int, bool> ours;
	std::string difference;

	pg::guard([&] { raw::scan_both(sql, &scanned, &codes); });
	for (int i = 0; i < scanned.count; i++) {
		bool string = scanned.codes[i] == codes.string || scanned.codes[i] == codes.unicode_string;

		/* N'x' is two tokens to the scanner: a keyword, and the string behind it. */
		if (scanned.codes[i] == codes.national && sql[scanned.begins[i] + 1] == '\'')
			theirs[scanned.begins[i++]] = true;
		else
			theirs[scanned.begins[i]] = string;
	}

	lexer::Tokens lexed = lexer::tokenize(sql, !standard_conforming_strings);

	if (!lexed.complete)
		difference = "incomplete";
	for (const lexer::Token &token : lexed.tokens) {
		int begin = static_cast<int>(token.begin);

		/* Operators of several characters are one token there, several here. */
		if (token.kind == lexer::TokenKind::symbol && theirs.count(begin) == 0)
			continue;
		ours[begin] = token.kind == lexer::TokenKind::string;
	}
	for (auto [begin, string] : theirs)
		if (auto it = ours.find(begin); it == ours.end() || it->second != string)
			difference = "scanner: " + std::string(sql + begin);
	for (auto [begin, string] : ours)
		if (theirs.count(begin) == 0)
			difference = "lexer: " + std::string(sql + begin);

	if (difference.empty())
		PG_RETURN_NULL();
	return pg::guard([&] { return PointerGetDatum(cstring_to_text(difference.c_str())); });
}

/* statement_without_literals(query text) returns text */
SCHEMA_GUARD_FUNCTION(statement_without_literals)
{
	const char *sql = pg::guard([&] { return text_to_cstring(PG_GETARG_TEXT_PP(0)); });
	std::string shown = pg::text_without_literals(sql);

	return pg::guard([&] { return PointerGetDatum(cstring_to_text(shown.c_str())); });
}
