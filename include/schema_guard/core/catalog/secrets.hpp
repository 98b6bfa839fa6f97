/*
 * core/catalog/secrets.hpp - pieces of queries that leave passwords where they are.
 *
 * What the redact rules of core/policy/redact.hpp call a secret never leaves the server that has it: the query gives
 * the options without it, and the names of what it left out.
 */
#pragma once

#include <string>
#include <string_view>

namespace schema_guard::catalog {

/* Of a text[] of 'name=value': a text[] of those that are no secrets, sorted; NULL when there is none. */
std::string open_options(std::string_view options);

/* A text[] of the names of those that are. */
std::string secret_options(std::string_view options);

/* A connection string without its passwords. */
std::string open_connection(std::string_view connection);

/* 'true' where it has one, otherwise NULL. */
std::string secret_connection(std::string_view connection);

} // namespace schema_guard::catalog
