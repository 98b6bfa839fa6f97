/*
 * pg/log_seal.hpp - rows of the log into blocks; see docs/sealed_log.md.
 */
#pragma once

#include "schema_guard/core/seal/block.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::log_seal {

struct Sealed {
	uint64_t rows = 0, blocks = 0;
	bool more = false; /* not all that was there */
	bool busy = false; /* somebody else is at it: nothing was done */
};

/*
 * Seals what is committed and in no block yet: at most so many blocks.  One at a time in a database; whoever may not wait comes
 * back as busy.
 */
Sealed seal(bool wait, uint64_t most_blocks);

/* A block without rows, which says that of those up to some there are none any more; the last block is known to be ours. */
void seal_purge(int64_t purged, int64_t attempts_purged);

/* The transaction has ended: with it, what was sealed is told to the server log, or it is nothing. */
void transaction_ended(bool committed) noexcept;

/* What a commit leaves to be sealed; the worker is told to come, when there is one. */
void announce() noexcept;

} // namespace schema_guard::pg::log_seal
