/*
 * What the kinds of indexes and constraints write.
 */
#include "kind_helpers.hpp"

#include <gtest/gtest.h>

namespace schema_guard {
namespace {

using catalog::Catalog;
using catalog::Object;

constexpr uint32_t pg_class = 1259, pg_constraint = 2606, pg_inherits = 2611, pg_namespace = 2615;
constexpr ScriptOptions online{150000, true};

/* The schema stands for the table: what matters is that the parent was there before. */
Object
parent()
{
	return object("schema", {"s"}, {}, {pg_namespace, 1, 0});
}

Object
index(std::initializer_list<std::pair<const char *, const char *>> properties, const char *name = "i",
	  uint32_t oid = 10)
{
	Object made = object("index", {"s", name}, properties, {pg_class, oid, 0}, {pg_namespace, 1, 0});

	if (!made.has("table"))
		made.set("table", "t");
	if (!made.has("definition"))
		made.set("definition", "USING btree (a)");
	return made;
}

Object
constraint(const char *type, const char *definition,
		   std::initializer_list<std::pair<const char *, const char *>> properties = {}, uint32_t oid = 20)
{
	Object made = object("constraint", {"s", "t", "k"}, properties, {pg_constraint, oid, 0}, {pg_namespace, 1, 0});

	made.set("type", type);
	made.set("definition", definition);
	return made;
}

/* Created by a script that finds the parent there. */
std::string
created_online(const Object &object)
{
	Catalog before = catalog_of({parent()}), after = catalog_of({parent(), object});
	Script script(online, &before, &after);

	object.kind().create(*after.at(object.address), after, script);
	return text(script);
}

TEST(Index, StorageStandsBeforeThePredicateOnly)
{
	EXPECT_EQ(
		created(index({{"definition", "USING btree (strpos(a, ' WHERE '), \" WHERE \") INCLUDE (c) WHERE (b > 0)"},
					   {"unique", "true"},
					   {"options", "{fillfactor=70}"},
					   {"tablespace", "fast disk"}})),
		"CREATE UNIQUE INDEX i ON s.t USING btree (strpos(a, ' WHERE '), \" WHERE \") INCLUDE (c) WITH "
		"(fillfactor='70') TABLESPACE \"fast disk\" WHERE (b > 0);\n");
	EXPECT_EQ(created(index({{"definition", "USING gin (\"it''s ( \"\" WHERE x\")"}, {"options", "{fastupdate=off}"}})),
			  "CREATE INDEX i ON s.t USING gin (\"it''s ( \"\" WHERE x\") WITH (fastupdate='off');\n");
}

TEST(Index, MarksFollow)
{
	EXPECT_EQ(created(index({{"statistics", "{1=100,2=5}"},
							 {"clustered", "true"},
							 {"replica_identity", "true"},
							 {"depends_on_extensions", "{e}"}},
							"a b")),
			  "CREATE INDEX \"a b\" ON s.t USING btree (a);\n"
			  "ALTER INDEX s.\"a b\" ALTER COLUMN 1 SET STATISTICS 100;\n"
			  "ALTER INDEX s.\"a b\" ALTER COLUMN 2 SET STATISTICS 5;\n"
			  "ALTER TABLE s.t CLUSTER ON \"a b\";\n"
			  "ALTER TABLE ONLY s.t REPLICA IDENTITY USING INDEX \"a b\";\n"
			  "ALTER INDEX s.\"a b\" DEPENDS ON EXTENSION e;\n");
}

TEST(Index, PartitionedOnesAreMadeAlone)
{
	EXPECT_EQ(created(index({{"partitioned", "true"}})), "CREATE INDEX i ON ONLY s.t USING btree (a);\n");
	EXPECT_EQ(created_online(index({{"partitioned", "true"}})), "CREATE INDEX i ON ONLY s.t USING btree (a);\n");
	EXPECT_EQ(
		altered(index({{"partitioned", "true"}}), index({{"partitioned", "true"}, {"options", "{fillfactor=70}"}})),
		"replace");
}

TEST(Index, InvalidOnesAreRepairedNeverMade)
{
	EXPECT_EQ(created(index({{"invalid", "true"}})), "");
	EXPECT_EQ(altered(index({{"invalid", "true"}}), index({})), "REINDEX INDEX s.i;\n");
	EXPECT_EQ(altered(index({{"invalid", "true"}}), index({}), online), "REINDEX INDEX CONCURRENTLY s.i;\n");
	EXPECT_EQ(altered(index({}), index({{"invalid", "true"}})), "");
}

TEST(Index, AltersInPlace)
{
	EXPECT_EQ(altered(index({{"options", "{deduplicate_items=off,fillfactor=50}"}, {"statistics", "{1=5,2=6}"}}),
					  index({{"options", "{fillfactor=60}"}, {"statistics", "{2=7,3=8}"}, {"tablespace", "x"}})),
			  "ALTER INDEX s.i RESET (deduplicate_items);\n"
			  "ALTER INDEX s.i SET (fillfactor='60');\n"
			  "ALTER INDEX s.i SET TABLESPACE x;\n"
			  "ALTER INDEX s.i ALTER COLUMN 1 SET STATISTICS -1;\n"
			  "ALTER INDEX s.i ALTER COLUMN 2 SET STATISTICS 7;\n"
			  "ALTER INDEX s.i ALTER COLUMN 3 SET STATISTICS 8;\n");
	EXPECT_EQ(altered(index({{"tablespace", "x"}}), index({})), "ALTER INDEX s.i SET TABLESPACE pg_default;\n");
	EXPECT_EQ(altered(index({}), index({{"unique", "true"}})), "replace");
}

TEST(Index, OptionsThatTouchEntriesLockMore)
{
	auto lock = [](const char *options) {
		Script script({});
		Catalog before = catalog_of({index({})}), after = catalog_of({index({{"options", options}})});
		EXPECT_TRUE(before[0].property(0).alter({before[0], after[0], before, after, script.options()}, script));
		return script.statements().at(0).form->lock;
	};

	EXPECT_EQ(lock("{fillfactor=70}"), Lock::share_update_exclusive);
	EXPECT_EQ(lock("{fastupdate=off}"), Lock::access_exclusive);
}

/* CLUSTER ON the one takes the mark from the other: whichever comes last must not undo it. */
TEST(Index, TheClusterMarkMoves)
{
	Catalog before = catalog_of({parent(), index({{"clustered", "true"}}, "a", 11), index({}, "b", 12)});
	Catalog after = catalog_of({parent(), index({}, "a", 11), index({{"clustered", "true"}}, "b", 12)});
	Catalog none = catalog_of({parent(), index({}, "a", 11), index({}, "b", 12)});
	auto of = [](const Catalog &catalog, const char *name) { return *catalog.find("index", {"s", name}); };

	EXPECT_EQ(altered(of(before, "a"), *after.find("index", {"s", "a"}), before, after), "");
	EXPECT_EQ(altered(of(before, "b"), *after.find("index", {"s", "b"}), before, after),
			  "ALTER TABLE s.t CLUSTER ON b;\n");
	EXPECT_EQ(altered(of(before, "a"), *none.find("index", {"s", "a"}), before, none),
			  "ALTER TABLE s.t SET WITHOUT CLUSTER;\n");
}

TEST(Index, OnlineIsConcurrentWhereTheTableWasThere)
{
	EXPECT_EQ(created_online(index({})), "CREATE INDEX CONCURRENTLY i ON s.t USING btree (a);\n");
	EXPECT_EQ(created(index({}), online), "CREATE INDEX i ON s.t USING btree (a);\n");
}

TEST(Index, OnlineReplacementServesUntilTheNewOneStands)
{
	Object to = index({{"definition", "USING btree (a, b)"}, {"clustered", "true"}});

	to.set("comment", "it's");
	EXPECT_EQ(altered(index({}), to), "replace");

	std::string script = altered(index({}), to, online);
	EXPECT_EQ(script.substr(0, script.find("COMMENT")), "CREATE INDEX CONCURRENTLY i_new ON s.t USING btree (a, b);\n"
														"DROP INDEX CONCURRENTLY s.i;\n"
														"ALTER INDEX s.i_new RENAME TO i;\n"
														"ALTER TABLE s.t CLUSTER ON i;\n");
	EXPECT_NE(script.find("COMMENT ON INDEX s.i IS 'it''s';"), std::string::npos);
}

TEST(Index, AnAttachedOneGoesWithTheWhole)
{
	Object attached =
		object("index partition", {"s", "i"}, {{"whole", "s.w"}}, {pg_inherits, 10, 0}, {pg_class, 10, 0});

	attached.needs = {{pg_class, 11, 0}};

	Catalog catalog = catalog_of({parent(), index({}), index({{"partitioned", "true"}}, "w", 11), attached});
	const Object &part = *catalog.find("index", {"s", "i"});

	ASSERT_EQ(part.kind().dropped_with(part, catalog, catalog).size(), 1u);
	EXPECT_EQ(part.kind().dropped_with(part, catalog, catalog)[0]->name(), "w");
	EXPECT_TRUE(part.kind().dropped_with(*catalog.find("index", {"s", "w"}), catalog, catalog).empty());
	EXPECT_EQ(created(attached), "ALTER INDEX s.w ATTACH PARTITION s.i;\n");
	EXPECT_EQ(dropped(attached), "");
}

TEST(Constraint, EachTypeIsAddedAsPgDumpDoes)
{
	EXPECT_EQ(created(constraint("check", "CHECK ((a > 0))", {{"no_inherit", "true"}, {"not_valid", "true"}})),
			  "ALTER TABLE s.t ADD CONSTRAINT k CHECK ((a > 0)) NO INHERIT NOT VALID;\n");
	EXPECT_EQ(created(constraint("primary key", "PRIMARY KEY (a) INCLUDE (b)",
								 {{"options", "{fillfactor=70}"},
								  {"tablespace", "x"},
								  {"deferrable", "true"},
								  {"initially_deferred", "true"},
								  {"index_comment", "c"}})),
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k PRIMARY KEY (a) INCLUDE (b) WITH (fillfactor='70') USING INDEX "
			  "TABLESPACE x DEFERRABLE INITIALLY DEFERRED;\n"
			  "COMMENT ON INDEX s.k IS 'c';\n");
	EXPECT_EQ(created(constraint("exclude", "EXCLUDE USING gist (r WITH &&) WHERE ((b > 0))",
								 {{"options", "{buffering=on}"}, {"tablespace", "x"}})),
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k EXCLUDE USING gist (r WITH &&) WITH (buffering='on') USING INDEX "
			  "TABLESPACE x WHERE ((b > 0));\n");
	EXPECT_EQ(created(constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"partitioned", "true"}})),
			  "ALTER TABLE s.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.u(b);\n");
	EXPECT_EQ(created(constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"not_enforced", "true"}})),
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.u(b) NOT ENFORCED;\n");
	EXPECT_EQ(dropped(constraint("check", "CHECK ((a > 0))")), "ALTER TABLE s.t DROP CONSTRAINT k;\n");
}

