/*
 * counters.cpp - the shared memory of counters.hpp.
 */
#include "schema_guard/pg/counters.hpp"

#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
}

namespace schema_guard::pg::counters {

namespace {

constexpr char name[] = "schema_guard counters";
/* Constraints that were violated; of more, only how often. */
constexpr size_t most_violated = 1024;

Area the_area;
bool ready = false;
shmem_request_hook_type next_request;
shmem_startup_hook_type next_startup;

struct Shared {
	TimestampTz began;
};

size_t
area_bytes()
{
	return MAXALIGN(sizeof(Shared)) + Violations::bytes(most_violated);
}

} // namespace

namespace plain {

static void
request()
{
	if (next_request)
		next_request();
	RequestAddinShmemSpace(area_bytes());
}

static void
startup()
{
	bool found;

	if (next_startup)
		next_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	char *memory = static_cast<char *>(ShmemInitStruct(name, area_bytes(), &found));
	auto *shared = reinterpret_cast<Shared *>(memory);

	the_area.violations = reinterpret_cast<Violations *>(memory + MAXALIGN(sizeof(Shared)));
	if (!found) {
		shared->began = GetCurrentTimestamp();
		the_area.violations->init(most_violated);
	}
	the_area.began = shared->began;
	LWLockRelease(AddinShmemInitLock);
	ready = true;
}

void
install()
{
	next_request = shmem_request_hook;
	shmem_request_hook = request;
	next_startup = shmem_startup_hook;
	shmem_startup_hook = startup;
}

} // namespace plain

Area *
area() noexcept
{
	return ready ? &the_area : nullptr;
}

} // namespace schema_guard::pg::counters
