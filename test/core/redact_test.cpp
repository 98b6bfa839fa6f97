/* What the log keeps of a statement must not hold a secret, and must hold the rest. */
#include "schema_guard/core/policy/redact.hpp"
#include "schema_guard/core/text/lexer.hpp"

#include <gtest/gtest.h>

using namespace schema_guard;

static std::string
tokens_of(std::string_view sql, bool backslash_escapes = false)
{
	constexpr char letters[] = "wqsbnp";
	lexer::Tokens lexed = lexer::tokenize(sql, backslash_escapes);
	std::string result;

	for (const lexer::Token &token : lexed.tokens) {
		result += result.empty() ? "" : " ";
		if (token.kind != lexer::TokenKind::symbol)
			result += letters[static_cast<int>(token.kind)];
		result += "<" + std::string(token.in(sql)) + ">";
	}
	return lexed.complete ? result : result + " incomplete";
}

TEST(Lexer, Literals)
{
	EXPECT_EQ(tokens_of("'a''b'"), "s<'a''b'>");
	EXPECT_EQ(tokens_of("E'a\\'b' x"), "s<E'a\\'b'> w<x>");
	EXPECT_EQ(tokens_of("'a\\' x"), "s<'a\\'> w<x>");
	EXPECT_EQ(tokens_of("'a\\' x'", true), "s<'a\\' x'>");
	EXPECT_EQ(tokens_of("u&'a\\0061' n'b' X'1f'"), "s<u&'a\\0061'> s<n'b'> b<X'1f'>");
	EXPECT_EQ(tokens_of("typE'x'"), "w<typE> s<'x'>");
	EXPECT_EQ(tokens_of("u & 'x'"), "w<u> <&> s<'x'>");
	EXPECT_EQ(tokens_of("$$a'b$$ $x$ $$ $y$ $x$ $1 $ a$b$c"), "s<$$a'b$$> s<$x$ $$ $y$ $x$> p<$1> <$> w<a$b$c>");
	EXPECT_EQ(tokens_of("\"a\"\"'b\" U&\"x\""), "q<\"a\"\"'b\"> q<U&\"x\">");
	EXPECT_EQ(tokens_of("1.5e-3 .5 10"), "n<1.5e-3> n<.5> n<10>");
}

TEST(Lexer, Continuation)
{
	EXPECT_EQ(tokens_of("'a'\n'b'"), "s<'a'\n'b'>");
	EXPECT_EQ(tokens_of("'a' 'b'"), "s<'a'> s<'b'>");
	EXPECT_EQ(tokens_of("'a' -- x\n \n--'y'\n 'b'"), "s<'a' -- x\n \n--'y'\n 'b'>");
	EXPECT_EQ(tokens_of("'a' /* */\n 'b'"), "s<'a'> s<'b'>");
	EXPECT_EQ(tokens_of("E'a'\n'\\'b'"), "s<E'a'\n'\\'b'>");
	EXPECT_EQ(tokens_of("'a'\n--"), "s<'a'>");
	EXPECT_EQ(tokens_of("$$a$$\n'b'"), "s<$$a$$> s<'b'>");
}

TEST(Lexer, Comments)
{
	EXPECT_EQ(tokens_of("a /* /* ' */ b */ c"), "w<a> w<c>");
	EXPECT_EQ(tokens_of("a--'\nb"), "w<a> w<b>");
	EXPECT_EQ(tokens_of("+--'\n-"), "<+> <->");
	EXPECT_EQ(tokens_of("*/*x*/*"), "<*> <*>");
	EXPECT_EQ(lexer::skip_blank(" -- x\n /* y */ z"), 15u);
	EXPECT_EQ(lexer::skip_blank("/* y"), 4u);
}

TEST(Lexer, Incomplete)
{
	for (const char *sql : {"'a", "E'a\\", "E'a\\'", "\"a", "$$a", "$a$ $$", "/* a", "/* /* */", "'a'\n'b"})
		EXPECT_FALSE(lexer::tokenize(sql).complete) << sql;
}

struct Spelling {
	Secrets secrets;
	const char *sql;
	const char *shown;
};

