/*
 * The sealed log without a server: bytes, trees, moments, and whatever is done to a log is found.
 */
#include "schema_guard/core/seal/canonical.hpp"
#include "schema_guard/core/seal/verifier.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace schema_guard::seal;

namespace {

/* Not SHA-256, but every byte of the text changes every byte of it. */
Digest
mix(std::string_view text)
{
	Digest digest;

	for (size_t i = 0; i < digest.size(); i += 8) {
		uint64_t value = 14695981039346656037u + i;

		for (char c : text) {
			value = (value ^ static_cast<uint8_t>(c)) * 1099511628211u;
			value ^= value >> 29;
		}
		for (size_t byte = 0; byte < 8; byte++)
			digest[i + byte] = static_cast<uint8_t>(value >> (byte * 8));
	}
	return digest;
}

std::string
bytes_of(const Digest &digest)
{
	return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

std::string
encoded(const std::function<void(Canonical &)> &write)
{
	std::string bytes;
	Canonical canonical(bytes);

	write(canonical);
	return bytes;
}

Moment
moment(const char *text)
{
	return Moment::parse(text).value();
}

} // namespace

TEST(Canonical, SaysWhatAValueIsAndWhereItEnds)
{
	EXPECT_EQ(encoded([](Canonical &c) { c.text("ab"); }), std::string("\1\0\0\0\2ab", 7));
	EXPECT_EQ(encoded([](Canonical &c) { c.number(258); }), std::string("\2\0\0\0\0\0\0\1\2", 9));
	EXPECT_EQ(encoded([](Canonical &c) { c.null(); }), std::string("\0", 1));

	std::set<std::string> different{
		encoded([](Canonical &c) { c.text("a"), c.text("b"); }),
		encoded([](Canonical &c) { c.text("ab"), c.text(""); }),
		encoded([](Canonical &c) { c.list(2), c.text("a"), c.text("b"); }),
		encoded([](Canonical &c) { c.list(1), c.text("a"), c.text("b"); }),
		encoded([](Canonical &c) { c.null(), c.text("ab"); }),
		encoded([](Canonical &c) { c.text(""), c.text("ab"); }),
		encoded([](Canonical &c) { c.number(-1), c.text("ab"); }),
	};
	EXPECT_EQ(different.size(), 7u);
}

TEST(Block, ListsAreReadAsTheyWereWritten)
{
	std::vector<Entry> entries{{1, 2, 1, 0, mix("a")}, {0xfedcba9876543210u, -1, 2, is_attempt, mix("b")}}, read;

	ASSERT_TRUE(unpack(pack(entries), read));
	ASSERT_EQ(read.size(), 2u);
	EXPECT_EQ(read[1].xid, 0xfedcba9876543210u);
	EXPECT_EQ(read[1].ordinal, -1);
	EXPECT_EQ(read[1].format, 2);
	EXPECT_EQ(read[1].flags, is_attempt);
	EXPECT_EQ(read[1].content, mix("b"));
	EXPECT_FALSE(unpack(pack(entries).substr(1), read));
}

TEST(Block, RootIsThatOfATree)
{
	auto leaf = [](const Entry &entry) { return mix('\0' + pack({entry})); };
	auto node = [](const Digest &a, const Digest &b) { return mix('\1' + bytes_of(a) + bytes_of(b)); };
	Entry a{1, 1, 1, 0, mix("a")}, b{1, 2, 1, 0, mix("b")}, c{2, 1, 1, 0, mix("c")};

	EXPECT_EQ(merkle_root({}, mix), mix(""));
	EXPECT_EQ(merkle_root({a}, mix), leaf(a));
	EXPECT_EQ(merkle_root({a, b, c}, mix), node(node(leaf(a), leaf(b)), leaf(c)));
	EXPECT_NE(merkle_root({b, a, c}, mix), merkle_root({a, b, c}, mix));
}

TEST(Block, DigestIsOfEveryField)
{
	Block block;
	std::set<std::string> digests;
	auto add = [&](const Block &other) { digests.insert(hexadecimal(digest_of(other, mix))); };
	auto with = [&](const std::function<void(Block &)> &change) {
		Block other = block;

		change(other);
		add(other);
	};

	add(block);
	with([](Block &b) { b.number = 1; });
	with([](Block &b) { b.format = 2; });
	with([](Block &b) { b.chain = "x"; });
	with([](Block &b) { b.system = 1; });
	with([](Block &b) { b.database = 1; });
	with([](Block &b) { b.timeline = 1; });
	with([](Block &b) { b.sealed_at = 1; });
	with([](Block &b) { b.rows = 1; });
	with([](Block &b) { b.first_at = 1; });
	with([](Block &b) { b.last_at = 1; });
	with([](Block &b) { b.moment.xmax = 1; });
	with([](Block &b) { b.moment.running = {0}; });
	with([](Block &b) { b.root[0] = 1; });
	with([](Block &b) { b.purged = 1; });
	with([](Block &b) { b.attempts_purged = 1; });
	with([](Block &b) { b.previous[31] = 1; });
	EXPECT_EQ(digests.size(), 17u);
}

TEST(Block, HexadecimalIsReadBack)
{
	EXPECT_EQ(from_hexadecimal(hexadecimal(mix("x"))), mix("x"));
	EXPECT_FALSE(from_hexadecimal("00"));
	EXPECT_FALSE(from_hexadecimal(std::string(63, '0') + "g"));
}

TEST(Moment, SaysWhatHasEnded)
{
	Moment now = moment("10:20:10,12");

	EXPECT_TRUE(now.ended(9));
	EXPECT_FALSE(now.ended(10));
	EXPECT_TRUE(now.ended(11));
	EXPECT_FALSE(now.ended(12));
	EXPECT_TRUE(now.ended(19));
	EXPECT_FALSE(now.ended(20));
	EXPECT_EQ(now.text(), "10:20:10,12");
	EXPECT_EQ(moment("20:20:").text(), "20:20:");

	now.add_running(5);
	now.add_running(11);
	now.add_running(25);
	EXPECT_EQ(now.text(), "5:20:5,10,11,12");
	EXPECT_EQ(now.cut(11).text(), "5:11:5,10");
	EXPECT_EQ(now.cut(4).text(), "4:4:");
	for (const char *text : {"", "1", "1:2", "a:2:", "1:2:x", "1:2:1,,2", "1:2:-1"})
		EXPECT_FALSE(Moment::parse(text)) << text;
}

TEST(Moment, FollowsWhatHadEnded)
{
	EXPECT_TRUE(moment("10:20:10").follows(moment("10:20:10")));
	EXPECT_TRUE(moment("20:20:").follows(moment("10:20:10")));
	EXPECT_TRUE(moment("10:30:10,25").follows(moment("10:20:10")));
	EXPECT_FALSE(moment("10:19:10").follows(moment("10:20:10")));
	EXPECT_FALSE(moment("10:20:10,11").follows(moment("10:20:10")));
}

namespace {

/* A log as a server has it: rows by their places, and blocks with lists. */
struct Log {
	std::vector<Block> blocks;
	std::vector<std::vector<Entry>> lists;
	std::map<std::pair<uint64_t, int>, Row> rows;
	std::vector<Kept> kept;

