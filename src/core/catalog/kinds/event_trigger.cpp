/*
 * event_trigger.cpp - event triggers.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT t.tableoid AS classid, t.oid AS objid, 0 AS objsubid, t.evtname AS name, t.evtevent AS event, "
		   "(SELECT array_agg(tag ORDER BY tag COLLATE \"C\") FROM unnest(t.evttags) tag) AS tags, "
		   "quote_ident(n.nspname) || '.' || quote_ident(f.proname) AS function, CASE t.evtenabled "
		   "WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled, "
		   "pg_get_userbyid(t.evtowner) AS owner FROM pg_event_trigger t JOIN pg_proc f ON f.oid = t.evtfoid "
		   "JOIN pg_namespace n ON n.oid = f.pronamespace WHERE " +
		   users_own("pg_event_trigger", "t.oid") + source.wanted("t.oid");
}

std::string
reference(const Object &object)
{
	return "EVENT TRIGGER " + sql::identifier(object.name());
}

void
set_enabled(const Object &object, Script &script)
{
	const std::string &enabled = object["enabled"];
	const char *verb = enabled == "disabled"  ? " DISABLE"
					   : enabled == "replica" ? " ENABLE REPLICA"
					   : enabled == "always"  ? " ENABLE ALWAYS"
											  : " ENABLE";

	script.add(form::event_trigger, "ALTER " + reference(object) + verb);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> tags;

	for (const std::string &tag : object.list("tags"))
		tags.push_back(sql::literal(tag));
	script.add(form::event_trigger, "CREATE " + reference(object) + " ON " + sql::identifier(object["event"]) +
										(tags.empty() ? "" : " WHEN TAG IN (" + sql::join(tags) + ")") +
										" EXECUTE FUNCTION " + object["function"] + "()");
	if (object.has("enabled"))
		set_enabled(object, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::event_trigger, "DROP " + reference(object));
}

bool
alter_enabled(const Change &change, Script &script)
{
	set_enabled(change.to, script);
	return true;
}

constexpr std::string_view identity[] = {"name"};
constexpr Property properties[] = {
	{"event"}, {"tags"}, {"function"}, {"enabled", alter_enabled}, owner_property,
};

} // namespace

constexpr Kind event_trigger_kind = {
	.name = "event trigger",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::event_trigger,
};

} // namespace schema_guard::catalog
