/*
 * sources.cpp - from the name of a source to a schema.
 */
#include "schema_guard/pg/sources.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/remote.hpp"

namespace schema_guard::pg {

catalog::Catalog
read_source(const std::string &source)
{
	size_t colon = source.find(':');
	std::string kind = source.substr(0, colon), rest = colon == std::string::npos ? "" : source.substr(colon + 1);

	if (source == "live")
		return read_catalog();
	if (kind == "server" && !rest.empty())
		return read_remote(rest);
	throw Failure(sqlstate::invalid_parameter, "there is no source \"" + source + "\"")
		.with_hint("A source is live or server:NAME.");
}

bool
same_database(const std::string &, const std::string &)
{
	return false;
}

} // namespace schema_guard::pg
