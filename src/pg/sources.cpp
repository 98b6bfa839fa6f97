/*
 * sources.cpp - from the name of a source to a schema.
 */
#include "schema_guard/pg/sources.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/apply.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/remote.hpp"
#include "schema_guard/pg/snapshots.hpp"
#include "schema_guard/pg/versions.hpp"

namespace schema_guard::pg {

namespace {

constexpr std::string_view at = "at:", snapshot = "snapshot:";

TimestampTz
to_moment(const std::string &text)
{
	return guard([&] {
		return DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(text.c_str()),
													   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	});
}

/* A new database has the schema public, as initdb makes it. */
catalog::Catalog
empty_database()
{
	catalog::Catalog catalog;
	catalog::Object schema(*catalog::kind("schema"));

	schema.identity = {"public"};
	schema.address = {NamespaceRelationId, 2200, 0};
	schema.set("owner", "pg_database_owner");
	schema.set("grants", "{OWNER=ALL,PUBLIC=USAGE}");
	schema.set("comment", "standard public schema");
	catalog.version = PG_VERSION_NUM;
	catalog.add(std::move(schema));
	catalog.finish();
	return catalog;
}

/* The extension stays, whatever else goes: it is what runs this. */
diff::Options
all_but_ourselves()
{
	diff::Options options;

	options.keep = [](const catalog::Object &object) {
		return object.is("extension") ? object.name() == "schema_guard" : object.identity[0] == "schema_guard";
	};
	return options;
}

/* The schema a script makes of an empty database: made, read, and undone. */
catalog::Catalog
after_script(const std::string &script)
{
	catalog::Catalog made;
	std::optional<Error> error = try_and_undo([&] {
		std::unique_ptr<diff::Diff> way = diff::compare(read_catalog(), empty_database(), all_but_ourselves());

		apply(*way, [](const diff::Step &, const std::string &) {});
		run_script(script);
		made = read_catalog();
	});

	if (error)
		throw std::move(*error);
	return made;
}

} // namespace

catalog::Catalog
read_source(const std::string &source, Reader reader)
{
	size_t colon = source.find(':');
	std::string kind = source.substr(0, colon), rest = colon == std::string::npos ? "" : source.substr(colon + 1);

	if (source == "live")
		return read_catalog(reader);
	if (source == "empty")
		return empty_database();
	if (kind == "server" && !rest.empty())
		return read_remote(rest);
	if (kind == "sql")
		return after_script(rest);
	if (kind == "snapshot" && !rest.empty())
		return snapshots::catalog_of(rest);
	if (kind == "at" && !rest.empty())
		return versions::catalog_at(to_moment(rest));
	if (kind == "json" && !rest.empty())
		return catalog::to_catalog(snapshot_json::read(rest).document);
	throw Failure(sqlstate::invalid_parameter, "there is no source \"" + source.substr(0, 60) + "\"")
		.with_hint(
			"A source is live, empty, at:TIMESTAMP, snapshot:LABEL, server:NAME, sql:SCRIPT, or json: and an exported "
			"snapshot.");
}

Pair
read_pair(const std::string &before, const std::string &after, Reader reader)
{
	bool forward = before == "live";
	const std::string &other = forward ? after : before;

	if ((forward || after == "live") && other.starts_with(snapshot) && other.size() > snapshot.size()) {
		if (auto part = snapshots::changed_part(other.substr(snapshot.size()), reader))
			return forward ? Pair{std::move(part->live), std::move(part->then)}
						   : Pair{std::move(part->then), std::move(part->live)};
	}

	/* In this order, whichever a compiler likes. */
	catalog::Catalog first = read_source(before, reader), second = read_source(after, reader);

	return {std::move(first), std::move(second)};
}

std::optional<TimestampTz>
moment_of(const std::string &source)
{
	if (source == "live")
		return DT_NOEND;
	if (source.starts_with(at))
		return to_moment(source.substr(at.size()));
	if (source.starts_with(snapshot))
		return snapshots::taken_at(source.substr(snapshot.size()));
	return std::nullopt;
}

} // namespace schema_guard::pg
