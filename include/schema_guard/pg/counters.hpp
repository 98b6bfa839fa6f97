/*
 * pg/counters.hpp - counters in shared memory, counted by every session without a lock.
 *
 * Only in a server that preloads the library.  They begin anew when the server does, and after a crash.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "common/hashfn.h"
#include "port/atomics.h"
}

namespace schema_guard::pg::counters {

/*
 * A hash table that only grows: an entry is claimed by its hash, then gets its key, and keeps both.  Nothing here waits, raises
 * or allocates, so that it may be called wherever a message is written.  A key is plain data without holes between its members.
 */
template <typename Key, int values>
class Table {
public:
	struct Entry {
		pg_atomic_uint64 hash; /* 0: free */
		pg_atomic_uint32 ready;
		Key key;
		pg_atomic_uint64 value[values];
	};

	static size_t bytes(size_t entries) { return sizeof(Table) + entries * sizeof(Entry); }

	void init(size_t entries) noexcept
	{
		size_ = entries;
		pg_atomic_init_u64(&no_room_, 0);
		for (size_t i = 0; i < size_; i++) {
			pg_atomic_init_u64(&entries_[i].hash, 0);
			pg_atomic_init_u32(&entries_[i].ready, 0);
			for (int v = 0; v < values; v++)
				pg_atomic_init_u64(&entries_[i].value[v], 0);
		}
	}

	/* Null when there is no room; that is counted. */
	Entry *find_or_make(const Key &key) noexcept
	{
		uint64_t hash = hash_bytes_extended(reinterpret_cast<const unsigned char *>(&key), sizeof key, 0);

		hash += hash == 0;
		for (size_t i = 0; i < std::min(size_, most_probes); i++) {
			Entry &entry = entries_[(hash + i) % size_];
			uint64_t found = pg_atomic_read_u64(&entry.hash);

			if (found == 0 && pg_atomic_compare_exchange_u64(&entry.hash, &found, hash)) {
				entry.key = key;
				pg_write_barrier();
				pg_atomic_write_u32(&entry.ready, 1);
				return &entry;
			}
			if (found == hash && wait_for(entry) && memcmp(&entry.key, &key, sizeof key) == 0)
				return &entry;
		}
		pg_atomic_fetch_add_u64(&no_room_, 1);
		return nullptr;
	}

	template <typename Fn>
	void each(Fn &&fn)
	{
		for (size_t i = 0; i < size_; i++) {
			if (pg_atomic_read_u32(&entries_[i].ready) == 0)
				continue;
			pg_read_barrier();
			fn(entries_[i]);
		}
	}

	uint64_t no_room() noexcept { return pg_atomic_read_u64(&no_room_); }

private:
	/* Beyond that the table is as good as full. */
	static constexpr size_t most_probes = 64;

	/* The other process is about to copy a key. */
	static bool wait_for(Entry &entry) noexcept
	{
		for (int i = 0; i < 10000; i++) {
			if (pg_atomic_read_u32(&entry.ready) != 0) {
				pg_read_barrier();
				return true;
			}
			pg_spin_delay();
		}
		return false;
	}

	size_t size_;
	pg_atomic_uint64 no_room_;
	Entry entries_[FLEXIBLE_ARRAY_MEMBER];
};

/* What a constraint has refused. */
struct Violation {
	Oid database;
	int sqlstate;
	NameData schema, relation, constraint, column; /* relation: a domain, where there is no table */
};
enum ViolationValue { refused, first_at, last_at, since, violation_values };
using Violations = Table<Violation, violation_values>;

/* How often an index stood in a plan that was executed and looked at. */
struct IndexUse {
	Oid database, index;
};
enum IndexUseValue { plans, last_plan_at, index_use_values };
using IndexUses = Table<IndexUse, index_use_values>;

/* Conditions of a sequential scan that an index could serve, in the order of columns, then operators; 0: no more. */
struct Predicate {
	static constexpr int most = 4;
	Oid database, relation;
	int32_t columns[most];
	Oid operators[most];
	uint32_t others; /* 1: there are conditions beside these */
};
/* All of these are of what was looked at, but removed_in_all, which is an estimate for all scans. */
enum PredicateValue {
	scans,
	rows_read,
	rows_removed,
	removed_in_all,
	first_scan_at,
	last_scan_at,
	last_query,
	predicate_values
};
using Predicates = Table<Predicate, predicate_values>;

struct Area {
	TimestampTz began;
	Violations *violations;
	IndexUses *index_uses;
	Predicates *predicates;
	pg_atomic_uint64 *tracked_since; /* 0 while plans are not looked at */
};

/* For the hooks of pg/shared: how much memory, and the area in it; the lock is held. */
namespace plain {
size_t bytes();
void make();
} // namespace plain

/* Plans are looked at from now on, or no longer; of the postmaster, which has the settings first. */
void track(bool on) noexcept;

/* Null where the library is not preloaded. */
Area *area() noexcept;

} // namespace schema_guard::pg::counters
