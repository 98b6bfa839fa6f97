/*
 * sequence.cpp - sequences: of their own, of a serial column (OWNED BY), and of an identity column, which makes, names
 * and drops it.  Where a sequence stands is data and not looked at.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/relations.hpp"

#include <algorithm>
#include <cstdint>

namespace schema_guard::catalog {

namespace {

/* Bounds and start are NULL where they are what type and direction make of them. */
std::string
query(const Source &source)
{
	const std::string type_max = "CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 "
								 "ELSE 9223372036854775807 END";

	return "SELECT c.tableoid AS classid, c.oid AS objid, 0 AS objsubid, d.refclassid AS parent_classid, "
		   "d.refobjid AS parent_objid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS "
		   "owner, " +
		   grants_or_key(source, "c.relacl", 's', "c.relowner") +
		   ", CASE d.deptype WHEN 'i' THEN 'true' END AS identity, "
		   "CASE WHEN d.refobjid IS NOT NULL THEN ARRAY[tn.nspname, t.relname, a.attname]::text[] END AS owned_by, "
		   "NULLIF(format_type(s.seqtypid, NULL), 'bigint') AS type, NULLIF(s.seqincrement, 1) AS increment, "
		   "NULLIF(s.seqmin, CASE WHEN s.seqincrement > 0 THEN 1 ELSE -" +
		   type_max + " - 1 END) AS minimum, NULLIF(s.seqmax, CASE WHEN s.seqincrement > 0 THEN " + type_max +
		   " ELSE -1 END) AS maximum, "
		   "NULLIF(s.seqstart, CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END) AS start, "
		   "NULLIF(s.seqcache, 1) AS cache, CASE WHEN s.seqcycle THEN 'true' END AS cycle, "
		   "CASE WHEN c.relpersistence = 'u' THEN 'true' END AS unlogged "
		   "FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 "
		   "AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') "
		   "LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace "
		   "LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE " +
		   users_relation() + source.wanted("s.seqrelid");
}

std::string
reference(const Object &object)
{
	return "SEQUENCE " + object.quoted_identity();
}

std::string
alter_sequence(const Object &object)
{
	return "ALTER " + reference(object);
}

bool
descends(const Object &sequence)
{
	return sequence["increment"].starts_with('-');
}

/* Where it starts when nothing is said. */
std::string
default_start(const Object &sequence)
{
	if (descends(sequence))
		return sequence.has("maximum") ? sequence["maximum"] : "-1";
	return sequence.has("minimum") ? sequence["minimum"] : "1";
}

/* One option as ALTER SEQUENCE says it; the default, too. */
std::string
option(const Object &sequence, std::string_view property)
{
	auto value = [&](const char *otherwise) {
		return sequence.has(property) ? sequence[property] : std::string(otherwise);
	};

	if (property == "type")
		return " AS " + value("bigint");
	if (property == "increment")
		return " INCREMENT BY " + value("1");
	if (property == "minimum")
		return sequence.has(property) ? " MINVALUE " + sequence[property] : " NO MINVALUE";
	if (property == "maximum")
		return sequence.has(property) ? " MAXVALUE " + sequence[property] : " NO MAXVALUE";
	if (property == "start")
		return " START WITH " + (sequence.has(property) ? sequence[property] : default_start(sequence));
	if (property == "cache")
		return " CACHE " + value("1");
	return sequence.has(property) ? " CYCLE" : " NO CYCLE";
}

constexpr std::string_view options[] = {"type", "increment", "minimum", "maximum", "start", "cache", "cycle"};

std::string
owner_column(const Object &sequence)
{
	std::vector<std::string> column = sequence.list("owned_by");

	if (column.size() != 3)
		return "NONE";
	return sql::qualified(column[0], column[1]) + "." + sql::identifier(column[2]);
}

/* The column that owns it. */
const Object *
column_of(const Object &sequence, const Catalog &catalog)
{
	return sequence.has("owned_by") ? catalog.find("column", sequence.list("owned_by")) : nullptr;
}

/* Those of an identity column come with it; where the name alone is another, the sequence is renamed. */
void
create(const Object &object, const Catalog &, Script &script)
{
	if (!object.has("identity")) {
		create_sequence(object, script);
		own_sequence(object, script);
		return;
	}

	const Object *column = script.before() != nullptr ? column_of(object, *script.before()) : nullptr;
	const Object *old = column != nullptr ? identity_sequence(*column, *script.before()) : nullptr;
	if (old == nullptr || old->identity == object.identity)
		return;
	script.add(form::rename_sequence, alter_sequence(*old) + " RENAME TO " + sql::identifier(object.name()));

	std::string text;
	for (std::string_view property : options)
		text += option(object, property);
	script.add(form::alter_sequence, alter_sequence(object) + text);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	if (!object.has("identity"))
		script.add(form::drop_sequence, "DROP " + reference(object));
}

/* A column that comes to a table there is brings the sequence of its default, whose values its rows get. */
std::vector<const Object *>
created_with(const Object &object, const Catalog &before, const Catalog &after)
{
	const Object *column = column_of(object, after);

	if (column == nullptr || !has_table(&before, table_of(*column, after).identity))
		return {};
	if (object.has("identity"))
		return {column};
	for (const Object *sequence : serial_sequences(*column, after)) {
		if (sequence == &object)
			return {column};
	}
	return {};
}

std::vector<const Object *>
dropped_with(const Object &object, const Catalog &before, const Catalog &)
{
	const Object *column = column_of(object, before);

	return column != nullptr ? std::vector{column} : std::vector<const Object *>();
}

