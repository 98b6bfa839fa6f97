/*
 * version_functions.cpp - SQL functions around the versions of objects: stock-taking, snapshots, definitions, fingerprints.
 */
#include "schema_guard/core/catalog/fingerprint.hpp"
#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_digest.hpp"
#include "schema_guard/pg/known_digests.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/snapshots.hpp"
#include "schema_guard/pg/sources.hpp"
#include "schema_guard/pg/version_store.hpp"
#include "schema_guard/pg/versions.hpp"

using namespace schema_guard;
using pg::version_store::hexadecimal;
namespace snapshots = pg::snapshots;
namespace versions = pg::versions;

namespace {

/* What the fingerprint of this database follows from; a reader's rights are part of it. */
std::string
cache_key(FunctionCallInfo fcinfo, const pg::CatalogDigest &digest)
{
	std::string text(reinterpret_cast<const char *>(digest.data()), sizeof(digest));

	text += std::to_string(MyDatabaseId) + ' ' + std::to_string(pg::guard([] { return GetUserId(); }));
	for (int i = 1; i <= 4; i++)
		text += ' ' + sql::write_array(pg::array_argument(fcinfo, i));
	return pg::version_store::hash(text);
}

/* Arguments source, schemas, kinds, names, ignore. */
catalog::Fingerprints
fingerprints(FunctionCallInfo fcinfo, const catalog::Catalog &catalog)
{
	diff::Options options;

	options.schemas = pg::array_argument(fcinfo, 1);
	options.kinds = pg::array_argument(fcinfo, 2);
	options.names = pg::array_argument(fcinfo, 3);
	diff::read_ignored(pg::array_argument(fcinfo, 4), options);
	return catalog::fingerprints(
		catalog, pg::version_store::hash,
		[&](const catalog::Object &object) { return diff::in_scope(object, catalog, options); }, options.ignore);
}

/* The object with this name: "public.orders", "table public.orders", "orders" when only one is called so. */
const catalog::Object &
find(const catalog::Catalog &catalog, const std::string &name)
{
	std::vector<const catalog::Object *> exact, likely;

	for (const catalog::Object &object : catalog) {
		std::string identity = object.quoted_identity();

		if (object.display() == name)
			return object;
		if (identity == name)
			exact.push_back(&object);
		else if (identity.ends_with("." + name))
			likely.push_back(&object);
	}
	if (exact.empty())
		exact = likely;
	if (exact.empty())
		throw Failure(sqlstate::undefined_object, "object \"" + name + "\" did not exist then")
			.with_hint("Name it as in schema_guard.object_versions, with its schema: public.orders.");
	if (exact.size() > 1)
		throw Failure(sqlstate::invalid_parameter,
					  "object \"" + name + "\" is ambiguous: " + exact[0]->display() + " or " + exact[1]->display())
			.with_hint("Name it with its kind and schema: 'table public.orders'.");
	return *exact.front();
}

std::optional<std::string>
optional_text(FunctionCallInfo fcinfo, int index)
{
	return PG_ARGISNULL(index) ? std::nullopt : std::optional(pg::text_argument(fcinfo, index));
}

} // namespace

/* take_stock() returns bigint: how many objects had changed unseen; raises SG009 where the extension is missing. */
SCHEMA_GUARD_FUNCTION(schema_guard_take_stock)
{
	pg::own::require_installed();
	return Int64GetDatum(versions::take_stock().written);
}

/* snapshot(label text, comment text): raises 42710 when the label is taken. */
SCHEMA_GUARD_FUNCTION(schema_guard_snapshot)
{
	snapshots::take(pg::text_argument(fcinfo, 0), optional_text(fcinfo, 1));
	return 0;
}

/* drop_snapshot(label text): raises 42704. */
SCHEMA_GUARD_FUNCTION(schema_guard_drop_snapshot)
{
	snapshots::drop(pg::text_argument(fcinfo, 0));
	return 0;
}

