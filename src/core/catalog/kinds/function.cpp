/*
 * function.cpp - functions, window functions among them, and procedures.
 *
 * What a body of text calls is in no catalog: only a BEGIN ATOMIC body, argument types, defaults and the result are
 * dependencies.  Scripts are to run with check_function_bodies off.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>
#include <array>

namespace schema_guard::catalog {

namespace {

/* What belongs to another object internally, such as a range's constructors, is not the user's. */
std::string
query(const Source &source, char kind)
{
	std::string sql_body = source.version >= 140000 ? "pg_get_function_sqlbody(r.oid)" : "NULL::text";
	std::string texts = source.version >= 140000 ? "r.prosqlbody IS NULL" : "true";
	std::string of_kind = kind == 'p' ? "r.prokind = 'p'" : "r.prokind IN ('f', 'w')";

	return "SELECT r.tableoid AS classid, r.oid AS objid, 0 AS objsubid, n.nspname AS schema, r.proname AS name, "
		   "coalesce((SELECT string_agg(format_type(a.type, NULL), ', ' ORDER BY a.i) FROM "
		   "unnest(r.proargtypes::oid[]) WITH ORDINALITY a(type, i)), '') AS argument_types, "
		   "NULLIF(pg_get_function_arguments(r.oid), '') AS arguments, "
		   "pg_get_function_identity_arguments(r.oid) AS signature, "
		   "r.proargnames AS parameter_names, "
		   "(SELECT array_agg(coalesce(a.mode, 'i')::text || ' ' || format_type(a.type, NULL) ORDER BY a.i) FROM "
		   "unnest(coalesce(r.proallargtypes, r.proargtypes::oid[]), r.proargmodes) WITH ORDINALITY a(type, mode, i)) "
		   "AS parameter_types, "
		   "r.pronargdefaults AS default_count, "
		   "pg_get_function_result(r.oid) AS result, "
		   "l.lanname AS language, "
		   "(SELECT array_agg(format_type(t.type, NULL) ORDER BY t.i) FROM unnest(r.protrftypes) "
		   "WITH ORDINALITY t(type, i)) AS transforms, "
		   "CASE WHEN r.prokind = 'w' THEN 'true' END AS \"window\", "
		   "CASE r.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END AS volatility, "
		   "CASE WHEN r.proisstrict THEN 'true' END AS strict, "
		   "CASE WHEN r.prosecdef THEN 'true' END AS security_definer, "
		   "CASE WHEN r.proleakproof THEN 'true' END AS leakproof, "
		   "CASE r.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END AS parallel, "
		   "NULLIF(NULLIF(r.procost, 0), CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END)::text AS cost, "
		   "CASE WHEN r.proretset THEN NULLIF(NULLIF(r.prorows, 0), 1000)::text END AS rows, " +
		   routine_name("r.prosupport") +
		   " AS support, r.proconfig AS settings, "
		   "NULLIF(r.probin, '') AS library, CASE WHEN " +
		   texts + " THEN r.prosrc END AS body, " + sql_body +
		   " AS sql_body, "
		   "pg_get_userbyid(r.proowner) AS owner, " +
		   extensions_column("pg_proc", "r.oid") + " AS extensions, " +
		   grants_or_key(source, "r.proacl", 'f', "r.proowner") +
		   " "
		   "FROM pg_proc r JOIN pg_namespace n ON n.oid = r.pronamespace JOIN pg_language l ON l.oid = r.prolang "
		   "WHERE " +
		   of_kind + " AND " + users_own("pg_proc", "r.oid") +
		   " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend d "
		   "WHERE d.classid = 'pg_proc'::regclass AND d.objid = r.oid AND d.deptype = 'i')" +
		   source.wanted("r.oid");
}

std::string
function_query(const Source &source)
{
	return query(source, 'f');
}

std::string
procedure_query(const Source &source)
{
	return query(source, 'p');
}

