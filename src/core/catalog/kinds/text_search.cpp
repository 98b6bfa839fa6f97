/*
 * text_search.cpp - text search parsers, templates, dictionaries and configurations.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

constexpr std::string_view identity[] = {"schema", "name"};

/* All four catalogs have the same beginning. */
std::string
query_of(const char *catalog, const std::string &prefix, const std::string &columns, const Source &source)
{
	return "SELECT t.tableoid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t." + prefix +
		   "name AS name, " + columns + " FROM " + catalog + " t JOIN pg_namespace n ON n.oid = t." + prefix +
		   "namespace WHERE " + users_own(catalog, "t.oid") + " AND n.nspname !~ '^pg_temp_'" + source.wanted("t.oid");
}

std::string
name_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + object.kind().reference(object));
}

/* "START = f, GETTOKEN = g": the functions that are there. */
std::string
functions(const Object &object)
{
	std::vector<std::string> texts;

	for (const Property &property : object.kind().properties) {
		if (object.has(property.name)) {
			std::string option(property.name);
			std::transform(option.begin(), option.end(), option.begin(),
						   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
			texts.push_back(option + " = " + object[property.name]);
		}
	}
	return " (" + sql::join(texts) + ")";
}

void
create_by_functions(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser, "CREATE " + object.kind().reference(object) + functions(object));
}

/* --- parsers and templates: nothing of them can be altered --- */

std::string
parser_query(const Source &source)
{
	return query_of("pg_ts_parser", "prs",
					function_name("t.prsstart") + " AS start, " + function_name("t.prstoken") + " AS gettoken, " +
						function_name("t.prsend") + " AS \"end\", " + function_name("t.prslextype") + " AS lextypes, " +
						function_name("t.prsheadline") + " AS headline",
					source);
}

std::string
parser_reference(const Object &object)
{
	return "TEXT SEARCH PARSER " + name_of(object);
}

constexpr Property parser_properties[] = {{"start"}, {"gettoken"}, {"end"}, {"lextypes"}, {"headline"}};

std::string
template_query(const Source &source)
{
	return query_of("pg_ts_template", "tmpl",
					function_name("t.tmplinit") + " AS init, " + function_name("t.tmpllexize") + " AS lexize", source);
}

std::string
template_reference(const Object &object)
{
	return "TEXT SEARCH TEMPLATE " + name_of(object);
}

constexpr Property template_properties[] = {{"init"}, {"lexize"}};

/* --- dictionaries --- */

std::string
dictionary_query(const Source &source)
{
	return query_of("pg_ts_dict", "dict",
					"pg_get_userbyid(t.dictowner) AS owner, " +
						qualified_name("pg_ts_template", "tmpl", "t.dicttemplate") +
						" AS template, t.dictinitoption AS options",
					source);
}

std::string
dictionary_reference(const Object &object)
{
	return "TEXT SEARCH DICTIONARY " + name_of(object);
}

void
create_dictionary(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, "CREATE " + dictionary_reference(object) + " (TEMPLATE = " + object["template"] +
								 (object.has("options") ? ", " + object["options"] : "") + ")");
}

/* The names in "a = 'x, y', \"B\" = 1", as they are written. */
std::vector<std::string>
option_names(const std::string &options)
{
	std::vector<std::string> names;
	std::string name;
	char quote = 0;
	bool in_value = false;

	for (char c : options) {
		if (quote != 0) {
			quote = c == quote ? 0 : quote;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '=' && !in_value) {
			while (!name.empty() && name.back() == ' ')
				name.pop_back();
			names.push_back(name);
			name.clear();
			in_value = true;
			continue;
		} else if (c == ',') {
			in_value = false;
			continue;
		}
		if (!in_value && (quote != 0 || c != ' ' || !name.empty()))
			name += c;
	}
	return names;
}

