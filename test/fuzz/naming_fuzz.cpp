/*
 * naming_fuzz.cpp - any bytes as pattern and as names: nothing may crash, and what the code promises must hold.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/naming.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <cstdint>
#include <cstdlib>

using namespace schema_guard;

static void
promise(bool kept)
{
	if (!kept)
		std::abort();
}

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 300)
		return 0;

	std::string_view input(reinterpret_cast<const char *>(data) + 2, size - 2);
	std::string_view pattern = input.substr(0, data[0] % (input.size() + 1));
	std::string_view rest = input.substr(pattern.size());
	NamedObject object;
	NamingRule rule;
	NameLimits limits;

	limits.reserved = [](std::string_view word) { return word.size() == 5; };
	limits.single_byte = (data[1] & 1) != 0;
	object.object_type = (data[1] & 2) != 0 ? "column" : "index";
	object.name = rest.substr(0, rest.size() / 2);
	object.table = rest.substr(rest.size() / 2);
	object.columns = object.key_columns = {std::string(pattern), object.name, object.name};
	object.referenced_table = object.name;

	std::string suggestion = suggest_name(object.object_type, object.name, limits);

	promise(!suggestion.empty() && suggestion.size() <= limits.max_bytes);
	for (char c : suggestion)
		promise((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
	promise(unicode::clip(input, 63) <= 63);
	promise(unicode::glob_match("*", input));
	unicode::glob_match(pattern, rest);
	find_cut_identifier(input, object.name, limits);
	index_column_names(object.columns, limits);

	try {
		NameTemplate made{pattern};

		if (std::optional<std::string> name = made.expand(object, limits)) {
			promise(limits.length(*name) <= limits.max_bytes);
			object.name = *name;
			promise(made.matches(object, limits));
		}
	} catch (const Failure &) {
	}

	auto siblings = std::make_shared<NameSpace>();

	siblings->add(object.table);
	object.siblings = siblings;
	for (NamingRule::Kind kind :
		 {NamingRule::Kind::regex, NamingRule::Kind::pattern_template, NamingRule::Kind::builtin}) {
		rule.kind = kind;
		rule.pattern = kind == NamingRule::Kind::builtin ? naming_builtins()[data[1] % naming_builtins().size()]
														 : std::string(pattern);
		rule.exceptions = {std::string(pattern)};
		try {
			NamingRules({rule}).judge(object, limits);
		} catch (const Failure &) {
		}
	}
	return 0;
}
