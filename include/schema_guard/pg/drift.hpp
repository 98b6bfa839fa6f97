/*
 * pg/drift.hpp - where the live schema is not what the versions, or a snapshot, say it is.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::drift {

/* One difference: an object that nobody recorded, that is gone, or has another name or attribute. */
struct Finding {
	std::string change; /* added, missing, renamed, altered */
	std::string object_type;
	std::string object;
	std::string attribute;		   /* of altered */
	catalog::Value expected, live; /* its values; of renamed the names */
	std::string put_back;		   /* statements; run in the order of the findings they undo all of them */
	Address address;
};

/* What the live schema is held against: the versions as they stand now, or a source of pg::read_source(). */
constexpr char recorded[] = "at:infinity";

/*
 * Writes nothing.  Where the catalogs and the versions are what they were when they last agreed, nothing is read but a
 * digest of both; a difference counts when it was there in a reading during which nothing changed, or twice.
 */
std::vector<Finding> find(const std::string &source);

} // namespace schema_guard::pg::drift
