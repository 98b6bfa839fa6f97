/*
 * pg/recorder.hpp - what this transaction has done, gathered in memory and written once when its commit arrives.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::recorder {

/* What happened to one object: a row of schema_guard.ddl_objects. */
struct Change {
	Action action = Action::alter;
	Address address;
	std::string object_type, schema, name, identity, old_identity;
	bool cascaded = false;
};

/* Names a change by its object: a Described, a Target, what was Dropped. */
template <typename Object>
void
name_as(Change &change, Object &&object)
{
	change.object_type = std::forward<Object>(object).object_type;
	change.schema = std::forward<Object>(object).schema;
	change.name = std::forward<Object>(object).name;
	change.identity = std::forward<Object>(object).identity;
}

/* One statement: a row of schema_guard.ddl_log.  Empty texts are NULL there. */
struct Record {
	std::string tag;
	std::string command_class;
	std::string text;
	std::string decision;
	std::string allowed_by;
	std::vector<std::string> violations;
	std::string migration, override_reason;
	std::string session_user, outer_user, current_user;
	std::string context, extension;
	TimestampTz started_at = 0;
	int64_t duration = -1; /* microseconds; negative when it has not ended */
	int nesting = 0;
	int ordinal = 0; /* its place in the transaction */
	bool irreversible = false;
	FullTransactionId intent = InvalidFullTransactionId;
	SubTransactionId subtransaction = InvalidSubTransactionId;
	std::vector<Change> changes;
	std::vector<Address> unnamed; /* changed as well, and nobody's to be told of: defaults that were dropped */
	/* No transaction here can write it: the worker of this database does, when it has come to its end. */
	Oid queued_for = InvalidOid;
	/* What it was about to do, while it is judged: an attempt that has touched nothing yet is told with that. */
	const Statement *announced = nullptr;
};

/* The caller, the declarations in force and the time, as every record begins. */
Record begin_record(const Caller &caller);
Record begin_record(TimestampTz now);

/* Keeps a record until the transaction commits; it goes when its subtransaction does. */
void gather(Record record);

/* The record of the last statement of this subtransaction if it has this tag, to add one more object to; else null. */
Record *last_record(const std::string &tag);

/* Keeps one that no transaction here can write (queued_for): it is handed to a worker when it is committed. */
void gather_elsewhere(Record record);

/* Records a command of our own, such as set_mode(). */
void add_own_command(const std::string &tag, const std::string &text);

/* Writes a row for a statement that has not ended and may be cut short, and versions of what it has changed; returns its transaction. */
FullTransactionId write_intent(const Record &record);

/* False once the commit has begun: no subtransaction may begin then. */
bool subtransaction_legal() noexcept;

/* True when records wait to be written. */
bool pending() noexcept;

/*
 * Writes what waits.  In the commit of an explicit block a subtransaction is not legal: there a fault fails the
 * commit.  Elsewhere it costs the rows but not the user's transaction, unless survive_faults() says otherwise.
 */
void write(bool subtransaction_legal);

/* Ends and begins the versions of what this transaction has changed so far, whose records go on waiting. */
void capture_now();

/* Writes early when much waits; to be called between statements. */
void relieve();

/* The subtransaction has become part of its parent. */
void hand_over(SubTransactionId subtransaction, SubTransactionId parent) noexcept;

/* The subtransaction, and with it all begun later, is undone; the worker is told of it when awake. */
void forget_since(SubTransactionId subtransaction, bool awake) noexcept;

/* The commit has begun: from now on each record is written when it is gathered. */
void transaction_ends() noexcept;

/* The transaction is over: committed, or prepared, so that nobody here will know what becomes of it. */
void transaction_ended(bool committed) noexcept;
/* All that it did is undone; the worker is told of it when awake. */
void transaction_aborted(bool awake) noexcept;

/*
 * Runs work; when it fails, an internal fault, the statement is refused (SG008) in mode enforce with
 * schema_guard.on_fault = refuse, and otherwise, and always when it must survive, let pass with a line in the
 * server log.  Returns false when work failed and was let pass.  Decisions of ours (Failure) pass through.
 *
 * is_users says of an SQLSTATE that it is no fault but a mistake in the user's statement: that is raised as it is where
 * a fault would refuse, and left to the server to say where it would pass.
 */
bool survive_faults(const char *activity, bool must_survive, const std::function<void()> &work,
					const std::function<bool(int sqlstate)> &is_users = nullptr);

} // namespace schema_guard::pg::recorder
