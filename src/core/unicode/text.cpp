/*
 * text.cpp - names through ICU's eyes; see text.hpp.
 */
#include "schema_guard/core/unicode/text.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

namespace schema_guard::unicode {

namespace {

void
check(UErrorCode status, const char *what)
{
	if (status == U_MEMORY_ALLOCATION_ERROR)
		throw std::bad_alloc();
	if (U_FAILURE(status))
		throw std::runtime_error(std::string("ICU cannot ") + what + ": " + u_errorName(status));
}

icu::UnicodeString
from_utf8(std::string_view text)
{
	return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string
to_utf8(const icu::UnicodeString &text)
{
	std::string result;

	text.toUTF8String(result);
	return result;
}

/* Calls fn(code point, its bytes); what is no UTF-8 is U+FFFD. */
template <typename Fn>
void
each_character(std::string_view text, Fn &&fn)
{
	const char *bytes = text.data();
	int32_t length = static_cast<int32_t>(text.size());

	for (int32_t at = 0; at < length;) {
		int32_t start = at;
		UChar32 c;

		U8_NEXT_OR_FFFD(bytes, at, length, c);
		fn(c, text.substr(static_cast<size_t>(start), static_cast<size_t>(at - start)));
	}
}

/* ICU's services are kept for the life of the process: making one costs milliseconds, a name microseconds. */
const USpoofChecker *
spoof_checker()
{
	static const USpoofChecker *checker = [] {
		UErrorCode status = U_ZERO_ERROR;
		USpoofChecker *made = uspoof_open(&status);

		check(status, "open its spoof checker");
		uspoof_setRestrictionLevel(made, USPOOF_SINGLE_SCRIPT_RESTRICTIVE);
		uspoof_setChecks(made, USPOOF_RESTRICTION_LEVEL, &status);
		check(status, "set up its spoof checker");
		return made;
	}();

	return checker;
}

const icu::Transliterator &
to_latin()
{
	static const icu::Transliterator *transliterator = [] {
		UErrorCode status = U_ZERO_ERROR;
		icu::Transliterator *made = icu::Transliterator::createInstance(
			"Any-Latin; Latin-ASCII; Lower; [^\\u0000-\\u007F] Remove", UTRANS_FORWARD, status);

		check(status, "open its transliterator");
		return made;
	}();

	return *transliterator;
}

bool
is_invisible(UChar32 c)
{
	if (c == ' ')
		return false;
	switch (u_charType(c)) {
	case U_CONTROL_CHAR:
	case U_FORMAT_CHAR:
	case U_LINE_SEPARATOR:
	case U_PARAGRAPH_SEPARATOR:
	case U_SPACE_SEPARATOR:
	case U_UNASSIGNED:
	case U_SURROGATE:
	case U_PRIVATE_USE_CHAR:
		return true;
	default:
		return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
	}
}

std::string
code_point(UChar32 c)
{
	char text[16];

	std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(c));
	return text;
}

} // namespace

size_t
clip(std::string_view text, size_t limit) noexcept
{
	if (text.size() <= limit)
		return text.size();

	/* Back over continuation bytes; a character has at most three of them. */
	size_t end = limit;

	for (int step = 0; step < 3 && end > 0 && U8_IS_TRAIL(static_cast<uint8_t>(text[end])); ++step)
		--end;
	return U8_IS_TRAIL(static_cast<uint8_t>(text[end])) ? limit : end;
}

size_t
count_characters(std::string_view text) noexcept
{
	size_t count = 0;

	each_character(text, [&](UChar32, std::string_view) { ++count; });
	return count;
}

std::string
to_nfc(std::string_view text)
{
	UErrorCode status = U_ZERO_ERROR;
	const icu::Normalizer2 *nfc = icu::Normalizer2::getNFCInstance(status);

	check(status, "open its normalizer");

	icu::UnicodeString result = nfc->normalize(from_utf8(text), status);

	check(status, "normalize");
	return to_utf8(result);
}

std::vector<std::string>
mixed_scripts(std::string_view text)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t found = uspoof_checkUTF8(spoof_checker(), text.data(), static_cast<int32_t>(text.size()), nullptr, &status);
	std::vector<std::string> scripts;

	check(status, "check the scripts of a name");
	if ((found & USPOOF_RESTRICTION_LEVEL) == 0)
		return scripts;

