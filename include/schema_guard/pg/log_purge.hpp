/*
 * pg/log_purge.hpp - rows of the log that have been kept long enough go, block by block, and the chain of blocks stays.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::log_purge {

enum class What { all, attempts };

struct Purged {
	uint64_t rows = 0;
	bool more = false; /* not all that could have gone */
};

/*
 * Purges the blocks whose rows, and those of all blocks before, were begun before a time; of most_rows at most.  Raises SG006 where
 * one of them is not as it was sealed, unless it may be.
 */
Purged purge(TimestampTz before, What what, bool even_if_tampered, int64_t most_rows, const std::string &statement);

/* What the settings say; for the worker. */
Purged retain();

} // namespace schema_guard::pg::log_purge
