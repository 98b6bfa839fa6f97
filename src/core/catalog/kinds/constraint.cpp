/*
 * constraint.cpp - constraints of tables, with the indexes behind them.
 *
 * Not here: NOT NULL, an attribute of its column; constraint triggers, which are triggers; what a partition's foreign
 * keys are cloned from.  A definition is pg_get_constraintdef() without what can be altered in place.
 */
#include "schema_guard/core/catalog/index_storage.hpp"
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* All that pg_get_constraintdef() reads beyond the table's columns; of EXCLUDE that is too much. */
std::string
definition_key(const Source &source)
{
	std::string key;

	for (const char *part :
		 {"k.contype", "k.conkey", "k.conbin", "k.confrelid", "k.confkey", "k.confupdtype", "k.confdeltype",
		  "k.confmatchtype", "i.indkey", "CASE WHEN k.contype = 'x' THEN k.oid END"})
		key += std::string(part) + " AS key, ";
	if (source.version >= 150000)
		key += "k.confdelsetcols AS key, i.indnullsnotdistinct AS key, ";
	if (source.version >= 180000)
		key += "k.conperiod AS key, ";
	return key;
}

std::string
query(const Source &source)
{
	const std::string enforced = source.version >= 180000 ? "k.conenforced" : "true";
	/* What pg_get_constraintdef() writes at the end, in its order. */
	const std::string suffix = "(CASE WHEN k.contype = 'c' AND k.connoinherit THEN ' NO INHERIT' ELSE '' END || "
							   "CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END || "
							   "CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END || CASE WHEN NOT " +
							   enforced +
							   " THEN ' NOT ENFORCED' WHEN NOT k.convalidated THEN ' NOT VALID' ELSE '' END)";
	const std::string definition = source.keys ? "NULL AS definition, " + definition_key(source)
											   : index_storage::without_options("d.definition") + " AS definition, ";
	const std::string text = "CROSS JOIN LATERAL (SELECT left(full_text, char_length(full_text) - char_length(" +
							 suffix + ")) AS definition FROM pg_get_constraintdef(k.oid) full_text OFFSET 0) d ";

	return "SELECT k.tableoid AS classid, k.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, c.relname AS \"table\", k.conname AS name, CASE k.contype "
		   "WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' "
		   "ELSE 'exclude' END AS type, " +
		   definition +
		   "CASE WHEN k.condeferrable THEN 'true' END AS deferrable, "
		   "CASE WHEN k.condeferred THEN 'true' END AS initially_deferred, CASE WHEN NOT k.convalidated AND " +
		   enforced + " THEN 'true' END AS not_valid, CASE WHEN NOT " + enforced +
		   " THEN 'true' END AS not_enforced, "
		   "CASE WHEN k.contype = 'c' AND k.connoinherit THEN 'true' END AS no_inherit, "
		   "CASE WHEN k.contype = 'c' AND NOT k.conislocal THEN 'true' END AS inherited, " +
		   index_storage::columns() +
		   ", dx.description AS index_comment, "
		   "CASE WHEN c.relkind = 'p' THEN 'true' END AS partitioned, "
		   "CASE WHEN c.relispartition THEN 'true' END AS of_partition, "
		   "CASE WHEN k.contype = 'c' AND NOT k.conislocal THEN ARRAY(SELECT p.tableoid || ':' || p.oid || ':0' "
		   "FROM pg_inherits h JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = k.conname "
		   "AND p.contype = 'c' WHERE h.inhrelid = c.oid) END AS needs "
		   "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
		   "LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x') "
		   "LEFT JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_description dx ON dx.objoid = x.oid AND "
		   "dx.classoid = 'pg_class'::regclass AND dx.objsubid = 0 " +
		   (source.keys ? "" : text) +
		   "WHERE (k.contype IN ('c', 'p', 'u', 'x') OR k.contype = 'f' AND k.conparentid = 0) AND " +
		   users_relation() + source.wanted("k.conrelid", "k.oid");
}

std::string
table_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.identity[1]);
}

/* The index bears the constraint's name. */
std::string
index_of(const Object &object)
{
	return sql::qualified(object.identity[0], object.name());
}

std::string
reference(const Object &object)
{
	return "CONSTRAINT " + sql::identifier(object.name()) + " ON " + table_of(object);
}

bool
is_key(const Object &object)
{
	return object["type"] == "primary key" || object["type"] == "unique";
}

bool
has_index(const Object &object)
{
	return is_key(object) || object["type"] == "exclude";
}

