/*
 * verifier.cpp - see verifier.hpp.
 */
#include "schema_guard/core/seal/verifier.hpp"

#include <algorithm>

namespace schema_guard::seal {

namespace {

std::string
place_name(const Entry &entry)
{
	return "(" + std::to_string(entry.xid) + ", " + std::to_string(entry.ordinal) + ")";
}

std::string
name(const Block &block)
{
	return "system identifier " + std::to_string(static_cast<int64_t>(block.system)) + ", database " +
		   std::to_string(block.database);
}

} // namespace

Finding &
Verifier::add(std::string finding, const Block &block, std::string detail)
{
	return findings_.emplace_back(
		Finding{std::move(finding), true, block.number, block.chain, std::nullopt, std::nullopt, std::move(detail)});
}

Finding &
Verifier::add(std::string finding, const Block &block, const Entry &place, std::string detail)
{
	Finding &row = add(std::move(finding), block, std::move(detail));

	row.xid = place.xid;
	row.ordinal = place.ordinal;
	return row;
}

void
Verifier::link(const std::vector<Block> &blocks)
{
	const Block *last = nullptr;
	std::map<std::string, const Block *> last_of_chain;

	for (const Block &block : blocks) {
		int64_t expected = last == nullptr ? 1 : last->number + 1;

		purged_ = std::max(purged_, block.purged);
		attempts_purged_ = std::max(attempts_purged_, block.attempts_purged);
		if (block.number != expected)
			add("missing", block,
				block.number == expected + 1
					? "block " + std::to_string(expected) + " is gone"
					: "blocks " + std::to_string(expected) + " to " + std::to_string(block.number - 1) + " are gone");
		else if (block.previous != (last == nullptr ? Digest{} : last->digest))
			add("changed", block,
				"the block does not follow from block " + std::to_string(block.number - 1) +
					": one of the two was rewritten");
		if (digest_of(block, hash_) != block.digest)
			add("changed", block, "the block is not what its digest is of");

		const Block *&before = last_of_chain[block.chain];

		if (before != nullptr && !block.moment.follows(before->moment))
			add("changed", block, "the block goes back behind block " + std::to_string(before->number));
		if (block.purged >= block.number || block.attempts_purged >= block.number)
			add("changed", block, "the block says that it is purged itself");
		if (last != nullptr && (block.system != last->system || block.database != last->database))
			add("copied", block,
				"the blocks before were sealed in another database (" + name(*last) + "), those from here on in " +
					name(block))
				.tampered = false;
		else if (last != nullptr && block.timeline != last->timeline)
			add("promoted", block,
				"the blocks from here on were sealed on timeline " + std::to_string(block.timeline) +
					", those before on timeline " + std::to_string(last->timeline))
				.tampered = false;
		last = before = &block;
	}
	if (purged_ > 0)
		findings_.push_back({"purged", false, purged_, std::nullopt, std::nullopt, std::nullopt,
							 "the rows up to this block were purged; their digests are still linked"});
	if (attempts_purged_ > purged_)
		findings_.push_back({"purged", false, attempts_purged_, std::nullopt, std::nullopt, std::nullopt,
							 "the attempts up to this block were purged; their hashes are still there"});
}

void
Verifier::compare(const std::vector<Block> &blocks, const std::vector<Kept> &kept)
{
	for (const Kept &one : kept) {
		auto block =
			std::find_if(blocks.begin(), blocks.end(), [&](const Block &other) { return other.number == one.number; });
		Finding finding{"missing", true, one.number, one.chain, std::nullopt, std::nullopt, ""};

		if (block == blocks.end()) {
			finding.detail = "the block is gone, whose digest was kept";
		} else if (block->digest == one.digest) {
			continue;
		} else if (block->chain != one.chain || block->timeline != one.timeline) {
			finding.finding = "forked";
			finding.detail = "the digest was kept of another course of events: of chain " + one.chain +
							 " on timeline " + std::to_string(one.timeline) + ", while this block is of chain " +
							 block->chain + " on timeline " + std::to_string(block->timeline);
		} else {
			finding.finding = "changed";
			finding.detail = "the block is not the one whose digest was kept";
		}
		findings_.push_back(std::move(finding));
	}
}

bool
Verifier::may_be_gone(const Block &block, const Entry &entry) const
{
	return block.number <= purged_ || (block.number <= attempts_purged_ && (entry.flags & is_attempt));
}

void
Verifier::block(const Block &block, const std::optional<std::string> &packed, const std::vector<Row> &rows)
{
	std::vector<Entry> entries;

	if (!packed && block.number > purged_)
		add("missing", block, "the list of the block's rows is gone");
	else if (packed && !unpack(*packed, entries))
		add("changed", block, "the list of the block's rows is damaged");
	else if (packed &&
			 (merkle_root(entries, hash_) != block.root || static_cast<int64_t>(entries.size()) != block.rows))
		add("changed", block, "the list of the block's rows is not what the block's root is of");

	auto row = rows.begin();
	auto extra = [&] {
		add("added", block, row->is, "the row was not there when its block was sealed");
		holds_.emplace_back(findings_.size() - 1, row->is.content);
		row++;
	};

	for (const Entry &entry : entries) {
		while (row != rows.end() && row->is.before(entry))
			extra();
		if (row == rows.end() || !row->is.same_place(entry)) {
			if (may_be_gone(block, entry))
				continue;
			add("missing", block, entry, "the row is gone");
			sealed_as_.emplace(entry.content, place_name(entry));
			continue;
		}
		rows_++;
		if (row->is.content != entry.content) {
			add("changed", block, entry, "the row is not as it was sealed");
			holds_.emplace_back(findings_.size() - 1, row->is.content);
			sealed_as_.emplace(entry.content, place_name(entry));
		} else if ((row->is.flags ^ entry.flags) & is_attempt || row->has_leaf == ((entry.flags & is_late) != 0) ||
				   (row->has_leaf && !row->fits_leaf)) {
			add("changed", block, entry, "the row's own hash is not as it was sealed");
		}
		row++;
	}
	while (row != rows.end())
		extra();
}

void
Verifier::unsealed(const std::string &chain, const std::vector<Row> &rows)
{
	for (const Row &row : rows) {
		waiting_++;
		if (row.has_leaf && !row.fits_leaf)
			findings_.push_back({"changed", true, std::nullopt, chain, row.is.xid, row.is.ordinal,
								 "the row, which is not sealed yet, is not as it was written"});
	}
}

void
Verifier::stray(const std::string &chain, const Entry &place, std::string why)
{
	findings_.push_back({"added", true, std::nullopt, chain, place.xid, place.ordinal, std::move(why)});
}

std::vector<Finding>
Verifier::finish()
{
	for (const auto &[index, content] : holds_) {
		auto sealed = sealed_as_.find(content);

		if (sealed == sealed_as_.end())
			continue;
		findings_[index].finding = "reordered";
		findings_[index].detail = "the row is the one that was sealed as " + sealed->second;
	}
	return std::move(findings_);
}

} // namespace schema_guard::seal
