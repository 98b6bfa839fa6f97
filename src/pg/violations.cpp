/*
 * violations.cpp - counters of class 23; see violations.hpp.
 */
#include "schema_guard/pg/violations.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/counters.hpp"
#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "access/parallel.h"
}

namespace schema_guard::pg::violations {

namespace {

/* What was raised by hand may be longer than a name. */
void
set(NameData &name, const char *text) noexcept
{
	if (text != nullptr)
		memcpy(NameStr(name), text, pg_mbcliplen(text, static_cast<int>(strlen(text)), NAMEDATALEN - 1));
}

bool
counts(const ErrorData &error) noexcept
{
	/* The leader of a parallel worker writes its error, too. */
	return error.elevel >= ERROR && ERRCODE_TO_CATEGORY(error.sqlerrcode) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION &&
		   OidIsValid(MyDatabaseId) && counters::area() != nullptr && settings::enabled() && !IsParallelWorker();
}

} // namespace

void
count(const ErrorData &error) noexcept
{
	if (!counts(error))
		return;

	counters::Violation key;

	memset(&key, 0, sizeof key);
	key.database = MyDatabaseId;
	key.sqlstate = error.sqlerrcode;
	set(key.schema, error.schema_name);
	set(key.relation, error.table_name ? error.table_name : error.datatype_name);
	set(key.constraint, error.constraint_name);
	set(key.column, error.column_name);

	auto *entry = counters::area()->violations->find_or_make(key);

	if (entry == nullptr)
		return;

	auto now = static_cast<uint64_t>(GetCurrentTimestamp());
	uint64_t never = 0;

	(void) pg_atomic_compare_exchange_u64(&entry->value[counters::first_at], &never, now);
	pg_atomic_write_u64(&entry->value[counters::last_at], now);
	pg_atomic_fetch_add_u64(&entry->value[counters::refused], 1);
}

std::vector<Row>
all()
{
	std::vector<Row> rows;
	counters::Area *area = counters::area();

	if (area == nullptr)
		return rows;
	area->violations->each([&](counters::Violations::Entry &entry) {
		auto value = [&](counters::ViolationValue v) { return pg_atomic_read_u64(&entry.value[v]); };
		auto time = [&](counters::ViolationValue v) { return static_cast<TimestampTz>(value(v)); };
		const counters::Violation &key = entry.key;

		if (key.database != MyDatabaseId || value(counters::refused) == 0)
			return;
		rows.push_back({NameStr(key.schema), NameStr(key.relation), NameStr(key.constraint), NameStr(key.column),
						std::string(unpack_sql_state(key.sqlstate)), value(counters::refused), time(counters::first_at),
						time(counters::last_at), value(counters::since) ? time(counters::since) : area->began});
	});
	return rows;
}

uint64_t
uncounted() noexcept
{
	return counters::area() ? counters::area()->violations->no_room() : 0;
}

void
reset() noexcept
{
	auto now = static_cast<uint64_t>(GetCurrentTimestamp());

	if (counters::area() == nullptr)
		return;
	counters::area()->violations->each([&](counters::Violations::Entry &entry) {
		if (entry.key.database != MyDatabaseId)
			return;
		pg_atomic_write_u64(&entry.value[counters::since], now);
		pg_atomic_write_u64(&entry.value[counters::first_at], 0);
		pg_atomic_write_u64(&entry.value[counters::last_at], 0);
		pg_atomic_write_u64(&entry.value[counters::refused], 0);
	});
}

} // namespace schema_guard::pg::violations