/* export_snapshot(label text) returns jsonb: raises 42704. */
SCHEMA_GUARD_FUNCTION(schema_guard_export_snapshot)
{
	return pg::snapshot_json::write(snapshots::get(pg::text_argument(fcinfo, 0)));
}

/* import_snapshot(document jsonb, label text) returns text: the label; raises 22023 for what is no snapshot, 42710. */
SCHEMA_GUARD_FUNCTION(schema_guard_import_snapshot)
{
	if (PG_ARGISNULL(0))
		throw Failure(sqlstate::invalid_parameter, "there is no document to import");
	return pg::text_result(snapshots::import(pg::snapshot_json::read(PG_GETARG_DATUM(0)),
											 pg::argument_as_text(fcinfo, 0), optional_text(fcinfo, 1)));
}

/* definition_at(object text, at timestamptz) returns text: raises 42704 when it did not exist, 22023 when ambiguous. */
SCHEMA_GUARD_FUNCTION(schema_guard_definition_at)
{
	catalog::Catalog catalog = versions::catalog_at(PG_GETARG_TIMESTAMPTZ(1));

	return pg::text_result(versions::definition(catalog, find(catalog, pg::text_argument(fcinfo, 0))));
}

/* version_definition(classid oid, objid oid, objsubid integer, at timestamptz) returns text: empty when it did not exist. */
SCHEMA_GUARD_FUNCTION(schema_guard_version_definition)
{
	return pg::text_result(
		versions::definition_at({PG_GETARG_OID(0), PG_GETARG_OID(1), PG_GETARG_INT32(2)}, PG_GETARG_TIMESTAMPTZ(3)));
}

/* catalog_digest() returns text: the same, 32 hexadecimal digits, as long as the schema is; see pg::catalog_digest(). */
SCHEMA_GUARD_FUNCTION(schema_guard_catalog_digest)
{
	pg::CatalogDigest digest = pg::catalog_digest();
	(void) fcinfo;

	return pg::text_result(hexadecimal({reinterpret_cast<const char *>(digest.data()), sizeof(digest)}));
}

/* fingerprint(source, schemas, kinds, names, ignore) returns text: SHA-256 in hexadecimal. */
SCHEMA_GUARD_FUNCTION(schema_guard_fingerprint)
{
	std::string source = pg::text_argument(fcinfo, 0);
	auto compute = [&] { return fingerprints(fcinfo, pg::read_source(source)).whole; };

	if (source != "live")
		return pg::text_result(hexadecimal(compute()));

	std::string key = cache_key(fcinfo, pg::catalog_digest());
	std::optional<std::string> whole = pg::known_digests::find(key);

	if (!whole) {
		whole = compute();
		/* Nobody has changed anything meanwhile. */
		if (cache_key(fcinfo, pg::catalog_digest()) == key)
			pg::known_digests::keep(key, *whole);
	}
	return pg::text_result(hexadecimal(*whole));
}

/* fingerprints(the same): a row a schema, with null kind, and a row an object. */
SCHEMA_GUARD_FUNCTION(schema_guard_fingerprints)
{
	catalog::Catalog catalog = pg::read_source(pg::text_argument(fcinfo, 0));
	catalog::Fingerprints found = fingerprints(fcinfo, catalog);
	std::vector<pg::TextRow> rows;
	auto schema = [](const std::string &name) { return name.empty() ? std::nullopt : std::optional(name); };

	for (const auto &[name, hash] : found.schemas)
		rows.push_back({schema(name), std::nullopt, std::nullopt, hexadecimal(hash)});
	for (const catalog::Fingerprints::Of &of : found.objects)
		rows.push_back({schema(of.schema), std::string(of.object->kind().name), of.object->quoted_identity(),
						hexadecimal(of.hash)});
	pg::return_rows(fcinfo, rows);
	return 0;
}
