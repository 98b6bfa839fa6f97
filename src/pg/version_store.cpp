/*
 * version_store.cpp - versions of objects, by heap and index alone; see version_store.hpp.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
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
	assign_text(last.kind, values[kind]);
	assign_texts(last.identity, values[identity]);
	last.hash.clear();
	if (!nulls[digest])
		assign_text(last.hash, values[digest]);
}

/* SnapshotSelf sees what has been committed and our own; and it is no one's to serialize with. */
void
scan(Relation relation, Oid index, int keys, ScanKey key, KnownVersions &known)
{
	SysScanDesc rows = systable_beginscan(relation, index, OidIsValid(index), SnapshotSelf, keys, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(rows))) {
		Datum values[column_count];
		bool nulls[column_count];

		heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
		remember(values, nulls, known);
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
look_up(const std::vector<Address> &objects, bool parts, KnownVersions &known)
{
	Oid table = own::table("version_log");

	guard([&] {
		Relation relation = table_open(table, AccessShareLock);
		Oid by_object = get_relname_relid("version_log_object", RelationGetNamespace(relation));
		Oid by_parent = get_relname_relid("version_log_parent", RelationGetNamespace(relation));

		for (const Address &object : objects) {
			ScanKeyData key[2];

			ScanKeyInit(&key[0], version_row::objid + 1, BTEqualStrategyNumber, F_OIDEQ,
						ObjectIdGetDatum(object.objid));
			ScanKeyInit(&key[1], version_row::classid + 1, BTEqualStrategyNumber, F_OIDEQ,
						ObjectIdGetDatum(object.classid));
			raw::scan(relation, by_object, 2, key, known);
			if (!parts)
				continue;
			ScanKeyInit(&key[0], version_row::parent_objid + 1, BTEqualStrategyNumber, F_OIDEQ,
						ObjectIdGetDatum(object.objid));
			raw::scan(relation, by_parent, 1, key, known);
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

		raw::scan(relation, InvalidOid, 0, nullptr, known);
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

} // namespace schema_guard::pg::version_store
