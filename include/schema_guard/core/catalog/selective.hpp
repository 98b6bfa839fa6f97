/*
 * core/catalog/selective.hpp - the kinds' queries for touched objects, and which of them a touched catalog asks for.
 */
#pragma once

#include "schema_guard/core/catalog/kind.hpp"

#include <cstdint>
#include <vector>

namespace schema_guard::catalog {

struct SelectiveQuery {
	const Kind *kind;
	std::string sql;
	/* OIDs of the catalogs whose rows its $1 may name; empty: any. */
	std::vector<uint32_t> catalogs;

	bool concerns(uint32_t classid) const;
};

/* Of all kinds, for servers of this version and a reader who may see everything; made once. */
const std::vector<SelectiveQuery> &selective_queries(int version);

/* The catalogs whose OIDs "alias.column = ANY ($1)" compares with, read from the query itself. */
std::vector<uint32_t> wanted_catalogs(std::string_view sql);

} // namespace schema_guard::catalog