/* Checks go down to children; a partitioned table's foreign keys always do, and its keys are joined to theirs. */
std::string
alter_table(const Object &object, bool adds)
{
	const bool only =
		adds && object["type"] != "check" && !(object["type"] == "foreign key" && object.has("partitioned"));

	return std::string("ALTER TABLE ") + (only ? "ONLY " : "") + table_of(object);
}

std::string
deferrability(const Object &object)
{
	return std::string(object.has("deferrable") ? " DEFERRABLE" : "") +
		   (object.has("initially_deferred") ? " INITIALLY DEFERRED" : "");
}

void
comment_index(const Object &object, Script &script)
{
	script.add(form::table_comment, "COMMENT ON INDEX " + index_of(object) + " IS " +
										(object.has("index_comment") ? sql::literal(object["index_comment"]) : "NULL"));
}

void
add_index_marks(const Object &object, Script &script)
{
	if (!has_index(object))
		return;
	index_storage::add_marks(object, table_of(object), index_of(object), script);
	if (object.has("index_comment"))
		comment_index(object, script);
}

/* "PRIMARY KEY (a) INCLUDE (b)" as what follows CREATE UNIQUE INDEX ... ON t. */
std::string
index_definition(const Object &object)
{
	constexpr std::string_view nulls = "NULLS NOT DISTINCT ";
	std::string text = object["definition"];

	text.erase(0, object["type"] == "unique" ? 7 : 12);
	if (text.starts_with(nulls))
		text = text.substr(nulls.size()) + " NULLS NOT DISTINCT";
	return text;
}

/* An index that CREATE INDEX can make: no WITHOUT OVERLAPS, no partitioned table. */
bool
can_use_index(const Object &object)
{
	return is_key(object) && !object.has("partitioned") &&
		   object["definition"].find(" WITHOUT OVERLAPS)") == std::string::npos;
}

void
build_index(const Object &object, const std::string &name, Script &script)
{
	script.add_concurrently(form::create_unique_index_concurrently, "CREATE UNIQUE INDEX",
							" " + sql::identifier(name) + " ON " + table_of(object) + " " +
								index_storage::with_storage(object, index_definition(object), "TABLESPACE"));
}

std::string
add_using_index(const Object &object, const std::string &name)
{
	return "ADD CONSTRAINT " + sql::identifier(object.name()) +
		   (object["type"] == "unique" ? " UNIQUE" : " PRIMARY KEY") + " USING INDEX " + sql::identifier(name) +
		   deferrability(object);
}

const Form &
add_form(const Object &object, bool scans)
{
	if (object["type"] == "check")
		return scans ? form::add_check : form::add_check_not_valid;
	if (object["type"] == "foreign key")
		return scans ? form::add_foreign_key : form::add_foreign_key_not_valid;
	return form::add_key;
}

void
validate(const Object &object, Script &script)
{
	script.add(form::validate_constraint,
			   "ALTER TABLE " + table_of(object) + " VALIDATE CONSTRAINT " + sql::identifier(object.name()));
}

/* The foreign key of a new table to one that was there. */
bool
refers_to_old(const Object &object, const Catalog &catalog, const Script &script)
{
	const Object *table = catalog.parent(object);

	if (object["type"] != "foreign key" || script.had(table))
		return false;
	for (const Object *on : catalog.depends_on(object)) {
		const Object *whole = on->is("table") ? on : catalog.parent(*on);
		if (whole != table && script.had(whole))
			return true;
	}
	return false;
}

void
create(const Object &object, const Catalog &catalog, Script &script)
{
	const std::string &type = object["type"];
	const bool online = script.online(catalog.parent(object));
	const std::string prefix = alter_table(object, true) + " ";
	const std::string add = "ADD CONSTRAINT " + sql::identifier(object.name()) + " ";

	if (online && can_use_index(object)) {
		build_index(object, object.name(), script);
		script.add(form::add_key_using_index, prefix + add_using_index(object, object.name()));
		add_index_marks(object, script);
		return;
	}

	/* Keys of partitioned tables could not be NOT VALID before 18. */
	const bool may_wait =
		type == "check" || (type == "foreign key" && (!object.has("partitioned") || script.version() >= 180000));
	const bool enforced = !object.has("not_enforced");
	const bool later = online && may_wait && enforced && !object.has("not_valid");
	const bool unchecked = object.has("not_valid") || later;

	script.add(refers_to_old(object, catalog, script) ? form::add_foreign_key_to_old
													  : add_form(object, enforced && !unchecked),
			   prefix + add + index_storage::with_storage(object, object["definition"], "USING INDEX TABLESPACE") +
				   (object.has("no_inherit") ? " NO INHERIT" : "") + deferrability(object) +
				   (enforced ? "" : " NOT ENFORCED") + (unchecked ? " NOT VALID" : ""));
	if (later)
		validate(object, script);
	add_index_marks(object, script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop_constraint,
			   alter_table(object, false) + " DROP CONSTRAINT " + sql::identifier(object.name()));
}

