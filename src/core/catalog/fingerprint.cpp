/*
 * fingerprint.cpp - see fingerprint.hpp.
 */
#include "schema_guard/core/catalog/fingerprint.hpp"

#include <algorithm>

namespace schema_guard::catalog {

namespace {

/* The place among the siblings there are: a gap that a dropped column left is no difference. */
std::map<const Object *, size_t>
places(const Catalog &catalog)
{
	std::map<std::pair<const Object *, const Kind *>, std::vector<std::pair<long, const Object *>>> siblings;
	std::map<const Object *, size_t> places;

	for (const Object &object : catalog) {
		for (size_t i = 0; i < object.property_count(); i++) {
			if ((object.property(i).flags & position) && object.value(i))
				siblings[{catalog.parent(object), &object.kind()}].emplace_back(
					std::strtol(object.value(i)->c_str(), nullptr, 10), &object);
		}
	}
	for (auto &[whole, list] : siblings) {
		std::sort(list.begin(), list.end());
		for (size_t i = 0; i < list.size(); i++)
			places[list[i].second] = i + 1;
	}
	return places;
}

} // namespace

Fingerprints
fingerprints(const Catalog &catalog, const Hash &hash, const std::function<bool(const Object &)> &wanted,
			 const std::set<std::string> &ignored)
{
	Fingerprints found;
	std::map<const Object *, size_t> place = places(catalog);
	std::vector<std::pair<std::string, size_t>> order;
	std::map<std::string, std::string> texts;
	std::string all;

	for (const Object &object : catalog) {
		if (!wanted(object))
			continue;

		Object copy = object;

		for (size_t i = 0; i < copy.property_count(); i++) {
			if (ignored.count(std::string(copy.property(i).name)) > 0)
				copy.set(i, std::nullopt);
			else if ((copy.property(i).flags & position) && copy.value(i))
				copy.set(i, std::to_string(place[&object]));
		}

		bool in_schema = object.is("schema") || object.identity_column(0) == "schema";

		order.emplace_back(object.key(), found.objects.size());
		found.objects.push_back({&object, in_schema ? object.identity.front() : "", hash(copy.canonical())});
	}
	/* By name, not by rank: a rank may change with a release. */
	std::sort(order.begin(), order.end());
	for (const auto &[key, at] : order) {
		const Fingerprints::Of &of = found.objects[at];

		texts[of.schema] += of.hash;
		all += of.hash;
	}
	for (const auto &[schema, text] : texts)
		found.schemas[schema] = hash(text);
	found.whole = hash(all);
	return found;
}

} // namespace schema_guard::catalog
