/*
 * pg/sha256.hpp - the server's SHA-256, one context for many hashes.
 */
#pragma once

#include "schema_guard/core/seal/block.hpp"
#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "common/cryptohash.h"
}

namespace schema_guard::pg::sha256 {

/* Once, where the library is preloaded: what it takes to find a hash function is then inherited by all sessions. */
namespace plain {
void prepare();
}

/* Only inside guard(); what is left open goes with the transaction. */
namespace raw {
pg_cryptohash_ctx *open();
void close(pg_cryptohash_ctx *context);
} // namespace raw

/* Raises nothing of the server's: its hash functions tell of a failure by what they return. */
seal::Digest digest(pg_cryptohash_ctx *context, std::string_view bytes);

} // namespace schema_guard::pg::sha256
