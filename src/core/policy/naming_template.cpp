/*
 * naming_template.cpp - names made of other names, cut to length as makeObjectName() cuts them.
 */
#include "schema_guard/core/policy/naming.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace schema_guard {

namespace {

constexpr std::string_view placeholders[] = {
	"schema", "table", "columns", "key_columns", "referenced_table", "referenced_columns",
};

std::string
join(const std::vector<std::string> &names, const std::string &separator)
{
	std::string result;

	for (const std::string &name : names)
		result += (result.empty() ? "" : separator) + name;
	return result;
}

/* The names a placeholder stands for; nothing when an object without them cannot be judged. */
std::optional<std::vector<std::string>>
values(const NamedObject &object, const std::string &source)
{
	auto needed = [](std::vector<std::string> names) -> std::optional<std::vector<std::string>> {
		if (names.empty() || names.front().empty())
			return std::nullopt;
		return names;
	};

	if (source == "columns")
		return object.columns;
	if (source == "key_columns")
		return needed(object.key_columns);
	if (source == "referenced_columns")
		return needed(object.referenced_columns);
	if (source == "referenced_table")
		return needed({object.referenced_table});
	if (source == "schema")
		return needed({object.schema});
	return needed({object.table});
}

} // namespace

size_t
NameLimits::length(std::string_view name) const noexcept
{
	return single_byte ? unicode::count_characters(name) : name.size();
}

size_t
NameLimits::clip(std::string_view name, size_t limit) const noexcept
{
	if (!single_byte)
		return unicode::clip(name, limit);

	size_t end = 0;

	for (; end < name.size(); ++end) {
		bool begins = (static_cast<unsigned char>(name[end]) & 0xC0) != 0x80;

		if (begins && limit-- == 0)
			break;
	}
	return end;
}

NameTemplate::NameTemplate(std::string_view text)
{
	auto refuse = [&](const std::string &why) -> Failure {
		return Failure(sqlstate::invalid_parameter, "naming template \"" + std::string(text) + "\" " + why)
			.with_hint("Placeholders are {schema}, {table}, {columns}, {key_columns}, {referenced_table} and "
					   "{referenced_columns}; {columns:_and_} joins columns with another text.");
	};

	for (size_t at = 0; at < text.size();) {
		if (text[at] == '}')
			throw refuse("has a } without a {");
		if (text[at] != '{') {
			size_t end = std::min(text.find_first_of("{}", at), text.size());

			pieces_.push_back({std::string(text.substr(at, end - at)), {}, "_"});
			at = end;
			continue;
		}

		size_t close = text.find('}', at);

		if (close == std::string_view::npos)
			throw refuse("has a { without a }");

		std::string_view inside = text.substr(at + 1, close - at - 1);
		size_t colon = inside.find(':');
		Piece piece;

		if (colon != std::string_view::npos)
			piece.separator = inside.substr(colon + 1);
		for (std::string_view rest = inside.substr(0, colon);;) {
			size_t plus = rest.find('+');
			std::string source(rest.substr(0, plus));

			if (std::find(std::begin(placeholders), std::end(placeholders), source) == std::end(placeholders))
				throw refuse("names the unknown placeholder {" + source + "}");
			piece.sources.push_back(std::move(source));
			if (plus == std::string_view::npos)
				break;
			rest.remove_prefix(plus + 1);
		}
		pieces_.push_back(std::move(piece));
		at = close + 1;
	}
	if (std::none_of(pieces_.begin(), pieces_.end(), [](const Piece &piece) { return !piece.sources.empty(); }))
		throw refuse("has no placeholder");
}

std::optional<std::string>
NameTemplate::expand(const NamedObject &object, const NameLimits &limits, unsigned number) const
{
	std::vector<std::string> texts;
	std::vector<size_t> room; /* bytes of each text that stay; of literals all */
	std::vector<bool> literal;
	size_t total = 0;

	for (const Piece &piece : pieces_) {
		std::string text = piece.literal;

		if (!piece.sources.empty()) {
			std::vector<std::string> names;

			for (const std::string &source : piece.sources) {
				std::optional<std::vector<std::string>> more = values(object, source);

				if (!more)
					return std::nullopt;
				names.insert(names.end(), more->begin(), more->end());
			}
			text = join(names, piece.separator);
			/* Without columns makeObjectName() leaves out their underscore too: orders_check. */
			if (text.empty() && !texts.empty() && literal.back() && !texts.back().empty() &&
				texts.back().back() == '_') {
				texts.back().pop_back();
				--room.back();
				--total;
			}
		}
		texts.push_back(text);
		room.push_back(limits.length(text));
		literal.push_back(piece.sources.empty());
		total += room.back();
	}
	if (number != 0) {
		texts.push_back(std::to_string(number));
		room.push_back(texts.back().size());
		literal.push_back(true);
		total += room.back();
	}

	for (; total > limits.max_bytes; --total) {
		size_t longest = room.size();

		for (size_t i = 0; i < room.size(); ++i)
			if (!literal[i] && (longest == room.size() || room[i] >= room[longest]))
				longest = i;
		if (longest == room.size() || room[longest] == 0)
			break; /* literals alone are too long */
		--room[longest];
	}

	std::string name;

	for (size_t i = 0; i < texts.size(); ++i)
		name += texts[i].substr(0, literal[i] ? texts[i].size() : limits.clip(texts[i], room[i]));
	name.resize(limits.clip(name, limits.max_bytes));
	return name;
}

bool
NameTemplate::matches(const NamedObject &object, const NameLimits &limits) const
{
	std::optional<std::string> expected = expand(object, limits);

	if (!expected || *expected == object.name)
		return true;

	/* PostgreSQL numbers a name that is taken: orders_total_idx1. */
	std::string_view name = object.name;
	size_t digits = name.size() - std::min(name.size(), name.find_last_not_of("0123456789") + 1);

	for (size_t length = std::min<size_t>(digits, 9); length > 0; --length) {
		std::string_view tail = name.substr(name.size() - length);
		unsigned number = 0;

		std::from_chars(tail.data(), tail.data() + tail.size(), number);
		if (tail.front() != '0' && expand(object, limits, number) == object.name)
			return true;
	}
	return false;
}

std::vector<std::string>
index_column_names(const std::vector<std::string> &keys, const NameLimits &limits)
{
	std::vector<std::string> names;

	for (const std::string &key : keys) {
		std::string name = key;

		for (unsigned number = 1; std::find(names.begin(), names.end(), name) != names.end(); ++number) {
			std::string digits = std::to_string(number);

			name = key.substr(0, limits.clip(key, limits.max_bytes - digits.size())) + digits;
		}
		names.push_back(std::move(name));
	}
	return names;
}

} // namespace schema_guard
