/*
 * pg/wanted_kinds.hpp - which kinds' queries there are to run for objects, and with which OIDs.
 */
#pragma once

#include "schema_guard/pg/object_rows.hpp"

namespace schema_guard::pg {

/* Adds what finds these objects; of a relation all its parts of which there are any. */
void add_wanted_kinds(const std::set<Address> &objects, rows::Queries &queries);

} // namespace schema_guard::pg
