/*
 * arguments.cpp - see arguments.hpp.
 */
#include "schema_guard/pg/arguments.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/texts.hpp"

extern "C" {
#include "utils/tuplestore.h"
}

namespace schema_guard::pg {

std::string
text_argument(FunctionCallInfo fcinfo, int index)
{
	std::string value;

	if (!PG_ARGISNULL(index))
		guard([&] { raw::assign(value, PG_GETARG_DATUM(index)); });
	return value;
}

std::optional<std::string>
argument_as_text(FunctionCallInfo fcinfo, int index)
{
	if (PG_ARGISNULL(index))
		return std::nullopt;

	std::string value;
	guard([&] {
		Oid output;
		bool varlena;

		getTypeOutputInfo(get_fn_expr_argtype(fcinfo->flinfo, index), &output, &varlena);
		value.assign(OidOutputFunctionCall(output, PG_GETARG_DATUM(index)));
	});
	return value;
}

Datum
text_result(const std::string &text)
{
	return guard([&] { return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size()))); });
}

std::vector<std::string>
array_argument(FunctionCallInfo fcinfo, int index)
{
	std::vector<std::string> items;

	if (!PG_ARGISNULL(index))
		guard([&] { raw::assign(items, PG_GETARG_DATUM(index)); });
	return items;
}

void
return_rows(FunctionCallInfo fcinfo, const std::vector<TextRow> &rows)
{
	guard([&] {
#if PG_VERSION_NUM >= 160000
		InitMaterializedSRF(fcinfo, 0);
#else
		SetSingleFuncCall(fcinfo, 0); /* renamed in PostgreSQL 16 (a19e5cee635d) */
#endif
		auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
		int columns = result->setDesc->natts;
		auto *values = static_cast<Datum *>(palloc0(sizeof(Datum) * columns));
		auto *nulls = static_cast<bool *>(palloc0(sizeof(bool) * columns));

		auto *input = static_cast<Oid *>(palloc0(sizeof(Oid) * columns));
		auto *element = static_cast<Oid *>(palloc0(sizeof(Oid) * columns));

		for (int i = 0; i < columns; i++)
			getTypeInputInfo(TupleDescAttr(result->setDesc, i)->atttypid, &input[i], &element[i]);
		for (const TextRow &row : rows) {
			for (int i = 0; i < columns; i++) {
				nulls[i] = !row[i].has_value();
				if (nulls[i])
					continue;
				if (TupleDescAttr(result->setDesc, i)->atttypid == TEXTOID)
					values[i] =
						PointerGetDatum(cstring_to_text_with_len(row[i]->data(), static_cast<int>(row[i]->size())));
				else
					values[i] = OidInputFunctionCall(input[i], const_cast<char *>(row[i]->c_str()), element[i], -1);
			}
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	});
}

} // namespace schema_guard::pg
