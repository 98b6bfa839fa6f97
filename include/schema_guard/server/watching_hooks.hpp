/*
 * server/watching_hooks.hpp - hooks that only look: nothing is decided here, and nothing fails.
 */
#pragma once

namespace schema_guard::server::plain {

/* From _PG_init of a preloaded library. */
void install_watching_hooks();

} // namespace schema_guard::server::plain
