/*
 * recorder.cpp - gathering records and writing them; see recorder.hpp.
 */
#include "schema_guard/pg/recorder.hpp"

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/attempts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_content.hpp"
#include "schema_guard/pg/log_row.hpp"
#include "schema_guard/pg/log_seal.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/policy_store.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/versions.hpp"

namespace schema_guard::pg::recorder {

namespace {

/* Allocated once and kept: no global constructor, no destructor at exit. */
std::vector<Record> &
waiting()
{
	static std::vector<Record> *records = new std::vector<Record>();

	return *records;
}

/* Written with this transaction, which may fail yet. */
std::vector<Record> &
written_records()
{
	static std::vector<Record> *records = new std::vector<Record>();

	return *records;
}

/* For the worker of another database, or of this one when it is a standby no more. */
std::vector<Record> &
elsewhere()
{
	static std::vector<Record> *records = new std::vector<Record>();

	return *records;
}

/* Written early, and let go of. */
uint64_t relieved = 0;

bool any_waiting = false;
/* The start of a statement that commits midway goes with the next commit. */
bool intent_written = false;
int last_ordinal = 0;

/* What a transaction may keep in memory before it writes some of it: a restore in one transaction has many statements. */
constexpr size_t most_waiting = 1000;
constexpr size_t most_changes = 1000;
/* The transaction's rows are written: what comes now (ON COMMIT DROP) is written at once, or never. */
bool committing = false;

/* An error that the user asked for, or that ends the session, is never ours to swallow. */
bool
must_pass(int sqlstate)
{
	return sqlstate == ERRCODE_QUERY_CANCELED || sqlstate == ERRCODE_ADMIN_SHUTDOWN ||
		   sqlstate == ERRCODE_CRASH_SHUTDOWN;
}

/* False when the log has gone; by then this session knows. */
bool
insert(const std::vector<Record> &records)
{
	Oid log = own::table("statement_log");
	std::string bytes;

	return guard([&] {
		MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "schema_guard log", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);
		/* CREATE INDEX CONCURRENTLY and VACUUM come back without a snapshot. */
		bool pushed = !ActiveSnapshotSet();

		if (pushed)
			PushActiveSnapshot(GetTransactionSnapshot());
		own::raw::Inserter inserter(log);
		bool found = inserter.valid();

		if (found) {
			log_content::raw::Hasher hasher = log_content::raw::open(inserter.descriptor());

			for (const Record &record : records) {
				Datum values[log_row::columns];
				bool nulls[log_row::columns];

				log_row::raw::form(record, nullptr, inserter.descriptor(), values, nulls);
				log_content::raw::add_leaf(hasher, values, nulls, bytes);
				inserter.insert(values, nulls);
			}
			log_content::raw::close(hasher);
			inserter.close();
		}
		if (pushed)
			PopActiveSnapshot();
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
		return found;
	});
}

Mode
current_mode()
{
	const Policy *known = known_policy();

	return known ? known->mode : Mode::observe;
}

[[noreturn]] void
refuse(const char *activity, const char *why)
{
	throw Failure(sqlstate::fault, std::string("statement refused: schema_guard failed to ") + activity + " (" + why +
									   "), schema_guard.on_fault = allow lets it pass")
		.with_detail("The guard refuses what it cannot judge or record in mode enforce.")
		.with_hint(
			"schema_guard.on_fault = 'allow' in postgresql.conf and a reload let it pass, schema_guard.enabled = off "
			"switches the guard off.");
}

void
report_fault(const char *activity, const char *sqlstate, const char *why)
{
	server_log::write("fault", Record(), sqlstate, std::string("failed to ") + activity + ": " + why);
}

} // namespace

bool
survive_faults(const char *activity, bool must_survive, const std::function<void()> &work,
			   const std::function<bool(int)> &is_users)
{
	/* Asked again after a fault: the work may have been the first to read the mode. */
	auto refuses = [&] { return !must_survive && current_mode() == Mode::enforce && settings::refuse_on_fault(); };
	bool unprotected = refuses();

	try {
		if (unprotected) {
			work();
			return true;
		}
		std::optional<Error> failed = try_subtransaction(work);
		if (!failed)
			return true;
		if (must_pass(failed->sqlstate()) && !must_survive)
			throw std::move(*failed);
		if (is_users && is_users(failed->sqlstate())) {
			if (refuses())
				throw std::move(*failed);
			return false;
		}
		if (refuses())
			refuse(activity, failed->what());
		report_fault(activity, unpack_sql_state(failed->sqlstate()), failed->what());
	} catch (Error &error) {
		if (!unprotected || must_pass(error.sqlstate()) || (is_users && is_users(error.sqlstate())))
			throw;
		refuse(activity, error.what());
	} catch (const Failure &) {
		throw;
	} catch (const std::exception &exception) {
		if (refuses())
			refuse(activity, exception.what());
		report_fault(activity, "XX000", exception.what());
	}
	return false;
}

Record
begin_record(const Caller &caller)
{
	Record record;

	record.migration = caller.migration;
	record.override_reason = caller.override_reason;
	record.session_user = caller.session_user;
	record.outer_user = caller.outer_user;
	record.current_user = caller.current_user;
	record.started_at = caller.now;
	return record;
}

Record
begin_record(TimestampTz now)
{
	return begin_record(session::caller(now));
}

