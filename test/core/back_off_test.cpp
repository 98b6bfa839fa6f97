#include "schema_guard/core/attempts/back_off.hpp"

#include <gtest/gtest.h>

#include <climits>

namespace schema_guard::attempt {

TEST(BackOff, FromOneSecondToSixty)
{
	const int expected[] = {1, 1, 2, 4, 8, 16, 32, 60, 60};

	for (int failures = 0; failures < 9; failures++)
		EXPECT_EQ(back_off(failures), expected[failures]) << failures;
	EXPECT_EQ(back_off(INT_MAX), 60);
	EXPECT_EQ(back_off(-1), 1);
}

} // namespace schema_guard::attempt
