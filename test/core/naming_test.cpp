#include "schema_guard/core/policy/naming.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/naming_presets.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <gtest/gtest.h>

using namespace schema_guard;

namespace {

NameLimits
limits()
{
	NameLimits result;

	result.reserved = [](std::string_view word) {
		return word == "order" || word == "user" || word == "default" || word == "check";
	};
	return result;
}

NamedObject
object(std::string type, std::string name, std::string table = "", std::vector<std::string> columns = {})
{
	NamedObject result;

	result.object_type = std::move(type);
	result.schema = "public";
	result.name = std::move(name);
	result.table = std::move(table);
	result.columns = columns;
	result.key_columns = std::move(columns);
	return result;
}

NamingRule
rule(NamingRule::Kind kind, std::string pattern, std::string type = "*")
{
	NamingRule result;

	result.name = "the rule";
	result.object_type = std::move(type);
	result.kind = kind;
	result.pattern = std::move(pattern);
	return result;
}

std::vector<NamingViolation>
judge(const NamedObject &object, const NamingRule &rule)
{
	return NamingRules({rule}).judge(object, limits());
}

std::string
expand(const std::string &pattern, const NamedObject &object)
{
	return NameTemplate(pattern).expand(object, limits()).value_or("(does not apply)");
}

constexpr auto regex = NamingRule::Kind::regex;
constexpr auto pattern_template = NamingRule::Kind::pattern_template;
constexpr auto builtin = NamingRule::Kind::builtin;

/* Names PostgreSQL 15 chose, measured; test/sql/naming.sql compares with the server that runs it. */
TEST(NameTemplate, CutsAsPostgreSQL)
{
	std::string long_table(60, 't');
	std::string long_column(60, 'c');

	EXPECT_EQ(expand("{table}_{columns}_idx", object("index", "", "orders", {"customer_id", "placed_at"})),
			  "orders_customer_id_placed_at_idx");
	EXPECT_EQ(expand("{table}_{columns}_idx", object("index", "", long_table, {long_column})),
			  std::string(29, 't') + "_" + std::string(29, 'c') + "_idx");
	EXPECT_EQ(expand("{table}_{columns}_fkey", object("foreign key", "", long_table, {long_column})),
			  std::string(29, 't') + "_" + std::string(28, 'c') + "_fkey");
	EXPECT_EQ(expand("{table}_{columns}_idx", object("index", "", "orders", {long_column})),
			  "orders_" + std::string(52, 'c') + "_idx");
	EXPECT_EQ(expand("{table}_pkey", object("primary key", "", long_table)), std::string(58, 't') + "_pkey");
	EXPECT_EQ(expand("{table}_{columns}_check", object("check", "", "orders")), "orders_check");
}

TEST(NameTemplate, CutsBetweenCharacters)
{
	std::string umlauts;

	for (int i = 0; i < 31; ++i)
		umlauts += "ä";
	/* 58 bytes remain, which are 29 characters. */
	EXPECT_EQ(expand("{table}_pkey", object("primary key", "", umlauts)), umlauts.substr(0, 58) + "_pkey");
	/* 57 bytes would cut the 29th in two. */
	EXPECT_EQ(expand("{table}_pkeys", object("primary key", "", umlauts)), umlauts.substr(0, 56) + "_pkeys");

	EXPECT_EQ(expand("{table}_{columns}_key",
					 object("unique", "", umlauts.substr(0, 60), {std::string(33, 'c') + umlauts.substr(0, 20)})),
			  umlauts.substr(0, 28) + "_" + std::string(29, 'c') + "_key");

	NameLimits latin1 = limits();

	latin1.single_byte = true;
	EXPECT_EQ(NameTemplate("{table}_pkey").expand(object("primary key", "", umlauts), latin1), umlauts + "_pkey");
}

TEST(NameTemplate, NumbersNamesThatAreTaken)
{
	std::string long_table(60, 't');
	NameTemplate idx("{table}_{columns}_idx");

	EXPECT_TRUE(idx.matches(object("index", "orders_total_idx", "orders", {"total"}), limits()));
	EXPECT_TRUE(idx.matches(object("index", "orders_total_idx1", "orders", {"total"}), limits()));
	EXPECT_TRUE(idx.matches(object("index", "orders_total_idx12", "orders", {"total"}), limits()));
	EXPECT_FALSE(idx.matches(object("index", "orders_total_idx01", "orders", {"total"}), limits()));
	EXPECT_FALSE(idx.matches(object("index", "orders_total_idxa", "orders", {"total"}), limits()));
	EXPECT_FALSE(idx.matches(object("index", "orders_total", "orders", {"total"}), limits()));
	EXPECT_TRUE(NameTemplate("idx_{table}_{columns}").matches(object("index", "idx_t_c1", "t", {"c1"}), limits()));
	EXPECT_TRUE(NameTemplate("idx_{table}_{columns}").matches(object("index", "idx_t_c12", "t", {"c1"}), limits()));
	/* The number takes its byte from the longest part. */
	EXPECT_TRUE(NameTemplate("{table}_pkey")
					.matches(object("primary key", std::string(57, 't') + "_pkey1", long_table), limits()));
	EXPECT_FALSE(NameTemplate("{table}_pkey")
					 .matches(object("primary key", std::string(58, 't') + "_pkey1", long_table), limits()));
}

TEST(NameTemplate, SeparatorsAndJoinedPlaceholders)
{
	NamedObject index = object("index", "", "orders", {"customer_id", "placed_at"});

	EXPECT_EQ(expand("index_{table}_on_{columns:_and_}", index), "index_orders_on_customer_id_and_placed_at");

	/* Cut as one from its end, not the longest part first. */
	NamedObject wide = object("index", "", std::string(40, 't'), {std::string(40, 'c')});

	EXPECT_EQ(expand("{table+columns}_idx", wide), std::string(40, 't') + "_" + std::string(18, 'c') + "_idx");
	EXPECT_EQ(expand("{table}_{columns}_idx", wide), std::string(29, 't') + "_" + std::string(29, 'c') + "_idx");
}

TEST(NameTemplate, DoesNotApplyWithoutWhatItNames)
{
	NamedObject column = object("column", "customer", "orders");
	NamedObject expression = object("index", "anything", "users", {"lower"});

	EXPECT_TRUE(NameTemplate("{referenced_table}_id").matches(column, limits()));
	column.referenced_table = "customers";
	EXPECT_FALSE(NameTemplate("{referenced_table}_id").matches(column, limits()));
	column.name = "customers_id";
	EXPECT_TRUE(NameTemplate("{referenced_table}_id").matches(column, limits()));

	expression.key_columns.clear();
	EXPECT_TRUE(NameTemplate("index_{table}_on_{key_columns}").matches(expression, limits()));
	EXPECT_FALSE(NameTemplate("index_{table}_on_{columns}").matches(expression, limits()));
}

TEST(NameTemplate, RefusesNonsense)
{
	for (const char *text : {"", "orders", "{table", "table}_x", "{tabel}_x", "{}", "{table+}_x"})
		EXPECT_THROW(NameTemplate{text}, Failure) << text;
}

TEST(IndexColumnNames, NumbersRepeatedOnes)
{
	std::string wide(63, 'x');

	EXPECT_EQ(index_column_names({"a", "b", "a", "a"}, limits()), (std::vector<std::string>{"a", "b", "a1", "a2"}));
	EXPECT_EQ(index_column_names({"expr", "expr"}, limits()), (std::vector<std::string>{"expr", "expr1"}));
	EXPECT_EQ(index_column_names({wide, wide}, limits())[1], std::string(62, 'x') + "1");
}

TEST(Naming, RegexOfTypeSchemaAndExceptions)
{
	NamingRule snake = rule(regex, "^[a-z][a-z0-9_]*$", "table");

	snake.schema_pattern = "pub*";
	snake.exceptions = {"Legacy*", "public.Old"};
	EXPECT_TRUE(judge(object("table", "order_items"), snake).empty());
	EXPECT_TRUE(judge(object("view", "OrderItems"), snake).empty());
	EXPECT_TRUE(judge(object("table", "LegacyOrders"), snake).empty());
	EXPECT_TRUE(judge(object("table", "Old"), snake).empty());

	NamedObject elsewhere = object("table", "OrderItems");

	elsewhere.schema = "sales";
	EXPECT_TRUE(judge(elsewhere, snake).empty());

	std::vector<NamingViolation> found = judge(object("table", "OrderItems"), snake);

	ASSERT_EQ(found.size(), 1u);
	EXPECT_EQ(found[0].rule, "the rule");
	EXPECT_EQ(found[0].severity, Severity::error);
	EXPECT_EQ(found[0].message, "table name \"OrderItems\" does not match ^[a-z][a-z0-9_]*$");
	EXPECT_EQ(found[0].suggestion, "order_items");
}

TEST(Naming, ExceptionsReachWhatBelongsToATable)
{
	NamingRule camel = rule(regex, "^[a-z]+$", "column");

	camel.exceptions = {"_prisma_migrations.*"};
	EXPECT_TRUE(judge(object("column", "finished_at", "_prisma_migrations"), camel).empty());
	EXPECT_EQ(judge(object("column", "finished_at", "orders"), camel).size(), 1u);
}

TEST(Naming, GroupsOfTypes)
{
	EXPECT_EQ(judge(object("unique index", "X"), rule(regex, "^x", "index")).size(), 1u);
	EXPECT_EQ(judge(object("unique index", "X"), rule(regex, "^x", "non-unique index")).size(), 0u);
	EXPECT_EQ(judge(object("index", "X"), rule(regex, "^x", "non-unique index")).size(), 1u);
	EXPECT_EQ(judge(object("index", "X"), rule(regex, "^x", "unique index")).size(), 0u);
	EXPECT_EQ(judge(object("foreign key", "X"), rule(regex, "^x", "constraint")).size(), 1u);
	EXPECT_EQ(judge(object("index", "X"), rule(regex, "^x", "constraint")).size(), 0u);
}

TEST(Naming, TemplateSaysWhatItExpected)
{
	std::vector<NamingViolation> found = judge(object("index", "by_total", "orders", {"total"}),
											   rule(pattern_template, "{table}_{columns}_idx", "index"));

	ASSERT_EQ(found.size(), 1u);
	EXPECT_EQ(found[0].message, "index name \"by_total\" does not follow {table}_{columns}_idx");
	EXPECT_EQ(found[0].detail, "Expected \"orders_total_idx\".");
	EXPECT_EQ(found[0].suggestion, "orders_total_idx");
}

TEST(Naming, SuggestionSatisfiesThePattern)
{
	EXPECT_EQ(judge(object("view", "ActiveUsers"), rule(regex, "^v_[a-z0-9_]+$"))[0].suggestion, "v_active_users");
	EXPECT_EQ(judge(object("type", "Mood"), rule(regex, "^[a-z_]+_t$"))[0].suggestion, "mood_t");
	EXPECT_EQ(judge(object("table", "order_items"), rule(regex, "^[A-Z][A-Za-z0-9]*$"))[0].suggestion, "OrderItems");
	EXPECT_EQ(judge(object("column", "user_id"), rule(regex, "^[a-z][A-Za-z0-9]*$"))[0].suggestion, "userId");
	EXPECT_EQ(judge(object("column", "user_id"), rule(regex, "^[0-9]{3}$"))[0].suggestion, "");
}

TEST(Naming, SuggestionBreaksNoOtherRule)
{
	NamingRule lower = rule(regex, "^[a-z_]+$");
	NamingRule tables = rule(regex, "^tbl", "table");
	NamingRules rules({lower, tables});
	std::vector<NamingViolation> found = rules.judge(object("table", "OrderItems"), limits());

	ASSERT_EQ(found.size(), 2u);
	EXPECT_EQ(found[0].suggestion, "tblorder_items"); /* mends both */
	EXPECT_EQ(found[1].suggestion, "tblorder_items");

	/* Orders would mend a rule by breaking another. */
	rules = NamingRules({lower, rule(regex, "^[A-Z]", "table")});
	EXPECT_EQ(rules.judge(object("table", "orders"), limits()).at(0).suggestion, "");
}

TEST(Naming, MessageOfTheRule)
{
	NamingRule tables = rule(regex, "s$");

	tables.message = "tables are named in the plural";
	tables.severity = Severity::warning;

	NamingViolation found = judge(object("table", "invoice"), tables).at(0);

	EXPECT_EQ(found.message, "table name \"invoice\" is wrong: tables are named in the plural");
	EXPECT_EQ(found.severity, Severity::warning);
}

TEST(Naming, RefusesRulesThatCannotBe)
{
	EXPECT_THROW(NamingRules({rule(regex, "[a-z")}), Failure);
	EXPECT_THROW(NamingRules({rule(regex, "a", "tabel")}), Failure);
	EXPECT_THROW(NamingRules({rule(pattern_template, "{tabel}")}), Failure);
	EXPECT_THROW(NamingRules({rule(builtin, "nfkc")}), Failure);
	EXPECT_THROW(naming_kind("glob"), Failure);
	EXPECT_THROW(naming_severity("fatal"), Failure);
}

TEST(Naming, RunawayPatternIsAViolationInTime)
{
	std::vector<NamingViolation> found = judge(object("table", std::string(62, 'a') + "!"), rule(regex, "^(a+)+$"));

	ASSERT_EQ(found.size(), 1u);
	EXPECT_NE(found[0].message.find("could not be compared"), std::string::npos);
}

TEST(Unicode, NormalForm)
{
	NamingViolation found = judge(object("table", "cafe\u0301s"), rule(builtin, "nfc")).at(0);

	EXPECT_EQ(found.suggestion, "caf\u00e9s");
	EXPECT_TRUE(judge(object("table", "caf\u00e9s"), rule(builtin, "nfc")).empty());
}

TEST(Unicode, OneScript)
{
	/* The third letter is Cyrillic. */
	NamingViolation found = judge(object("table", "u\u0455ers"), rule(builtin, "one_script")).at(0);

	EXPECT_EQ(found.message, "table name \"u\u0455ers\" mixes the scripts Latin and Cyrillic");
	EXPECT_EQ(found.suggestion, "users");
	EXPECT_TRUE(judge(object("table", "users_2"), rule(builtin, "one_script")).empty());
	EXPECT_TRUE(judge(object("table", "заказы_2"), rule(builtin, "one_script")).empty());
	EXPECT_TRUE(judge(object("table", "ユーザー一覧"), rule(builtin, "one_script")).empty());
	EXPECT_EQ(judge(object("table", "注文_id"), rule(builtin, "one_script")).size(), 1u);
	/* What the server appends to names is Latin. */
	EXPECT_TRUE(judge(object("primary key", "заказы_pkey"), rule(builtin, "one_script")).empty());
	EXPECT_TRUE(judge(object("index", "注文_id_idx"), rule(builtin, "one_script")).empty());
	EXPECT_EQ(judge(object("primary key", "u\u0455ers_pkey"), rule(builtin, "one_script")).size(), 1u);
}

TEST(Unicode, LookAlike)
{
	auto siblings = std::make_shared<NameSpace>();
	NamedObject users = object("table", "u\u0455ers");

	siblings->add("users");
	siblings->add("orders");
	siblings->add(users.name);
	users.siblings = siblings;

	EXPECT_EQ(judge(users, rule(builtin, "look_alike")).at(0).message,
			  "table name \"u\u0455ers\" looks like \"users\", which exists already");
	EXPECT_EQ(judge(users, rule(builtin, "look_alike")).at(0).suggestion, ""); /* users is taken */
	users.name = "orders";
	EXPECT_TRUE(judge(users, rule(builtin, "look_alike")).empty());
	users.name = "customers";
	EXPECT_TRUE(judge(users, rule(builtin, "look_alike")).empty());

	NamingRules rules({rule(builtin, "look_alike", "table")});

	EXPECT_TRUE(rules.need_siblings("table"));
	EXPECT_FALSE(rules.need_siblings("column"));
	EXPECT_FALSE(NamingRules({rule(builtin, "nfc")}).need_siblings("table"));
}

TEST(Unicode, Invisible)
{
	NamingViolation found = judge(object("table", "us\u200Bers"), rule(builtin, "invisible")).at(0);

	EXPECT_EQ(found.message, "table name \"us<U+200B>ers\" contains U+200B (ZERO WIDTH SPACE)");
	EXPECT_EQ(found.suggestion, "users");
	EXPECT_EQ(judge(object("table", "a\u00A0b\n"), rule(builtin, "invisible")).at(0).message,
			  "table name \"a<U+00A0>b<U+000A>\" contains U+00A0 (NO-BREAK SPACE), U+000A (<control-000A>)");
	EXPECT_TRUE(judge(object("table", "line items"), rule(builtin, "invisible")).empty());
}

TEST(Unicode, ReservedAndMixedCase)
{
	EXPECT_EQ(judge(object("table", "order"), rule(builtin, "reserved")).at(0).suggestion, "orders");
	EXPECT_EQ(judge(object("column", "default"), rule(builtin, "reserved")).at(0).suggestion, "default_value");
	EXPECT_TRUE(judge(object("table", "orders"), rule(builtin, "reserved")).empty());
	EXPECT_EQ(judge(object("column", "userId"), rule(builtin, "mixed_case")).at(0).suggestion, "user_id");
	EXPECT_TRUE(judge(object("column", "été"), rule(builtin, "mixed_case")).empty());
}

TEST(Cut, FindsWhatTheServerCut)
{
	std::string name(70, 'n');
	std::string cut(63, 'n');
	std::string umlaut = std::string(62, 'n') + "ä"; /* 64 bytes: cut to 62 */

	EXPECT_EQ(find_cut_identifier("CREATE TABLE " + name + " (id int)", cut, limits()), name);
	EXPECT_EQ(find_cut_identifier("create table S." + std::string(70, 'N') + "(id int)", cut, limits()), name);
	EXPECT_EQ(find_cut_identifier("CREATE TABLE \"" + umlaut + "\" (id int)", std::string(62, 'n'), limits()), umlaut);
	EXPECT_EQ(find_cut_identifier("CREATE TABLE " + cut + " (id int)", cut, limits()), "");
	EXPECT_EQ(find_cut_identifier("SELECT '" + name + "'", cut, limits()), "");
	EXPECT_EQ(find_cut_identifier("-- " + name + "\nSELECT 1", cut, limits()), "");
	EXPECT_EQ(find_cut_identifier("CREATE TABLE " + name, "nnn", limits()), "");

	NamedObject table = object("table", cut);

	table.written = name;
	EXPECT_EQ(judge(table, rule(builtin, "length")).at(0).message, "table name \"" + cut + "\" was cut at 63 bytes");
	EXPECT_TRUE(judge(object("table", cut), rule(builtin, "length")).empty());
}

TEST(Suggest, SnakeCase)
{
	auto table = [](const char *name) { return suggest_name("table", name, limits()); };

	EXPECT_EQ(table("OrderItems"), "order_items");
	EXPECT_EQ(table("HTTPServer"), "http_server");
	EXPECT_EQ(table("parseHTML5Document"), "parse_html5_document");
	EXPECT_EQ(table("userIDs"), "user_ids");
	EXPECT_EQ(table("orders"), "orders");
	EXPECT_EQ(table("line items (old)"), "line_items_old");
	EXPECT_EQ(table("__x__y__"), "x_y");
	EXPECT_EQ(table("Größe"), "grosse");
	EXPECT_EQ(table("ÉtatCivil"), "etat_civil");
	EXPECT_EQ(table("Æther"), "aether");
	EXPECT_EQ(table("Заказы"), "zakazy");
	EXPECT_EQ(table("O'Brien"), "obrien");
	EXPECT_EQ(table("2024_sales"), "t_2024_sales");
	EXPECT_EQ(table("order"), "orders");
	EXPECT_EQ(table("!!!"), "unnamed_table");
	EXPECT_EQ(table(""), "unnamed_table");
	EXPECT_EQ(suggest_name("primary key", "check", limits()), "check_key");
	EXPECT_EQ(table(std::string(80, 'x').c_str()), std::string(63, 'x'));
	EXPECT_EQ(table((std::string(62, 'x') + "Yz").c_str()), std::string(62, 'x'));
}

/* The rules of a preset that a name breaks, reserved words and Unicode apart. */
std::vector<std::string>
breaks(std::string_view preset, const NamedObject &object)
{
	std::vector<std::string> rules;

	for (const NamingViolation &found : NamingRules(naming_preset(preset)).judge(object, limits()))
		rules.push_back(found.rule);
	return rules;
}

using Names = std::vector<std::string>;

/* Names out of Django's own migrations and tests, 3.2 to 5. */
TEST(Preset, Django)
{
	for (const char *table :
		 {"auth_user", "auth_user_groups", "django_migrations", "django_content_type", "shop_orderitem"})
		EXPECT_EQ(breaks("django", object("table", table)), Names()) << table;
	EXPECT_EQ(breaks("django", object("table", "orders")), Names{"django: table"});
	EXPECT_EQ(breaks("django", object("primary key", "auth_group_pkey", "auth_group", {"id"})), Names());
	EXPECT_EQ(breaks("django", object("sequence", "auth_group_id_seq", "auth_group", {"id"})), Names());
	for (const char *key : {"auth_permission_content_type_id_2f476e4b_fk_django_co",
							"auth_group_permissions_group_id_b120cbf9_fk_auth_group_id"})
		EXPECT_EQ(breaks("django", object("foreign key", key, "auth_permission")), Names()) << key;
	EXPECT_EQ(breaks("django", object("foreign key", "auth_permission_content_type_id_fkey", "auth_permission",
									  {"content_type_id"})),
			  Names{"django: foreign key"});
	for (const char *unique : {"auth_group_name_key", "auth_permission_content_type_id_codename_01ab375a_uniq"})
		EXPECT_EQ(breaks("django", object("unique", unique, "auth_group")), Names()) << unique;
	for (const char *index :
		 {"auth_group_name_a6ea08ec_like", "auth_permission_content_type_id_2f476e4b", "shop_order_placed__5a2f3c_idx",
		  "shop_place_area_0a1b2c3d_id", "shop_doc_search_8f3e21_gin"})
		EXPECT_EQ(breaks("django", object("index", index, "shop_order")), Names()) << index;
	EXPECT_EQ(breaks("django", object("index", "by_date", "shop_order")), Names{"django: non-unique index"});
	EXPECT_EQ(breaks("django", object("check", "shop_order_quantity_check", "shop_order", {"quantity"})), Names());
}

/* Names of ActiveRecord, 6.1 to 8. */
TEST(Preset, Rails)
{
	for (const char *table : {"schema_migrations", "ar_internal_metadata", "order_items", "active_storage_blobs"})
		EXPECT_EQ(breaks("rails", object("table", table)), Names()) << table;
	EXPECT_EQ(breaks("rails", object("table", "OrderItems")), Names{"rails: table"});
	EXPECT_EQ(breaks("rails", object("index", "index_orders_on_customer_id_and_placed_at", "orders",
									 {"customer_id", "placed_at"})),
			  Names());
	EXPECT_EQ(breaks("rails", object("unique index", "index_users_on_lower_email", "users", {"lower"})), Names());
	EXPECT_EQ(breaks("rails", object("index", "index_comments_on_commentable", "comments",
									 {"commentable_type", "commentable_id"})),
			  Names());
	EXPECT_EQ(breaks("rails", object("index", "idx_on_a_rather_long_column_name_and_one_more_1a2b3c4d5e", "t", {"x"})),
			  Names());
	EXPECT_EQ(breaks("rails", object("index", "orders_total_idx", "orders", {"total"})), Names{"rails: index"});
	EXPECT_EQ(breaks("rails", object("foreign key", "fk_rails_3d31dad1cc", "orders")), Names());
	EXPECT_EQ(breaks("rails", object("foreign key", "orders_customer_id_fkey", "orders")), Names{"rails: foreign key"});
	EXPECT_EQ(breaks("rails", object("check", "chk_rails_8d5dc0bde6", "users")), Names());
	EXPECT_EQ(breaks("rails", object("unique", "uniq_rails_1e07660b77", "sections")), Names());
	EXPECT_EQ(breaks("rails", object("exclusion", "excl_rails_74c9160f55", "invoices")), Names());
}

/* Names of migrations that Prisma 3 to 6 wrote. */
TEST(Preset, Prisma)
{
	EXPECT_EQ(breaks("prisma", object("table", "OrderItem")), Names());
	EXPECT_EQ(breaks("prisma", object("table", "_prisma_migrations")), Names());
	EXPECT_EQ(breaks("prisma", object("column", "finished_at", "_prisma_migrations")), Names());
	EXPECT_EQ(breaks("prisma", object("table", "_CategoryToPost")), Names());
	EXPECT_EQ(breaks("prisma", object("column", "A", "_CategoryToPost")), Names());
	EXPECT_EQ(breaks("prisma", object("column", "createdAt", "Post")), Names());
	EXPECT_EQ(breaks("prisma", object("column", "created_at", "Post")), Names{"prisma: column"});
	EXPECT_EQ(breaks("prisma", object("table", "order_items")), Names{"prisma: table"});
	EXPECT_EQ(breaks("prisma", object("primary key", "Post_pkey", "Post", {"id"})), Names());
	EXPECT_EQ(breaks("prisma", object("primary key", "_CategoryToPost_AB_pkey", "_CategoryToPost", {"A", "B"})),
			  Names());
	EXPECT_EQ(breaks("prisma", object("foreign key", "Post_authorId_fkey", "Post", {"authorId"})), Names());
	EXPECT_EQ(breaks("prisma", object("unique index", "Profile_userId_key", "Profile", {"userId"})), Names());
	EXPECT_EQ(breaks("prisma", object("unique index", "Token_device_operatingSystem_key", "Token",
									  {"device", "operatingSystem"})),
			  Names());
	EXPECT_EQ(breaks("prisma", object("unique index", "_CategoryToPost_AB_unique", "_CategoryToPost", {"A", "B"})),
			  Names());
	EXPECT_EQ(breaks("prisma", object("index", "_CategoryToPost_B_index", "_CategoryToPost", {"B"})), Names());
	EXPECT_EQ(breaks("prisma", object("index", "Order_userId_idx", "Order", {"userId"})), Names());
	EXPECT_EQ(breaks("prisma", object("index", "order_user", "Order", {"userId"})), Names{"prisma: non-unique index"});
	EXPECT_EQ(breaks("prisma", object("sequence", "Image_id_seq", "Image", {"id"})), Names());
}

TEST(Preset, PrefixedPostgresqlAndUnknown)
{
	EXPECT_EQ(breaks("prefixed", object("primary key", "pk_orders", "orders", {"id"})), Names());
	EXPECT_EQ(breaks("prefixed", object("primary key", "orders_pkey", "orders", {"id"})),
			  Names{"prefixed: primary key"});
	EXPECT_EQ(breaks("prefixed", object("index", "idx_orders_total", "orders", {"total"})), Names());
	EXPECT_EQ(breaks("prefixed", object("unique index", "uq_orders_number", "orders", {"number"})), Names());
	EXPECT_EQ(breaks("prefixed", object("check", "total_positive", "orders", {"total"})), Names{"prefixed: check"});
	EXPECT_EQ(breaks("postgresql", object("foreign key", "orders_customer_id_fkey", "orders", {"customer_id"})),
			  Names());
	EXPECT_EQ(breaks("postgresql", object("table", "Orders")), Names{"postgresql: mixed_case"});
	EXPECT_THROW(naming_preset("hungarian"), Failure);
	for (std::string_view preset : naming_presets())
		EXPECT_NO_THROW(NamingRules(naming_preset(preset))) << preset;
}

TEST(Glob, ShellPatterns)
{
	EXPECT_TRUE(unicode::glob_match("*", ""));
	EXPECT_TRUE(unicode::glob_match("a*c*e", "abcde"));
	EXPECT_FALSE(unicode::glob_match("a*c*e", "abcd"));
	EXPECT_TRUE(unicode::glob_match("?", "ä"));
	EXPECT_FALSE(unicode::glob_match("?", ""));
	EXPECT_TRUE(unicode::glob_match("[a-c]x[!0-9]", "bxy"));
	EXPECT_FALSE(unicode::glob_match("[a-c]x[!0-9]", "bx5"));
	EXPECT_TRUE(unicode::glob_match("[]]", "]"));
	EXPECT_TRUE(unicode::glob_match("[", "["));
	EXPECT_TRUE(unicode::glob_match("\\*", "*"));
	EXPECT_FALSE(unicode::glob_match("\\*", "x"));
	EXPECT_FALSE(unicode::glob_match("a*a*a*a*a*a*a*b", std::string(60, 'a')));
}

} // namespace
