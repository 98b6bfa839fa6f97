/*
 * guard_functions.cpp - the SQL functions that change the policy; each validates, writes one row and records itself.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/session.hpp"

using schema_guard::Failure;
using schema_guard::pg::argument_as_text;
using schema_guard::pg::text_argument;
namespace own = schema_guard::pg::own;
namespace session = schema_guard::pg::session;
namespace sqlstate = schema_guard::sqlstate;

namespace {

std::string
reason_argument(FunctionCallInfo fcinfo, int index)
{
	std::string reason = text_argument(fcinfo, index);

	if (const char *fault = schema_guard::reason_fault(reason))
		throw Failure(sqlstate::invalid_parameter, "reason \"" + reason + "\" says too little").with_detail(fault);
	return reason;
}

std::string
quoted(const std::string &text)
{
	std::string out = "'";

	for (char c : text) {
		if (c == '\'')
			out += c;
		out += c;
	}
	return out + "'";
}

std::string
quoted(const std::optional<std::string> &text)
{
	return text ? quoted(*text) : "NULL";
}

} // namespace

/*
 * set_mode(mode text, reason text): raises 22023 for an unknown mode or a reason that says too little.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_set_mode)
{
	std::string mode = text_argument(fcinfo, 0);

	if (!schema_guard::parse_mode(mode))
		throw Failure(sqlstate::invalid_parameter,
					  "mode \"" + mode + "\" does not exist, use off, observe, warn or enforce")
			.with_detail("observe records only, warn also warns, enforce refuses, off does nothing.");
	std::string reason = reason_argument(fcinfo, 1);

	own::run_as_owner("INSERT INTO schema_guard.guard_mode AS m (database, mode, reason, set_at, set_by)"
					  " VALUES ($1::oid, $2, $3, clock_timestamp(), $4)"
					  " ON CONFLICT (database) DO UPDATE SET mode = excluded.mode, reason = excluded.reason,"
					  " set_at = excluded.set_at, set_by = excluded.set_by",
					  {std::to_string(MyDatabaseId), mode, reason, session::current_user()}, "SET MODE",
					  "SELECT schema_guard.set_mode(" + quoted(mode) + ", " + quoted(reason) + ")");
	return 0;
}

/* freeze(starts_at timestamptz, ends_at timestamptz, reason text): raises 22023 for a window that ends before it starts. */
SCHEMA_GUARD_FUNCTION(schema_guard_freeze)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_GETARG_TIMESTAMPTZ(0) >= PG_GETARG_TIMESTAMPTZ(1))
		throw Failure(sqlstate::invalid_parameter, "a freeze needs a start and an end after it");
	auto starts_at = argument_as_text(fcinfo, 0);
	auto ends_at = argument_as_text(fcinfo, 1);
	std::string reason = reason_argument(fcinfo, 2);

	own::run_as_owner(
		"INSERT INTO schema_guard.freezes (starts_at, ends_at, reason, set_at, set_by)"
		" VALUES ($1::timestamptz, $2::timestamptz, $3, clock_timestamp(), $4)"
		" ON CONFLICT (starts_at, ends_at) DO UPDATE SET reason = excluded.reason, set_at = excluded.set_at,"
		" set_by = excluded.set_by",
		{starts_at, ends_at, reason, session::current_user()}, "FREEZE",
		"SELECT schema_guard.freeze(" + quoted(starts_at) + ", " + quoted(ends_at) + ", " + quoted(reason) + ")");
	return 0;
}

/* unfreeze(reason text) returns integer: how many freezes, running or to come, it has ended. */
SCHEMA_GUARD_FUNCTION(schema_guard_unfreeze)
{
	std::string reason = reason_argument(fcinfo, 0);

	return Int32GetDatum(
		static_cast<int32>(own::run_as_owner("DELETE FROM schema_guard.freezes WHERE ends_at > clock_timestamp()", {},
											 "UNFREEZE", "SELECT schema_guard.unfreeze(" + quoted(reason) + ")")));
}

