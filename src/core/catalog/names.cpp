/*
 * names.cpp - see names.hpp.
 */
#include "schema_guard/core/catalog/names.hpp"

namespace schema_guard::catalog {

std::string
qualified_name(std::string_view catalog, std::string_view prefix, std::string_view oid)
{
	std::string p(prefix);

	return "(SELECT quote_ident(ns_.nspname) || '.' || quote_ident(x_." + p + "name) FROM " + std::string(catalog) +
		   " x_ JOIN pg_namespace ns_ ON ns_.oid = x_." + p + "namespace WHERE x_.oid = " + std::string(oid) + ")";
}

std::string
function_name(std::string_view oid)
{
	return qualified_name("pg_proc", "pro", oid);
}

std::string
function_signature(std::string_view oid)
{
	return "(SELECT quote_ident(ns_.nspname) || '.' || quote_ident(x_.proname) || '(' || coalesce((SELECT "
		   "string_agg(format_type(a_.type, NULL), ', ' ORDER BY a_.n) FROM unnest(x_.proargtypes) WITH ORDINALITY "
		   "a_(type, n)), '') || ')' FROM pg_proc x_ JOIN pg_namespace ns_ ON ns_.oid = x_.pronamespace WHERE x_.oid "
		   "= " +
		   std::string(oid) + ")";
}

std::string
operator_name(std::string_view oid)
{
	return "(SELECT quote_ident(ns_.nspname) || '.' || x_.oprname FROM pg_operator x_ JOIN pg_namespace ns_ ON "
		   "ns_.oid = x_.oprnamespace WHERE x_.oid = " +
		   std::string(oid) + ")";
}

std::string
operator_signature(std::string_view oid)
{
	return "(SELECT quote_ident(ns_.nspname) || '.' || x_.oprname || '(' || " + type_name("x_.oprleft") +
		   " || ', ' || " + type_name("x_.oprright") +
		   " || ')' FROM pg_operator x_ JOIN pg_namespace ns_ ON ns_.oid = x_.oprnamespace WHERE x_.oid = " +
		   std::string(oid) + ")";
}

std::string
type_name(std::string_view oid)
{
	std::string o(oid);

	return "CASE WHEN " + o + " = 0 THEN 'NONE' ELSE format_type(" + o + ", NULL) END";
}

} // namespace schema_guard::catalog
