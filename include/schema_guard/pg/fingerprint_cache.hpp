/*
 * pg/fingerprint_cache.hpp - fingerprints that were computed before.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::fingerprint_cache {

/* Makes the place in shared memory; from _PG_init of a preloaded library.  Without it each process has its own. */
namespace plain {
void install();
}

/* Keys and fingerprints are SHA-256, 32 bytes.  A key must say all that the fingerprint follows from. */
std::optional<std::string> find(const std::string &key);
void keep(const std::string &key, const std::string &fingerprint);

} // namespace schema_guard::pg::fingerprint_cache
