/*
 * pg/arguments.hpp - arguments and results of SQL functions as C++ values.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* The argument's text; an empty one for NULL. */
std::string text_argument(FunctionCallInfo fcinfo, int index);

/* The argument as its type's output function writes it; nothing for NULL. */
std::optional<std::string> argument_as_text(FunctionCallInfo fcinfo, int index);

/* The items of a text[], nulls left out; none for NULL. */
std::vector<std::string> array_argument(FunctionCallInfo fcinfo, int index);

Datum text_result(const std::string &text);

using TextRow = std::vector<std::optional<std::string>>;

/* Returns rows from a set-returning function; columns that are not text are read by their types' input functions. */
void return_rows(FunctionCallInfo fcinfo, const std::vector<TextRow> &rows);

} // namespace schema_guard::pg
