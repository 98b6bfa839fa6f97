/*
 * catalog_digest.cpp - rows hashed one by one and added up, so that their order on disk does not matter.
 *
 * A value too long for its row stands for itself by its pointer, which is a new one whenever the row is written with
 * another value.
 */
#include "schema_guard/pg/catalog_digest.hpp"

#include "schema_guard/pg/catalog_scan.hpp"

extern "C" {
#include "common/hashfn.h"
}

namespace schema_guard::pg {

namespace {

void
add(const CatalogRow &row, CatalogDigest &digest)
{
	auto *data = reinterpret_cast<const unsigned char *>(row.data);

	digest[0] += hash_bytes_extended(data, row.length, row.seed);
	digest[1] += hash_bytes_extended(data, row.length, ~row.seed);
}

} // namespace

CatalogDigest
catalog_digest()
{
	CatalogDigest digest{};

	scan_catalogs([&](const CatalogRow &row) { add(row, digest); });
	return digest;
}

CatalogDigest
table_digest(Oid table)
{
	CatalogDigest digest{};

	scan_table(table, [&](const CatalogRow &row) { add(row, digest); });
	return digest;
}

} // namespace schema_guard::pg
