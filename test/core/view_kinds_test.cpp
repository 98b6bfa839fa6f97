/*
 * What the kinds of views, rules, triggers and policies write.
 */
#include "kind_helpers.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

using catalog::Catalog;
using catalog::Object;

constexpr uint32_t pg_class = 1259, pg_trigger = 2620;

Object
view(const char *query, const char *columns, const char *options = nullptr)
{
	Object made = object("view", {"s", "v"}, {{"query", query}, {"columns", columns}}, {pg_class, 10, 0});

	if (options)
		made.set("options", options);
	return made;
}

Object
view_column(const char *name, int number, std::initializer_list<std::pair<const char *, const char *>> properties = {})
{
	Object made = object("view column", {"s", "v", name}, properties, {pg_class, 10, number});

	made.set("position", std::to_string(number));
	return made;
}

TEST(View, CreateHasOptionsAndTheColumnsDefaults)
{
	Catalog catalog =
		catalog_of({view("SELECT 1 AS a", "{\"a integer\"}", "{check_option=local,security_barrier=true}"),
					view_column("a", 1, {{"default", "7"}})});

	EXPECT_EQ(created(*catalog.find("view", {"s", "v"}), catalog),
			  "CREATE VIEW s.v WITH (check_option='local', security_barrier='true') AS\nSELECT 1 AS a;\n"
			  "ALTER VIEW s.v ALTER COLUMN a SET DEFAULT 7;\n");
}

TEST(View, IsReplacedInPlaceWhileItOnlyGrows)
{
	Object narrow = view("SELECT 1 AS a", "{\"a integer\"}"),
		   wide = view("SELECT 1 AS a, 2 AS b", "{\"a integer\",\"b integer\"}");
	Object other = view("SELECT 'x'::text AS a", "{\"a text\"}");
	Object checked = view("SELECT 2 AS a", "{\"a integer\"}", "{security_invoker=true}");

	EXPECT_EQ(altered(narrow, wide), "CREATE OR REPLACE VIEW s.v AS\nSELECT 1 AS a, 2 AS b;\n");
	EXPECT_EQ(altered(wide, narrow), "replace");
	EXPECT_EQ(altered(narrow, other), "replace");
	EXPECT_EQ(altered(narrow, checked),
			  "CREATE OR REPLACE VIEW s.v WITH (security_invoker='true') AS\nSELECT 2 AS a;\n");
}

TEST(View, OptionsAlone)
{
	Object plain = view("SELECT 1 AS a", "{\"a integer\"}");
	Object invoker = view("SELECT 1 AS a", "{\"a integer\"}", "{security_invoker=true}");
	Catalog before = catalog_of({invoker}), after = catalog_of({plain});
	Script script({});

	EXPECT_EQ(altered(plain, invoker), "ALTER VIEW s.v SET (security_invoker='true');\n");
	ASSERT_TRUE(invoker.property(0).alter({before[0], after[0], before, after, script.options()}, script));
	EXPECT_EQ(script.statements().at(0).sql, "ALTER VIEW s.v RESET (security_invoker)");
	EXPECT_TRUE(script.statements().at(0).hazards & privilege_widened);
}

TEST(View, PlaceholderHasItsColumnsInOrder)
{
	std::vector<Object> objects = {view("SELECT ...", "{}")};

	for (int i = 1; i <= 11; i++)
		objects.push_back(view_column(("c" + std::to_string(i)).c_str(), i, {{"type", "text"}}));
	objects[2].set("type", "character varying(10)");
	objects[2].set("collation", "pg_catalog.\"C\"");

	Catalog catalog = catalog_of(objects);
	Script script({});
	const Object &made = *catalog.find("view", {"s", "v"});

	made.kind().placeholder(made, catalog, script);
	EXPECT_EQ(text(script),
			  "CREATE OR REPLACE VIEW s.v AS\nSELECT NULL::text AS c1, NULL::character varying(10) COLLATE "
			  "pg_catalog.\"C\" AS c2, NULL::text AS c3, NULL::text AS c4, NULL::text AS c5, NULL::text AS c6, "
			  "NULL::text AS c7, NULL::text AS c8, NULL::text AS c9, NULL::text AS c10, NULL::text AS c11;\n");
}

