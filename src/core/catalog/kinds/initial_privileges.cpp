/*
 * initial_privileges.cpp - privileges a user gave or took on what the system or an extension owns, and security labels
 * on what an extension owns: all of theirs that pg_dump keeps.
 *
 * pg_dump leaves information_schema aside, whose privileges initdb does not remember.
 *
 * There is such an object where the privileges are not those that initdb or the extension's script left, which
 * pg_init_privs remembers; without a row there, acldefault()'s.
 *
 * Its address is in a name space of its own: objects that depend on the function, say, depend on the extension and not
 * on who may call it.  A column's comes after its table's, and is no part of it.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/diff/grants.hpp"

#include <algorithm>
#include <array>

namespace schema_guard::catalog {

namespace {

/* Objects of one catalog: catalog, OID, type and name as SQL has them, letter of acldefault(), owner, acl, FROM. */
struct Part {
	const char *catalog;
	const char *oid;
	const char *subid = "0";
	const char *type;
	std::string object;
	const char *column = "NULL::text";
	const char *letter;
	const char *owner;
	const char *acl;
	std::string from;
};

std::string
select(const Part &part)
{
	std::string catalog(part.catalog), oid(part.oid), subid(part.subid);

	return "SELECT '" + catalog + "'::regclass::oid AS classoid, " + oid + " AS objoid, " + subid +
		   "::int4 AS objsubid, " + part.type + " AS object_type, " + part.object + " AS object, " + part.column +
		   " AS column_name, " + part.letter + "::\"char\" AS letter, " + part.owner + " AS owner, " + part.acl +
		   " AS acl, i.initprivs FROM " + part.from + " LEFT JOIN pg_init_privs i ON i.classoid = '" + catalog +
		   "'::regclass AND i.objoid = " + oid + " AND i.objsubid = " + subid + " WHERE (" + part.acl +
		   " IS DISTINCT FROM i.initprivs OR EXISTS (SELECT FROM "
		   "pg_seclabel sl WHERE sl.classoid = '" +
		   catalog + "'::regclass AND sl.objoid = " + oid + " AND sl.objsubid = " + subid + ")) AND NOT " +
		   users_own(catalog, oid);
}

std::string
query(const Source &source)
{
	const std::string in_schema = " JOIN pg_namespace n ON n.oid = ",
					  lasting = " AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname <> 'information_schema'";
	const std::string relation = "quote_ident(n.nspname) || '.' || quote_ident(c.relname)";
	const std::array parts = {
		select(
			{"pg_class", "c.oid", "0",
			 "CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN "
			 "'S' THEN 'sequence' ELSE 'table' END",
			 relation, "NULL::text", "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END", "c.relowner", "c.relacl",
			 "pg_class c" + in_schema + "c.relnamespace"}) +
			" AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')" + lasting + source.wanted("c.oid"),
		select({"pg_class", "c.oid", "a.attnum", "'column'", relation, "quote_ident(a.attname)", "'c'", "c.relowner",
				"a.attacl", "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid" + in_schema + "c.relnamespace"}) +
			" AND NOT " + users_own("pg_class", "a.attrelid") +
			" AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')" + lasting +
			source.wanted("a.attrelid"),
		select({"pg_proc", "p.oid", "0",
				"CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END",
				function_signature("p.oid"), "NULL::text", "'f'", "p.proowner", "p.proacl",
				"pg_proc p" + in_schema + "p.pronamespace"}) +
			lasting + source.wanted("p.oid"),
		select({"pg_type", "t.oid", "0", "CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END",
				"format_type(t.oid, NULL)", "NULL::text", "'T'", "t.typowner", "t.typacl",
				"pg_type t" + in_schema + "t.typnamespace"}) +
			lasting + source.wanted("t.oid"),
		select({"pg_namespace", "n.oid", "0", "'schema'", "quote_ident(n.nspname)", "NULL::text", "'n'", "n.nspowner",
				"n.nspacl", "pg_namespace n"}) +
			" AND n.nspname <> 'public'" + lasting + source.wanted("n.oid"),
		select({"pg_language", "l.oid", "0", "'language'", "quote_ident(l.lanname)", "NULL::text", "'l'", "l.lanowner",
				"l.lanacl", "pg_language l"}) +
			source.wanted("l.oid"),
		select({"pg_foreign_data_wrapper", "w.oid", "0", "'foreign data wrapper'", "quote_ident(w.fdwname)",
				"NULL::text", "'F'", "w.fdwowner", "w.fdwacl", "pg_foreign_data_wrapper w"}) +
			source.wanted("w.oid"),
		select({"pg_foreign_server", "s.oid", "0", "'server'", "quote_ident(s.srvname)", "NULL::text", "'S'",
				"s.srvowner", "s.srvacl", "pg_foreign_server s"}) +
			source.wanted("s.oid"),
	};
	std::string all;

	for (const std::string &part : parts)
		all += (all.empty() ? "" : " UNION ALL ") + part;

	std::string full = "acldefault(o.letter, o.owner)";

	return "SELECT * FROM (SELECT 'pg_init_privs'::regclass::oid AS classid, o.objoid AS objid, o.objsubid, o.classoid "
		   "AS "
		   "parent_classid, o.objoid AS parent_objid, (SELECT array_agg(d.refclassid || ':' || d.refobjid || ':0') "
		   "FROM "
		   "pg_depend d WHERE d.classid = o.classoid AND d.objid = o.objoid AND d.deptype = 'e') || "
		   "CASE WHEN o.objsubid <> 0 THEN 'pg_init_privs'::regclass::oid || ':' || o.objoid || ':0' END AS needs, "
		   "o.object_type, o.object || coalesce('.' || "
		   "o.column_name, "
		   "'') AS object, o.object AS whole, o.column_name, pg_get_userbyid(o.owner) AS owner, coalesce(" +
		   grants_list("coalesce(o.acl, " + full + ")", full, "o.owner") + ", '{}') AS grants, coalesce(" +
		   grants_list("coalesce(o.initprivs, " + full + ")", full, "o.owner") +
		   ", '{}') AS initial, (SELECT array_agg(l.provider || '=' || l.label ORDER BY l.provider COLLATE \"C\") FROM "
		   "pg_seclabel l WHERE l.classoid = o.classoid AND l.objoid = o.objoid AND l.objsubid = o.objsubid AND "
		   "l.objoid >= 16384) AS labels FROM (" +
		   all + ") o) q WHERE grants <> initial OR labels IS NOT NULL";
}

