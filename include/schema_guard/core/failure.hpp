/*
 * core/failure.hpp - an error schema_guard raises on purpose, and the one list of its SQLSTATEs.
 *
 * Knows nothing of PostgreSQL.  The location is the throw site, so \errverbose
 * names the line that decided to fail.
 */
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace schema_guard {

/* Class SG is ours; docs/errors.md explains each.  None makes a client retry or reconnect. */
namespace sqlstate {
inline constexpr char no_migration[] = "SG001";		/* DDL outside of a migration */
inline constexpr char frozen[] = "SG002";			/* the schema is frozen */
inline constexpr char protected_object[] = "SG003"; /* the object is protected */
inline constexpr char naming[] = "SG004";			/* a naming rule of severity error is violated */
inline constexpr char tampering[] = "SG005";		/* the statement would weaken the guard */
inline constexpr char own_table[] = "SG006";		/* the guard's own tables are written by the guard alone */
inline constexpr char unguarded[] = "SG007";		/* a schema change that no guarded statement announced */
inline constexpr char fault[] = "SG008";			/* the guard failed and on_fault is refuse */
inline constexpr char not_ready[] = "SG009"; /* library and SQL objects do not fit, or the extension is missing here */
inline constexpr char still_differs[] = "SG010"; /* a script did not lead where it should */
inline constexpr char invalid_parameter[] = "22023";
inline constexpr char feature_not_supported[] = "0A000";
inline constexpr char connection_failure[] = "08001";
inline constexpr char insufficient_privilege[] = "42501";
inline constexpr char undefined_object[] = "42704";
inline constexpr char duplicate_object[] = "42710";
} // namespace sqlstate

class Failure final : public std::exception {
public:
	Failure(const char *sqlstate, std::string message, const char *file = __builtin_FILE(), int line = __builtin_LINE(),
			const char *function = __builtin_FUNCTION())
		: sqlstate(sqlstate), message(std::move(message)), file(file), line(line), function(function)
	{
	}

	Failure &&with_detail(std::string text) &&
	{
		detail = std::move(text);
		return std::move(*this);
	}
	Failure &&with_hint(std::string text) &&
	{
		hint = std::move(text);
		return std::move(*this);
	}

	const char *what() const noexcept override { return message.c_str(); }

	const char *sqlstate; /* five characters, of the list above */
	std::string message;
	std::string detail;
	std::string hint;
	const char *file; /* literals, as errfinish() requires */
	int line;
	const char *function;
};

} // namespace schema_guard
