/*
 * log_blocks.cpp - see log_blocks.hpp.
 */
#include "schema_guard/pg/log_blocks.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_content.hpp"
#include "schema_guard/pg/log_row.hpp"
#include "schema_guard/pg/own_tables.hpp"

extern "C" {
#include "utils/uuid.h"
#include "utils/xid8.h"
}

namespace schema_guard::pg::log_blocks {

using seal::Block;
using seal::Digest;
using seal::Moment;

namespace {

/* Columns of log_block, counted from 0. */
enum {
	number,
	format,
	chain,
	system_identifier,
	database,
	timeline,
	sealed_at,
	row_count,
	first_at,
	last_at,
	moment_column,
	root,
	purged,
	attempts_purged,
	previous,
	digest,
	entries,
	column_count
};

/* Server calls; only inside guard(). */
namespace raw {

void
read_digest(Datum value, Digest &result)
{
	bytea *packed = DatumGetByteaPP(value);

	result.fill(0);
	if (VARSIZE_ANY_EXHDR(packed) == result.size())
		memcpy(result.data(), VARDATA_ANY(packed), result.size());
}

Datum
digest_datum(const Digest &value)
{
	return PointerGetDatum(
		cstring_to_text_with_len(reinterpret_cast<const char *>(value.data()), static_cast<int>(value.size())));
}

const char *
chain_text(Datum value)
{
	return DatumGetCString(DirectFunctionCall1(uuid_out, value));
}

Datum
chain_datum(const std::string &text)
{
	return DirectFunctionCall1(uuid_in, CStringGetDatum(text.c_str()));
}

/* A moment as text is read by the core. */
void
read(Relation table, HeapTuple tuple, Block &block, std::string &moment)
{
	Datum values[column_count];
	bool nulls[column_count];

	heap_deform_tuple(tuple, RelationGetDescr(table), values, nulls);
	block.number = DatumGetInt64(values[number]);
	block.format = static_cast<uint8_t>(DatumGetInt16(values[format]));
	block.chain.assign(chain_text(values[chain]));
	block.system = static_cast<uint64_t>(DatumGetInt64(values[system_identifier]));
	block.database = DatumGetObjectId(values[database]);
	block.timeline = static_cast<uint32_t>(DatumGetInt64(values[timeline]));
	block.sealed_at = DatumGetTimestampTz(values[sealed_at]);
	block.rows = DatumGetInt64(values[row_count]);
	block.first_at = nulls[first_at] ? 0 : DatumGetTimestampTz(values[first_at]);
	block.last_at = nulls[last_at] ? 0 : DatumGetTimestampTz(values[last_at]);
	moment.assign(DatumGetCString(DirectFunctionCall1(pg_snapshot_out, values[moment_column])));
	read_digest(values[root], block.root);
	block.purged = DatumGetInt64(values[purged]);
	block.attempts_purged = DatumGetInt64(values[attempts_purged]);
	read_digest(values[previous], block.previous);
	read_digest(values[digest], block.digest);
}

/* What is not said by a chain yet is nothing, and no chain. */
struct Index {
	Relation table;
	Relation index;
};

Index
open(Oid relid, const char *name)
{
	Index opened{};

	opened.table = table_open(relid, AccessShareLock);
	opened.index = index_open(get_relname_relid(name, RelationGetNamespace(opened.table)), AccessShareLock);
	return opened;
}

void
close(const Index &opened)
{
	index_close(opened.index, AccessShareLock);
	table_close(opened.table, AccessShareLock);
}

FullTransactionId
full(uint64_t value)
{
	return FullTransactionIdFromU64(value);
}

} // namespace raw

void
finish(Block &block, const std::string &text)
{
	/* What cannot be read is told by the digest. */
	block.moment = Moment::parse(text).value_or(Moment());
}

} // namespace

Reading
begin()
{
	own::require_installed();
	return {own::table("log_block"), own::table("statement_log"),
			guard([] { return RegisterSnapshot(GetLatestSnapshot()); })};
}

void
end(const Reading &reading)
{
	guard([&] { UnregisterSnapshot(reading.snapshot); });
}

std::string
own_chain()
{
	std::string text;

	guard([&] { text.assign(raw::chain_text(log_row::raw::chain())); });
	return text;
}

std::vector<Block>
all(const Reading &reading)
{
	std::vector<Block> blocks;
	std::vector<std::string> moments;

	guard([&] {
		raw::Index by_number = raw::open(reading.blocks, "log_block_pkey");
		SysScanDesc scan = systable_beginscan_ordered(by_number.table, by_number.index, reading.snapshot, 0, nullptr);

		while (HeapTuple tuple = systable_getnext_ordered(scan, ForwardScanDirection)) {
			CHECK_FOR_INTERRUPTS();
			raw::read(by_number.table, tuple, blocks.emplace_back(), moments.emplace_back());
		}
		systable_endscan_ordered(scan);
		raw::close(by_number);
	});
	for (size_t i = 0; i < blocks.size(); i++)
		finish(blocks[i], moments[i]);
	return blocks;
}

std::optional<std::string>
list(const Reading &reading, int64_t block)
{
	std::optional<std::string> bytes;

	guard([&] {
		raw::Index by_number = raw::open(reading.blocks, "log_block_pkey");
		ScanKeyData key;

		ScanKeyInit(&key, number + 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(block));

		SysScanDesc scan = systable_beginscan_ordered(by_number.table, by_number.index, reading.snapshot, 1, &key);
		HeapTuple tuple = systable_getnext_ordered(scan, ForwardScanDirection);

		if (HeapTupleIsValid(tuple)) {
			bool null;
			Datum value = heap_getattr(tuple, entries + 1, RelationGetDescr(by_number.table), &null);

			if (!null) {
				bytea *packed = DatumGetByteaPP(value);

				bytes.emplace(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
				if (reinterpret_cast<Pointer>(packed) != DatumGetPointer(value))
					pfree(packed);
			}
		}
		systable_endscan_ordered(scan);
		raw::close(by_number);
	});
	return bytes;
}

static bool
find_last(const Reading &reading, const std::string *of_chain, Block &block)
{
	std::string moment;
	bool found = false;

	guard([&] {
		raw::Index by_number = raw::open(reading.blocks, "log_block_pkey");
		SysScanDesc scan = systable_beginscan_ordered(by_number.table, by_number.index, reading.snapshot, 0, nullptr);

		while (HeapTuple tuple = systable_getnext_ordered(scan, BackwardScanDirection)) {
			CHECK_FOR_INTERRUPTS();
			raw::read(by_number.table, tuple, block, moment);
			found = of_chain == nullptr || block.chain == *of_chain;
			if (found)
				break;
		}
		systable_endscan_ordered(scan);
		raw::close(by_number);
	});
	if (found)
		finish(block, moment);
	return found;
}

bool
last(const Reading &reading, Block &block)
{
	return find_last(reading, nullptr, block);
}

bool
last(const Reading &reading, const std::string &chain, Block &block)
{
	return find_last(reading, &chain, block);
}

std::vector<std::string>
chains(const Reading &reading)
{
	std::vector<std::string> found;

	/* From one to the next by the index: there are few. */
	guard([&] {
		raw::Index by_key = raw::open(reading.log, "statement_log_pkey");

		for (;;) {
			ScanKeyData key;
			int keys = 0;

			CHECK_FOR_INTERRUPTS();
			if (!found.empty()) {
				ScanKeyInit(&key, log_content::chain + 1, BTGreaterStrategyNumber, F_UUID_GT,
							raw::chain_datum(found.back()));
				keys = 1;
			}

			SysScanDesc scan = systable_beginscan_ordered(by_key.table, by_key.index, reading.snapshot, keys, &key);
			HeapTuple tuple = systable_getnext_ordered(scan, ForwardScanDirection);
			bool more = HeapTupleIsValid(tuple);

			if (more) {
				bool null;

				found.emplace_back(raw::chain_text(
					heap_getattr(tuple, log_content::chain + 1, RelationGetDescr(by_key.table), &null)));
			}
			systable_endscan_ordered(scan);
			if (!more)
				break;
		}
		raw::close(by_key);
	});
	return found;
}

Moment
moment(const Reading &reading)
{
	std::string text;
	uint64_t self = 0;

	guard([&] {
		FullTransactionId id = GetTopFullTransactionIdIfAny();

		self = FullTransactionIdIsValid(id) ? U64FromFullTransactionId(id) : 0;
		PushActiveSnapshot(reading.snapshot);
		text.assign(DatumGetCString(DirectFunctionCall1(pg_snapshot_out, OidFunctionCall0(F_PG_CURRENT_SNAPSHOT))));
		PopActiveSnapshot();
	});

	std::optional<Moment> moment = Moment::parse(text);

	if (!moment)
		throw Failure(sqlstate::fault, "snapshot " + text + " could not be read");
	if (self != 0)
		moment->add_running(self);
	return *moment;
}

namespace {

/* Server calls; only inside guard(). */
namespace raw {

struct RowScan {
	Index by_key;
	Datum chain;
	Snapshot snapshot;
	bool contents;
	log_content::raw::Hasher hasher;
};

/* One row more. */
void
take(RowScan &scan, const Datum *values, const bool *nulls, std::string &bytes, FoundRow &found)
{
	seal::Row &row = found.row;
	Digest leaf;

	row.is.xid = U64FromFullTransactionId(DatumGetFullTransactionId(values[log_content::xid]));
	row.is.ordinal = DatumGetInt32(values[log_content::ordinal]);
	row.is.flags = nulls[log_content::attempt_boot] ? 0 : seal::is_attempt;
	row.has_leaf = !nulls[log_content::leaf];
	found.started_at = DatumGetTimestampTz(values[log_content::started_at]);
	(void) log_content::raw::read_leaf(values[log_content::leaf], nulls[log_content::leaf], leaf);
	if (scan.contents || !row.has_leaf)
		log_content::raw::hash(scan.hasher, values, nulls, bytes, row.is.content);
	else
		row.is.content = leaf;
	row.fits_leaf = row.has_leaf && leaf == row.is.content;
	if (!row.has_leaf)
		row.is.flags |= seal::is_late;
}

/* The rows from one transaction up to another, exclusive; true when there were too many, and cut says where it ended. */
bool
range(RowScan &scan, uint64_t from, uint64_t to, const Moment &now, size_t most, std::string &bytes,
	  std::vector<FoundRow> &found, uint64_t &cut)
{
	ScanKeyData keys[3];
	bool full_up = false;

	ScanKeyInit(&keys[0], log_content::chain + 1, BTEqualStrategyNumber, F_UUID_EQ, scan.chain);
	ScanKeyInit(&keys[1], log_content::xid + 1, BTGreaterEqualStrategyNumber, F_XID8GE,
				FullTransactionIdGetDatum(full(from)));
	ScanKeyInit(&keys[2], log_content::xid + 1, BTLessStrategyNumber, F_XID8LT, FullTransactionIdGetDatum(full(to)));

	SysScanDesc rows = systable_beginscan_ordered(scan.by_key.table, scan.by_key.index, scan.snapshot, 3, keys);

	while (HeapTuple tuple = systable_getnext_ordered(rows, ForwardScanDirection)) {
		Datum values[log_content::columns];
		bool nulls[log_content::columns];

		CHECK_FOR_INTERRUPTS();
		heap_deform_tuple(tuple, RelationGetDescr(scan.by_key.table), values, nulls);

		uint64_t xid = U64FromFullTransactionId(DatumGetFullTransactionId(values[log_content::xid]));

		if (!now.ended(xid))
			continue;
		if (found.size() >= most && xid != found.back().row.is.xid) {
			cut = xid;
			full_up = true;
			break;
		}
		take(scan, values, nulls, bytes, found.emplace_back());
	}
	systable_endscan_ordered(rows);
	return full_up;
}

} // namespace raw

} // namespace

void
rows(const Reading &reading, const std::string &chain, const Moment *then, const Moment &now, bool contents,
	 size_t most, std::vector<FoundRow> &found, std::optional<uint64_t> &cut)
{
	std::string bytes;
	uint64_t cut_at = 0;
	bool full_up = false;

	found.clear();
	guard([&] {
		MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "schema_guard rows", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);
		raw::RowScan scan{
			raw::open(reading.log, "statement_log_pkey"), raw::chain_datum(chain), reading.snapshot, contents, {}};

		scan.hasher = log_content::raw::open(RelationGetDescr(scan.by_key.table));
		if (then != nullptr)
			for (uint64_t xid : then->running)
				if (now.ended(xid))
					(void) raw::range(scan, xid, xid + 1, now, SIZE_MAX, bytes, found, cut_at);
		full_up = raw::range(scan, then == nullptr ? 0 : then->xmax, now.xmax, now, most, bytes, found, cut_at);
		log_content::raw::close(scan.hasher);
		raw::close(scan.by_key);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});
	cut = full_up ? std::optional(cut_at) : std::nullopt;
}

void
write(const Block &block, const std::string &list)
{
	std::string moment = block.moment.text();
	Oid table = own::table("log_block");

	guard([&] {
		own::raw::Inserter inserter(table);
		Datum values[column_count];
		bool nulls[column_count] = {};

		if (!inserter.valid())
			elog(ERROR, "schema_guard has been dropped meanwhile");
		values[number] = Int64GetDatum(block.number);
		values[format] = Int16GetDatum(block.format);
		values[chain] = raw::chain_datum(block.chain);
		values[system_identifier] = Int64GetDatum(static_cast<int64_t>(block.system));
		values[database] = ObjectIdGetDatum(block.database);
		values[timeline] = Int64GetDatum(block.timeline);
		values[sealed_at] = TimestampTzGetDatum(block.sealed_at);
		values[row_count] = Int64GetDatum(block.rows);
		values[first_at] = TimestampTzGetDatum(block.first_at);
		values[last_at] = TimestampTzGetDatum(block.last_at);
		nulls[first_at] = nulls[last_at] = block.rows == 0;
		values[moment_column] = DirectFunctionCall1(pg_snapshot_in, CStringGetDatum(moment.c_str()));
		values[root] = raw::digest_datum(block.root);
		values[purged] = Int64GetDatum(block.purged);
		values[attempts_purged] = Int64GetDatum(block.attempts_purged);
		values[previous] = raw::digest_datum(block.previous);
		values[digest] = raw::digest_datum(block.digest);
		values[entries] = PointerGetDatum(cstring_to_text_with_len(list.data(), static_cast<int>(list.size())));
		inserter.insert(values, nulls);
		inserter.close();
	});
}

} // namespace schema_guard::pg::log_blocks
