/*
 * glob.cpp - shell patterns over characters; fnmatch() would take them in the server's locale.
 */
#include "schema_guard/core/unicode/text.hpp"

#include <cstdint>

#include <unicode/utf8.h>

namespace schema_guard::unicode {

namespace {

std::u32string
characters(std::string_view text)
{
	const char *bytes = text.data();
	int32_t length = static_cast<int32_t>(text.size());
	std::u32string result;

	for (int32_t at = 0; at < length;) {
		UChar32 c;

		U8_NEXT_OR_FFFD(bytes, at, length, c);
		result += static_cast<char32_t>(c);
	}
	return result;
}

/* Matches c against the one-character pattern at position at, and moves at behind it. */
bool
match_one(const std::u32string &pattern, size_t &at, char32_t c)
{
	char32_t p = pattern[at++];

	if (p == U'?')
		return true;
	if (p == U'\\' && at < pattern.size())
		return pattern[at++] == c;
	if (p != U'[')
		return p == c;

	size_t in = at;
	bool negated = in < pattern.size() && (pattern[in] == U'!' || pattern[in] == U'^');
	bool found = false;

	if (negated)
		++in;
	/* A ] that comes first stands for itself. */
	for (size_t first = in; in < pattern.size() && (pattern[in] != U']' || in == first); ++in) {
		char32_t low = pattern[in];
		char32_t high = low;

		if (in + 2 < pattern.size() && pattern[in + 1] == U'-' && pattern[in + 2] != U']') {
			high = pattern[in + 2];
			in += 2;
		}
		found = found || (low <= c && c <= high);
	}
	if (in >= pattern.size())
		return c == U'['; /* never closed: an ordinary bracket */
	at = in + 1;
	return found != negated;
}

} // namespace

bool
glob_match(std::string_view pattern_text, std::string_view name)
{
	std::u32string pattern = characters(pattern_text);
	std::u32string text = characters(name);
	size_t p = 0;
	size_t t = 0;
	size_t star = std::u32string::npos; /* the pattern behind the last * seen */
	size_t star_text = 0;				/* the text it is tried on */

	while (t < text.size()) {
		if (p < pattern.size() && pattern[p] == U'*') {
			star = ++p;
			star_text = t;
			continue;
		}
		if (p < pattern.size() && match_one(pattern, p, text[t])) {
			++t;
			continue;
		}
		if (star == std::u32string::npos)
			return false;
		p = star;
		t = ++star_text;
	}
	while (p < pattern.size() && pattern[p] == U'*')
		++p;
	return p == pattern.size();
}

} // namespace schema_guard::unicode
