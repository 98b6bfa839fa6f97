/*
 * pg/versions.hpp - what objects were, and when: the versions that a transaction ends and begins.
 *
 * The addresses of a transaction's records are noted as they are written, and read once when it commits, together with
 * the objects whose text changes along: those that name what was renamed.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::versions {

/* What these did will be read by capture(). */
void note(const std::vector<recorder::Record> &records);

/* True when capture() has something to do. */
bool pending() noexcept;

/* Ends and begins the versions of what has changed; again: what was noted is to be read another time. */
void capture(bool again = false);

/* The transaction is over. */
void forget() noexcept;

/*
 * Reads the whole schema and writes what the versions did not know: at CREATE EXTENSION all of it, later what was
 * changed while the guard was off or could not read.
 */
struct Stock {
	int64_t written = 0;	/* objects the versions did not know so */
	bool unclaimed = false; /* there is something that no kind claims, and so no version */
};
Stock take_stock();

/* The schema as of a moment. */
catalog::Catalog catalog_at(TimestampTz moment);

/* The statements that made an object with its parts what it was then; empty when it was not there. */
std::string definition(const catalog::Catalog &catalog, const catalog::Object &object);
std::string definition_at(const Address &object, TimestampTz moment);

} // namespace schema_guard::pg::versions
