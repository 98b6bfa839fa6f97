/*
 * core/catalog/views.hpp - what views and materialized views share.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

namespace schema_guard::catalog {

/* SQL: the query of view c, without its semicolon. */
std::string view_query_column();

/* Its query as later versions write it: Kind::translate. */
void translate_view(Object &view, int version);

/* SQL: a text[], a view's columns with type and collation, in order. */
std::string view_columns_column();

/* The columns of a view, in their order. */
std::vector<const Object *> columns_of_view(const Object &view, const Catalog &catalog);

/* What CREATE VIEW has no clause for: defaults, storage and the like of a new view's columns. */
void add_view_columns(const Object &view, const Catalog &catalog, Script &script);

} // namespace schema_guard::catalog