TEST(MaterializedView, Clauses)
{
	EXPECT_EQ(
		created(object("materialized view", {"s", "m"},
					   {{"query", "SELECT 1"},
						{"access_method", "zed"},
						{"options", "{fillfactor=50,toast.autovacuum_enabled=off}"},
						{"tablespace", "x"},
						{"empty", "true"},
						{"depends_on_extensions", "{e}"}})),
		"CREATE MATERIALIZED VIEW s.m USING zed WITH (fillfactor='50', toast.autovacuum_enabled='off') TABLESPACE x "
		"AS\nSELECT 1\nWITH NO DATA;\n"
		"ALTER MATERIALIZED VIEW s.m DEPENDS ON EXTENSION e;\n");
	EXPECT_EQ(altered(object("materialized view", {"s", "m"}, {{"tablespace", "x"}, {"access_method", "zed"}}),
					  object("materialized view", {"s", "m"})),
			  "ALTER MATERIALIZED VIEW s.m SET ACCESS METHOD heap;\n"
			  "ALTER MATERIALIZED VIEW s.m SET TABLESPACE pg_default;\n");
	EXPECT_EQ(altered(object("materialized view", {"s", "m"}, {{"query", "SELECT 1"}}),
					  object("materialized view", {"s", "m"}, {{"query", "SELECT 2"}})),
			  "replace");
}

TEST(ViewColumn, AttributesComeAndGo)
{
	Object plain = view_column("c", 1, {{"materialized", "true"}, {"default_storage", "extended"}});
	Object set = view_column("c", 1,
							 {{"materialized", "true"},
							  {"default_storage", "extended"},
							  {"statistics", "5"},
							  {"storage", "main"},
							  {"compression", "lz4"},
							  {"options", "{n_distinct=2}"}});

	EXPECT_EQ(created(plain), "");
	EXPECT_EQ(dropped(set), "");
	EXPECT_EQ(created(set), "ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET STATISTICS 5;\n"
							"ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET STORAGE main;\n"
							"ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET COMPRESSION lz4;\n"
							"ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET (n_distinct='2');\n");
	EXPECT_EQ(altered(set, plain), "ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET STATISTICS -1;\n"
								   "ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET STORAGE extended;\n"
								   "ALTER MATERIALIZED VIEW s.v ALTER COLUMN c SET COMPRESSION DEFAULT;\n"
								   "ALTER MATERIALIZED VIEW s.v ALTER COLUMN c RESET (n_distinct);\n");
	EXPECT_EQ(altered(view_column("c", 1, {{"default", "1"}}), view_column("c", 1)),
			  "ALTER VIEW s.v ALTER COLUMN c DROP DEFAULT;\n");
}

TEST(Rule, EnabledStates)
{
	auto rule = [](const char *definition, const char *enabled) {
		Object made = object("rule", {"s", "t", "r"}, {{"definition", definition}});
		if (enabled)
			made.set("enabled", enabled);
		return made;
	};

	EXPECT_EQ(created(rule("ON INSERT TO s.t DO NOTHING", "disabled")),
			  "CREATE RULE r AS\n    ON INSERT TO s.t DO NOTHING;\nALTER TABLE s.t DISABLE RULE r;\n");
	EXPECT_EQ(altered(rule("x", "disabled"), rule("y", "always")),
			  "CREATE OR REPLACE RULE r AS\n    y;\nALTER TABLE s.t ENABLE ALWAYS RULE r;\n");
	EXPECT_EQ(altered(rule("x", "replica"), rule("x", nullptr)), "ALTER TABLE s.t ENABLE RULE r;\n");
	EXPECT_EQ(dropped(rule("x", nullptr)), "DROP RULE r ON s.t;\n");
}

Object
trigger(const char *definition, const char *enabled = nullptr, const char *is_constraint = nullptr)
{
	Object made = object("trigger", {"s", "t", "g"}, {{"definition", definition}}, {pg_trigger, 30, 0});

	if (enabled)
		made.set("enabled", enabled);
	if (is_constraint)
		made.set("constraint", is_constraint);
	return made;
}

