/*
 * scope.cpp - which objects are compared.
 */
#include "schema_guard/core/diff/diff.hpp"
#include "schema_guard/core/unicode/text.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

bool
matches(const std::vector<std::string> &patterns, const std::string &text)
{
	return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const std::string &pattern) {
			   return unicode::glob_match(pattern, text);
		   });
}

} // namespace

/* Objects without a schema (extensions, languages, ...) are in no schema, so a list of schemas leaves them out. */
bool
in_scope(const Object &object, const Catalog &catalog, const Options &options)
{
	if (options.keep && options.keep(object))
		return false;
	if (!options.schemas.empty()) {
		bool has_schema = object.is("schema") || object.identity_column(0) == "schema";

		if (!has_schema || !matches(options.schemas, object.identity.front()))
			return false;
	}
	bool kind_wanted = false, name_wanted = false;

	for (const Object *whole = &object; whole != nullptr; whole = catalog.parent(*whole)) {
		kind_wanted = kind_wanted || matches(options.kinds, std::string(whole->kind().name));
		name_wanted = name_wanted || matches(options.names, whole->quoted_identity());
	}
	return kind_wanted && name_wanted;
}

} // namespace schema_guard::diff
