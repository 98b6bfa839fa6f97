/*
 * What the kinds of types write.
 */
#include "kind_helpers.hpp"
#include "schema_guard/core/diff/diff.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

constexpr uint32_t pg_class = 1259, pg_type = 1247, pg_proc = 1255;

catalog::Object
mood(const char *labels)
{
	return object("enum", {"s", "mood"}, {{"labels", labels}, {"owner", "o"}}, {pg_type, 20000, 0});
}

TEST(Enum, CreateQuotesLabels)
{
	EXPECT_EQ(created(mood("{sad,o'k,\"a,b\"}")), "CREATE TYPE s.mood AS ENUM ('sad', 'o''k', 'a,b');\n");
	EXPECT_EQ(created(object("enum", {"s", "none"})), "CREATE TYPE s.\"none\" AS ENUM ();\n");
	EXPECT_EQ(dropped(mood("{a}")), "DROP TYPE s.mood;\n");
}

/* Every place a label can come to, by replaying the statements on the old list. */
TEST(Enum, LabelsAreAddedWhereTheyBelong)
{
	auto add = [](const char *from, const char *to) { return altered(mood(from), mood(to)); };

	EXPECT_EQ(add("{b,d}", "{b,d,e,f}"), "ALTER TYPE s.mood ADD VALUE 'e';\nALTER TYPE s.mood ADD VALUE 'f';\n");
	EXPECT_EQ(add("{b,d}", "{a,b,d}"), "ALTER TYPE s.mood ADD VALUE 'a' BEFORE 'b';\n");
	EXPECT_EQ(add("{b,d}", "{a,b,c,c2,d,e}"),
			  "ALTER TYPE s.mood ADD VALUE 'a' BEFORE 'b';\nALTER TYPE s.mood ADD VALUE 'c' AFTER 'b';\n"
			  "ALTER TYPE s.mood ADD VALUE 'c2' AFTER 'c';\nALTER TYPE s.mood ADD VALUE 'e';\n");
	EXPECT_EQ(altered(object("enum", {"s", "mood"}, {{"owner", "o"}}), mood("{a,b}")),
			  "ALTER TYPE s.mood ADD VALUE 'a';\nALTER TYPE s.mood ADD VALUE 'b';\n");
}

TEST(Enum, AnAddedLabelIsUsableOnlyAfterCommit)
{
	Script script({});
	catalog::Object from = mood("{a}"), to = mood("{a,b}");

	from.kind().properties[0].alter({from, to, {}, {}, script.options()}, script);
	EXPECT_FALSE(script.statements().at(0).form->transactional);
}

/* The attribute of another type stays as it is. */
TEST(Enum, RemovedAndReorderedLabelsMakeTheTypeAnew)
{
	auto schema = [](const char *labels) {
		auto attribute = [](const char *name, const char *type, int number) {
			return object("attribute", {"s", "pair", name}, {{"position", "1"}, {"type", type}},
						  {pg_class, 20010, number}, {pg_type, 20011, 0});
		};
		return catalog_of({mood(labels), object("composite type", {"s", "pair"}, {}, {pg_type, 20011, 0}),
						   attribute("x", "s.mood", 1), attribute("y", "s.mood[]", 2), attribute("z", "s.other", 3)},
						  {{{pg_class, 20010, 1}, {pg_type, 20000, 0}, 'n'},
						   {{pg_class, 20010, 2}, {pg_type, 20000, 0}, 'n'},
						   {{pg_class, 20010, 3}, {pg_type, 20000, 0}, 'n'}});
	};
	catalog::Catalog before = schema("{a,b}"), after = schema("{b,a}");

	EXPECT_EQ(altered(*before.find("enum", {"s", "mood"}), *after.find("enum", {"s", "mood"}), before, after),
			  "ALTER TYPE s.mood RENAME TO mood_old;\n"
			  "CREATE TYPE s.mood AS ENUM ('b', 'a');\n"
			  "ALTER TYPE s.mood OWNER TO o;\n"
			  "ALTER TYPE s.pair ALTER ATTRIBUTE x TYPE s.mood CASCADE;\n"
			  "ALTER TYPE s.pair ALTER ATTRIBUTE y TYPE s.mood[] CASCADE;\n"
			  "DROP TYPE s.mood_old;\n");
}