	void seal(size_t block, const Block *last)
	{
		Block &header = blocks[block];

		header.root = merkle_root(lists[block], mix);
		header.rows = static_cast<int64_t>(lists[block].size());
		header.previous = last == nullptr ? Digest{} : last->digest;
		header.digest = digest_of(header, mix);
	}
};

constexpr size_t blocks_of_log = 12;
constexpr uint64_t transactions_of_block = 6;

Row
row(uint64_t xid, int ordinal)
{
	Row row;

	row.is = {xid, ordinal, format, static_cast<uint8_t>(xid % 5 == 0 ? is_attempt : 0),
			  mix(std::to_string(xid) + "/" + std::to_string(ordinal))};
	row.has_leaf = row.fits_leaf = true;
	return row;
}

Log
make_log()
{
	Log log;

	for (size_t i = 0; i < blocks_of_log; i++) {
		Block block;

		block.number = static_cast<int64_t>(i) + 1;
		block.chain = "c";
		block.timeline = 1;
		block.moment.xmin = block.moment.xmax = 100 + (i + 1) * transactions_of_block;
		log.lists.emplace_back();
		for (uint64_t xid = block.moment.xmax - transactions_of_block; xid < block.moment.xmax; xid++)
			for (int ordinal = 1; ordinal <= static_cast<int>(xid % 3) + 1; ordinal++) {
				log.rows[{xid, ordinal}] = row(xid, ordinal);
				log.lists.back().push_back(row(xid, ordinal).is);
			}
		log.blocks.push_back(block);
		log.seal(i, i == 0 ? nullptr : &log.blocks[i - 1]);
	}
	log.kept.push_back({static_cast<int64_t>(blocks_of_log), "c", 1, log.blocks.back().digest});
	return log;
}

std::vector<Finding>
verify(const Log &log)
{
	Verifier verifier(mix);
	Moment then;

	verifier.link(log.blocks);
	verifier.compare(log.blocks, log.kept);
	for (size_t i = 0; i < log.blocks.size(); i++) {
		std::vector<Row> rows;

		for (const auto &[place, row] : log.rows)
			if (log.blocks[i].moment.ended(place.first) && !then.ended(place.first))
				rows.push_back(row);
		verifier.block(log.blocks[i], pack(log.lists[i]), rows);
		then = log.blocks[i].moment;
	}
	return verifier.finish();
}

std::string
said(const Log &log)
{
	std::string text;

	for (const Finding &finding : verify(log))
		text += finding.finding + (finding.tampered ? "! " : " ");
	return text;
}

} // namespace

TEST(Verifier, FindsNothingWhereNothingIs)
{
	EXPECT_EQ(said(make_log()), "");
}

TEST(Verifier, TellsWhatItIs)
{
	Log log = make_log();

	log.rows.erase({101, 1});
	EXPECT_EQ(said(log), "missing! ");

	log = make_log();
	log.rows[{101, 9}] = row(101, 9);
	EXPECT_EQ(said(log), "added! ");

	log = make_log();
	log.rows[{101, 1}].is.content = mix("x");
	EXPECT_EQ(said(log), "changed! ");

	log = make_log();
	log.rows[{101, 1}].fits_leaf = false;
	EXPECT_EQ(said(log), "changed! ");

	log = make_log();
	std::swap(log.rows[{101, 1}].is.content, log.rows[{131, 1}].is.content);
	EXPECT_EQ(said(log), "reordered! reordered! ");

	log = make_log();
	log.rows[{99, 1}] = log.rows[{101, 1}];
	log.rows[{99, 1}].is.xid = 99;
	log.rows.erase({101, 1});
	EXPECT_EQ(said(log), "reordered! missing! ");

	/* Rewritten with all that hangs on it, but for what was kept elsewhere. */
	log = make_log();
	log.rows[{101, 1}].is.content = log.lists[0][0].content = mix("x");
	log.rows[{101, 1}].is = log.lists[0][0] = row(101, 1).is;
	log.rows[{101, 1}].is.content = mix("x");
	log.lists[0] = {};
	for (const auto &[place, row] : log.rows)
		if (log.blocks[0].moment.ended(place.first))
			log.lists[0].push_back(row.is);
	for (size_t i = 0; i < blocks_of_log; i++)
		log.seal(i, i == 0 ? nullptr : &log.blocks[i - 1]);
	EXPECT_EQ(said(log), "changed! ");
	EXPECT_EQ(verify(log)[0].block, static_cast<int64_t>(blocks_of_log));
	log.kept.clear();
	EXPECT_EQ(said(log), "");
}

TEST(Verifier, KnowsWhatWasPurged)
{
	Log log = make_log();

	log.blocks.back().purged = 2;
	log.blocks.back().attempts_purged = 4;
	log.seal(blocks_of_log - 1, &log.blocks[blocks_of_log - 2]);
	log.kept.clear();
	EXPECT_NE(said(log), "");
	std::erase_if(log.rows, [&](const auto &one) {
		uint64_t xid = one.first.first;

		return log.blocks[1].moment.ended(xid) || (log.blocks[3].moment.ended(xid) && xid % 5 == 0);
	});
	log.lists[0] = log.lists[1] = {};

	Verifier verifier(mix);
	Moment then;
	std::string text;

	verifier.link(log.blocks);
	for (size_t i = 0; i < log.blocks.size(); i++) {
		std::vector<Row> rows;

		for (const auto &[place, row] : log.rows)
			if (log.blocks[i].moment.ended(place.first) && !then.ended(place.first))
				rows.push_back(row);
		verifier.block(log.blocks[i], i < 2 ? std::nullopt : std::optional(pack(log.lists[i])), rows);
		then = log.blocks[i].moment;
	}
	for (const Finding &finding : verifier.finish())
		text += finding.finding + (finding.tampered ? "! " : " ");
	EXPECT_EQ(text, "purged purged ");
}

TEST(Verifier, TellsCopiesAndPromotionsAndForks)
{
	Log log = make_log();

	log.blocks[5].timeline = 2;
	for (size_t i = 6; i < blocks_of_log; i++) {
		log.blocks[i].timeline = 2;
		log.blocks[i].system = 7;
	}
	for (size_t i = 5; i < blocks_of_log; i++)
		log.seal(i, &log.blocks[i - 1]);
	EXPECT_EQ(said(log), "promoted copied forked! ");
	log.kept = {{99, "c", 2, {}}};
	EXPECT_EQ(said(log), "promoted copied missing! ");
}

TEST(Verifier, FindsTenThousandMutations)
{
	const Log whole = make_log();
	std::mt19937 random(20261121);
	auto any = [&](size_t size) { return std::uniform_int_distribution<size_t>(0, size - 1)(random); };
	auto place = [&](Log &log) {
		auto at = log.rows.begin();

		std::advance(at, static_cast<long>(any(log.rows.size())));
		return at;
	};
	std::map<size_t, int> missed;

	for (int i = 0; i < 10000; i++) {
		Log log = whole;
		size_t kind = any(8);
		size_t block = any(blocks_of_log);
		auto at = place(log);

		switch (kind) {
		case 0: /* a byte of a row */
			at->second.is.content[any(32)] ^= static_cast<uint8_t>(1 << any(8));
			break;
		case 1:
			log.rows.erase(at);
			break;
		case 2: {
			Row added = row(any(200), 1);

			added.is.ordinal = 50;
			if (!log.blocks.back().moment.ended(added.is.xid))
				added.is.xid = 100;
			log.rows[{added.is.xid, 50}] = added;
			break;
		}
		case 3: {
			auto other = place(log);

			while (other == at)
				other = place(log);
			std::swap(at->second.is.content, other->second.is.content);
			break;
		}
		case 4: { /* a byte of a list */
			std::string bytes = pack(log.lists[block]);

			bytes[any(bytes.size())] ^= static_cast<char>(1 << any(8));
			unpack(bytes, log.lists[block]);
			break;
		}
		case 5: /* a field of a block */
			log.blocks[block].last_at ^= 1 << any(20);
			break;
		case 6: /* a block rewritten with the row that it lists, as well as can be */
			log.lists[block][0].content = mix("forged");
			log.rows[{log.lists[block][0].xid, log.lists[block][0].ordinal}].is.content = mix("forged");
			log.seal(block, block == 0 ? nullptr : &log.blocks[block - 1]);
			break;
		case 7:
			log.blocks.erase(log.blocks.begin() + static_cast<long>(block));
			log.lists.erase(log.lists.begin() + static_cast<long>(block));
			break;
		}

		std::vector<Finding> findings = verify(log);

		if (std::none_of(findings.begin(), findings.end(), [](const Finding &finding) { return finding.tampered; }))
			missed[kind]++;
	}
	for (const auto &[kind, count] : missed)
		ADD_FAILURE() << count << " mutations of kind " << kind << " were not found";
}
