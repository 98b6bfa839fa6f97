/*
 * attempts.cpp - the session's side: a record becomes bytes in the ring of a database.
 */
#include "schema_guard/pg/attempts.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/shared.hpp"

namespace schema_guard::pg::attempts {

using namespace schema_guard::attempt;
using recorder::Record;

namespace {

constexpr long most_wait = 1000; /* milliseconds */

/* Nobody will ever write it: no shared memory, or no postmaster to start a worker. */
bool
hopeless() noexcept
{
	return shared::area() == nullptr || !IsUnderPostmaster || IsBinaryUpgrade;
}

std::string_view
view(const char *text) noexcept
{
	return text ? std::string_view(text) : std::string_view();
}

/* The parts of an attempt that are lists, from the record or, when it has not come to touch anything, what it named. */
template <typename Out>
void
write_lists(Out &out, const Record &record)
{
	size_t violations = std::min(record.violations.size(), most_items);

	out.number(violations);
	for (size_t i = 0; i < violations; i++)
		out.text(record.violations[i]);

	size_t changes = std::min(record.changes.size(), most_items);
	size_t targets = changes == 0 && record.announced ? std::min(record.announced->targets.size(), most_items) : 0;
	auto write = [&](const auto &of, std::string_view old_identity, bool cascaded) {
		AttemptObject object{of.action, of.address, cascaded,	 of.object_type,
							 of.schema, of.name,	of.identity, old_identity};

		each_part_of_object(out, object);
	};

	out.number(changes + targets);
	for (size_t i = 0; i < changes; i++)
		write(record.changes[i], record.changes[i].old_identity, record.changes[i].cascaded);
	for (size_t i = 0; i < targets; i++)
		write(record.announced->targets[i], {}, false);
}

Attempt
attempt_of(const Record &record, Outcome outcome, const char *sqlstate)
{
	Attempt attempt;

	attempt.outcome = outcome;
	attempt.encoding = GetDatabaseEncoding();
	attempt.backend_pid = MyProcPid;
	attempt.backend_start = MyStartTimestamp;
	attempt.started_at = record.started_at;
	attempt.duration = record.duration;
	attempt.nesting = record.nesting;
	attempt.sqlstate = view(sqlstate);
	if (OidIsValid(record.queued_for) && record.queued_for != MyDatabaseId)
		attempt.database = session::database();
	attempt.application_name = view(application_name);
	attempt.client_address = session::client().address;
	attempt.client_port = session::client().port;
	attempt.tag = record.tag;
	attempt.command_class = record.command_class;
	attempt.text = record.text;
	attempt.decision = record.decision;
	attempt.allowed_by = record.allowed_by;
	attempt.migration = record.migration;
	attempt.override_reason = record.override_reason;
	attempt.session_user = record.session_user;
	attempt.outer_user = record.outer_user;
	attempt.current_user = record.current_user;
	attempt.context = record.context;
	attempt.extension = record.extension;
	return attempt;
}

} // namespace

/* Server calls; only inside guard(). */
namespace raw {

/* Whole characters only. */
static void
cut(std::string_view &text)
{
	if (text.size() > most_text)
		text = text.substr(0, static_cast<size_t>(pg_mbcliplen(text.data(), static_cast<int>(text.size()), most_text)));
}

/*
 * The slot of a database, with memory for its ring where there is any to be had within the time; -1 when there is no slot.  Returns
 * with the lock.  What others have waiting is being written: the launcher has heard of it.
 */
static int
find_room(Oid database, long wait)
{
	shared::Area *area = shared::area();
	TimestampTz end = wait > 0 ? GetCurrentTimestamp() + wait * 1000 : 0;
	bool sleeping = false;
	int slot;

	for (;;) {
		LWLockAcquire(area->lock, LW_EXCLUSIVE);
		slot = shared::raw::find_or_make(database);
		if (slot < 0 || shared::raw::make_room(slot) || GetCurrentTimestamp() >= end || area->launcher_pid == 0)
			break;
		LWLockRelease(area->lock);
		if (!sleeping)
			ConditionVariablePrepareToSleep(&area->room_news);
		sleeping = true;
		(void) ConditionVariableTimedSleep(&area->room_news, 50, PG_WAIT_EXTENSION);
	}
	if (sleeping)
		ConditionVariableCancelSleep();
	return slot;
}

static shared::Ticket
push(const Record &record, Attempt &attempt, long wait)
{
	Oid database = OidIsValid(record.queued_for) ? record.queued_for : MyDatabaseId;
	shared::Area *area = shared::area();
	shared::Ticket ticket;
	Size size;
	for (std::string_view *text : {&attempt.text, &attempt.context, &attempt.override_reason})
		cut(*text);
	each_part(size, attempt);
	write_lists(size, record);

	int slot = find_room(database, wait);
	if (slot < 0) {
		area->dropped++;
	} else if (area->slots[slot].ring_number == 0) {
		area->slots[slot].dropped++;
	} else {
		Ring ring = shared::raw::ring(slot);

		if (!ring.begin(size.bytes)) {
			area->slots[slot].dropped++;
		} else {
			Writer<Ring> writer(ring);

			attempt.number = ++area->last_number;
			each_part(writer, attempt);
			write_lists(writer, record);
			ring.commit();
			ticket = {slot, database, attempt.number};
		}
		shared::raw::wake(area->slots[slot]);
	}
	LWLockRelease(area->lock);
	return ticket;
}

void
acknowledge(int slot_number, const Batch &batch)
{
	shared::Slot &slot = shared::area()->slots[slot_number];

	LWLockAcquire(shared::area()->lock, LW_EXCLUSIVE);
	shared::raw::ring(slot_number).take(batch.position);
	bool emptied = slot.ring.head == slot.ring.tail;
	slot.acknowledged = std::max(slot.acknowledged, batch.number);
	slot.written += batch.written;
	slot.dropped += batch.dropped;
	slot.failures = 0;
	if (batch.written > 0 && slot.unsealed_since == 0)
		slot.unsealed_since = GetCurrentTimestamp();
	LWLockRelease(shared::area()->lock);
	ConditionVariableBroadcast(&slot.news);
	if (emptied)
		ConditionVariableBroadcast(&shared::area()->room_news);
}

Batch
oldest(int slot_number)
{
	shared::Area *area = shared::area();
	Batch batch;

	LWLockAcquire(area->lock, LW_SHARED);
	batch.position = area->slots[slot_number].ring.tail;
	Ring ring = shared::raw::ring(slot_number);
	if (ring.skip(batch.position, &batch.number, sizeof batch.number))
		batch.dropped = 1;
	LWLockRelease(area->lock);
	return batch;
}

} // namespace raw

void
announce() noexcept
{
	if (hopeless() || RecoveryInProgress())
		return;
	try {
		detail::protect([] { shared::raw::announce(MyDatabaseId); });
	} catch (...) {
		/* The launcher will find the database by itself. */
	}
}

void
queue(const Record &record, Outcome outcome, const char *sqlstate) noexcept
{
	if (hopeless())
		return;
	try {
		Attempt attempt = attempt_of(record, outcome, sqlstate);

		(void) detail::protect([&] { return raw::push(record, attempt, 0); });
	} catch (...) {
		/* The line in the server log remains. */
	}
}

void
count_lost(uint64_t count) noexcept
{
	if (hopeless())
		return;
	try {
		detail::protect([=] {
			LWLockAcquire(shared::area()->lock, LW_EXCLUSIVE);
			int slot = shared::raw::find(MyDatabaseId);
			(slot < 0 ? shared::area()->dropped : shared::area()->slots[slot].dropped) += count;
			LWLockRelease(shared::area()->lock);
		});
	} catch (...) {
		/* A count is not worth an error. */
	}
}

void
queue_and_wait(const Record &record, Outcome outcome, const char *sqlstate)
{
	if (hopeless())
		return;

	Attempt attempt = attempt_of(record, outcome, sqlstate);
	bool confirmed = guard([&] {
		shared::Ticket ticket = raw::push(record, attempt, RecoveryInProgress() ? 0 : most_wait);

		return ticket.slot >= 0 && !RecoveryInProgress() && shared::raw::await(ticket, most_wait);
	});

	if (!confirmed)
		server_log::write("unconfirmed", record, sqlstate, "the attempt is not on record yet");
}

} // namespace schema_guard::pg::attempts
