/*
 * core/catalog/read.hpp - reads a schema through whatever can run SQL: SPI here, libpq elsewhere.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"

#include <functional>
#include <map>
#include <set>

namespace schema_guard::catalog {

/* The rows of a query, as the server's output functions write them. */
struct Rows {
	std::vector<std::string> columns;
	std::vector<Value> cells; /* row after row */

	size_t size() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
	const Value &cell(size_t row, size_t column) const { return cells[row * columns.size() + column]; }
	/* Number of the column with this name, or columns.size(). */
	size_t column(std::string_view name) const;
};

/* Runs a query; oids, an oid[] as text, is its $1 where it has one. */
using Run = std::function<Rows(const std::string &sql, const Value &oids)>;

/* What the session must have set so that texts are the same everywhere; name, value. */
struct Setting {
	const char *name;
	const char *value;
	bool plans = false; /* means nothing to texts, but to how queries are run */
};
std::span<const Setting> reading_settings();

/* The whole schema, with comments, labels and dependencies. */
Catalog read(const Run &run, int version);

/*
 * The objects of these kinds that their queries find by these OIDs.  They lack comments, labels and dependencies, which
 * the caller adds.
 */
std::vector<Object> read(const Run &run, int version, const std::map<std::string_view, std::set<uint32_t>> &wanted);

} // namespace schema_guard::catalog
