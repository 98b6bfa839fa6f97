/*
 * core/catalog/names.hpp - pieces of queries: how a kind's query names another object, ready for SQL.
 *
 * Each takes an expression that gives an OID, and gives NULL where there is no such object.  Always with the schema:
 * what regprocedure and its like leave out depends on what else pg_catalog has in this version.
 */
#pragma once

#include <string>
#include <string_view>

namespace schema_guard::catalog {

/* schema.name of a row of this catalog, whose columns begin with prefix: "pg_ts_dict", "dict". */
std::string qualified_name(std::string_view catalog, std::string_view prefix, std::string_view oid);

/* schema.function */
std::string function_name(std::string_view oid);

/* schema.function(integer, text) */
std::string function_signature(std::string_view oid);

/* schema.+ */
std::string operator_name(std::string_view oid);

/* schema.+(integer, integer) */
std::string operator_signature(std::string_view oid);

/* A type without modifiers, NONE for none. */
std::string type_name(std::string_view oid);

} // namespace schema_guard::catalog
