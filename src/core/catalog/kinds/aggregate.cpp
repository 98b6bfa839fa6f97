/*
 * aggregate.cpp - aggregates: ordinary, ordered-set and hypothetical-set ones.
 */
#include "schema_guard/core/catalog/types.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* FINALFUNC_MODIFY, NULL where it is what CREATE AGGREGATE takes by itself. */
std::string
modify_column(const std::string &column)
{
	return "CASE a." + column +
		   " WHEN CASE a.aggkind WHEN 'n' THEN 'r'::\"char\" ELSE 'w' END THEN NULL WHEN 'r' THEN 'READ_ONLY' "
		   "WHEN 's' THEN 'SHAREABLE' WHEN 'w' THEN 'READ_WRITE' END";
}

std::string
query(const Source &source)
{
	return "SELECT r.tableoid AS classid, r.oid AS objid, 0 AS objsubid, n.nspname AS schema, r.proname AS name, "
		   "coalesce((SELECT string_agg(format_type(t.type, NULL), ', ' ORDER BY t.i) FROM "
		   "unnest(r.proargtypes::oid[]) WITH ORDINALITY t(type, i)), '') AS argument_types, "
		   "NULLIF(pg_get_function_arguments(r.oid), '') AS arguments, "
		   "NULLIF(pg_get_function_identity_arguments(r.oid), '') AS signature, "
		   "r.proargnames AS parameter_names, "
		   "a.aggnumdirectargs AS direct_count, "
		   "format_type(r.prorettype, NULL) AS result, "
		   "CASE a.aggkind WHEN 'o' THEN 'ordered-set' WHEN 'h' THEN 'hypothetical-set' END AS class, " +
		   routine_name("a.aggtransfn") + " AS sfunc, format_type(a.aggtranstype, NULL) AS stype, " +
		   "NULLIF(a.aggtransspace, 0) AS sspace, a.agginitval AS initcond, " + routine_name("a.aggfinalfn") +
		   " AS finalfunc, CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalextra THEN 'true' END AS finalfunc_extra, "
		   "CASE WHEN a.aggfinalfn <> 0 THEN " +
		   modify_column("aggfinalmodify") + " END AS finalfunc_modify, " + routine_name("a.aggcombinefn") +
		   " AS combinefunc, " + routine_name("a.aggserialfn") + " AS serialfunc, " + routine_name("a.aggdeserialfn") +
		   " AS deserialfunc, " + routine_name("a.aggmtransfn") + " AS msfunc, " + routine_name("a.aggminvtransfn") +
		   " AS minvfunc, CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS mstype, "
		   "NULLIF(a.aggmtransspace, 0) AS msspace, a.aggminitval AS minitcond, " +
		   routine_name("a.aggmfinalfn") +
		   " AS mfinalfunc, CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalextra THEN 'true' END AS mfinalfunc_extra, "
		   "CASE WHEN a.aggmfinalfn <> 0 THEN " +
		   modify_column("aggmfinalmodify") +
		   " END AS mfinalfunc_modify, "
		   "(SELECT 'OPERATOR(' || quote_ident(on_.nspname) || '.' || o.oprname || ')' FROM pg_operator o "
		   "JOIN pg_namespace on_ ON on_.oid = o.oprnamespace WHERE o.oid = a.aggsortop) AS sortop, "
		   "CASE r.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END AS parallel, "
		   "pg_get_userbyid(r.proowner) AS owner, " +
		   grants_column("r.proacl", 'f', "r.proowner") +
		   " AS grants FROM pg_aggregate a JOIN pg_proc r ON r.oid = a.aggfnoid "
		   "JOIN pg_namespace n ON n.oid = r.pronamespace WHERE " +
		   users_own("pg_proc", "r.oid") + " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'" +
		   source.wanted("r.oid");
}

/* An ordered-set aggregate is told from its direct and its ordered arguments. */
std::string
signature(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]) + "(" +
		   (object.has("signature") ? object["signature"] : "*") + ")";
}

std::string
reference(const Object &object)
{
	return "AGGREGATE " + signature(object);
}