TEST(Constraint, OnlineForms)
{
	EXPECT_EQ(created_online(constraint("check", "CHECK ((a > 0))")),
			  "ALTER TABLE s.t ADD CONSTRAINT k CHECK ((a > 0)) NOT VALID;\n"
			  "ALTER TABLE s.t VALIDATE CONSTRAINT k;\n");
	EXPECT_EQ(created_online(constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"deferrable", "true"}})),
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.u(b) DEFERRABLE NOT VALID;\n"
			  "ALTER TABLE s.t VALIDATE CONSTRAINT k;\n");
	EXPECT_EQ(created_online(constraint("check", "CHECK ((a > 0))", {{"not_enforced", "true"}})),
			  "ALTER TABLE s.t ADD CONSTRAINT k CHECK ((a > 0)) NOT ENFORCED;\n");
	EXPECT_EQ(created_online(constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"partitioned", "true"}})),
			  "ALTER TABLE s.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.u(b);\n");
	EXPECT_EQ(created_online(constraint("unique", "UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)",
										{{"options", "{fillfactor=70}"}, {"deferrable", "true"}})),
			  "CREATE UNIQUE INDEX CONCURRENTLY k ON s.t (a) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor='70');\n"
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k UNIQUE USING INDEX k DEFERRABLE;\n");
	EXPECT_EQ(created_online(constraint("primary key", "PRIMARY KEY (a, p WITHOUT OVERLAPS)")),
			  "ALTER TABLE ONLY s.t ADD CONSTRAINT k PRIMARY KEY (a, p WITHOUT OVERLAPS);\n");
}

