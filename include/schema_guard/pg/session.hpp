/*
 * pg/session.hpp - who asks, from where.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::session {

/* The caller as the policy judges it, now. */
Caller caller(TimestampTz now);

std::string current_user();

/* The extension whose script runs, or nothing. */
std::string running_extension();

/* The stack of functions that led here, as an error would show it but without the SQL texts between them. */
std::string call_context();

/* Where the client is; empty on a Unix socket and in background workers.  Known once caller() has been asked. */
struct Client {
	char address[64];
	int port;
};
const Client &client() noexcept;

/* Read at the first call within a transaction, known ever after. */
const std::string &database();

namespace raw {
/* The client's address (inet) and port (int4); false on a Unix socket and in background workers. Only inside guard(). */
bool client_address(Datum *address, Datum *port);
} // namespace raw

/*
 * What keeps the guard from having a say: pg_upgrade, recovery, the server's own workers.
 * Cheap: asked by every hook.
 */
bool bypassed() noexcept;

} // namespace schema_guard::pg::session
