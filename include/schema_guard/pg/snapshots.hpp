/*
 * pg/snapshots.hpp - labelled moments of the versions, and snapshots from elsewhere.
 */
#pragma once

#include "schema_guard/pg/changed_part.hpp"
#include "schema_guard/pg/snapshot_json.hpp"

namespace schema_guard::pg::snapshots {

/* Raises 42710 when the label is taken. */
void take(const std::string &label, const std::optional<std::string> &comment);
/* Raises 42704 when there is none, 22023 when it is the baseline. */
void drop(const std::string &label);

/* The schema it is of; raises 42704 when there is none. */
catalog::Catalog catalog_of(const std::string &label);

/* The part of it in which the live schema may differ; nothing when that is not known. */
std::optional<ChangedPart> changed_part(const std::string &label, Reader reader);

/* When it was taken, here; nothing for an imported one, whose addresses mean nothing here. */
std::optional<TimestampTz> taken_at(const std::string &label);

/* With its schema as a document. */
snapshot_json::Snapshot get(const std::string &label);

/* Keeps a document under its label, or another one; returns which. */
std::string import(const snapshot_json::Snapshot &snapshot, const std::optional<std::string> &json,
				   const std::optional<std::string> &label);

/* The snapshot that says how this database should be, if there is one; none forgets it.  Raises 42704. */
std::optional<std::string> baseline();
void set_baseline(const std::optional<std::string> &label);

} // namespace schema_guard::pg::snapshots
