/*
 * core/catalog/document.hpp - a schema without addresses, for another database to read: objects are numbered, and depend
 * on each other by number.  docs/history.md describes the format; what writes and reads JSON is no matter of the core.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"

namespace schema_guard::catalog {

struct DocumentObject {
	int64_t number = 0;
	std::string kind;
	std::vector<std::string> identity;
	std::vector<std::pair<std::string, std::string>> properties;
	int64_t parent = 0; /* 0: none */
	std::vector<int64_t> depends_on;
};

struct Document {
	static constexpr int64_t newest_format = 1;

	int64_t format = newest_format;
	int64_t server_version = 0;
	int64_t count = -1; /* of objects, so that half a document is known as one */
	std::vector<DocumentObject> objects;
};

Document to_document(const Catalog &catalog);

/* Raises 22023 for what is half, contradicts itself, or is not known to this release. */
Catalog to_catalog(const Document &document);

} // namespace schema_guard::catalog