/* What a sequence's numbers go from and to, and where it starts. */
struct Range {
	explicit Range(const Object &sequence)
	{
		const std::string &type = sequence["type"];
		int64_t most = type == "smallint" ? INT16_MAX : type == "integer" ? INT32_MAX : INT64_MAX;

		minimum = sequence.has("minimum") ? std::stoll(sequence["minimum"]) : descends(sequence) ? -most - 1 : 1;
		maximum = sequence.has("maximum") ? std::stoll(sequence["maximum"]) : descends(sequence) ? -1 : most;
		start = sequence.has("start") ? std::stoll(sequence["start"]) : descends(sequence) ? maximum : minimum;
	}

	int64_t minimum, maximum, start;
};

/* Where it stands must be within the bounds: a sequence that stands outside of the new ones begins anew. */
void
move_into_bounds(const Change &change, Script &script)
{
	Range from(change.from), to(change.to);
	const std::string name = change.to.quoted_identity();

	if (from.minimum >= to.minimum && from.maximum <= to.maximum)
		return;
	if (to.start < from.minimum || to.start > from.maximum)
		script.add(form::alter_sequence, alter_sequence(change.to) +
											 (change.changed("type") ? option(change.to, "type") : "") + " MINVALUE " +
											 std::to_string(std::min(from.minimum, to.minimum)) + " MAXVALUE " +
											 std::to_string(std::max(from.maximum, to.maximum)));
	script.add(form::restart_sequence, "SELECT pg_catalog.setval(" + sql::literal(name) + ", " +
										   std::to_string(to.start) + ", false) FROM " + name +
										   " WHERE last_value NOT BETWEEN " + std::to_string(to.minimum) + " AND " +
										   std::to_string(to.maximum));
}

bool
alter_options(const Change &change, Script &script)
{
	bool anew = change.changed("type") || descends(change.from) != descends(change.to);
	bool bounds = anew || change.changed("minimum") || change.changed("maximum");
	std::string text;

	for (std::string_view property : options) {
		/* With AS, NO MAXVALUE is not what it is without: an old bound that was the type's stays one. */
		if (anew && property == "minimum")
			text += " MINVALUE " + std::to_string(Range(change.to).minimum);
		else if (anew && property == "maximum")
			text += " MAXVALUE " + std::to_string(Range(change.to).maximum);
		else if (change.changed(property) || (bounds && property == "start"))
			text += option(change.to, property);
	}
	if (bounds)
		move_into_bounds(change, script);
	script.add(form::alter_sequence, alter_sequence(change.to) + text);
	return true;
}

bool
alter_persistence(const Change &change, Script &script)
{
	script.add(form::sequence_persistence,
			   alter_sequence(change.to) + (change.to.has("unlogged") ? " SET UNLOGGED" : " SET LOGGED"));
	return true;
}

/* Only an owner of both can tie it to a column; tied, it follows its table's. */
bool
alter_owned_by(const Change &change, Script &script)
{
	if (change.to.has("identity"))
		return true;
	if (change.changed("owner") && change.from.has("owned_by"))
		script.add(form::alter_sequence, alter_sequence(change.to) + " OWNED BY NONE");
	if (change.to.has("owned_by"))
		own_sequence(change.to, script);
	else if (!change.changed("owner"))
		script.add(form::alter_sequence, alter_sequence(change.to) + " OWNED BY NONE");
	return true;
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property properties[] = {
	{"identity"},
	{"type", alter_options},
	{"increment", alter_options},
	{"minimum", alter_options},
	{"maximum", alter_options},
	{"start", alter_options},
	{"cache", alter_options},
	{"cycle", alter_options},
	{"unlogged", alter_persistence},
	{"owned_by", alter_owned_by},
	owner_property,
	grants_property,
};

} // namespace

std::string
sequence_options(const Object &sequence)
{
	std::string text;

	for (std::string_view property : options) {
		/* An identity's has the type of its column. */
		if (sequence.has(property) && !(property == "type" && sequence.has("identity")))
			text += option(sequence, property);
	}
	return text;
}

void
create_sequence(const Object &sequence, Script &script)
{
	script.add(form::create_sequence, std::string("CREATE ") +
										  (sequence.has("unlogged") && script.version() >= 150000 ? "UNLOGGED " : "") +
										  reference(sequence) + sequence_options(sequence));
}

void
own_sequence(const Object &sequence, Script &script)
{
	if (!sequence.has("owned_by"))
		return;
	if (sequence.has("owner"))
		script.add(script.had(&sequence) ? form::table_owner : form::owner,
				   alter_sequence(sequence) + " OWNER TO " + sql::identifier(sequence["owner"]));
	script.add(form::alter_sequence, alter_sequence(sequence) + " OWNED BY " + owner_column(sequence));
}

void
set_identity_persistence(const Object &sequence, const Object &table, Script &script)
{
	bool unlogged = table.is("table") && table.has("unlogged");

	if (script.version() >= 150000 && unlogged != sequence.has("unlogged"))
		script.add(form::sequence_persistence,
				   alter_sequence(sequence) + (sequence.has("unlogged") ? " SET UNLOGGED" : " SET LOGGED"));
}

constexpr Kind sequence_kind = {
	.name = "sequence",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = grants_written,
	.reference = reference,
	.grant_on = reference,
	.create = create,
	.drop = drop,
	.created_with = created_with,
	.dropped_with = dropped_with,
	.name_space = "relation",
	.rank = rank::sequence,
};

} // namespace schema_guard::catalog
