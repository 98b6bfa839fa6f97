/*
 * partition.cpp - what ties a table to its parents: as a partition, or by INHERITS.
 *
 * Both are objects of their own, beside the tables: they come and go while the tables and their rows stay.  Neither has
 * an address that pg_depend knows; theirs is the child's in pg_inherits.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/relations.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* A hash partition's constraint names the parent by OID: none then. */
std::string
partition_query(const Source &source)
{
	return "SELECT 'pg_inherits'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, "
		   "c.tableoid AS parent_classid, c.oid AS parent_objid, n.nspname AS schema, c.relname AS name, "
		   "ARRAY[pn.nspname, p.relname]::text[] AS parent, pg_get_expr(c.relpartbound, c.oid) AS bound, "
		   "CASE WHEN x.definition !~ 'satisfies_hash_partition' THEN x.definition END AS constraint, "
		   "CASE WHEN k.partdefid <> 0 THEN 'true' END AS siblings_default, "
		   "ARRAY[p.tableoid || ':' || p.oid || ':0'] AS needs "
		   "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid "
		   "JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace "
		   "JOIN pg_partitioned_table k ON k.partrelid = p.oid "
		   "CROSS JOIN LATERAL (SELECT pg_get_partition_constraintdef(c.oid) AS definition OFFSET 0) x "
		   "WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND " +
		   users_relation() + source.wanted("c.oid");
}

std::string
inheritance_query(const Source &source)
{
	return "SELECT 'pg_inherits'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, "
		   "c.tableoid AS parent_classid, c.oid AS parent_objid, n.nspname AS schema, c.relname AS name, "
		   "array_agg(ARRAY[pn.nspname, p.relname]::text ORDER BY i.inhseqno) AS parents, "
		   "array_agg(p.tableoid || ':' || p.oid || ':0') AS needs "
		   "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid "
		   "JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace "
		   "WHERE NOT c.relispartition AND c.relkind IN ('r', 'f') AND " +
		   users_relation() + source.wanted("c.oid") + " GROUP BY c.tableoid, c.oid, n.nspname, c.relname";
}

std::string
reference(const Object &object)
{
	return "TABLE " + object.quoted_identity();
}

/* What ATTACH and INHERIT look at must be complete before. */
std::vector<const Object *>
created_after(const Object &object, const Catalog &before, const Catalog &after)
{
	const Object &child = table_of(object, after);
	std::vector<const Object *> found;

	if (object.is("inheritance") && !has_table(&before, child.identity))
		return found;
	found = after.children(child, "column");
	for (const Object *constraint : after.children(child, "constraint")) {
		if ((*constraint)["type"] == "check")
			found.push_back(constraint);
	}
	for (const Object *parent : parent_tables(child, after)) {
		std::vector<const Object *> columns = after.children(*parent, "column");
		found.insert(found.end(), columns.begin(), columns.end());
		/* The parent's indexes are there and want their own of the child. */
		if (has_table(&before, parent->identity)) {
			for (const char *kind : {"constraint", "index"}) {
				std::vector<const Object *> parts = after.children(child, kind);
				found.insert(found.end(), parts.begin(), parts.end());
			}
		}
	}
	/* An inherited CHECK of a table that only inherits comes with its parent's. */
	std::erase_if(found, [&](const Object *part) {
		return part->is("constraint") &&
			   ((*part)["type"] == "foreign key" || (object.is("inheritance") && part->has("inherited")));
	});
	return found;
}

/* --- partitions --- */

constexpr const char *proof = "schema_guard_bound";

std::string
parent_of(const Object &object)
{
	std::vector<std::string> parent = object.list("parent");

	return sql::qualified(parent.at(0), parent.at(1));
}

/* Rows are looked at under a weaker lock beforehand: a CHECK that says the same as the bound. */
void
prove_bound(const Object &object, const Object &child, Script &script)
{
	script.add(form::proof,
			   alter_table(child) + " ADD CONSTRAINT " + proof + " CHECK (" + object["constraint"] + ") NOT VALID");
	script.add(form::validate_proof, alter_table(child) + " VALIDATE CONSTRAINT " + proof);
}

void
drop_proof(const Object &child, Script &script)
{
	script.add(form::drop_proof, alter_table(child) + " DROP CONSTRAINT " + proof);
}

