/*
 * version_store.cpp - versions of objects, by heap and index alone; see version_store.hpp.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/texts.hpp"
#include "schema_guard/pg/version_row.hpp"

extern "C" {
#include "common/cryptohash.h"
#include "common/sha2.h"
}

namespace schema_guard::pg::version_store {

namespace {

/* Server calls; only inside guard(). */
namespace raw {

using namespace version_row;
using namespace version_row::raw;

void
remember(const Datum *values, const bool *nulls, KnownVersions &known)
{
	Known &last = known[address(values)];
	int number = DatumGetInt32(values[version]);

	/* Of two with one number, the one written last. */
	if (number < last.number)
		return;
	last.number = number;
	last.ended = nulls[properties];
	last.parent = parent(values, nulls);
	pg::raw::assign(last.kind, values[kind]);
	pg::raw::assign(last.identity, values[identity]);
	last.hash.clear();
	if (!nulls[digest])
		pg::raw::assign(last.hash, values[digest]);
}

struct Index {
	Relation table, index;
};

Index
open(Relation table, const char *name)
{
	return {table, index_open(get_relname_relid(name, RelationGetNamespace(table)), AccessShareLock)};
}

void
equals(ScanKey key, int column, Oid value)
{
	ScanKeyInit(key, static_cast<AttrNumber>(column + 1), BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
}

void
remember(Relation table, HeapTuple tuple, KnownVersions &known)
{
	Datum values[column_count];
	bool nulls[column_count];

	heap_deform_tuple(tuple, RelationGetDescr(table), values, nulls);
	remember(values, nulls, known);
}

/* SnapshotSelf sees what has been committed and our own; and it is no one's to serialize with. */
void
scan(const Index &by, int keys, ScanKey key, KnownVersions &known)
{
	SysScanDesc rows = systable_beginscan_ordered(by.table, by.index, SnapshotSelf, keys, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(rows, ForwardScanDirection)))
		remember(by.table, tuple, known);
	systable_endscan_ordered(rows);
}

/* Of an object that was changed a thousand times one row is read all the same. */
void
find_last(const Index &by_object, const Address &address, KnownVersions &known)
{
	ScanKeyData key[3];

	equals(&key[0], version_row::objid, address.objid);
	equals(&key[1], version_row::classid, address.classid);
	ScanKeyInit(&key[2], version_row::objsubid + 1, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(address.objsubid));

	SysScanDesc rows = systable_beginscan_ordered(by_object.table, by_object.index, SnapshotSelf, 3, key);
	HeapTuple tuple = systable_getnext_ordered(rows, BackwardScanDirection);

	if (HeapTupleIsValid(tuple))
		remember(by_object.table, tuple, known);
	systable_endscan_ordered(rows);
}

void
scan_all(Relation relation, KnownVersions &known)
{
	SysScanDesc rows = systable_beginscan(relation, InvalidOid, false, SnapshotSelf, 0, nullptr);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(rows))) {
		CHECK_FOR_INTERRUPTS();
		remember(relation, tuple, known);
	}
	systable_endscan(rows);
}

void
digest_of(std::string_view text, uint8 *result)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);

	if (hash == nullptr || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, reinterpret_cast<const uint8 *>(text.data()), text.size()) < 0 ||
		pg_cryptohash_final(hash, result, PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "could not compute a hash");
	pg_cryptohash_free(hash);
}

} // namespace raw

} // namespace

void
look_up(const LookUp &wanted, KnownVersions &known)
{
	Oid table = own::table("version_log");

	if (wanted.last.empty() && wanted.whole.empty() && wanted.parents.empty() && wanted.ranges.empty())
		return;
	guard([&] {
		Relation relation = table_open(table, AccessShareLock);
		raw::Index by_object = raw::open(relation, "version_log_object");

		for (const Address &address : wanted.last)
			raw::find_last(by_object, address, known);
		for (const Address &object : wanted.whole) {
			ScanKeyData key[2];

			raw::equals(&key[0], version_row::objid, object.objid);
			raw::equals(&key[1], version_row::classid, object.classid);
			raw::scan(by_object, 2, key, known);
		}
		for (const auto &range : wanted.ranges) {
			ScanKeyData key[2];

			ScanKeyInit(&key[0], version_row::objid + 1, BTGreaterEqualStrategyNumber, F_OIDGE,
						ObjectIdGetDatum(range.first));
			ScanKeyInit(&key[1], version_row::objid + 1, BTLessEqualStrategyNumber, F_OIDLE,
						ObjectIdGetDatum(range.second));
			raw::scan(by_object, 2, key, known);
		}
		index_close(by_object.index, AccessShareLock);
		if (!wanted.parents.empty()) {
			raw::Index by_parent = raw::open(relation, "version_log_parent");

			for (Oid parent : wanted.parents) {
				ScanKeyData key[1];

				raw::equals(&key[0], version_row::parent_objid, parent);
				raw::scan(by_parent, 1, key, known);
			}
			index_close(by_parent.index, AccessShareLock);
		}
		table_close(relation, AccessShareLock);
	});
}

void
look_up_all(KnownVersions &known)
{
	Oid table = own::table("version_log");

	guard([&] {
		Relation relation = table_open(table, AccessShareLock);

		raw::scan_all(relation, known);
		table_close(relation, AccessShareLock);
	});
}

void
write(const std::vector<Entry> &entries)
{
	Oid table = own::table("version_log");

	if (entries.empty())
		return;
	guard([&] {
		MemoryContext memory =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard versions", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);
		TimestampTz now = GetCurrentTimestamp();
		own::raw::Inserter inserter(table);
		MemoryContext row = AllocSetContextCreate(memory, "schema_guard version", ALLOCSET_DEFAULT_SIZES);

		MemoryContextSwitchTo(row);
		for (const Entry &entry : entries) {
			Datum values[version_row::column_count];
			bool nulls[version_row::column_count];

			version_row::raw::form(entry, now, inserter.descriptor(), values, nulls);
			inserter.insert(values, nulls);
			MemoryContextReset(row);
		}
		MemoryContextSwitchTo(memory);
		inserter.close();
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});
}

std::string
hash(std::string_view text)
{
	std::array<uint8, PG_SHA256_DIGEST_LENGTH> result;

	guard([&] { raw::digest_of(text, result.data()); });
	return {reinterpret_cast<const char *>(result.data()), result.size()};
}

std::string
hexadecimal(std::string_view bytes)
{
	std::string text;

	text.reserve(bytes.size() * 2);
	for (unsigned char byte : bytes) {
		text += "0123456789abcdef"[byte >> 4];
		text += "0123456789abcdef"[byte & 15];
	}
	return text;
}

} // namespace schema_guard::pg::version_store
