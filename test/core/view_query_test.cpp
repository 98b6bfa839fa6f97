/*
 * The same view as servers before 16 and those after show it: what 15.20 and 18.6 printed for one CREATE VIEW.
 */
#include "schema_guard/core/text/view_query.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

std::string
of_15(const char *query)
{
	return sql::view_query(query, 150000);
}

TEST(ViewQuery, OneRelationHasNoPrefixes)
{
	EXPECT_EQ(of_15("SELECT t.t,\n    t.a,\n    t.f(t.a) AS f,\n    (t.c).f AS cf,\n    t.arr[1] AS x1,\n"
					"    ROW(t.*::t.t)::t.t AS whole,\n    t.b::t.comp AS bc\n   FROM t.t"),
			  "SELECT t,\n    a,\n    t.f(a) AS f,\n    (c).f AS cf,\n    arr[1] AS x1,\n"
			  "    ROW(t.*::t.t)::t.t AS whole,\n    b::t.comp AS bc\n   FROM t.t");
	EXPECT_EQ(of_15("SELECT \"we ird\".a AS \"A \"\"q\"\n   FROM t.t \"we ird\""),
			  "SELECT a AS \"A \"\"q\"\n   FROM t.t \"we ird\"");
	EXPECT_EQ(of_15("SELECT DISTINCT ON (t.a) t.a,\n    't.a'::text AS z\n   FROM ONLY t.t TABLESAMPLE bernoulli (50)\n"
					"  WHERE ((t.b COLLATE \"C\") > 'x'::text)"),
			  "SELECT DISTINCT ON (a) a,\n    't.a'::text AS z\n   FROM ONLY t.t TABLESAMPLE bernoulli (50)\n"
			  "  WHERE ((b COLLATE \"C\") > 'x'::text)");
	EXPECT_EQ(
		of_15("SELECT t.a\n   FROM t.t\n  WHERE (t.a IS DISTINCT FROM t.b)\n  GROUP BY t.a\n HAVING (max(t.t) > 2)"),
		"SELECT a\n   FROM t.t\n  WHERE (a IS DISTINCT FROM b)\n  GROUP BY a\n HAVING (max(t) > 2)");
}

TEST(ViewQuery, FunctionsSubqueriesAndValues)
{
	EXPECT_EQ(of_15("SELECT g.g\n   FROM generate_series(1, 10) g(g)"),
			  "SELECT g\n   FROM generate_series(1, 10) g(g)");
	EXPECT_EQ(
		of_15("SELECT r.a\n   FROM ROWS FROM(generate_series(1, 2), generate_series(1, 3)) WITH ORDINALITY r(a, b, o)"),
		"SELECT a\n   FROM ROWS FROM(generate_series(1, 2), generate_series(1, 3)) WITH ORDINALITY r(a, b, o)");
	EXPECT_EQ(of_15("SELECT u.x\n   FROM ( VALUES (1), (2)) u(x)"), "SELECT x\n   FROM ( VALUES (1), (2)) u(x)");
	EXPECT_EQ(of_15("SELECT s.a\n   FROM ( SELECT t.a\n           FROM t.t) s"),
			  "SELECT a\n   FROM ( SELECT t.a\n           FROM t.t) s");
}

/* A subquery's names have prefixes on every server, also those that lead out of it. */
TEST(ViewQuery, SubqueriesStayAsTheyAre)
{
	EXPECT_EQ(
		of_15("WITH w AS (\n         SELECT w.a\n           FROM w\n        )\n SELECT w.a,\n    ( SELECT max(x.a) AS "
			  "max\n"
			  "           FROM x\n          WHERE (x.a = w.a)) AS m\n   FROM w"),
		"WITH w AS (\n         SELECT w.a\n           FROM w\n        )\n SELECT a,\n    ( SELECT max(x.a) AS max\n"
		"           FROM x\n          WHERE (x.a = w.a)) AS m\n   FROM w");
}

TEST(ViewQuery, SeveralRelationsKeepTheirPrefixes)
{
	for (const char *query :
		 {"SELECT a.x\n   FROM a,\n    b", "SELECT a.x\n   FROM (a\n     JOIN b ON ((a.x = b.x)))",
		  "SELECT j.x\n   FROM (a\n     CROSS JOIN b) j(x, y)", "SELECT a.x\n   FROM a\nUNION\n SELECT b.x\n   FROM b",
		  "VALUES (1)", "SELECT 1 AS x", "SELECT 'unfinished"})
		EXPECT_EQ(of_15(query), query);
}

/* Without it, ORDER BY would mean the column of the result. */
TEST(ViewQuery, OrderByKeepsThePrefixThatMatters)
{
	EXPECT_EQ(of_15("SELECT t.a AS b,\n    t.b AS a\n   FROM t.t\n  ORDER BY t.a, t.d, (t.a + 1)"),
			  "SELECT a AS b,\n    b AS a\n   FROM t.t\n  ORDER BY t.a, d, (a + 1)");
}

TEST(ViewQuery, WhatOnlyLaterServersSpellOut)
{
	EXPECT_EQ(sql::view_query("SELECT XMLSERIALIZE(CONTENT x AS text NO INDENT) AS x\n   FROM s.t", 160000),
			  "SELECT XMLSERIALIZE(CONTENT x AS text) AS x\n   FROM s.t");
	EXPECT_EQ(sql::view_query("SELECT t.a\n   FROM s.t", 180000), "SELECT t.a\n   FROM s.t");
}

} // namespace
} // namespace schema_guard
