/*
 * What operators, extensions, text search, foreign servers, publications and subscriptions write.
 */
#include "kind_helpers.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

catalog::Object
operator_of(const char *name, std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made = object("operator", {"s", name, "integer", "text"}, {{"function", "s.f"}});

	for (auto [property, value] : properties)
		made.set(property, value);
	return made;
}

TEST(Operator, EveryAttribute)
{
	EXPECT_EQ(created(operator_of("===", {{"commutator", "s.=="},
										  {"negator", "\"S q\".!=="},
										  {"merges", "true"},
										  {"hashes", "true"},
										  {"restriction_estimator", "pg_catalog.eqsel"},
										  {"join_estimator", "pg_catalog.eqjoinsel"}})),
			  "CREATE OPERATOR s.=== (FUNCTION = s.f, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = OPERATOR(s.==), "
			  "NEGATOR = OPERATOR(\"S q\".!==), MERGES, HASHES, RESTRICT = pg_catalog.eqsel, JOIN = "
			  "pg_catalog.eqjoinsel);\n");
	EXPECT_EQ(dropped(object("operator", {"S q", "@", "NONE", "text"}, {{"function", "s.f"}})),
			  "DROP OPERATOR \"S q\".@ (NONE, text);\n");
}

/* The partner's CREATE makes the link, its DROP takes it back: nothing to say then. */
TEST(Operator, LinksComeAndGoWithThePartner)
{
	catalog::Object alone = operator_of("<", {}), linked = operator_of("<", {{"negator", "s.>="}}),
					partner = operator_of(">=", {});
	catalog::Catalog without = catalog_of({alone}), with = catalog_of({linked, partner}),
					 apart = catalog_of({alone, partner});
	auto change = [](const catalog::Catalog &before, const catalog::Catalog &after, int version) {
		ScriptOptions options;
		options.version = version;
		return altered(*before.find("operator", {"s", "<", "integer", "text"}),
					   *after.find("operator", {"s", "<", "integer", "text"}), before, after, options);
	};

	EXPECT_EQ(change(without, with, 150000), "");
	EXPECT_EQ(change(with, without, 150000), "");
	EXPECT_EQ(change(apart, with, 150000), "replace");
	EXPECT_EQ(change(apart, with, 170000), "ALTER OPERATOR s.< (integer, text) SET (NEGATOR = OPERATOR(s.>=));\n");
	EXPECT_EQ(change(with, apart, 170000), "replace");
}

TEST(Operator, SomeAttributesCanBeSetOnce)
{
	ScriptOptions options;

	options.version = 170000;
	EXPECT_EQ(altered(operator_of("=", {}), operator_of("=", {{"hashes", "true"}}), options),
			  "ALTER OPERATOR s.= (integer, text) SET (HASHES);\n");
	EXPECT_EQ(altered(operator_of("=", {{"hashes", "true"}}), operator_of("=", {}), options), "replace");
	options.version = 160000;
	EXPECT_EQ(altered(operator_of("=", {}), operator_of("=", {{"hashes", "true"}}), options), "replace");
}

TEST(OperatorFamily, MembersOneByOne)
{
	catalog::Object from = object("operator family", {"btree", "s", "f"},
								  {{"members", "{\"OPERATOR 1 s.<(a, b)\",\"FUNCTION 1 (a, b) s.c(a, b)\"}"},
								   {"member_slots", "{\"OPERATOR 1 (a, b)\",\"FUNCTION 1 (a, b)\"}"}}),
					to = object("operator family", {"btree", "s", "f"},
								{{"members", "{\"OPERATOR 1 s.<(a, b)\",\"FUNCTION 1 (a, b) s.d(a, b)\"}"},
								 {"member_slots", "{\"OPERATOR 1 (a, b)\",\"FUNCTION 1 (a, b)\"}"}});

	EXPECT_EQ(altered(from, to), "ALTER OPERATOR FAMILY s.f USING btree DROP FUNCTION 1 (a, b);\n"
								 "ALTER OPERATOR FAMILY s.f USING btree ADD FUNCTION 1 (a, b) s.d(a, b);\n");
}

TEST(TextSearchDictionary, OptionsEndUpInTheirOrder)
{
	auto dictionary = [](const char *options) {
		return object("text search dictionary", {"s", "d"}, {{"template", "pg_catalog.simple"}, {"options", options}});
	};
	auto change = [&](const char *from, const char *to) { return altered(dictionary(from), dictionary(to)); };

	EXPECT_EQ(change("a = 'x, b = 2', \"C \"\"d\" = 3", "a = 1"),
			  "ALTER TEXT SEARCH DICTIONARY s.d (\"C \"\"d\", a = 1);\n");
	EXPECT_EQ(change("a = 'it''s = \"', b = 2", "b = 2, a = 1"), "ALTER TEXT SEARCH DICTIONARY s.d (b = 2, a = 1);\n");
}

