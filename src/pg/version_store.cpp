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
remember(Relation table, HeapTuple tuple, KnownVersions &known)
{
	Datum values[column_count];
	bool nulls[column_count];

	heap_deform_tuple(tuple, RelationGetDescr(table), values, nulls);

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
	last.properties.clear();
	if (!last.ended)
		pg::raw::assign(last.properties, values[properties]);
}

void
equals(ScanKey key, int column, Oid value)
{
	ScanKeyInit(key, static_cast<AttrNumber>(column + 1), BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
}

/* SnapshotSelf sees what has been committed and our own; and it is no one's to serialize with. */
void
scan(Relation table, Relation index, int keys, ScanKey key, KnownVersions &known)
{
	SysScanDesc rows = systable_beginscan_ordered(table, index, SnapshotSelf, keys, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(rows, ForwardScanDirection)))
		remember(table, tuple, known);
	systable_endscan_ordered(rows);
}

/* Of an object that was changed a thousand times one row is read all the same. */
void
find_last(Relation table, Relation by_object, const Address &address, KnownVersions &known)
{
	ScanKeyData key[3];

	equals(&key[0], version_row::objid, address.objid);
	equals(&key[1], version_row::classid, address.classid);
	ScanKeyInit(&key[2], version_row::objsubid + 1, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(address.objsubid));

	SysScanDesc rows = systable_beginscan_ordered(table, by_object, SnapshotSelf, 3, key);
	HeapTuple tuple = systable_getnext_ordered(rows, BackwardScanDirection);

	if (HeapTupleIsValid(tuple))
		remember(table, tuple, known);
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

bool
Known::tells(const catalog::Object &object) const
{
	if (ended || kind != object.kind().name || parent != object.parent || identity.size() != object.identity.size() ||
		!std::equal(identity.begin(), identity.end(), object.identity.begin()))
		return false;
	return guard([&] { return raw::has_properties(object, properties); });
}

Store::Store()
{
	Oid table = own::table("version_log");

	guard([&] {
		table_.emplace(table);
		if (!table_->valid())
			elog(ERROR, "schema_guard's versions have gone");
		by_object_ = table_->index(version_row::objid + 1);
		by_parent_ = table_->index(version_row::parent_objid + 1);
	});
}

void
Store::close()
{
	guard([&] { table_->close(); });
}

void
Store::look_up(const LookUp &wanted, KnownVersions &known)
{
	if (wanted.last.empty() && wanted.whole.empty() && wanted.parents.empty() && wanted.ranges.empty())
		return;
	guard([&] {
		Relation table = table_->relation();
		ScanKeyData key[2];

		for (const Address &address : wanted.last)
			raw::find_last(table, by_object_, address, known);
		for (const Address &object : wanted.whole) {
			raw::equals(&key[0], version_row::objid, object.objid);
			raw::equals(&key[1], version_row::classid, object.classid);
			raw::scan(table, by_object_, 2, key, known);
		}
		for (const auto &range : wanted.ranges) {
			ScanKeyInit(&key[0], version_row::objid + 1, BTGreaterEqualStrategyNumber, F_OIDGE,
						ObjectIdGetDatum(range.first));
			ScanKeyInit(&key[1], version_row::objid + 1, BTLessEqualStrategyNumber, F_OIDLE,
						ObjectIdGetDatum(range.second));
			raw::scan(table, by_object_, 2, key, known);
		}
		for (Oid parent : wanted.parents) {
			raw::equals(&key[0], version_row::parent_objid, parent);
			raw::scan(table, by_parent_, 1, key, known);
		}
	});
}

void
Store::look_up_all(KnownVersions &known)
{
	guard([&] { raw::scan_all(table_->relation(), known); });
}

void
Store::write(const std::vector<Entry> &entries)
{
	if (entries.empty())
		return;
	guard([&] {
		MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "schema_guard version", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(row);
		TimestampTz now = GetCurrentTimestamp();

		for (const Entry &entry : entries) {
			Datum values[version_row::column_count];
			bool nulls[version_row::column_count];

			version_row::raw::form(entry, now, table_->descriptor(), values, nulls);
			table_->insert(values, nulls);
			MemoryContextReset(row);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(row);
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
