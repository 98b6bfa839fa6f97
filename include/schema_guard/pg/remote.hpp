/*
 * pg/remote.hpp - another database, over libpq.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * The schema of the database behind a foreign server, through the current user's mapping.  It needs no extension there.
 * Raises 42704 for a server or mapping that is not here, 08001 when it cannot be reached, 0A000 for a version before
 * 13, 42501 when a role that is no superuser would get in without a password.
 */
catalog::Catalog read_remote(const std::string &server);

/* The first cell of what a query returns there. */
std::string read_remote_value(const std::string &server, const std::string &sql);

} // namespace schema_guard::pg
