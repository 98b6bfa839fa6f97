/*
 * texts.cpp - see texts.hpp.
 */
#include "schema_guard/pg/texts.hpp"

namespace schema_guard::pg::raw {

void
assign(std::string &to, Datum value)
{
	text *packed = DatumGetTextPP(value);

	to.assign(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
}

void
assign(std::vector<std::string> &to, Datum value)
{
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	to.clear();
	for (int i = 0; i < count; i++) {
		if (!nulls[i])
			assign(to.emplace_back(), elements[i]);
	}
}

} // namespace schema_guard::pg::raw
