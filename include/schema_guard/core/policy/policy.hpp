/*
 * core/policy/policy.hpp - what is allowed here, and the one place that decides it.
 */
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema_guard/core/policy/statement.hpp"

namespace schema_guard {

enum class Mode { off, observe, warn, enforce };

const char *mode_name(Mode mode) noexcept;
std::optional<Mode> parse_mode(std::string_view text) noexcept;
const char *class_name(CommandClass command_class) noexcept;
const char *action_name(Action action) noexcept;

/* Microseconds since 2000-01-01, as PostgreSQL's TimestampTz; the infinities are its own. */
using Timestamp = int64_t;

struct Freeze {
	Timestamp starts_at;
	Timestamp ends_at;
	std::string reason;
};

struct Protection {
	std::string identity;
	std::string reason;
	Address address;
	std::vector<Address> carriers; /* what it lives in: its schema, its table */
};

struct Exemption {
	std::string role;			   /* a role name, or '*' */
	std::string schema_pattern;	   /* a glob: etl_* */
	std::vector<std::string> tags; /* command tags as globs; none means every tag */
	Timestamp until;
};

struct Policy {
	Mode mode = Mode::observe;
	std::vector<Freeze> freezes;
	std::vector<Protection> protections;
	std::vector<Exemption> exemptions;
};

/* Who asks, and under which declaration. */
struct Caller {
	std::string session_user;
	std::string outer_user; /* after SET ROLE; not the owner of a SECURITY DEFINER function */
	std::string current_user;
	std::string migration;
	std::string override_reason; /* empty when none is set or it has ended */
	bool override_ended = false; /* one is set, but its time is over */
	bool in_extension = false;	 /* CREATE or ALTER EXTENSION runs its script */
	std::vector<CommandClass> guarded_classes;
	Timestamp now = 0;
};

/* One rule broken, ready to be raised. */
struct Violation {
	const char *sqlstate;
	std::string rule; /* as ddl_log.violations shows it */
	std::string message;
	std::string detail;
	std::string hint;
};

struct Judgement {
	std::string allowed_by; /* migration, override, exemption, class, extension; empty when nothing allows it */
	std::vector<Violation> violations;
};

/* Judges a statement before it runs. */
Judgement judge(const Statement &statement, const Policy &policy, const Caller &caller);

/* What an act on address breaks of the protections; for acts that no statement named (CASCADE, DROP OWNED). */
std::optional<Violation> judge_destruction(const Policy &policy, const Address &address, std::string_view tag);

/* The statement as a message names it: CREATE TABLE "public.orders". */
std::string subject(const Statement &statement);

/* True when pattern, a glob as in psql (* and ?), matches all of text. */
bool glob_matches(const std::string &pattern, const std::string &text) noexcept;

/*
 * Labels and reasons come from people.  A migration is named by 1 to 200 bytes of printable text that
 * begins with a letter or digit; a reason has at least ten characters and two words.
 * Each returns what is wrong, or nothing.
 */
const char *migration_label_fault(std::string_view label) noexcept;
const char *reason_fault(std::string_view reason) noexcept;

} // namespace schema_guard