std::string
name(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

bool
is_procedure(const Object &object)
{
	return object.is("procedure");
}

/* A procedure's output arguments are part of how it is found, and its input types alone can be ambiguous. */
std::string
reference(const Object &object)
{
	return is_procedure(object) ? "PROCEDURE " + name(object) + "(" + object["signature"] + ")"
								: "FUNCTION " + name(object) + "(" + object.identity[2] + ")";
}

/* Settings that the server keeps as a list of names, quoted where needed. */
constexpr std::array<std::string_view, 6> lists_of_names = {"local_preload_libraries",	 "search_path",
															"session_preload_libraries", "shared_preload_libraries",
															"temp_tablespaces",			 "unix_socket_directories"};

std::vector<std::string>
split_names(const std::string &text)
{
	std::vector<std::string> names;

	for (size_t at = 0; at < text.size();) {
		std::string name;
		if (text[at] == ' ' || text[at] == ',') {
			at++;
			continue;
		}
		if (text[at] == '"') {
			for (at++; at < text.size(); at++) {
				if (text[at] == '"' && (at + 1 == text.size() || text[at + 1] != '"'))
					break;
				if (text[at] == '"')
					at++;
				name += text[at];
			}
			at++;
		} else {
			while (at < text.size() && text[at] != ',' && text[at] != ' ')
				name += text[at++];
		}
		names.push_back(std::move(name));
	}
	return names;
}

/* "SET search_path TO 'public', 'x'" */
std::string
set_clause(const std::string &setting)
{
	size_t equals = setting.find('=');
	std::string name = setting.substr(0, equals), value = setting.substr(equals + 1);
	std::vector<std::string> items = {value};

	if (std::find(lists_of_names.begin(), lists_of_names.end(), name) != lists_of_names.end()) {
		items = split_names(value);
		if (items.empty())
			items = {""};
	}
	for (std::string &item : items)
		item = sql::literal(item);
	return "SET " + sql::identifier(name) + " TO " + sql::join(items);
}

std::string
definition(const Object &object, bool replace)
{
	std::string text = std::string(replace ? "CREATE OR REPLACE " : "CREATE ") +
					   (is_procedure(object) ? "PROCEDURE " : "FUNCTION ") + name(object) + "(" + object["arguments"] +
					   ")";
	std::vector<std::string> transforms = object.list("transforms");
	auto word = [&](std::string_view property, std::string_view words) {
		if (object.has(property))
			text += std::string(" ") + std::string(words);
	};
	auto value = [&](std::string_view property, std::string_view words) {
		if (object.has(property))
			text += std::string(words) + object[property];
	};

	value("result", "\n\tRETURNS ");
	text += "\n\tLANGUAGE " + sql::identifier(object["language"]);
	for (std::string &type : transforms)
		type = "FOR TYPE " + type;
	if (!transforms.empty())
		text += " TRANSFORM " + sql::join(transforms);
	word("window", "WINDOW");
	value("volatility", " ");
	word("strict", "STRICT");
	word("security_definer", "SECURITY DEFINER");
	word("leakproof", "LEAKPROOF");
	value("cost", " COST ");
	value("rows", " ROWS ");
	value("support", " SUPPORT ");
	value("parallel", " PARALLEL ");
	for (const std::string &setting : object.list("settings"))
		text += "\n\t" + set_clause(setting);
	if (object.has("sql_body"))
		return text + "\n" + object["sql_body"];
	text += "\n\tAS ";
	if (!object.has("library"))
		return text + dollar_quoted(object["body"]);
	return text + sql::literal(object["library"]) + (object["body"].empty() ? "" : ", " + sql::literal(object["body"]));
}

/* Only a superuser may write in an untrusted language; which one is that is known of these without asking. */
unsigned
hazards_of(const Object &object)
{
	bool superuser = object.has("leakproof") || object.has("support") || object["language"] == "c" ||
					 object["language"] == "internal";

	return (superuser ? needs_superuser : 0u) | (object.has("security_definer") ? privilege_widened : 0u);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, definition(object, false), hazards_of(object));
	add_extensions(object, "extensions", "ALTER " + reference(object), script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object), breaks_applications);
}

/*
 * Whether CREATE OR REPLACE can: the result and the types stay, no default goes, and a parameter that has a name
 * keeps it.
 */
bool
replaceable(const Change &change)
{
	std::vector<std::string> old = change.from.list("parameter_names"), now = change.to.list("parameter_names");

	if (change.changed("result") || change.changed("window") || change.changed("parameter_types") ||
		std::stoi(change.to["default_count"]) < std::stoi(change.from["default_count"]))
		return false;
	now.resize(std::max(old.size(), now.size()));
	for (size_t i = 0; i < old.size(); i++) {
		if (!old[i].empty() && old[i] != now[i])
			return false;
	}
	return true;
}

std::string
setting_name(const std::string &setting)
{
	return setting.substr(0, setting.find('='));
}

