/*
 * index_partition.cpp - an index of a partition attached to the partitioned table's.
 *
 * Its own kind, since it is a statement of its own: the partitioned index is made alone (ON ONLY), then each part, then
 * they are joined.  There is no way to detach one but to detach the table, or to drop the whole.  pg_inherits has no
 * OIDs: the address is made of its class and the part's.
 */
#include "schema_guard/core/catalog/index_storage.hpp"
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

std::string
query(const Source &source)
{
	return "SELECT 'pg_inherits'::regclass::oid AS classid, x.oid AS objid, 0 AS objsubid, "
		   "CASE WHEN k.oid IS NULL THEN x.tableoid ELSE k.tableoid END AS parent_classid, "
		   "coalesce(k.oid, x.oid) AS parent_objid, n.nspname AS schema, x.relname AS name, "
		   "quote_ident(wn.nspname) || '.' || quote_ident(w.relname) AS whole, "
		   "ARRAY[w.tableoid || ':' || w.oid || ':0', h.tableoid || ':' || c.oid || ':0'] AS needs "
		   "FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid AND x.relkind IN ('i', 'I') "
		   "JOIN pg_class w ON w.oid = h.inhparent JOIN pg_namespace wn ON wn.oid = w.relnamespace "
		   "JOIN pg_index i ON i.indexrelid = x.oid JOIN pg_class c ON c.oid = i.indrelid "
		   "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_constraint k ON k.conindid = x.oid "
		   "AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') WHERE " +
		   users_relation() + source.wanted("i.indrelid");
}

/* COMMENT ON has no name for it, and it can bear none. */
std::string
reference(const Object &object)
{
	return "INDEX " + object.quoted_identity();
}

/* The server takes no offence when it is attached to the same whole already. */
void
create(const Object &object, const Catalog &catalog, Script &script)
{
	bool had_whole = false;

	for (const Object *on : catalog.depends_on(object))
		had_whole =
			had_whole || (on != catalog.parent(object) && (on->is("index") || on->is("constraint")) && script.had(on));
	script.add(had_whole ? form::attach_index : form::attach_to_new_index,
			   "ALTER INDEX " + object["whole"] + " ATTACH PARTITION " + object.quoted_identity());
}

/* It ends with the part, with the whole, or with its table's being a partition. */
void
drop(const Object &, const Catalog &, Script &)
{
}

std::vector<const Object *>
replaced_with(const Object &object, const Catalog &before, const Catalog &after)
{
	const Object *part = before.parent(object);

	return part ? index_storage::wholes(*part, before, after) : std::vector<const Object *>();
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property properties[] = {{"whole"}};

} // namespace

constexpr Kind index_partition_kind = {
	.name = "index partition",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.replaced_with = replaced_with,
	.rank = rank::index_partition,
};

} // namespace schema_guard::catalog
