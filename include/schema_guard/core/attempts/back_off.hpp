/*
 * core/attempts/back_off.hpp - how long to wait after failures in a row.
 */
#pragma once

namespace schema_guard::attempt {

inline constexpr int most_back_off = 60; /* seconds */

/* 1 s after the first failure, twice as long after each other, 60 s from the seventh on. */
constexpr int
back_off(int failures) noexcept
{
	return failures > 6 ? most_back_off : 1 << (failures > 0 ? failures - 1 : 0);
}

} // namespace schema_guard::attempt
