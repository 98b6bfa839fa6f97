/*
 * core/catalog/types.hpp - what the kinds of types and routines share.
 */
#pragma once

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/script.hpp"

#include <functional>

namespace schema_guard::catalog {

/* --- pieces of queries --- */

/* The qualified, quoted name of the function whose OID this is, NULL for none.  Unlike regproc's text it does not depend
   on how many functions of that name there are. */
std::string routine_name(std::string_view oid);
/* Likewise of a collation. */
std::string collation_name(std::string_view oid);

/* The columns every kind of type begins with, and what it is read from: pg_type t, pg_namespace n. */
std::string type_columns();
std::string type_rows();

/* --- SQL --- */

inline constexpr std::string_view schema_and_name[] = {"schema", "name"};
inline constexpr std::string_view usage_for_all = "{OWNER=ALL,PUBLIC=ALL}";

/* "TYPE public.mood" */
std::string type_reference(const Object &object);
/* "public.mood" */
std::string type_name(const Object &object);
void drop_type(const Object &object, const Catalog &catalog, Script &script);

/* "AS 'text'" and the like between dollars that the text does not contain. */
std::string dollar_quoted(const std::string &text);

/* The functions a type is made of that name the type in turn. */
std::vector<const Object *> functions_of_type(const Object &type, const Catalog &catalog);

/* --- a type that changes under the columns that have it --- */

/* The columns, and the attributes of composite types, of this type or its arrays; the columns of these composite types
   as well. */
std::vector<const Object *> columns_of_type(const Object &type, const Catalog &catalog);

/* These, the domains over the type, and theirs. */
std::vector<const Object *> users_of_type(const Object &type, const Catalog &catalog);

/* Of kinds of types: all but the columns, whose type is altered along. */
bool in_the_way_of_type(const Object &dependent);

/* Of what depends on these columns: what compares them with other columns of the type is in the way of a new type, what
   names an operator class in the way of their being text. */
bool in_the_way_of_new_type(const Object &dependent);
bool in_the_way_of_text(const Object &dependent);

/* How a column's values reach the new type. */
enum class Conversion { cast, text };

/* Renames the old type, makes the new one, alters the columns, drops the old one. */
void rebuild_type(const Change &change, Conversion conversion, Script &script);

/* Calls alter to write what the server refuses while a table has the type: columns that have it are text meanwhile. */
void alter_under_columns(const Object &type, const Change &change, Script &script, const std::function<void()> &alter);

} // namespace schema_guard::catalog
