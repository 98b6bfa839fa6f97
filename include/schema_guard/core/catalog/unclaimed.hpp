/*
 * core/catalog/unclaimed.hpp - the user's objects that no kind knows: reported, never passed over.
 */
#pragma once

#include "schema_guard/core/catalog/read.hpp"

namespace schema_guard::catalog {

/* As pg_identify_object() has them. */
struct Unclaimed {
	std::string type;
	std::string identity;
};

/*
 * The addresses of all objects users made, found in the catalogs themselves and not by kinds: everything with an OID
 * beyond initdb's that is not temporary.  docs/diff.md names what is left out.  Only: those in $1, an oid[], without
 * members of extensions and internal parts of others.
 */
std::string objects_query(int version, bool only = false);

/* Those of them that the catalog, which run read, with its dependencies, does not have: of all, or with oids, an oid[],
   of those in it.  Neither an extension's nor internal parts of something else. */
std::vector<Unclaimed> unclaimed(const Run &run, const Catalog &catalog, const Value &oids = std::nullopt);

} // namespace schema_guard::catalog
