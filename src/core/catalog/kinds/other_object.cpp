/*
 * other_object.cpp - what no kind claims, so that it shows all the same: unclaimed.cpp finds these.
 */
#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/script.hpp"

namespace schema_guard::catalog {

namespace {

/* catalog::read() adds them once all kinds have been read. */
std::string
query(const Source &)
{
	return "SELECT 0 AS classid, 0 AS objid, 0 AS objsubid, '' AS type, '' AS name WHERE false";
}

std::string
reference(const Object &object)
{
	return object.identity[0] + " " + object.identity[1];
}

/* There is no rule for it; the step says so. */
void
nothing(const Object &, const Catalog &, Script &)
{
}

constexpr std::string_view identity[] = {"type", "name"};

} // namespace

constexpr Kind other_object_kind = {
	.name = "other object",
	.identity = identity,
	.properties = {},
	.query = query,
	.reference = reference,
	.create = nothing,
	.drop = nothing,
	.rank = rank::other_object,
};

} // namespace schema_guard::catalog
