/*
 * publication.cpp - publications, and what each of them publishes.
 *
 * ALTER PUBLICATION ... SET TABLE would write the whole list anew; tables and schemas come and go one by one.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/names.hpp"
#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

namespace {

constexpr std::string_view all_operations = "insert, update, delete, truncate";

std::string
query(const Source &source)
{
	return "SELECT p.tableoid AS classid, p.oid AS objid, 0 AS objsubid, p.pubname AS name, "
		   "pg_get_userbyid(p.pubowner) "
		   "AS owner, CASE WHEN p.puballtables THEN 'true' END AS all_tables, NULLIF(concat_ws(', ', CASE WHEN "
		   "p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN "
		   "'delete' "
		   "END, CASE WHEN p.pubtruncate THEN 'truncate' END), '" +
		   std::string(all_operations) +
		   "') AS publish, CASE WHEN p.pubviaroot THEN 'true' END AS publish_via_partition_root, " +
		   (source.version >= 180000 ? "CASE WHEN p.pubgencols = 's' THEN 'stored' END" : "NULL::text") +
		   " AS publish_generated_columns FROM pg_publication p WHERE " + users_own("pg_publication", "p.oid") +
		   source.wanted("p.oid");
}

std::string
reference(const Object &object)
{
	return "PUBLICATION " + sql::identifier(object.name());
}

/* The options that differ from PostgreSQL's, or from the other object's. */
std::string
options(const Object &object, const Change *change)
{
	std::vector<std::string> texts;
	auto add = [&](std::string_view property, const std::string &otherwise) {
		if (change ? change->changed(property) : object.has(property)) {
			std::string value = object.has(property) ? object[property] : otherwise;
			texts.push_back(std::string(property) + " = " + (property == "publish" ? sql::literal(value) : value));
		}
	};

	add("publish", std::string(all_operations));
	add("publish_via_partition_root", "false");
	add("publish_generated_columns", "none");
	return sql::join(texts);
}

void
create(const Object &object, const Catalog &, Script &script)
{
	std::string with = options(object, nullptr);

	script.add(form::create,
			   "CREATE " + reference(object) + (object.has("all_tables") ? " FOR ALL TABLES" : "") +
				   (with.empty() ? "" : " WITH (" + with + ")"),
			   object.has("all_tables") ? unsigned{needs_superuser} : 0u);
}

void
drop(const Object &object, const Catalog &, Script &script)
{
	script.add(form::drop, "DROP " + reference(object), breaks_applications);
}

bool
alter(const Change &change, Script &script)
{
	script.add(form::alter, "ALTER " + reference(change.to) + " SET (" + options(change.to, &change) + ")");
	return true;
}

constexpr std::string_view identity[] = {"name"};
constexpr Property properties[] = {owner_property,
								   {"all_tables"},
								   {"publish", alter},
								   {"publish_via_partition_root", alter},
								   {"publish_generated_columns", alter}};

/* --- tables --- */

std::string
table_query(const Source &source)
{
	bool filters = source.version >= 150000;

	return "SELECT r.tableoid AS classid, r.oid AS objid, 0 AS objsubid, p.tableoid AS parent_classid, p.oid AS "
		   "parent_objid, p.pubname AS publication, n.nspname AS schema, c.relname AS \"table\", " +
		   std::string(filters
						   ? "(SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = "
							 "r.prrelid AND a.attnum = ANY (r.prattrs::int2[])) AS columns, pg_get_expr(r.prqual, "
							 "r.prrelid) AS row_filter"
						   : "NULL::text AS columns, NULL::text AS row_filter") +
		   " FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid "
		   "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " +
		   users_own("pg_publication", "p.oid") + source.wanted("r.oid");
}

std::string
alter_publication(const Object &object)
{
	return "ALTER PUBLICATION " + sql::identifier(object.identity[0]);
}

std::string
table_reference(const Object &object)
{
	return "PUBLICATION TABLE " + sql::qualified(object.identity[1], object.identity[2]) + " IN " +
		   sql::identifier(object.identity[0]);
}

void
create_table(const Object &object, const Catalog &, Script &script)
{
	std::vector<std::string> columns = object.list("columns");

	for (std::string &column : columns)
		column = sql::identifier(column);
	script.add(form::publication_table, alter_publication(object) + " ADD TABLE ONLY " +
											sql::qualified(object.identity[1], object.identity[2]) +
											(columns.empty() ? "" : " (" + sql::join(columns) + ")") +
											(object.has("row_filter") ? " WHERE (" + object["row_filter"] + ")" : ""));
}

void
drop_table(const Object &object, const Catalog &, Script &script)
{
	script.add(form::publication_table,
			   alter_publication(object) + " DROP TABLE ONLY " + sql::qualified(object.identity[1], object.identity[2]),
			   breaks_applications);
}

constexpr std::string_view table_identity[] = {"publication", "schema", "table"};
constexpr Property table_properties[] = {{"columns"}, {"row_filter"}};

/* --- schemas --- */

std::string
schema_query(const Source &source)
{
	if (source.version < 150000)
		return "SELECT 0::oid AS classid, 0::oid AS objid, 0 AS objsubid, NULL::text AS publication, NULL::text AS "
			   "schema "
			   "WHERE false" +
			   source.wanted("0::oid");
	return "SELECT s.tableoid AS classid, s.oid AS objid, 0 AS objsubid, p.tableoid AS parent_classid, p.oid AS "
		   "parent_objid, p.pubname AS publication, n.nspname AS schema FROM pg_publication_namespace s JOIN "
		   "pg_publication p ON p.oid = s.pnpubid JOIN pg_namespace n ON n.oid = s.pnnspid WHERE " +
		   users_own("pg_publication", "p.oid") + source.wanted("s.oid");
}

std::string
schema_reference(const Object &object)
{
	return "PUBLICATION SCHEMA " + sql::identifier(object.identity[1]) + " IN " + sql::identifier(object.identity[0]);
}

void
create_schema(const Object &object, const Catalog &, Script &script)
{
	script.add(form::superuser,
			   alter_publication(object) + " ADD TABLES IN SCHEMA " + sql::identifier(object.identity[1]));
}

void
drop_schema(const Object &object, const Catalog &, Script &script)
{
	script.add(form::alter, alter_publication(object) + " DROP TABLES IN SCHEMA " + sql::identifier(object.identity[1]),
			   breaks_applications);
}

constexpr std::string_view schema_identity[] = {"publication", "schema"};

} // namespace

constexpr Kind publication_kind = {
	.name = "publication",
	.identity = identity,
	.properties = properties,
	.query = query,
	.reference = reference,
	.create = create,
	.drop = drop,
	.rank = rank::publication,
};

constexpr Kind publication_table_kind = {
	.name = "publication table",
	.identity = table_identity,
	.properties = table_properties,
	.query = table_query,
	.reference = table_reference,
	.create = create_table,
	.drop = drop_table,
	.rank = rank::publication_part,
};

constexpr Kind publication_schema_kind = {
	.name = "publication schema",
	.identity = schema_identity,
	.properties = {},
	.query = schema_query,
	.reference = schema_reference,
	.create = create_schema,
	.drop = drop_schema,
	.rank = rank::publication_part,
};

} // namespace schema_guard::catalog
