/*
 * core/seal/verifier.hpp - holds a log against its blocks, and says what does not fit.
 */
#pragma once

#include "schema_guard/core/seal/block.hpp"

#include <map>
#include <string>
#include <vector>

namespace schema_guard::seal {

/* A row as it is now. */
struct Row {
	Entry is;			   /* its place, its kind, the hash of what it holds now */
	bool has_leaf = false; /* was hashed when it was written */
	bool fits_leaf = false;
};

/* A digest that somebody has kept elsewhere. */
struct Kept {
	int64_t number = 0;
	std::string chain;
	uint32_t timeline = 0;
	Digest digest{};
};

struct Finding {
	std::string finding; /* changed, missing, added, reordered: of a row or of a block; copied, promoted, ... */
	bool tampered = true;
	std::optional<int64_t> block;
	std::optional<std::string> chain;
	std::optional<uint64_t> xid;
	std::optional<int32_t> ordinal;
	std::string detail;
};

class Verifier {
public:
	explicit Verifier(Hash hash) : hash_(std::move(hash)) {}

	/* All blocks, by their numbers: are they whole, and does each follow from the one before? */
	void link(const std::vector<Block> &blocks);
	/* Against what was kept of them. */
	void compare(const std::vector<Block> &blocks, const std::vector<Kept> &kept);
	/* The list of a block against what its digest is of, and the rows it is of; both in order. */
	void block(const Block &block, const std::optional<std::string> &packed, const std::vector<Row> &rows);
	/* Rows that no block lists yet. */
	void unsealed(const std::string &chain, const std::vector<Row> &rows);
	/* A row that no block can list. */
	void stray(const std::string &chain, const Entry &place, std::string why);

	/* Where a row is what another one was, both have changed places. */
	std::vector<Finding> finish();

	int64_t rows() const { return rows_; }
	int64_t waiting() const { return waiting_; }

private:
	Finding &add(std::string finding, const Block &block, std::string detail);
	Finding &add(std::string finding, const Block &block, const Entry &place, std::string detail);
	bool may_be_gone(const Block &block, const Entry &entry) const;

	Hash hash_;
	std::vector<Finding> findings_;
	/* What changed rows hold, by their findings; what rows held that were changed or are missing. */
	std::vector<std::pair<size_t, Digest>> holds_;
	std::map<Digest, std::string> sealed_as_;
	int64_t purged_ = 0, attempts_purged_ = 0;
	int64_t rows_ = 0, waiting_ = 0;
};

} // namespace schema_guard::seal