TEST(Redact, Spellings)
{
	const Spelling spellings[] = {
		{Secrets::roles, "CREATE ROLE r PASSWORD 'CANARY'", "CREATE ROLE r PASSWORD '********'"},
		{Secrets::roles, "create user r password 'CANARY' nologin", "create user r password '********' nologin"},
		{Secrets::roles, "ALTER ROLE r ENCRYPTED PASSWORD 'CANARY'", "ALTER ROLE r ENCRYPTED PASSWORD '********'"},
		{Secrets::roles, "ALTER USER r UNENCRYPTED PASSWORD 'CANARY'", "ALTER USER r UNENCRYPTED PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD E'CAN\\'ARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD e'\\\\CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD 'it''s CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD $$CANARY$$", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD $q$CAN$$'ARY$q$", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD U&'CANARY\\0041'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD U&'CANARY!0041' UESCAPE '!' LOGIN",
		 "ALTER ROLE r PASSWORD '********' LOGIN"},
		{Secrets::roles, "ALTER ROLE r PASSWORD N'CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD 'CAN'\n'ARY'\n\t'CANARY' LOGIN",
		 "ALTER ROLE r PASSWORD '********' LOGIN"},
		{Secrets::roles, "ALTER ROLE r PASSWORD 'CAN' -- CANARY\n'ARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD/**/'CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD /* CANARY /* nested */ */ 'CANARY'",
		 "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r -- PASSWORD 'x\nPASSWORD 'CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD 'CANARY' -- was CANARY", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "/* CANARY */ ALTER ROLE r PASSWORD 'CANARY'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD'CANARY'VALID UNTIL'2030-01-01'",
		 "ALTER ROLE r PASSWORD'********'VALID UNTIL'2030-01-01'"},
		{Secrets::roles, "ALTER ROLE r VALID UNTIL 'infinity' PASSWORD 'CANARY'",
		 "ALTER ROLE r VALID UNTIL 'infinity' PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r VALID UNTIL U&'!0032030-01-01' UESCAPE '!' PASSWORD 'CANARY'",
		 "ALTER ROLE r VALID UNTIL U&'!0032030-01-01' UESCAPE '!' PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE \"PASSWORD 'x'\" PASSWORD 'CANARY'",
		 "ALTER ROLE \"PASSWORD 'x'\" PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD 'SCRAM-SHA-256$4096:CANARY$a:b'", "ALTER ROLE r PASSWORD '********'"},
		{Secrets::roles, "ALTER ROLE r\n\tPASSWORD\n\t'CANARY'", "ALTER ROLE r\n\tPASSWORD\n\t'********'"},
		{Secrets::roles, "ALTER ROLE r PASSWORD NULL", "ALTER ROLE r PASSWORD NULL"},

		{Secrets::strings, "CREATE SUBSCRIPTION s CONNECTION 'host=h password=CANARY' PUBLICATION p",
		 "CREATE SUBSCRIPTION s CONNECTION '********' PUBLICATION p"},
		{Secrets::strings, "ALTER SUBSCRIPTION s CONNECTION E'password=''CANARY'''",
		 "ALTER SUBSCRIPTION s CONNECTION '********'"},
		{Secrets::strings, "ALTER SUBSCRIPTION s CONNECTION 'postgres://u:CANARY@h/d'",
		 "ALTER SUBSCRIPTION s CONNECTION '********'"},

		{Secrets::options, "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'CANARY')",
		 "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user '********', password '********')"},
		{Secrets::options, "ALTER USER MAPPING FOR u SERVER s OPTIONS (SET password $$CANARY$$, DROP x)",
		 "ALTER USER MAPPING FOR u SERVER s OPTIONS (SET password '********', DROP x)"},
		{Secrets::options, "CREATE SERVER s TYPE 't' FOREIGN DATA WRAPPER w OPTIONS(\"Key\" 'CANARY')",
		 "CREATE SERVER s TYPE 't' FOREIGN DATA WRAPPER w OPTIONS(\"Key\" '********')"},
		{Secrets::options,
		 "CREATE FOREIGN TABLE t (a text DEFAULT 'd' OPTIONS (k 'CANARY') CHECK (a <> 'x')) SERVER s OPTIONS (k "
		 "'CANARY')",
		 "CREATE FOREIGN TABLE t (a text DEFAULT 'd' OPTIONS (k '********') CHECK (a <> 'x')) SERVER s OPTIONS (k "
		 "'********')"},
		{Secrets::options, "ALTER FOREIGN TABLE t OPTIONS (ADD k 'CANARY'), ALTER a SET DEFAULT 'd'",
		 "ALTER FOREIGN TABLE t OPTIONS (ADD k '********'), ALTER a SET DEFAULT 'd'"},

		{Secrets::setting, "ALTER SYSTEM SET primary_conninfo = 'password=CANARY'",
		 "ALTER SYSTEM SET primary_conninfo = '********'"},
		{Secrets::setting, "ALTER ROLE r SET app.secret TO CANARY, 'CANARY'",
		 "ALTER ROLE r SET app.secret TO '********'"},
		{Secrets::setting, "ALTER DATABASE d SET app.token='CANARY'", "ALTER DATABASE d SET app.token='********'"},
		{Secrets::setting, "ALTER ROLE set SET app.token TO 4711", "ALTER ROLE set SET app.token TO '********'"},
		{Secrets::setting, "ALTER SYSTEM RESET primary_conninfo", "ALTER SYSTEM RESET primary_conninfo"},

		{Secrets::connections, "CREATE TABLE t AS SELECT * FROM dblink('host=h password=CANARY', 'select 1')",
		 "CREATE TABLE t AS SELECT * FROM dblink('********', 'select 1')"},
		{Secrets::connections, "CREATE VIEW v AS SELECT dblink('postgresql://u:CANARY@h/d', 'x')",
		 "CREATE VIEW v AS SELECT dblink('********', 'x')"},
		{Secrets::connections, "CREATE VIEW v AS SELECT f('PassWord  = CANARY')",
		 "CREATE VIEW v AS SELECT f('********')"},
		{Secrets::connections, "CREATE TABLE t(a int) /* password=CANARY */ WITH (fillfactor=70)",
		 "CREATE TABLE t(a int) WITH (fillfactor=70)"},
		{Secrets::connections, "CREATE TABLE t(a int) -- password=CANARY", "CREATE TABLE t(a int)"},
		{Secrets::connections, "CREATE TABLE t(a text DEFAULT 'http://h:80/a@b') -- kept",
		 "CREATE TABLE t(a text DEFAULT 'http://h:80/a@b') -- kept"},
		{Secrets::connections, "CREATE TABLE users(password text /* hashed */)",
		 "CREATE TABLE users(password text /* hashed */)"},

		{Secrets::literals, "UPDATE pg_authid SET rolpassword = 'CANARY', rolconnlimit = 5 WHERE rolname = $$CANARY$$",
		 "UPDATE pg_authid SET rolpassword = '********', rolconnlimit = ? WHERE rolname = '********'"},
	};

	for (const Spelling &spelling : spellings) {
		std::optional<std::string> shown = redact(spelling.sql, spelling.secrets);

		ASSERT_TRUE(shown.has_value()) << spelling.sql;
		EXPECT_EQ(*shown, spelling.shown);
		EXPECT_EQ(shown->find("CANARY"), std::string::npos);
	}
}

