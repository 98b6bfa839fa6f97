/*
 * document.cpp - see document.hpp.
 */
#include "schema_guard/core/catalog/document.hpp"

#include "schema_guard/core/failure.hpp"

#include <set>

namespace schema_guard::catalog {

namespace {

/* An address that means something within one document only: its number. */
Address
address_of(int64_t number)
{
	return {1, static_cast<uint32_t>(number), 0};
}

std::string
shown(const DocumentObject &object)
{
	return "object " + std::to_string(object.number) + " (" + object.kind +
		   (object.identity.empty() ? "" : " \"" + object.identity.back() + "\"") + ")";
}

[[noreturn]] void
refuse(const std::string &what)
{
	throw Failure(sqlstate::invalid_parameter, "the snapshot cannot be read: " + what)
		.with_hint("Export it again with schema_guard.export_snapshot().");
}

Object
to_object(const DocumentObject &from, const std::set<int64_t> &numbers)
{
	const Kind *known = kind(from.kind);

	if (known == nullptr)
		throw Failure(sqlstate::invalid_parameter,
					  "the snapshot has " + shown(from) + " of a kind that this release of schema_guard does not know")
			.with_hint("It was made by a later release: update this one.");
	if (from.identity.size() != known->identity.size())
		refuse(shown(from) + " has " + std::to_string(from.identity.size()) + " names, its kind has " +
			   std::to_string(known->identity.size()));

	Object object(*known);

	object.identity = from.identity;
	object.address = address_of(from.number);
	for (const auto &[name, value] : from.properties) {
		size_t at = object.find(name);

		if (at == object.property_count())
			throw Failure(sqlstate::invalid_parameter, "the snapshot's " + shown(from) + " has a property \"" + name +
														   "\" that this release of schema_guard does not know")
				.with_hint("It was made by a later release: update this one.");
		object.set(at, value);
	}
	if (from.parent != 0) {
		if (numbers.count(from.parent) == 0)
			refuse(shown(from) + " is part of object " + std::to_string(from.parent) + ", which is not there");
		object.parent = address_of(from.parent);
	}
	for (int64_t number : from.depends_on) {
		if (numbers.count(number) == 0)
			refuse(shown(from) + " depends on object " + std::to_string(number) + ", which is not there");
		object.needs.push_back(address_of(number));
	}
	return object;
}

} // namespace

Document
to_document(const Catalog &catalog)
{
	Document document;
	auto number = [&](const Object &object) { return static_cast<int64_t>(catalog.index(object)) + 1; };

	document.server_version = catalog.version;
	document.count = static_cast<int64_t>(catalog.size());
	for (const Object &object : catalog) {
		DocumentObject &to = document.objects.emplace_back();
		const Object *parent = catalog.parent(object);

		to.number = number(object);
		to.kind = object.kind().name;
		to.identity = object.identity;
		for (size_t i = 0; i < object.property_count(); i++) {
			if (object.value(i))
				to.properties.emplace_back(object.property(i).name, *object.value(i));
		}
		to.parent = parent ? number(*parent) : 0;
		for (const Object *on : catalog.depends_on(object)) {
			if (on != parent)
				to.depends_on.push_back(number(*on));
		}
	}
	return document;
}

Catalog
to_catalog(const Document &document)
{
	Catalog catalog;
	std::set<int64_t> numbers;
	std::set<std::string> keys;

	if (document.format > Document::newest_format)
		throw Failure(sqlstate::invalid_parameter, "the snapshot is of format " + std::to_string(document.format) +
													   ", this release of schema_guard reads up to " +
													   std::to_string(Document::newest_format))
			.with_hint("It was made by a later release: update this one.");
	if (document.format < 1)
		refuse("its format is " + std::to_string(document.format));
	if (document.count != static_cast<int64_t>(document.objects.size()))
		refuse("it says that it has " + std::to_string(document.count) + " objects and has " +
			   std::to_string(document.objects.size()));
	for (const DocumentObject &object : document.objects) {
		if (object.number < 1 || object.number > UINT32_MAX || !numbers.insert(object.number).second)
			refuse(shown(object) + " has the number of another, or none");
	}
	catalog.version = static_cast<int>(document.server_version);
	for (const DocumentObject &object : document.objects) {
		const Object &added = catalog.add(to_object(object, numbers));

		if (!keys.insert(added.key()).second)
			refuse(shown(object) + " is there twice");
	}
	catalog.finish();
	for (const Object &object : catalog) {
		int depth = 0;

		for (const Object *whole = catalog.parent(object); whole != nullptr; whole = catalog.parent(*whole)) {
			if (++depth > 16)
				refuse(object.display() + " is part of itself");
		}
	}
	return catalog;
}

} // namespace schema_guard::catalog