TEST(Extension, ItsVersion)
{
	auto extension = [](const char *version) {
		return object("extension", {"x"}, {{"schema", "s"}, {"version", version}}, {3079, 20000, 0});
	};
	catalog::Object column = object("column", {"s", "t", "c"}, {}, {1259, 20001, 1});

	EXPECT_EQ(altered(extension("1.9"), extension("1.10")), "ALTER EXTENSION x UPDATE TO '1.10';\n");
	EXPECT_EQ(altered(extension("1.10"), extension("1.9")), "replace");

	/* Never at the price of data. */
	catalog::Catalog before = catalog_of({extension("2.0"), column}, {{{1259, 20001, 1}, {3079, 20000, 0}, 'n'}}),
					 after = catalog_of({extension("1.0"), column}, {{{1259, 20001, 1}, {3079, 20000, 0}, 'n'}});
	EXPECT_EQ(altered(*before.find("extension", {"x"}), *after.find("extension", {"x"}), before, after),
			  "ALTER EXTENSION x UPDATE TO '1.0';\n");
}

TEST(UserMapping, SaysWhichSecretsAreMissing)
{
	catalog::Object mapping = object("user mapping", {"far", "public"}, {{"options", "{user=u}"}});

	EXPECT_EQ(created(mapping), "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (\"user\" 'u');\n");
	mapping.set("secrets", "{password,\"a */ DROP\"}");
	EXPECT_EQ(created(mapping),
			  "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (\"user\" 'u') /* to be set by hand: "
			  "password, a  DROP */;\n");

	/* They are neither compared nor touched. */
	catalog::Object other = object("user mapping", {"far", "public"}, {{"options", "{user=w,x=1}"}});
	EXPECT_EQ(altered(mapping, other),
			  "ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (SET \"user\" 'w', ADD x '1');\n");
	EXPECT_EQ(altered(mapping, object("user mapping", {"far", "public"}, {{"options", "{user=u}"}})), "");
}

TEST(Subscription, LeavesThePublisherAlone)
{
	catalog::Object subscription = object(
		"subscription", {"S"}, {{"connection", "host=h"}, {"publications", "{p,\"Q q\"}"}, {"streaming", "parallel"}});
	ScriptOptions options;

	options.version = 150000;
	EXPECT_EQ(created(subscription, options),
			  "CREATE SUBSCRIPTION \"S\" CONNECTION 'host=h' PUBLICATION p, \"Q q\" WITH (connect = false, slot_name = "
			  "'S', streaming = on);\n");
	options.version = 180000;
	subscription.set("streaming", std::nullopt);
	EXPECT_EQ(created(subscription, options),
			  "CREATE SUBSCRIPTION \"S\" CONNECTION 'host=h' PUBLICATION p, \"Q q\" WITH (connect = false, slot_name = "
			  "'S', streaming = off);\n");
	EXPECT_EQ(dropped(subscription), "ALTER SUBSCRIPTION \"S\" DISABLE;\n"
									 "ALTER SUBSCRIPTION \"S\" SET (slot_name = NONE);\n"
									 "DROP SUBSCRIPTION \"S\";\n");
	subscription.set("slot_name", "none");
	EXPECT_EQ(dropped(subscription), "ALTER SUBSCRIPTION \"S\" DISABLE;\nDROP SUBSCRIPTION \"S\";\n");
}

TEST(DefaultPrivileges, HaveABeginning)
{
	EXPECT_EQ(created(object("default privileges", {"r", "", "functions"}, {{"grants", "{OWNER=ALL}"}})),
			  "ALTER DEFAULT PRIVILEGES FOR ROLE r REVOKE ALL ON FUNCTIONS FROM PUBLIC;\n");
	EXPECT_EQ(created(object("default privileges", {"r", "S", "functions"}, {{"grants", "{a=ALL}"}})),
			  "ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA \"S\" GRANT ALL ON FUNCTIONS TO a;\n");
	EXPECT_EQ(dropped(object("default privileges", {"r", "", "tables"}, {{"grants", "{}"}})),
			  "ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT ALL ON TABLES TO r;\n");
}

TEST(InitialPrivileges, LeadFromWhatInitdbLeft)
{
	catalog::Object column = object("initial privileges", {"column", "pg_catalog.pg_class.relname"},
									{{"grants", "{a=SELECT}"},
									 {"initial", "{}"},
									 {"whole", "pg_catalog.pg_class"},
									 {"column_name", "relname"},
									 {"owner", "postgres"}});

	EXPECT_EQ(created(column), "GRANT SELECT (relname) ON TABLE pg_catalog.pg_class TO a;\n");
	EXPECT_EQ(dropped(column), "REVOKE SELECT (relname) ON TABLE pg_catalog.pg_class FROM a;\n");
	EXPECT_EQ(created(object("initial privileges", {"aggregate", "x.agg(integer)"},
							 {{"grants", "{OWNER=ALL}"},
							  {"initial", "{OWNER=ALL,PUBLIC=ALL}"},
							  {"labels", "{provider=text}"},
							  {"whole", "x.agg(integer)"},
							  {"owner", "o"}})),
			  "REVOKE ALL ON FUNCTION x.agg(integer) FROM PUBLIC;\n"
			  "SECURITY LABEL FOR provider ON AGGREGATE x.agg(integer) IS 'text';\n");
}

} // namespace
} // namespace schema_guard