/* A table and its columns a, of this type, and b, of another; pg_depend says that both depend on it. */
std::vector<catalog::Object>
table_with(const char *type, const char *generated = nullptr)
{
	catalog::Object a = object("column", {"s", "t", "a"}, {{"position", "1"}, {"type", type}}, {pg_class, 20020, 1});

	if (generated != nullptr)
		a.set("generated", generated);
	return {object("table", {"s", "t"}, {}, {pg_class, 20020, 0}), std::move(a),
			object("column", {"s", "t", "b"}, {{"position", "2"}, {"type", "text"}}, {pg_class, 20020, 2})};
}

catalog::Catalog
with_table(catalog::Object type, const char *column_type, const char *generated = nullptr)
{
	Address address = type.address;
	std::vector<catalog::Object> objects = table_with(column_type, generated);

	objects.push_back(std::move(type));
	return catalog_of(std::move(objects), {{{pg_class, 20020, 1}, address, 'n'}, {{pg_class, 20020, 2}, address, 'n'}});
}

std::string
altered_within(const catalog::Catalog &before, const catalog::Catalog &after, const char *kind,
			   const std::vector<std::string> &identity)
{
	return altered(*before.find(kind, identity), *after.find(kind, identity), before, after);
}

TEST(Enum, ColumnsGoToTheNewTypeByWayOfText)
{
	auto columns = [](const char *type, const char *generated = nullptr) {
		std::string text = altered_within(with_table(mood("{a,b}"), type, generated),
										  with_table(mood("{b}"), type, generated), "enum", {"s", "mood"});
		size_t from = text.find("OWNER TO o;\n") + 12;
		return text.substr(from, text.find("DROP TYPE") - from);
	};
	EXPECT_EQ(columns("s.mood"), "ALTER TABLE s.t ALTER COLUMN a TYPE s.mood USING a::pg_catalog.text::s.mood;\n");
	EXPECT_EQ(columns("s.mood[]"),
			  "ALTER TABLE s.t ALTER COLUMN a TYPE s.mood[] USING a::pg_catalog.text[]::s.mood[];\n");
	EXPECT_EQ(columns("s.mood", "stored"), "");
}

TEST(Enum, WhatIsInTheWayOfANewType)
{
	catalog::Catalog plain = with_table(mood("{a}"), "s.mood"), generated = with_table(mood("{a}"), "s.mood", "stored");
	const catalog::Object &type = *plain.find("enum", {"s", "mood"});
	auto in_the_way = type.kind().in_the_way;

	EXPECT_FALSE(in_the_way(*plain.find("column", {"s", "t", "a"})));
	EXPECT_TRUE(in_the_way(*generated.find("column", {"s", "t", "a"})));
	EXPECT_TRUE(in_the_way(object("function", {"s", "f", "s.mood"})));
	EXPECT_EQ(type.kind().changes_with(type, plain), std::vector{plain.find("column", {"s", "t", "a"})});
	EXPECT_TRUE(type.kind().rebuilds({mood("{a,b}"), mood("{b,a}"), plain, plain, {}}));
	EXPECT_FALSE(type.kind().rebuilds({mood("{a,b}"), mood("{a,c,b}"), plain, plain, {}}));
}

TEST(Enum, IsMadeAnewWhereOneTransactionUsesANewLabel)
{
	catalog::Catalog before = with_table(mood("{a}"), "s.mood");
	catalog::Catalog unused = with_table(mood("{a,b}"), "s.mood"), used;
	catalog::Object expression = object("default", {"s", "t", "a"}, {{"expression", "'b'::s.mood"}});

	used.add(mood("{a,b}"));
	used.add(expression);
	used.finish();

	auto rebuilds = [&](const catalog::Catalog &after, bool one_transaction) {
		ScriptOptions options{.one_transaction = one_transaction};
		return mood("{}").kind().rebuilds(
			{*before.find("enum", {"s", "mood"}), *after.find("enum", {"s", "mood"}), before, after, options});
	};
	EXPECT_FALSE(rebuilds(unused, true));
	EXPECT_FALSE(rebuilds(used, false));
	EXPECT_TRUE(rebuilds(used, true));
}

