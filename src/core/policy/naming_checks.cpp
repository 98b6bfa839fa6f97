/*
 * naming_checks.cpp - what a single rule finds wrong with a name.
 */
#include "schema_guard/core/policy/naming_checks.hpp"

#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>
#include <new>

namespace schema_guard {

namespace {

/* Steps of ICU's match engine, about a millisecond each: names are short, so only a runaway pattern meets it. */
constexpr int32_t regex_time_limit = 50;

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

std::string
join(const std::vector<std::string> &parts, const char *separator)
{
	std::string result;

	for (const std::string &part : parts)
		result += (result.empty() ? "" : separator) + part;
	return result;
}

/* Named after a table by whoever chose its name, with an ending in Latin letters: заказы_pkey. */
bool
derived(const std::string &object_type)
{
	return naming_type_matches("constraint", object_type) || naming_type_matches("index", object_type) ||
		   object_type == "sequence";
}

/* The scripts of the first word, as underscores part them, that has more than one. */
std::vector<std::string>
mixed_in_a_word(std::string_view name)
{
	for (size_t start = 0; start <= name.size();) {
		size_t end = std::min(name.find('_', start), name.size());

		if (std::vector<std::string> scripts = unicode::mixed_scripts(name.substr(start, end - start));
			!scripts.empty())
			return scripts;
		start = end + 1;
	}
	return {};
}

} // namespace

Failure
unknown_naming_word(const char *what, std::string_view word, const std::vector<std::string_view> &known)
{
	return Failure(sqlstate::invalid_parameter, std::string("unknown ") + what + " \"" + std::string(word) + "\"")
		.with_hint("Known are: " + words(known) + ".");
}

CompiledRule::CompiledRule(const NamingRule &from) : rule(from)
{
	std::vector<std::string_view> types = naming_object_types();

	types.insert(types.end(), {"constraint", "non-unique index", "*"});
	if (!contains(types, rule.object_type))
		throw unknown_naming_word("object type", rule.object_type, types);

	switch (rule.kind) {
	case NamingRule::Kind::regex:
		compile();
		break;
	case NamingRule::Kind::pattern_template:
		name_template.emplace(rule.pattern);
		break;
	case NamingRule::Kind::builtin:
		if (!contains(naming_builtins(), rule.pattern))
			throw unknown_naming_word("builtin naming rule", rule.pattern, naming_builtins());
	}
}

void
CompiledRule::compile()
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
			.with_hint(
				"Patterns are ICU regular expressions; one with placeholders such as {table} is of kind template.");
}

bool
CompiledRule::applies(const NamedObject &object) const
{
	if (!naming_type_matches(rule.object_type, object.object_type) ||
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

std::optional<std::string>
CompiledRule::problem(const NamedObject &object, const std::string &self, const NameLimits &limits,
					  std::string &detail) const
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
		return builtin_problem(object, self, limits, detail);
	}
	return std::nullopt;
}

bool
CompiledRule::matches(const std::string &name, UErrorCode &status) const
{
	icu::UnicodeString text = icu::UnicodeString::fromUTF8(name);
	std::unique_ptr<icu::RegexMatcher> matcher(regex->matcher(text, status));

	if (matcher)
		matcher->setTimeLimit(regex_time_limit, status);

	bool found = U_SUCCESS(status) && matcher->find(status);

	if (status == U_MEMORY_ALLOCATION_ERROR)
		throw std::bad_alloc();
	return U_SUCCESS(status) && found;
}

std::optional<std::string>
CompiledRule::regex_problem(const std::string &name, std::string &detail) const
{
	UErrorCode status = U_ZERO_ERROR;

	if (matches(name, status))
		return std::nullopt;
	if (U_SUCCESS(status))
		return "does not match " + rule.pattern;
	detail = std::string("The regular expression engine gave up: ") + u_errorName(status) + ".";
	return "could not be compared with " + rule.pattern;
}

std::optional<std::string>
CompiledRule::builtin_problem(const NamedObject &object, const std::string &self, const NameLimits &limits,
							  std::string &detail) const
{
	const std::string &name = object.name;

	if (rule.pattern == "nfc") {
		std::string normal = unicode::to_nfc(name);

		if (normal == name)
			return std::nullopt;
		detail =
			"In NFC it has " + std::to_string(normal.size()) + " bytes instead of " + std::to_string(name.size()) + ".";
		return "is not in Unicode normal form C";
	}
	if (rule.pattern == "one_script") {
		std::vector<std::string> scripts =
			derived(object.object_type) ? mixed_in_a_word(name) : unicode::mixed_scripts(name);

		if (scripts.empty())
			return std::nullopt;
		return "mixes the scripts " + join(scripts, " and ");
	}
	if (rule.pattern == "look_alike") {
		std::optional<std::string> other = object.siblings ? object.siblings->look_alike(name, self) : std::nullopt;

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

} // namespace schema_guard
