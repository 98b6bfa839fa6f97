/*
 * core/attempts/attempt.hpp - a statement that left no row of its own, as it waits for the worker that writes one.
 *
 * Written by a session, without allocation, and read by another process: everything is bounded.
 */
#pragma once

#include "schema_guard/core/address.hpp"
#include "schema_guard/core/policy/statement.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace schema_guard::attempt {

enum class Outcome : uint8_t { committed, refused, failed, rolled_back };

const char *outcome_name(Outcome outcome) noexcept;

/* What a row of ddl_log holds beside its lists; times in microseconds of PostgreSQL's. */
struct Attempt {
	uint64_t number = 0; /* unique in the life of a server from start to stop or crash */
	Outcome outcome = Outcome::failed;
	int32_t encoding = 0; /* of the texts, by PostgreSQL's number */
	int32_t backend_pid = 0, client_port = 0, nesting = 0;
	int64_t backend_start = 0, started_at = 0;
	int64_t duration = -1; /* negative when it did not run to its end */
	std::string_view sqlstate;
	std::string_view database; /* empty for the one whose worker writes it */
	std::string_view application_name, client_address;
	std::string_view tag, command_class, text, decision, allowed_by, migration, override_reason;
	std::string_view session_user, outer_user, current_user, context, extension;
};

struct AttemptObject {
	Action action = Action::alter;
	Address address;
	bool cascaded = false;
	std::string_view object_type, schema, name, identity, old_identity;
};

inline constexpr size_t most_text = 16384; /* bytes of a text; what is longer is cut by the writer */
inline constexpr size_t most_items = 200;  /* of a list */

/* The parts of an attempt in the order of its bytes; Out has number(int64_t) and text(std::string_view). */
template <typename Out, typename A>
void
each_part(Out &out, A &attempt)
{
	out.number(attempt.number);
	out.number(attempt.outcome);
	out.number(attempt.encoding);
	out.number(attempt.backend_pid);
	out.number(attempt.client_port);
	out.number(attempt.nesting);
	out.number(attempt.backend_start);
	out.number(attempt.started_at);
	out.number(attempt.duration);
	for (auto *text : {&attempt.sqlstate, &attempt.database, &attempt.application_name, &attempt.client_address,
					   &attempt.tag, &attempt.command_class, &attempt.text, &attempt.decision, &attempt.allowed_by,
					   &attempt.migration, &attempt.override_reason, &attempt.session_user, &attempt.outer_user,
					   &attempt.current_user, &attempt.context, &attempt.extension})
		out.text(*text);
}

template <typename Out, typename O>
void
each_part_of_object(Out &out, O &object)
{
	out.number(object.action);
	out.number(object.address.classid);
	out.number(object.address.objid);
	out.number(object.address.objsubid);
	out.number(object.cascaded);
	for (auto *text : {&object.object_type, &object.schema, &object.name, &object.identity, &object.old_identity})
		out.text(*text);
}

/* Says how many bytes the parts take. */
class Size {
public:
	template <typename N>
	void number(N) noexcept
	{
		bytes += sizeof(int64_t);
	}
	void text(std::string_view text) noexcept { bytes += sizeof(uint32_t) + std::min(text.size(), most_text); }

	size_t bytes = 0;
};

/* Puts the parts into anything with put(data, size). */
template <typename Bytes>
class Writer {
public:
	explicit Writer(Bytes &to) noexcept : to_(to) {}

	template <typename N>
	void number(N value) noexcept
	{
		auto wide = static_cast<int64_t>(value);

		to_.put(&wide, sizeof wide);
	}
	void text(std::string_view text) noexcept
	{
		auto length = static_cast<uint32_t>(std::min(text.size(), most_text));

		to_.put(&length, sizeof length);
		to_.put(text.data(), length);
	}

private:
	Bytes &to_;
};

/* An attempt read back; its texts point into the entry it was read from. */
struct ReadAttempt {
	Attempt attempt;
	std::vector<std::string_view> violations;
	std::vector<AttemptObject> objects;
};

/* False when the entry is not one that was written by this code: nothing is believed of its lengths. */
bool read_attempt(std::string_view entry, ReadAttempt &attempt);

} // namespace schema_guard::attempt
