/*
 * redact_fuzz.cpp - any bytes as SQL: tokens lie in order and inside the text, and no string outlives the redactor.
 */
#include "schema_guard/core/policy/redact.hpp"
#include "schema_guard/core/text/lexer.hpp"

#include <cstdint>
#include <cstdlib>

using namespace schema_guard;

static void
promise(bool kept)
{
	if (!kept)
		std::abort();
}

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	std::string_view sql(reinterpret_cast<const char *>(data), size);

	for (bool backslash_escapes : {false, true}) {
		lexer::Tokens lexed = lexer::tokenize(sql, backslash_escapes);
		size_t at = 0;

		for (const lexer::Token &token : lexed.tokens) {
			promise(token.begin >= at && token.begin < token.end && token.end <= sql.size());
			at = token.end;
		}
	}
	promise(lexer::skip_blank(sql) <= size);

	for (Secrets secrets : {Secrets::connections, Secrets::roles, Secrets::options, Secrets::setting})
		redact(sql, secrets);

	if (std::optional<std::string> shown = redact(sql, Secrets::strings)) {
		lexer::Tokens lexed = lexer::tokenize(*shown);

		promise(lexed.complete);
		/* The mask alone, or glued to what stood before it. */
		for (const lexer::Token &token : lexed.tokens)
			promise(token.kind != lexer::TokenKind::string ||
					token.in(*shown).find_first_not_of("'*\r\n \t\f\vEeNnUu&") == std::string_view::npos);
	}
	return 0;
}