TEST(Trigger, ReplacingEnablesItAnew)
{
	EXPECT_EQ(altered(trigger("BEFORE x", "always"), trigger("BEFORE y", "always")),
			  "CREATE OR REPLACE TRIGGER g BEFORE y;\nALTER TABLE s.t ENABLE ALWAYS TRIGGER g;\n");
	EXPECT_EQ(altered(trigger("BEFORE x"), trigger("BEFORE x", "replica")),
			  "ALTER TABLE s.t ENABLE REPLICA TRIGGER g;\n");
	EXPECT_EQ(altered(trigger("AFTER x", nullptr, "true"), trigger("AFTER y", nullptr, "true")), "replace");
	EXPECT_EQ(created(trigger("AFTER x", nullptr, "true")), "CREATE CONSTRAINT TRIGGER g AFTER x;\n");
}

/* A partitioned table's triggers are enabled and disabled with their clones. */
TEST(Trigger, ClonesKeepTheirDifference)
{
	Object clone = object("trigger", {"s", "p", "g"}, {{"clone", "true"}, {"enabled", "always"}}, {pg_trigger, 31, 0});

	clone.needs = {{pg_trigger, 30, 0}};

	Catalog before = catalog_of({trigger("AFTER x"), clone}),
			after = catalog_of({trigger("AFTER x", "disabled"), clone});
	const Object &from = *before.at({pg_trigger, 30, 0}), &to = *after.at({pg_trigger, 30, 0});

	EXPECT_EQ(created(clone), "ALTER TABLE s.p ENABLE ALWAYS TRIGGER g;\n");
	EXPECT_EQ(altered(from, to, before, after),
			  "ALTER TABLE s.t DISABLE TRIGGER g;\nALTER TABLE s.p ENABLE ALWAYS TRIGGER g;\n");
	EXPECT_EQ(dropped(*before.at(clone.address), before), "ALTER TABLE s.p ENABLE TRIGGER g;\n");
	EXPECT_EQ(dropped(*after.at(clone.address), after), "ALTER TABLE s.p DISABLE TRIGGER g;\n");
}

TEST(Policy, AltersWhatTheServerCan)
{
	auto policy = [](std::initializer_list<std::pair<const char *, const char *>> properties) {
		return object("policy", {"s", "t", "p"}, properties);
	};

	EXPECT_EQ(created(policy({{"command", "UPDATE"},
							  {"restrictive", "true"},
							  {"roles", "{\"\\\"a b\\\"\",c}"},
							  {"using", "x"},
							  {"check", "y"}})),
			  "CREATE POLICY p ON s.t AS RESTRICTIVE FOR UPDATE TO \"a b\", c USING (x) WITH CHECK (y);\n");
	EXPECT_EQ(created(policy({})), "CREATE POLICY p ON s.t;\n");
	EXPECT_EQ(altered(policy({{"roles", "{c}"}, {"using", "x"}}), policy({{"using", "y"}, {"check", "z"}})),
			  "ALTER POLICY p ON s.t TO PUBLIC USING (y) WITH CHECK (z);\n");
	EXPECT_EQ(altered(policy({{"using", "x"}}), policy({})), "replace");
	EXPECT_EQ(altered(policy({}), policy({{"command", "SELECT"}})), "replace");
}

TEST(EventTrigger, TagsAndState)
{
	EXPECT_EQ(created(object("event trigger", {"e"},
							 {{"event", "ddl_command_start"},
							  {"tags", "{\"CREATE TABLE\",\"DROP TABLE\"}"},
							  {"function", "s.f"},
							  {"enabled", "replica"}})),
			  "CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION "
			  "s.f();\nALTER EVENT TRIGGER e ENABLE REPLICA;\n");
	EXPECT_EQ(altered(object("event trigger", {"e"}), object("event trigger", {"e"}, {{"enabled", "disabled"}})),
			  "ALTER EVENT TRIGGER e DISABLE;\n");
}

} // namespace
} // namespace schema_guard
