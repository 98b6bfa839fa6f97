/*
 * pg/object_row.hpp - rows that were found to be read (object_rows.cpp) become objects (object_row.cpp).
 */
#pragma once

#include "schema_guard/pg/object_rows.hpp"

namespace schema_guard::pg::rows {

/* A NOT NULL constraint, which is a property of its column; since PostgreSQL 18. */
struct NotNull {
	AttrNumber column;
	const char *name;
	bool no_inherit, not_valid, commented;
	NotNull *next;
};

/* What there is to know of a relation before its parts are read. */
struct Facts {
	Oid oid;
	HeapTuple tuple;
	const FormData_pg_class *row;
	const char *schema, *name;
	bool users;	   /* a user's and lasting, as users_relation() has it */
	bool ordinary; /* a table without parents and type */
	NotNull *not_nulls;
};

enum class What { table, column, default_, constraint, index, sequence, view, view_column };

/* Plain data; tuple is a copy of the object's own row. */
struct Item {
	What what;
	Address address;
	const Facts *facts;
	HeapTuple tuple;
};

/* Server calls; only inside guard(). */
namespace raw {

/* Adds the object, or asks for the kind's query where there is more to it. */
void form(const Item &item, Reading &reading, Found &found);

/* An acl as the property grants; owner is of no account for columns. */
void put_grants(catalog::Object &object, Datum value, ObjectType type, Oid owner);

/* The options of an array with a prefix to each; and a list of them as the property options. */
int options_of(Datum value, const char *prefix, char **to);
void put_options(catalog::Object &object, char **options, int count);
constexpr int most_options = 256;

} // namespace raw

} // namespace schema_guard::pg::rows
