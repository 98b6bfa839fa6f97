/*
 * pg/version_row.hpp - the columns of schema_guard.version_log, and a row of it as plain data.
 */
#pragma once

#include "schema_guard/pg/version_store.hpp"

namespace schema_guard::pg::version_store {

struct Version {
	Address address, parent;
	std::string kind;
	std::vector<std::string> identity;
	std::vector<std::pair<std::string, std::string>> properties;
	std::vector<Address> depends_on;
};

} // namespace schema_guard::pg::version_store

namespace schema_guard::pg::version_row {

/* Columns, from 0. */
enum Column {
	classid,
	objid,
	objsubid,
	version,
	parent_classid,
	parent_objid,
	chain,
	xid,
	ordinal,
	begun_at,
	kind,
	identity,
	properties,
	depends_on,
	column_count
};

/* Server calls; only inside guard(). */
namespace raw {

Address address(const Datum *values);
Address parent(const Datum *values, const bool *nulls);

/* A row that has properties. */
void read(const Datum *values, const bool *nulls, version_store::Version &version);

void form(const version_store::Entry &entry, TimestampTz now, TupleDesc row_type, Datum *values, bool *nulls);

/* Whether a version with these properties, the content of a jsonb, says of the object what is so now. */
bool has_properties(const catalog::Object &object, const std::string &properties);

} // namespace raw

} // namespace schema_guard::pg::version_row
