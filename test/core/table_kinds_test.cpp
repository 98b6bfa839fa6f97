/*
 * table_kinds_test.cpp - the SQL that tables, columns, sequences and partitions write.
 */
#include "kind_helpers.hpp"
#include "schema_guard/core/diff/type_change.hpp"

#include <gtest/gtest.h>

namespace schema_guard {

namespace {

constexpr Address table_address{1259, 100, 0};

catalog::Object
table(std::initializer_list<std::pair<const char *, const char *>> properties = {})
{
	return object("table", {"public", "t"}, properties, table_address);
}

catalog::Object
column(const char *name, int number, std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made = object("column", {"public", "t", name}, properties, {1259, 100, number});

	made.set("position", std::to_string(number));
	return made;
}

TEST(Table, CreateWritesColumnsInTheirOrder)
{
	catalog::Catalog schema = catalog_of({
		table({{"options", "{fillfactor=70,toast.autovacuum_enabled=false}"}, {"row_security", "true"}}),
		column("z", 1, {{"type", "integer"}, {"not_null", "true"}}),
		column("A b", 2, {{"type", "text"}, {"collation", "{pg_catalog,C}"}, {"storage", "external"}}),
	});

	EXPECT_EQ(created(*schema.find("table", {"public", "t"}), schema),
			  "CREATE TABLE public.t (\n"
			  "    z integer NOT NULL,\n"
			  "    \"A b\" text COLLATE pg_catalog.\"C\"\n"
			  ")\nWITH (fillfactor='70', toast.autovacuum_enabled='false');\n"
			  "ALTER TABLE ONLY public.t ALTER COLUMN \"A b\" SET STORAGE external;\n"
			  "ALTER TABLE ONLY public.t ENABLE ROW LEVEL SECURITY;\n");
}

TEST(Table, ColumnMovesToAnotherType)
{
	catalog::Catalog before = catalog_of({table(), column("a", 1, {{"type", "text"}})});
	catalog::Catalog after = catalog_of({table(), column("a", 1, {{"type", "integer"}})});
	Script script({});
	const catalog::Object &from = *before.find("column", {"public", "t", "a"});

	ASSERT_TRUE(
		from.property(from.find("type"))
			.alter({from, *after.find("column", {"public", "t", "a"}), before, after, script.options()}, script));
	EXPECT_EQ(text(script), "ALTER TABLE public.t ALTER COLUMN a TYPE integer USING a::integer;\n");
	EXPECT_EQ(script.statements()[0].form->work, Work::rewrite);
}

TEST(Table, NotNullOnlineIsProvenFirst)
{
	catalog::Catalog before = catalog_of({table(), column("a", 1, {{"type", "text"}})});
	catalog::Catalog after = catalog_of({table(), column("a", 1, {{"type", "text"}, {"not_null", "true"}})});
	ScriptOptions options;
	options.online = true;
	Script script(options);
	const catalog::Object &from = *before.find("column", {"public", "t", "a"});

	ASSERT_TRUE(
		from.property(from.find("not_null"))
			.alter({from, *after.find("column", {"public", "t", "a"}), before, after, script.options()}, script));
	EXPECT_EQ(text(script),
			  "ALTER TABLE public.t ADD CONSTRAINT schema_guard_not_null CHECK (a IS NOT NULL) NOT VALID;\n"
			  "ALTER TABLE public.t VALIDATE CONSTRAINT schema_guard_not_null;\n"
			  "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;\n"
			  "ALTER TABLE public.t DROP CONSTRAINT schema_guard_not_null;\n");
	for (const StatementText &statement : script.statements())
		EXPECT_FALSE(statement.hazards & blocking_lock) << statement.sql;
}

TEST(Table, SequenceIsMovedIntoItsNewBounds)
{
	catalog::Catalog before = catalog_of({object("sequence", {"public", "s"}, {{"maximum", "10"}})});
	catalog::Catalog after = catalog_of({object("sequence", {"public", "s"}, {{"minimum", "20"}})});
	Script script({});
	const catalog::Object &from = *before.find("sequence", {"public", "s"});

	ASSERT_TRUE(from.property(from.find("minimum"))
					.alter({from, *after.find("sequence", {"public", "s"}), before, after, script.options()}, script));
	EXPECT_EQ(text(script),
			  "ALTER SEQUENCE public.s MINVALUE 1 MAXVALUE 9223372036854775807;\n"
			  "SELECT pg_catalog.setval('public.s', 20, false) FROM public.s WHERE last_value NOT BETWEEN "
			  "20 AND 9223372036854775807;\n"
			  "ALTER SEQUENCE public.s MINVALUE 20 NO MAXVALUE START WITH 20;\n");
}

TEST(TypeChange, KeepsTheBytesWhereMeasured)
{
	for (auto [from, to] : {std::pair{"character varying(10)", "character varying(20)"},
							{"character varying(10)", "text"},
							{"text", "character varying"},
							{"numeric(10,2)", "numeric(12,2)"},
							{"numeric(10,2)", "numeric"},
							{"cidr", "inet"},
							{"timestamp(3) without time zone", "timestamp without time zone"}})
		EXPECT_EQ(type_change(from, to).work, Work::none) << from << " " << to;
	for (auto [from, to] : {std::pair{"character varying(10)", "character varying(5)"},
							{"integer", "bigint"},
							{"text", "character varying(20)"},
							{"numeric(10,2)", "numeric(12,4)"},
							{"character(3)", "text"},
							{"timestamp without time zone", "timestamp(3) without time zone"}})
		EXPECT_EQ(type_change(from, to).work, Work::rewrite) << from << " " << to;
}

TEST(TypeChange, UsesAnExpressionOnlyWhereNoAssignmentIs)
{
	EXPECT_TRUE(type_change("json", "jsonb").assignable);
	EXPECT_TRUE(type_change("bigint", "integer").assignable);
	EXPECT_TRUE(type_change("uuid", "text").assignable);
	EXPECT_EQ(type_change("text", "integer").cast, "::integer");
	EXPECT_EQ(type_change("integer", "boolean").cast, "::boolean");
	EXPECT_EQ(type_change("public.mood", "public.other").cast, "::text::public.other");
	EXPECT_TRUE(type_change("timestamp without time zone", "date").hazards & data_loss);
}

} // namespace

} // namespace schema_guard
