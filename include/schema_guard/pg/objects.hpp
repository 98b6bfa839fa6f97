/*
 * pg/objects.hpp - an object as people name it, from its address.
 */
#pragma once

#include "schema_guard/core/policy/statement.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

struct Described {
	std::string object_type; /* as pg_identify_object() says it */
	std::string schema;
	std::string name;
	std::string identity;
	bool temporary = false;
	bool internal = false;	   /* comes and goes with another object: a table's row type, a TOAST table, a default */
	Oid row_type = InvalidOid; /* of a relation */
	Oid rule = InvalidOid;	   /* that a new view is */
	Oid composite =
		InvalidOid; /* the type whose attributes this relation has; internal, but what alters them alters the type */
};

ObjectAddress to_object_address(const Address &address) noexcept;

/* Catalogs that stand for a part of another object lead to that object: pg_inherits and pg_index to the relation. */
Address canonical(const Address &address) noexcept;

/*
 * Fills described[i] for addresses[i]; one that does not exist, or of a kind without a name, keeps an empty identity,
 * and so may one that is temporary or internal: nobody is told of it.  The first addresses are those created, in that order.
 * Sees what the current command has made visible (CommandCounterIncrement).
 */
void describe(const std::vector<Address> &addresses, size_t created, std::vector<Described> &described);

Described describe(const Address &address);

/* The column that a default is of, from what hooks are told of the default as it is made or goes. */
Address column_of_default(const Address &address);

/* Keeps an object from being dropped until the transaction ends; waits for who is dropping it. False when it is gone. */
bool lock_against_drop(const Address &address);

/*
 * What goes when these relations are dropped: constraints with their indexes and triggers, the rule that a view is, TOAST
 * tables; not all, but what there is of nearly every one.  Their drop has them locked.
 */
using Parts = std::map<Address, Described>;
void describe_parts(const std::vector<Address> &relations, Parts &parts);

/* A relation that its own command is still making, so that nothing but its row can be read; other kinds stay empty. */
Described describe_unseen(const Address &address);

} // namespace schema_guard::pg
