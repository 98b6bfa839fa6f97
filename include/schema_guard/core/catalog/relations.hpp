/*
 * core/catalog/relations.hpp - what the kinds of tables and of their parts share: families of tables, options of
 * sequences, pieces of queries.
 */
#pragma once

#include "schema_guard/core/diff/forms.hpp"

namespace schema_guard::catalog {

inline bool
is_table(const Object &object)
{
	return object.is("table") || object.is("foreign table");
}

/* Tables, views, sequences, indexes: what ALTER and COMMENT lock. */
bool is_relation(const Object &object);

/* "ALTER TABLE [ONLY] s.t" or "ALTER FOREIGN TABLE [ONLY] s.t". */
std::string alter_table(const Object &table, bool only = false);

/* The same for a part of it. */
std::string alter_column(const Object &column, const Catalog &catalog, bool only = true);

/* The table a part belongs to. */
const Object &table_of(const Object &part, const Catalog &catalog);

/* The table's object of kind "partition" or "inheritance", that ties it to its parents; or null. */
const Object *attachment(const Object &table, const Catalog &catalog);
/* The tables it inherits from, as a partition or by INHERITS; and those that inherit from it. */
std::vector<const Object *> parent_tables(const Object &table, const Catalog &catalog);
std::vector<const Object *> child_tables(const Object &table, const Catalog &catalog);

/* The attachments of all partitions below a table: its keys and indexes are made after them, ATTACH would copy them. */
std::vector<const Object *> attachments_below(const Object &table, const Catalog &catalog);

/* The column of this name, or null. */
const Object *column_of(const Object &table, std::string_view name, const Catalog &catalog);

/* The same column in the tables this one inherits from all the while: what is done to it there is done here, too. */
std::vector<const Object *> leading_columns(const Object &column, const Catalog &catalog, const Catalog &other);

/* Whether a table of this name is in the catalog; null: an empty one. */
bool has_table(const Catalog *catalog, const Names &identity);

/* --- writing columns --- */

/* "name type COLLATE ... GENERATED ... NOT NULL", for CREATE TABLE and ADD COLUMN; expression is its default's. */
std::string column_definition(const Object &column, const Catalog &catalog, const Value &expression, int version);
/* What only ALTER can say of a column just made. */
void add_column_settings(const Object &column, const Catalog &catalog, Script &script);
/* The NOT NULL constraint's name, as it is or as the server would choose it (from 18); and " CONSTRAINT name NOT NULL c". */
std::string not_null_name(const Object &column);
std::string not_null_constraint(const Object &column);
void comment_on_not_null(const Object &column, const Catalog &catalog, Script &script);
/* "GENERATED ... AS IDENTITY (SEQUENCE NAME ...)". */
std::string identity_clause(const Object &column, const Catalog &catalog);
const Object *identity_sequence(const Object &column, const Catalog &catalog);
/* The column's default, or null. */
const Object *default_of(const Object &column, const Catalog &catalog);
/* The sequences that the column owns and its default reads; where the column comes to a table that is there, they come
   with it. */
std::vector<const Object *> serial_sequences(const Object &column, const Catalog &catalog);

/* --- writing sequences --- */

/* " INCREMENT BY 2 MAXVALUE 9", what is not the default. */
std::string sequence_options(const Object &sequence);
void create_sequence(const Object &sequence, Script &script);
/* Its owner, and the column that owns it. */
void own_sequence(const Object &sequence, Script &script);
/* An identity's sequence is made as lasting as its table. */
void set_identity_persistence(const Object &sequence, const Object &table, Script &script);

} // namespace schema_guard::catalog
