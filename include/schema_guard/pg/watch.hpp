/*
 * pg/watch.hpp - the statements now running: judged before they run, completed with what they touched, recorded.
 *
 * Hooks and event triggers report here; statements nest, and what is touched belongs to the innermost.
 */
#pragma once

#include "schema_guard/core/policy/policy.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::watch {

struct Opening {
	Node *utility;
	const char *query; /* may hold several statements; null when it is not known */
	int location;
	int length;
	bool top_level; /* sent by the client, not run by a function */
};

/*
 * A statement is about to run.  Judges it; raises the refusal (class SG) in mode enforce.
 * Returns true when close() or abandon() must follow.
 */
bool open(const Opening &opening);

/* No event trigger need fire for the innermost statement. */
bool speaks_for_itself() noexcept;

/*
 * True when a statement that runs commits by itself for the first time; leave_intent() writes what it has done so far,
 * since nothing may come after it.
 */
bool commits_midway() noexcept;
void leave_intent();

/* The innermost statement has run.  Judges what it really did: names, and changes that nothing announced. */
void close();

/* The innermost statement has failed with this error. */
void abandon(const ErrorData &error) noexcept;

/* Statements of this subtransaction and later ones are gone without a word (event triggers alone). */
void forget_since(SubTransactionId subtransaction) noexcept;
void forget_all() noexcept;

/* The event triggers fire for the innermost statement if it has this tag, so its drops will be reported by dropped(). */
void informed(const char *tag) noexcept;

/* True when a statement is open, so that facts have somebody to go to. */
bool active() noexcept;

/* The innermost open statement has this tag. */
bool is_innermost(const char *tag) noexcept;

/* object_access_hook saw this. */
void touched(Action action, const Address &address, bool internal);

/* The innermost open statement has this tag and wants to know from sql_drop what it drops. */
bool awaits_drops(const char *tag) noexcept;

/* sql_drop reports: an object of the innermost statement's drops. */
struct Dropped {
	Address address;
	std::string object_type, schema, name, identity;
	bool original = false; /* named by the statement */
	bool normal = false;   /* depends on what was named: goes by CASCADE */
	bool temporary = false;
};
void dropped(std::vector<Dropped> objects);

/* table_rewrite reports. */
void rewritten(Oid relid);

/* A function of the server is called that changes the schema without a statement. */
void function_called(Oid function);

/* DML is about to write to a catalog or to one of our tables. */
void table_written(Oid relid, const char *tag);

} // namespace schema_guard::pg::watch
