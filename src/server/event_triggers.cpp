/*
 * event_triggers.cpp - the four event triggers: sources of facts beside the hooks, the guard without them.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/event_trigger.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/watch.hpp"
#include "schema_guard/server/hooks.hpp"

namespace watch = schema_guard::pg::watch;
using schema_guard::pg::recorder::survive_faults;

namespace {

/* The event's data; nothing when the guard sleeps. */
const EventTriggerData *
event(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		throw schema_guard::Failure("39P03", "this function of schema_guard is called by its event trigger only");
	if (!schema_guard::pg::settings::enabled() || schema_guard::pg::session::bypassed() ||
		!schema_guard::server::hooks_installed())
		return nullptr;
	return reinterpret_cast<const EventTriggerData *>(fcinfo->context);
}

} // namespace

/* ddl_command_start: takes nothing, returns event_trigger; raises class SG when it refuses and the hooks do not guard. */
SCHEMA_GUARD_FUNCTION(schema_guard_on_ddl_command_start)
{
	const EventTriggerData *data = event(fcinfo);

	if (data == nullptr)
		return 0;
	if (!schema_guard::server::hooks_guard() &&
		schema_guard::pg::command_class(data->parsetree) != schema_guard::CommandClass::none)
		(void) watch::open(schema_guard::pg::event_trigger::opening(data->parsetree));
	watch::informed(GetCommandTagName(data->tag));
	return 0;
}

/* ddl_command_end: closes the statement when the hooks do not. */
SCHEMA_GUARD_FUNCTION(schema_guard_on_ddl_command_end)
{
	const EventTriggerData *data = event(fcinfo);

	if (data != nullptr && !schema_guard::server::hooks_guard() && watch::is_innermost(GetCommandTagName(data->tag)))
		watch::close();
	return 0;
}

/* sql_drop: reports what was dropped, and whether by CASCADE. */
SCHEMA_GUARD_FUNCTION(schema_guard_on_sql_drop)
{
	const EventTriggerData *data = event(fcinfo);

	if (data != nullptr && watch::awaits_drops(GetCommandTagName(data->tag)))
		(void) survive_faults("read what was dropped", false,
							  [] { watch::dropped(schema_guard::pg::event_trigger::dropped_objects()); });
	return 0;
}

/* table_rewrite: reports the table. */
SCHEMA_GUARD_FUNCTION(schema_guard_on_table_rewrite)
{
	const EventTriggerData *data = event(fcinfo);

	if (data != nullptr && watch::is_innermost(GetCommandTagName(data->tag)))
		(void) survive_faults("read what is rewritten", false,
							  [] { watch::rewritten(schema_guard::pg::event_trigger::rewritten_table()); });
	return 0;
}
