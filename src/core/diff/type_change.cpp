/*
 * type_change.cpp - which changes of a column's type keep the bytes, which need an expression, which lose something.
 *
 * The server's own rules (ATColumnChangeRequiresRewrite and the support functions of length coercions), as measured on
 * 15 to 18.  Where the answer hangs on a setting of the session, such as TimeZone, the worse one is given.
 */
#include "schema_guard/core/diff/type_change.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace schema_guard {

namespace {

/* "numeric(10,2)" is base "numeric" with the modifiers 10 and 2. */
struct Type {
	explicit Type(std::string_view text)
	{
		bool quoted = false;
		size_t open = text.size(), close = text.size();

		for (size_t i = 0; i < text.size(); i++) {
			if (text[i] == '"')
				quoted = !quoted;
			else if (!quoted && text[i] == '(')
				open = std::min(open, i);
			else if (!quoted && text[i] == ')')
				close = i;
		}
		base = std::string(text.substr(0, open));
		if (open < close && close < text.size()) {
			base += text.substr(close + 1);
			modifiers = text.substr(open + 1, close - open - 1);
		}
		if (base.ends_with("[]")) {
			array = true;
			base.resize(base.size() - 2);
		}
	}

	/* The i-th modifier as a number, or otherwise. */
	int number(int i, int otherwise) const
	{
		std::string_view rest = modifiers;
		int value = otherwise;

		for (; i > 0 && !rest.empty(); i--) {
			size_t comma = rest.find(',');
			rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
		}
		std::from_chars(rest.data(), rest.data() + rest.size(), value);
		return value;
	}

	bool among(std::initializer_list<std::string_view> bases) const
	{
		return std::find(bases.begin(), bases.end(), base) != bases.end();
	}

	std::string base, modifiers;
	bool array = false;
};

bool
is_string(const Type &type)
{
	return type.among({"text", "character varying", "character", "name", "\"char\""});
}

/* Of the types of numbers, the more one can hold the higher. */
int
number_rank(const Type &type)
{
	constexpr std::array<std::string_view, 6> numbers = {"smallint", "integer", "bigint",
														 "numeric",	 "real",	"double precision"};

	return int(std::find(numbers.begin(), numbers.end(), type.base) - numbers.begin());
}

bool
is_number(const Type &type)
{
	return number_rank(type) < 6;
}

bool
is_time(const Type &type)
{
	return type.base.starts_with("time") || type.base == "date" || type.base == "interval";
}

/* The same type, other modifiers. */
TypeChange
modifiers_change(const Type &from, const Type &to)
{
	constexpr int no_limit = 1 << 30;
	TypeChange change{.same_type = true};
	bool wider = false;

	if (from.modifiers == to.modifiers)
		wider = true;
	else if (from.array)
		wider = false;
	else if (to.base == "numeric")
		wider = to.modifiers.empty() || (!from.modifiers.empty() && to.number(0, 0) >= from.number(0, 0) &&
										 to.number(1, 0) == from.number(1, 0));
	else if (to.among({"character varying", "bit varying"}))
		wider = to.number(0, no_limit) >= from.number(0, no_limit);
	else if (is_time(to))
		wider = to.number(0, 6) >= from.number(0, 6);
	if (wider) {
		change.work = Work::none;
		return change;
	}
	change.hazards = depends_on_data;
	/* These round without a word. */
	if (is_time(to) || (to.base == "numeric" && (from.modifiers.empty() || to.number(1, 0) < from.number(1, 0))))
		change.hazards |= data_loss;
	return change;
}

/* Whether a column of one takes values of the other as INSERT would. */
bool
assigned(const Type &from, const Type &to)
{
	if (to.among({"text", "character varying", "character", "name"}))
		return !(from.array && !to.array && to.base == "name");
	if (is_number(from) && is_number(to))
		return true;
	if (from.base == "money" || to.base == "money")
		return (from.base == "money" && to.base == "numeric") ||
			   (to.base == "money" && from.among({"integer", "bigint", "numeric"}));
	if (is_time(from) && is_time(to)) {
		if (from.base == "date")
			return to.base.starts_with("timestamp");
		if (from.base == "interval")
			return to.base == "time without time zone";
		if (from.base == "time without time zone")
			return to.among({"interval", "time with time zone"});
		if (from.base == "time with time zone")
			return to.base == "time without time zone";
		return to.base != "interval";
	}
	if (from.among({"json", "jsonb"}) && to.among({"json", "jsonb"}))
		return true;
	if (from.among({"bit", "bit varying"}) && to.among({"bit", "bit varying"}))
		return true;
	if (from.among({"inet", "cidr"}) && to.among({"inet", "cidr"}))
		return true;
	if (from.among({"macaddr", "macaddr8"}) && to.among({"macaddr", "macaddr8"}))
		return true;
	return from.among({"smallint", "integer", "bigint"}) && (to.base == "oid" || to.base.starts_with("reg"));
}

/* The value is lost in part, without an error. */
bool
loses(const Type &from, const Type &to)
{
	if (is_number(from) && is_number(to))
		return number_rank(to) < number_rank(from) && number_rank(from) >= 3;
	if (from.base.starts_with("timestamp"))
		return to.base == "date" || to.base.starts_with("time ");
	if (from.base == "time with time zone")
		return to.base == "time without time zone";
	return from.base == "json" && to.base == "jsonb";
}

} // namespace

TypeChange
type_change(std::string_view from_text, std::string_view to_text)
{
	Type from(from_text), to(to_text);
	TypeChange change;

	if (from.base == to.base && from.array == to.array)
		return modifiers_change(from, to);

	bool texts = from.among({"text", "character varying"}) && to.among({"text", "character varying"});
	if (!from.array && !to.array &&
		((texts && to.modifiers.empty()) || (from.base == "cidr" && to.base == "inet") ||
		 (from.base == "xml" && to.among({"text", "character varying"}) && to.modifiers.empty()) ||
		 (from.base == "bit" && to.base == "bit varying" && to.modifiers.empty())))
		change.work = Work::none;
	if (texts && !to.modifiers.empty())
		change.hazards |= depends_on_data;
	else if (!texts)
		change.hazards |= breaks_applications;
	if (loses(from, to))
		change.hazards |= data_loss;

	bool up = is_number(from) && is_number(to) && number_rank(to) >= number_rank(from);
	if (!up && !is_string(to) && change.work != Work::none)
		change.hazards |= depends_on_data;

	change.assignable = assigned(from, to) && from.array == to.array;
	if (change.assignable)
		return change;

	/* From text everything is read; what has no cast of its own goes by way of its text. */
	bool of_its_own = is_string(from) || (from.base == "integer" && to.among({"boolean", "\"char\"", "bit"})) ||
					  (from.base == "boolean" && to.base == "integer") ||
					  (from.among({"bit", "bit varying"}) && to.among({"integer", "bigint"})) ||
					  (from.base == "bigint" && to.base == "bit");
	change.cast = (of_its_own && !from.array ? "::" : "::text::") + std::string(to_text);
	return change;
}

} // namespace schema_guard
