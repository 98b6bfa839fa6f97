/*
 * pg/log_content.hpp - the hash of what a row of statement_log holds, whoever has the row: the session that writes it, or
 * whoever reads it again.
 */
#pragma once

#include "schema_guard/pg/sha256.hpp"

namespace schema_guard::pg::log_content {

/* Columns of statement_log, counted from 0. */
inline constexpr int chain = 0, xid = 1, ordinal = 2, started_at = 3, attempt_boot = 28, leaf = 31, columns = 32;

/* Only inside guard(). */
namespace raw {

/* What it takes to hash rows of one table, one after the other. */
struct Hasher {
	pg_cryptohash_ctx *hash;
	TupleDesc row;
	TupleDesc change; /* an element of the column objects */
	Oid change_type;
	MemoryContext memory; /* for one row */
};
Hasher open(TupleDesc row);
void close(Hasher &hasher);

/* Of all columns but the key, which is apart, and the hash; bytes is room to work in. */
void hash(Hasher &hasher, const Datum *values, const bool *nulls, std::string &bytes, seal::Digest &content);

/* Fills the last column of a row that is about to be written. */
void add_leaf(Hasher &hasher, Datum *values, bool *nulls, std::string &bytes);

/* What the last column says; false when it is null, or no hash of a format that is known. */
bool read_leaf(Datum value, bool null, seal::Digest &content);

} // namespace raw

} // namespace schema_guard::pg::log_content
