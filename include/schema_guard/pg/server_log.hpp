/*
 * pg/server_log.hpp - one line in the server log for what no row can hold: "schema_guard: " and a JSON object.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::server_log {

/*
 * Events: refused, failed, override, unrecorded, fault, mode.  Never raises but for lack of memory; may run while an
 * error is being handled.
 */
void write(const char *event, const recorder::Record &record, const char *sqlstate, const std::string &message);

/* Event sealed: a block of the log, as members of a JSON object. */
void write_sealed(const std::string &members);

} // namespace schema_guard::pg::server_log
