/*
 * column.cpp - columns of tables, read and made; column_alter.cpp changes them.
 *
 * In partitions and children a column comes, changes and goes with the parent's.
 */
#include "schema_guard/core/catalog/column.hpp"
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/relations.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* From 18 NOT NULL is a constraint, with a name that shows when the server would have chosen another. */
std::string
not_null_columns(const Source &source)
{
	const std::string common = "CASE WHEN a.attnotnull THEN 'true' END AS not_null, ";

	if (source.version < 180000)
		return common + "NULL AS not_null_name, NULL AS not_null_inherited_name, NULL AS not_null_no_inherit, "
						"NULL AS not_null_not_valid, NULL AS not_null_comment, NULL AS not_null_origin, ";

	const std::string name = "CASE WHEN nn.conname <> c.relname || '_' || a.attname || '_not_null' AND NOT "
							 "(octet_length(c.relname || a.attname) > 53 AND nn.conname ~ '_not_null\\d*$') AND ";

	return common + name + "(nn.conislocal OR c.relispartition) THEN nn.conname END AS not_null_name, " + name +
		   "NOT (nn.conislocal OR c.relispartition) THEN nn.conname END AS not_null_inherited_name, "
		   "CASE WHEN nn.connoinherit THEN 'true' END AS not_null_no_inherit, "
		   "CASE WHEN NOT nn.convalidated THEN 'true' END AS not_null_not_valid, "
		   "obj_description(nn.oid, 'pg_constraint') AS not_null_comment, "
		   "CASE WHEN nn.conislocal <> a.attislocal AND NOT c.relispartition THEN CASE WHEN nn.conislocal THEN 'own' "
		   "ELSE 'inherited' END END AS not_null_origin, ";
}

std::string
storage_name(const std::string &letter)
{
	return "CASE " + letter +
		   " WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END";
}

/* Internal options begin with pg_: no DDL sets them.  From 17 a partition's identity is its parent's: no sequence. */
std::string
query(const Source &source)
{
	return "SELECT 'pg_class'::regclass::oid AS classid, a.attrelid AS objid, a.attnum AS objsubid, n.nspname AS "
		   "schema, "
		   "c.relname AS \"table\", a.attname AS name, a.attnum AS position, "
		   "format_type(a.atttypid, a.atttypmod) AS type, CASE WHEN a.attcollation <> t.typcollation THEN (SELECT "
		   "ARRAY[con.nspname, co.collname]::text[] FROM pg_collation co JOIN pg_namespace con ON con.oid = "
		   "co.collnamespace WHERE co.oid = a.attcollation) END AS collation, " +
		   not_null_columns(source) +
		   "CASE WHEN a.attidentity <> '' AND (NOT c.relispartition OR EXISTS (SELECT FROM pg_depend d WHERE "
		   "d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND "
		   "d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype = 'i')) THEN CASE a.attidentity WHEN 'a' "
		   "THEN 'always' WHEN 'd' THEN 'by default' END END AS identity, "
		   "CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated, "
		   "CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(ad.adbin, ad.adrelid) FROM pg_attrdef ad WHERE "
		   "ad.adrelid = a.attrelid AND ad.adnum = a.attnum) END AS expression, "
		   "CASE WHEN a.attstorage <> t.typstorage THEN " +
		   storage_name("a.attstorage") + " END AS storage, " + storage_name("t.typstorage") + " AS type_storage, " +
		   (source.version < 140000 ? "NULL" : "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END") +
		   " AS compression, "
		   "NULLIF(a.attstattarget, -1) AS statistics, "
		   "CASE WHEN NOT (starts_with(a.attoptions[1], 'pg_') AND a.attoptions[2] IS NULL) THEN (SELECT array_agg(o "
		   "ORDER BY o COLLATE \"C\") FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_')) END AS options, " +
		   options_column("a.attfdwoptions") +
		   " AS foreign_options, CASE WHEN NOT a.attislocal AND NOT c.relispartition THEN 'true' END AS inherited, "
		   "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base_type, "
		   "CASE WHEN t.typtype = 'd' AND (t.typnotnull OR EXISTS (SELECT FROM pg_constraint k "
		   "WHERE k.contypid = t.oid)) THEN 'true' END AS checked_domain, " +
		   grants_or_key(source, "a.attacl", 'c', "0::oid") +
		   " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
		   "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid " +
		   (source.version < 180000 ? std::string()
									: std::string("LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid "
												  "AND nn.contype = 'n' AND nn.conkey[1] = a.attnum ")) +
		   "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND " + users_relation() +
		   source.wanted("a.attrelid");
}

