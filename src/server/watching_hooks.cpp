/*
 * watching_hooks.cpp - plain frames: no object with a destructor may live in them, since errors of the next hook jump through.
 */
#include "schema_guard/server/watching_hooks.hpp"

#include "schema_guard/pg/postgres.hpp"
#include "schema_guard/pg/violations.hpp"

namespace schema_guard::server::plain {

namespace {

emit_log_hook_type next_emit_log;

void
emit_log(ErrorData *error)
{
	pg::violations::count(*error);
	if (next_emit_log)
		next_emit_log(error);
}

} // namespace

void
install_watching_hooks()
{
	next_emit_log = emit_log_hook;
	emit_log_hook = emit_log;
}

} // namespace schema_guard::server::plain
