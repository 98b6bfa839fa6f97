/*
 * pg/event_trigger.hpp - what PostgreSQL's own event trigger functions report.
 */
#pragma once

#include "schema_guard/pg/watch.hpp"

namespace schema_guard::pg::event_trigger {

/* pg_event_trigger_dropped_objects(), while a sql_drop trigger runs. */
std::vector<watch::Dropped> dropped_objects();

/* pg_event_trigger_table_rewrite_oid(), while a table_rewrite trigger runs. */
Oid rewritten_table();

/*
 * The statement for which ddl_command_start fires, with its place in the query string where it is the client's own;
 * inside a function its text is not known, but the call context shows it.
 */
watch::Opening opening(Node *parsetree);

} // namespace schema_guard::pg::event_trigger
