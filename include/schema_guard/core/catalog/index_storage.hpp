/*
 * core/catalog/index_storage.hpp - what an index and the index behind a constraint have alike: options, tablespace,
 * statistics targets, and the marks CLUSTER ON and REPLICA IDENTITY leave.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

namespace schema_guard::catalog::index_storage {

/* Columns of a query in which i is pg_index and x the index's row of pg_class. */
std::string columns();

/* The columns above as properties; each kind lists them with its own rule. */
inline constexpr std::string_view options = "options", tablespace = "tablespace", statistics = "statistics",
								  clustered = "clustered", replica_identity = "replica_identity",
								  extensions = "depends_on_extensions";

/* SQL: the text in which ruleutils.c shows the options of x, cut out of a definition. */
std::string without_options(std::string_view definition);

/* The definition with WITH (...) and TABLESPACE put in before its WHERE; clause is "TABLESPACE" or as the constraint's
   "USING INDEX TABLESPACE". */
std::string with_storage(const Object &object, const std::string &definition, const std::string &clause);

/* What CREATE INDEX has no clause for, for an index of this name on this table. */
void add_marks(const Object &object, const std::string &table, const std::string &index, Script &script);

/* Whether its table stays, and is nobody's partition or child any more. */
bool stands_alone(const Object &object, const Catalog &before, const Catalog &after);

/* What ties a table to its parents, and its children to it: "partition" and "inheritance". */
std::vector<const Object *> ties_of(const Object &table, const Catalog &catalog);
std::vector<const Object *> ties_to(const Object &table, const Catalog &catalog);

/* The partitioned indexes, or their constraints, to which it is attached, unless its table is detached: the server drops
   it with them only.  Kind::dropped_with, Kind::replaced_with. */
std::vector<const Object *> wholes(const Object &object, const Catalog &before, const Catalog &after);

/* What ends the ties of its table to parents and children: first, lest these lose what they keep.  Kind::dropped_after. */
std::vector<const Object *> detached(const Object &object, const Catalog &before, const Catalog &after);

/* Of a new partitioned table: it gets its partitions first, for ATTACH would make indexes of its own.
   Kind::created_after. */
std::vector<const Object *> attached(const Object &object, const Catalog &before, const Catalog &after);

/* Every difference of these properties, in place; false when one cannot be. */
bool alter(const Change &change, const std::string &table, const std::string &index, Script &script);

} // namespace schema_guard::catalog::index_storage