TEST(Constraint, AltersInPlaceWhatTheServerCan)
{
	Object key = constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)");
	Object deferred = constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)",
								 {{"deferrable", "true"}, {"initially_deferred", "true"}});
	Object unenforced = constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"not_enforced", "true"}});
	Object unchecked = constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.u(b)", {{"not_valid", "true"}});

	EXPECT_EQ(altered(key, deferred), "ALTER TABLE s.t ALTER CONSTRAINT k DEFERRABLE INITIALLY DEFERRED;\n");
	EXPECT_EQ(altered(deferred, key), "ALTER TABLE s.t ALTER CONSTRAINT k NOT DEFERRABLE INITIALLY IMMEDIATE;\n");
	EXPECT_EQ(altered(unchecked, key), "ALTER TABLE s.t VALIDATE CONSTRAINT k;\n");
	EXPECT_EQ(altered(key, unchecked), "replace");
	EXPECT_EQ(altered(unenforced, key, {150000, false}), "replace");
	EXPECT_EQ(altered(unenforced, key, {180000, false}),
			  "ALTER TABLE s.t ALTER CONSTRAINT k NOT DEFERRABLE INITIALLY IMMEDIATE ENFORCED;\n");
	EXPECT_EQ(altered(constraint("unique", "UNIQUE (a)"), constraint("unique", "UNIQUE (a)", {{"deferrable", "true"}})),
			  "replace");
	EXPECT_EQ(altered(constraint("unique", "UNIQUE (a)"),
					  constraint("unique", "UNIQUE (a)", {{"options", "{fillfactor=7}"}})),
			  "ALTER INDEX s.k SET (fillfactor='7');\n");
}

