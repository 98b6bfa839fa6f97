/*
 * naming.cpp - judging names; see naming.hpp.
 */
#include "schema_guard/core/policy/naming.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>
#include <new>

#include <unicode/regex.h>

namespace schema_guard {

namespace {

/* Steps of ICU's match engine, about a millisecond each: names are short, so only a runaway pattern meets it. */
constexpr int32_t regex_time_limit = 50;

bool
is_constraint(std::string_view type)
{
	return type == "primary key" || type == "unique" || type == "foreign key" || type == "check" ||
		   type == "exclusion" || type == "not null";
}

bool
contains(const std::vector<std::string_view> &words, std::string_view word)
{
	return std::find(words.begin(), words.end(), word) != words.end();
}

std::string
words(const std::vector<std::string_view> &all)
{
	std::string result;

	for (std::string_view word : all)
		result.append(result.empty() ? "" : ", ").append(word);
	return result;
}

Failure
unknown_word(const char *what, std::string_view word, const std::vector<std::string_view> &known)
{
	return Failure(sqlstate::invalid_parameter, std::string("unknown ") + what + " \"" + std::string(word) + "\"")
		.with_hint("Known are: " + words(known) + ".");
}

bool
type_matches(std::string_view rule, std::string_view object)
{
	return rule == "*" || rule == object || (rule == "constraint" && is_constraint(object)) ||
		   (rule == "index" && object == "unique index") || (rule == "non-unique index" && object == "index");
}

std::string
join(const std::vector<std::string> &parts, const char *separator)
{
	std::string result;

	for (const std::string &part : parts)
		result += (result.empty() ? "" : separator) + part;
	return result;
}

/* The plain text a pattern demands at its beginning and end: v_ of ^v_[a-z]+$, so that a suggestion can have it. */
std::pair<std::string, std::string>
fixed_ends(std::string_view pattern)
{
	auto plain = [](char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
	};
	std::string first;
	std::string last;

	if (pattern.find('|') != std::string_view::npos)
		return {};
	if (!pattern.empty() && pattern.front() == '^') {
		size_t end = 1;

		while (end < pattern.size() && plain(pattern[end]))
			++end;
		/* A quantifier behind it belongs to the last character. */
		if (end < pattern.size() && std::string_view("*?{+").find(pattern[end]) != std::string_view::npos && end > 1)
			--end;
		first = pattern.substr(1, end - 1);
	}
	if (!pattern.empty() && pattern.back() == '$') {
		size_t begin = pattern.size() - 1;

		while (begin > 0 && plain(pattern[begin - 1]))
			--begin;
		if (begin == 0 || pattern[begin - 1] != '\\')
			last = pattern.substr(begin, pattern.size() - 1 - begin);
	}
	return {first, last};
}

/* The name in the other spellings people use: orderItems, OrderItems. */
std::pair<std::string, std::string>
camel_cases(std::string_view name)
{
	std::string upper;

	for (std::string word : unicode::ascii_words(name)) {
		if (word[0] >= 'a' && word[0] <= 'z')
			word[0] = static_cast<char>(word[0] - 32);
		upper += word;
	}

	std::string lower = upper;

	if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z')
		lower[0] = static_cast<char>(lower[0] + 32);
	return {lower, upper};
}

} // namespace

const std::vector<std::string_view> &
naming_object_types()
{
	static const std::vector<std::string_view> types = {
		"table",       "foreign table", "column",       "view",        "materialized view",
		"sequence",    "index",         "unique index", "primary key", "unique",
		"foreign key", "check",         "exclusion",    "not null",    "type",
		"domain",      "function",      "procedure",    "aggregate",   "trigger",
		"policy",      "schema",        "role",
	};

	return types;
}

const std::vector<std::string_view> &
naming_builtins()
{
	static const std::vector<std::string_view> builtins = {"nfc",    "one_script", "look_alike", "invisible",
														   "length", "reserved",   "mixed_case"};

	return builtins;
}

NamingRule::Kind
naming_kind(std::string_view word)
{
	if (word == "regex")
		return NamingRule::Kind::regex;
	if (word == "template")
		return NamingRule::Kind::pattern_template;
	if (word == "builtin")
		return NamingRule::Kind::builtin;
	throw unknown_word("kind of naming rule", word, {"regex", "template", "builtin"});
}

Severity
naming_severity(std::string_view word)
{
	if (word == "error")
		return Severity::error;
	if (word == "warning")
		return Severity::warning;
	throw unknown_word("severity", word, {"error", "warning"});
}

void
NameSpace::add(const std::string &name)
{
	by_skeleton_.emplace(unicode::skeleton(name), name);
}

std::optional<std::string>
NameSpace::look_alike(const std::string &name) const
{
	auto [begin, end] = by_skeleton_.equal_range(unicode::skeleton(name));

	for (auto found = begin; found != end; ++found)
		if (found->second != name)
			return found->second;
	return std::nullopt;
}

struct NamingRules::Compiled {
	NamingRule rule;
	std::unique_ptr<icu::RegexPattern> regex;
	std::optional<NameTemplate> name_template;

