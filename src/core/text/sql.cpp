/*
 * sql.cpp - quoting and arrays.
 */
#include "schema_guard/core/text/sql.hpp"

#include <algorithm>
#include <array>

namespace schema_guard::sql {

namespace {

/* Every keyword that is not of category UNRESERVED in kwlist.h of some PostgreSQL from 15 to 18; sorted. */
constexpr std::array<std::string_view, 164> keywords = {
	"all",
	"analyse",
	"analyze",
	"and",
	"any",
	"array",
	"as",
	"asc",
	"asymmetric",
	"authorization",
	"between",
	"bigint",
	"binary",
	"bit",
	"boolean",
	"both",
	"case",
	"cast",
	"char",
	"character",
	"check",
	"coalesce",
	"collate",
	"collation",
	"column",
	"concurrently",
	"constraint",
	"create",
	"cross",
	"current_catalog",
	"current_date",
	"current_role",
	"current_schema",
	"current_time",
	"current_timestamp",
	"current_user",
	"dec",
	"decimal",
	"default",
	"deferrable",
	"desc",
	"distinct",
	"do",
	"else",
	"end",
	"except",
	"exists",
	"extract",
	"false",
	"fetch",
	"float",
	"for",
	"foreign",
	"freeze",
	"from",
	"full",
	"grant",
	"greatest",
	"group",
	"grouping",
	"having",
	"ilike",
	"in",
	"initially",
	"inner",
	"inout",
	"int",
	"integer",
	"intersect",
	"interval",
	"into",
	"is",
	"isnull",
	"join",
	"json",
	"json_array",
	"json_arrayagg",
	"json_exists",
	"json_object",
	"json_objectagg",
	"json_query",
	"json_scalar",
	"json_serialize",
	"json_table",
	"json_value",
	"lateral",
	"leading",
	"least",
	"left",
	"like",
	"limit",
	"localtime",
	"localtimestamp",
	"merge_action",
	"national",
	"natural",
	"nchar",
	"none",
	"normalize",
	"not",
	"notnull",
	"null",
	"nullif",
	"numeric",
	"offset",
	"on",
	"only",
	"or",
	"order",
	"out",
	"outer",
	"overlaps",
	"overlay",
	"placing",
	"position",
	"precision",
	"primary",
	"real",
	"references",
	"returning",
	"right",
	"row",
	"select",
	"session_user",
	"setof",
	"similar",
	"smallint",
	"some",
	"substring",
	"symmetric",
	"system_user",
	"table",
	"tablesample",
	"then",
	"time",
	"timestamp",
	"to",
	"trailing",
	"treat",
	"trim",
	"true",
	"union",
	"unique",
	"user",
	"using",
	"values",
	"varchar",
	"variadic",
	"verbose",
	"when",
	"where",
	"window",
	"with",
	"xmlattributes",
	"xmlconcat",
	"xmlelement",
	"xmlexists",
	"xmlforest",
	"xmlnamespaces",
	"xmlparse",
	"xmlpi",
	"xmlroot",
	"xmlserialize",
	"xmltable",
};

bool
plain(std::string_view name)
{
	if (name.empty() || !((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_'))
		return false;
	for (char c : name) {
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return !std::binary_search(keywords.begin(), keywords.end(), name);
}

} // namespace

std::string
identifier(std::string_view name)
{
	if (plain(name))
		return std::string(name);

	std::string quoted = "\"";

	for (char c : name) {
		if (c == '"')
			quoted += '"';
		quoted += c;
	}
	return quoted += '"';
}

std::string
qualified(std::string_view schema, std::string_view name)
{
	return identifier(schema) + "." + identifier(name);
}

std::string
literal(std::string_view text)
{
	std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";

	for (char c : text) {
		if (c == '\'' || c == '\\')
			quoted += c;
		quoted += c;
	}
	return quoted += '\'';
}

std::vector<std::string>
read_array(std::string_view text)
{
	std::vector<std::string> items;

	if (text.size() < 2 || text.front() != '{' || text.back() != '}')
		return items;
	text = text.substr(1, text.size() - 2);
	while (!text.empty()) {
		std::string item;
		size_t at = 0;

		if (text[0] == '"') {
			for (at = 1; at < text.size() && text[at] != '"'; at++) {
				if (text[at] == '\\' && at + 1 < text.size())
					at++;
				item += text[at];
			}
			at++;
		} else {
			for (; at < text.size() && text[at] != ','; at++)
				item += text[at];
		}
		items.push_back(std::move(item));
		text.remove_prefix(std::min(at + 1, text.size()));
	}
	return items;
}

std::string
write_array(const std::vector<std::string> &items)
{
	std::string text = "{";

	for (const std::string &item : items) {
		if (text.size() > 1)
			text += ',';

		bool is_null = item.size() == 4 && (item[0] | 32) == 'n' && (item[1] | 32) == 'u' && (item[2] | 32) == 'l' &&
					   (item[3] | 32) == 'l';
		if (!item.empty() && !is_null && item.find_first_of("{}\",\\ \t\n\r\v\f") == std::string::npos) {
			text += item;
			continue;
		}
		text += '"';
		for (char c : item) {
			if (c == '"' || c == '\\')
				text += '\\';
			text += c;
		}
		text += '"';
	}
	return text += '}';
}

std::string
join(const std::vector<std::string> &items, std::string_view separator)
{
	std::string text;

	for (const std::string &item : items) {
		if (&item != &items.front())
			text += separator;
		text += item;
	}
	return text;
}

} // namespace schema_guard::sql
