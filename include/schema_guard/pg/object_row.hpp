/*
 * pg/object_row.hpp - rows that were found to be read (object_rows.cpp) become objects: object_row.cpp has
 * those that are in the catalogs as they are, object_text.cpp those that the server writes out, object_acl.cpp lists.
 */
#pragma once

#include "schema_guard/pg/object_rows.hpp"

namespace schema_guard::pg::rows {

/* A NOT NULL constraint, which is a property of its column; since PostgreSQL 18. */
struct NotNull {
	AttrNumber column;
	const char *name;
	bool local, no_inherit, not_valid, commented;
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
	const char **column_names; /* from 1, null where none was read */
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
void form(const Item &item, const Access &access, Found &found);

/* An acl as the property grants; owner is of no account for columns. */
void put_grants(catalog::Object &object, Datum value, ObjectType type, Oid owner);

/* Adds the options of an array, with a prefix to each; and a list of them as the property options. */
List *add_options(List *options, Datum value, const char *prefix);
void put_options(catalog::Object &object, const List *options);

/* An object of this kind, empty so far; and what to do when it turns out to be one for its kind's query. */
catalog::Object &add(const catalog::Kind &kind, const Item &item, Found &found);
void leave(const Item &item, Oid oid, Found &found);

/* Properties: none where there is no text, where it is off, where the number is the usual one. */
void put(catalog::Object &object, std::string_view property, const char *text);
void flag(catalog::Object &object, std::string_view property, bool on);
void put_number(catalog::Object &object, std::string_view property, int64_t number, int64_t usual);

/* Of a relation: its own options with those of its TOAST table, and its privileges. */
void put_relation_options(const Item &item, catalog::Object &object);
void put_relation_grants(const Item &item, catalog::Object &object, ObjectType type);

bool has_attribute(int cache, HeapTuple tuple, AttrNumber column);
/* The statistics target of a column, -1 where it is the usual one. */
int statistics_target(HeapTuple column);
/* As format_type() has it where the search_path is pg_catalog, whatever it is. */
const char *type_name(Oid type, int32 modifier);

/* Of a column of the relation. */
const char *column_name(const Facts *facts, AttrNumber number);

/* Definitions that are names of columns and little more (object_keys.cpp); null: the server must write them. */
const char *key_definition(const Item &item, const FormData_pg_index *index);
const char *foreign_key_definition(const Item &item);
const char *index_definition(const Item &item, HeapTuple index);

/* What the server writes out as text (object_text.cpp). */
void form_view(const Item &item, const Access &access, Found &found);
void form_default(const Item &item, const Access &access, Found &found);
void form_constraint(const Item &item, const Access &access, Found &found);
void form_index(const Item &item, const Access &access, Found &found);

} // namespace raw

} // namespace schema_guard::pg::rows
