/*
 * view_query.cpp - takes the prefixes off where ruleutils.c no longer writes them, and what only later ones write.
 *
 * The rules of prefixes are those of get_query_def(): the outermost query only, when one relation is all its FROM has; not
 * what is within its subqueries, which have prefixes in all versions.
 */
#include "schema_guard/core/text/view_query.hpp"

#include "schema_guard/core/text/lexer.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace schema_guard::sql {

namespace {

using lexer::Token;
using lexer::TokenKind;

class Query {
public:
	explicit Query(std::string_view text) : text_(text), tokens_(lexer::tokenize(text))
	{
		const std::vector<Token> &tokens = tokens_.tokens;
		int depth = 0, hidden = 0;
		std::vector<bool> subquery;

		/* depth: open parentheses; hidden: those of them that are subqueries. */
		for (size_t i = 0; i < tokens.size(); i++) {
			if (symbol(i, ')') && !subquery.empty()) {
				hidden -= subquery.back();
				subquery.pop_back();
				depth--;
			}
			depth_.push_back(depth);
			hidden_.push_back(hidden > 0);
			if (symbol(i, '(')) {
				subquery.push_back(starts_query(i + 1));
				hidden += subquery.back();
				depth++;
			}
		}
	}

	std::string plain()
	{
		if (!tokens_.complete || !find_from())
			return std::string(text_);

		std::string name = relation();
		if (name.empty())
			return std::string(text_);

		std::string result;
		size_t copied = 0;
		for (size_t i = 0; i + 2 < tokens_.tokens.size(); i++) {
			if (!is_prefix(i, name))
				continue;
			result += text_.substr(copied, tokens_.tokens[i].begin - copied);
			copied = tokens_.tokens[i + 2].begin;
		}
		return result += text_.substr(copied);
	}

	/* XMLSERIALIZE's default, which 16 and later spell out. */
	std::string without_no_indent() const
	{
		std::string result;
		size_t copied = 0;

		for (size_t i = 1; i + 2 < size(); i++) {
			if (!word(i, "no") || !word(i + 1, "indent") || !symbol(i + 2, ')'))
				continue;
			result += text_.substr(copied, tokens_.tokens[i - 1].end - copied);
			copied = tokens_.tokens[i + 1].end;
		}
		return result += text_.substr(copied);
	}

private:
	size_t size() const { return tokens_.tokens.size(); }

	bool word(size_t i, std::string_view keyword) const
	{
		return i < size() && lexer::is_word(text_, tokens_.tokens[i], keyword);
	}

	bool one_of(size_t i, std::initializer_list<std::string_view> keywords) const
	{
		return std::any_of(keywords.begin(), keywords.end(),
						   [&](std::string_view keyword) { return word(i, keyword); });
	}

	bool symbol(size_t i, char c) const
	{
		return i < size() && tokens_.tokens[i].kind == TokenKind::symbol && text_[tokens_.tokens[i].begin] == c;
	}

	bool name(size_t i) const
	{
		return i < size() && (tokens_.tokens[i].kind == TokenKind::word || tokens_.tokens[i].kind == TokenKind::quoted);
	}

	std::string_view text(size_t i) const { return tokens_.tokens[i].in(text_); }

	/* "SELECT", or a subquery of UNION that is in parentheses itself. */
	bool starts_query(size_t i) const
	{
		while (symbol(i, '('))
			i++;
		return one_of(i, {"select", "with", "values"});
	}

	/* Token after the parenthesis that closes the one at i. */
	size_t after(size_t i) const
	{
		size_t end = i + 1;

		while (end < size() && !(symbol(end, ')') && depth_[end] == depth_[i]))
			end++;
		return end + 1;
	}

	/* The tokens of the FROM clause; false when there is none, or the query is a UNION and the like. */
	bool find_from()
	{
		bool found = false;

		for (size_t i = 0; i < size(); i++) {
			if (depth_[i] > 0)
				continue;
			if (one_of(i, {"union", "intersect", "except"}))
				return false;
			if (!found && word(i, "from") && !word(i - 1, "distinct")) {
				found = true;
				from_ = i + 1;
				end_ = size();
			} else if (found && end_ == size() &&
					   one_of(i, {"where", "group", "having", "window", "order", "offset", "limit", "fetch", "for"})) {
				end_ = i;
			}
		}
		return found;
	}

	/* The name by which the only relation is known in the query; empty when there are several. */
	std::string relation() const
	{
		size_t i = from_;

		for (size_t j = from_; j < end_; j++) {
			if (depth_[j] == 0 && (symbol(j, ',') || word(j, "join")))
				return {};
			if (depth_[j] == 1 && symbol(from_, '(') && word(j, "join"))
				return {};
		}
		while (one_of(i, {"only", "lateral"}))
			i++;
		if (symbol(i, '('))
			return alias(after(i));
		if (word(i, "rows") && word(i + 1, "from"))
			return alias(after(i + 2));

		size_t last = i;
		while (name(last) && symbol(last + 1, '.'))
			last += 2;
		if (!name(last))
			return {};
		if (symbol(last + 1, '(')) {
			std::string given = alias(after(last + 1));
			return given.empty() && word(last, "xmltable") ? "\"xmltable\"" : given;
		}
		std::string given = alias(last + 1);
		return given.empty() ? std::string(text(last)) : given;
	}

	std::string alias(size_t i) const
	{
		if (word(i, "with") && word(i + 1, "ordinality"))
			i += 2;
		if (word(i, "as"))
			i++;
		return i < end_ && name(i) && !word(i, "tablesample") ? std::string(text(i)) : std::string();
	}

	bool is_prefix(size_t i, const std::string &relation) const
	{
		if (hidden_[i] || (i >= from_ && i < end_) || !name(i) || text(i) != relation || !symbol(i + 1, '.') ||
			!name(i + 2))
			return false;
		/* Neither a function nor a type of a schema with that name, nor the end of a longer name. */
		if (symbol(i + 3, '.') || symbol(i + 3, '('))
			return false;
		if (i > 0 && (symbol(i - 1, '.') || symbol(i - 1, ':') || one_of(i - 1, {"collate", "as"})))
			return false;
		return !misread(i);
	}

	/* In ORDER BY a bare name is an output column's, if there is one. */
	bool misread(size_t i) const
	{
		bool ordered = false;

		for (size_t j = end_; j < i; j++)
			ordered = ordered || (depth_[j] == 0 && word(j, "order") && word(j + 1, "by"));
		if (!ordered || depth_[i] > 0)
			return false;
		for (size_t j = 0; j + 1 < from_; j++) {
			if (depth_[j] == 0 && word(j, "as") && text(j + 1) == text(i + 2))
				return true;
		}
		return false;
	}

	std::string_view text_;
	lexer::Tokens tokens_;
	std::vector<int> depth_;
	std::vector<bool> hidden_;
	size_t from_ = 0, end_ = 0;
};

} // namespace

std::string
view_query(std::string_view query, int version)
{
	return version < 160000 ? Query(query).plain() : Query(query).without_no_indent();
}

} // namespace schema_guard::sql
