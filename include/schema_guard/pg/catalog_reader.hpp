/*
 * pg/catalog_reader.hpp - the schema of this database, through SPI.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* Whose rights count: the caller's, or those of the extension's owner, who may see everything. */
enum class Reader { caller, owner };

/*
 * Reads under one snapshot that sees what this transaction has done, with the settings that make texts the same everywhere.  Deparsed text is of the latest committed schema, as always in PostgreSQL.
 */
catalog::Catalog read_catalog(Reader reader = Reader::caller);

/* Only these objects and the parts of relations among them, see catalog::read(); dependencies as pg_depend has them. */
catalog::Catalog read_objects(const std::vector<Address> &addresses,
							  const std::vector<catalog::Dependency> &dependencies, Reader reader = Reader::caller);

} // namespace schema_guard::pg
