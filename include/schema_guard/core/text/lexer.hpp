/*
 * core/text/lexer.hpp - cuts SQL text into the tokens PostgreSQL's own scanner would see.
 *
 * The server's scanner tells the client of long names and odd escapes each time it runs, and raises an error for
 * what it cannot read, which costs the transaction; this one only says that it cannot.
 */
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace schema_guard::lexer {

enum class TokenKind {
	word,	/* keyword or plain identifier */
	quoted, /* "identifier", U&"identifier" */
	string, /* every spelling: '', E'', U&'', N'', $tag$, with its continuations on later lines */
	bits,	/* B'', X'' */
	number,
	parameter, /* $1 */
	symbol	   /* one character of an operator or of punctuation */
};

struct Token {
	TokenKind kind;
	size_t begin; /* byte offsets: [begin, end) */
	size_t end;

	std::string_view in(std::string_view sql) const { return sql.substr(begin, end - begin); }
};

struct Tokens {
	std::vector<Token> tokens;
	bool complete = false; /* false: a literal, quoted name or comment does not end */
};

/* backslash_escapes: standard_conforming_strings is off, so '' reads \ as E'' does. */
Tokens tokenize(std::string_view sql, bool backslash_escapes = false);

/* Whether the token is this keyword, which is given in lower case. */
bool is_word(std::string_view sql, const Token &token, std::string_view keyword);

/* Where the text after leading white space and comments begins. */
size_t skip_blank(std::string_view sql);

} // namespace schema_guard::lexer
