/*
 * pg/known_digests.hpp - what was computed before from what has this digest, whoever asked for it.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::known_digests {

/*
 * Keys and values are SHA-256, 32 bytes.  A key must say all that the value follows from: it leads to one value for ever,
 * so nothing here is ever wrong, only forgotten.  In shared memory where the library is preloaded, otherwise each process
 * has its own.
 */
std::optional<std::string> find(const std::string &key);
void keep(const std::string &key, const std::string &value);

} // namespace schema_guard::pg::known_digests