	explicit Compiled(const NamingRule &from) : rule(from)
	{
		std::vector<std::string_view> types = naming_object_types();

		types.insert(types.end(), {"constraint", "non-unique index", "*"});
		if (!contains(types, rule.object_type))
			throw unknown_word("object type", rule.object_type, types);

		switch (rule.kind) {
		case NamingRule::Kind::regex:
			compile();
			break;
		case NamingRule::Kind::pattern_template:
			name_template.emplace(rule.pattern);
			break;
		case NamingRule::Kind::builtin:
			if (!contains(naming_builtins(), rule.pattern))
				throw unknown_word("builtin naming rule", rule.pattern, naming_builtins());
		}
	}

	void compile()
	{
		UErrorCode status = U_ZERO_ERROR;
		UParseError where{};

		regex.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(rule.pattern), 0, where, status));
		if (status == U_MEMORY_ALLOCATION_ERROR)
			throw std::bad_alloc();
		if (U_FAILURE(status))
			throw Failure(sqlstate::invalid_parameter, "naming pattern \"" + rule.pattern +
														   "\" is not a regular expression: " + u_errorName(status) +
														   " at character " + std::to_string(where.offset))
				.with_hint("Patterns are ICU regular expressions.");
	}

	bool applies(const NamedObject &object) const
	{
		if (!type_matches(rule.object_type, object.object_type) ||
			(rule.schema_pattern != "*" && !unicode::glob_match(rule.schema_pattern, object.schema)))
			return false;

		std::string in_table = object.table.empty() ? "" : object.table + "." + object.name;
		std::string in_schema =
			object.schema.empty() ? "" : object.schema + "." + (in_table.empty() ? object.name : in_table);

		for (const std::string &exception : rule.exceptions)
			if (unicode::glob_match(exception, object.name) ||
				(!in_table.empty() && unicode::glob_match(exception, in_table)) ||
				(!in_schema.empty() && unicode::glob_match(exception, in_schema)))
				return false;
		return true;
	}

	/* What is wrong with the name, to follow 'table name "x"'; nothing when it is right. */
	std::optional<std::string> problem(const NamedObject &object, const NameLimits &limits, std::string &detail) const
	{
		switch (rule.kind) {
		case NamingRule::Kind::regex:
			return regex_problem(object.name, detail);
		case NamingRule::Kind::pattern_template:
			if (name_template->matches(object, limits))
				return std::nullopt;
			detail = "Expected \"" + unicode::printable(*name_template->expand(object, limits)) + "\".";
			return "does not follow " + rule.pattern;
		case NamingRule::Kind::builtin:
			return builtin_problem(object, limits, detail);
		}
		return std::nullopt;
	}

	std::optional<std::string> regex_problem(const std::string &name, std::string &detail) const
	{
		UErrorCode status = U_ZERO_ERROR;
		icu::UnicodeString text = icu::UnicodeString::fromUTF8(name);
		std::unique_ptr<icu::RegexMatcher> matcher(regex->matcher(text, status));

		if (matcher)
			matcher->setTimeLimit(regex_time_limit, status);

		bool found = U_SUCCESS(status) && matcher->find(status);

		if (status == U_MEMORY_ALLOCATION_ERROR)
			throw std::bad_alloc();
		if (U_FAILURE(status)) {
			detail = std::string("The regular expression engine gave up: ") + u_errorName(status) + ".";
			return "could not be compared with " + rule.pattern;
		}
		if (found)
			return std::nullopt;
		return "does not match " + rule.pattern;
	}

	std::optional<std::string> builtin_problem(const NamedObject &object, const NameLimits &limits,
											   std::string &detail) const
	{
		const std::string &name = object.name;

		if (rule.pattern == "nfc") {
			std::string normal = unicode::to_nfc(name);

			if (normal == name)
				return std::nullopt;
			detail = "In NFC it has " + std::to_string(normal.size()) + " bytes instead of " +
					 std::to_string(name.size()) + ".";
			return "is not in Unicode normal form C";
		}
		if (rule.pattern == "one_script") {
			std::vector<std::string> scripts = unicode::mixed_scripts(name);

			if (scripts.empty())
				return std::nullopt;
			return "mixes the scripts " + join(scripts, " and ");
		}
		if (rule.pattern == "look_alike") {
			std::optional<std::string> other = object.siblings ? object.siblings->look_alike(name) : std::nullopt;

			if (!other)
				return std::nullopt;
			return "looks like \"" + unicode::printable(*other) + "\", which exists already";
		}
		if (rule.pattern == "invisible") {
			std::vector<std::string> characters = unicode::invisible_characters(name);

			if (characters.empty())
				return std::nullopt;
			return "contains " + join(characters, ", ");
		}
		if (rule.pattern == "length") {
			if (object.written.empty())
				return std::nullopt;
			detail = "It was written \"" + unicode::printable(object.written) + "\".";
			return "was cut at " + std::to_string(limits.max_bytes) + " bytes";
		}
		if (rule.pattern == "reserved") {
			if (!limits.reserved || !limits.reserved(name))
				return std::nullopt;
			return "is a reserved word";
		}
		/* The server folds ASCII alone; other capitals need no quotes. */
		if (std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
			return std::nullopt;
		return "has upper-case letters and must be quoted wherever it is used";
	}
};

