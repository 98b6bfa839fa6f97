/*
 * core/unicode/text.hpp - what ICU knows about a name: normal form, scripts, look-alikes, ASCII spelling.
 *
 * Text is UTF-8.  Bytes that are not UTF-8 count as U+FFFD, so that every function takes any input.
 */
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schema_guard::unicode {

/* The length in bytes of the whole characters that fit in limit bytes. */
size_t clip(std::string_view text, size_t limit) noexcept;

size_t count_characters(std::string_view text) noexcept;

std::string to_nfc(std::string_view text);

/* English names of the scripts when no single one covers all of text, as UTS #39 resolves them (Japanese is one). */
std::vector<std::string> mixed_scripts(std::string_view text);

/* "U+200B (ZERO WIDTH SPACE)" for each control, format, ignorable or unassigned character and each unusual space. */
std::vector<std::string> invisible_characters(std::string_view text);

std::string without_invisible(std::string_view text);

/* The UTS #39 skeleton: equal for texts that look alike. */
std::string skeleton(std::string_view text);

/* Letters of other scripts that look like an ASCII letter, replaced by it. */
std::string look_alikes_to_ascii(std::string_view text);

/* The words of a name, in lower-case ASCII: "HTTPServerÉtat_2" is http, server, etat, 2. */
std::vector<std::string> ascii_words(std::string_view name);

/* Invisible characters shown as <U+200B>: what a one-line message may contain. */
std::string printable(std::string_view text);

/* Shell patterns: *, ?, [a-z], [!a-z] and backslash. */
bool glob_match(std::string_view pattern, std::string_view text);

} // namespace schema_guard::unicode
