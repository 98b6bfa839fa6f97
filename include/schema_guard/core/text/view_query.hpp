/*
 * core/text/view_query.hpp - the query of a view in words that do not depend on the server's version.
 */
#pragma once

#include <string>
#include <string_view>

namespace schema_guard::sql {

/*
 * pg_get_viewdef()'s text of a server of this version in words that are the same for all, and that all understand.
 *
 * Before 16 it is "SELECT t.a FROM s.t", later "SELECT a FROM s.t": a query over one relation has no prefixes since a
 * view's hidden OLD and NEW are gone; the later words are taken.  What is not understood stays as it was.
 */
std::string view_query(std::string_view query, int version);

} // namespace schema_guard::sql
