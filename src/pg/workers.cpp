/*
 * workers.cpp - states of slots, each change under the lock; see workers.hpp.
 */
#include "schema_guard/pg/workers.hpp"

#include "schema_guard/core/attempts/back_off.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/shared.hpp"

#include <csignal>

extern "C" {
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
}

namespace schema_guard::pg::workers {

using attempt::back_off;
using attempt::most_back_off;
using shared::area;
using shared::Slot;
using shared::WorkerState;

namespace {

constexpr int start_timeout = 10;
constexpr long hold_milliseconds = 5000;
constexpr long polite_milliseconds = 200;

TimestampTz
later(TimestampTz from, int64_t seconds)
{
	return from + seconds * USECS_PER_SEC;
}

bool
backlog(const Slot &slot)
{
	return slot.ring.head != slot.ring.tail;
}

bool
tick_due(const Slot &slot, TimestampTz now, long naptime)
{
	return slot.wanted || (slot.installed && naptime > 0 && shared::next_visit(slot, naptime) <= now) ||
		   (slot.unsealed_since != 0 && shared::seal_due(slot) <= now);
}

/* Of this process, which is a worker then. */
int claimed_slot = -1;

} // namespace

namespace raw {

static void
fail(Slot &slot, const char *why, int seconds_at_least)
{
	TimestampTz now = GetCurrentTimestamp();

	slot.failures++;
	slot.retry_at = later(now, std::max(back_off(slot.failures), seconds_at_least));
	if (why != nullptr) {
		slot.last_error_at = now;
		strlcpy(slot.last_error, why, sizeof slot.last_error);
	}
}

} // namespace raw

namespace plain {

static void
launcher_ends(int, Datum)
{
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	if (area()->launcher_pid == MyProcPid) {
		area()->launcher_pid = 0;
		area()->launcher = nullptr;
	}
	LWLockRelease(area()->lock);
	for (int i = 0; i < area()->slots_used; i++)
		ConditionVariableBroadcast(&area()->slots[i].news);
}

/* After this process has left the database: registered before it entered. */
static void
worker_ends(int, Datum)
{
	Slot &slot = area()->slots[claimed_slot];

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	if (slot.pid == MyProcPid && slot.state == WorkerState::running) {
		slot.state = WorkerState::stopped;
		slot.pid = 0;
		slot.latch = nullptr;
		slot.wanted = false;
		slot.last_run = GetCurrentTimestamp();
		if (slot.clean)
			slot.failures = 0;
		else if (!slot.stop)
			raw::fail(slot,
					  slot.last_error_at < slot.started_at ? "ended before it was done, see the server log" : nullptr,
					  0);
	}
	if (area()->launcher != nullptr)
		SetLatch(area()->launcher);
	LWLockRelease(area()->lock);
	ConditionVariableBroadcast(&slot.news);
}

} // namespace plain

namespace raw {

void
launcher_starts()
{
	on_shmem_exit(plain::launcher_ends, 0);
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	area()->launcher_pid = MyProcPid;
	area()->launcher_was_there = true;
	area()->launcher = MyLatch;
	LWLockRelease(area()->lock);
}

Launch
next_launch(int most_workers, long naptime)
{
	static int last = 0;
	Launch launch{-1, InvalidOid, 0};
	TimestampTz now = GetCurrentTimestamp();
	int active = 0;
	int count = area()->slots_used;

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	for (int i = 0; i < count; i++) {
		Slot &slot = area()->slots[i];

		if (slot.state == WorkerState::starting && later(slot.started_at, start_timeout) < now) {
			slot.state = WorkerState::stopped;
			slot.generation++;
			fail(slot, "the worker did not start in time", 0);
		}
		if (slot.state != WorkerState::stopped)
			active++;
		else if (slot.database != InvalidOid && !slot.installed && !slot.wanted && slot.runs > 0 && !backlog(slot))
			slot.database = InvalidOid;
	}
	for (int step = 1; step <= count && area()->exhausted_until <= now; step++) {
		int i = (last + step) % count;
		Slot &slot = area()->slots[i];

		if (slot.database == InvalidOid || slot.state != WorkerState::stopped || slot.retry_at > now ||
			!(backlog(slot) || tick_due(slot, now, naptime)) || shared::raw::held(slot.database))
			continue;
		if (active >= most_workers) {
			/* Whoever has only been waiting for more gives way. */
			for (int j = 0; j < count; j++) {
				Slot &other = area()->slots[j];

				if (other.state == WorkerState::running && !other.stop) {
					other.stop = true;
					if (other.latch != nullptr)
						SetLatch(other.latch);
				}
			}
			break;
		}
		slot.state = WorkerState::starting;
		slot.generation++;
		slot.started_at = now;
		slot.stop = slot.clean = false;
		launch = {i, slot.database, slot.generation};
		last = i;
		break;
	}
	LWLockRelease(area()->lock);
	return launch;
}

long
next_look(long naptime)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = later(now, most_back_off);

