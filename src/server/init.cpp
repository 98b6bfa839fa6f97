/*
 * init.cpp - what PostgreSQL runs when it loads the library.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/event_trigger.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/sha256.hpp"
#include "schema_guard/pg/shared.hpp"
#include "schema_guard/server/hooks.hpp"
#include "schema_guard/server/workers.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

void
_PG_init(void)
{
	/*
	 * A library replaced on disk is loaded a second time beside the preloaded one: its parameters and hooks exist
	 * already, and two guards would record everything twice.  Its functions say what to do.
	 */
	void **first = find_rendezvous_variable("schema_guard");

	if (*first != nullptr)
		return;
	*first = reinterpret_cast<void *>(_PG_init);

	schema_guard::pg::settings::plain::define();
	schema_guard::pg::own::plain::watch_invalidations();
	schema_guard::pg::event_trigger::plain::watch_invalidations();
	schema_guard::server::plain::install_hooks(process_shared_preload_libraries_in_progress);
	if (process_shared_preload_libraries_in_progress && !IsBinaryUpgrade) {
		schema_guard::pg::sha256::plain::prepare();
		schema_guard::pg::shared::plain::install();
		schema_guard::server::plain::register_launcher();
	}
}
