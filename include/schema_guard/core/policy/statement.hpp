/*
 * core/policy/statement.hpp - what a statement is about to do, as plain data.
 *
 * Read from the parse tree before the statement runs (pg/statement.hpp); the
 * decisions of core/policy are taken on this and on nothing else.
 */
#pragma once

#include "schema_guard/core/address.hpp"

#include <string>
#include <vector>

namespace schema_guard {

/* The four classes of command that have a setting of their own; none is not ours to judge or record. */
enum class CommandClass { none, structure, access, maintenance, data };

/* What a statement does to an object, in the words of ddl_objects.action; SET SCHEMA is a rename too. */
enum class Action { create, alter, rename, drop, rewrite, truncate };

/* One object a statement names. */
struct Target {
	Action action = Action::alter;
	std::string object_type; /* as pg_identify_object() says it: "table", "index", "table column", ... */
	std::string schema;		 /* of triggers, rules and policies their table's; empty when the kind has none */
	std::string name;		 /* unquoted; empty when the server will choose it */
	std::string identity;	 /* quoted and qualified where needed: what messages and the log show */
	Address address;		 /* all zero when the object does not exist yet */
	bool exists = false;
	bool temporary = false;
	bool destructive = false; /* drops, renames, moves to another schema, or loses data or a constraint of the target */
};

struct Statement {
	std::string tag; /* the command tag: "CREATE TABLE" */
	CommandClass command_class = CommandClass::none;
	std::vector<Target> targets;

	/* True when every object it would touch is temporary: never recorded, never refused. */
	bool temporary = false;
	/* IF [NOT] EXISTS that will do nothing, or targets that do not exist, so that the server itself will say so. */
	bool no_op = false;
	/* IF [NOT] EXISTS was said: without an object touched there is nothing to record. */
	bool if_exists = false;
	/* Done on disk when it returns: CREATE/DROP DATABASE, tablespaces, ALTER SYSTEM.  Its record may never fail it. */
	bool irreversible = false;
	/* Commits on its own before it ends (CONCURRENTLY and their like), so a crash can leave its work without a record. */
	bool own_transactions = false;
	/* A row of what it has done so far is written when it commits first; a plain VACUUM changes nothing to tell of. */
	bool leaves_intent = false;
	/* Changes objects of the cluster: roles, databases, tablespaces, parameters. */
	bool shared = false;
};

} // namespace schema_guard
