/*
 * pg/alerts.hpp - what needs somebody's attention.
 */
#pragma once

#include "schema_guard/pg/arguments.hpp"

namespace schema_guard::pg::alerts {

/* What has become of an alert in a check: opened, raised (to critical), resolved. */
struct Event {
	std::string id, event, kind, severity, object, message;
};

/* Looks at everything, writes the rows, and tells what is new: NOTIFY schema_guard, the server log. */
std::vector<Event> check();

/* Raises 42704 when there is no open alert of this number. */
void acknowledge(int64_t id, const std::string &why);

/* Raises 42704 when there is no such kind. */
void set_threshold(const std::string &kind, const std::optional<std::string> &warning,
				   const std::optional<std::string> &critical);

/* Where a sequence stands. */
struct Position {
	Oid sequence;
	int64_t last_value;
	bool is_called;
};

/* All sequences but those that are locked exclusively. */
std::vector<Position> sequence_positions();

} // namespace schema_guard::pg::alerts
