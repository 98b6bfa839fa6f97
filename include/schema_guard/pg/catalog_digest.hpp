/*
 * pg/catalog_digest.hpp - whether the system catalogs say what they said before.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

#include <array>

namespace schema_guard::pg {

using CatalogDigest = std::array<uint64_t, 2>;

/*
 * A digest of all rows, as they lie on disk, of the catalogs that say what the schema is, as committed and by this
 * transaction.  It is the same as long as the schema is: statistics, sizes, and temporary objects are left aside.  The
 * reverse does not hold: CLUSTER, say, may change it.  Costs about 0.1 microseconds a row.
 */
CatalogDigest catalog_digest();

/* The same of all rows of one table. */
CatalogDigest table_digest(Oid table);

} // namespace schema_guard::pg
