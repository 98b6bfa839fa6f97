/*
 * log_purge.cpp - see log_purge.hpp.
 */
#include "schema_guard/pg/log_purge.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_blocks.hpp"
#include "schema_guard/pg/log_seal.hpp"
#include "schema_guard/pg/log_verify.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/settings.hpp"

namespace schema_guard::pg::log_purge {

using seal::Block;

namespace {

constexpr int64_t most_rows_of_worker = 20000;

/* A block ends the rows of its chain up to its moment. */
constexpr char delete_rows[] = R"(
DELETE FROM schema_guard.statement_log s USING unnest($1::uuid[], $2::pg_snapshot[]) m (chain, moment)
WHERE s.chain = m.chain AND s.xid < pg_snapshot_xmax(m.moment) AND pg_visible_in_snapshot(s.xid, m.moment)
	AND ($3 = 'all' OR s.attempt_boot IS NOT NULL))";

struct Range {
	int64_t first = 1, last = 0;
	bool more = false;
};

Range
find_range(const std::vector<Block> &blocks, TimestampTz before, What what, int64_t most_rows)
{
	Range range;
	int64_t rows = 0;

	/* Purged already: what the last block says. */
	if (!blocks.empty())
		range.first = 1 + (what == What::all ? blocks.back().purged
											 : std::max(blocks.back().purged, blocks.back().attempts_purged));
	for (const Block &block : blocks) {
		if (block.rows > 0 && block.last_at >= before)
			break;
		if (block.number < range.first)
			continue;
		if (rows > 0 && rows + block.rows > most_rows) {
			range.more = true;
			break;
		}
		rows += block.rows;
		range.last = block.number;
	}
	return range;
}

/* What has been changed is evidence. */
void
require_untouched(const Range &range)
{
	log_verify::Question question;

	question.first_block = range.first;
	question.last_block = range.last;
	for (const seal::Finding &finding : log_verify::find(question))
		if (finding.tampered)
			throw Failure(sqlstate::own_table,
						  "the log was not purged: it is not as it was sealed, see schema_guard.verify_log()")
				.with_detail((finding.block ? "Block " + std::to_string(*finding.block) + ": " : "") + finding.detail +
							 ".")
				.with_hint("schema_guard.purge_log(..., even_if_tampered => true) purges it all the same.");
}

} // namespace

Purged
purge(TimestampTz before, What what, bool even_if_tampered, int64_t most_rows, const std::string &statement)
{
	Purged purged;
	Range range;
	std::vector<std::string> chains, moments;

	own::require_installed();
	(void) log_seal::seal(true, UINT64_MAX);
	guard([] { CommandCounterIncrement(); });

	log_blocks::Reading reading = log_blocks::begin();
	std::vector<Block> blocks = log_blocks::all(reading);

	log_blocks::end(reading);
	range = find_range(blocks, before, what, most_rows);
	purged.more = range.more;
	if (range.last < range.first)
		return purged;
	if (!even_if_tampered)
		require_untouched(range);

	for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
		if (block->number <= range.last && std::find(chains.begin(), chains.end(), block->chain) == chains.end()) {
			chains.push_back(block->chain);
			moments.push_back(block->moment.text());
		}
	purged.rows = own::execute(
		delete_rows, {sql::write_array(chains), sql::write_array(moments), what == What::all ? "all" : "attempts"});
	/* No attempts are no purge, unless it is to go on behind these blocks. */
	if (what == What::attempts && purged.rows == 0 && !range.more)
		return purged;
	if (what == What::all)
		(void) own::execute(
			"UPDATE schema_guard.log_block SET entries = NULL WHERE number <= $1::bigint AND entries IS NOT NULL",
			{std::to_string(range.last)});
	guard([] { CommandCounterIncrement(); });
	log_seal::seal_purge(what == What::all ? range.last : 0, range.last);
	recorder::add_own_command("PURGE LOG", statement);
	return purged;
}

Purged
retain()
{
	Purged purged;
	TimestampTz now = GetCurrentTimestamp();

	for (What what : {What::all, What::attempts}) {
		int seconds = what == What::all ? settings::log_retention_seconds() : settings::attempt_retention_seconds();

		if (seconds == 0 || purged.more)
			continue;

		TimestampTz before = now - static_cast<TimestampTz>(seconds) * USECS_PER_SEC;
		std::string setting = what == What::all ? "schema_guard.log_retention" : "schema_guard.attempt_retention";

		purged =
			purge(before, what, false, most_rows_of_worker, "-- " + setting + ": " + std::to_string(seconds) + "s");
	}
	return purged;
}

} // namespace schema_guard::pg::log_purge