std::string
reference(const Object &object)
{
	return "COLUMN " + object.quoted_identity();
}

std::string
grant_on(const Object &object)
{
	return "TABLE " + sql::qualified(object.identity[0], object.identity[1]);
}

/* Typed tables have the columns of their type, whose ALTER says CASCADE. */
bool
typed(const Object &table)
{
	return table.is("table") && table.has("of_type");
}

/* What children that got the column with it have otherwise than their parent. */
void
settle_children(const Object &column, const Catalog &catalog, Script &script)
{
	const Catalog *before = script.before();

	if (before == nullptr)
		return;
	for (const Object *child : child_tables(table_of(column, catalog), catalog)) {
		const Object *same = column_of(*child, column.name(), catalog);
		if (same == nullptr || before->find_key(same->key()) != nullptr || before->find_key(child->key()) == nullptr)
			continue;

		const Object *ours = default_of(column, catalog), *theirs = default_of(*same, catalog);
		if (theirs == nullptr && ours != nullptr)
			script.add(form::drop_default, alter_column(*same, catalog) + " DROP DEFAULT");
		else if (theirs != nullptr && (ours == nullptr || (*ours)["expression"] != (*theirs)["expression"]))
			script.add(form::set_default, alter_column(*same, catalog) + " SET DEFAULT " + (*theirs)["expression"]);
		if (same->has("not_null") && !column.has("not_null"))
			script.add(form::set_not_null, alter_column(*same, catalog) + " SET NOT NULL");
		add_column_settings(*same, catalog, script);
		settle_children(*same, catalog, script);
	}
}

void
create(const Object &column, const Catalog &catalog, Script &script)
{
	const Object &table = table_of(column, catalog);
	/* A new table's defaults have their own steps. */
	bool to_what_is = has_table(script.before(), table.identity);
	const Object *expression = to_what_is ? default_of(column, catalog) : nullptr;
	std::vector<const Object *> sequences;
	bool each_its_own = column["generated"] == "stored" || column.has("identity") || column.has("checked_domain") ||
						(expression != nullptr && expression->has("volatile"));
	bool fails = column.has("not_null") && expression == nullptr && !column.has("identity") && !column.has("generated");

	if (typed(table))
		return;
	if (to_what_is)
		sequences = serial_sequences(column, catalog);
	std::erase_if(sequences, [&](const Object *sequence) {
		return script.before() != nullptr && script.before()->find_key(sequence->key()) != nullptr;
	});
	for (const Object *sequence : sequences)
		create_sequence(*sequence, script);
	script.add(each_its_own && table.is("table") ? form::add_column_rewrite : form::add_column,
			   alter_table(table) + " ADD COLUMN " +
				   column_definition(column, catalog, expression ? expression->value("expression") : Value(),
									 script.version()),
			   fails ? unsigned(depends_on_data) : 0);
	for (const Object *sequence : sequences)
		own_sequence(*sequence, script);
	add_column_settings(column, catalog, script);
	settle_children(column, catalog, script);
}

/* The column in the tables that inherit from this one and are there afterwards, too. */
std::vector<const Object *>
in_lasting_children(const Object &column, const Catalog &catalog, const Catalog *after)
{
	std::vector<const Object *> columns;

	for (const Object *child : child_tables(table_of(column, catalog), catalog)) {
		const Object *same = column_of(*child, column.name(), catalog);
		if (same != nullptr && attachment(*child, catalog)->is("inheritance") && has_table(after, child->identity))
			columns.push_back(same);
	}
	return columns;
}