std::string
reference(const Object &object)
{
	std::string type = object.identity[0];

	std::transform(type.begin(), type.end(), type.begin(),
				   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
	return type + " " + object.identity[1];
}

Grantable
grantable(const Object &object)
{
	const std::string &type = object.identity[0];
	std::string on;

	if (type == "view" || type == "materialized view" || type == "foreign table" || type == "column")
		on = "TABLE " + object["whole"];
	else if (type == "aggregate")
		on = "FUNCTION " + object["whole"];
	else if (type == "server")
		on = "FOREIGN SERVER " + object["whole"];
	else
		on = reference(object);
	return {"", on, object["column_name"], sql::identifier(object["owner"])};
}

void
write_labels(const Object &object, const std::vector<std::string> &labels, bool set, Script &script)
{
	for (const std::string &label : labels) {
		size_t equals = label.find('=');
		script.add(form::label, "SECURITY LABEL FOR " + sql::identifier(label.substr(0, equals)) + " ON " +
									reference(object) + " IS " +
									(set ? sql::literal(label.substr(equals + 1)) : "NULL"));
	}
}

/* What is revoked of a table is revoked of its columns as well: of those whose privileges stay. */
void
grant_columns_again(const Object &object, const Revoked &revoked, const Catalog &catalog, Script &script)
{
	for (const Object *column : catalog.dependents(object)) {
		if (!column->has("column_name") || script.before() == nullptr ||
			script.before()->find_key(column->key()) == nullptr)
			continue;
		Grants stay = read_grants((*column)["grants"]);
		std::erase_if(stay, [&](const auto &to) { return !revoked.cascaded && !revoked.grantees.count(to.first); });
		grant_again(grantable(*column), stay, script);
	}
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	Revoked revoked =
		write_grants(grantable(object), read_grants(object["initial"]), read_grants(object["grants"]), script);
	grant_columns_again(object, revoked, catalog, script);
	write_labels(object, object.list("labels"), true, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	write_labels(object, object.list("labels"), false, script);
	write_grants(grantable(object), read_grants(object["grants"]), read_grants(object["initial"]), script);
}

bool
alter_privileges(const Change &change, Script &script)
{
	Revoked revoked = write_grants(grantable(change.to), read_grants(change.from["grants"]),
								   read_grants(change.to["grants"]), script);
	grant_columns_again(change.to, revoked, change.after, script);
	return true;
}

bool
alter_these_labels(const Change &change, Script &script)
{
	write_labels(change.from, change.removed("labels"), false, script);
	write_labels(change.to, change.added("labels"), true, script);
	return true;
}

constexpr std::string_view identity[] = {"object_type", "object"};
constexpr Property properties[] = {{"grants", alter_privileges},	  {"labels", alter_these_labels},
								   {"initial", nullptr, implied},	  {"whole", nullptr, implied},
								   {"column_name", nullptr, implied}, {"owner", nullptr, implied}};

} // namespace

constexpr Kind initial_privileges_kind = {
	.name = "initial privileges",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::initial_privileges,
};

} // namespace schema_guard::catalog
