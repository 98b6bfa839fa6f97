/*
 * server/workers.hpp - the launcher and the workers, and the statements they must make way for.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::server::plain {

/* Has the launcher started with the server; from _PG_init of a preloaded library. */
void register_launcher();

/*
 * The database that a statement needs without anybody in it, to drop, rename, move or copy it, and that the user may ask
 * this of; InvalidOid for all other statements.
 */
Oid wants_alone(const Node *utility);

} // namespace schema_guard::server::plain