TEST(Constraint, AKeyIsExchangedOnline)
{
	std::string script =
		altered(constraint("primary key", "PRIMARY KEY (a)"), constraint("primary key", "PRIMARY KEY (b)"), online);

	EXPECT_EQ(script, "CREATE UNIQUE INDEX CONCURRENTLY k_new ON s.t (b);\n"
					  "ALTER TABLE ONLY s.t DROP CONSTRAINT k, ADD CONSTRAINT k PRIMARY KEY USING INDEX k_new;\n");
	EXPECT_EQ(altered(constraint("primary key", "PRIMARY KEY (a)"), constraint("primary key", "PRIMARY KEY (b)")),
			  "replace");
}

/* With a foreign key on it, it cannot be exchanged in one statement. */
TEST(Constraint, AKeyInUseIsReplaced)
{
	Object user = constraint("foreign key", "FOREIGN KEY (x) REFERENCES s.t(a)", {}, 21);

	user.identity.set(2, "f");

	Catalog before =
		catalog_of({constraint("unique", "UNIQUE (a)"), user}, {{{pg_constraint, 21, 0}, {pg_constraint, 20, 0}, 'n'}});
	Catalog after = catalog_of({constraint("unique", "UNIQUE (b)"), user});

	EXPECT_EQ(altered(*before.at({pg_constraint, 20, 0}), *after.at({pg_constraint, 20, 0}), before, after, online),
			  "replace");
}

/* A table and its child, each with the same CHECK. */
struct Inherited : testing::Test {
	Object table = object("table", {"s", "t"}, {}, {pg_class, 1, 0});
	Object child_table = object("table", {"s", "child"}, {}, {pg_class, 2, 0});
	Object tie = object("inheritance", {"s", "child"}, {}, {pg_inherits, 2, 0}, {pg_class, 2, 0});
	Object whole = constraint("check", "CHECK ((a > 0))", {}, 20);
	Object child = constraint("check", "CHECK ((a > 0))", {{"inherited", "true"}}, 21);

	Inherited()
	{
		whole.parent = table.address;
		child.identity.set(1, "child");
		child.parent = child_table.address;
		tie.needs = {table.address};
	}

	using Hook = std::vector<const Object *> (*)(const Object &, const Catalog &, const Catalog &);

	static std::vector<std::string> names(Hook hook, const Object &of, const Catalog &before, const Catalog &after)
	{
		std::vector<std::string> names;

		for (const Object *found : hook(of, before, after))
			names.push_back(found->display());
		std::sort(names.begin(), names.end());
		return names;
	}

