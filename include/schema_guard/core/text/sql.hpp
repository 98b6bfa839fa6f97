/*
 * core/text/sql.hpp - names, literals and arrays as SQL spells them.
 */
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schema_guard::sql {

/* As the server's quote_ident(), with the keywords of all the versions there are: the same text whatever runs it. */
std::string identifier(std::string_view name);

/* identifier().identifier() */
std::string qualified(std::string_view schema, std::string_view name);

/* A literal that means the same whether standard_conforming_strings is on or off. */
std::string literal(std::string_view text);

/* A text[] as the server's array_out() writes it, and back.  Nulls are not expected and are read as "NULL". */
std::vector<std::string> read_array(std::string_view text);
std::string write_array(const std::vector<std::string> &items);

/* items, joined. */
std::string join(const std::vector<std::string> &items, std::string_view separator = ", ");

} // namespace schema_guard::sql