/* SET leaves a setting in its place or appends it; where that gives another order than wanted, all are set anew. */
void
add_setting_clauses(const Change &change, std::vector<std::string> &clauses)
{
	std::vector<std::string> now = change.to.list("settings"), kept, changed = change.added("settings");

	for (const std::string &setting : change.from.list("settings")) {
		auto same = std::find_if(now.begin(), now.end(),
								 [&](const std::string &s) { return setting_name(s) == setting_name(setting); });
		if (same == now.end())
			clauses.push_back("RESET " + sql::identifier(setting_name(setting)));
		else
			kept.push_back(*same);
	}
	if (!std::equal(kept.begin(), kept.end(), now.begin(), now.begin() + static_cast<std::ptrdiff_t>(kept.size()))) {
		std::erase_if(clauses, [](const std::string &clause) { return clause.starts_with("RESET "); });
		clauses.push_back("RESET ALL");
		changed = now;
	}
	for (const std::string &setting : changed)
		clauses.push_back(set_clause(setting));
}

/* The clauses of ALTER FUNCTION for what differs. */
std::vector<std::string>
attribute_clauses(const Change &change)
{
	const Object &to = change.to;
	std::vector<std::string> clauses;
	bool cheap = to["language"] == "c" || to["language"] == "internal";
	auto clause = [&](std::string_view property, const std::string &set, const std::string &unset) {
		if (change.changed(property))
			clauses.push_back(to.has(property) ? set : unset);
	};

	clause("volatility", to["volatility"], "VOLATILE");
	clause("strict", "STRICT", "CALLED ON NULL INPUT");
	clause("security_definer", "SECURITY DEFINER", "SECURITY INVOKER");
	clause("leakproof", "LEAKPROOF", "NOT LEAKPROOF");
	clause("cost", "COST " + to["cost"], cheap ? "COST 1" : "COST 100");
	clause("rows", "ROWS " + to["rows"], "ROWS 1000");
	clause("support", "SUPPORT " + to["support"], "");
	clause("parallel", "PARALLEL " + to["parallel"], "PARALLEL UNSAFE");
	if (change.changed("settings"))
		add_setting_clauses(change, clauses);
	return clauses;
}

bool
alter(const Change &change, Script &script)
{
	unsigned hazards = hazards_of(change.to);
	bool definition_differs = change.from.has("support") && !change.to.has("support");

	if (change.from.has("security_definer"))
		hazards &= ~unsigned(privilege_widened);
	for (std::string_view property :
		 {"arguments", "result", "language", "transforms", "window", "library", "body", "sql_body"})
		definition_differs |= change.changed(property);
	if (!definition_differs) {
		if (!change.changed("leakproof") && !change.changed("support"))
			hazards &= ~unsigned(needs_superuser);
		script.add(form::alter, "ALTER " + reference(change.to) + " " + sql::join(attribute_clauses(change), " "),
				   hazards);
		return true;
	}
	if (!replaceable(change))
		return false;
	script.add(form::replace_routine, definition(change.to, true), hazards);
	return true;
}

bool
alter_extensions_of(const Change &change, Script &script)
{
	alter_extensions(change, "extensions", "ALTER " + reference(change.to), script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "name", "argument_types"};
constexpr Property properties[] = {
	{"arguments", alter},
	{"signature", nullptr, implied},
	{"parameter_names", nullptr, implied},
	{"parameter_types", nullptr, implied},
	{"default_count", nullptr, implied},
	{"result", alter},
	{"language", alter},
	{"transforms", alter},
	{"window", alter},
	{"volatility", alter},
	{"strict", alter},
	{"security_definer", alter},
	{"leakproof", alter},
	{"parallel", alter},
	{"cost", alter},
	{"rows", alter},
	{"support", alter},
	{"settings", alter},
	{"library", alter},
	{"body", alter},
	{"sql_body", alter},
	{"extensions", alter_extensions_of},
	owner_property,
	grants_property,
};

} // namespace

constexpr Kind function_kind = {
	.name = "function",
	.identity = identity,
	.properties = properties,
	.query = function_query,
	.written = grants_written,
	.reference = reference,
	.grant_on = reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop,
	.name_space = "routine",
	.rank = rank::function,
};

constexpr Kind procedure_kind = {
	.name = "procedure",
	.identity = identity,
	.properties = properties,
	.query = procedure_query,
	.written = grants_written,
	.reference = reference,
	.grant_on = reference,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop,
	.name_space = "routine",
	.rank = rank::function,
};

} // namespace schema_guard::catalog