void
create_partition(const Object &object, const Catalog &catalog, Script &script)
{
	const Object &child = table_of(object, catalog);
	bool has_rows = has_table(script.before(), child.identity);
	bool proven = has_rows && script.options().online && object.has("constraint");
	const Form *form = &(has_rows && !proven ? form::attach_partition : form::attach_new_partition);

	if (!has_table(script.before(), object.list("parent")))
		form = has_rows && !proven ? form : &form::attach_to_new;
	else if (object.has("siblings_default"))
		form = &form::attach_beside_default;

	if (proven)
		prove_bound(object, child, script);
	script.add(*form, "ALTER TABLE ONLY " + parent_of(object) + " ATTACH PARTITION " + child.quoted_identity() + " " +
						  object["bound"]);
	if (proven)
		drop_proof(child, script);
}

/* CONCURRENTLY leaves a CHECK in the bound's place, unless there is one that it follows from. */
void
drop_partition(const Object &object, const Catalog &catalog, Script &script)
{
	const Object &child = table_of(object, catalog);
	const std::string detach = "ALTER TABLE " + parent_of(object) + " DETACH PARTITION " + child.quoted_identity();

	if (!script.options().online || object.has("siblings_default") || !object.has("constraint")) {
		script.add(form::detach_partition, detach);
		return;
	}
	prove_bound(object, child, script);
	script.add_concurrently(form::detach_concurrently, detach, "");
	drop_proof(child, script);
}

constexpr std::string_view identity[] = {"schema", "name"};
constexpr Property partition_properties[] = {
	/* Detached and attached anew: bounds may change places among siblings. */
	{"parent"},
	{"bound"},
	{"constraint", nullptr, implied},
	{"siblings_default", nullptr, implied},
};

/* --- INHERITS --- */

void
inherit(const Object &child, const std::string &parent, bool yes, Script &script)
{
	std::vector<std::string> name = sql::read_array(parent);

	script.add(yes ? form::inherit : form::no_inherit,
			   alter_table(child) + (yes ? " INHERIT " : " NO INHERIT ") + sql::qualified(name.at(0), name.at(1)));
}

void
create_inheritance(const Object &object, const Catalog &catalog, Script &script)
{
	for (const std::string &parent : object.list("parents"))
		inherit(table_of(object, catalog), parent, true, script);
}

void
drop_inheritance(const Object &object, const Catalog &catalog, Script &script)
{
	for (const std::string &parent : object.list("parents"))
		inherit(table_of(object, catalog), parent, false, script);
}

/* New parents come behind the others: where the order is another, all are let go first. */
bool
alter_inheritance(const Change &change, Script &script)
{
	std::vector<std::string> kept = change.from.list("parents"), now = change.to.list("parents");
	const Object &child = table_of(change.to, change.after);

	std::erase_if(kept,
				  [&](const std::string &parent) { return std::find(now.begin(), now.end(), parent) == now.end(); });
	if (kept.size() > now.size() || !std::equal(kept.begin(), kept.end(), now.begin()))
		kept.clear();
	for (const std::string &parent : change.from.list("parents")) {
		if (std::find(kept.begin(), kept.end(), parent) == kept.end())
			inherit(child, parent, false, script);
	}
	for (const std::string &parent : now) {
		if (std::find(kept.begin(), kept.end(), parent) == kept.end())
			inherit(child, parent, true, script);
	}
	return true;
}

constexpr Property inheritance_properties[] = {{"parents", alter_inheritance}};

} // namespace

constexpr Kind partition_kind = {
	.name = "partition",
	.identity = identity,
	.properties = partition_properties,
	.query = partition_query,
	.reference = reference,
	.create = create_partition,
	.drop = drop_partition,
	.created_after = created_after,
	.rank = rank::partition,
};

constexpr Kind inheritance_kind = {
	.name = "inheritance",
	.identity = identity,
	.properties = inheritance_properties,
	.query = inheritance_query,
	.reference = reference,
	.create = create_inheritance,
	.drop = drop_inheritance,
	.created_by_parent = true,
	.created_after = created_after,
	.rank = rank::partition,
};

} // namespace schema_guard::catalog