	LWLockAcquire(area()->lock, LW_SHARED);
	for (int i = 0; i < area()->slots_used; i++) {
		const Slot &slot = area()->slots[i];

		if (slot.database == InvalidOid || slot.state == WorkerState::running)
			continue;
		if (slot.state == WorkerState::starting)
			next = std::min(next, later(slot.started_at, start_timeout));
		else if (backlog(slot) || slot.wanted) {
			TimestampTz due = std::max(slot.retry_at, area()->exhausted_until);

			/* What is due and yet waits, waits for a worker or a hold to end, and that wakes the launcher. */
			next = std::min(next, due > now ? due : later(now, 1));
		} else {
			if (slot.unsealed_since != 0)
				next = std::min(next, std::max({shared::seal_due(slot), slot.retry_at, area()->exhausted_until}));
			if (slot.installed && naptime > 0)
				next = std::min(next,
								std::max({shared::next_visit(slot, naptime), slot.retry_at, area()->exhausted_until}));
		}
	}
	LWLockRelease(area()->lock);
	return std::clamp<long>((next - now) / 1000 + 1, 1, most_back_off * 1000);
}

void
launch_failed(const Launch &launch, const char *why, int seconds_at_least)
{
	Slot &slot = area()->slots[launch.slot];

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	if (slot.state == WorkerState::starting && slot.generation == launch.generation) {
		slot.state = WorkerState::stopped;
		slot.wanted = false;
		fail(slot, why, seconds_at_least);
	}
	LWLockRelease(area()->lock);
	ConditionVariableBroadcast(&slot.news);
}

static int exhaustions = 0;

bool
launch_found_no_process(const Launch &launch)
{
	Slot &slot = area()->slots[launch.slot];

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	area()->exhausted_until = later(GetCurrentTimestamp(), back_off(++exhaustions));
	if (slot.state == WorkerState::starting && slot.generation == launch.generation)
		slot.state = WorkerState::stopped;
	LWLockRelease(area()->lock);
	for (int i = 0; i < area()->slots_used; i++)
		ConditionVariableBroadcast(&area()->slots[i].news);
	return exhaustions == 1;
}

void
launch_found_process()
{
	exhaustions = 0;
}

bool
still_starting(const Launch &launch)
{
	const Slot &slot = area()->slots[launch.slot];

	LWLockAcquire(area()->lock, LW_SHARED);
	bool starting = slot.state == WorkerState::starting && slot.generation == launch.generation;
	LWLockRelease(area()->lock);
	return starting;
}

bool
want_visit(Oid database)
{
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	int slot = shared::raw::find_or_make(database);
	if (slot >= 0)
		area()->slots[slot].wanted = true;
	LWLockRelease(area()->lock);
	return slot >= 0;
}

void
forget(Oid database)
{
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	int i = shared::raw::find(database);
	if (i >= 0 && area()->slots[i].state != WorkerState::running) {
		area()->slots[i].database = InvalidOid;
		area()->slots[i].state = WorkerState::stopped;
		area()->slots[i].generation++;
	}
	LWLockRelease(area()->lock);
	if (i >= 0)
		ConditionVariableBroadcast(&area()->slots[i].news);
}

bool
claim(int index, uint32_t generation, Claim *claim)
{
	Slot &slot = area()->slots[index];
	bool ours = false;

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	if (slot.state == WorkerState::starting && slot.generation == generation) {
		slot.state = WorkerState::running;
		slot.pid = MyProcPid;
		slot.latch = MyLatch;
		slot.runs++;
		*claim = {index, slot.database};
		claimed_slot = index;
		ours = true;
	}
	LWLockRelease(area()->lock);
	if (ours)
		on_shmem_exit(plain::worker_ends, 0);
	return ours;
}

/* Changes what the slot says of a run. */
template <typename Change>
static void
change(const Claim &claim, Change &&change)
{
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	change(area()->slots[claim.slot]);
	LWLockRelease(area()->lock);
}

void
note_error(const Claim &claim, const char *text)
{
	TimestampTz now = GetCurrentTimestamp();

	change(claim, [=](Slot &slot) {
		slot.last_error_at = now;
		strlcpy(slot.last_error, text, sizeof slot.last_error);
		/* Not in the middle of a character. */
		slot.last_error[pg_mbcliplen(slot.last_error, static_cast<int>(strlen(slot.last_error)),
									 sizeof slot.last_error - 1)] = '\0';
	});
}

void
note_clean(const Claim &claim)
{
	change(claim, [](Slot &slot) { slot.clean = true; });
}

void
note_installed(const Claim &claim, bool installed)
{
	change(claim, [=](Slot &slot) {
		slot.installed = installed;
		slot.wanted = false;
		if (!installed)
			slot.unsealed_since = 0;
	});
}

void
note_tick(const Claim &claim, long naptime)
{
	TimestampTz now = GetCurrentTimestamp();

	change(claim, [=](Slot &slot) {
		TimestampTz next = slot.next_tick;

		/* By when it was due, not by when it came to it, unless that is long ago.  A run may come here often. */
		if (next <= now)
			next += naptime * 1000;
		slot.next_tick = next > now ? std::min(next, now + naptime * 1000) : now + naptime * 1000;
		slot.last_run = now;
		slot.failures = 0;
	});
}

bool
begin_task(const Claim &claim, shared::task which, bool visit, long interval)
{
	TimestampTz now = GetCurrentTimestamp();
	bool due = false;

	change(claim, [&](Slot &slot) {
		const shared::Task &task = slot.tasks[which];

		if (which == shared::seal_task)
			due = slot.unsealed_since == 0 ? visit : shared::seal_due(slot) <= now;
		else
			due = task.done == 0 || task.done + interval * 1000 <= now;
		due = due && task.retry_at <= now;
		/* What is committed from here on announces itself again. */
		if (due && which == shared::seal_task)
			slot.unsealed_since = 0;
	});
	return due;
}

void
end_task(const Claim &claim, shared::task which, bool done, bool more)
{
	TimestampTz now = GetCurrentTimestamp();

	change(claim, [=](Slot &slot) {
		shared::Task &task = slot.tasks[which];

		if (done) {
			task.done = more ? 0 : now;
			task.retry_at = 0;
			task.failures = 0;
			return;
		}
		task.failures++;
		task.retry_at = later(now, back_off(task.failures));
		if (which == shared::seal_task)
			slot.unsealed_since = now;
	});
}

void
seal_again(const Claim &claim, long milliseconds)
{
	TimestampTz at = GetCurrentTimestamp() + milliseconds * 1000;

	change(claim, [=](Slot &slot) {
		slot.unsealed_since = 1;
		slot.tasks[shared::seal_task].retry_at = at;
	});
}

long
until_seal(const Claim &claim)
{
	LWLockAcquire(area()->lock, LW_SHARED);
	TimestampTz seal_at = shared::seal_due(area()->slots[claim.slot]);
	LWLockRelease(area()->lock);
	return seal_at == 0 ? -1 : std::max<long>(0, static_cast<long>((seal_at - GetCurrentTimestamp() + 999) / 1000));
}

int
failures(const Claim &claim)
{
	LWLockAcquire(area()->lock, LW_SHARED);
	int failures = area()->slots[claim.slot].failures;
	LWLockRelease(area()->lock);
	return failures;
}

bool
must_leave(const Claim &claim)
{
	LWLockAcquire(area()->lock, LW_SHARED);
	bool leave = shared::raw::held(claim.database);
	LWLockRelease(area()->lock);
	return leave;
}

bool
should_stop(const Claim &claim)
{
	LWLockAcquire(area()->lock, LW_SHARED);
	bool stop = area()->slots[claim.slot].stop || shared::raw::held(claim.database);
	LWLockRelease(area()->lock);
	return stop;
}

bool
has_backlog(const Claim &claim)
{
	LWLockAcquire(area()->lock, LW_SHARED);
	bool has = backlog(area()->slots[claim.slot]);
	LWLockRelease(area()->lock);
	return has;
}

bool
hold(Oid database)
{
	shared::Hold *place = nullptr;

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	for (shared::Hold &hold : area()->holds)
		if (hold.holders == 0 ? place == nullptr : hold.database == database) {
			place = &hold;
			if (hold.holders > 0)
				break;
		}
	if (place != nullptr)
		*place = {database, place->holders + 1};
	LWLockRelease(area()->lock);
	return place != nullptr;
}

void
send_away(Oid database)
{
	TimestampTz begin = GetCurrentTimestamp();

	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	int i = shared::raw::find(database);
	if (i >= 0 && area()->slots[i].state == WorkerState::starting) {
		/* It will find that it is not meant any more. */
		area()->slots[i].state = WorkerState::stopped;
		area()->slots[i].generation++;
	}
	LWLockRelease(area()->lock);
	if (i < 0)
		return;

	Slot &slot = area()->slots[i];
	ConditionVariablePrepareToSleep(&slot.news);
	for (;;) {
		long waited = static_cast<long>((GetCurrentTimestamp() - begin) / 1000);

		LWLockAcquire(area()->lock, LW_EXCLUSIVE);
		bool gone = slot.database != database || slot.state != WorkerState::running;
		if (!gone) {
			slot.stop = true;
			if (slot.latch != nullptr)
				SetLatch(slot.latch);
			/* It may be waiting for a lock. */
			if (waited > polite_milliseconds)
				kill(slot.pid, SIGTERM);
		}
		LWLockRelease(area()->lock);
		if (gone || waited > hold_milliseconds)
			break;
		(void) ConditionVariableTimedSleep(&slot.news, polite_milliseconds / 2, PG_WAIT_EXTENSION);
	}
	ConditionVariableCancelSleep();
}

void
resume(Oid database)
{
	LWLockAcquire(area()->lock, LW_EXCLUSIVE);
	for (shared::Hold &hold : area()->holds)
		if (hold.holders > 0 && hold.database == database) {
			hold.holders--;
			break;
		}
	if (area()->launcher != nullptr)
		SetLatch(area()->launcher);
	LWLockRelease(area()->lock);
}

} // namespace raw

} // namespace schema_guard::pg::workers
