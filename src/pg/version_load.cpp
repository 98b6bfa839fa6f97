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

/* The versions that count, and what is read of them. */
class Loader {
public:
	explicit Loader(const Moment &moment) : moment_(moment), visible_(moment.visible), table_(own::table("version_log"))
	{
	}

	/* Rows found by an index, or all of them, of which the last one of each object that is new here is read. */
	void add(const char *index, AttrNumber column, const std::vector<Oid> &oids);
	/* The OIDs of what has ever been a part of one of these. */
	std::vector<Oid> parts_of(const std::vector<Oid> &oids) const;
	catalog::Catalog finish() const;
	const std::vector<Version> &versions() const { return versions_; }
	bool has(const Address &address) const { return seen_.count(address) > 0; }

private:
	bool counts(TimestampTz begun_at, uint64_t xid) const
	{
		if (!moment_.labelled || xid == moment_.xid)
			return begun_at <= moment_.at;
		return visible_(xid);
	}

	const Moment &moment_;
	Visible visible_;
	Oid table_;
	std::set<Address> seen_; /* ended ones, too */
	std::vector<Version> versions_;
};

void
Loader::add(const char *index, AttrNumber column, const std::vector<Oid> &oids)
{
	LastRows last;

	guard([&] {
		MemoryContext memory =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard versions", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);
		Relation relation = table_open(table_, AccessShareLock);
		Oid by = index ? get_relname_relid(index, RelationGetNamespace(relation)) : InvalidOid;
		size_t scans = index ? oids.size() : 1;

		for (size_t i = 0; i < scans; i++) {
			ScanKeyData key[1];

			if (index)
				ScanKeyInit(&key[0], column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oids[i]));

			SysScanDesc rows =
				systable_beginscan(relation, by, index != nullptr, SnapshotSelf, index ? 1 : 0, index ? key : nullptr);
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
		}

		MemoryContext row = AllocSetContextCreate(memory, "schema_guard version", ALLOCSET_DEFAULT_SIZES);

		MemoryContextSwitchTo(row);
		for (const auto &entry : last) {
			Datum values[version_row::column_count];
			bool nulls[version_row::column_count];

			if (!seen_.insert(entry.first).second)
				continue;
			heap_deform_tuple(entry.second.tuple, RelationGetDescr(relation), values, nulls);
			if (!nulls[version_row::properties])
				raw::read(values, nulls, versions_.emplace_back());
			MemoryContextReset(row);
		}
		table_close(relation, AccessShareLock);
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});
}

std::vector<Oid>
Loader::parts_of(const std::vector<Oid> &oids) const
{
	std::set<Oid> parts;

	guard([&] {
		Relation relation = table_open(table_, AccessShareLock);
		Oid by = get_relname_relid("version_log_parent", RelationGetNamespace(relation));

		for (Oid oid : oids) {
			ScanKeyData key;

			ScanKeyInit(&key, version_row::parent_objid + 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));

			SysScanDesc rows = systable_beginscan(relation, by, true, SnapshotSelf, 1, &key);

			while (HeapTuple tuple = systable_getnext(rows)) {
				bool isnull;

				parts.insert(
					DatumGetObjectId(heap_getattr(tuple, version_row::objid + 1, RelationGetDescr(relation), &isnull)));
			}
			systable_endscan(rows);
		}
		table_close(relation, AccessShareLock);
	});
	return {parts.begin(), parts.end()};
}

catalog::Catalog
Loader::finish() const
{
	catalog::Catalog catalog;

	catalog.version = PG_VERSION_NUM;
	for (const Version &version : versions_)
		catalog.add(to_object(version));
	catalog.finish();
	return catalog;
}

} // namespace

catalog::Catalog
load(const Moment &moment)
{
	Loader loader(moment);

	loader.add(nullptr, 0, {});
	return loader.finish();
}

std::vector<catalog::Object>
load_objects(const Moment &moment, const std::vector<Oid> &oids)
{
	Loader loader(moment);
	std::set<Oid> asked(oids.begin(), oids.end());
	std::vector<catalog::Object> objects;
	std::vector<Oid> parts;

	loader.add("version_log_object", version_row::objid + 1, oids);
	for (Oid part : loader.parts_of(oids)) {
		if (asked.count(part) == 0)
			parts.push_back(part);
	}
	loader.add("version_log_object", version_row::objid + 1, parts);
	for (const Version &version : loader.versions()) {
		/* By then a part of something else. */
		if (asked.count(version.address.objid) > 0 || asked.count(version.parent.objid) > 0)
			objects.push_back(to_object(version));
	}
	return objects;
}

catalog::Catalog
load_around(const Moment &moment, const Address &object)
{
	Loader loader(moment);
	std::set<Oid> others;

	loader.add("version_log_object", version_row::objid + 1, {object.objid});
	loader.add("version_log_parent", version_row::parent_objid + 1, {object.objid});
	for (const Version &version : loader.versions()) {
		for (const Address &on : version.depends_on)
			if (!loader.has(on))
				others.insert(on.objid);
		if (version.parent.objid != 0 && !loader.has(version.parent))
			others.insert(version.parent.objid);
	}
	loader.add("version_log_object", version_row::objid + 1, {others.begin(), others.end()});
	return loader.finish();
}

} // namespace schema_guard::pg::version_store
