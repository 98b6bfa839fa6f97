/*
 * fingerprint_cache.cpp - the last fingerprints, whoever asked for them; see fingerprint_cache.hpp.
 *
 * A key leads to one fingerprint for ever, so nothing here is ever wrong, only forgotten.
 */
#include "schema_guard/pg/fingerprint_cache.hpp"

#include "schema_guard/pg/boundary.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
}

namespace schema_guard::pg::fingerprint_cache {

namespace {

constexpr char name[] = "schema_guard fingerprints";
constexpr size_t size = 32, entries = 64;

struct Entry {
	char key[size];
	char fingerprint[size];
};

struct Area {
	LWLock *lock; /* null: of this process alone */
	uint32_t next;
	Entry kept[entries];
};

Area of_this_process;
Area *area = &of_this_process;
shmem_request_hook_type next_request;
shmem_startup_hook_type next_startup;

/* Server calls; only inside guard(). */
namespace raw {

void
lock(LWLockMode mode)
{
	if (area->lock != nullptr)
		LWLockAcquire(area->lock, mode);
}

void
unlock()
{
	if (area->lock != nullptr)
		LWLockRelease(area->lock);
}

} // namespace raw

} // namespace

namespace plain {

static void
request()
{
	if (next_request)
		next_request();
	RequestAddinShmemSpace(sizeof(Area));
	RequestNamedLWLockTranche(name, 1);
}

static void
startup()
{
	bool found;

	if (next_startup)
		next_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	area = static_cast<Area *>(ShmemInitStruct(name, sizeof(Area), &found));
	if (!found) {
		memset(area, 0, sizeof(Area));
		area->lock = &GetNamedLWLockTranche(name)->lock;
	}
	LWLockRelease(AddinShmemInitLock);
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

std::optional<std::string>
find(const std::string &key)
{
	Entry found;
	bool known = guard([&] {
		raw::lock(LW_SHARED);
		const Entry *end = std::end(area->kept);
		const Entry *entry = std::find_if(area->kept, area->kept + entries,
										  [&](const Entry &kept) { return memcmp(kept.key, key.data(), size) == 0; });
		if (entry != end)
			found = *entry;
		raw::unlock();
		return entry != end;
	});

	return known ? std::optional(std::string(found.fingerprint, size)) : std::nullopt;
}

void
keep(const std::string &key, const std::string &fingerprint)
{
	Entry entry;

	memcpy(entry.key, key.data(), size);
	memcpy(entry.fingerprint, fingerprint.data(), size);
	guard([&] {
		raw::lock(LW_EXCLUSIVE);
		area->kept[area->next] = entry;
		area->next = (area->next + 1) % entries;
		raw::unlock();
	});
}

} // namespace schema_guard::pg::fingerprint_cache
