/*
 * pg/predicates.hpp - what sequential scans of executed plans look for, where an index could have found it.
 */
#pragma once

#include "schema_guard/pg/counters.hpp"

extern "C" {
#include "nodes/execnodes.h"
}

namespace schema_guard::pg::predicates {

/* At the end of a plan that was looked at; no C++ in it. */
namespace plain {
void count(ScanState *scan, uint64_t query_id);
}

struct Row {
	counters::Predicate what;
	uint64_t value[counters::predicate_values];
};

/* Of this database. */
std::vector<Row> all();

} // namespace schema_guard::pg::predicates
