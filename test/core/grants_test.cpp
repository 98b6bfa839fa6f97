#include "schema_guard/core/diff/grants.hpp"

#include "schema_guard/core/catalog/kinds.hpp"

#include <gtest/gtest.h>

using namespace schema_guard;
using catalog::Catalog;
using catalog::Object;

namespace {

using Texts = std::vector<std::string>;

Texts
texts(const Script &script)
{
	Texts result;

	for (const StatementText &statement : script.statements())
		result.push_back(statement.sql);
	return result;
}

/* The statements from one list of privileges to another. */
Texts
between(const std::string &from, const std::string &to, const Grantable &target = {"", "TABLE t", "", "boss"})
{
	ScriptOptions options;
	Script script(options);

	write_grants(target, read_grants(from), read_grants(to), script);
	return texts(script);
}

TEST(Grants, MaintainIsGrantedWhereThereIsSuchAPrivilege)
{
	ScriptOptions later;
	later.version = 170000;
	Script script(later);
	const Grantable table{"", "TABLE t", "", "boss"};

	write_grants(table, read_grants("{}"), read_grants("{\"eve=MAINTAIN,SELECT\"}"), script);
	EXPECT_EQ(texts(script), Texts{"GRANT MAINTAIN, SELECT ON TABLE t TO eve"});
	EXPECT_EQ(between("{}", "{\"eve=MAINTAIN,SELECT\"}"), Texts{"GRANT SELECT ON TABLE t TO eve"});
	EXPECT_EQ(between("{}", "{eve=MAINTAIN}"), Texts{});
}

Object
schema(const std::string &name, const catalog::Value &grants = std::nullopt)
{
	Object object(catalog::schema_kind);

	object.identity = {name};
	object.set("owner", "Big Boss");
	object.set("grants", grants);
	return object;
}

Object
default_privileges(const std::string &role, const std::string &type, const std::string &grants)
{
	Object object(catalog::default_privileges_kind);

	object.identity = {role, "", type};
	object.set("grants", grants);
	return object;
}

/* The statements on privileges for a new schema, where these default privileges are. */
Texts
for_new(const Object &object, const std::vector<Object> &before)
{
	ScriptOptions options;
	Catalog old, now;
	Texts result;

	for (const Object &entry : before) {
		old.add(entry);
		now.add(entry);
	}
	old.finish();
	now.add(object);
	now.finish();

	Script script(options, &old, &now);
	add_satellites(*now.find("schema", object.identity), old, now, script);
	for (const std::string &text : texts(script)) {
		if (!text.starts_with("ALTER SCHEMA"))
			result.push_back(text);
	}
	return result;
}

} // namespace

/* What dropping an object and making it anew takes away and gives back lets nobody do more, and takes from nobody. */
TEST(Grants, GivenBackWidenNothing)
{
	Catalog old, now;
	Object before = schema("s", R"({"bob=USAGE"})"), after = schema("s", R"({"bob=USAGE","carol=USAGE"})");

	old.add(before);
	old.add(default_privileges("boss", "schemas", R"({"OWNER=ALL","dave=USAGE"})"));
	old.finish();
	now.add(after);
	now.finish();

	Script script(ScriptOptions{}, &old, &now);
	std::vector<std::pair<std::string, unsigned>> found;

	add_satellites(*now.find("schema", {"s"}), old, now, script);
	for (const StatementText &statement : script.statements()) {
		if (!statement.sql.starts_with("ALTER SCHEMA"))
			found.emplace_back(statement.sql, statement.hazards);
	}
	EXPECT_EQ(found, (std::vector<std::pair<std::string, unsigned>>{
						 {"REVOKE ALL ON SCHEMA s FROM \"Big Boss\"", 0},
						 {"REVOKE ALL ON SCHEMA s FROM dave", 0},
						 {"GRANT USAGE ON SCHEMA s TO bob", 0},
						 {"GRANT USAGE ON SCHEMA s TO carol", privilege_widened},
					 }));
}

