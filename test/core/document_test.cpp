/*
 * document_test.cpp - documents of schemas, and fingerprints.
 */
#include "schema_guard/core/catalog/document.hpp"
#include "schema_guard/core/catalog/fingerprint.hpp"
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/selective.hpp"
#include "schema_guard/core/failure.hpp"

#include <gtest/gtest.h>

namespace schema_guard::catalog {

namespace {

Catalog
two_schemas(const std::string &second, uint32_t first_oid)
{
	Catalog catalog;

	for (const std::string &name : {std::string("a"), second}) {
		Object object(schema_kind);

		object.identity = {name};
		object.address = {2615, first_oid++, 0};
		object.set("owner", "postgres");
		catalog.add(std::move(object));
	}
	catalog.finish();
	return catalog;
}

std::string
refusal(const Document &document)
{
	try {
		(void) to_catalog(document);
	} catch (const Failure &failure) {
		EXPECT_STREQ(failure.sqlstate, sqlstate::invalid_parameter);
		return failure.message;
	}
	return "";
}

/* No hash, but different for different texts. */
std::string
same(std::string_view text)
{
	return std::string(text);
}

std::string
whole(const Catalog &catalog, const std::set<std::string> &ignored = {})
{
	return fingerprints(
			   catalog, same, [](const Object &) { return true; }, ignored)
		.whole;
}

} // namespace

TEST(Document, SaysTheSameWhatItIsReadFrom)
{
	Catalog catalog = two_schemas("b", 20000);
	Catalog again = to_catalog(to_document(catalog));

	ASSERT_EQ(again.size(), 2u);
	EXPECT_EQ(again[0].canonical(), catalog[0].canonical());
	EXPECT_EQ(again[1].canonical(), catalog[1].canonical());
	EXPECT_EQ(whole(again), whole(catalog));
}

TEST(Document, IsRefusedWhenHalfOrUnknown)
{
	Document good = to_document(two_schemas("b", 20000)), bad;

	EXPECT_EQ(refusal(good), "");
	bad = good;
	bad.objects.pop_back();
	EXPECT_EQ(refusal(bad), "the snapshot cannot be read: it says that it has 2 objects and has 1");
	bad = good;
	bad.format = 2;
	EXPECT_EQ(refusal(bad), "the snapshot is of format 2, this release of schema_guard reads up to 1");
	bad = good;
	bad.objects[1].depends_on = {7};
	EXPECT_EQ(refusal(bad),
			  "the snapshot cannot be read: object 2 (schema \"b\") depends on object 7, which is not there");
	bad = good;
	bad.objects[1].parent = 9;
	EXPECT_EQ(refusal(bad),
			  "the snapshot cannot be read: object 2 (schema \"b\") is part of object 9, which is not there");
	bad = good;
	bad.objects[1].number = 1;
	EXPECT_EQ(refusal(bad), "the snapshot cannot be read: object 1 (schema \"b\") has the number of another, or none");
	bad = good;
	bad.objects[1].identity = {"a"};
	EXPECT_EQ(refusal(bad), "the snapshot cannot be read: object 2 (schema \"a\") is there twice");
	bad = good;
	bad.objects[0].parent = 2;
	bad.objects[1].parent = 1;
	EXPECT_EQ(refusal(bad), "the snapshot cannot be read: schema a is part of itself");
	bad = good;
	bad.objects[1].kind = "starship";
	EXPECT_NE(refusal(bad).find("does not know"), std::string::npos);
	bad = good;
	bad.objects[1].properties.emplace_back("warp", "9");
	EXPECT_NE(refusal(bad).find("\"warp\""), std::string::npos);
}

TEST(Fingerprint, FollowsTextsNotAddresses)
{
	EXPECT_EQ(whole(two_schemas("b", 20000)), whole(two_schemas("b", 30000)));
	EXPECT_NE(whole(two_schemas("b", 20000)), whole(two_schemas("c", 20000)));

	Catalog owned = two_schemas("b", 20000);

	owned[0].set("owner", "alice");
	EXPECT_NE(whole(two_schemas("b", 20000)), whole(owned));
	EXPECT_EQ(whole(two_schemas("b", 20000), {"owner"}), whole(owned, {"owner"}));
}

TEST(Fingerprint, OfAColumnIsItsPlaceNotItsNumber)
{
	auto table = [](int second) {
		Catalog catalog;
		Object whole(table_kind);

		whole.identity = {"public", "t"};
		whole.address = {1259, 20000, 0};
		catalog.add(std::move(whole));
		for (int number : {1, second}) {
			Object column(column_kind);

			column.identity = {"public", "t", number == 1 ? "a" : "b"};
			column.address = {1259, 20000, number};
			column.set("position", std::to_string(number));
			catalog.add(std::move(column));
		}
		catalog.finish();
		return catalog;
	};

	EXPECT_EQ(whole(table(2)), whole(table(10)));
	EXPECT_NE(whole(table(2)), whole(table(-1)));
}

/* A touched object is read by the query of its kind, or what it is part of is; no query runs for nothing. */
TEST(SelectiveQueries, SayWhichCatalogsTheyAreFor)
{
	for (int version : {150000, 160000, 170000, 180000})
		for (const SelectiveQuery &query : selective_queries(version)) {
			EXPECT_FALSE(query.catalogs.empty()) << query.kind->name;
			EXPECT_NE(query.sql.find("$1"), std::string::npos) << query.kind->name;
		}
	EXPECT_EQ(wanted_catalogs("SELECT FROM pg_class c WHERE c.oid = ANY ($1)"), std::vector<uint32_t>{1259});
	EXPECT_EQ(wanted_catalogs("SELECT FROM pg_policy p WHERE p.polrelid = ANY ($1)"), std::vector<uint32_t>{1259});
	EXPECT_EQ(
		wanted_catalogs("FROM pg_type t JOIN pg_constraint c ON true WHERE (c.oid = ANY ($1) OR t.oid = ANY ($1))"),
		(std::vector<uint32_t>{2606, 1247}));
	/* The parts of a UNION may call different catalogs the same. */
	EXPECT_EQ(wanted_catalogs("FROM pg_amop m WHERE m.oid = ANY ($1) UNION ALL SELECT FROM pg_amproc m"),
			  (std::vector<uint32_t>{2602, 2603}));
	EXPECT_TRUE(wanted_catalogs("SELECT FROM somewhere s WHERE s.oid = ANY ($1)").empty());
}

} // namespace schema_guard::catalog
