/*
 * pg/catalog_reader.hpp - the schema of this database, through SPI.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * Reads under one snapshot that sees what this transaction has done, as the current user and with the settings
 * that make texts the same everywhere.  Deparsed text is of the latest committed schema, as always in PostgreSQL.
 */
catalog::Catalog read_catalog();

/* Only these objects and the parts of relations among them, see catalog::read(). */
catalog::Catalog read_objects(const std::vector<Address> &addresses);

} // namespace schema_guard::pg
