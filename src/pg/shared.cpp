/*
 * shared.cpp - the area in shared memory; see shared.hpp.
 */
#include "schema_guard/pg/shared.hpp"

#include "schema_guard/core/version.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/counters.hpp"
#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
}

namespace schema_guard::pg::shared {

namespace {

constexpr char name[] = "schema_guard";
Area *the_area;
shmem_request_hook_type next_request;
shmem_startup_hook_type next_startup;

size_t
slots_bytes()
{
	return offsetof(Area, slots) + sizeof(Slot) * static_cast<size_t>(most_databases);
}

size_t
ring_bytes()
{
	return static_cast<size_t>(settings::ring_kilobytes()) * 1024;
}

size_t
area_bytes()
{
	return slots_bytes() + ring_bytes() * static_cast<size_t>(settings::max_databases());
}

} // namespace

namespace plain {

static void
request()
{
	if (next_request)
		next_request();
	RequestAddinShmemSpace(area_bytes());
	RequestAddinShmemSpace(counters::plain::bytes());
	RequestNamedLWLockTranche(name, 1);
}

/* At every start, and again after a crash: what was waiting is gone then, and a new boot begins. */
static void
startup()
{
	bool found;

	if (next_startup)
		next_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	the_area = static_cast<Area *>(ShmemInitStruct(name, area_bytes(), &found));
	if (!found) {
		memset(the_area, 0, slots_bytes());
		the_area->layout = layout_version;
		strlcpy(the_area->library, library_version, sizeof the_area->library);
		if (!pg_strong_random(&the_area->boot, sizeof the_area->boot))
			elog(FATAL, "schema_guard could not draw a random number for this start of the server");
		the_area->lock = &GetNamedLWLockTranche(name)->lock;
		the_area->slots_size = most_databases;
		the_area->rings_size = settings::max_databases();
		the_area->ring_size = ring_bytes();
		for (Area::Room &room : the_area->rooms)
			room.slot = -1;
		ConditionVariableInit(&the_area->room_news);
		for (int i = 0; i < the_area->slots_size; i++)
			ConditionVariableInit(&the_area->slots[i].news);
	}
	counters::plain::make();
	LWLockRelease(AddinShmemInitLock);
	*find_rendezvous_variable("schema_guard shared memory") = the_area;
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
	return the_area;
}

std::string
library_of_server()
{
	auto *found =
		static_cast<const Area *>(guard([] { return *find_rendezvous_variable("schema_guard shared memory"); }));

	return found ? std::string(found->library, strnlen(found->library, sizeof found->library)) : std::string();
}

TimestampTz
seal_due(const Slot &slot) noexcept
{
	if (slot.unsealed_since == 0)
		return 0;
	return std::max(slot.unsealed_since + settings::seal_delay_milliseconds() * 1000, slot.tasks[seal_task].retry_at);
}

TimestampTz
next_visit(const Slot &slot, long naptime) noexcept
{
	return slot.last_run == 0 ? slot.next_tick : std::min(slot.next_tick, slot.last_run + naptime * 1000);
}

namespace raw {

int
find(Oid database)
{
	for (int i = 0; i < the_area->slots_used; i++)
		if (the_area->slots[i].database == database)
			return i;
	return -1;
}

/* Beyond the most there can be, that of a database for which nothing is to be done: the one not visited for the longest time. */
static int
idle_slot()
{
	int idle = -1;

	for (int i = 0; i < the_area->slots_size; i++) {
		const Slot &other = the_area->slots[i];

		if (other.state == WorkerState::stopped && other.ring.head == other.ring.tail && other.unsealed_since == 0 &&
			!other.wanted && (idle < 0 || other.last_run < the_area->slots[idle].last_run))
			idle = i;
	}
	return idle;
}

int
find_or_make(Oid database)
{
	int slot = find(database);

	if (slot >= 0)
		return slot;
	if ((slot = find(InvalidOid)) < 0)
		slot = the_area->slots_used < the_area->slots_size ? the_area->slots_used++ : idle_slot();
	if (slot < 0)
		return slot;

	Slot &fresh = the_area->slots[slot];
	uint32_t generation = fresh.generation;
	int ring_number = fresh.ring_number;

	if (fresh.database != InvalidOid)
		the_area->dropped += fresh.dropped;
	memset(static_cast<void *>(&fresh), 0, offsetof(Slot, news));
	fresh.generation = generation + 1;
	fresh.database = database;
	fresh.ring_number = ring_number;
	/* Of whoever had it before, all is written: who waits still finds it so. */
	fresh.acknowledged = the_area->last_number;
	return slot;
}

bool
make_room(int slot)
{
	Slot &owner = the_area->slots[slot];
	int best = owner.ring_number - 1;

	for (int i = 0; best < 0 && i < the_area->rings_size; i++)
		if (the_area->rooms[i].slot < 0)
			best = i;
	if (best < 0) {
		/* Empty, it is its owner's only by habit: the one that was not written to for the longest time. */
		for (int i = 0; i < the_area->rings_size; i++) {
			const Slot &other = the_area->slots[the_area->rooms[i].slot];

			if (other.ring.head == other.ring.tail &&
				(best < 0 || the_area->rooms[i].used_at < the_area->rooms[best].used_at))
				best = i;
		}
		if (best < 0)
			return false;
		the_area->slots[the_area->rooms[best].slot].ring_number = 0;
	}
	owner.ring_number = best + 1;
	the_area->rooms[best] = {slot, GetCurrentTimestamp()};
	return true;
}

/* Without memory of its own it is empty, and nothing of it is read. */
attempt::Ring
ring(int slot)
{
	auto number = static_cast<size_t>(std::max(the_area->slots[slot].ring_number - 1, 0));
	char *bytes = reinterpret_cast<char *>(the_area) + slots_bytes() + the_area->ring_size * number;

	return attempt::Ring(the_area->slots[slot].ring, bytes, the_area->ring_size);
}

void
wake(const Slot &slot)
{
	if (slot.state == WorkerState::running && slot.latch != nullptr)
		SetLatch(slot.latch);
	else if (the_area->launcher != nullptr)
		SetLatch(the_area->launcher);
}

void
announce(Oid database)
{
	LWLockAcquire(the_area->lock, LW_SHARED);
	int slot = find(database);
	bool known = slot >= 0 && the_area->slots[slot].installed;
	LWLockRelease(the_area->lock);
	if (known)
		return;

	LWLockAcquire(the_area->lock, LW_EXCLUSIVE);
	slot = find_or_make(database);
	if (slot >= 0) {
		the_area->slots[slot].installed = true;
		the_area->slots[slot].next_tick = GetCurrentTimestamp() + settings::worker_naptime_milliseconds() * 1000;
	}
	LWLockRelease(the_area->lock);
}

void
announce_unsealed(Oid database)
{
	LWLockAcquire(the_area->lock, LW_SHARED);
	int slot = find(database);
	bool known = slot >= 0 && the_area->slots[slot].unsealed_since != 0;
	LWLockRelease(the_area->lock);
	if (known)
		return;

	LWLockAcquire(the_area->lock, LW_EXCLUSIVE);
	slot = find_or_make(database);
	if (slot >= 0) {
		the_area->slots[slot].unsealed_since = GetCurrentTimestamp();
		wake(the_area->slots[slot]);
	}
	LWLockRelease(the_area->lock);
}

bool
held(Oid database)
{
	for (const Hold &hold : the_area->holds)
		if (hold.holders > 0 && hold.database == database)
			return true;
	return false;
}

namespace {

/* A worker is there, or on its way: the launcher lives and has no reason to let this database wait. */
bool
may_be_expected(const Slot &slot, TimestampTz now)
{
	if (slot.state != WorkerState::stopped)
		return true;
	if (settings::max_workers() == 0)
		return false;
	/* Sessions may be there a moment before it. */
	return (the_area->launcher_pid != 0 || !the_area->launcher_was_there) && slot.retry_at <= now &&
		   the_area->exhausted_until <= now && !held(slot.database);
}

} // namespace

bool
await(const Ticket &ticket, long milliseconds)
{
	Slot &slot = the_area->slots[ticket.slot];
	TimestampTz end = GetCurrentTimestamp() + milliseconds * 1000;
	bool acknowledged;

	ConditionVariablePrepareToSleep(&slot.news);
	for (;;) {
		TimestampTz now = GetCurrentTimestamp();

		LWLockAcquire(the_area->lock, LW_SHARED);
		acknowledged = slot.acknowledged >= ticket.number;
		bool over = acknowledged || slot.database != ticket.database || now >= end || !may_be_expected(slot, now);
		LWLockRelease(the_area->lock);
		if (over)
			break;
		/* The launcher tells of what ends a hope, but not of its own end. */
		(void) ConditionVariableTimedSleep(&slot.news, std::min<long>((end - now) / 1000 + 1, 100), PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
	if (!acknowledged && !the_area->launcher_was_there) {
		/* One has waited for a launcher that cannot start: that is enough. */
		LWLockAcquire(the_area->lock, LW_EXCLUSIVE);
		the_area->launcher_was_there = true;
		LWLockRelease(the_area->lock);
	}
	return acknowledged;
}

} // namespace raw

} // namespace schema_guard::pg::shared