namespace {

/* What was made outside of any statement could not be described while it was being made. */
void
describe_late(std::vector<Record> &records)
{
	for (Record &record : records)
		for (Change &change : record.changes)
			if (change.identity.empty())
				name_as(change, describe(change.address));
}

void
write_records(std::vector<Record> records, bool subtransaction_legal, bool last)
{
	bool irreversible =
		std::any_of(records.begin(), records.end(), [](const Record &record) { return record.irreversible; });
	bool written = false;
	const char *why = "writing the log failed";

	auto work = [&] {
		/* Another session may have dropped the extension, and even made it again: the rows go to the log there is. */
		while (!written && own::installed()) {
			describe_late(records);
			written = insert(records);
		}
		/* DROP EXTENSION schema_guard takes the tables along; what it did is then told in the server log alone. */
		if (!written)
			why = "the extension has been dropped";
	};
	auto work_and_capture = [&] {
		work();
		versions::note(records);
		if (last && written)
			versions::capture();
	};

	if (!subtransaction_legal)
		work_and_capture();
	else if (!survive_faults("write its log and the versions of what changed", irreversible, work_and_capture)) {
		/* Versions can be made up for by the next reading of the whole schema, the log cannot. */
		written = false;
		written = survive_faults("write its log", irreversible, work) && written;
	}
	if (!written)
		for (const Record &record : records)
			server_log::write("unrecorded", record, "", why);
	if (last)
		written_records() = std::move(records);
	else
		relieved += records.size();
}

} // namespace

void
relieve()
{
	if (waiting().size() < most_waiting)
		return;

	/* Only what the current subtransaction did itself: rows of an outer one would go when this one rolls back. */
	SubTransactionId current = GetCurrentSubTransactionId();
	auto outer_end = std::stable_partition(waiting().begin(), waiting().end(),
										   [=](const Record &record) { return record.subtransaction != current; });
	std::vector<Record> records(std::make_move_iterator(outer_end), std::make_move_iterator(waiting().end()));

	waiting().erase(outer_end, waiting().end());
	any_waiting = !waiting().empty();
	write_records(std::move(records), true, false);
}

void
gather(Record record)
{
	record.subtransaction = GetCurrentSubTransactionId();
	record.ordinal = ++last_ordinal;
	waiting().push_back(std::move(record));
	any_waiting = true;
	if (committing)
		write(false);
}

Record *
last_record(const std::string &tag)
{
	/* A loader makes large objects by the thousand. */
	if (!any_waiting || waiting().back().tag != tag ||
		waiting().back().subtransaction != GetCurrentSubTransactionId() ||
		waiting().back().changes.size() >= most_changes)
		return nullptr;
	return &waiting().back();
}

void
add_own_command(const std::string &tag, const std::string &text)
{
	TimestampTz now = GetCurrentTimestamp();
	Record record = begin_record(now);

	record.tag = tag;
	record.command_class = "guard";
	record.text = text;
	record.decision = "allowed";
	record.duration = 0;
	record.extension = session::running_extension();
	server_log::write("guard", record, "", {});
	gather(std::move(record));
}

FullTransactionId
write_intent(const Record &record)
{
	std::vector<Record> one{record};

	one.front().ordinal = ++last_ordinal;
	insert(one);
	versions::note(one);
	versions::capture();
	intent_written = true;
	return guard([] { return GetTopFullTransactionId(); });
}

bool
subtransaction_legal() noexcept
{
	return !committing;
}

bool
pending() noexcept
{
	return any_waiting || versions::pending();
}

void
write(bool subtransaction_legal)
{
	if (!pending())
		return;

	std::vector<Record> records;

	records.swap(waiting());
	any_waiting = false;
	write_records(std::move(records), subtransaction_legal, true);
}

void
capture_now()
{
	versions::note(waiting());
	versions::capture(true);
}

void
gather_elsewhere(Record record)
{
	record.subtransaction = GetCurrentSubTransactionId();
	elsewhere().push_back(std::move(record));
}

void
forget_since(SubTransactionId subtransaction, bool awake) noexcept
{
	auto undone = [=](const Record &record) {
		if (record.subtransaction < subtransaction)
			return false;
		if (awake)
			attempts::queue(record, attempts::Outcome::rolled_back, nullptr);
		return true;
	};

	if (!elsewhere().empty())
		std::erase_if(elsewhere(), undone);
	if (!any_waiting)
		return;
	std::erase_if(waiting(), undone);
	any_waiting = !waiting().empty();
}

void
hand_over(SubTransactionId subtransaction, SubTransactionId parent) noexcept
{
	for (std::vector<Record> *records : {&waiting(), &elsewhere()})
		for (auto record = records->rbegin(); record != records->rend() && record->subtransaction >= subtransaction;
			 ++record)
			record->subtransaction = parent;
}

namespace {

void
forget_transaction() noexcept
{
	for (std::vector<Record> *records : {&waiting(), &written_records(), &elsewhere()})
		if (!records->empty())
			records->clear();
	any_waiting = false;
	versions::forget();
	last_ordinal = 0;
	relieved = 0;
	intent_written = false;
	committing = false;
}

} // namespace

void
transaction_ended(bool committed) noexcept
{
	if (committed) {
		for (const Record &record : elsewhere())
			attempts::queue(record, attempts::Outcome::committed, nullptr);
		if (!written_records().empty() || relieved > 0 || intent_written)
			log_seal::announce();
	}
	forget_transaction();
}

void
transaction_aborted(bool awake) noexcept
{
	if (awake) {
		for (std::vector<Record> *records : {&written_records(), &waiting(), &elsewhere()})
			for (const Record &record : *records)
				attempts::queue(record, attempts::Outcome::rolled_back, nullptr);
		if (relieved > 0)
			attempts::count_lost(relieved);
	}
	forget_transaction();
}

void
transaction_ends() noexcept
{
	committing = true;
}

} // namespace schema_guard::pg::recorder
