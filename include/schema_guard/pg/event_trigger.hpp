/*
 * pg/event_trigger.hpp - what PostgreSQL's own event trigger functions report.
 */
#pragma once

#include "schema_guard/pg/watch.hpp"

namespace schema_guard::pg::event_trigger {

/* Hears of event triggers that come and go; once per process, from _PG_init. */
namespace plain {
void watch_invalidations();
}

/* DROP ... RESTRICT of relations: nothing goes by cascade, so object_access_hook's word on its drops is enough. */
bool drops_parts_only(const Node *utility) noexcept;

/*
 * Event triggers would report nothing of such a statement: it drops nothing, or parts only, rewrites no table, and may run as
 * a part of another.  A list of what is frequent and known to be so.
 */
bool tells_nothing(const Node *utility) noexcept;

/* The event triggers of this database are those of the extension alone. */
bool all_ours();

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
