/*
 * naming_rules.cpp - the rules of this database, kept compiled, and judging by them.
 */
#include "schema_guard/pg/naming.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/texts.hpp"

namespace schema_guard::pg {

namespace {

/* Columns of schema_guard.naming_rules. */
enum {
	rule_name,
	rule_object_type,
	rule_schema_pattern,
	rule_kind,
	rule_pattern,
	rule_severity,
	rule_message,
	rule_exceptions,
	rule_columns
};

struct RuleWords {
	std::string texts[rule_exceptions];
	std::vector<std::string> exceptions;
};

/* Invalidation may come while rules are in use, so they are only marked and go when they are next asked for. */
NamingRules *cached = nullptr;
bool stale = false;

} // namespace

namespace raw {

static Oid
naming_rules_table()
{
	Oid schema = get_namespace_oid("schema_guard", true);

	return OidIsValid(schema) ? get_relname_relid("naming_rules", schema) : InvalidOid;
}

/* By a plain scan: this may run inside a user's command, where SPI would show. */
static bool
read_rules(std::vector<RuleWords> &rules)
{
	Oid oid = naming_rules_table();

	if (!OidIsValid(oid))
		return false;

	Relation table = table_open(oid, AccessShareLock);
	TupleDesc row = RelationGetDescr(table);
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);

	while (HeapTuple tuple = systable_getnext(scan)) {
		RuleWords &rule = rules.emplace_back();

		for (int i = 0; i < rule_columns; ++i) {
			bool isnull;
			Datum value = heap_getattr(tuple, i + 1, row, &isnull);

			if (isnull)
				continue;
			if (i < rule_exceptions) {
				const char *word = TextDatumGetCString(value);

				rule.texts[i] = word;
				continue;
			}

			pg::raw::assign(rule.exceptions, value);
		}
	}
	systable_endscan(scan);
	table_close(table, AccessShareLock);
	return true;
}

static const char *
convert(const char *text, int length, bool to_server)
{
	return to_server ? pg_any_to_server(text, length, PG_UTF8) : pg_server_to_any(text, length, PG_UTF8);
}

} // namespace raw

static std::string
convert(std::string_view text, bool to_server)
{
	std::string result(text);

	/* SQL_ASCII converts nothing. */
	if (text.empty() || GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return result;
	guard([&] {
		const char *converted = raw::convert(text.data(), static_cast<int>(text.size()), to_server);

		if (converted != text.data())
			result = converted;
	});
	return result;
}

std::string
to_utf8(std::string_view text)
{
	return convert(text, false);
}

std::string
to_server(std::string_view text)
{
	return convert(text, true);
}

/* Words that cannot name a table without quotes. */
static bool
is_reserved(std::string_view word)
{
	std::string text(word);

	/* The server looks words up in lower case; one that is not must be quoted anyhow. */
	if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
		return false;

	int keyword = ScanKeywordLookup(text.c_str(), &ScanKeywords);

	return keyword >= 0 && (ScanKeywordCategories[keyword] == RESERVED_KEYWORD ||
							ScanKeywordCategories[keyword] == TYPE_FUNC_NAME_KEYWORD);
}

NameLimits
name_limits() noexcept
{
	NameLimits limits;

	limits.max_bytes = NAMEDATALEN - 1;
	limits.single_byte = pg_database_encoding_max_length() == 1 && GetDatabaseEncoding() != PG_SQL_ASCII;
	limits.reserved = is_reserved;
	return limits;
}

const NamingRules &
naming_rules()
{
	static const NamingRules none({});

	if (cached != nullptr && !stale)
		return *cached;
	delete std::exchange(cached, nullptr);

	std::vector<RuleWords> words;
	std::vector<NamingRule> rules;

	/* Before reading: rules that change meanwhile are stale again. */
	stale = false;
	if (!guard([&] { return raw::read_rules(words); }))
		return none;
	for (const RuleWords &from : words) {
		NamingRule &rule = rules.emplace_back();

		rule.name = to_utf8(from.texts[rule_name]);
		rule.object_type = from.texts[rule_object_type];
		rule.schema_pattern = to_utf8(from.texts[rule_schema_pattern]);
		rule.kind = naming_kind(from.texts[rule_kind]);
		rule.pattern = to_utf8(from.texts[rule_pattern]);
		rule.severity = naming_severity(from.texts[rule_severity]);
		rule.message = to_utf8(from.texts[rule_message]);
		for (const std::string &exception : from.exceptions)
			rule.exceptions.push_back(to_utf8(exception));
	}
	/* In order of name, so that messages come the same way every time. */
	std::sort(rules.begin(), rules.end(), [](const NamingRule &a, const NamingRule &b) { return a.name < b.name; });
	cached = new NamingRules(rules);
	return *cached;
}

void
forget_naming_rules() noexcept
{
	stale = true;
}

static void
judge_into(std::vector<NamingViolation> &all, const NamingRules &rules, const NamedObject &object)
{
	for (NamingViolation &found : rules.judge(object, name_limits())) {
		for (std::string *text : {&found.rule, &found.message, &found.detail, &found.suggestion})
			*text = to_server(*text);
		all.push_back(std::move(found));
	}
}

std::vector<NamingViolation>
judge_names(const std::vector<Address> &addresses, std::string_view statement)
{
	std::vector<NamingViolation> violations;
	const NamingRules &rules = naming_rules();

	if (rules.empty() || addresses.empty())
		return violations;
	for (const LocatedName &name : named_objects(addresses, rules, statement))
		judge_into(violations, rules, name.object);
	return violations;
}

std::vector<NamingViolation>
judge_name(const NamedObject &object, std::string_view statement)
{
	std::vector<NamingViolation> violations;
	const NamingRules &rules = naming_rules();

	if (rules.empty())
		return violations;

	NamedObject told = object;

	for (std::string *text : {&told.schema, &told.name, &told.table})
		*text = to_utf8(*text);
	for (std::vector<std::string> *names : {&told.columns, &told.key_columns})
		for (std::string &name : *names)
			name = to_utf8(name);
	told.columns = index_column_names(told.columns, name_limits());
	told.written = find_cut_identifier(to_utf8(statement), told.name, name_limits());
	judge_into(violations, rules, told);
	return violations;
}

} // namespace schema_guard::pg
