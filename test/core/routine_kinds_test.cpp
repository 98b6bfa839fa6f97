/*
 * What the kinds of routines write.
 */
#include "kind_helpers.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

catalog::Object
function(std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made = object("function", {"s", "F", "integer, text"},
								  {{"arguments", "a integer, b text"},
								   {"signature", "a integer, b text"},
								   {"parameter_names", "{a,b}"},
								   {"parameter_types", "{\"i integer\",\"i text\"}"},
								   {"default_count", "0"},
								   {"result", "integer"},
								   {"language", "sql"},
								   {"body", "select 1"},
								   {"owner", "o"}});
	for (auto [name, value] : properties)
		made.set(name, value == nullptr ? catalog::Value() : catalog::Value(value));
	return made;
}

TEST(Function, CreateWritesEveryAttribute)
{
	EXPECT_EQ(
		created(function({{"transforms", "{hstore,public.x}"},
						  {"window", "true"},
						  {"volatility", "STABLE"},
						  {"strict", "true"},
						  {"security_definer", "true"},
						  {"leakproof", "true"},
						  {"parallel", "SAFE"},
						  {"cost", "7"},
						  {"rows", "33"},
						  {"support", "s.sup"},
						  {"settings", "{\"search_path=\\\"$user\\\", s\",work_mem=7MB}"}})),
		"CREATE FUNCTION s.\"F\"(a integer, b text)\n\tRETURNS integer\n\tLANGUAGE sql TRANSFORM FOR TYPE hstore, "
		"FOR TYPE public.x WINDOW STABLE STRICT SECURITY DEFINER LEAKPROOF COST 7 ROWS 33 SUPPORT s.sup PARALLEL "
		"SAFE\n\tSET search_path TO '$user', 's'\n\tSET work_mem TO '7MB'\n\tAS $$select 1$$;\n");
}

TEST(Function, IsShownWithItsTypes)
{
	EXPECT_EQ(function({}).display(), "function s.\"F\"(integer, text)");
	EXPECT_EQ(object("aggregate", {"s", "g", ""}).display(), "aggregate s.g()");
}

TEST(Function, BodiesOfEverySort)
{
	EXPECT_NE(created(function({{"body", "a $$ b"}})).find("AS $_$a $$ b$_$;"), std::string::npos);
	EXPECT_NE(created(function({{"body", "a $_ $__ b$"}})).find("AS $___$a $_ $__ b$$___$;"), std::string::npos);
	EXPECT_NE(created(function({{"library", "$libdir/x"}, {"body", "it's"}, {"language", "c"}}))
				  .find("AS '$libdir/x', 'it''s';"),
			  std::string::npos);
	EXPECT_NE(created(function({{"body", nullptr}, {"sql_body", "RETURN 1"}})).find("LANGUAGE sql\nRETURN 1;"),
			  std::string::npos);
}

TEST(Function, ListsOfNamesAreTakenApart)
{
	auto set = [](const char *settings) {
		std::string text = created(function({{"settings", settings}}));
		size_t from = text.find("SET ");
		return text.substr(from, text.find("\n\tAS") - from);
	};
	EXPECT_EQ(set("{\"search_path=\\\"\\\"\"}"), "SET search_path TO ''");
	EXPECT_EQ(set("{\"search_path=a, \\\"B, \\\"\\\"c\\\", d\"}"), "SET search_path TO 'a', 'B, \"c', 'd'");
	EXPECT_EQ(set("{\"DateStyle=iso, dmy\"}"), "SET \"DateStyle\" TO 'iso, dmy'");
	EXPECT_EQ(set("{a.b=}"), "SET \"a.b\" TO ''");
}