/*
 * protect_object(classid oid, objid oid, objsubid integer, object_type text, named text, reason text): raises 42704 when there is no
 * such object; named is how the caller named it.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_protect_object)
{
	std::string type = text_argument(fcinfo, 3);
	std::string named = text_argument(fcinfo, 4);
	std::string reason = reason_argument(fcinfo, 5);

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) ||
		!schema_guard::pg::lock_against_drop({PG_GETARG_OID(0), PG_GETARG_OID(1), PG_GETARG_INT32(2)}))
		throw Failure(sqlstate::undefined_object, "object \"" + named + "\" does not exist")
			.with_hint("Name it as in SELECT schema_guard.protect('table', 'public.orders', 'why');");
	own::run_as_owner(
		"INSERT INTO schema_guard.protections (object_type, object_names, object_args, identity, reason, set_at, "
		"set_by)"
		" SELECT a.type, a.object_names, a.object_args, i.identity, $4, clock_timestamp(), $5"
		" FROM pg_identify_object_as_address($1::oid, $2::oid, $3::int) a,"
		" pg_identify_object($1::oid, $2::oid, $3::int) i"
		" ON CONFLICT (object_type, object_names, object_args) DO UPDATE SET reason = excluded.reason,"
		" set_at = excluded.set_at, set_by = excluded.set_by",
		{argument_as_text(fcinfo, 0), argument_as_text(fcinfo, 1), argument_as_text(fcinfo, 2), reason,
		 session::current_user()},
		"PROTECT", "SELECT schema_guard.protect(" + quoted(type) + ", " + quoted(named) + ", " + quoted(reason) + ")");
	return 0;
}

/* unprotect_object(classid, objid, objsubid, object_type, named, reason) returns boolean: was it protected? */
SCHEMA_GUARD_FUNCTION(schema_guard_unprotect_object)
{
	std::string type = text_argument(fcinfo, 3);
	std::string named = text_argument(fcinfo, 4);
	std::string reason = reason_argument(fcinfo, 5);

	/* One that is gone can still be named by its identity. */
	uint64_t rows = own::run_as_owner(
		"DELETE FROM schema_guard.protections p WHERE p.identity = $4 OR p.identity ="
		" (SELECT i.identity FROM pg_identify_object($1::oid, $2::oid, $3::int) i)",
		{argument_as_text(fcinfo, 0), argument_as_text(fcinfo, 1), argument_as_text(fcinfo, 2), named}, "UNPROTECT",
		"SELECT schema_guard.unprotect(" + quoted(type) + ", " + quoted(named) + ", " + quoted(reason) + ")");
	return BoolGetDatum(rows > 0);
}

/*
 * exempt(role text, schema_pattern text, tags text[], reason text, until timestamptz): raises 42704 for a role that
 * does not exist, 22023 for an end that has passed.
 */
SCHEMA_GUARD_FUNCTION(schema_guard_exempt)
{
	std::string role = text_argument(fcinfo, 0);
	std::string pattern = text_argument(fcinfo, 1);
	auto tags = argument_as_text(fcinfo, 2);
	std::string reason = reason_argument(fcinfo, 3);
	auto until = PG_ARGISNULL(4) ? std::optional<std::string>("infinity") : argument_as_text(fcinfo, 4);

	if (role != "*" && !schema_guard::pg::guard([&] { return OidIsValid(get_role_oid(role.c_str(), true)); }))
		throw Failure(sqlstate::undefined_object, "role \"" + role + "\" does not exist")
			.with_hint("Use '*' for every role.");
	if (pattern.empty())
		throw Failure(sqlstate::invalid_parameter, "an exemption needs a schema pattern")
			.with_hint("Use '*' for every schema, or a pattern such as 'etl_*'.");
	if (!PG_ARGISNULL(4) && PG_GETARG_TIMESTAMPTZ(4) <= GetCurrentTimestamp())
		throw Failure(sqlstate::invalid_parameter, "the exemption would have ended already, at " + *until);

	own::run_as_owner(
		"INSERT INTO schema_guard.exemptions (role, schema_pattern, tags, reason, until, set_at, set_by)"
		" VALUES ($1, $2, coalesce($3::text[], '{}'), $4, $5::timestamptz, clock_timestamp(), $6)"
		" ON CONFLICT (role, schema_pattern, tags) DO UPDATE SET reason = excluded.reason, until = excluded.until,"
		" set_at = excluded.set_at, set_by = excluded.set_by",
		{role, pattern, tags, reason, until, session::current_user()}, "EXEMPT",
		"SELECT schema_guard.exempt(" + quoted(role) + ", " + quoted(pattern) + ", " + quoted(tags) + ", " +
			quoted(reason) + ", " + quoted(until) + ")");
	return 0;
}

/* end_exemption(role text, schema_pattern text, reason text) returns integer: how many it has ended. */
SCHEMA_GUARD_FUNCTION(schema_guard_end_exemption)
{
	std::string role = text_argument(fcinfo, 0);
	std::string pattern = text_argument(fcinfo, 1);
	std::string reason = reason_argument(fcinfo, 2);

	return Int32GetDatum(static_cast<int32>(own::run_as_owner(
		"DELETE FROM schema_guard.exemptions WHERE role = $1 AND schema_pattern = $2", {role, pattern}, "END EXEMPTION",
		"SELECT schema_guard.end_exemption(" + quoted(role) + ", " + quoted(pattern) + ", " + quoted(reason) + ")")));
}