TEST(Grants, AreReadByGrantee)
{
	Grants grants = read_grants(R"({"\"a=b\"=SELECT","\"Q \"\"q\"\"\"=ALL*"})");

	EXPECT_EQ(read_grants("{}"), Grants{});
	EXPECT_EQ(grants.at("\"a=b\""), (Privileges{{"SELECT", false}}));
	EXPECT_EQ(grants.at("\"Q \"\"q\"\"\""), (Privileges{{"ALL", true}}));
	EXPECT_EQ(read_grants(R"({"x=INSERT*,SELECT"})").at("x"), (Privileges{{"INSERT", true}, {"SELECT", false}}));
}

TEST(Grants, OnlyWhatDiffersIsSaid)
{
	EXPECT_EQ(between("{OWNER=ALL,a=SELECT}", "{OWNER=ALL,a=SELECT}"), Texts{});
	EXPECT_EQ(between("{OWNER=ALL}", R"({OWNER=ALL,"a=INSERT,SELECT*"})"),
			  (Texts{"GRANT INSERT ON TABLE t TO a", "GRANT SELECT ON TABLE t TO a WITH GRANT OPTION"}));
	EXPECT_EQ(between(R"({OWNER=ALL,"a=INSERT,SELECT",PUBLIC=SELECT})", "{OWNER=ALL,a=SELECT}"),
			  (Texts{"REVOKE SELECT ON TABLE t FROM PUBLIC", "REVOKE INSERT ON TABLE t FROM a"}));
}

TEST(Grants, TheOwnerIsNamed)
{
	EXPECT_EQ(between("{OWNER=ALL}", "{OWNER=SELECT}"),
			  (Texts{"REVOKE ALL ON TABLE t FROM boss", "GRANT SELECT ON TABLE t TO boss"}));
	EXPECT_EQ(between("{}", "{OWNER=ALL}"), (Texts{"GRANT ALL ON TABLE t TO boss"}));
}

TEST(Grants, AllAndSingleOnes)
{
	EXPECT_EQ(between("{a=ALL}", "{a=SELECT}"),
			  (Texts{"REVOKE ALL ON TABLE t FROM a", "GRANT SELECT ON TABLE t TO a"}));
	EXPECT_EQ(between("{a=SELECT}", "{a=ALL}"), (Texts{"GRANT ALL ON TABLE t TO a"}));
	EXPECT_EQ(between("{a=SELECT*}", "{a=ALL}"),
			  (Texts{"REVOKE GRANT OPTION FOR SELECT ON TABLE t FROM a CASCADE", "GRANT ALL ON TABLE t TO a"}));
	EXPECT_EQ(between("{a=SELECT*}", "{a=ALL*}"), (Texts{"GRANT ALL ON TABLE t TO a WITH GRANT OPTION"}));
	EXPECT_EQ(between("{a=ALL}", "{a=ALL*}"), (Texts{"GRANT ALL ON TABLE t TO a WITH GRANT OPTION"}));
}

/* What a gave on by its option goes with it; it is not known to whom. */
TEST(Grants, WhatGoesInACascadeIsGivenAgain)
{
	EXPECT_EQ(between("{OWNER=ALL,a=SELECT*,b=SELECT}", "{OWNER=ALL,a=SELECT,b=SELECT}"),
			  (Texts{"REVOKE GRANT OPTION FOR SELECT ON TABLE t FROM a CASCADE", "GRANT SELECT ON TABLE t TO a",
					 "GRANT SELECT ON TABLE t TO b"}));
	EXPECT_EQ(between("{a=SELECT*,b=SELECT*}", "{b=SELECT*}"),
			  (Texts{"REVOKE SELECT ON TABLE t FROM a CASCADE", "GRANT SELECT ON TABLE t TO b WITH GRANT OPTION"}));
}

