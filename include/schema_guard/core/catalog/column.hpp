/*
 * core/catalog/column.hpp - how the attributes of a column change in place.
 */
#pragma once

#include "schema_guard/core/catalog/kind.hpp"

namespace schema_guard::catalog {

/* Type, collation, NOT NULL, identity, expression: together, since their order counts. */
bool alter_not_null_comment(const Change &change, Script &script);
bool alter_column_definition(const Change &change, Script &script);
bool alter_column_storage(const Change &change, Script &script);
bool alter_column_compression(const Change &change, Script &script);
bool alter_column_statistics(const Change &change, Script &script);
bool alter_column_options(const Change &change, Script &script);
bool alter_column_foreign_options(const Change &change, Script &script);

} // namespace schema_guard::catalog
