/*
 * redact.cpp - see redact.hpp.
 */
#include "schema_guard/core/policy/redact.hpp"

#include "schema_guard/core/text/lexer.hpp"

#include <algorithm>
#include <array>

namespace schema_guard {

using lexer::is_word;
using lexer::Token;
using lexer::TokenKind;

namespace {

constexpr std::string_view mask = "'********'";

std::string
to_lower(std::string_view text)
{
	std::string result(text);

	for (char &c : result)
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
	return result;
}

/* password = x, or user:x@host in a URI */
bool
holds_password(std::string_view literal)
{
	constexpr std::array<std::string_view, 3> keywords = {"password", "passwd", "pwd"};
	std::string text = to_lower(literal);

	for (std::string_view keyword : keywords)
		for (size_t at = text.find(keyword); at != text.npos; at = text.find(keyword, at + 1)) {
			size_t next = text.find_first_not_of(" \t\r\n", at + keyword.size());

			if (next != text.npos && (text[next] == '=' || text[next] == ':'))
				return true;
		}
	for (size_t at = text.find("://"); at != text.npos; at = text.find("://", at + 3)) {
		size_t end = text.find_first_of("/@ \t\r\n", at + 3);

		if (end != text.npos && text[end] == '@' && text.substr(at + 3, end - at - 3).find(':') != text.npos)
			return true;
	}
	return false;
}

class Redactor {
public:
	Redactor(std::string_view sql, Secrets secrets, bool backslash_escapes)
		: sql_(sql), secrets_(secrets), lexed_(lexer::tokenize(sql, backslash_escapes))
	{
	}

	std::optional<std::string> run()
	{
		if (!lexed_.complete)
			return std::nullopt;
		for (size_t i = 0; i < tokens().size(); i++) {
			const Token &token = tokens()[i];

			follow(i);
			if (past_setting_) {
				append_gap(i);
				result_ += mask;
				masked_ = true;
				break;
			}
			append_gap(i);
			if (!is_secret(i)) {
				result_ += token.in(sql_);
				continue;
			}
			masked_ = true;
			result_ += token.kind == TokenKind::number ? std::string_view("?") : mask;
			/* U&'...' UESCAPE '!' is one secret. */
			if (has_uescape(i))
				i += 2;
		}
		if (!tokens().empty() && holds_password(sql_.substr(tokens().back().end)))
			masked_ = true;
		if (!masked_)
			return std::string(sql_);
		return std::move(result_);
	}

private:
	const std::vector<Token> &tokens() const { return lexed_.tokens; }
	bool word(size_t i, std::string_view keyword) const { return is_word(sql_, tokens()[i], keyword); }
	bool symbol(size_t i, char c) const
	{
		return tokens()[i].kind == TokenKind::symbol && sql_[tokens()[i].begin] == c;
	}

	bool has_uescape(size_t i) const
	{
		return i + 2 < tokens().size() && word(i + 1, "uescape") && tokens()[i + 2].kind == TokenKind::string;
	}

	/* Keeps track of where in the statement token i stands. */
	void follow(size_t i)
	{
		past_setting_ = after_assignment_;
		if (word(i, "set"))
			seen_set_ = true;
		else if (seen_set_ && (symbol(i, '=') || word(i, "to")))
			after_assignment_ = secrets_ == Secrets::setting;

		if (depth_ == 0)
			depth_ = i > 0 && word(i - 1, "options") && symbol(i, '(') ? 1 : 0;
		else if (symbol(i, '('))
			++depth_;
		else if (symbol(i, ')'))
			--depth_;
	}

	bool is_secret(size_t i) const
	{
		TokenKind kind = tokens()[i].kind;

		if (secrets_ == Secrets::literals)
			return kind == TokenKind::string || kind == TokenKind::bits || kind == TokenKind::number;
		if (kind != TokenKind::string)
			return false;
		switch (secrets_) {
		case Secrets::connections:
			return holds_password(tokens()[i].in(sql_));
		case Secrets::roles:
			return !is_expiry(i);
		case Secrets::options:
			return depth_ > 0 || holds_password(tokens()[i].in(sql_));
		default:
			return true;
		}
	}

	/* VALID UNTIL 'then', and the escape that belongs to it. */
	bool is_expiry(size_t i) const
	{
		if (i > 2 && word(i - 1, "uescape"))
			i -= 2;
		return i > 0 && word(i - 1, "until");
	}

	/* What stands before token i; a comment may repeat the secret. */
	void append_gap(size_t i)
	{
		size_t begin = i == 0 ? 0 : tokens()[i - 1].end;
		std::string_view gap = sql_.substr(begin, tokens()[i].begin - begin);
		bool comment = gap.find_first_not_of(" \t\n\r\f\v") != gap.npos;

		if (comment && holds_password(gap))
			masked_ = true;
		if (i > 0)
			result_ += comment ? std::string_view(" ") : gap;
	}

	std::string_view sql_;
	Secrets secrets_;
	lexer::Tokens lexed_;
	std::string result_;
	bool masked_ = false;
	bool seen_set_ = false;
	bool after_assignment_ = false;
	bool past_setting_ = false;
	int depth_ = 0; /* of parentheses inside OPTIONS (...) */
};

} // namespace

std::optional<std::string>
redact(std::string_view sql, Secrets secrets)
{
	/* Nearly every statement: nothing in it looks like a password, wherever its literals begin and end. */
	if (secrets == Secrets::connections && !holds_password(sql))
		return std::string(sql);

	std::optional<std::string> result = Redactor(sql, secrets, false).run();

	if (sql.find('\\') != sql.npos && Redactor(sql, secrets, true).run() != result)
		return std::nullopt;
	return result;
}

bool
is_secret_parameter(std::string_view name)
{
	/* Connection strings, and commands that are known to carry keys. */
	constexpr std::array<std::string_view, 6> known = {"primary_conninfo",		  "ssl_passphrase_command",
													   "archive_command",		  "restore_command",
													   "archive_cleanup_command", "recovery_end_command"};
	constexpr std::array<std::string_view, 8> telling = {"password", "passwd",	   "passphrase", "secret",
														 "token",	 "credential", "conninfo",	 "connstr"};
	std::string text = to_lower(name);

	if (text == "password_encryption")
		return false;
	return std::find(known.begin(), known.end(), text) != known.end() ||
		   (text.size() > 3 && text.compare(text.size() - 3, 3, "key") == 0) ||
		   std::any_of(telling.begin(), telling.end(), [&](std::string_view w) { return text.find(w) != text.npos; });
}

} // namespace schema_guard
