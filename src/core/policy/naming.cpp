/*
 * naming.cpp - judging names; see naming.hpp.
 */
#include "schema_guard/core/policy/naming.hpp"

#include "schema_guard/core/policy/naming_checks.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>

namespace schema_guard {

namespace {

bool
is_constraint(std::string_view type)
{
	return type == "primary key" || type == "unique" || type == "foreign key" || type == "check" ||
		   type == "exclusion" || type == "not null";
}

/* What a reader calls it: a unique constraint, not a unique. */
std::string
label(const std::string &object_type)
{
	bool adjective =
		object_type == "unique" || object_type == "check" || object_type == "exclusion" || object_type == "not null";

	return adjective ? object_type + " constraint" : object_type;
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
		"table",	   "foreign table", "column",		"view",		   "materialized view",
		"sequence",	   "index",			"unique index", "primary key", "unique",
		"foreign key", "check",			"exclusion",	"not null",	   "type",
		"domain",	   "function",		"procedure",	"aggregate",   "trigger",
		"policy",	   "schema",		"role",			"database",	   "tablespace",
	};

	return types;
}

const std::vector<std::string_view> &
naming_builtins()
{
	static const std::vector<std::string_view> builtins = {"nfc",	 "one_script", "look_alike", "invisible",
														   "length", "reserved",   "mixed_case"};

	return builtins;
}

bool
naming_type_matches(std::string_view rule, std::string_view object)
{
	return rule == "*" || rule == object || (rule == "constraint" && is_constraint(object)) ||
		   (rule == "index" && object == "unique index") || (rule == "non-unique index" && object == "index");
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
	throw unknown_naming_word("kind of naming rule", word, {"regex", "template", "builtin"});
}

Severity
naming_severity(std::string_view word)
{
	if (word == "error")
		return Severity::error;
	if (word == "warning")
		return Severity::warning;
	throw unknown_naming_word("severity", word, {"error", "warning"});
}

void
NameSpace::add(const std::string &name)
{
	by_skeleton_.emplace(unicode::skeleton(name), name);
}

bool
NameSpace::contains(const std::string &name) const
{
	auto [begin, end] = by_skeleton_.equal_range(unicode::skeleton(name));

	return std::any_of(begin, end, [&](const auto &entry) { return entry.second == name; });
}

std::optional<std::string>
NameSpace::look_alike(const std::string &name, const std::string &self) const
{
	auto [begin, end] = by_skeleton_.equal_range(unicode::skeleton(name));

	for (auto found = begin; found != end; ++found)
		if (found->second != name && found->second != self)
			return found->second;
	return std::nullopt;
}

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
	return std::any_of(rules_.begin(), rules_.end(), [&](const CompiledRule &compiled) {
		return compiled.rule.kind == NamingRule::Kind::builtin && compiled.rule.pattern == "look_alike" &&
			   naming_type_matches(compiled.rule.object_type, object_type);
	});
}

/* Names that may be better, the likeliest first. */
std::vector<std::string>
NamingRules::candidates(const NamedObject &object, const NameLimits &limits,
						const std::vector<const CompiledRule *> &broken) const
{
	std::vector<std::string> names;
	auto propose = [&](const std::string &name) {
		if (!name.empty() && name != object.name && std::find(names.begin(), names.end(), name) == names.end() &&
			!(object.siblings && object.siblings->contains(name)))
			names.push_back(name);
	};
	std::string respelt =
		unicode::mixed_scripts(object.name).empty() ? object.name : unicode::look_alikes_to_ascii(object.name);
	std::string plain = suggest_name(object.object_type, respelt, limits);

	for (const CompiledRule *rule : broken)
		if (rule->name_template)
			propose(*rule->name_template->expand(object, limits));
	propose(unicode::to_nfc(unicode::without_invisible(object.name)));
	propose(plain);
	for (const CompiledRule *rule : broken)
		if (rule->regex) {
			auto [first, last] = fixed_ends(rule->rule.pattern);

			propose(first + plain + last);
		}
	for (const CompiledRule *rule : broken)
		if (rule->regex) {
			/* Capitals are for those whose rules want them. */
			auto [camel, pascal] = camel_cases(respelt);

			for (const std::string &name : {camel, pascal})
				if (UErrorCode status = U_ZERO_ERROR; rule->matches(name, status))
					propose(name);
		}
	return names;
}

std::vector<NamingViolation>
NamingRules::judge(const NamedObject &object, const NameLimits &limits) const
{
	std::vector<NamingViolation> violations;
	std::vector<const CompiledRule *> broken;

	for (const CompiledRule &compiled : rules_) {
		NamingViolation violation;
		std::optional<std::string> problem;

		if (compiled.applies(object))
			problem = compiled.problem(object, object.name, limits, violation.detail);
		if (!problem)
			continue;
		violation.rule = compiled.rule.name;
		violation.severity = compiled.rule.severity;
		violation.message = label(object.object_type) + " name \"" + unicode::printable(object.name) + "\" ";
		violation.message += compiled.rule.message.empty() ? *problem : "is wrong: " + compiled.rule.message;
		violations.push_back(std::move(violation));
		broken.push_back(&compiled);
	}
	if (violations.empty())
		return violations;

	/* Best is a name that breaks no rule at all; else one that mends the rule in question and breaks no other. */
	std::vector<size_t> breaks_most(violations.size(), rules_.size() + 1);

	for (const std::string &name : candidates(object, limits, broken)) {
		NamedObject renamed = object;
		std::vector<const CompiledRule *> still;

		renamed.name = name;
		renamed.written.clear();
		for (const CompiledRule &compiled : rules_) {
			std::string ignored;

			if (compiled.applies(renamed) && compiled.problem(renamed, object.name, limits, ignored))
				still.push_back(&compiled);
		}
		if (!std::includes(broken.begin(), broken.end(), still.begin(), still.end()))
			continue;
		for (size_t i = 0; i < violations.size(); ++i)
			if (still.size() < breaks_most[i] && std::find(still.begin(), still.end(), broken[i]) == still.end()) {
				breaks_most[i] = still.size();
				violations[i].suggestion = name;
			}
	}
	return violations;
}

} // namespace schema_guard