/* The CHECK of this name that a table passes on, or null. */
const Object *
check_of(const Object *table, const std::string &name, const Catalog &catalog)
{
	if (table == nullptr)
		return nullptr;
	const Object *found = catalog.find("constraint", {table->identity[0], table->identity[1], name});

	return found && (*found)["type"] == "check" && !found->has("no_inherit") ? found : nullptr;
}

/* The same constraint of the tables it is inherited from. */
std::vector<const Object *>
parents(const Object &object, const Catalog &catalog)
{
	std::vector<const Object *> found;
	const Object *table = catalog.parent(object);

	if (table == nullptr || object["type"] != "check")
		return found;
	for (const Object *tie : index_storage::ties_of(*table, catalog)) {
		for (const Object *on : catalog.depends_on(*tie)) {
			const Object *check = on == table ? nullptr : check_of(on, object.name(), catalog);
			if (check != nullptr)
				found.push_back(check);
		}
	}
	return found;
}

/*
 * Inherited ones come with CREATE TABLE ... INHERITS and with the parent's ADD CONSTRAINT.  A partition attached only
 * now must have its own before.
 */
std::vector<const Object *>
created_with(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;

	if (!object.has("inherited"))
		return found;
	found = parents(object, after);

	const Object *table = after.parent(object);
	if (object.has("of_partition")) {
		const Object *earlier = table ? before.find_key(table->key()) : nullptr;
		if (earlier == nullptr || before.children(*earlier, "partition").empty())
			found.clear();
	} else if (table != nullptr) {
		found.push_back(table);
	}
	return found;
}

/* The table was there, and begins to inherit from this one: what INHERIT finds stays the table's own. */
bool
inherits_anew(const Object &table, const Object &parent, const Catalog &before)
{
	const Object *earlier = before.find_key(table.key());

	if (earlier == nullptr)
		return false;
	for (const Object *tie : index_storage::ties_of(*earlier, before)) {
		for (const Object *on : before.depends_on(*tie)) {
			if (on->key() == parent.key())
				return false;
		}
	}
	return true;
}

std::vector<const Object *>
remade_with(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;

	if (!object.has("inherited") || object.has("of_partition") || after.parent(object) == nullptr)
		return found;
	for (const Object *check : parents(object, after)) {
		const Object *earlier = before.find_key(check->key());
		if (earlier != nullptr && inherits_anew(*after.parent(object), *after.parent(*check), before))
			found.push_back(earlier);
	}
	return found;
}

/*
 * A child's own CHECK before its parent's, which is merged with it: the other way round is an error; one that is only
 * inherited after INHERIT.  A key after the partitions are attached.  A foreign key after the key it refers to is whole.
 */
std::vector<const Object *>
created_after(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;
	const Object *table = after.parent(object);

	if (has_index(object))
		return index_storage::attached(object, before, after);
	if (object["type"] == "foreign key") {
		std::vector<const Object *> parts = after.depends_on(object);

		found = index_storage::attached(object, before, after);
		/* Down the partitions: parts grows. */
		for (size_t i = 0; i < parts.size(); i++) {
			if (!parts[i]->is("constraint") && !parts[i]->is("index"))
				continue;
			for (const Object *attachment : after.dependents(*parts[i])) {
				if (!attachment->is("index partition") || after.parent(*attachment) == parts[i])
					continue;
				found.push_back(attachment);
				if (const Object *part = after.parent(*attachment))
					parts.push_back(part);
			}
		}
		return found;
	}
	for (const Object *tie : table ? index_storage::ties_to(*table, after) : std::vector<const Object *>()) {
		const Object *own = check_of(after.parent(*tie), object.name(), after);
		if (own != nullptr && !own->has("inherited"))
			found.push_back(own);
		else if (own != nullptr && tie->is("inheritance"))
			found.push_back(tie);
	}
	return found;
}

/* Those that also are inherited go no sooner than their parents'. */
std::vector<const Object *>
replaced_with(const Object &object, const Catalog &before, const Catalog &after)
{
	if (has_index(object))
		return index_storage::wholes(object, before, after);
	return index_storage::stands_alone(object, before, after) ? std::vector<const Object *>() : parents(object, before);
}

std::vector<const Object *>
dropped_with(const Object &object, const Catalog &before, const Catalog &after)
{
	return has_index(object) || object.has("inherited") ? replaced_with(object, before, after)
														: std::vector<const Object *>();
}

