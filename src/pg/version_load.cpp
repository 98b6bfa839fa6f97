/*
 * version_load.cpp - the schema as it was at a moment, out of the versions.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/version_row.hpp"

#include <charconv>
#include <unordered_map>

extern "C" {
#include "utils/xid8.h"
}

namespace schema_guard::pg::version_store {

namespace {

/* A pg_snapshot as text: xmin:xmax:xip,xip,... */
struct Visible {
	uint64_t xmax = 0;
	std::set<uint64_t> running;

	explicit Visible(const std::string &text)
	{
		size_t first = text.find(':'), second = text.find(':', first + 1);
		auto number = [&](size_t from, size_t to) {
			uint64_t value = 0;

			std::from_chars(text.data() + from, text.data() + to, value);
			return value;
		};

		if (second == std::string::npos)
			return;
		xmax = number(first + 1, second);
		for (size_t at = second + 1; at < text.size();) {
			size_t comma = std::min(text.find(',', at), text.size());

			running.insert(number(at, comma));
			at = comma + 1;
		}
	}

	bool operator()(uint64_t xid) const { return xid < xmax && running.count(xid) == 0; }
};

/* The last row of each object so far. */
struct Last {
	int number;
	HeapTuple tuple;
};
using LastRows = std::unordered_map<Address, Last>;

/* Server calls; only inside guard(). */
namespace raw {

using namespace version_row::raw;

void
keep_last(HeapTuple tuple, const Address &address, int number, LastRows &last)
{
	auto [known, fresh] = last.try_emplace(address, Last{number, nullptr});

	if (!fresh) {
		if (number < known->second.number)
			return;
		heap_freetuple(known->second.tuple);
	}
	known->second = {number, heap_copytuple(tuple)};
}

} // namespace raw

catalog::Object
to_object(const Version &version)
{
	const catalog::Kind *kind = catalog::kind(version.kind);

	if (kind == nullptr || kind->identity.size() != version.identity.size())
		throw Failure(sqlstate::not_ready,
					  "a version of " + version.kind + " \"" + version.identity.back() +
						  "\" was written by another release of schema_guard, this one does not know what it is")
			.with_hint("Restart the server with the library that fits, or ask for a later moment.");

	catalog::Object object(*kind);

	object.identity = version.identity;
	object.address = version.address;
	object.parent = version.parent;
	object.needs = version.depends_on;
	for (const auto &[name, value] : version.properties) {
		size_t at = object.find(name);

		if (at < object.property_count())
			object.set(at, value);
	}
	return object;
}

} // namespace

catalog::Catalog
load(const Moment &moment)
{
	Oid table = own::table("version_log");
	Visible visible(moment.visible);
	LastRows last;
	std::vector<Version> versions;
	auto counts = [&](TimestampTz begun_at, uint64_t xid) {
		if (!moment.labelled || xid == moment.xid)
			return begun_at <= moment.at;
		return visible(xid);
	};

	guard([&] {
		MemoryContext memory =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard versions", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);
		Relation relation = table_open(table, AccessShareLock);
		SysScanDesc rows = systable_beginscan(relation, InvalidOid, false, SnapshotSelf, 0, nullptr);
		HeapTuple tuple;

		while (HeapTupleIsValid(tuple = systable_getnext(rows))) {
			Datum values[version_row::column_count];
			bool nulls[version_row::column_count];

			CHECK_FOR_INTERRUPTS();
			heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
			if (counts(DatumGetTimestampTz(values[version_row::begun_at]),
					   U64FromFullTransactionId(DatumGetFullTransactionId(values[version_row::xid]))))
				raw::keep_last(tuple, raw::address(values), DatumGetInt32(values[version_row::version]), last);
		}
		systable_endscan(rows);

		MemoryContext row = AllocSetContextCreate(memory, "schema_guard version", ALLOCSET_DEFAULT_SIZES);

		MemoryContextSwitchTo(row);
		for (const auto &entry : last) {
			Datum values[version_row::column_count];
			bool nulls[version_row::column_count];

			heap_deform_tuple(entry.second.tuple, RelationGetDescr(relation), values, nulls);
			if (!nulls[version_row::properties])
				raw::read(values, nulls, versions.emplace_back());
			MemoryContextReset(row);
		}
		table_close(relation, AccessShareLock);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});

	catalog::Catalog catalog;

	catalog.version = PG_VERSION_NUM;
	for (const Version &version : versions)
		catalog.add(to_object(version));
	catalog.finish();
	return catalog;
}

} // namespace schema_guard::pg::version_store
