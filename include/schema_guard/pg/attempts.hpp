/*
 * pg/attempts.hpp - what a transaction cannot record itself: handed to the worker of the database, which can.
 */
#pragma once

#include "schema_guard/core/attempts/attempt.hpp"
#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::attempts {

using schema_guard::attempt::Outcome;

/* A session that has begun to use the extension: its database is worth visits.  Cheap, and never fails. */
void announce() noexcept;

/*
 * Queues what has become of a statement, for this database or the record's own; allocates nothing, raises nothing.
 * When there is no room the server log, which has had its line, is the only record, and the loss is counted.
 */
void queue(const recorder::Record &record, Outcome outcome, const char *sqlstate) noexcept;

/* Attempts of this database that nobody has kept. */
void count_lost(uint64_t count) noexcept;

/*
 * As queue(), and waits until it is committed, a second at most, and only when a worker can be expected; what is not on
 * record by then gets one more line in the server log.
 */
void queue_and_wait(const recorder::Record &record, Outcome outcome, const char *sqlstate);

/* In a worker: writes a batch of what waits for this database; returns how far it came.  Within a transaction. */
struct Batch {
	uint64_t position = 0; /* of the ring, behind the last that was written */
	uint64_t number = 0;   /* of the last */
	uint64_t written = 0;
	uint64_t dropped = 0;
	bool installed = false; /* the extension is there */
};
Batch write_batch(int slot, size_t most);

namespace raw {
/* The batch is committed: it goes from the ring, and those who wait for it go on. */
void acknowledge(int slot, const Batch &batch);
/* The oldest that waits, as a batch in which it is given up; dropped is 0 when none waits. */
Batch oldest(int slot);
} // namespace raw

} // namespace schema_guard::pg::attempts
