#include "schema_guard/core/catalog/written.hpp"

#include "kind_helpers.hpp"

#include <gtest/gtest.h>

using namespace schema_guard;
using namespace schema_guard::catalog;

namespace {

constexpr uint32_t pg_class = 1259;

/* Tables of two columns with an index each: of table 10 it is 110. */
class Indexes {
public:
	void add_table(uint32_t table, const char *first, const char *second, const char *type)
	{
		shapes_.add(object("column", {"public", "t", second}, {{"type", type}}, {pg_class, table, 2}));
		shapes_.add(object("column", {"public", "t", first}, {{"type", "integer"}}, {pg_class, table, 1}));
	}

	void add_index(uint32_t table, std::optional<std::string_view> key)
	{
		Rows rows;
		Object index = object("index", {"public", "i" + std::to_string(table)}, {}, {pg_class, table + 100, 0},
							  {pg_class, table, 0});

		rows.columns = {"key"};
		rows.add(key);
		unwritten_.add(rows, 0, index, catalog_.size());
		catalog_.add(std::move(index));
	}

	std::set<uint32_t> ask() { return unwritten_.ask(); }

	/* Each is written "of OID", but for those that are gone. */
	void write(const std::set<uint32_t> &oids, const std::set<uint32_t> &gone = {})
	{
		std::vector<Object> written;

		for (uint32_t oid : oids) {
			written.push_back(object("index", {"public", "i"}, {}, {pg_class, oid, 0}));
			if (gone.count(oid) == 0)
				written.back().set("definition", "of " + std::to_string(oid));
		}
		unwritten_.take(written, catalog_);
	}

	/* Of each index in the order they were added; "-" where there is none. */
	std::string definitions() const
	{
		std::string all;

		for (const Object &index : catalog_)
			all += (all.empty() ? "" : ", ") + index.value("definition").value_or("-");
		return all;
	}

private:
	Catalog catalog_;
	Shapes shapes_;
	Unwritten unwritten_{*kind("index"), shapes_};
};

} // namespace

TEST(Written, AlikeIsWrittenOnce)
{
	Indexes indexes;

	for (uint32_t table : {10, 11, 12}) {
		indexes.add_table(table, "a", "b", "text");
		indexes.add_index(table, "1 2");
	}
	EXPECT_EQ(indexes.ask(), std::set<uint32_t>({110}));
	indexes.write(indexes.ask());
	EXPECT_EQ(indexes.definitions(), "of 110, of 110, of 110");
	EXPECT_TRUE(indexes.ask().empty());
}

TEST(Written, AnotherKeyOrOtherColumnsAreNotAlike)
{
	Indexes indexes;

	indexes.add_table(10, "a", "b", "text");
	indexes.add_index(10, "1 2");
	/* Another key, names the other way round, a type, a table of unknown columns, and a second one of these. */
	indexes.add_table(11, "a", "b", "text");
	indexes.add_index(11, "2 1");
	indexes.add_table(12, "b", "a", "text");
	indexes.add_index(12, "1 2");
	indexes.add_table(13, "a", "b", "character varying");
	indexes.add_index(13, "1 2");
	indexes.add_index(14, "1 2");
	indexes.add_index(15, "1 2");
	EXPECT_EQ(indexes.ask(), std::set<uint32_t>({110, 111, 112, 113, 114, 115}));
	indexes.write(indexes.ask());
	EXPECT_EQ(indexes.definitions(), "of 110, of 111, of 112, of 113, of 114, of 115");
}

/* "t IS NOT NULL" has the name of the table. */
TEST(Written, ARowAsAWholeIsNamedByItsTable)
{
	Indexes indexes;

	for (uint32_t table : {10, 11}) {
		indexes.add_table(table, "a", "b", "text");
		indexes.add_index(table, "{NULLTEST :arg {VAR :varno 1 :varattno 0 :vartype 16400}}");
	}
	EXPECT_EQ(indexes.ask(), std::set<uint32_t>({110, 111}));
}

TEST(Written, NothingToWriteIsNotAsked)
{
	Indexes indexes;

	indexes.add_table(10, "a", "b", "text");
	indexes.add_index(10, std::nullopt);
	EXPECT_TRUE(indexes.ask().empty());
	EXPECT_EQ(indexes.definitions(), "-");
}

/* Another session drops what was asked: the others are still there. */
TEST(Written, WhatIsDroppedMeanwhileStandsForNobody)
{
	Indexes indexes;

	for (uint32_t table : {10, 11, 12}) {
		indexes.add_table(table, "a", "b", "text");
		indexes.add_index(table, "1 2");
	}
	indexes.write(indexes.ask(), {110});
	EXPECT_EQ(indexes.ask(), std::set<uint32_t>({111}));
	indexes.write({}, {});
	EXPECT_EQ(indexes.ask(), std::set<uint32_t>({112}));
	indexes.write(indexes.ask());
	EXPECT_EQ(indexes.definitions(), "-, -, of 112");
	EXPECT_TRUE(indexes.ask().empty());
}

TEST(Written, WhenAllAreGoneItEnds)
{
	Indexes indexes;

	indexes.add_table(10, "a", "b", "text");
	indexes.add_index(10, "1");
	indexes.write(indexes.ask(), {110});
	EXPECT_TRUE(indexes.ask().empty());
}