	Catalog both() const { return catalog_of({table, child_table, tie, whole, child}); }
	std::vector<std::string> made_by(const Catalog &before) const
	{
		Catalog after = both();
		return names(child.kind().created_with, *after.at(child.address), before, after);
	}
};

using Names = std::vector<std::string>;

TEST_F(Inherited, ComesAndGoesWithTheTableOrTheParentsConstraint)
{
	Catalog all = both();

	EXPECT_EQ(made_by(catalog_of({})), (Names{"constraint s.t.k", "table s.child"}));
	EXPECT_EQ(names(child.kind().dropped_with, *all.at(child.address), all, all), Names{"constraint s.t.k"});
}

TEST_F(Inherited, StaysWithATableThatLeaves)
{
	Catalog before = both(), after = catalog_of({table, child_table, child});

	EXPECT_EQ(names(child.kind().dropped_with, *before.at(child.address), before, after), Names{});
	EXPECT_EQ(names(whole.kind().dropped_after, *before.at(whole.address), before, after),
			  Names{"inheritance s.child"});
}

TEST_F(Inherited, APartitionYetToBeAttachedHasItsOwn)
{
	tie = object("partition", {"s", "child"}, {}, {pg_inherits, 2, 0}, {pg_class, 2, 0});
	tie.needs = {table.address};
	child.set("of_partition", "true");
	EXPECT_EQ(made_by(catalog_of({table, child_table, whole})), Names{});
	EXPECT_EQ(made_by(catalog_of({})), Names{});
	EXPECT_EQ(made_by(catalog_of({table, child_table, tie})), Names{"constraint s.t.k"});
}

/* The server merges the parent's with the child's own, never the other way round. */
TEST_F(Inherited, ItsOwnAsWellIsMadeFirstAndGoesLast)
{
	Object own = child;

	own.set("inherited", std::nullopt);

	Catalog before = both(), after = catalog_of({table, child_table, tie, whole, own});
	const Object &from = *before.at(child.address), &to = *after.at(child.address);

	EXPECT_EQ(altered(from, to, before, after), "replace");
	EXPECT_EQ(altered(to, from, after, before), "replace");
	EXPECT_EQ(names(child.kind().replaced_with, from, before, after), Names{"constraint s.t.k"});
	EXPECT_EQ(names(whole.kind().created_after, *after.at(whole.address), before, after),
			  Names{"constraint s.child.k"});
	EXPECT_EQ(names(child.kind().dropped_with, to, after, before), Names{});
	EXPECT_EQ(names(child.kind().dropped_after, to, after, before), Names{"constraint s.t.k"});

	Catalog alone = catalog_of({table, child_table, own});
	EXPECT_EQ(altered(from, *alone.at(own.address), before, alone), "");
}

TEST(Constraint, AForeignKeyWaitsForTheWholeKey)
{
	Object whole = constraint("unique", "UNIQUE (a)", {{"partitioned", "true"}}, 20);
	Object part = constraint("unique", "UNIQUE (a)", {}, 21);
	Object attachment = object("index partition", {"s", "part"}, {}, {pg_inherits, 31, 0}, part.address);
	Object key = constraint("foreign key", "FOREIGN KEY (a) REFERENCES s.t(a)", {}, 22);

	part.identity.set(2, "part");
	key.identity.set(2, "key");
	attachment.needs = {whole.address};

	Catalog after = catalog_of({whole, part, attachment, key}, {{key.address, whole.address, 'n'}});
	auto found = key.kind().created_after(*after.at(key.address), Catalog(), after);

	ASSERT_EQ(found.size(), 1u);
	EXPECT_TRUE(found[0]->is("index partition"));
}

TEST(Statistics, Target)
{
	Object plain = object("statistics", {"s", "st"}, {{"definition", "ON a, b FROM s.t"}});
	Object aimed = object("statistics", {"s", "st"}, {{"definition", "ON a, b FROM s.t"}, {"target", "5"}});

	EXPECT_EQ(created(aimed), "CREATE STATISTICS s.st ON a, b FROM s.t;\nALTER STATISTICS s.st SET STATISTICS 5;\n");
	EXPECT_EQ(altered(aimed, plain), "ALTER STATISTICS s.st SET STATISTICS -1;\n");
	EXPECT_EQ(dropped(plain), "DROP STATISTICS s.st;\n");
}

} // namespace
} // namespace schema_guard
