/*
 * document_fuzz.cpp - any document as an imported snapshot: it is refused, or read and written alike, and compared without harm
 * however little its objects fit each other.
 */
#include "schema_guard/core/catalog/document.hpp"
#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/core/failure.hpp"

#include <cstdint>
#include <cstdlib>

using namespace schema_guard;

static void
promise(bool kept)
{
	if (!kept)
		std::abort();
}

namespace {

class Bytes {
public:
	Bytes(const uint8_t *data, size_t size) : at_(data), end_(data + size) {}
	bool more() const { return at_ < end_; }
	size_t below(size_t count) { return more() ? *at_++ % count : 0; }
	/* Names meet each other; now and then there is any text. */
	std::string text()
	{
		static constexpr const char *known[] = {"a",	 "b",		"public",  "t",	   "{a,b}", "true", "{}", "1",
												"{a=1}", "{\"x\"}", "integer", "a\"b", "",		"{a,b", "x=", "always"};
		size_t which = below(std::size(known) + 1);

		if (which < std::size(known))
			return known[which];

		const size_t wanted = below(12), length = std::min<size_t>(wanted, end_ - at_);
		std::string any(reinterpret_cast<const char *>(at_), length);
		at_ += length;
		return any;
	}

private:
	const uint8_t *at_, *end_;
};

catalog::Document
document(Bytes &bytes)
{
	catalog::Document made;
	size_t count = bytes.below(12);

	made.format = bytes.below(16) == 0 ? 2 : 1;
	made.server_version = 130000 + 10000 * static_cast<int64_t>(bytes.below(6));
	for (size_t i = 0; i < count; i++) {
		catalog::DocumentObject &object = made.objects.emplace_back();
		const catalog::Kind &kind = *catalog::kinds()[bytes.below(catalog::kinds().size())];

		object.number = bytes.below(24) == 0 ? static_cast<int64_t>(bytes.below(4)) : static_cast<int64_t>(i) + 1;
		object.kind = kind.name;
		for (size_t part = 0; part < kind.identity.size() + (bytes.below(32) == 0); part++)
			object.identity.push_back(bytes.text());
		for (const catalog::Property &property : kind.properties) {
			if (bytes.below(3) == 0)
				object.properties.emplace_back(property.name, bytes.text());
		}
		object.parent = static_cast<int64_t>(bytes.below(count + 2));
		for (size_t edges = bytes.below(4); edges > 0; edges--)
			object.depends_on.push_back(static_cast<int64_t>(bytes.below(count + 1)) + 1);
	}
	made.count = static_cast<int64_t>(made.objects.size()) + (bytes.below(16) == 0);
	return made;
}

std::vector<std::string>
texts(const catalog::Catalog &catalog)
{
	std::vector<std::string> texts;

	for (const catalog::Object &object : catalog)
		texts.push_back(object.canonical());
	return texts;
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Bytes bytes(data, size);

	catalog::Catalog before, after;

	/* What is refused is refused by an error of ours. */
	try {
		before = catalog::to_catalog(document(bytes));
		after = catalog::to_catalog(document(bytes));
	} catch (const Failure &) {
		return 0;
	}
	promise(texts(before) == texts(catalog::to_catalog(catalog::to_document(before))));

	/* What is read may still make no sense to a kind that is asked for SQL. */
	try {
		(void) diff::write_script(*diff::compare(std::move(before), std::move(after), {}), "fuzz");
	} catch (const std::exception &) {
	}
	return 0;
}
