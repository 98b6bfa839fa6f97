/*
 * language.cpp - languages, transforms and access methods.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + object.kind().reference(object));
}

constexpr std::string_view identity[] = {"name"};

/* --- languages --- */

std::string
language_query(const Source &source)
{
	return "SELECT l.tableoid AS classid, l.oid AS objid, 0 AS objsubid, l.lanname AS name, "
		   "pg_get_userbyid(l.lanowner) "
		   "AS owner, " +
		   grants_column("l.lanacl", 'l', "l.lanowner") +
		   " AS grants, CASE WHEN l.lanpltrusted THEN 'true' END AS trusted, " + function_name("l.lanplcallfoid") +
		   " AS handler, " + function_name("l.laninline") + " AS inline_handler, " + function_name("l.lanvalidator") +
		   " AS validator FROM pg_language l WHERE l.lanispl AND " + users_own("pg_language", "l.oid") +
		   source.wanted("l.oid");
}

std::string
language_reference(const Object &object)
{
	return "LANGUAGE " + sql::identifier(object.name());
}

void
define_language(const Object &object, const char *verb, Script &script)
{
	script.add(form::superuser, verb + std::string(object.has("trusted") ? "TRUSTED " : "") +
									language_reference(object) + " HANDLER " + object["handler"] +
									(object.has("inline_handler") ? " INLINE " + object["inline_handler"] : "") +
									(object.has("validator") ? " VALIDATOR " + object["validator"] : ""));
}

void
create_language(const Object &object, const Catalog &, Script &script)
{
	define_language(object, "CREATE ", script);
}

bool
alter_language(const Change &change, Script &script)
{
	define_language(change.to, "CREATE OR REPLACE ", script);
	return true;
}

constexpr Property language_properties[] = {owner_property,
											grants_property,
											{"trusted", alter_language},
											{"handler", alter_language},
											{"inline_handler", alter_language},
											{"validator", alter_language}};

/* --- transforms --- */

std::string
transform_query(const Source &source)
{
	return "SELECT t.tableoid AS classid, t.oid AS objid, 0 AS objsubid, format_type(t.trftype, NULL) AS type, "
		   "l.lanname "
		   "AS language, " +
		   function_signature("t.trffromsql") + " AS from_sql, " + function_signature("t.trftosql") +
		   " AS to_sql FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE " +
		   users_own("pg_transform", "t.oid") + source.wanted("t.oid");
}

std::string
transform_reference(const Object &object)
{
	return "TRANSFORM FOR " + object.identity[0] + " LANGUAGE " + sql::identifier(object.identity[1]);
}

void
define_transform(const Object &object, const char *verb, Script &script)
{
	std::vector<std::string> functions;

	if (object.has("from_sql"))
		functions.push_back("FROM SQL WITH FUNCTION " + object["from_sql"]);
	if (object.has("to_sql"))
		functions.push_back("TO SQL WITH FUNCTION " + object["to_sql"]);
	script.add(form::create, verb + transform_reference(object) + " (" + sql::join(functions) + ")");
}

void
create_transform(const Object &object, const Catalog &, Script &script)
{
	define_transform(object, "CREATE ", script);
}

bool
alter_transform(const Change &change, Script &script)
{
	define_transform(change.to, "CREATE OR REPLACE ", script);
	return true;
}

constexpr std::string_view transform_identity[] = {"type", "language"};
constexpr Property transform_properties[] = {{"from_sql", alter_transform}, {"to_sql", alter_transform}};

/* --- access methods --- */

std::string
access_method_query(const Source &source)
{
	return "SELECT a.tableoid AS classid, a.oid AS objid, 0 AS objsubid, a.amname AS name, CASE a.amtype WHEN 'i' THEN "
		   "'INDEX' ELSE 'TABLE' END AS type, " +
		   function_name("a.amhandler") + " AS handler FROM pg_am a WHERE " + users_own("pg_am", "a.oid") +
		   source.wanted("a.oid");
}

std::string
access_method_reference(const Object &object)
{
	return "ACCESS METHOD " + sql::identifier(object.name());
}

void
create_access_method(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser, "CREATE " + access_method_reference(object) + " TYPE " + object["type"] + " HANDLER " +
									object["handler"]);
}

constexpr Property access_method_properties[] = {{"type"}, {"handler"}};

} // namespace

constexpr Kind language_kind = {
	.name = "language",
	.identity = identity,
	.properties = language_properties,
	.query = language_query,
	.reference = language_reference,
	.grant_on = language_reference,
	.default_grants = "{OWNER=ALL,PUBLIC=ALL}",
	.create = create_language,
	.drop = drop,
	.rank = rank::language,
};

constexpr Kind transform_kind = {
	.name = "transform",
	.identity = transform_identity,
	.properties = transform_properties,
	.query = transform_query,
	.reference = transform_reference,
	.create = create_transform,
	.drop = drop,
	.rank = rank::transform,
};

constexpr Kind access_method_kind = {
	.name = "access method",
	.identity = identity,
	.properties = access_method_properties,
	.query = access_method_query,
	.reference = access_method_reference,
	.create = create_access_method,
	.drop = drop,
	.rank = rank::access_method,
};

} // namespace schema_guard::catalog
