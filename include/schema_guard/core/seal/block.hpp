/*
 * core/seal/block.hpp - a block of the sealed log: what it holds, what its digest is of, and which rows belong to it.
 *
 * A block lists the rows of the log that were committed since the block before: their keys, and the hashes of their
 * contents.  Its digest is of all of these, by their Merkle root, and of the digest before.
 */
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schema_guard::seal {

using Digest = std::array<uint8_t, 32>;

/* SHA-256. */
using Hash = std::function<Digest(std::string_view)>;

std::string hexadecimal(const Digest &digest);
std::optional<Digest> from_hexadecimal(std::string_view text);

/* Of what rows and blocks are hashed as; another one when that changes. */
inline constexpr uint8_t format = 1;

inline constexpr uint8_t is_attempt = 1; /* a row that the worker writes about what did not happen */
inline constexpr uint8_t is_late = 2;	 /* hashed when it was sealed: written before there were hashes */

/* A row of the log, in the order of the block: by transaction and place in it. */
struct Entry {
	uint64_t xid = 0;
	int32_t ordinal = 0;
	uint8_t format = seal::format;
	uint8_t flags = 0;
	Digest content{};

	bool before(const Entry &other) const { return xid != other.xid ? xid < other.xid : ordinal < other.ordinal; }
	bool same_place(const Entry &other) const { return xid == other.xid && ordinal == other.ordinal; }
};

std::string pack(const std::vector<Entry> &entries);
/* False when the bytes are no entries. */
bool unpack(std::string_view bytes, std::vector<Entry> &entries);

/* Root of the Merkle tree, as in RFC 6962: whoever has it can be shown a row with a handful of hashes. */
Digest merkle_root(const std::vector<Entry> &entries, const Hash &hash);

/* Which transactions had ended, as PostgreSQL's pg_snapshot says it. */
struct Moment {
	uint64_t xmin = 0, xmax = 0;
	std::vector<uint64_t> running; /* ascending, from xmin to xmax */

	bool ended(uint64_t xid) const;
	/* Everything that had ended then has ended now, too. */
	bool follows(const Moment &earlier) const;
	/* Shows this transaction as running: the one that asks never sees itself. */
	void add_running(uint64_t xid);
	/* As if nothing from xid on had ended yet. */
	Moment cut(uint64_t xid) const;
	std::string text() const;
	static std::optional<Moment> parse(std::string_view text);
};

struct Block {
	int64_t number = 0;
	uint8_t format = seal::format;
	std::string chain; /* of the rows: the life of a database in a cluster, as a uuid */
	/* Who sealed them, and when. */
	uint64_t system = 0;
	uint32_t database = 0;
	uint32_t timeline = 0;
	int64_t sealed_at = 0;
	/* The rows: begun between these, of transactions that had ended by then and not at the block before. */
	int64_t rows = 0;
	int64_t first_at = 0, last_at = 0;
	Moment moment;
	Digest root{};
	/* Of the blocks up to these there are no rows, or no attempts, any more. */
	int64_t purged = 0, attempts_purged = 0;
	Digest previous{};
	Digest digest{};
};

Digest digest_of(const Block &block, const Hash &hash);

/* What is told of a block outside of the database: members of a JSON object. */
std::string document(const Block &block);

} // namespace schema_guard::seal
