/*
 * pg/log_verify.hpp - the log against its blocks.
 */
#pragma once

#include "schema_guard/core/seal/verifier.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::log_verify {

struct Question {
	/* Rows that were begun in between; the blocks are linked to each other in any case. */
	TimestampTz from = DT_NOBEGIN, to = DT_NOEND;
	/* Of the newest blocks only, until so many rows. */
	int64_t most_rows = INT64_MAX;
	/* Of these blocks only, and of no row that is in none. */
	int64_t first_block = 1, last_block = INT64_MAX;
	std::vector<seal::Kept> kept;
};

/* The last finding says how much was looked at. */
std::vector<seal::Finding> find(const Question &question);

} // namespace schema_guard::pg::log_verify
