/*
 * status.cpp - schema_guard.library_status(): what this server's library says of itself.
 */
#include "schema_guard/core/version.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/worker_report.hpp"
#include "schema_guard/server/hooks.hpp"

namespace settings = schema_guard::pg::settings;

/* library_status() returns setof (item text, value text, detail text); raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_library_status)
{
	TimestampTz now = GetCurrentTimestamp();
	bool preloaded = schema_guard::server::hooks_guard();
	std::string override_reason = settings::override_reason(now);
	std::vector<schema_guard::pg::TextRow> rows;

	rows.push_back(
		{"library", schema_guard::library_version,
		 schema_guard::server::hooks_installed() ? "" : "replaced on disk since the server started: restart it"});
	rows.push_back(
		{"preloaded", preloaded ? "yes" : "no",
		 preloaded
			 ? "hooks guard every session"
			 : "event triggers guard; not covered: roles, databases, tablespaces, ALTER SYSTEM, TRUNCATE, REINDEX, "
			   "CLUSTER, VACUUM FULL, REASSIGN OWNED, event triggers, EXPLAIN ANALYZE CREATE TABLE AS, GRANT on "
			   "shared objects, large objects, DML on catalogs and on the guard's own tables, DDL in single-user "
			   "mode, sessions with event_triggers = off. Add schema_guard to shared_preload_libraries and restart"});
	rows.push_back({"enabled", settings::enabled() ? "on" : "off",
					settings::enabled() ? "" : "the emergency switch is thrown: nothing is guarded or recorded"});
	rows.push_back({"on_fault", settings::refuse_on_fault() ? "refuse" : "allow",
					"what a statement meets when the guard itself fails in mode enforce"});
	rows.push_back({"guarded classes", settings::guarded_classes_text(), "commands of these classes need a migration"});
	rows.push_back({"migration", settings::migration(),
					*settings::migration() ? "declared by this session" : "none declared by this session"});
	std::string override_end =
		"ends " + std::to_string(settings::override_timeout_seconds()) + " seconds after it was set";
	rows.push_back({"override", override_reason,
					settings::override_ended(now) ? "set, but its time is over"
					: override_reason.empty()	  ? "none declared by this session"
												  : override_end});
	for (const auto &[item, state] : {std::pair("workers", schema_guard::pg::worker_report::state()),
									  std::pair("attempts lost", schema_guard::pg::worker_report::dropped())})
		rows.push_back({item, state.value, state.detail});
	schema_guard::pg::return_rows(fcinfo, rows);
	return 0;
}