	each_character(text, [&](UChar32 c, std::string_view) {
		UErrorCode ignored = U_ZERO_ERROR;
		UScriptCode script = uscript_getScript(c, &ignored);

		if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED)
			return;

		std::string name = uscript_getName(script);

		for (const std::string &known : scripts)
			if (known == name)
				return;
		scripts.push_back(std::move(name));
	});
	return scripts;
}

std::vector<std::string>
invisible_characters(std::string_view text)
{
	std::vector<std::string> result;

	each_character(text, [&](UChar32 c, std::string_view) {
		if (!is_invisible(c))
			return;

		char name[100];
		UErrorCode status = U_ZERO_ERROR;
		std::string shown = code_point(c);

		u_charName(c, U_EXTENDED_CHAR_NAME, name, sizeof name, &status);
		if (U_SUCCESS(status) && name[0] != '\0')
			shown.append(" (").append(name).append(")");
		result.push_back(std::move(shown));
	});
	return result;
}

std::string
without_invisible(std::string_view text)
{
	std::string result;

	each_character(text, [&](UChar32 c, std::string_view bytes) {
		if (u_charType(c) == U_SPACE_SEPARATOR)
			result += ' ';
		else if (!is_invisible(c))
			result += bytes;
	});
	return result;
}

std::string
skeleton(std::string_view text)
{
	icu::UnicodeString result;
	UErrorCode status = U_ZERO_ERROR;

	uspoof_getSkeletonUnicodeString(spoof_checker(), 0, from_utf8(text), result, &status);
	check(status, "make the skeleton of a name");
	return to_utf8(result);
}

std::string
look_alikes_to_ascii(std::string_view text)
{
	std::string result;

	each_character(text, [&](UChar32 c, std::string_view bytes) {
		if (c >= 0x80) {
			std::string shape = skeleton(bytes);

			if (shape.size() == 1) {
				result += shape;
				return;
			}
		}
		result += bytes;
	});
	return result;
}

std::vector<std::string>
ascii_words(std::string_view name)
{
	/* Words are cut before letters are respelt: AEther must not come out of Æther as a_ether. */
	icu::UnicodeString text = from_utf8(without_invisible(to_nfc(name)));
	std::vector<icu::UnicodeString> words(1);
	auto upper = [](UChar32 c) { return u_isUUppercase(c) || u_istitle(c); };

	for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
		UChar32 c = text.char32At(at);
		UChar32 before = at > 0 ? text.char32At(text.moveIndex32(at, -1)) : 0;
		int32_t next = text.moveIndex32(at, 1);
		UChar32 after = next < text.length() ? text.char32At(next) : 0;
		int32_t second = next < text.length() ? text.moveIndex32(next, 1) : next;
		UChar32 later = second < text.length() ? text.char32At(second) : 0;

		if (!u_isalnum(c) && !u_hasBinaryProperty(c, UCHAR_ALPHABETIC) && u_charType(c) != U_NON_SPACING_MARK) {
			/* An apostrophe joins: O'Brien is obrien. */
			if (c != '\'' && c != 0x2019)
				words.emplace_back();
			continue;
		}
		/* orderItem and order2Item begin a word at I; HTTPServer at S, but IDs does not at D. */
		if (upper(c) && (u_isULowercase(before) || u_isdigit(before)))
			words.emplace_back();
		else if (upper(c) && upper(before) && u_isULowercase(after) && !(after == 's' && !u_isULowercase(later)))
			words.emplace_back();
		words.back().append(c);
	}

	std::vector<std::string> result;

	for (icu::UnicodeString &word : words) {
		to_latin().transliterate(word);

		/* One word may become several: Any-Latin spells a Han character as a syllable of its own. */
		std::string part;

		for (char c : to_utf8(word) + ' ') {
			if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
				part += c;
			else if (c != '\'' && c != '`' && c != '"' && !part.empty())
				result.push_back(std::exchange(part, std::string()));
		}
	}
	return result;
}

std::string
printable(std::string_view text)
{
	std::string result;

	each_character(text, [&](UChar32 c, std::string_view bytes) {
		if (is_invisible(c))
			result.append("<").append(code_point(c)).append(">");
		else
			result += bytes;
	});
	return result;
}

} // namespace schema_guard::unicode
