/*
 * log_seal.cpp - see log_seal.hpp.
 */
#include "schema_guard/pg/log_seal.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_blocks.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/sha256.hpp"
#include "schema_guard/pg/shared.hpp"

extern "C" {
#include "replication/message.h"
#include "storage/lmgr.h"
}

namespace schema_guard::pg::log_seal {

using seal::Block;
using seal::Entry;
using seal::Moment;

namespace {

constexpr size_t most_rows = 10000; /* of a block */
constexpr char wal_prefix[] = "schema_guard";

/* What the server log is to be told of when this transaction has committed. */
std::vector<std::string> &
untold()
{
	static std::vector<std::string> *lines = new std::vector<std::string>();

	return *lines;
}
bool any_untold = false;

/* Server calls; only inside guard(). */
namespace raw {

/* Of the table as an object, which nothing else locks: neither VACUUM nor a dump is in the way. */
bool
lock(Oid table, bool wait)
{
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationRelationId, table, 0);
	return LockAcquire(&tag, ExclusiveLock, false, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

/* Beside the row: who changes the table cannot change what was archived. */
void
write_wal(const char *text, size_t size)
{
#if PG_VERSION_NUM >= 170000
	(void) LogLogicalMessage(wal_prefix, text, size, true, false); /* since 17 it may flush (173b56f1ef59) */
#else
	(void) LogLogicalMessage(wal_prefix, text, size, true);
#endif
}

} // namespace raw

class Sealer {
public:
	Sealer() : context_(guard([] { return sha256::raw::open(); }))
	{
		block_.system = guard([] { return GetSystemIdentifier(); });
		block_.timeline = guard([] { return GetWALInsertionTimeLine(); });
		block_.database = MyDatabaseId;
		block_.sealed_at = GetCurrentTimestamp();
	}
	void close()
	{
		guard([&] { sha256::raw::close(context_); });
	}

	/* The next block follows from this one. */
	void follow(const Block &last)
	{
		block_.number = last.number;
		block_.previous = last.digest;
		block_.purged = last.purged;
		block_.attempts_purged = last.attempts_purged;
	}

	void purged(int64_t all, int64_t attempts)
	{
		block_.purged = std::max(block_.purged, all);
		block_.attempts_purged = std::max(block_.attempts_purged, attempts);
	}

	void add(const std::string &chain, const Moment &moment, const std::vector<log_blocks::FoundRow> &rows)
	{
		std::vector<Entry> entries;

		block_.number++;
		block_.chain = chain;
		block_.moment = moment;
		block_.rows = static_cast<int64_t>(rows.size());
		block_.first_at = block_.last_at = rows.empty() ? 0 : rows.front().started_at;
		entries.reserve(rows.size());
		for (const log_blocks::FoundRow &found : rows) {
			entries.push_back(found.row.is);
			block_.first_at = std::min(block_.first_at, found.started_at);
			block_.last_at = std::max(block_.last_at, found.started_at);
		}
		auto hash = [&](std::string_view bytes) { return sha256::digest(context_, bytes); };

		block_.root = seal::merkle_root(entries, hash);
		block_.digest = seal::digest_of(block_, hash);
		log_blocks::write(block_, seal::pack(entries));
		tell();
		block_.previous = block_.digest;
	}

private:
	void tell()
	{
		std::string members = seal::document(block_);
		std::string text = '{' + members + '}';

		guard([&] { raw::write_wal(text.data(), text.size()); });
		(void) session::database();
		untold().push_back(std::move(members));
		any_untold = true;
	}

	pg_cryptohash_ctx *context_;
	Block block_;
};

/* Rows of one chain, block by block; what is left when there are too many is for the next time. */
void
seal_chain(const log_blocks::Reading &reading, Sealer &sealer, const std::string &chain, const Block *last,
		   const Moment &now, bool ended, uint64_t most_blocks, Sealed &sealed)
{
	Moment then = last == nullptr ? Moment() : last->moment;
	bool begun = last != nullptr;

	for (;;) {
		std::vector<log_blocks::FoundRow> rows;
		std::optional<uint64_t> cut;

		log_blocks::rows(reading, chain, begun ? &then : nullptr, now, false, most_rows, rows, cut);
		if (rows.empty())
			return;

		Moment moment = cut ? now.cut(*cut) : now;

		/* A chain that has ended says where. */
		if (!cut && ended)
			moment = now.cut(rows.back().row.is.xid + 1);
		sealer.add(chain, moment, rows);
		sealed.rows += rows.size();
		if (++sealed.blocks >= most_blocks && cut)
			sealed.more = true;
		if (!cut || sealed.more)
			return;
		then = std::move(moment);
		begun = true;
	}
}

} // namespace

Sealed
seal(bool wait, uint64_t most_blocks)
{
	Sealed sealed;

	own::require_installed();
	if (!guard([&, table = own::table("log_block")] { return raw::lock(table, wait); })) {
		sealed.busy = true;
		return sealed;
	}

	log_blocks::Reading reading = log_blocks::begin();
	std::string chain = log_blocks::own_chain();
	Moment now = log_blocks::moment(reading);
	Block last, last_of_chain;
	Sealer sealer;
	bool any = log_blocks::last(reading, last);
	bool begun =
		any && (last.chain == chain ? (last_of_chain = last, true) : log_blocks::last(reading, chain, last_of_chain));

	if (any)
		sealer.follow(last);
	/* A copy of a database, or one after pg_upgrade: what the other has left unsealed goes first. */
	if (!begun)
		for (const std::string &other : log_blocks::chains(reading)) {
			Block last_of_other;
			bool known = log_blocks::last(reading, other, last_of_other);
			Moment whole;

			whole.xmin = whole.xmax = UINT64_MAX;
			if (other != chain && !sealed.more)
				seal_chain(reading, sealer, other, known ? &last_of_other : nullptr, whole, true, most_blocks, sealed);
		}
	if (!sealed.more)
		seal_chain(reading, sealer, chain, begun ? &last_of_chain : nullptr, now, false, most_blocks, sealed);
	sealer.close();
	log_blocks::end(reading);
	return sealed;
}

void
seal_purge(int64_t purged, int64_t attempts_purged)
{
	log_blocks::Reading reading = log_blocks::begin();
	std::string chain = log_blocks::own_chain();
	Block last, last_of_chain;
	Sealer sealer;

	if (log_blocks::last(reading, last)) {
		bool begun = log_blocks::last(reading, chain, last_of_chain);

		sealer.follow(last);
		sealer.purged(purged, attempts_purged);
		sealer.add(chain, begun ? last_of_chain.moment : Moment(), {});
	}
	sealer.close();
	log_blocks::end(reading);
}

void
transaction_ended(bool committed) noexcept
{
	if (!any_untold)
		return;
	try {
		if (committed)
			for (const std::string &members : untold())
				server_log::write_sealed(members);
	} catch (...) {
		/* They are in the table and in WAL. */
	}
	untold().clear();
	any_untold = false;
}

void
announce() noexcept
{
	if (shared::area() == nullptr || !IsUnderPostmaster)
		return;
	try {
		detail::protect([] { shared::raw::announce_unsealed(MyDatabaseId); });
	} catch (...) {
		/* The next visit of the worker will see. */
	}
}

} // namespace schema_guard::pg::log_seal
