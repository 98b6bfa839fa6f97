/*
 * snapshots.cpp - rows of schema_guard.snapshot_label.
 */
#include "schema_guard/pg/snapshots.hpp"

#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/object_hashes.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/texts.hpp"
#include "schema_guard/pg/version_store.hpp"
#include "schema_guard/pg/versions.hpp"

extern "C" {
#include "utils/jsonb.h"
#include "utils/xid8.h"
}

namespace schema_guard::pg::snapshots {

namespace {

/* Columns of snapshot_label, from 0. */
enum Column {
	label_column,
	comment_column,
	taken_at_column,
	taken_by_column,
	xid_column,
	visible_column,
	document_column,
	hashes_column
};

struct Row {
	bool found = false;
	bool imported = false;
	std::string comment, taken_at, taken_by, document, hashes;
	version_store::Moment moment;
};

/* Server calls; only inside guard(). */
namespace raw {

void
read(const Datum *values, const bool *nulls, Row &row)
{
	row.found = true;
	row.imported = !nulls[document_column];
	if (!nulls[comment_column])
		pg::raw::assign(row.comment, values[comment_column]);
	row.moment.at = DatumGetTimestampTz(values[taken_at_column]);
	row.taken_at.assign(timestamptz_to_str(row.moment.at));
	pg::raw::assign(row.taken_by, values[taken_by_column]);
	if (row.imported) {
		Jsonb *document = DatumGetJsonbP(values[document_column]);

		row.document.assign(JsonbToCString(nullptr, &document->root, VARSIZE(document)));
		return;
	}
	if (!nulls[hashes_column])
		pg::raw::assign(row.hashes, values[hashes_column]);
	row.moment.labelled = true;
	row.moment.xid = U64FromFullTransactionId(DatumGetFullTransactionId(values[xid_column]));
	row.moment.visible.assign(DatumGetCString(DirectFunctionCall1(pg_snapshot_out, values[visible_column])));
}

} // namespace raw

Row
find(const std::string &label)
{
	Oid table = own::table("snapshot_label");
	Row row;

	guard([&] {
		own::raw::scan(table, [&](Datum *values, bool *nulls) {
			text *packed = DatumGetTextPP(values[label_column]);

			if (!row.found &&
				label == std::string_view(VARDATA_ANY(packed), static_cast<size_t>(VARSIZE_ANY_EXHDR(packed))))
				raw::read(values, nulls, row);
		});
	});
	return row;
}

Row
get_row(const std::string &label)
{
	own::require_installed();

	Row row = find(label);

	if (!row.found)
		throw Failure(sqlstate::undefined_object, "snapshot \"" + label + "\" does not exist")
			.with_hint("SELECT label FROM schema_guard.snapshots; lists those there are.");
	return row;
}

void
check_free(const std::string &label)
{
	own::require_installed();
	if (label.empty() || label.size() > 200)
		throw Failure(sqlstate::invalid_parameter, "a snapshot needs a label of 1 to 200 bytes");
	if (find(label).found)
		throw Failure(sqlstate::duplicate_object, "snapshot \"" + label + "\" exists already")
			.with_hint("SELECT schema_guard.drop_snapshot(" + sql::literal(label) + ");");
}

} // namespace

void
take(const std::string &label, const std::optional<std::string> &comment)
{
	check_free(label);
	recorder::capture_now();

	ObjectHashes hashes = ObjectHashes::read(ObjectHashes::new_seed());
	versions::Stock stock = versions::take_stock();

	/* As the versions stand now: what others commit from here on is not part of it. */
	std::string visible;

	guard([&] {
		PushActiveSnapshot(GetLatestSnapshot());
		visible.assign(
			DatumGetCString(DirectFunctionCall1(pg_snapshot_out, DirectFunctionCall1(pg_current_snapshot, 0))));
		PopActiveSnapshot();
	});
	/* Of what was changed meanwhile nobody knows which of both the label has. */
	hashes.remove(hashes.differing(ObjectHashes::read(hashes.seed())));

	std::optional<std::string> kept;
	if (!stock.unclaimed)
		kept = "\\x" + version_store::hexadecimal(hashes.bytes());
	own::run_as_owner(
		"INSERT INTO schema_guard.snapshot_label (label, comment, taken_at, taken_by, xid, visible, hashes)"
		" VALUES ($1, $2, clock_timestamp(), $3, pg_current_xact_id(), $4::pg_snapshot, $5::bytea)",
		{label, comment, session::current_user(), visible, kept}, "SNAPSHOT",
		"SELECT schema_guard.snapshot(" + sql::literal(label) + ")");
}

void
drop(const std::string &label)
{
	(void) get_row(label);
	if (baseline() == label)
		throw Failure(sqlstate::invalid_parameter, "snapshot \"" + label + "\" is the baseline")
			.with_hint("SELECT schema_guard.set_baseline(NULL); or another one first.");
	own::run_as_owner("DELETE FROM schema_guard.snapshot_label WHERE label = $1", {label}, "DROP SNAPSHOT",
					  "SELECT schema_guard.drop_snapshot(" + sql::literal(label) + ")");
}

catalog::Catalog
catalog_of(const std::string &label)
{
	Row row = get_row(label);

	if (row.imported)
		return catalog::to_catalog(snapshot_json::read(row.document).document);
	return version_store::load(row.moment);
}

std::optional<ChangedPart>
changed_part(const std::string &label, Reader reader)
{
	Row row = get_row(label);

	return row.hashes.empty() ? std::nullopt : read_changed_part(row.moment, row.hashes, reader);
}

std::optional<TimestampTz>
taken_at(const std::string &label)
{
	Row row = get_row(label);

	return row.imported ? std::nullopt : std::optional(row.moment.at);
}

snapshot_json::Snapshot
get(const std::string &label)
{
	Row row = get_row(label);
	snapshot_json::Snapshot snapshot;

	if (row.imported)
		snapshot = snapshot_json::read(row.document);
	else
		snapshot.document = catalog::to_document(version_store::load(row.moment));
	snapshot.label = label;
	snapshot.comment = row.comment;
	snapshot.taken_at = row.taken_at;
	snapshot.taken_by = row.taken_by;
	return snapshot;
}

std::string
import(const snapshot_json::Snapshot &snapshot, const std::optional<std::string> &json,
	   const std::optional<std::string> &label)
{
	std::string name = label ? *label : snapshot.label;

	check_free(name);
	(void) catalog::to_catalog(snapshot.document);
	own::run_as_owner(
		"INSERT INTO schema_guard.snapshot_label (label, comment, taken_at, taken_by, document)"
		" VALUES ($1, nullif($2, ''), coalesce(nullif($3, '')::timestamptz, clock_timestamp()), $4, $5::jsonb)",
		{name, snapshot.comment, snapshot.taken_at,
		 snapshot.taken_by.empty() ? session::current_user() : snapshot.taken_by, json},
		"IMPORT SNAPSHOT", "SELECT schema_guard.import_snapshot(..., " + sql::literal(name) + ")");
	return name;
}

std::optional<std::string>
baseline()
{
	own::require_installed();

	Oid table = own::table("baseline");
	std::string label;
	bool found = false;

	guard([&] {
		own::raw::scan(table, [&](Datum *values, bool *) {
			if (DatumGetObjectId(values[0]) != MyDatabaseId)
				return;
			pg::raw::assign(label, values[1]);
			found = true;
		});
	});
	return found ? std::optional(label) : std::nullopt;
}

void
set_baseline(const std::optional<std::string> &label)
{
	std::string database = std::to_string(MyDatabaseId);

	if (!label) {
		own::run_as_owner("DELETE FROM schema_guard.baseline WHERE database = $1::oid", {database}, "SET BASELINE",
						  "SELECT schema_guard.set_baseline(NULL)");
		return;
	}
	(void) get_row(*label);
	own::run_as_owner("INSERT INTO schema_guard.baseline (database, snapshot, set_at, set_by)"
					  " VALUES ($1::oid, $2, clock_timestamp(), $3) ON CONFLICT (database) DO UPDATE"
					  " SET snapshot = excluded.snapshot, set_at = excluded.set_at, set_by = excluded.set_by",
					  {database, *label, session::current_user()}, "SET BASELINE",
					  "SELECT schema_guard.set_baseline(" + sql::literal(*label) + ")");
}

} // namespace schema_guard::pg::snapshots
