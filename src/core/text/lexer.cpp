/*
 * lexer.cpp - the rules of PostgreSQL's scan.l that say where tokens begin and end.
 */
#include "schema_guard/core/text/lexer.hpp"

namespace schema_guard::lexer {

namespace {

constexpr bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

constexpr bool
is_newline(char c)
{
	return c == '\n' || c == '\r';
}

constexpr bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

constexpr bool
starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

constexpr char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

class Lexer {
public:
	Lexer(std::string_view sql, bool backslash_escapes) : sql_(sql), backslash_escapes_(backslash_escapes) {}

	Tokens run()
	{
		Tokens result;

		while (ok_ && skip_blank() && at_ < sql_.size()) {
			size_t begin = at_;
			TokenKind kind = next();

			if (ok_)
				result.tokens.push_back({kind, begin, at_});
		}
		result.complete = ok_;
		return result;
	}

	/* Passes white space and comments; false when a comment does not end. */
	bool skip_blank()
	{
		while (at_ < sql_.size()) {
			if (is_space(sql_[at_]))
				++at_;
			else if (looking_at("--"))
				skip_line();
			else if (!looking_at("/*"))
				break;
			else if (!skip_block_comment())
				return ok_ = false;
		}
		return true;
	}

	size_t position() const { return at_; }

private:
	char peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
	bool looking_at(std::string_view text) const { return sql_.substr(at_, text.size()) == text; }

	void skip_line()
	{
		while (at_ < sql_.size() && !is_newline(sql_[at_]))
			++at_;
	}

	bool skip_block_comment()
	{
		size_t depth = 0;

		do {
			if (looking_at("/*")) {
				++depth;
				at_ += 2;
			} else if (looking_at("*/")) {
				--depth;
				at_ += 2;
			} else if (at_ < sql_.size()) {
				++at_;
			} else {
				return false;
			}
		} while (depth > 0);
		return true;
	}

	TokenKind next()
	{
		char c = peek();

		if (c == '\'')
			return literal(0, backslash_escapes_, true, TokenKind::string);
		if (c == '"')
			return quoted_name(0);
		if (c == '$')
			return dollar();
		if (is_digit(c) || (c == '.' && is_digit(peek(1))))
			return number();
		if (!starts_word(c)) {
			++at_;
			return TokenKind::symbol;
		}

		c = lower(c);
		if (c == 'u' && peek(1) == '&' && peek(2) == '\'')
			return literal(2, false, true, TokenKind::string);
		if (c == 'u' && peek(1) == '&' && peek(2) == '"')
			return quoted_name(2);
		if (peek(1) == '\'' && c == 'e')
			return literal(1, true, true, TokenKind::string);
		if (peek(1) == '\'' && c == 'n')
			return literal(1, backslash_escapes_, true, TokenKind::string);
		if (peek(1) == '\'' && (c == 'b' || c == 'x'))
			return literal(1, false, false, TokenKind::bits);
		while (at_ < sql_.size() && (starts_word(peek()) || is_digit(peek()) || peek() == '$'))
			++at_;
		return TokenKind::word;
	}

	/* prefix: the bytes before the quote; doubling: '' stands for a quote. */
	TokenKind literal(size_t prefix, bool backslash, bool doubling, TokenKind kind)
	{
		at_ += prefix;
		do {
			++at_;
			while (ok_) {
				if (at_ >= sql_.size())
					ok_ = false;
				else if (backslash && peek() == '\\')
					at_ += 2;
				else if (peek() != '\'')
					++at_;
				else if (doubling && peek(1) == '\'')
					at_ += 2;
				else
					break;
			}
			if (!ok_)
				return kind;
			++at_;
		} while (continues());
		return kind;
	}

	/* A quote on a later line, with nothing but blanks and -- comments between, goes on with the literal. */
	bool continues()
	{
		size_t after = at_;
		bool newline = false;

		while (at_ < sql_.size()) {
			if (is_space(peek())) {
				newline = newline || is_newline(peek());
				++at_;
			} else if (looking_at("--")) {
				skip_line();
				/* A comment that no newline ends does not count as blank here. */
				if (at_ >= sql_.size())
					break;
			} else {
				if (newline && peek() == '\'')
					return true;
				break;
			}
		}
		at_ = after;
		return false;
	}

	TokenKind quoted_name(size_t prefix)
	{
		at_ += prefix + 1;
		for (;;) {
			if (at_ >= sql_.size()) {
				ok_ = false;
				break;
			}
			if (peek() != '"') {
				++at_;
			} else if (peek(1) == '"') {
				at_ += 2;
			} else {
				++at_;
				break;
			}
		}
		return TokenKind::quoted;
	}

	/* $1, $tag$ ... $tag$, or a stray $. */
	TokenKind dollar()
	{
		size_t end = at_ + 1;

		if (is_digit(peek(1))) {
			for (++at_; is_digit(peek());)
				++at_;
			return TokenKind::parameter;
		}
		while (end < sql_.size() && (starts_word(sql_[end]) || (end > at_ + 1 && is_digit(sql_[end]))))
			++end;
		if (end >= sql_.size() || sql_[end] != '$') {
			++at_;
			return TokenKind::symbol;
		}

		std::string_view tag = sql_.substr(at_, end + 1 - at_);
		size_t close = sql_.find(tag, end + 1);

		if (close == sql_.npos)
			ok_ = false;
		else
			at_ = close + tag.size();
		return TokenKind::string;
	}

	/* Digits, one point, an exponent; letters that the server refuses behind a number count to it. */
	TokenKind number()
	{
		if (!digits() && peek() == '.' && peek(1) != '.') {
			++at_;
			digits();
		}
		return TokenKind::number;
	}

	/* Says whether it ended with an exponent, which no point can follow. */
	bool digits()
	{
		bool exponent = false;

		while (is_digit(peek()) || starts_word(peek())) {
			bool sign = peek(1) == '+' || peek(1) == '-';

			exponent = exponent || lower(peek()) == 'e';
			at_ += lower(peek()) == 'e' && sign && is_digit(peek(2)) ? 2 : 1;
		}
		return exponent;
	}

	std::string_view sql_;
	size_t at_ = 0;
	bool backslash_escapes_;
	bool ok_ = true;
};

} // namespace

Tokens
tokenize(std::string_view sql, bool backslash_escapes)
{
	return Lexer(sql, backslash_escapes).run();
}

bool
is_word(std::string_view sql, const Token &token, std::string_view keyword)
{
	std::string_view word = token.in(sql);

	if (token.kind != TokenKind::word || word.size() != keyword.size())
		return false;
	for (size_t i = 0; i < word.size(); i++)
		if (lower(word[i]) != keyword[i])
			return false;
	return true;
}

size_t
skip_blank(std::string_view sql)
{
	Lexer blank(sql, false);

	blank.skip_blank();
	return blank.position();
}

} // namespace schema_guard::lexer
