/*
 * log_verify.cpp - reads block by block what the core compares.
 */
#include "schema_guard/pg/log_verify.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_blocks.hpp"
#include "schema_guard/pg/sha256.hpp"

#include <unordered_map>

namespace schema_guard::pg::log_verify {

using seal::Block;
using seal::Finding;
using seal::Verifier;

namespace {

constexpr size_t most_at_a_time = 10000;

std::vector<seal::Row>
rows_of(const std::vector<log_blocks::FoundRow> &found, const Question &question)
{
	std::vector<seal::Row> rows;

	for (const log_blocks::FoundRow &one : found)
		if (one.started_at >= question.from && one.started_at <= question.to)
			rows.push_back(one.row);
	return rows;
}

std::vector<seal::Row>
all_rows(const std::vector<log_blocks::FoundRow> &found)
{
	std::vector<seal::Row> rows;

	rows.reserve(found.size());
	for (const log_blocks::FoundRow &one : found)
		rows.push_back(one.row);
	return rows;
}

bool
wanted(const Block &block, const Question &question)
{
	/* A block without rows may have got some. */
	return block.number >= question.first_block && block.number <= question.last_block &&
		   (block.rows == 0 || (block.last_at >= question.from && block.first_at <= question.to));
}

class Reader {
public:
	Reader(const log_blocks::Reading &reading, const Question &question, Verifier &verifier)
		: reading_(reading), question_(question), verifier_(verifier)
	{
	}

	void read_blocks(const std::vector<Block> &blocks);
	void read_rest(const std::vector<Block> &blocks);

private:
	void read_unsealed(const std::string &chain, const Block *last);
	void read_strays(const std::string &chain, const Block *last, const char *why);

	const log_blocks::Reading &reading_;
	const Question &question_;
	Verifier &verifier_;
};

/* From the newest back, so that there is an end to it that makes sense. */
void
Reader::read_blocks(const std::vector<Block> &blocks)
{
	std::vector<const Block *> before(blocks.size());
	std::unordered_map<std::string, const Block *> last_of_chain;
	int64_t read = 0;

	for (size_t i = 0; i < blocks.size(); i++) {
		const Block *&last = last_of_chain[blocks[i].chain];

		before[i] = last;
		last = &blocks[i];
	}
	for (size_t i = blocks.size(); i-- > 0 && read < question_.most_rows;) {
		const Block &block = blocks[i];
		std::vector<log_blocks::FoundRow> rows;
		std::optional<uint64_t> cut;

		if (!wanted(block, question_))
			continue;
		log_blocks::rows(reading_, block.chain, before[i] == nullptr ? nullptr : &before[i]->moment, block.moment, true,
						 SIZE_MAX, rows, cut);
		verifier_.block(block, log_blocks::list(reading_, block.number), all_rows(rows));
		read += block.rows;
	}
}

void
Reader::read_unsealed(const std::string &chain, const Block *last)
{
	seal::Moment then = last == nullptr ? seal::Moment() : last->moment, all;
	std::optional<uint64_t> cut;
	bool begun = last != nullptr;
	uint64_t next = guard([] { return U64FromFullTransactionId(ReadNextFullTransactionId()); });

	all.xmin = all.xmax = next;
	do {
		std::vector<log_blocks::FoundRow> rows;

		log_blocks::rows(reading_, chain, begun ? &then : nullptr, all, true, most_at_a_time, rows, cut);
		verifier_.unsealed(chain, rows_of(rows, question_));
		if (cut) {
			then = all.cut(*cut);
			begun = true;
		}
	} while (cut);
}

void
Reader::read_strays(const std::string &chain, const Block *last, const char *why)
{
	seal::Moment all;
	std::vector<log_blocks::FoundRow> rows;
	std::optional<uint64_t> cut;

	all.xmin = all.xmax = UINT64_MAX;
	log_blocks::rows(reading_, chain, last == nullptr ? nullptr : &last->moment, all, false, SIZE_MAX, rows, cut);
	for (const log_blocks::FoundRow &found : rows)
		verifier_.stray(chain, found.row.is, why);
}

void
Reader::read_rest(const std::vector<Block> &blocks)
{
	std::string own = log_blocks::own_chain();
	std::unordered_map<std::string, const Block *> last_of_chain;

	for (const Block &block : blocks)
		last_of_chain[block.chain] = &block;

	auto last = [&](const std::string &chain) {
		auto found = last_of_chain.find(chain);

		return found == last_of_chain.end() ? nullptr : found->second;
	};

	for (const std::string &chain : log_blocks::chains(reading_)) {
		if (chain == own) {
			Block future;

			read_unsealed(chain, last(chain));
			future.moment.xmin = future.moment.xmax =
				guard([] { return U64FromFullTransactionId(ReadNextFullTransactionId()); });
			read_strays(chain, &future, "the row is of a transaction that has not been yet");
		} else if (last(own) != nullptr) {
			read_strays(chain, last(chain), "the row is of another database, and was not there when this one began");
		} else {
			read_unsealed(chain, last(chain));
		}
	}
}

} // namespace

std::vector<Finding>
find(const Question &question)
{
	log_blocks::Reading reading = log_blocks::begin();
	pg_cryptohash_ctx *context = guard([] { return sha256::raw::open(); });
	Verifier verifier([&](std::string_view bytes) { return sha256::digest(context, bytes); });
	std::vector<Block> blocks = log_blocks::all(reading);
	Reader reader(reading, question, verifier);

	verifier.link(blocks);
	verifier.compare(blocks, question.kept);
	reader.read_blocks(blocks);
	if (question.last_block == INT64_MAX)
		reader.read_rest(blocks);
	guard([&] { sha256::raw::close(context); });
	log_blocks::end(reading);

	std::vector<Finding> findings = verifier.finish();

	std::stable_sort(findings.begin(), findings.end(), [](const Finding &a, const Finding &b) {
		return a.block.value_or(INT64_MAX) < b.block.value_or(INT64_MAX);
	});
	if (verifier.waiting() > 0)
		findings.push_back({"unsealed", false, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
							std::to_string(verifier.waiting()) + " rows are in no block yet"});
	findings.push_back({"verified", false, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
						std::to_string(blocks.size()) + " blocks are linked, " + std::to_string(verifier.rows()) +
							" of their rows were read"});
	return findings;
}

} // namespace schema_guard::pg::log_verify
