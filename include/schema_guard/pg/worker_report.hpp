/*
 * pg/worker_report.hpp - the shared area as rows and words for people.
 */
#pragma once

#include "schema_guard/pg/arguments.hpp"

namespace schema_guard::pg::worker_report {

/* The rows of schema_guard.library_workers(). */
std::vector<TextRow> rows();

/* The version of the library that the server was started with; empty where it is not preloaded. */
std::string library_of_server();

/* For status(): do they work, and what keeps them from it. */
struct State {
	std::string value, detail;
};
State state();

/* Attempts that are lost, of all databases. */
State dropped();

} // namespace schema_guard::pg::worker_report