TEST(Enum, TheOldTypesNameIsFree)
{
	catalog::Object from = mood("{a,b}"), to = mood("{b}");
	catalog::Object taken = object("enum", {"s", "mood_old"}, {}, {pg_type, 20001, 0});
	catalog::Catalog before = catalog_of({from, taken}), after = catalog_of({to});

	EXPECT_NE(altered(*before.find("enum", from.identity), to, before, after).find("RENAME TO mood_old1;"),
			  std::string::npos);

	const std::string name = std::string(54, 'x') + "\xC3\xA9" + std::string(7, 'y');
	from.identity.set(1, name);
	to.identity.set(1, name);
	EXPECT_NE(altered(from, to).find("RENAME TO " + std::string(54, 'x') + "_old;"), std::string::npos);
}

TEST(Composite, AttributesComeInTheirOrder)
{
	auto attribute = [](const char *name, const char *position, int number) {
		return object(
			"attribute", {"s", "c", name},
			{{"position", position}, {"type", "text"}, {"collation", number == 1 ? "s.\"C\"" : "pg_catalog.\"C\""}},
			{pg_class, 20010, number}, {pg_type, 20011, 0});
	};
	catalog::Catalog catalog = catalog_of({object("composite type", {"s", "c"}, {}, {pg_type, 20011, 0}),
										   attribute("b", "2", 2), attribute("z z", "1", 1), attribute("a", "10", 10)});

	EXPECT_EQ(
		created(*catalog.find("composite type", {"s", "c"}), catalog),
		"CREATE TYPE s.c AS (\n\t\"z z\" text COLLATE s.\"C\",\n\tb text COLLATE pg_catalog.\"C\",\n\ta text COLLATE "
		"pg_catalog.\"C\"\n);\n");
	EXPECT_EQ(created(object("composite type", {"s", "none"}, {}, {pg_type, 20012, 0}),
					  catalog_of({object("composite type", {"s", "none"}, {}, {pg_type, 20012, 0})})),
			  "CREATE TYPE s.\"none\" AS ();\n");
}

TEST(Composite, AttributesChangeInPlace)
{
	auto attribute = [](const char *type) {
		return object("attribute", {"s", "c", "a"}, {{"position", "1"}, {"type", type}}, {pg_class, 20010, 1},
					  {pg_type, 20011, 0});
	};
	catalog::Catalog before =
		catalog_of({object("composite type", {"s", "c"}, {}, {pg_type, 20011, 0}), attribute("integer")});
	const catalog::Object &from = *before.find("attribute", {"s", "c", "a"});

	EXPECT_EQ(altered(from, attribute("bigint"), before, before),
			  "ALTER TYPE s.c ALTER ATTRIBUTE a TYPE bigint CASCADE;\n");
	EXPECT_EQ(created(from), "ALTER TYPE s.c ADD ATTRIBUTE a integer CASCADE;\n");
	EXPECT_EQ(dropped(from), "ALTER TYPE s.c DROP ATTRIBUTE a CASCADE;\n");
}

