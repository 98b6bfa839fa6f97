/*
 * core/diff/type_change.hpp - what ALTER COLUMN TYPE does from one type to another.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

namespace schema_guard {

struct TypeChange {
	Work work = Work::rewrite; /* what happens to the rows */
	unsigned hazards = 0;
	bool same_type = false; /* only its modifiers change */
	bool assignable = true; /* without USING */
	std::string cast;		/* what USING appends to the column's name: "::jsonb" */
};

/* Types as format_type() writes them; a domain by its base type. */
TypeChange type_change(std::string_view from, std::string_view to);

} // namespace schema_guard
