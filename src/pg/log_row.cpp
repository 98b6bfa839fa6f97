/*
 * log_row.cpp - column by column, in the order of the table.
 */
#include "schema_guard/pg/log_row.hpp"

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/session.hpp"

extern "C" {
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
#include "utils/xid8.h"
}

namespace schema_guard::pg::log_row {

/* Server calls; only inside guard(). */
namespace raw {

namespace {

Datum
text_datum(const std::string &value)
{
	return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

Datum
interval_datum(int64_t microseconds)
{
	auto *interval = static_cast<Interval *>(palloc0(sizeof(Interval)));

	interval->time = microseconds;
	return IntervalPGetDatum(interval);
}

ArrayType *
text_array(const std::vector<std::string> &texts)
{
	auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * texts.size()));

	for (size_t i = 0; i < texts.size(); i++)
		elements[i] = text_datum(texts[i]);
	return construct_array(elements, static_cast<int>(texts.size()), TEXTOID, -1, false, TYPALIGN_INT);
}

/* Collects the columns of a row in order. */
struct Columns {
	Datum *values;
	bool *nulls;
	int next;

	void datum(Datum value)
	{
		values[next] = value;
		nulls[next++] = false;
	}
	void null() { nulls[next++] = true; }
	void text(const std::string &value)
	{
		if (value.empty())
			null();
		else
			datum(text_datum(value));
	}
};

Datum
changes_datum(const std::vector<recorder::Change> &changes, Oid array_type)
{
	Oid row_type = get_element_type(array_type);
	TupleDesc descriptor = lookup_rowtype_tupdesc(row_type, -1);
	auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * (changes.size() + 1)));
	int count = 0;

	for (const recorder::Change &change : changes) {
		Datum values[10];
		bool nulls[10];
		Columns row{values, nulls, 0};

		row.datum(CStringGetTextDatum(action_name(change.action)));
		row.text(change.object_type);
		row.text(change.schema);
		row.text(change.name);
		row.text(change.identity);
		row.text(change.old_identity);
		row.datum(ObjectIdGetDatum(change.address.classid));
		row.datum(ObjectIdGetDatum(change.address.objid));
		row.datum(Int32GetDatum(change.address.objsubid));
		row.datum(BoolGetDatum(change.cascaded));
		elements[count++] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	ReleaseTupleDesc(descriptor);
	return PointerGetDatum(construct_array(elements, count, row_type, -1, false, TYPALIGN_DOUBLE));
}

} // namespace

/*
 * SHA-256 over system identifier and database OID, cut to a version 8 UUID (RFC 9562).
 */
Datum
chain()
{
	static pg_uuid_t uuid;
	static Oid database = InvalidOid;

	if (database != MyDatabaseId) {
		struct {
			uint64 system_identifier;
			uint64 database;
		} key = {GetSystemIdentifier(), MyDatabaseId};
		uint8 digest[PG_SHA256_DIGEST_LENGTH];
		pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);

		if (hash == nullptr || pg_cryptohash_init(hash) < 0 ||
			pg_cryptohash_update(hash, reinterpret_cast<const uint8 *>(&key), sizeof key) < 0 ||
			pg_cryptohash_final(hash, digest, sizeof digest) < 0)
			elog(ERROR, "could not compute the chain of the log");
		pg_cryptohash_free(hash);
		digest[6] = (digest[6] & 0x0f) | 0x80;
		digest[8] = (digest[8] & 0x3f) | 0x80;
		memcpy(uuid.data, digest, UUID_LEN);
		database = MyDatabaseId;
	}
	return UUIDPGetDatum(&uuid);
}

namespace {

/* The session that did it is this one. */
void
add_session(Columns &row)
{
	Datum address;
	Datum port;

	if (application_name && *application_name)
		row.datum(CStringGetTextDatum(application_name));
	else
		row.null();
	if (session::raw::client_address(&address, &port)) {
		row.datum(address);
		row.datum(port);
	} else {
		row.null();
		row.null();
	}
	row.datum(Int32GetDatum(MyProcPid));
	row.datum(TimestampTzGetDatum(MyStartTimestamp));
}

void
add_origin(Columns &row, const Attempted &attempted)
{
	row.text(attempted.application_name);
	if (attempted.client_address.empty()) {
		row.null();
		row.null();
	} else {
		row.datum(DirectFunctionCall1(inet_in, CStringGetDatum(attempted.client_address.c_str())));
		row.datum(Int32GetDatum(attempted.client_port));
	}
	row.datum(Int32GetDatum(attempted.backend_pid));
	row.datum(TimestampTzGetDatum(attempted.backend_start));
}

} // namespace

void
form(const recorder::Record &record, const Attempted *attempted, TupleDesc row_type, Datum *values, bool *nulls)
{
	Columns row{values, nulls, 0};

	row.datum(chain());
	row.datum(FullTransactionIdGetDatum(GetTopFullTransactionId()));
	row.datum(Int32GetDatum(record.ordinal));
	row.datum(TimestampTzGetDatum(record.started_at));
	if (record.duration >= 0)
		row.datum(interval_datum(record.duration));
	else
		row.null();
	row.datum(text_datum(record.tag));
	row.datum(text_datum(record.command_class));
	row.text(record.text);
	row.datum(text_datum(record.decision));
	row.text(record.allowed_by);
	if (record.violations.empty())
		row.null();
	else
		row.datum(PointerGetDatum(text_array(record.violations)));
	row.text(record.migration);
	row.text(record.override_reason);
	row.datum(text_datum(record.session_user));
	row.datum(text_datum(record.outer_user));
	row.datum(text_datum(record.current_user));
	if (attempted)
		add_origin(row, *attempted);
	else
		add_session(row);
	row.datum(Int32GetDatum(record.nesting));
	row.text(record.context);
	row.text(record.extension);
	row.datum(CStringGetTextDatum(attempted ? attempted->outcome : record.duration >= 0 ? "committed" : "started"));
	if (attempted)
		row.text(attempted->sqlstate);
	else
		row.null();
	if (FullTransactionIdIsValid(record.intent))
		row.datum(FullTransactionIdGetDatum(record.intent));
	else
		row.null();
	row.datum(changes_datum(record.changes, TupleDescAttr(row_type, row.next)->atttypid));
	if (attempted) {
		row.datum(Int64GetDatum(attempted->boot));
		row.datum(Int64GetDatum(attempted->number));
		row.text(attempted->database);
	} else {
		row.null();
		row.null();
		row.null();
	}
	/* The hash, which log_content adds when all else is there. */
	row.null();
	Assert(row.next == columns);
}

} // namespace raw

} // namespace schema_guard::pg::log_row
