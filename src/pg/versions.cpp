/*
 * versions.cpp - the whole schema against the versions, and the schema of a moment out of them; see capture.hpp for commits.
 */
#include "schema_guard/pg/versions.hpp"

#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/version_store.hpp"

namespace schema_guard::pg::versions {

using catalog::Catalog;
using catalog::Object;
using version_store::Entry;
using version_store::Known;
using version_store::KnownVersions;

Stock
take_stock()
{
	Catalog catalog = read_catalog(Reader::owner);
	KnownVersions known;
	std::vector<Entry> entries;
	Stock stock;

	version_store::Store store;
	store.look_up_all(known);
	for (const Object &object : catalog) {
		/* What no kind claims has no address to be known by. */
		if (object.address.objid == 0) {
			stock.unclaimed = true;
			continue;
		}

		auto found = known.find(object.address);
		const Known *last = found == known.end() ? nullptr : &found->second;
		Entry entry;

		if (last != nullptr && last->tells(object))
			continue;
		entry.object = &object;
		entry.known = last;
		entry.address = object.address;
		for (const Object *on : catalog.depends_on(object))
			entry.depends_on.push_back(on->address);
		std::sort(entry.depends_on.begin(), entry.depends_on.end());
		entries.push_back(std::move(entry));
	}
	for (const auto &[address, last] : known) {
		if (last.ended || catalog.at(address) != nullptr)
			continue;
		Entry entry;

		entry.known = &last;
		entry.address = address;
		entries.push_back(std::move(entry));
	}
	store.write(entries);
	store.close();
	stock.written = static_cast<int64_t>(entries.size());
	return stock;
}

catalog::Catalog
catalog_at(TimestampTz moment)
{
	version_store::Moment at;

	own::require_installed();
	at.at = moment;
	return version_store::load(at);
}

std::string
definition(const Catalog &catalog, const Object &object)
{
	diff::Options options;
	std::string pattern, text;

	/* The identity as a pattern that only it matches, whatever characters it has. */
	for (char c : object.quoted_identity()) {
		if (c == '*' || c == '?' || c == '[' || c == '\\')
			pattern += '\\';
		pattern += c;
	}
	options.names = {pattern};
	options.kinds = {std::string(object.kind().name)};
	options.script.version = catalog.version;

	Catalog nothing;

	nothing.version = catalog.version;
	nothing.finish();

	std::unique_ptr<diff::Diff> made = diff::compare(std::move(nothing), catalog, options);

	for (const diff::Step &step : made->steps)
		text += (text.empty() ? "" : "\n") + diff::joined(step.forward);
	return text;
}

std::string
definition_at(const Address &object, TimestampTz moment)
{
	version_store::Moment at;

	own::require_installed();
	at.at = moment;

	Catalog catalog = version_store::load_around(at, object);
	const Object *found = catalog.at(object);

	return found != nullptr ? definition(catalog, *found) : std::string();
}

} // namespace schema_guard::pg::versions
