/*
 * core/policy/naming_checks.hpp - one naming rule made ready, and what it finds; for the files of naming alone.
 */
#pragma once

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/naming.hpp"

#include <unicode/regex.h>

namespace schema_guard {

class CompiledRule {
public:
	/* A Failure for a rule that cannot be. */
	explicit CompiledRule(const NamingRule &from);

	bool applies(const NamedObject &object) const;

	/*
	 * What is wrong with the name of the object that is now called self, to follow 'table name "x"'; nothing when
	 * it is right.
	 */
	std::optional<std::string> problem(const NamedObject &object, const std::string &self, const NameLimits &limits,
									   std::string &detail) const;

	/* Of a rule of kind regex: false too when the engine gives up; status says why. */
	bool matches(const std::string &name, UErrorCode &status) const;

	NamingRule rule;
	std::unique_ptr<icu::RegexPattern> regex;
	std::optional<NameTemplate> name_template;

private:
	void compile();
	std::optional<std::string> regex_problem(const std::string &name, std::string &detail) const;
	std::optional<std::string> builtin_problem(const NamedObject &object, const std::string &self,
											   const NameLimits &limits, std::string &detail) const;
};

/* A Failure that lists the words known. */
Failure unknown_naming_word(const char *what, std::string_view word, const std::vector<std::string_view> &known);

} // namespace schema_guard
