/*
 * pg/catalog_scan.hpp - the rows of the catalogs that say what the schema is, as they lie on disk.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

#include <span>

namespace schema_guard::pg {

/* A row, without what statistics, VACUUM and their like write into it. */
struct CatalogRow {
	Oid catalog;
	bool has_oid; /* it begins with it */
	const char *data;
	size_t length;
	uint64_t seed; /* for a hash: the catalog, and which columns are null */
};

/* A row goes with the object that this column, an OID, is of. */
struct PartOf {
	Oid catalog;
	size_t object;
	Oid classid;		   /* the catalog of that object, or 0 */
	size_t classid_at = 0; /* and then the column that says which */
};

/* Of the catalogs whose rows are part of one object each, or about it. */
extern const std::span<const PartOf> parts_of;

/* Called inside guard(), with plain data only on the stack below: it may raise. */
using TakeRow = std::function<void(const CatalogRow &row)>;

/*
 * All of them, as committed and by this transaction; catalogs of statistics and contents, and temporary objects, are left
 * aside.  In no order but that pg_depend, pg_description and pg_seclabel come last.
 */
void scan_catalogs(const TakeRow &take);

/* The rows of one table. */
void scan_table(Oid table, const TakeRow &take);

} // namespace schema_guard::pg