/* The column is text while the attribute changes. */
TEST(Composite, AttributesChangeUnderColumns)
{
	auto schema = [](const char *type) {
		std::vector<catalog::Object> objects = table_with("s.c");
		objects.push_back(object("composite type", {"s", "c"}, {}, {pg_type, 20011, 0}));
		objects.push_back(object("attribute", {"s", "c", "x"}, {{"position", "1"}, {"type", type}},
								 {pg_class, 20010, 1}, {pg_type, 20011, 0}));
		objects.push_back(object("default", {"s", "t", "a"}, {{"expression", "ROW(1)::s.c"}}, {2604, 20030, 0},
								 {pg_class, 20020, 0}));
		return catalog_of(std::move(objects), {{{pg_class, 20020, 1}, {pg_type, 20011, 0}, 'n'}});
	};
	EXPECT_EQ(altered_within(schema("integer"), schema("bigint"), "attribute", {"s", "c", "x"}),
			  "ALTER TABLE ONLY s.t ALTER COLUMN a DROP DEFAULT;\n"
			  "ALTER TABLE s.t ALTER COLUMN a TYPE pg_catalog.text USING a::pg_catalog.text;\n"
			  "ALTER TYPE s.c ALTER ATTRIBUTE x TYPE bigint CASCADE;\n"
			  "ALTER TABLE s.t ALTER COLUMN a TYPE s.c USING a::s.c;\n"
			  "ALTER TABLE ONLY s.t ALTER COLUMN a SET DEFAULT ROW(1)::s.c;\n");
}

/* ADD ATTRIBUTE appends: where nobody has the type, what should follow is added anew. */
TEST(Composite, AnAttributeInTheMiddle)
{
	auto attribute = [](const char *name, const char *position, int number) {
		return object("attribute", {"s", "c", name}, {{"position", position}, {"type", "text"}, {"comment", name}},
					  {pg_class, 20010, number}, {pg_type, 20011, 0});
	};
	auto type = [] { return object("composite type", {"s", "c"}, {}, {pg_type, 20011, 0}); };
	catalog::Catalog before = catalog_of({type(), attribute("a", "1", 1), attribute("c", "2", 2)});
	catalog::Catalog after =
		catalog_of({type(), attribute("a", "1", 1), attribute("b", "2", 2), attribute("c", "3", 3)});
	Script script({}, &before, &after);
	const catalog::Object &added = *after.find("attribute", {"s", "c", "b"});

	added.kind().create(added, after, script);
	EXPECT_EQ(text(script), "ALTER TYPE s.c ADD ATTRIBUTE b text CASCADE;\n"
							"ALTER TYPE s.c DROP ATTRIBUTE c CASCADE;\n"
							"ALTER TYPE s.c ADD ATTRIBUTE c text CASCADE;\n"
							"COMMENT ON COLUMN s.c.c IS 'c';\n");
	EXPECT_EQ(added.kind().created_after(added, before, after), std::vector{after.find("attribute", {"s", "c", "a"})});
}

catalog::Object
domain(std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made =
		object("domain", {"s", "d"}, {{"base_type", "integer"}, {"owner", "o"}}, {pg_type, 20000, 0});

	for (auto [name, value] : properties)
		made.set(name, value);
	return made;
}

TEST(Domain, CreateWritesEveryProperty)
{
	EXPECT_EQ(created(domain({{"base_type", "character varying(20)"},
							  {"collation", "pg_catalog.\"C\""},
							  {"default", "'x'::character varying"},
							  {"not_null", "true"}})),
			  "CREATE DOMAIN s.d AS character varying(20) COLLATE pg_catalog.\"C\" DEFAULT 'x'::character varying NOT "
			  "NULL;\n");
}

TEST(Domain, ANamedNotNullIsWrittenWhereTheServerKnowsIt)
{
	catalog::Object named = domain({{"not_null", "true"}, {"not_null_name", "nn"}, {"not_null_comment", "why"}});
	ScriptOptions new_server;

	new_server.version = 170000;
	EXPECT_EQ(created(named), "CREATE DOMAIN s.d AS integer NOT NULL;\n");
	EXPECT_EQ(
		created(named, new_server),
		"CREATE DOMAIN s.d AS integer CONSTRAINT nn NOT NULL;\nCOMMENT ON CONSTRAINT nn ON DOMAIN s.d IS 'why';\n");
	EXPECT_EQ(altered(domain({}), named, new_server),
			  "ALTER DOMAIN s.d ADD CONSTRAINT nn NOT NULL;\nCOMMENT ON CONSTRAINT nn ON DOMAIN s.d IS 'why';\n");
	EXPECT_EQ(altered(named, domain({{"not_null", "true"}, {"not_null_comment", "why"}}), new_server),
			  "ALTER DOMAIN s.d RENAME CONSTRAINT nn TO d_not_null;\n");
	EXPECT_EQ(altered(named, domain({}), new_server), "ALTER DOMAIN s.d DROP NOT NULL;\n");
}

