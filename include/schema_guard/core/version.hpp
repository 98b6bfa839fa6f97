/*
 * core/version.hpp - the version of the library; the Makefile takes that of the extension from here.
 */
#pragma once

namespace schema_guard {

inline constexpr char library_version[] = "1.0";

} // namespace schema_guard
