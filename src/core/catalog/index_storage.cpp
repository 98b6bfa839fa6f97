/*
 * index_storage.cpp - options, tablespace, statistics and marks of indexes, constraints' or not.
 */
#include "schema_guard/core/catalog/index_storage.hpp"

#include "schema_guard/core/catalog/relations.hpp"
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>

namespace schema_guard::catalog::index_storage {

namespace {

/* Where " WHERE " stands in a definition outside of names, literals and parentheses; npos: nowhere. */
size_t
find_where(const std::string &text)
{
	constexpr std::string_view keyword = " WHERE ";
	int depth = 0;

	for (size_t at = 0; at < text.size(); at++) {
		char c = text[at];

		if (c == '"' || c == '\'') {
			/* A doubled quote ends one run and begins the next. */
			at = text.find(c, at + 1);
			if (at == std::string::npos)
				return at;
		} else if (c == '(') {
			depth++;
		} else if (c == ')') {
			depth--;
		} else if (depth == 0 && text.compare(at, keyword.size(), keyword) == 0) {
			return at;
		}
	}
	return std::string::npos;
}

std::string
unqualified(const Object &object)
{
	return sql::identifier(object.name());
}

void
set_statistics(const std::string &index, const std::string &column, const std::string &target, Script &script)
{
	script.add(form::index_statistics,
			   "ALTER INDEX " + index + " ALTER COLUMN " + column + " SET STATISTICS " + target);
}

/* "2=100": column and target. */
std::pair<std::string, std::string>
read_target(const std::string &item)
{
	size_t equals = item.find('=');

	return {item.substr(0, equals), item.substr(equals + 1)};
}

void
alter_statistics(const Change &change, const std::string &index, Script &script)
{
	std::vector<std::string> added = change.added(statistics);

	for (const std::string &item : change.removed(statistics)) {
		std::string column = read_target(item).first;
		if (std::none_of(added.begin(), added.end(),
						 [&](const std::string &other) { return read_target(other).first == column; }))
			set_statistics(index, column, "-1", script);
	}
	for (const std::string &item : added)
		set_statistics(index, read_target(item).first, read_target(item).second, script);
}

bool
another_is_clustered(const Object &object, const Catalog &catalog)
{
	const Object *table = catalog.parent(object);

	if (table == nullptr)
		return false;
	for (const Object *sibling : catalog.children(*table)) {
		if (sibling != &object && (sibling->is("index") || sibling->is("constraint")) && sibling->has(clustered))
			return true;
	}
	return false;
}

void
cluster_on(const Object &object, const std::string &table, Script &script)
{
	script.add(form::cluster_on, "ALTER TABLE " + table + " CLUSTER ON " + unqualified(object));
}

void
identify_by(const Object &object, const std::string &table, Script &script)
{
	script.add(form::replica_identity_index,
			   "ALTER TABLE ONLY " + table + " REPLICA IDENTITY USING INDEX " + unqualified(object));
}

/* One statement sets a mark on one index and takes it from the other.  A table that is to be known by something else than
   an index says so itself. */
void
alter_marks(const Change &change, const std::string &table, Script &script)
{
	if (change.changed(clustered)) {
		if (change.to.has(clustered))
			cluster_on(change.to, table, script);
		else if (!another_is_clustered(change.to, change.after))
			script.add(form::cluster_on, "ALTER TABLE " + table + " SET WITHOUT CLUSTER");
	}
	if (change.changed(replica_identity) && change.to.has(replica_identity))
		identify_by(change.to, table, script);
}

bool
ties(const Object &object)
{
	return object.is("partition") || object.is("inheritance");
}

/* Those that do not concern entries there are take the weaker lock. */
const Form &
options_form(const Change &change)
{
	for (const auto &items : {change.added(options), change.removed(options)}) {
		for (const std::string &item : items) {
			std::string name = item.substr(0, item.find('='));
			if (name != "fillfactor" && name != "deduplicate_items")
				return form::index_options_exclusive;
		}
	}
	return form::index_options;
}

} // namespace

std::string
columns()
{
	return options_column("x.reloptions") +
		   " AS options, CASE WHEN x.reltablespace <> 0 THEN (SELECT s.spcname FROM pg_tablespace s "
		   "WHERE s.oid = x.reltablespace) END AS tablespace, "
		   /* Only expressions have targets of their own. */
		   "CASE WHEN i.indexprs IS NOT NULL THEN (SELECT array_agg(a.attnum || '=' || a.attstattarget ORDER BY "
		   "a.attnum) FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attnum > 0 AND a.attstattarget >= 0) END "
		   "AS statistics, "
		   "CASE WHEN i.indisclustered THEN 'true' END AS clustered, "
		   "CASE WHEN i.indisreplident THEN 'true' END AS replica_identity, " +
		   extensions_column("pg_class", "x.oid") + " AS depends_on_extensions";
}

std::string
without_options(std::string_view definition)
{
	std::string d(definition);
	const std::string shown = "(SELECT ' WITH (' || string_agg(quote_ident(split_part(o.item, '=', 1)) || '=' || "
							  "CASE WHEN quote_ident(o.value) = o.value THEN o.value ELSE quote_literal(o.value) END, "
							  "', ' ORDER BY o.nr) || ')' "
							  "FROM (SELECT item, substr(item, strpos(item, '=') + 1) AS value, nr "
							  "FROM unnest(x.reloptions) WITH ORDINALITY u(item, nr)) o)";

	/* Constraints but EXCLUDE show none. */
	return "CASE WHEN x.reloptions IS NULL OR strpos(" + d + ", " + shown + ") = 0 THEN " + d + " ELSE overlay(" + d +
		   " PLACING '' FROM strpos(" + d + ", " + shown + ") FOR char_length(" + shown + ")) END";
}

std::string
with_storage(const Object &object, const std::string &definition, const std::string &clause)
{
	std::string storage, text = definition;

	if (object.has(options))
		storage += " WITH (" + option_list(object.list(options)) + ")";
	if (object.has(tablespace))
		storage += " " + clause + " " + sql::identifier(object[tablespace]);

	size_t where = find_where(text);
	text.insert(where == std::string::npos ? text.size() : where, storage);
	return text;
}

void
add_marks(const Object &object, const std::string &table, const std::string &index, Script &script)
{
	for (const std::string &item : object.list(statistics))
		set_statistics(index, read_target(item).first, read_target(item).second, script);
	if (object.has(clustered))
		cluster_on(object, table, script);
	if (object.has(replica_identity))
		identify_by(object, table, script);
	add_extensions(object, extensions, "ALTER INDEX " + index, script);
}

std::vector<const Object *>
wholes(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;

	if (stands_alone(object, before, after))
		return found;
	for (const Object *attachment : before.children(object, "index partition")) {
		for (const Object *whole : before.depends_on(*attachment)) {
			if (whole != &object && (whole->is("index") || whole->is("constraint")))
				found.push_back(whole);
		}
	}
	return found;
}

std::vector<const Object *>
ties_of(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> found = catalog.children(table);

	std::erase_if(found, [](const Object *object) { return !ties(*object); });
	return found;
}

std::vector<const Object *>
ties_to(const Object &table, const Catalog &catalog)
{
	std::vector<const Object *> found = catalog.dependents(table);

	std::erase_if(found, [&](const Object *object) { return !ties(*object) || catalog.parent(*object) == &table; });
	return found;
}

bool
stands_alone(const Object &object, const Catalog &before, const Catalog &after)
{
	const Object *table = before.parent(object), *now = table ? after.find_key(table->key()) : nullptr;

	return now != nullptr && !ties_of(*table, before).empty() && ties_of(*now, after).empty();
}

std::vector<const Object *>
detached(const Object &object, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;
	const Object *table = before.parent(object);

	if (table == nullptr)
		return found;
	if (stands_alone(object, before, after))
		found = ties_of(*table, before);
	/* What lasts keeps its own; what is dropped as well may go when it likes. */
	for (const Object *tie : ties_to(*table, before)) {
		const Object *part = before.parent(*tie);

		if (after.find_key(tie->key()) == nullptr && part != nullptr && after.find_key(part->key()) != nullptr)
			found.push_back(tie);
	}
	return found;
}

std::vector<const Object *>
attached(const Object &object, const Catalog &before, const Catalog &after)
{
	const Object *table = after.parent(object);

	if (table == nullptr || !object.has("partitioned") || before.find_key(table->key()) != nullptr)
		return {};
	return attachments_below(*table, after);
}

bool
alter(const Change &change, const std::string &table, const std::string &index, Script &script)
{
	const std::string prefix = "ALTER INDEX " + index;

	/* A partitioned index takes options when it is made, and never again. */
	if (change.changed(options) && change.to.has("partitioned"))
		return false;
	if (change.changed(options))
		alter_options(change, options, prefix, options_form(change), script);
	if (change.changed(tablespace))
		script.add(form::index_tablespace, prefix + " SET TABLESPACE " +
											   (change.to.has(tablespace) ? sql::identifier(change.to[tablespace])
																		  : std::string("pg_default")));
	alter_statistics(change, index, script);
	alter_marks(change, table, script);
	alter_extensions(change, extensions, prefix, script);
	return true;
}

} // namespace schema_guard::catalog::index_storage