NamingRules::NamingRules(const std::vector<NamingRule> &rules)
{
	rules_.reserve(rules.size());
	for (const NamingRule &rule : rules)
		rules_.emplace_back(rule);
}

NamingRules::NamingRules(NamingRules &&) noexcept = default;
NamingRules &NamingRules::operator=(NamingRules &&) noexcept = default;
NamingRules::~NamingRules() = default;

bool
NamingRules::empty() const noexcept
{
	return rules_.empty();
}

bool
NamingRules::need_siblings(std::string_view object_type) const noexcept
{
	return std::any_of(rules_.begin(), rules_.end(), [&](const Compiled &compiled) {
		return compiled.rule.kind == NamingRule::Kind::builtin && compiled.rule.pattern == "look_alike" &&
			   type_matches(compiled.rule.object_type, object_type);
	});
}

std::vector<NamingViolation>
NamingRules::judge(const NamedObject &object, const NameLimits &limits) const
{
	std::vector<NamingViolation> violations;
	std::vector<const Compiled *> broken;

	for (const Compiled &compiled : rules_) {
		NamingViolation violation;
		std::optional<std::string> problem;

		if (compiled.applies(object))
			problem = compiled.problem(object, limits, violation.detail);
		if (!problem)
			continue;
		violation.rule = compiled.rule.name;
		violation.severity = compiled.rule.severity;
		violation.message = object.object_type + " name \"" + unicode::printable(object.name) + "\" ";
		violation.message += compiled.rule.message.empty() ? *problem : "is wrong: " + compiled.rule.message;
		violations.push_back(std::move(violation));
		broken.push_back(&compiled);
	}
	if (violations.empty())
		return violations;

	/* Candidates for a better name, the likeliest first. */
	std::vector<std::string> candidates;
	auto propose = [&](const std::string &name) {
		if (!name.empty() && name != object.name &&
			std::find(candidates.begin(), candidates.end(), name) == candidates.end())
			candidates.push_back(name);
	};
	std::string respelt =
		unicode::mixed_scripts(object.name).empty() ? object.name : unicode::look_alikes_to_ascii(object.name);
	std::string plain = suggest_name(object.object_type, respelt, limits);
	auto [camel, pascal] = camel_cases(respelt);

	for (const Compiled *rule : broken)
		if (rule->name_template)
			propose(*rule->name_template->expand(object, limits));
	propose(unicode::to_nfc(unicode::without_invisible(object.name)));
	propose(plain);
	for (const Compiled *rule : broken)
		if (rule->regex) {
			auto [first, last] = fixed_ends(rule->rule.pattern);

			propose(first + plain + last);
		}
	propose(camel);
	propose(pascal);

	/* Best is a name that breaks no rule at all; else one that mends the rule in question. */
	auto mends = [&](const std::string &name, const Compiled &compiled) {
		NamedObject renamed = object;
		std::string ignored;

		renamed.name = name;
		renamed.written.clear();
		return !compiled.applies(renamed) || !compiled.problem(renamed, limits, ignored);
	};
	auto best = std::find_if(candidates.begin(), candidates.end(), [&](const std::string &name) {
		return std::all_of(rules_.begin(), rules_.end(),
						   [&](const Compiled &compiled) { return mends(name, compiled); });
	});

	for (size_t i = 0; i < violations.size(); ++i) {
		auto own = best != candidates.end()
					   ? best
					   : std::find_if(candidates.begin(), candidates.end(),
									  [&](const std::string &name) { return mends(name, *broken[i]); });

		if (own != candidates.end())
			violations[i].suggestion = *own;
	}
	return violations;
}

} // namespace schema_guard
