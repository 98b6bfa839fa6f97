/*
 * naming_suggest.cpp - better names, and names the server cut.
 */
#include "schema_guard/core/policy/naming.hpp"

#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>

namespace schema_guard {

namespace {

bool
is_relation(std::string_view object_type)
{
	return object_type == "table" || object_type == "foreign table" || object_type == "view" ||
		   object_type == "materialized view";
}

std::string
plural(const std::string &word)
{
	auto ends_with = [&](std::string_view end) {
		return word.size() >= end.size() && word.compare(word.size() - end.size(), end.size(), end) == 0;
	};

	if (ends_with("s") || ends_with("x") || ends_with("z") || ends_with("ch") || ends_with("sh"))
		return word + "es";
	if (ends_with("y") && !ends_with("ay") && !ends_with("ey") && !ends_with("oy") && !ends_with("uy"))
		return word.substr(0, word.size() - 1) + "ies";
	return word + "s";
}

/* A reserved word made usable: table "order" becomes orders, column "default" default_value. */
std::string
unreserved(std::string_view object_type, const std::string &word)
{
	if (is_relation(object_type))
		return plural(word);
	if (object_type == "column")
		return word + "_value";

	size_t last_word = object_type.rfind(' ');

	return word + "_" + std::string(object_type.substr(last_word == std::string_view::npos ? 0 : last_word + 1));
}

/* The end of the quoted text that begins at start; doubled quotes belong to it. */
size_t
end_of_quoted(std::string_view text, size_t start, char quote)
{
	for (size_t at = start + 1; at < text.size(); ++at) {
		if (text[at] != quote)
			continue;
		if (at + 1 < text.size() && text[at + 1] == quote)
			++at;
		else
			return at;
	}
	return text.size();
}

bool
begins_identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool
continues_identifier(char c)
{
	return begins_identifier(c) || (c >= '0' && c <= '9') || c == '$';
}

} // namespace

std::string
suggest_name(std::string_view object_type, std::string_view name, const NameLimits &limits)
{
	std::string result;

	for (const std::string &word : unicode::ascii_words(name))
		result += (result.empty() ? "" : "_") + word;
	if (result.empty()) {
		result = "unnamed_" + std::string(object_type);
		for (char &c : result)
			if (c == ' ')
				c = '_';
	}
	if (result[0] >= '0' && result[0] <= '9')
		result = std::string(object_type.substr(0, 1)) + "_" + result;
	if (limits.reserved && limits.reserved(result))
		result = unreserved(object_type, result);
	if (result.size() > limits.max_bytes)
		result.resize(limits.max_bytes);
	while (!result.empty() && result.back() == '_')
		result.pop_back();
	return result;
}

std::string
find_cut_identifier(std::string_view statement, std::string_view name, const NameLimits &limits)
{
	/* The server cuts between characters, so a cut name can be up to three bytes short of the limit. */
	if (limits.length(name) + 3 < limits.max_bytes)
		return {};

	for (size_t at = 0; at < statement.size();) {
		char c = statement[at];
		std::string identifier;

		if (c == '\'') {
			at = end_of_quoted(statement, at, '\'') + 1;
			continue;
		}
		if (statement.compare(at, 2, "--") == 0) {
			at = std::min(statement.find('\n', at), statement.size());
			continue;
		}
		if (c == '"') {
			size_t end = end_of_quoted(statement, at, '"');

			for (size_t i = at + 1; i < end; ++i) {
				identifier += statement[i];
				if (statement[i] == '"')
					++i;
			}
			at = end + 1;
		} else if (begins_identifier(c)) {
			for (; at < statement.size() && continues_identifier(statement[at]); ++at)
				identifier += statement[at] >= 'A' && statement[at] <= 'Z' ? static_cast<char>(statement[at] + 32)
																		   : statement[at];
		} else {
			++at;
			continue;
		}
		if (limits.length(identifier) > limits.max_bytes &&
			identifier.compare(0, limits.clip(identifier, limits.max_bytes), name) == 0)
			return identifier;
	}
	return {};
}

} // namespace schema_guard