TEST(Grants, OfAColumn)
{
	EXPECT_EQ(between("{a=SELECT}", R"({"a=INSERT,UPDATE"})", {"", "TABLE t", "\"C c\"", "boss"}),
			  (Texts{"REVOKE SELECT (\"C c\") ON TABLE t FROM a",
					 "GRANT INSERT (\"C c\"), UPDATE (\"C c\") ON TABLE t TO a"}));
}

TEST(Grants, OfDefaultPrivileges)
{
	Grantable target = {"ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA s ", "TABLES", "", "boss"};

	EXPECT_EQ(
		between("{a=SELECT}", "{b=SELECT*}", target),
		(Texts{"ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA s REVOKE SELECT ON TABLES FROM a",
			   "ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA s GRANT SELECT ON TABLES TO b WITH GRANT OPTION"}));
}

TEST(Grants, OfANewObjectWithoutDefaultPrivileges)
{
	EXPECT_EQ(for_new(schema("s"), {}), Texts{});
	EXPECT_EQ(for_new(schema("s", "{OWNER=ALL,a=USAGE}"), {}), (Texts{"GRANT USAGE ON SCHEMA s TO a"}));
	EXPECT_EQ(for_new(schema("s", "{}"), {}), (Texts{"REVOKE ALL ON SCHEMA s FROM \"Big Boss\""}));
}

/* Whoever runs the script may have any of these default privileges, or none. */
TEST(Grants, OfANewObjectUnderDefaultPrivileges)
{
	std::vector<Object> before = {default_privileges("x", "schemas", "{OWNER=ALL,a=USAGE}")};

	EXPECT_EQ(for_new(schema("s"), before), (Texts{"REVOKE ALL ON SCHEMA s FROM a"}));
	EXPECT_EQ(for_new(schema("s", "{OWNER=ALL,a=ALL}"), before), (Texts{"GRANT ALL ON SCHEMA s TO a"}));
	EXPECT_EQ(for_new(schema("s", "{OWNER=ALL,a=USAGE}"), before), (Texts{"GRANT USAGE ON SCHEMA s TO a"}));
	EXPECT_EQ(for_new(schema("s", "{OWNER=ALL,b=USAGE}"), before),
			  (Texts{"REVOKE ALL ON SCHEMA s FROM a", "GRANT USAGE ON SCHEMA s TO b"}));

	before = {default_privileges("x", "schemas", "{OWNER=ALL,a=USAGE*}")};
	EXPECT_EQ(for_new(schema("s", "{OWNER=ALL,a=USAGE}"), before),
			  (Texts{"REVOKE ALL ON SCHEMA s FROM a", "GRANT USAGE ON SCHEMA s TO a"}));

	before = {default_privileges("x", "schemas", "{PUBLIC=USAGE}")};
	EXPECT_EQ(for_new(schema("s"), before),
			  (Texts{"REVOKE ALL ON SCHEMA s FROM PUBLIC", "GRANT ALL ON SCHEMA s TO \"Big Boss\""}));

	/* Those of other types are of no account, nor what goes to the owner anyway. */
	EXPECT_EQ(for_new(schema("s"), {default_privileges("x", "tables", "{OWNER=ALL,a=SELECT}")}), Texts{});
	EXPECT_EQ(for_new(schema("s"), {default_privileges("x", "schemas", R"({OWNER=ALL,"\"Big Boss\"=USAGE"})")}),
			  Texts{});
}

TEST(Grants, AddUp)
{
	auto merged = [](const std::string &one, const std::string &other) {
		return merge_grants(read_grants(one), read_grants(other));
	};

	EXPECT_EQ(merged("{a=SELECT}", R"({"a=INSERT*",b=ALL})"), read_grants(R"({"a=INSERT*,SELECT",b=ALL})"));
	EXPECT_EQ(merged("{a=ALL}", "{a=SELECT}"), read_grants("{a=ALL}"));
	EXPECT_EQ(merged("{a=SELECT*}", "{a=ALL*}"), read_grants("{a=ALL*}"));
}
