/*
 * pg/changed_part.hpp - of this database's schema, as it was and as it is, the part in which it may differ.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/version_store.hpp"

namespace schema_guard::pg {

struct ChangedPart {
	catalog::Catalog then, live;
};

/*
 * Of the schema at a moment, for which there are ObjectHashes, and of the live one: what differs, what depends on it, and
 * around both whatever a comparison looks at.  The rest is the same, so that diff::compare() makes of the two parts what it
 * would make of the whole.  Nothing when the whole must be read: the hashes are of another server's version, a role was
 * renamed, or more is different than is worth finding.
 */
std::optional<ChangedPart> read_changed_part(const version_store::Moment &moment, const std::string &hashes,
											 Reader reader = Reader::caller);

} // namespace schema_guard::pg
