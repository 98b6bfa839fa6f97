/*
 * pg/statement/reading.hpp - shared by the parts of read_statement(): finding and naming what a parse tree names.
 *
 * The functions of namespace raw run inside read_statement()'s one guard: what they hold is plain data or
 * palloc'd in its memory context, except for the Statement, which lives outside.
 *
 * get_object_address() is no use here: it insists on a lock and keeps it.
 */
#pragma once

#include "schema_guard/core/policy/statement.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* The statement EXPLAIN ANALYZE will run when that is DDL, else null; other statements are themselves. */
const Node *look_through(const Node *utility) noexcept;

/* The value of a Boolean option in a parenthesised list; the last one counts, as in the server. */
bool last_option_is_on(const List *options, const char *name) noexcept;

namespace raw {

struct Reading {
	Statement &statement;
	/* Something named here exists, or will be made: the statement is not a no-op. */
	bool effective = false;
};

/* The schema a new object goes to; never creates pg_temp, never raises for what is missing. */
struct Place {
	Oid oid = InvalidOid;
	const char *name = nullptr; /* null when there is none */
	bool temporary = false;
};

/* ---- finding (objects.cpp); InvalidObjectAddress when missing ---- */

ObjectAddress address_of(Oid classid, Oid objid, int32 objsubid = 0);
ObjectAddress find_relation(const RangeVar *relation);
ObjectAddress find_column(Oid relid, const char *column);
ObjectAddress find_object(ObjectType type, Node *object);
ObjectAddress find_on_relation(ObjectType type, Oid relid, const char *name);
Oid find_type(const TypeName *type);
bool is_temporary(Oid relid);
Place creation_place(const char *schema, bool temporary);
/* Whether a view over this query, still unanalyzed, becomes temporary because of what it reads. */
bool reads_temporary_relation(Node *query);

/* ---- words (names.cpp) ---- */

const char *type_word(ObjectType type);
const char *schema_name(Oid schema);
const char *object_name(ObjectType type, Node *object);
const char *missing_identity(ObjectType type, Node *object);
const char *type_identity(const TypeName *type);
const char *argument_identity(List *types);
const char *range_var_identity(const RangeVar *relation);
const char *relation_identity(Oid relid);
const char *on_relation(const char *name, const char *relation);

/* ---- targets (targets.cpp) ---- */

/* What exists; carrier is the relation it hangs on, which says schema and persistence. */
void add_existing(Reading &reading, Action action, const ObjectAddress &address, const char *name,
				  bool destructive = false, Oid carrier = InvalidOid);
/* What does not exist, or not yet. */
void add_missing(Reading &reading, Action action, const char *type, const char *schema, const char *name,
				 const char *identity, bool temporary = false);
/* An object that should exist, by what the grammar gives for its kind. */
ObjectAddress add_object(Reading &reading, Action action, ObjectType type, Node *object, bool destructive = false);
ObjectAddress add_relation(Reading &reading, Action action, ObjectType type, const RangeVar *relation,
						   bool destructive = false);
/* A trigger, rule, policy, constraint or column of a relation. */
void add_on_relation(Reading &reading, Action action, ObjectType type, const RangeVar *relation, const char *name,
					 bool destructive = false);
/* A new object of a schema; where it replaces one (or stops at one, if_not_exists) existing says which. */
void add_new(Reading &reading, ObjectType type, const Place &place, const char *name, const char *identity,
			 const ObjectAddress &existing, bool if_not_exists);
void add_role(Reading &reading, Action action, const RoleSpec *role, bool destructive = false);
void add_parameter(Reading &reading, const VariableSetStmt *stmt);

/* ---- families; each says whether the statement was one of its own ---- */

bool read_create_relation(Reading &reading, Node *stmt);
bool read_create_object(Reading &reading, Node *stmt);
bool read_alter(Reading &reading, Node *stmt);
void read_alter_table(Reading &reading, AlterTableStmt *stmt);
bool read_access(Reading &reading, Node *stmt);
bool read_cluster(Reading &reading, Node *stmt);
void read_transactions(Statement &statement, const Node *stmt);

} // namespace raw
} // namespace schema_guard::pg
