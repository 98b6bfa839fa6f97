/*
 * core/policy/naming_presets.hpp - rules for the conventions many follow: PostgreSQL's own and those of frameworks.
 */
#pragma once

#include "schema_guard/core/policy/naming.hpp"

namespace schema_guard {

const std::vector<std::string_view> &naming_presets();

/* The rules of a preset, each named "preset: what"; a Failure for an unknown one. */
std::vector<NamingRule> naming_preset(std::string_view preset);

} // namespace schema_guard