/* 'a\' ends where standard_conforming_strings says: unless both readings agree, nothing is shown. */
TEST(Redact, AmbiguousOrBrokenTextIsNotShown)
{
	EXPECT_FALSE(redact("ALTER ROLE r PASSWORD 'a\\' LOGIN --'", Secrets::roles).has_value());
	EXPECT_FALSE(redact("ALTER ROLE r PASSWORD 'CANARY\\'", Secrets::roles).has_value());
	EXPECT_EQ(redact("ALTER ROLE r PASSWORD 'a\\b'", Secrets::roles), "ALTER ROLE r PASSWORD '********'");
	EXPECT_FALSE(redact("ALTER ROLE r PASSWORD 'CANARY", Secrets::roles).has_value());
	EXPECT_FALSE(redact("ALTER ROLE r /* PASSWORD 'CANARY'", Secrets::roles).has_value());
}

TEST(Redact, Parameters)
{
	for (const char *name : {"primary_conninfo", "SSL_PASSPHRASE_COMMAND", "app.password", "app.api_key", "jwt.secret"})
		EXPECT_TRUE(is_secret_parameter(name)) << name;
	for (const char *name : {"work_mem", "password_encryption", "search_path", "schema_guard.migration"})
		EXPECT_FALSE(is_secret_parameter(name)) << name;
}
