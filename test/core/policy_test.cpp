#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/policy.hpp"

#include <gtest/gtest.h>

using namespace schema_guard;

namespace {

constexpr Address orders{1259, 16384, 0};
constexpr Address total{1259, 16384, 2};
constexpr Address in_schema{2615, 2200, 0};

Statement
alter_orders()
{
	Statement statement;

	statement.tag = "ALTER TABLE";
	statement.command_class = CommandClass::structure;
	for (const Address &address : {orders, total}) {
		Target &target = statement.targets.emplace_back();

		target.object_type = address.objsubid ? "table column" : "table";
		target.schema = "public";
		target.identity = address.objsubid ? "public.orders.total" : "public.orders";
		target.address = address;
		target.exists = true;
		target.destructive = true;
	}
	return statement;
}

Caller
deployer()
{
	Caller caller;

	caller.session_user = caller.outer_user = "deployer";
	caller.guarded_classes = {CommandClass::structure, CommandClass::access, CommandClass::data};
	caller.now = 1000;
	return caller;
}

Policy
protecting(const Address &address, const std::string &identity)
{
	Policy policy;

	policy.protections.push_back({identity, "the books depend on it", address, {in_schema}});
	return policy;
}

} // namespace

TEST(Policy, NeedsAMigration)
{
	Caller caller = deployer();
	Judgement judgement = judge(alter_orders(), Policy(), caller);

	ASSERT_EQ(judgement.violations.size(), 1u);
	EXPECT_STREQ(judgement.violations[0].sqlstate, sqlstate::no_migration);
	EXPECT_EQ(judgement.allowed_by, "");

	caller.migration = "20261121120000_add_note";
	judgement = judge(alter_orders(), Policy(), caller);
	EXPECT_TRUE(judgement.violations.empty());
	EXPECT_EQ(judgement.allowed_by, "migration");
}

TEST(Policy, SaysOnceThatAnObjectIsProtected)
{
	Caller caller = deployer();

	caller.migration = "20261121120000_drop_total";
	Judgement judgement = judge(alter_orders(), protecting(orders, "public.orders"), caller);
	ASSERT_EQ(judgement.violations.size(), 1u);
	EXPECT_EQ(judgement.violations[0].rule, "protect:public.orders");
	EXPECT_EQ(judgement.allowed_by, "");

	caller.override_reason = "INC-4711 disk full";
	judgement = judge(alter_orders(), protecting(orders, "public.orders"), caller);
	EXPECT_TRUE(judgement.violations.empty());
	EXPECT_EQ(judgement.allowed_by, "override");
}

TEST(Policy, ProtectsFromWhatCarriesIt)
{
	Policy policy = protecting(total, "public.orders.total");

	EXPECT_TRUE(judge_destruction(policy, total, "DROP"));
	EXPECT_TRUE(judge_destruction(policy, orders, "DROP"));
	EXPECT_TRUE(judge_destruction(policy, in_schema, "DROP"));
	EXPECT_FALSE(judge_destruction(policy, Address{1259, 16384, 1}, "DROP"));
	EXPECT_FALSE(judge_destruction(policy, Address{1259, 16385, 0}, "DROP"));
}

TEST(Policy, AFreezeRunsFromItsStartUpToItsEnd)
{
	Caller caller = deployer();
	Policy policy;

	caller.migration = "20261121120000_add_note";
	policy.freezes.push_back({1000, 2000, "year end closing"});
	for (Timestamp now : {999, 1000, 1999, 2000}) {
		caller.now = now;
		Judgement judgement = judge(alter_orders(), policy, caller);
		bool frozen = now >= 1000 && now < 2000;

		ASSERT_EQ(judgement.violations.size(), frozen ? 1u : 0u) << now;
		if (frozen) {
			EXPECT_STREQ(judgement.violations[0].sqlstate, sqlstate::frozen);
		}
	}
}

TEST(Policy, AnExemptionIsForARoleSchemasAndTags)
{
	Caller caller = deployer();
	Policy policy;

	auto allowed = [&] { return judge(alter_orders(), policy, caller).allowed_by; };

	policy.exemptions.push_back({"deployer", "pub*", {"* TABLE"}, 2000});
	EXPECT_EQ(allowed(), "exemption");
	policy.exemptions[0].until = 1000;
	EXPECT_EQ(allowed(), "");
	policy.exemptions[0] = {"alice", "pub*", {}, 2000};
	EXPECT_EQ(allowed(), "");
	caller.outer_user = "alice";
	EXPECT_EQ(allowed(), "exemption");
	policy.exemptions[0] = {"*", "etl_*", {}, 2000};
	EXPECT_EQ(allowed(), "");
	policy.exemptions[0] = {"*", "*", {"DROP *"}, 2000};
	EXPECT_EQ(allowed(), "");
}
