/*
 * pg/snapshot_json.hpp - a snapshot's document as jsonb; docs/history.md describes its members.
 */
#pragma once

#include "schema_guard/core/catalog/document.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::snapshot_json {

struct Snapshot {
	std::string label, comment, taken_at, taken_by;
	catalog::Document document;
};

Datum write(const Snapshot &snapshot);

/* Raises 22023 for what is no snapshot; what its objects say is judged by catalog::to_catalog(). */
Snapshot read(Datum jsonb);

/* Of jsonb as text; raises 22P02 for what is no JSON. */
Snapshot read(const std::string &json);

} // namespace schema_guard::pg::snapshot_json