/* An option that is set goes to the end of the list: all of them are, so that the list becomes the other's. */
bool
alter_dictionary(const Change &change, Script &script)
{
	std::vector<std::string> items = option_names(change.from["options"]), now = option_names(change.to["options"]);

	std::erase_if(items, [&](const std::string &name) { return std::find(now.begin(), now.end(), name) != now.end(); });
	if (change.to.has("options"))
		items.push_back(change.to["options"]);
	script.add(form::alter, "ALTER " + dictionary_reference(change.to) + " (" + sql::join(items) + ")");
	return true;
}

constexpr Property dictionary_properties[] = {owner_property, {"template"}, {"options", alter_dictionary}};

/* --- configurations --- */

/* Only the parser itself can name its types of tokens; pg_dump asks it as well. */
std::string
configuration_query(const Source &source)
{
	return query_of(
		"pg_ts_config", "cfg",
		"pg_get_userbyid(t.cfgowner) AS owner, " + qualified_name("pg_ts_parser", "prs", "t.cfgparser") +
			" AS parser, (SELECT array_agg(l.line ORDER BY l.line COLLATE \"C\") FROM (SELECT quote_ident(k.alias) || "
			"' WITH ' || string_agg(" +
			qualified_name("pg_ts_dict", "dict", "m.mapdict") +
			", ', ' ORDER BY m.mapseqno) AS line FROM pg_ts_config_map m JOIN ts_token_type(t.cfgparser) k ON k.tokid "
			"= "
			"m.maptokentype WHERE m.mapcfg = t.oid GROUP BY k.alias) l) AS mappings",
		source);
}

std::string
configuration_reference(const Object &object)
{
	return "TEXT SEARCH CONFIGURATION " + name_of(object);
}

void
create_configuration(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, "CREATE " + configuration_reference(object) + " (PARSER = " + object["parser"] + ")");
	for (const std::string &mapping : object.list("mappings"))
		script.add(form::alter, "ALTER " + configuration_reference(object) + " ADD MAPPING FOR " + mapping);
}

bool
alter_mappings(const Change &change, Script &script)
{
	std::vector<std::string> old = change.from.list("mappings"), now = change.to.list("mappings");
	std::string alter = "ALTER " + configuration_reference(change.to);
	auto token = [](const std::string &mapping) { return mapping.substr(0, mapping.find(" WITH ")); };
	auto maps = [&](const std::vector<std::string> &mappings, const std::string &mapping) {
		return std::any_of(mappings.begin(), mappings.end(),
						   [&](const std::string &other) { return token(other) == token(mapping); });
	};

	for (const std::string &mapping : change.removed("mappings")) {
		if (!maps(now, mapping))
			script.add(form::alter, alter + " DROP MAPPING FOR " + token(mapping));
	}
	for (const std::string &mapping : change.added("mappings"))
		script.add(form::alter, alter + (maps(old, mapping) ? " ALTER MAPPING FOR " : " ADD MAPPING FOR ") + mapping);
	return true;
}

constexpr Property configuration_properties[] = {owner_property, {"parser"}, {"mappings", alter_mappings}};

} // namespace

constexpr Kind text_search_parser_kind = {
	.name = "text search parser",
	.identity = identity,
	.properties = parser_properties,
	.query = parser_query,
	.reference = parser_reference,
	.create = create_by_functions,
	.drop = drop,
	.rank = rank::text_search_parser,
};

constexpr Kind text_search_template_kind = {
	.name = "text search template",
	.identity = identity,
	.properties = template_properties,
	.query = template_query,
	.reference = template_reference,
	.create = create_by_functions,
	.drop = drop,
	.rank = rank::text_search_template,
};

constexpr Kind text_search_dictionary_kind = {
	.name = "text search dictionary",
	.identity = identity,
	.properties = dictionary_properties,
	.query = dictionary_query,
	.reference = dictionary_reference,
	.create = create_dictionary,
	.drop = drop,
	.rank = rank::text_search_dictionary,
};

constexpr Kind text_search_configuration_kind = {
	.name = "text search configuration",
	.identity = identity,
	.properties = configuration_properties,
	.query = configuration_query,
	.reference = configuration_reference,
	.create = create_configuration,
	.drop = drop,
	.rank = rank::text_search_configuration,
};

} // namespace schema_guard::catalog