/* GRANT knows no aggregates. */
std::string
grant_on(const Object &object)
{
	return "FUNCTION " + sql::qualified(object.identity[0], object.identity[1]) + "(" + object.identity[2] + ")";
}

std::string
definition(const Object &object, bool replace)
{
	std::vector<std::string> options;
	auto option = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name + " = " + object[property]);
	};
	auto text = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name + " = " + sql::literal(object[property]));
	};
	auto word = [&](const std::string &name, std::string_view property) {
		if (object.has(property))
			options.push_back(name);
	};

	option("SFUNC", "sfunc");
	option("STYPE", "stype");
	option("SSPACE", "sspace");
	text("INITCOND", "initcond");
	option("FINALFUNC", "finalfunc");
	word("FINALFUNC_EXTRA", "finalfunc_extra");
	option("FINALFUNC_MODIFY", "finalfunc_modify");
	option("COMBINEFUNC", "combinefunc");
	option("SERIALFUNC", "serialfunc");
	option("DESERIALFUNC", "deserialfunc");
	option("MSFUNC", "msfunc");
	option("MINVFUNC", "minvfunc");
	option("MSTYPE", "mstype");
	option("MSSPACE", "msspace");
	text("MINITCOND", "minitcond");
	option("MFINALFUNC", "mfinalfunc");
	word("MFINALFUNC_EXTRA", "mfinalfunc_extra");
	option("MFINALFUNC_MODIFY", "mfinalfunc_modify");
	option("SORTOP", "sortop");
	if (object["class"] == "hypothetical-set")
		options.push_back("HYPOTHETICAL");
	option("PARALLEL", "parallel");
	return std::string(replace ? "CREATE OR REPLACE" : "CREATE") + " AGGREGATE " +
		   sql::qualified(object.identity[0], object.identity[1]) + "(" +
		   (object.has("arguments") ? object["arguments"] : "*") + ") (\n\t" + sql::join(options, ",\n\t") + "\n)";
}

void
create(const Object &object, const Catalog &, Script &script)
{
	script.add(form::create, definition(object, false));
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object), breaks_applications);
}

/* CREATE OR REPLACE keeps argument names, the result, the class of the aggregate and its direct arguments. */
bool
alter(const Change &change, Script &script)
{
	std::vector<std::string> old = change.from.list("parameter_names"), now = change.to.list("parameter_names");

	if (change.changed("result") || change.changed("class") || change.changed("direct_count"))
		return false;
	now.resize(std::max(old.size(), now.size()));
	for (size_t i = 0; i < old.size(); i++) {
		if (!old[i].empty() && old[i] != now[i])
			return false;
	}
	script.add(form::replace_routine, definition(change.to, true));
	return true;
}

constexpr std::string_view identity[] = {"schema", "name", "argument_types"};
constexpr Property properties[] = {
	{"arguments", alter},
	{"signature", nullptr, implied},
	{"parameter_names", nullptr, implied},
	{"direct_count", nullptr, implied},
	{"result", alter},
	{"class", alter},
	{"sfunc", alter},
	{"stype", alter},
	{"sspace", alter},
	{"initcond", alter},
	{"finalfunc", alter},
	{"finalfunc_extra", alter},
	{"finalfunc_modify", alter},
	{"combinefunc", alter},
	{"serialfunc", alter},
	{"deserialfunc", alter},
	{"msfunc", alter},
	{"minvfunc", alter},
	{"mstype", alter},
	{"msspace", alter},
	{"minitcond", alter},
	{"mfinalfunc", alter},
	{"mfinalfunc_extra", alter},
	{"mfinalfunc_modify", alter},
	{"sortop", alter},
	{"parallel", alter},
	owner_property,
	grants_property,
};

} // namespace

constexpr Kind aggregate_kind = {
	.name = "aggregate",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.grant_on = grant_on,
	.default_grants = usage_for_all,
	.create = create,
	.drop = drop,
	.name_space = "routine",
	.rank = rank::aggregate,
};

} // namespace schema_guard::catalog
