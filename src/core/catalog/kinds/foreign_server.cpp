/*
 * foreign_server.cpp - foreign-data wrappers, servers and user mappings.
 *
 * Options that hold secrets are not part of the schema: a script neither writes nor removes them, and says so.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/catalog/secrets.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + object.kind().reference(object));
}

/* The object works once someone has set its secrets. */
void
add_without_secrets(const Form &form, const std::string &text, const Object &object, Script &script)
{
	std::vector<std::string> secrets = object.list("secrets");

	/* Nothing in a name may end the comment. */
	for (std::string &name : secrets)
		std::erase_if(name, [](char c) { return c == '*' || c == '/'; });
	if (secrets.empty())
		script.add(form, text);
	else
		script.add(form, text + " /* to be set by hand: " + sql::join(secrets) + " */", breaks_applications);
}

constexpr Property secrets_property{"secrets", nullptr, implied};

/* --- foreign-data wrappers --- */

std::string
wrapper_query(const Source &source)
{
	return "SELECT w.tableoid AS classid, w.oid AS objid, 0 AS objsubid, w.fdwname AS name, "
		   "pg_get_userbyid(w.fdwowner) "
		   "AS owner, " +
		   grants_column("w.fdwacl", 'F', "w.fdwowner") + " AS grants, " + function_name("w.fdwhandler") +
		   " AS handler, " + function_name("w.fdwvalidator") + " AS validator, " + open_options("w.fdwoptions") +
		   " AS options, " + secret_options("w.fdwoptions") + " AS secrets FROM pg_foreign_data_wrapper w WHERE " +
		   users_own("pg_foreign_data_wrapper", "w.oid") + source.wanted("w.oid");
}

std::string
wrapper_reference(const Object &object)
{
	return "FOREIGN DATA WRAPPER " + sql::identifier(object.name());
}

void
create_wrapper(const Object &object, const Catalog &, Script &script)
{
	add_without_secrets(
		form::superuser,
		"CREATE " + wrapper_reference(object) + (object.has("handler") ? " HANDLER " + object["handler"] : "") +
			(object.has("validator") ? " VALIDATOR " + object["validator"] : "") + foreign_options(object, "options"),
		object, script);
}

bool
alter_wrapper_functions(const Change &change, Script &script)
{
	std::string text = "ALTER " + wrapper_reference(change.to);

	if (change.changed("handler"))
		text += change.to.has("handler") ? " HANDLER " + change.to["handler"] : " NO HANDLER";
	if (change.changed("validator"))
		text += change.to.has("validator") ? " VALIDATOR " + change.to["validator"] : " NO VALIDATOR";
	script.add(form::superuser, text);
	return true;
}

bool
alter_wrapper_options(const Change &change, Script &script)
{
	alter_foreign_options(change, "options", "ALTER " + wrapper_reference(change.to), form::superuser, script);
	return true;
}

constexpr std::string_view wrapper_identity[] = {"name"};
constexpr Property wrapper_properties[] = {owner_property,
										   grants_property,
										   {"handler", alter_wrapper_functions},
										   {"validator", alter_wrapper_functions},
										   {"options", alter_wrapper_options},
										   secrets_property};

/* --- servers --- */

std::string
server_query(const Source &source)
{
	return "SELECT s.tableoid AS classid, s.oid AS objid, 0 AS objsubid, s.srvname AS name, "
		   "pg_get_userbyid(s.srvowner) "
		   "AS owner, " +
		   grants_column("s.srvacl", 'S', "s.srvowner") +
		   " AS grants, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version, " +
		   open_options("s.srvoptions") + " AS options, " + secret_options("s.srvoptions") +
		   " AS secrets FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE " +
		   users_own("pg_foreign_server", "s.oid") + source.wanted("s.oid");
}

std::string
server_reference(const Object &object)
{
	return "SERVER " + sql::identifier(object.name());
}

std::string
server_grant_on(const Object &object)
{
	return "FOREIGN " + server_reference(object);
}

void
create_server(const Object &object, const Catalog &, Script &script)
{
	add_without_secrets(
		form::create,
		"CREATE " + server_reference(object) + (object.has("type") ? " TYPE " + sql::literal(object["type"]) : "") +
			(object.has("version") ? " VERSION " + sql::literal(object["version"]) : "") + " FOREIGN DATA WRAPPER " +
			sql::identifier(object["wrapper"]) + foreign_options(object, "options"),
		object, script);
}

bool
alter_server_version(const Change &change, Script &script)
{
	script.add(form::alter, "ALTER " + server_reference(change.to) + " VERSION " +
								(change.to.has("version") ? sql::literal(change.to["version"]) : "NULL"));
	return true;
}

bool
alter_server_options(const Change &change, Script &script)
{
	alter_foreign_options(change, "options", "ALTER " + server_reference(change.to), form::alter, script);
	return true;
}

constexpr std::string_view server_identity[] = {"name"};
constexpr Property server_properties[] = {owner_property,
										  grants_property,
										  {"wrapper"},
										  {"type"},
										  {"version", alter_server_version},
										  {"options", alter_server_options},
										  secrets_property};

/* --- user mappings --- */

/* The view shows options only to those who may see them; the table is for superusers.  No role can be called public. */
std::string
mapping_query(const Source &source)
{
	return "SELECT 'pg_user_mapping'::regclass::oid AS classid, m.umid AS objid, 0 AS objsubid, m.srvname AS server, "
		   "m.usename AS \"user\", " +
		   open_options("m.umoptions") + " AS options, " + secret_options("m.umoptions") +
		   " AS secrets FROM pg_user_mappings m WHERE " + users_own("pg_user_mapping", "m.umid") +
		   source.wanted("m.umid");
}

std::string
mapping_reference(const Object &object)
{
	return "USER MAPPING FOR " + (object.identity[1] == "public" ? "PUBLIC" : sql::identifier(object.identity[1])) +
		   " SERVER " + sql::identifier(object.identity[0]);
}

void
create_mapping(const Object &object, const Catalog &, Script &script)
{
	add_without_secrets(form::create, "CREATE " + mapping_reference(object) + foreign_options(object, "options"),
						object, script);
}

void
drop_mapping(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + mapping_reference(object), object.has("secrets") ? unsigned{not_reversible} : 0u);
}

bool
alter_mapping(const Change &change, Script &script)
{
	alter_foreign_options(change, "options", "ALTER " + mapping_reference(change.to), form::alter, script);
	return true;
}

constexpr std::string_view mapping_identity[] = {"server", "user"};
constexpr Property mapping_properties[] = {{"options", alter_mapping}, secrets_property};

} // namespace

constexpr Kind foreign_data_wrapper_kind = {
	.name = "foreign-data wrapper",
	.identity = wrapper_identity,
	.properties = wrapper_properties,
	.query = wrapper_query,
	.reference = wrapper_reference,
	.grant_on = wrapper_reference,
	.create = create_wrapper,
	.drop = drop,
	.rank = rank::foreign_data_wrapper,
};

constexpr Kind server_kind = {
	.name = "server",
	.identity = server_identity,
	.properties = server_properties,
	.query = server_query,
	.reference = server_reference,
	.grant_on = server_grant_on,
	.create = create_server,
	.drop = drop,
	.rank = rank::server,
};

constexpr Kind user_mapping_kind = {
	.name = "user mapping",
	.identity = mapping_identity,
	.properties = mapping_properties,
	.query = mapping_query,
	.reference = mapping_reference,
	.create = create_mapping,
	.drop = drop_mapping,
	.rank = rank::user_mapping,
};

} // namespace schema_guard::catalog
