/*
 * core/catalog/fingerprint.hpp - hashes that are equal exactly when schemas are, whatever server, version and OIDs.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"

#include <functional>
#include <map>
#include <set>

namespace schema_guard::catalog {

/* SHA-256, as raw bytes. */
using Hash = std::function<std::string(std::string_view)>;

struct Fingerprints {
	struct Of {
		const Object *object;
		std::string schema; /* empty: in none */
		std::string hash;
	};
	std::vector<Of> objects;					/* in the catalog's order */
	std::map<std::string, std::string> schemas; /* of all objects in a schema; "" for those in none */
	std::string whole;
};

/* Of the objects that are wanted, without the properties that are ignored. */
Fingerprints fingerprints(const Catalog &catalog, const Hash &hash, const std::function<bool(const Object &)> &wanted,
						  const std::set<std::string> &ignored);

} // namespace schema_guard::catalog