TEST(Domain, TheNameOfANotNullIsNotComparedWithAServerThatHasNone)
{
	auto steps = [](int before, int after) {
		catalog::Catalog plain = catalog_of({domain({{"not_null", "true"}})});
		catalog::Catalog named = catalog_of({domain({{"not_null", "true"}, {"not_null_name", "nn"}})});
		diff::Options options;

		plain.version = before;
		named.version = after;
		options.script.version = before;
		return diff::compare(std::move(plain), std::move(named), options)->steps.size();
	};

	EXPECT_EQ(steps(160000, 180000), 0u);
	EXPECT_EQ(steps(180000, 160000), 0u);
	EXPECT_EQ(steps(170000, 180000), 1u);
}

TEST(Domain, DefaultAndNotNullChangeInPlace)
{
	EXPECT_EQ(altered(domain({}), domain({{"default", "5"}, {"not_null", "true"}})),
			  "ALTER DOMAIN s.d SET DEFAULT 5;\nALTER DOMAIN s.d SET NOT NULL;\n");
	EXPECT_EQ(altered(domain({{"default", "5"}, {"not_null", "true"}}), domain({})),
			  "ALTER DOMAIN s.d DROP DEFAULT;\nALTER DOMAIN s.d DROP NOT NULL;\n");
}

TEST(Domain, AnotherBaseTypeMakesItAnew)
{
	EXPECT_EQ(altered(domain({}), domain({{"base_type", "bigint"}})),
			  "ALTER DOMAIN s.d RENAME TO d_old;\nCREATE DOMAIN s.d AS bigint;\nALTER DOMAIN s.d OWNER TO o;\n"
			  "DROP DOMAIN s.d_old;\n");
}

TEST(DomainConstraint, IsValidatedInPlaceAndNeverBack)
{
	auto check = [](const char *not_valid) {
		catalog::Object made = object("domain constraint", {"s", "d", "ck"}, {{"definition", "CHECK ((VALUE > 0))"}});
		if (not_valid != nullptr)
			made.set("not_valid", not_valid);
		return made;
	};
	EXPECT_EQ(created(check("true")), "ALTER DOMAIN s.d ADD CONSTRAINT ck CHECK ((VALUE > 0)) NOT VALID;\n");
	EXPECT_EQ(created(check(nullptr)), "ALTER DOMAIN s.d ADD CONSTRAINT ck CHECK ((VALUE > 0));\n");
	EXPECT_EQ(altered(check("true"), check(nullptr)), "ALTER DOMAIN s.d VALIDATE CONSTRAINT ck;\n");
	EXPECT_EQ(altered(check(nullptr), check("true")), "replace");
	EXPECT_EQ(dropped(check(nullptr)), "ALTER DOMAIN s.d DROP CONSTRAINT ck;\n");
}

TEST(Range, CreateWritesEveryOption)
{
	catalog::Object range = object("range", {"s", "r"},
								   {{"subtype", "text"},
									{"operator_class", "s.ops"},
									{"collation", "pg_catalog.\"C\""},
									{"canonical", "s.c"},
									{"subtype_diff", "s.d"},
									{"multirange", "s.mr"}});
	ScriptOptions old_server;

	EXPECT_EQ(created(range),
			  "CREATE TYPE s.r AS RANGE (\n\tSUBTYPE = text,\n\tSUBTYPE_OPCLASS = s.ops,\n\tCOLLATION = "
			  "pg_catalog.\"C\",\n\tCANONICAL = s.c,\n\tSUBTYPE_DIFF = s.d,\n\tMULTIRANGE_TYPE_NAME = "
			  "s.mr\n);\n");
	old_server.version = 130000;
	EXPECT_EQ(created(range, old_server).find("MULTIRANGE"), std::string::npos);
}

