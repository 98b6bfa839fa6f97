/*
 * server/hooks.hpp - where PostgreSQL calls us.
 */
#pragma once

namespace schema_guard::server {

/*
 * Preloaded, the hooks guard and the event triggers inform; otherwise the hooks only gather facts and write the
 * log, and the event triggers are the guard.  From _PG_init only.
 */
namespace plain {
void install_hooks(bool preloaded);
}

/* Do the hooks guard in this server? */
bool hooks_guard() noexcept;

/* False in a second copy of the library, which must do nothing. */
bool hooks_installed() noexcept;

} // namespace schema_guard::server
