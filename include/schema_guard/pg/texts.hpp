/*
 * pg/texts.hpp - the server's texts as C++ values.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::raw {

/* Server calls; only inside guard(), to what lives outside of it.  Of a text[] without its nulls. */
void assign(std::string &to, Datum value);
void assign(std::vector<std::string> &to, Datum value);

} // namespace schema_guard::pg::raw
