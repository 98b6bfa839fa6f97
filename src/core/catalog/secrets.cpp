/*
 * secrets.cpp - see secrets.hpp; the words are those of core/policy/redact.cpp.
 */
#include "schema_guard/core/catalog/secrets.hpp"

namespace schema_guard::catalog {

namespace {

/* password_required says whether there must be a password, use_scram_passthrough whether there need be none. */
constexpr std::string_view is_secret =
	"(split_part(o, '=', 1) ~* '(password|passwd|passphrase|secret|token|credential|conninfo|connstr|.key$|^pwd$)' AND "
	"split_part(o, '=', 1) !~* '^(password_required|password_encryption)$')";

/* keyword = value, where the value may be in quotes; and user:password@ of a URI, or ?password= in one. */
constexpr std::string_view keyword_pattern =
	R"re(E'(^|\\s+)(ssl)?(password|passwd|pwd)\\s*=\\s*(''(\\\\.|[^''\\\\])*''|(\\\\.|[^\\s\\\\])*)')re";
constexpr std::string_view uri_pattern = R"re(E'(://[^/@?:]*):[^/@?]*@')re";
constexpr std::string_view parameter_pattern = R"re(E'([?&])(ssl)?password=[^&]*&?')re";

} // namespace

std::string
open_options(std::string_view options)
{
	return "(SELECT array_agg(o ORDER BY o COLLATE \"C\") FROM unnest(" + std::string(options) + ") o WHERE NOT " +
		   std::string(is_secret) + ")";
}

std::string
secret_options(std::string_view options)
{
	return "(SELECT array_agg(split_part(o, '=', 1) ORDER BY o COLLATE \"C\") FROM unnest(" + std::string(options) +
		   ") o WHERE " + std::string(is_secret) + ")";
}

std::string
open_connection(std::string_view connection)
{
	std::string c(connection);

	return "CASE WHEN " + c + " ~ '^postgres(ql)?://' THEN regexp_replace(regexp_replace(" + c + ", " +
		   std::string(uri_pattern) + ", E'\\\\1@'), " + std::string(parameter_pattern) +
		   ", E'\\\\1', 'g') ELSE btrim(regexp_replace(" + c + ", " + std::string(keyword_pattern) + ", '', 'gi')) END";
}

std::string
secret_connection(std::string_view connection)
{
	return "CASE WHEN btrim(" + std::string(connection) + ") <> " + open_connection(connection) + " THEN 'true' END";
}

} // namespace schema_guard::catalog
