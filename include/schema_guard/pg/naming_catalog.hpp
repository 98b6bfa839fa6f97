/*
 * pg/naming_catalog.hpp - reads names out of catalog rows; for the files of naming alone.
 *
 * All of raw raises, so it is called in guard bodies only.
 */
#pragma once

#include "schema_guard/pg/naming.hpp"

namespace schema_guard::pg::raw {

/* A name of the server, put down in UTF-8. */
void set(std::string &to, const char *name);
void add(std::vector<std::string> &to, const char *name);
void set_schema(NamedObject &object, Oid schema);

/* Fill name, whose address is known; false when naming rules have nothing to say about such an object. */
bool read_relation(LocatedName &name);
bool read_constraint(LocatedName &name);

/* The columns of a table that are its own: one of them, all, or those this transaction touched. */
void read_columns(Oid relid, AttrNumber one, bool touched_only, std::vector<LocatedName> &names);

/* Did the name exist where it is when the statement began?  Of a function: had this very function the name? */
bool was_there(const LocatedName &name);

/* All names of a group, in UTF-8. */
void list_names(const NameGroup &group, std::vector<std::string> &names);

} // namespace schema_guard::pg::raw