/* A function that the type is made of and that takes it. */
catalog::Catalog
with_function(const char *kind)
{
	return catalog_of(
		{object(kind, {"s", "r"}, {}, {pg_type, 20000, 0}),
		 object("function", {"s", "f", "s.r"}, {}, {pg_proc, 20001, 0})},
		{{{pg_type, 20000, 0}, {pg_proc, 20001, 0}, 'n'}, {{pg_proc, 20001, 0}, {pg_type, 20000, 0}, 'n'}});
}

TEST(Range, AShellOnlyForAFunctionThatTakesIt)
{
	catalog::Catalog alone = catalog_of({object("range", {"s", "r"}, {}, {pg_type, 20000, 0})});
	catalog::Catalog both = with_function("range");
	Script none({}), shell({});

	alone[0].kind().create_shell(alone[0], alone, none);
	EXPECT_EQ(text(none), "");
	EXPECT_EQ(dropped(alone[0], alone), "DROP TYPE s.r;\n");
	both[0].kind().create_shell(both[0], both, shell);
	EXPECT_EQ(text(shell), "CREATE TYPE s.r;\n");
	EXPECT_EQ(dropped(both[0], both), "DROP TYPE s.r CASCADE;\n");
}

catalog::Object
base(std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made = object("base type", {"s", "b"},
								  {{"internal_length", "VARIABLE"},
								   {"input", "s.i"},
								   {"output", "s.o"},
								   {"alignment", "int4"},
								   {"storage", "plain"}});
	for (auto [name, value] : properties)
		made.set(name, value);
	return made;
}

TEST(BaseType, CreateWritesEveryOption)
{
	EXPECT_EQ(
		created(base({{"receive", "s.r"},
					  {"send", "s.s"},
					  {"typmod_in", "s.ti"},
					  {"typmod_out", "s.to"},
					  {"analyze", "s.a"},
					  {"subscript", "s.sub"},
					  {"passed_by_value", "true"},
					  {"category", "Z"},
					  {"preferred", "true"},
					  {"default", "it's"},
					  {"element", "text"},
					  {"delimiter", ";"},
					  {"collatable", "true"}})),
		"CREATE TYPE s.b (\n\tINTERNALLENGTH = VARIABLE,\n\tINPUT = s.i,\n\tOUTPUT = s.o,\n\tRECEIVE = s.r,\n\tSEND "
		"= s.s,\n\tTYPMOD_IN = s.ti,\n\tTYPMOD_OUT = s.to,\n\tANALYZE = s.a,\n\tSUBSCRIPT = s.sub,\n\t"
		"PASSEDBYVALUE = true,\n\tALIGNMENT = int4,\n\tSTORAGE = plain,\n\tCATEGORY = 'Z',\n\tPREFERRED = "
		"true,\n\tDEFAULT = 'it''s',\n\tELEMENT = text,\n\tDELIMITER = ';',\n\tCOLLATABLE = true\n);\n");
}

TEST(BaseType, AltersWhatAlterTypeCanSet)
{
	EXPECT_EQ(altered(base({}), base({{"receive", "s.r"}, {"typmod_in", "s.t"}, {"storage", "extended"}})),
			  "ALTER TYPE s.b SET (RECEIVE = s.r, TYPMOD_IN = s.t, STORAGE = extended);\n");
	EXPECT_EQ(altered(base({{"analyze", "s.a"}, {"subscript", "s.s"}}), base({})),
			  "ALTER TYPE s.b SET (ANALYZE = NONE, SUBSCRIPT = NONE);\n");
	EXPECT_EQ(altered(base({{"storage", "main"}}), base({})), "replace");
	EXPECT_EQ(altered(base({}), base({{"input", "s.other"}})), "replace");
}

TEST(ShellType, IsJustAName)
{
	EXPECT_EQ(created(object("shell type", {"s", "sh"})), "CREATE TYPE s.sh;\n");
}

} // namespace
} // namespace schema_guard
