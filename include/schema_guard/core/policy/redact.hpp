/*
 * core/policy/redact.hpp - takes the secrets out of a statement's text before anything keeps it.
 */
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace schema_guard {

/* What in a statement may be a secret. */
enum class Secrets {
	connections, /* literals that hold a connection string with a password */
	roles,		 /* CREATE and ALTER ROLE: every string but the one after UNTIL */
	options,	 /* strings inside OPTIONS (...) */
	strings,	 /* every string */
	setting,	 /* whatever SET name = gives */
	literals	 /* every string and number */
};

/*
 * The statement with '********' for its secrets, and without comments where it had any to hide.
 * Nothing when the text cannot be cut into tokens, or would be cut otherwise were standard_conforming_strings
 * another than we think: the caller then shows no text at all.
 */
std::optional<std::string> redact(std::string_view sql, Secrets secrets);

/* Whether the value of a parameter is to be hidden. */
bool is_secret_parameter(std::string_view name);

} // namespace schema_guard