TEST(Function, AttributesChangeInPlace)
{
	catalog::Object plain = function({});
	catalog::Object all = function({{"volatility", "IMMUTABLE"},
									{"strict", "true"},
									{"security_definer", "true"},
									{"leakproof", "true"},
									{"parallel", "RESTRICTED"},
									{"cost", "7"},
									{"settings", "{a.b=1,work_mem=7MB}"}});

	EXPECT_EQ(altered(plain, all), "ALTER FUNCTION s.\"F\"(integer, text) IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF "
								   "COST 7 PARALLEL RESTRICTED SET \"a.b\" TO '1' SET work_mem TO '7MB';\n");
	EXPECT_EQ(altered(all, plain),
			  "ALTER FUNCTION s.\"F\"(integer, text) VOLATILE CALLED ON NULL INPUT SECURITY INVOKER NOT LEAKPROOF COST "
			  "100 PARALLEL UNSAFE RESET \"a.b\" RESET work_mem;\n");
	EXPECT_EQ(altered(function({{"cost", "7"}, {"language", "c"}}), function({{"language", "c"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) COST 1;\n");
	EXPECT_EQ(altered(function({{"settings", "{work_mem=1MB}"}}), function({{"settings", "{work_mem=2MB}"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) SET work_mem TO '2MB';\n");
}

/* pg_dump shows the order of settings. */
TEST(Function, SettingsComeInTheirOrder)
{
	auto set = [](const char *from, const char *to) {
		std::string text = altered(function({{"settings", from}}), function({{"settings", to}}));
		return text.substr(text.find(") ") + 2);
	};
	EXPECT_EQ(set("{a=1,b=2,c=3}", "{a=1,c=4,d=5}"), "RESET b SET c TO '4' SET d TO '5';\n");
	EXPECT_EQ(set("{a=1,b=2}", "{b=2,a=1}"), "RESET ALL SET b TO '2' SET a TO '1';\n");
	EXPECT_EQ(set("{b=2}", "{a=1,b=2}"), "RESET ALL SET a TO '1' SET b TO '2';\n");
	EXPECT_EQ(set("{a=1,b=2}", nullptr), "RESET a RESET b;\n");
}

/* OWNER TO makes the new owner's privileges the owner's. */
TEST(Function, AnOwnerThatHadPrivilegesKeepsThem)
{
	EXPECT_EQ(altered(function({{"grants", "{OWNER=ALL,PUBLIC=ALL,o2=ALL}"}}),
					  function({{"owner", "o2"}, {"grants", "{OWNER=ALL}"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) OWNER TO o2;\n"
			  "REVOKE ALL ON FUNCTION s.\"F\"(integer, text) FROM PUBLIC;\n");
	EXPECT_EQ(altered(function({{"grants", "{o2=ALL}"}}), function({{"owner", "o2"}, {"grants", "{}"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) OWNER TO o2;\n"
			  "REVOKE ALL ON FUNCTION s.\"F\"(integer, text) FROM o2;\n");
}

TEST(Function, DependsOnExtensions)
{
	EXPECT_EQ(altered(function({{"extensions", "{a}"}}), function({{"extensions", "{b}"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) NO DEPENDS ON EXTENSION a;\n"
			  "ALTER FUNCTION s.\"F\"(integer, text) DEPENDS ON EXTENSION b;\n");
	EXPECT_NE(created(function({{"extensions", "{a}"}})).find("DEPENDS ON EXTENSION a;"), std::string::npos);
}

/* There is no clause that removes a support function. */
TEST(Function, SupportGoesByReplacement)
{
	EXPECT_EQ(altered(function({}), function({{"support", "s.x"}})),
			  "ALTER FUNCTION s.\"F\"(integer, text) SUPPORT s.x;\n");
	EXPECT_TRUE(altered(function({{"support", "s.x"}}), function({})).starts_with("CREATE OR REPLACE FUNCTION"));
}

TEST(Function, ReplacedInPlaceOnlyWhereTheServerAllows)
{
	auto in_place = [](const catalog::Object &from, const catalog::Object &to) {
		return altered(from, to).starts_with("CREATE OR REPLACE FUNCTION");
	};
	catalog::Object unnamed = function({{"arguments", "integer, text"}, {"parameter_names", nullptr}});
	catalog::Object renamed = function({{"arguments", "a integer, c text"}, {"parameter_names", "{a,c}"}});
	catalog::Object with_default = function({{"arguments", "a integer, b text DEFAULT 'x'"}, {"default_count", "1"}});

	EXPECT_TRUE(in_place(function({}), function({{"body", "select 2"}})));
	EXPECT_TRUE(in_place(function({}), function({{"language", "plpgsql"}})));
	EXPECT_TRUE(in_place(unnamed, function({})));
	EXPECT_TRUE(in_place(function({}), with_default));
	EXPECT_EQ(altered(function({}), unnamed), "replace");
	EXPECT_EQ(altered(function({}), renamed), "replace");
	EXPECT_EQ(altered(with_default, function({})), "replace");
	EXPECT_EQ(altered(function({}), function({{"result", "bigint"}})), "replace");
	EXPECT_EQ(altered(function({}), function({{"window", "true"}})), "replace");
	EXPECT_EQ(altered(function({{"parameter_types", "{\"i integer\",\"i text\",\"o integer\"}"}, {"arguments", "x"}}),
					  function({})),
			  "replace");
}

TEST(Function, HazardsAreOfThisChange)
{
	auto hazards = [](const catalog::Object &from, const catalog::Object &to) {
		Script script({});
		from.kind().properties[from.find("body")].alter({from, to, {}, {}, script.options()}, script);
		return script.statements().at(0).hazards;
	};
	EXPECT_EQ(hazards(function({}), function({{"security_definer", "true"}})), unsigned(privilege_widened));
	EXPECT_EQ(hazards(function({{"security_definer", "true"}}), function({})), 0u);
	EXPECT_EQ(hazards(function({}), function({{"leakproof", "true"}})), unsigned(needs_superuser));
	EXPECT_EQ(hazards(function({{"leakproof", "true"}}), function({{"leakproof", "true"}, {"cost", "1"}})), 0u);
}

/* Its input types alone could be those of another. */
TEST(Procedure, IsNamedWithItsOutputArguments)
{
	catalog::Object procedure = object("procedure", {"s", "p", "integer"},
									   {{"arguments", "IN a integer, OUT b text"},
										{"signature", "IN a integer, OUT b text"},
										{"default_count", "0"},
										{"language", "sql"},
										{"sql_body", "BEGIN ATOMIC\nEND"}});

	EXPECT_EQ(created(procedure),
			  "CREATE PROCEDURE s.p(IN a integer, OUT b text)\n\tLANGUAGE sql\nBEGIN ATOMIC\nEND;\n");
	EXPECT_EQ(dropped(procedure), "DROP PROCEDURE s.p(IN a integer, OUT b text);\n");
}

catalog::Object
aggregate(std::initializer_list<std::pair<const char *, const char *>> properties)
{
	catalog::Object made = object("aggregate", {"s", "g", ""},
								  {{"direct_count", "0"}, {"result", "bigint"}, {"sfunc", "s.f"}, {"stype", "bigint"}});
	for (auto [name, value] : properties)
		made.set(name, value);
	return made;
}

TEST(Aggregate, CreateWritesEveryOption)
{
	EXPECT_EQ(created(aggregate({{"arguments", "a double precision ORDER BY b anyelement"},
								 {"class", "hypothetical-set"},
								 {"sspace", "1"},
								 {"initcond", "it's"},
								 {"finalfunc", "s.ff"},
								 {"finalfunc_extra", "true"},
								 {"finalfunc_modify", "READ_ONLY"},
								 {"combinefunc", "s.c"},
								 {"serialfunc", "s.s"},
								 {"deserialfunc", "s.d"},
								 {"msfunc", "s.ms"},
								 {"minvfunc", "s.mi"},
								 {"mstype", "integer"},
								 {"msspace", "2"},
								 {"minitcond", ""},
								 {"mfinalfunc", "s.mf"},
								 {"mfinalfunc_extra", "true"},
								 {"mfinalfunc_modify", "SHAREABLE"},
								 {"sortop", "OPERATOR(s.<)"},
								 {"parallel", "SAFE"}})),
			  "CREATE AGGREGATE s.g(a double precision ORDER BY b anyelement) (\n\tSFUNC = s.f,\n\tSTYPE = bigint,\n\t"
			  "SSPACE = 1,\n\tINITCOND = 'it''s',\n\tFINALFUNC = s.ff,\n\tFINALFUNC_EXTRA,\n\tFINALFUNC_MODIFY = "
			  "READ_ONLY,\n\tCOMBINEFUNC = s.c,\n\tSERIALFUNC = s.s,\n\tDESERIALFUNC = s.d,\n\tMSFUNC = s.ms,\n\t"
			  "MINVFUNC = s.mi,\n\tMSTYPE = integer,\n\tMSSPACE = 2,\n\tMINITCOND = '',\n\tMFINALFUNC = s.mf,\n\t"
			  "MFINALFUNC_EXTRA,\n\tMFINALFUNC_MODIFY = SHAREABLE,\n\tSORTOP = OPERATOR(s.<),\n\tHYPOTHETICAL,\n\t"
			  "PARALLEL = SAFE\n);\n");
}

TEST(Aggregate, WithoutArgumentsHasAStar)
{
	catalog::Object count = aggregate({});

	EXPECT_TRUE(created(count).starts_with("CREATE AGGREGATE s.g(*) ("));
	EXPECT_EQ(dropped(count), "DROP AGGREGATE s.g(*);\n");
	EXPECT_EQ(count.kind().grant_on(count), "FUNCTION s.g()");
}

TEST(Aggregate, ReplacedInPlaceUnlessItsResultOrClassDiffers)
{
	EXPECT_TRUE(
		altered(aggregate({}), aggregate({{"initcond", "0"}})).starts_with("CREATE OR REPLACE AGGREGATE s.g(*)"));
	EXPECT_EQ(altered(aggregate({}), aggregate({{"result", "text"}, {"stype", "text"}})), "replace");
	EXPECT_EQ(altered(aggregate({}), aggregate({{"class", "ordered-set"}})), "replace");
}

} // namespace
} // namespace schema_guard