/* A child keeps the column when its parent's goes by ONLY, or when it had it in its own right, too. */
void
drop(const Object &column, const Catalog &catalog, Script &script)
{
	const Object &table = table_of(column, catalog);
	auto keeps = [&](const Object *same) {
		return script.after() != nullptr && script.after()->find_key(same->key()) != nullptr;
	};

	if (typed(table))
		return;

	std::vector<const Object *> children = in_lasting_children(column, catalog, script.after());
	bool only = !keeps(&column) && std::any_of(children.begin(), children.end(), keeps);

	script.add(column.has("generated") ? form::drop_generated_column : form::drop_column,
			   alter_table(table, only) + " DROP COLUMN " + sql::identifier(column.name()));
	for (const Object *same : children) {
		if (!keeps(same) && (only || !same->has("inherited")))
			drop(*same, catalog, script);
	}
}

std::vector<const Object *>
created_with(const Object &column, const Catalog &before, const Catalog &after)
{
	return leading_columns(column, after, before);
}

std::vector<const Object *>
dropped_with(const Object &column, const Catalog &before, const Catalog &after)
{
	return leading_columns(column, before, after);
}

/* ADD COLUMN brings the default along. */
std::vector<const Object *>
created_after(const Object &column, const Catalog &before, const Catalog &after)
{
	std::vector<const Object *> found;
	const Object *expression = default_of(column, after);

	if (expression == nullptr || !has_table(&before, table_of(column, after).identity))
		return found;
	found = after.depends_on(*expression);

	std::vector<const Object *> sequences = serial_sequences(column, after);
	std::erase_if(found, [&](const Object *object) {
		return is_table(*object) || object->is("column") ||
			   std::find(sequences.begin(), sequences.end(), object) != sequences.end();
	});
	return found;
}

/* ALTER TYPE carries indexes, constraints, defaults, statistics and sequences along. */
bool
in_the_way(const Object &dependent)
{
	if (dependent.is("column"))
		return dependent.has("generated");
	for (std::string_view carried : {"table", "foreign table", "index", "index partition", "constraint", "default",
									 "statistics", "sequence", "partition", "inheritance"}) {
		if (dependent.is(carried))
			return false;
	}
	return true;
}

std::vector<const Object *>
changes_with(const Object &column, const Catalog &catalog)
{
	std::vector<const Object *> columns;

	for (const Object *child : child_tables(table_of(column, catalog), catalog)) {
		if (const Object *same = column_of(*child, column.name(), catalog))
			columns.push_back(same);
	}
	return columns;
}

constexpr std::string_view identity[] = {"schema", "table", "name"};
constexpr Property properties[] = {
	{"position", nullptr, position},
	{"type", alter_column_definition, takes_down},
	{"collation", alter_column_definition, takes_down},
	{"not_null", alter_column_definition},
	{"not_null_name", alter_column_definition, 0, 180000},
	/* That of the parent that came first: no statement chooses it. */
	{"not_null_inherited_name", nullptr, implied},
	{"not_null_no_inherit", alter_column_definition},
	{"not_null_not_valid", alter_column_definition},
	{"not_null_comment", alter_not_null_comment},
	/* Where it is not that of the column itself. */
	{"not_null_origin", nullptr, implied},
	{"identity", alter_column_definition},
	{"generated", alter_column_definition},
	{"expression", alter_column_definition},
	{"storage", alter_column_storage},
	{"type_storage", nullptr, implied},
	{"compression", alter_column_compression},
	{"statistics", alter_column_statistics},
	{"options", alter_column_options},
	{"foreign_options", alter_column_foreign_options},
	/* Whether the column is the parents' alone: no statement makes it so. */
	{"inherited", nullptr, implied},
	{"base_type", nullptr, implied},
	{"checked_domain", nullptr, implied},
	grants_property,
};

} // namespace

constexpr Kind column_kind = {
	.name = "column",
	.identity = identity,
	.properties = properties,
	.query = query,
	.written = grants_written,
	.reference = reference,
	.grant_on = grant_on,
	.default_grants = "{}",
	.create = create,
	.drop = drop,
	.created_by_parent = true,
	.created_with = created_with,
	.dropped_with = dropped_with,
	.created_after = created_after,
	.in_the_way = in_the_way,
	.changes_with = changes_with,
	.rank = rank::column,
};

} // namespace schema_guard::catalog
