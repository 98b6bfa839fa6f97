/*
 * server_log.cpp - JSON on one line: control characters in names cannot forge a second one.
 */
#include "schema_guard/pg/server_log.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/session.hpp"

extern "C" {
#include "lib/stringinfo.h"
#include "utils/json.h"
}

namespace schema_guard::pg::server_log {

namespace {

/* Server calls; only inside guard(). */
namespace raw {

void
member(StringInfo line, const char *key, const char *value)
{
	if (value == nullptr || *value == '\0')
		return;
	appendStringInfo(line, "%s\"%s\": ", line->len > 1 ? ", " : "", key);
	escape_json(line, value);
}

void
member(StringInfo line, const char *key, const std::string &value)
{
	member(line, key, value.c_str());
}

void
list_member(StringInfo line, const char *key, const std::vector<std::string> &values)
{
	if (values.empty())
		return;
	appendStringInfo(line, ", \"%s\": [", key);
	for (size_t i = 0; i < values.size(); i++) {
		if (i > 0)
			appendStringInfoString(line, ", ");
		escape_json(line, values[i].c_str());
	}
	appendStringInfoChar(line, ']');
}

void
client_members(StringInfo line)
{
	Datum address;
	Datum port;

	if (!session::raw::client_address(&address, &port))
		return;
	member(line, "client_addr", DatumGetCString(DirectFunctionCall1(inet_out, address)));
	appendStringInfo(line, ", \"client_port\": %d", DatumGetInt32(port));
}

} // namespace raw

} // namespace

void
write(const char *event, const recorder::Record &record, const char *sqlstate, const std::string &message)
{
	const std::string &database = session::database();
	std::vector<std::string> objects;

	for (const recorder::Change &change : record.changes)
		objects.push_back(std::string(action_name(change.action)) + " " + change.object_type + " " + change.identity);

	guard([&] {
		StringInfoData line;

		initStringInfo(&line);
		appendStringInfoChar(&line, '{');
		raw::member(&line, "event", event);
		raw::member(&line, "database", database);
		raw::member(&line, "command_tag", record.tag);
		raw::member(&line, "class", record.command_class);
		raw::member(&line, "sqlstate", sqlstate);
		raw::member(&line, "message", message);
		raw::list_member(&line, "violations", record.violations);
		raw::member(&line, "session_user", record.session_user);
		raw::member(&line, "outer_user", record.outer_user);
		raw::member(&line, "current_user", record.current_user);
		raw::member(&line, "application_name", application_name);
		raw::client_members(&line);
		raw::member(&line, "migration", record.migration);
		raw::member(&line, "override", record.override_reason);
		raw::member(&line, "extension", record.extension);
		raw::list_member(&line, "objects", objects);
		raw::member(&line, "statement", record.text);
		appendStringInfoChar(&line, '}');
		ereport(LOG, (errmsg_internal("schema_guard: %s", line.data), errhidestmt(true), errhidecontext(true)));
		pfree(line.data);
	});
}

void
write_sealed(const std::string &members)
{
	const std::string &database = session::database();

	/* Also from a transaction that has committed, where nothing may be undone any more. */
	detail::protect([&] {
		StringInfoData line;

		initStringInfo(&line);
		appendStringInfoChar(&line, '{');
		raw::member(&line, "event", "sealed");
		raw::member(&line, "database", database);
		appendStringInfo(&line, ", %s}", members.c_str());
		ereport(LOG, (errmsg_internal("schema_guard: %s", line.data), errhidestmt(true), errhidecontext(true)));
		pfree(line.data);
	});
}

} // namespace schema_guard::pg::server_log
