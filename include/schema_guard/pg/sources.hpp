/*
 * pg/sources.hpp - the schemas that can be compared: "live", "server:NAME", ...
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * live          this database as this transaction sees it
 * empty         a new database
 * at:TIMESTAMP  this database as it was
 * snapshot:LABEL  a snapshot taken here, or imported
 * server:NAME   the database behind a foreign server
 * json:DOCUMENT an exported snapshot
 * sql:SCRIPT    what a script makes of a new database: run here in a subtransaction on an emptied schema, and undone
 *
 * Raises 22023 for a source it does not know.
 */
catalog::Catalog read_source(const std::string &source, Reader reader = Reader::caller);

/* Two of them, to be compared: where that is enough, only the part of both in which they may differ. */
struct Pair {
	catalog::Catalog before, after;
};
Pair read_pair(const std::string &before, const std::string &after, Reader reader = Reader::caller);

/* The moment of this database that it is; nothing when it is another's.  Where both are of this one, OIDs tell what
   was renamed. */
std::optional<TimestampTz> moment_of(const std::string &source);

} // namespace schema_guard::pg
