/*
 * pg/log_blocks.hpp - the blocks of the sealed log as they are stored, and the rows of the log that belong to one.
 */
#pragma once

#include "schema_guard/core/seal/verifier.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::log_blocks {

/* Both tables under one snapshot, which sees what is committed by now and what this transaction has done. */
struct Reading {
	Oid blocks, log;
	Snapshot snapshot;
};
Reading begin();
void end(const Reading &reading);

/* The chain of this database in this cluster. */
std::string own_chain();

/* All blocks, without their lists, by their numbers. */
std::vector<seal::Block> all(const Reading &reading);

/* The list of a block; nothing when it has been purged. */
std::optional<std::string> list(const Reading &reading, int64_t number);

/* The last block of all, and the last of a chain; false when there is none. */
bool last(const Reading &reading, seal::Block &block);
bool last(const Reading &reading, const std::string &chain, seal::Block &block);

/* The chains that rows of the log belong to. */
std::vector<std::string> chains(const Reading &reading);

/* Which transactions have ended for this reading, but for its own. */
seal::Moment moment(const Reading &reading);

/* What is known of a row without looking further. */
struct FoundRow {
	seal::Row row;
	TimestampTz started_at;
};

/*
 * The rows of a chain, in order, of transactions that had ended by now and not by then; then is null for all of them.  With
 * contents, each is hashed, and not only those that have no hash of their own.
 *
 * Stops when it has as many rows as it may, yet never within a transaction; cut is then the transaction that it has not come to.
 */
void rows(const Reading &reading, const std::string &chain, const seal::Moment *then, const seal::Moment &now,
		  bool contents, size_t most, std::vector<FoundRow> &found, std::optional<uint64_t> &cut);

/* Adds a block; root, digest and number are known.  Not in logical decoding, as the log is not. */
void write(const seal::Block &block, const std::string &list);

} // namespace schema_guard::pg::log_blocks
