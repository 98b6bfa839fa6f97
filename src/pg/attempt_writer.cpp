/*
 * attempt_writer.cpp - the worker's side of attempts.hpp: entries of the ring become rows of the log.
 */
#include "schema_guard/pg/attempts.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_content.hpp"
#include "schema_guard/pg/log_row.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/policy_store.hpp"
#include "schema_guard/pg/shared.hpp"

namespace schema_guard::pg::attempts {

using namespace schema_guard::attempt;
using log_row::Attempted;
using recorder::Change;
using recorder::Record;

namespace {

/* A text of another database may be in another encoding: what this one cannot be sure to hold becomes a question mark. */
std::string
text_from(std::string_view text, int encoding)
{
	std::string copy(text);

	if (encoding != GetDatabaseEncoding())
		std::replace_if(
			copy.begin(), copy.end(), [](char c) { return static_cast<unsigned char>(c) > 127; }, '?');
	return copy;
}

struct Row {
	Record record;
	Attempted attempted;
};

Row
row_of(const ReadAttempt &read)
{
	const Attempt &attempt = read.attempt;
	auto text = [&](std::string_view value) { return text_from(value, attempt.encoding); };
	Row row;
	Record &record = row.record;

	record.tag = text(attempt.tag);
	record.command_class = text(attempt.command_class);
	record.text = text(attempt.text);
	record.decision = text(attempt.decision);
	record.allowed_by = text(attempt.allowed_by);
	record.migration = text(attempt.migration);
	record.override_reason = text(attempt.override_reason);
	record.session_user = text(attempt.session_user);
	record.outer_user = text(attempt.outer_user);
	record.current_user = text(attempt.current_user);
	record.context = text(attempt.context);
	record.extension = text(attempt.extension);
	record.started_at = attempt.started_at;
	record.duration = attempt.duration;
	record.nesting = attempt.nesting;
	for (std::string_view violation : read.violations)
		record.violations.push_back(text(violation));
	for (const AttemptObject &object : read.objects) {
		Change &change = record.changes.emplace_back();

		change.action = object.action;
		change.address = object.address;
		change.cascaded = object.cascaded;
		change.object_type = text(object.object_type);
		change.schema = text(object.schema);
		change.name = text(object.name);
		change.identity = text(object.identity);
		change.old_identity = text(object.old_identity);
	}

	row.attempted.application_name = text(attempt.application_name);
	row.attempted.client_address = text(attempt.client_address);
	row.attempted.database = text(attempt.database);
	row.attempted.client_port = attempt.client_port;
	row.attempted.backend_pid = attempt.backend_pid;
	row.attempted.backend_start = attempt.backend_start;
	row.attempted.outcome = outcome_name(attempt.outcome);
	row.attempted.sqlstate = text(attempt.sqlstate);
	row.attempted.boot = static_cast<int64_t>(shared::area()->boot);
	row.attempted.number = static_cast<int64_t>(attempt.number);
	return row;
}

} // namespace

/* Server calls; only inside guard(). */
namespace raw {

/* A worker before this one may have come to its commit and no further. */
static bool
is_written(Relation log, Oid index, const Attempted &attempted)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], get_attnum(RelationGetRelid(log), "attempt_boot"), BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(attempted.boot));
	ScanKeyInit(&keys[1], get_attnum(RelationGetRelid(log), "attempt_number"), BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(attempted.number));

	SysScanDesc scan = systable_beginscan(log, index, true, nullptr, 2, keys);
	bool found = HeapTupleIsValid(systable_getnext(scan));

	systable_endscan(scan);
	return found;
}

/* False when the extension has gone meanwhile. */
static bool
insert(Oid table, const std::vector<Row> &rows, std::string &bytes)
{
	own::raw::Inserter inserter(table);

	if (!inserter.valid())
		return false;
	Oid index = get_relname_relid("statement_log_attempt_key", get_rel_namespace(table));
	log_content::raw::Hasher hasher = log_content::raw::open(inserter.descriptor());
	int ordinal = 0;

	for (const Row &row : rows) {
		Datum values[log_row::columns];
		bool nulls[log_row::columns];

		if (is_written(inserter.relation(), index, row.attempted))
			continue;
		log_row::raw::form(row.record, &row.attempted, inserter.descriptor(), values, nulls);
		/* With this transaction the key of the row. */
		values[log_content::ordinal] = Int32GetDatum(++ordinal);
		log_content::raw::add_leaf(hasher, values, nulls, bytes);
		inserter.insert(values, nulls);
	}
	log_content::raw::close(hasher);
	inserter.close();
	return true;
}

} // namespace raw

Batch
write_batch(int slot, size_t most)
{
	std::vector<std::vector<char>> entries;
	Batch batch;

	guard([&] {
		LWLockAcquire(shared::area()->lock, LW_SHARED);
		Ring ring = shared::raw::ring(slot);
		batch.position = shared::area()->slots[slot].ring.tail;
		for (size_t i = 0; i < most; i++) {
			entries.emplace_back();
			if (!ring.read(batch.position, entries.back())) {
				entries.pop_back();
				break;
			}
		}
		LWLockRelease(shared::area()->lock);
	});

	std::vector<Row> rows;
	bool installed = own::installed();
	bool off = installed && policy().mode == Mode::off;

	for (const std::vector<char> &entry : entries) {
		ReadAttempt read;

		if (!read_attempt(std::string_view(entry.data(), entry.size()), read)) {
			batch.dropped++;
			continue;
		}
		batch.number = read.attempt.number;
		/* From elsewhere it comes unasked; what is from here was asked for when the mode was another. */
		if (!off || read.attempt.database.empty())
			rows.push_back(row_of(read));
	}
	if (!rows.empty()) {
		std::string bytes;

		if (installed && guard([&, log = own::table("statement_log")] { return raw::insert(log, rows, bytes); }))
			batch.written = rows.size();
		else
			batch.dropped += rows.size();
	}
	batch.installed = installed;
	return batch;
}

} // namespace schema_guard::pg::attempts
