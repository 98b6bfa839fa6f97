#include "schema_guard/core/failure.hpp"

#include <gtest/gtest.h>

using schema_guard::Failure;
namespace sqlstate = schema_guard::sqlstate;

TEST(Failure, CarriesMessageDetailHintAndThrowSite)
{
	try {
		throw Failure(sqlstate::frozen, "the schema is frozen").with_detail("Until tomorrow.").with_hint("Wait.");
	} catch (const Failure &failure) {
		EXPECT_STREQ(failure.sqlstate, "SG002");
		EXPECT_STREQ(failure.what(), "the schema is frozen");
		EXPECT_EQ(failure.detail, "Until tomorrow.");
		EXPECT_EQ(failure.hint, "Wait.");
		EXPECT_NE(std::string(failure.file).find("failure_test.cpp"), std::string::npos);
		EXPECT_EQ(failure.line, __LINE__ - 7);
		return;
	}
	FAIL() << "nothing was thrown";
}

TEST(Failure, SqlstatesMakeNoClientRetry)
{
	/* 40 (rollback), 08 (connection), 57 (intervention), 55 (object state): drivers and pools retry or reconnect. */
	for (const char *state :
		 {sqlstate::no_migration, sqlstate::frozen, sqlstate::protected_object, sqlstate::naming, sqlstate::tampering,
		  sqlstate::own_table, sqlstate::unguarded, sqlstate::fault, sqlstate::not_ready, sqlstate::invalid_parameter,
		  sqlstate::undefined_object, sqlstate::duplicate_object}) {
		std::string group(state, 2);

		EXPECT_EQ(std::string(state).size(), 5u);
		EXPECT_TRUE(group == "SG" || group == "22" || group == "42") << state;
	}
}
