/*
 * core/catalog/read.hpp - reads a schema through whatever can run SQL: SPI here, libpq elsewhere.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"

#include <functional>
#include <map>
#include <set>

namespace schema_guard::catalog {

/* Rows of a query, as the server's output functions write them, in one text. */
class Rows {
public:
	std::vector<std::string> columns;

	/* Row after row; nullopt is NULL. */
	void add(std::optional<std::string_view> cell);
	/* Forgets the rows, not the columns. */
	void clear();

	size_t size() const { return columns.empty() ? 0 : ends_.size() / columns.size(); }
	std::optional<std::string_view> cell(size_t row, size_t column) const;
	/* The text, empty when NULL. */
	std::string_view text(size_t row, size_t column) const { return cell(row, column).value_or(""); }
	/* Number of the column with this name, or columns.size(). */
	size_t column(std::string_view name) const;

private:
	struct End {
		uint64_t at : 63;
		uint64_t null : 1;
	};
	std::string text_;
	std::vector<End> ends_;
};

/* Runs a query and hands its rows over, some at a time; oids, an oid[] as text, is its $1 where it has one. */
using Take = std::function<void(const Rows &rows)>;
using Run = std::function<void(const std::string &sql, const Value &oids, const Take &take)>;
/* So many at a time: a large schema then needs no memory for rows that are objects already. */
inline constexpr int rows_at_a_time = 2000;

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

/* What no kind claims: of all that there is, or with oids, an oid[], of those in it.  claimed: what was read. */
std::vector<Object> read_unclaimed(const Run &run, const Catalog &claimed, const Value &oids);

/* "{1,2}" */
std::string oid_list(const std::set<uint32_t> &oids);

} // namespace schema_guard::catalog
