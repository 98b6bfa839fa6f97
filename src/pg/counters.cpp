/*
 * counters.cpp - the shared memory of counters.hpp.
 */
#include "schema_guard/pg/counters.hpp"

#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "storage/shmem.h"
}

namespace schema_guard::pg::counters {

namespace {

constexpr char name[] = "schema_guard counters";
/* Constraints that were violated; of more, only how often. */
constexpr size_t most_violated = 1024;
/* Kinds of scans: about 100 bytes each. */
constexpr size_t most_predicates = 4096;

Area the_area;
bool ready = false;

struct Shared {
	TimestampTz began;
	pg_atomic_uint64 tracked_since;
};

size_t
head_bytes()
{
	return MAXALIGN(sizeof(Shared)) + MAXALIGN(Violations::bytes(most_violated)) +
		   MAXALIGN(Predicates::bytes(most_predicates));
}

} // namespace

namespace plain {

size_t
bytes()
{
	return head_bytes() + IndexUses::bytes(static_cast<size_t>(settings::max_tracked_indexes()));
}

void
make()
{
	bool found;
	char *memory = static_cast<char *>(ShmemInitStruct(name, bytes(), &found));
	auto *shared = reinterpret_cast<Shared *>(memory);

	the_area.violations = reinterpret_cast<Violations *>(memory + MAXALIGN(sizeof(Shared)));
	the_area.predicates =
		reinterpret_cast<Predicates *>(memory + MAXALIGN(sizeof(Shared)) + MAXALIGN(Violations::bytes(most_violated)));
	the_area.index_uses = reinterpret_cast<IndexUses *>(memory + head_bytes());
	the_area.tracked_since = &shared->tracked_since;
	if (!found) {
		shared->began = GetCurrentTimestamp();
		the_area.violations->init(most_violated);
		the_area.predicates->init(most_predicates);
		the_area.index_uses->init(static_cast<size_t>(settings::max_tracked_indexes()));
		pg_atomic_init_u64(&shared->tracked_since,
						   settings::tracked_share() > 0 ? static_cast<uint64_t>(shared->began) : 0);
	}
	the_area.began = shared->began;
	ready = true;
}

} // namespace plain

void
track(bool on) noexcept
{
	if (ready)
		pg_atomic_write_u64(the_area.tracked_since, on ? static_cast<uint64_t>(GetCurrentTimestamp()) : 0);
}

Area *
area() noexcept
{
	return ready ? &the_area : nullptr;
}

} // namespace schema_guard::pg::counters
