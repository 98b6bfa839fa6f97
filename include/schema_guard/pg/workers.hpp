/*
 * pg/workers.hpp - who works for which database: claims, back-off, and making way for statements about databases.
 */
#pragma once

#include "schema_guard/pg/shared.hpp"

namespace schema_guard::pg::workers {

inline constexpr long linger_milliseconds = 3000; /* less than what DROP DATABASE waits for others */

/* A worker to be started; slot is -1 when there is none. */
struct Launch {
	int slot;
	Oid database;
	uint32_t generation;
};

/* What one run of a worker knows of itself. */
struct Claim {
	int slot;
	Oid database;
};

/* All of these take the lock of the shared area; only inside guard(), or in plain frames. */
namespace raw {

/* --- the launcher --- */
void launcher_starts();
/* Claims the next slot in need of a worker, before it is started; in turn, so that none waits for ever. */
Launch next_launch(int most_workers, long naptime_milliseconds);
/* Milliseconds until next_launch() may have something to do. */
long next_look(long naptime_milliseconds);
/* No worker came of it: why, and how long to wait at least. */
void launch_failed(const Launch &launch, const char *why, int seconds_at_least);
/* There was no process to be had; true the first time in a row. */
bool launch_found_no_process(const Launch &launch);
void launch_found_process();
bool still_starting(const Launch &launch);
/* A database to look at once; false when there is no slot for it now. */
bool want_visit(Oid database);
/* The database is gone, and what was waiting for it. */
void forget(Oid database);

/* --- a worker --- */
/* Takes the slot it was started for; false when it is another's by now. */
bool claim(int slot, uint32_t generation, Claim *claim);
/* Keeps what went wrong for worker_status(). */
void note_error(const Claim &claim, const char *text);
/* The run ends for good, not for an error. */
void note_clean(const Claim &claim);
void note_installed(const Claim &claim, bool installed);
/* The tick is done; the next is due a naptime after the last one was. */
void note_tick(const Claim &claim, long naptime_milliseconds);
/* Is it due, so long after it was done last?  Sealing when it was announced, or at a visit. */
bool begin_task(const Claim &claim, shared::task which, bool visit, long interval_milliseconds);
void end_task(const Claim &claim, shared::task which, bool done, bool more);
/* There is more to seal, so many milliseconds from now. */
void seal_again(const Claim &claim, long milliseconds);
/* Milliseconds until rows of the log must be sealed; -1 when none wait. */
long until_seal(const Claim &claim);
/* Runs that have failed in a row before this one. */
int failures(const Claim &claim);
/* A statement wants the database for itself. */
bool must_leave(const Claim &claim);
bool should_stop(const Claim &claim);
bool has_backlog(const Claim &claim);

/* --- statements about databases --- */
/* Keeps workers out of a database until resume(); false when too many are held, and nothing is to be resumed. */
bool hold(Oid database);
void resume(Oid database);
/* Sends the worker of a held database away and waits, a few seconds at most, until it has left. */
void send_away(Oid database);

} // namespace raw

} // namespace schema_guard::pg::workers
