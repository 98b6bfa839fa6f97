/*
 * index.cpp - indexes that stand behind no constraint.
 *
 * The definition is pg_get_indexdef() without what can be altered in place.  Invalid indexes are what a failed CREATE
 * INDEX CONCURRENTLY leaves: they are shown and compared, never made.
 */
#include "schema_guard/core/catalog/index_storage.hpp"
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

/* All that pg_get_indexdef() reads beyond the table's columns.  No btree operator class of PostgreSQL's own has options. */
std::string
definition_key(const Source &source)
{
	std::string key;

	for (const char *part :
		 {"i.indnkeyatts", "i.indkey", "i.indcollation", "i.indclass", "i.indoption", "i.indexprs", "i.indpred",
		  "CASE WHEN x.relam <> 403 OR 16384 <= ANY (i.indclass) THEN (SELECT array_agg(o.attoptions::text ORDER BY "
		  "o.attnum) FROM pg_attribute o WHERE o.attrelid = x.oid) END"})
		key += std::string(part) + " AS key, ";
	if (source.version >= 150000)
		key += "i.indnullsnotdistinct AS key, ";
	return key;
}

std::string
query(const Source &source)
{
	const std::string definition = source.keys ? "NULL AS definition, " + definition_key(source)
											   : index_storage::without_options("d.definition") + " AS definition, ";
	const std::string text =
		"CROSS JOIN LATERAL (SELECT substr(pg_get_indexdef(x.oid), char_length('CREATE ' || CASE WHEN i.indisunique "
		"THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(x.relname) || ' ON ' || CASE WHEN x.relkind = 'I' THEN "
		"'ONLY ' ELSE '' END || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' ') + 1) AS definition "
		"OFFSET 0) d ";

	return "SELECT x.tableoid AS classid, x.oid AS objid, 0 AS objsubid, c.tableoid AS parent_classid, "
		   "c.oid AS parent_objid, n.nspname AS schema, x.relname AS name, c.relname AS \"table\", "
		   "CASE WHEN i.indisunique THEN 'true' END AS \"unique\", " +
		   definition + index_storage::columns() +
		   ", CASE WHEN x.relkind = 'I' THEN 'true' END AS partitioned, "
		   "CASE WHEN x.relkind = 'i' AND NOT i.indisvalid THEN 'true' END AS invalid "
		   "FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid "
		   "JOIN pg_namespace n ON n.oid = c.relnamespace " +
		   (source.keys ? "" : text) + "WHERE c.relkind IN ('r', 'p', 'm') AND " + users_relation() +
		   " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid "
		   "AND k.contype IN ('p', 'u', 'x'))" +
		   source.wanted("i.indrelid", "i.indexrelid");
}

std::string
table_of(const Object &object)
{
	return sql::qualified(object.identity[0], object["table"]);
}

std::string
reference(const Object &object)
{
	return "INDEX " + object.quoted_identity();
}

void
create_as(const Object &object, const std::string &name, bool concurrently, Script &script)
{
	const bool unique = object.has("unique"), partitioned = object.has("partitioned");
	const Form &form = partitioned ? form::create_index_only
					   : concurrently
						   ? (unique ? form::create_unique_index_concurrently : form::create_index_concurrently)
					   : unique ? form::create_unique_index
								: form::create_index;

	const std::string create = std::string("CREATE ") + (unique ? "UNIQUE " : "") + "INDEX";
	const std::string rest = " " + sql::identifier(name) + " ON " + (partitioned ? "ONLY " : "") + table_of(object) +
							 " " + index_storage::with_storage(object, object["definition"], "TABLESPACE");

	if (concurrently)
		script.add_concurrently(form, create, rest);
	else
		script.add(form, create + rest);
}

/* Nothing for an invalid one: pg_dump leaves it out as well. */
void
create(const Object &object, const Catalog &catalog, Script &script)
{
	if (object.has("invalid"))
		return;
	create_as(object, object.name(), script.online(catalog.parent(object)) && !object.has("partitioned"), script);
	index_storage::add_marks(object, table_of(object), object.quoted_identity(), script);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	if (script.options().online && !object.has("partitioned"))
		script.add_concurrently(form::drop_index_concurrently, "DROP INDEX", " " + object.quoted_identity());
	else
		script.add(form::drop_index, "DROP INDEX " + object.quoted_identity());
}

/* The new one is built beside the old one, which serves until then. */
bool
replace_online(const Change &change, Script &script)
{
	constexpr std::string_view mark = "_new";
	const std::string schema = change.to.identity[0];
	std::string name = change.to.name().substr(0, 63 - mark.size());

	if (!script.options().online || change.from.has("partitioned") || change.to.has("partitioned") ||
		change.changed("table") || change.to.has("invalid") ||
		!index_storage::wholes(change.from, change.before, change.after).empty())
		return false;
	/* No half of a character. */
	while (name.size() < change.to.name().size() && !name.empty() && (change.to.name()[name.size()] & 0xC0) == 0x80)
		name.pop_back();
	name += mark;
	create_as(change.to, name, true, script);
	script.add_concurrently(form::drop_index_concurrently, "DROP INDEX", " " + change.from.quoted_identity());
	script.add(form::rename_index,
			   "ALTER INDEX " + sql::qualified(schema, name) + " RENAME TO " + sql::identifier(change.to.name()));
	index_storage::add_marks(change.to, table_of(change.to), change.to.quoted_identity(), script);
	add_satellites(change.to, change.before, change.after, script);
	return true;
}

/* All of an index's differences at once, since a rebuilt one has them all. */
bool
alter(const Change &change, Script &script)
{
	if (change.changed("table") || change.changed("unique") || change.changed("definition"))
		return replace_online(change, script);
	if (change.changed("invalid") && change.from.has("invalid")) {
		const std::string name = " " + change.to.quoted_identity();
		if (script.options().online)
			script.add_concurrently(form::reindex_concurrently, "REINDEX INDEX", name);
		else
			script.add(form::reindex, "REINDEX INDEX" + name);
	}
	return index_storage::alter(change, table_of(change.to), change.to.quoted_identity(), script);
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr std::string_view definition[] = {"definition"};
constexpr Written written[] = {{"key", definition, true}};
constexpr Property properties[] = {
	{"table", alter},
	{"unique", alter},
	{"definition", alter},
	{index_storage::options, alter},
	{index_storage::tablespace, alter},
	{index_storage::statistics, alter},
	{index_storage::clustered, alter},
	{index_storage::replica_identity, alter},
	{index_storage::extensions, alter},
	{"invalid", alter},
	{"partitioned", nullptr, implied},
};

} // namespace

constexpr Kind index_kind = {
	.name = "index",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = written,
	.reference = reference,
	.create = create,
	.drop = drop,
	.dropped_with = index_storage::wholes,
	.replaced_with = index_storage::wholes,
	.dropped_after = index_storage::detached,
	.created_after = index_storage::attached,
	.name_space = "relation",
	.rank = rank::index,
};

} // namespace schema_guard::catalog
