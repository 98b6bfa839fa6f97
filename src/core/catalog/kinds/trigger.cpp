/*
 * trigger.cpp - triggers, constraint triggers among them.
 *
 * A trigger of a partitioned table has a clone in each partition.  A clone is an object of its own only where it is
 * enabled otherwise than the original: its CREATE and DROP then only say how it fires.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	/* Before 15 clones were marked internal, as only the triggers of foreign keys are now. */
	const std::string internal =
		source.version >= 150000 ? "t.tgisinternal" : "(t.tgisinternal AND (p.oid IS NULL OR p.tgisinternal))";

	return "SELECT t.tableoid AS classid, t.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, c.relname AS \"table\", t.tgname AS name, "
		   "CASE WHEN t.tgconstraint <> 0 THEN 'true' END AS \"constraint\", "
		   "CASE WHEN t.tgparentid = 0 THEN substr(pg_get_triggerdef(t.oid), char_length('CREATE ' || "
		   "CASE WHEN t.tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER ' || quote_ident(t.tgname) || ' "
		   "') + 1) "
		   "END AS definition, CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN "
		   "'always' "
		   "END AS enabled, CASE WHEN t.tgparentid <> 0 THEN 'true' END AS clone, " +
		   extensions_column("pg_trigger", "t.oid") +
		   " AS depends_on_extensions, CASE WHEN t.tgparentid <> 0 THEN ARRAY[p.tableoid || ':' || p.oid || ':0', "
		   "'pg_inherits'::regclass::oid || ':' || c.oid || ':0'] END AS needs "
		   "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "LEFT JOIN pg_trigger p ON p.oid = t.tgparentid WHERE NOT " +
		   internal + " AND (t.tgparentid = 0 OR t.tgenabled <> p.tgenabled) AND " + users_relation() +
		   source.wanted("t.tgrelid");
}

std::string
table_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

std::string
reference(const Object &object)
{
	return "TRIGGER " + sql::identifier(object.name()) + " ON " + table_of(object);
}

std::string
alter_trigger(const Object &object)
{
	return "ALTER " + reference(object);
}

void
set_enabled(const Object &object, const std::string &enabled, Script &script)
{
	const char *verb = enabled == "disabled"  ? "DISABLE"
					   : enabled == "replica" ? "ENABLE REPLICA"
					   : enabled == "always"  ? "ENABLE ALWAYS"
											  : "ENABLE";

	script.add(form::enable_trigger,
			   "ALTER TABLE " + table_of(object) + " " + verb + " TRIGGER " + sql::identifier(object.name()));
}

/* What is done to a trigger is done to its clones, also to those that were to stay different. */
void
set_clones(const Object &object, const Catalog &catalog, Script &script)
{
	for (const Object *clone : catalog.dependents(object)) {
		if (clone->is("trigger") && clone->has("clone"))
			set_enabled(*clone, (*clone)["enabled"], script);
	}
}

void
write(const Object &object, const std::string &verb, Script &script)
{
	script.add(form::create_trigger, verb + (object.has("constraint") ? " CONSTRAINT" : "") + " TRIGGER " +
										 sql::identifier(object.name()) + " " + object["definition"]);
	if (object.has("enabled"))
		set_enabled(object, object["enabled"], script);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	if (object.has("clone")) {
		set_enabled(object, object["enabled"], script);
		return;
	}
	write(object, "CREATE", script);
	add_extensions(object, "depends_on_extensions", alter_trigger(object), script);
}

const Object *
original(const Object &object, const Catalog &catalog)
{
	for (const Object *on : catalog.depends_on(object)) {
		if (on->is("trigger"))
			return on;
	}
	return nullptr;
}

void
drop(const Object &object, const Catalog &catalog, Script &script)
{
	if (!object.has("clone"))
		script.add(form::drop_trigger, "DROP " + reference(object));
	else if (const Object *of = original(object, catalog))
		set_enabled(object, (*of)["enabled"], script);
}

std::vector<const Object *>
dropped_with(const Object &object, const Catalog &before, const Catalog &)
{
	const Object *of = object.has("clone") ? original(object, before) : nullptr;

	return of ? std::vector<const Object *>{of} : std::vector<const Object *>{};
}

/* All of a trigger's differences at once: a replaced one is enabled as a new one is. */
bool
alter(const Change &change, Script &script)
{
	if (change.changed("constraint") || change.changed("clone"))
		return false;
	if (change.changed("definition")) {
		if (change.to.has("constraint") || script.version() < 140000)
			return false;
		write(change.to, "CREATE OR REPLACE", script);
		set_clones(change.to, change.after, script);
	} else if (change.changed("enabled")) {
		set_enabled(change.to, change.to["enabled"], script);
		set_clones(change.to, change.after, script);
	}
	alter_extensions(change, "depends_on_extensions", alter_trigger(change.to), script);
	return true;
}

constexpr std::string_view identity[] = {"schema", "table", "name"};
constexpr Property properties[] = {
	{"constraint", alter},
	{"definition", alter},
	{"enabled", alter},
	{"clone", alter},
	{"depends_on_extensions", alter},
};

} // namespace

constexpr Kind trigger_kind = {
	.name = "trigger",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.dropped_with = dropped_with,
	.rank = rank::trigger,
};

} // namespace schema_guard::catalog
