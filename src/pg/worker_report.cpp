/*
 * worker_report.cpp - copied under the lock, worded after it.
 */
#include "schema_guard/pg/worker_report.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/shared.hpp"

namespace schema_guard::pg::worker_report {

using shared::area;
using shared::Slot;
using shared::WorkerState;

namespace {

struct Snapshot {
	int launcher_pid;
	TimestampTz exhausted_until;
	uint64_t dropped;
	size_t count;
};

/* Room for the slots is made before: nothing is allocated under the lock. */
Snapshot
take(std::vector<Slot> &slots)
{
	slots.resize(static_cast<size_t>(area()->slots_size));
	return guard([&] {
		Snapshot snapshot{};

		LWLockAcquire(area()->lock, LW_SHARED);
		for (int i = 0; i < area()->slots_used; i++)
			if (area()->slots[i].database != InvalidOid)
				memcpy(static_cast<void *>(&slots[snapshot.count++]), &area()->slots[i], offsetof(Slot, news));
		snapshot.launcher_pid = area()->launcher_pid;
		snapshot.exhausted_until = area()->exhausted_until;
		snapshot.dropped = area()->dropped;
		LWLockRelease(area()->lock);
		return snapshot;
	});
}

std::optional<std::string>
time_text(TimestampTz time)
{
	std::string text;

	if (time == 0)
		return std::nullopt;
	guard([&] { text.assign(timestamptz_to_str(time)); });
	return text;
}

std::optional<std::string>
pid_text(int pid)
{
	return pid == 0 ? std::nullopt : std::optional(std::to_string(pid));
}

bool
waiting(const Slot &slot)
{
	return slot.ring.head != slot.ring.tail;
}

/* Of its runs, or of one of its tasks. */
int
failures(const Slot &slot)
{
	int most = slot.failures;

	for (const shared::Task &task : slot.tasks)
		most = std::max(most, task.failures);
	return most;
}

TimestampTz
next_due(const Slot &slot, const Snapshot &snapshot)
{
	long naptime = settings::worker_naptime_milliseconds();

	if (snapshot.launcher_pid == 0 || !settings::enabled() || settings::max_workers() == 0)
		return 0;
	bool visited = slot.installed && naptime > 0;

	if (!waiting(slot) && !slot.wanted && slot.unsealed_since == 0 && !visited)
		return 0;

	TimestampTz due = waiting(slot) || slot.wanted ? 0
					  : visited					   ? shared::next_visit(slot, naptime)
												   : shared::seal_due(slot);

	if (slot.unsealed_since != 0)
		due = std::min(due, shared::seal_due(slot));
	return std::max({due, slot.retry_at, snapshot.exhausted_until, GetCurrentTimestamp()});
}

const char *
state_name(const Slot &slot)
{
	switch (slot.state) {
	case WorkerState::running:
		return "running";
	case WorkerState::starting:
		return "starting";
	default:
		return failures(slot) > 0 ? "failing" : "stopped";
	}
}

} // namespace

std::vector<TextRow>
rows()
{
	std::vector<TextRow> rows;
	std::vector<Slot> slots;

	if (area() == nullptr)
		return rows;
	Snapshot snapshot = take(slots);
	bool exhausted = snapshot.exhausted_until > GetCurrentTimestamp();

	rows.push_back(
		{std::nullopt, snapshot.launcher_pid ? "running" : "stopped", pid_text(snapshot.launcher_pid), std::nullopt,
		 exhausted ? std::optional<std::string>("no process for a worker: raise max_worker_processes") : std::nullopt,
		 std::nullopt, std::nullopt, exhausted ? time_text(snapshot.exhausted_until) : std::nullopt, std::nullopt,
		 std::nullopt, std::to_string(snapshot.dropped), std::nullopt});
	for (size_t i = 0; i < snapshot.count; i++) {
		const Slot &slot = slots[i];
		std::string error(slot.last_error, strnlen(slot.last_error, sizeof slot.last_error));

		rows.push_back({std::to_string(slot.database), state_name(slot), pid_text(slot.pid), time_text(slot.last_run),
						error.empty() ? std::nullopt : std::optional(error), time_text(slot.last_error_at),
						std::to_string(failures(slot)), time_text(next_due(slot, snapshot)),
						std::to_string(slot.ring.head - slot.ring.tail), std::to_string(slot.written),
						std::to_string(slot.dropped), std::to_string(slot.runs)});
	}
	return rows;
}

std::string
library_of_server()
{
	return shared::library_of_server();
}

State
state()
{
	std::vector<Slot> slots;

	if (area() == nullptr)
		return {"none", "refused, failed and rolled back statements are in the server log alone: add schema_guard to "
						"shared_preload_libraries and restart"};
	if (guard([] { return RecoveryInProgress(); }))
		return {"waiting", "this server is in recovery: they start when it is promoted"};

	Snapshot snapshot = take(slots);
	if (!settings::enabled())
		return {"off", "schema_guard.enabled is off"};
	if (settings::max_workers() == 0)
		return {"off", "schema_guard.max_workers is 0"};
	if (snapshot.launcher_pid == 0)
		return {"none", "the launcher is not there: it comes back within seconds, or the server log says why not"};
	if (snapshot.exhausted_until > GetCurrentTimestamp())
		return {"waiting", "no process for a worker: raise max_worker_processes"};
	for (size_t i = 0; i < snapshot.count; i++)
		if (slots[i].database == MyDatabaseId && failures(slots[i]) > 0)
			return {"failing", "see schema_guard.worker_status"};
	return {"ready", "see schema_guard.worker_status"};
}

State
dropped()
{
	std::vector<Slot> slots;

	if (area() == nullptr)
		return {"0", ""};
	Snapshot snapshot = take(slots);
	uint64_t dropped = snapshot.dropped;
	for (size_t i = 0; i < snapshot.count; i++)
		dropped += slots[i].dropped;
	return {std::to_string(dropped), dropped > 0 ? "since the server started; the server log has them" : ""};
}

} // namespace schema_guard::pg::worker_report