std::vector<const Object *>
dropped_after(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found = index_storage::detached(object, before, after);

	if (!has_index(object) && !object.has("inherited")) {
		for (const Object *parent : replaced_with(object, before, after))
			found.push_back(parent);
	}
	return found;
}

/* The key is exchanged for one whose index was built beside it; foreign keys on the old one stand in the way. */
bool
replace_online(const Change &change, Script &script)
{
	constexpr std::string_view mark = "_new";
	std::string name = change.to.name().substr(0, 63 - mark.size());

	if (!script.options().online || !can_use_index(change.from) || !can_use_index(change.to) ||
		!index_storage::wholes(change.from, change.before, change.after).empty() ||
		!change.before.dependents(change.from).empty())
		return false;
	while (name.size() < change.to.name().size() && !name.empty() && (change.to.name()[name.size()] & 0xC0) == 0x80)
		name.pop_back();
	name += mark;
	build_index(change.to, name, script);
	script.add(form::add_key_using_index, alter_table(change.to, true) + " DROP CONSTRAINT " +
											  sql::identifier(change.from.name()) + ", " +
											  add_using_index(change.to, name));
	add_index_marks(change.to, script);
	add_satellites(change.to, change.before, change.after, script);
	return true;
}

/*
 * Whether it is the table's own or its parents' follows from ATTACH, DETACH and NO INHERIT; else it is made anew, with
 * theirs.
 */
bool
alter_inherited(const Change &change)
{
	if (change.to.has("inherited"))
		return change.to.has("of_partition");
	return index_storage::stands_alone(change.from, change.before, change.after);
}

bool
alter_foreign_key(const Change &change, Script &script)
{
	const bool enforcement = change.changed("not_enforced");

	if (change.to["type"] != "foreign key" || (enforcement && script.version() < 180000))
		return false;
	script.add(form::alter_constraint,
			   alter_table(change.to, false) + " ALTER CONSTRAINT " + sql::identifier(change.to.name()) +
				   (change.to.has("deferrable") ? " DEFERRABLE" : " NOT DEFERRABLE") +
				   (change.to.has("initially_deferred") ? " INITIALLY DEFERRED" : " INITIALLY IMMEDIATE") +
				   (!enforcement					? ""
					: change.to.has("not_enforced") ? " NOT ENFORCED"
													: " ENFORCED"),
			   enforcement && !change.to.has("not_enforced") ? full_scan | depends_on_data : 0);
	return true;
}

/* All of a constraint's differences at once, since a rebuilt one has them all. */
bool
alter(const Change &change, Script &script)
{
	if (change.changed("type") || change.changed("definition") || change.changed("no_inherit"))
		return replace_online(change, script);
	if (change.changed("deferrable") || change.changed("initially_deferred") || change.changed("not_enforced")) {
		if (!alter_foreign_key(change, script))
			return replace_online(change, script);
	}
	if (change.changed("not_valid")) {
		/* Never taken back in place. */
		if (change.to.has("not_valid"))
			return false;
		if (!change.changed("not_enforced"))
			validate(change.to, script);
	}
	if (change.changed("inherited") && !alter_inherited(change))
		return false;
	if (has_index(change.to)) {
		if (!index_storage::alter(change, table_of(change.to), index_of(change.to), script))
			return false;
		if (change.changed("index_comment"))
			comment_index(change.to, script);
	}
	return true;
}

constexpr std::string_view identity[] = {"schema", "table", "name"};
constexpr std::string_view definition[] = {"definition"};
constexpr Written written[] = {{"key", definition, true}};
constexpr Property properties[] = {
	{"type", alter},
	{"definition", alter},
	{"deferrable", alter},
	{"initially_deferred", alter},
	{"not_valid", alter},
	{"not_enforced", alter},
	{"no_inherit", alter},
	{"inherited", alter},
	{index_storage::options, alter},
	{index_storage::tablespace, alter},
	{index_storage::statistics, alter},
	{index_storage::clustered, alter},
	{index_storage::replica_identity, alter},
	{index_storage::extensions, alter},
	{"index_comment", alter},
	{"partitioned", nullptr, implied},
	{"of_partition", nullptr, implied},
};

} // namespace

constexpr Kind constraint_kind = {
	.name = "constraint",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = written,
	.reference = reference,
	.create = create,
	.drop = drop,
	.created_with = created_with,
	.dropped_with = dropped_with,
	.replaced_with = replaced_with,
	.remade_with = remade_with,
	.dropped_after = dropped_after,
	.created_after = created_after,
	.rank = rank::constraint,
};

} // namespace schema_guard::catalog
