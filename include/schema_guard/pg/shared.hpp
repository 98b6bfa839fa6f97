/*
 * pg/shared.hpp - what all processes of a server share: which database has a worker, and what waits for it.
 *
 * Only in a server that preloads the library.  Everything lies behind one lock, held for the time of a copy in memory.
 */
#pragma once

#include "schema_guard/core/attempts/attempt.hpp"
#include "schema_guard/core/attempts/ring.hpp"
#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
}

namespace schema_guard::pg::shared {

/* Of the structures below; a library with another one must not touch them. */
inline constexpr uint32_t layout_version = 3;

/* Databases that are known at once; only some have room for attempts, those that need it. */
inline constexpr int most_databases = 1024;

enum class WorkerState : uint8_t { stopped, starting, running };

/* What a worker does now and then, whether or not anything waits. */
enum task : uint8_t { seal_task, alert_task, sample_task, purge_task, task_count };
struct Task {
	TimestampTz done;	  /* 0: not yet, or there is more of it */
	TimestampTz retry_at; /* after a failure */
	int failures;		  /* in a row */
};

/* A database that has, or may need, a worker. */
struct Slot {
	Oid database; /* InvalidOid: the slot is free */
	WorkerState state;
	bool installed; /* the extension is there, as far as anybody has seen */
	bool wanted;	/* to be visited even though nothing waits */
	bool stop;		/* the worker is to end when its batch is written */
	bool clean;		/* the run has done all it was started for */
	uint32_t generation;
	int pid;
	Latch *latch; /* of the worker, in shared memory */
	int failures; /* in a row */
	TimestampTz started_at, last_run, last_error_at, retry_at, next_tick;
	uint64_t runs, written, dropped;
	uint64_t acknowledged;		/* the last number that was written, or given up */
	TimestampTz unsealed_since; /* rows of the log wait to be sealed; 0: none do */
	Task tasks[task_count];
	char last_error[256];
	attempt::RingState ring;
	int ring_number; /* of its memory, counted from 1; 0: it has none */
	/* Something was acknowledged, or the worker's state has changed.  The last member: it outlives the slot's database. */
	ConditionVariable news;
};

/* Databases that no worker may be in, since a statement needs them for itself. */
struct Hold {
	Oid database;
	int holders;
};

/* See known_digests.hpp; the oldest goes first. */
struct KnownDigests {
	struct Entry {
		char key[32];
		char value[32];
	};
	uint32_t next;
	Entry entries[64];
};

struct Area {
	uint32_t layout;
	char library[16];
	/* Read by other copies of the library up to here. */
	uint64_t boot; /* unlike that of any other start of any server */
	LWLock *lock;
	int launcher_pid;
	bool launcher_was_there; /* since the start, or the last crash */
	Latch *launcher;
	TimestampTz exhausted_until; /* there was no worker process to be had */
	uint64_t last_number;
	uint64_t dropped; /* attempts of databases for which there was no slot */
	int slots_size;
	int slots_used; /* those behind have never been */
	int rings_size;
	size_t ring_size;
	struct Room {
		int slot; /* the last that had it; -1: none */
		TimestampTz used_at;
	} rooms[1024];
	ConditionVariable room_news; /* a ring has become empty */
	Hold holds[16];
	KnownDigests digests;
	Slot slots[FLEXIBLE_ARRAY_MEMBER];
};

/* Reserves and makes the area; from _PG_init of a preloaded library. */
namespace plain {
void install();
}

/* Null where the library is not preloaded. */
Area *area() noexcept;

/* What the server's own library says of itself in shared memory, asked by a copy of it; empty when there is none. */
std::string library_of_server();

/* When the rows of its log that wait are to be sealed, by schema_guard.seal_delay; 0 when none wait. */
TimestampTz seal_due(const Slot &slot) noexcept;

/* When the database is to be visited next, where nothing waits: a naptime that was made shorter holds at once. */
TimestampTz next_visit(const Slot &slot, long naptime) noexcept;

/* An attempt that waits to be written. */
struct Ticket {
	int slot = -1;
	Oid database = InvalidOid;
	uint64_t number = 0;
};

/* All of these take the lock; only inside guard(), or in plain frames. */
namespace raw {

/* The slot of a database, -1 when there is none, or no room for one.  The lock is held by the caller. */
int find(Oid database);
int find_or_make(Oid database);
attempt::Ring ring(int slot);

/* Gives a slot memory for its ring, if need be that of one whose ring is empty; false when all hold something. */
bool make_room(int slot);

/* This database has the extension: it is worth a worker's visit. */
void announce(Oid database);

/* Rows of its log wait to be sealed. */
void announce_unsealed(Oid database);

/* Is the database held for a statement?  The lock is held by the caller. */
bool held(Oid database);

/*
 * Waits until the worker has committed the attempt, and says whether it has.  Not when none can be expected soon, and never
 * longer than this: the refusal is on its way to the user.
 */
bool await(const Ticket &ticket, long milliseconds);

/* Wakes whoever writes the attempts of this slot; the lock is held. */
void wake(const Slot &slot);

} // namespace raw

} // namespace schema_guard::pg::shared
