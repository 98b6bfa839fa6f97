/*
 * catalog_reader.cpp - runs the kinds' queries through SPI.
 */
#include "schema_guard/pg/catalog_reader.hpp"

#include "schema_guard/core/catalog/read.hpp"
#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

namespace raw {

static int
begin_reading()
{
	int level = NewGUCNestLevel();

	for (const catalog::Setting &setting : catalog::reading_settings())
		(void) set_config_option(setting.name, setting.value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	return level;
}

static void
end_reading(int level)
{
	PopActiveSnapshot();
	AtEOXact_GUC(true, level);
}

static void
run(const char *sql, const char *oids, catalog::Rows &rows)
{
	Oid types[1] = {OIDARRAYOID};
	Datum values[1] = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (oids != nullptr)
		values[0] = OidInputFunctionCall(F_ARRAY_IN, const_cast<char *>(oids), OIDOID, -1);

	int result = SPI_execute_with_args(sql, oids != nullptr ? 1 : 0, types, values, nullptr, true, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "a query of the catalogs failed: %s", SPI_result_code_string(result));

	TupleDesc descriptor = SPI_tuptable->tupdesc;

	for (int i = 1; i <= descriptor->natts; i++)
		rows.columns.emplace_back(SPI_fname(descriptor, i));
	rows.cells.reserve(SPI_processed * descriptor->natts);
	for (uint64_t row = 0; row < SPI_processed; row++) {
		for (int i = 1; i <= descriptor->natts; i++) {
			char *text = SPI_getvalue(SPI_tuptable->vals[row], descriptor, i);

			if (text == nullptr) {
				rows.cells.emplace_back();
				continue;
			}
			rows.cells.emplace_back(text);
			pfree(text);
		}
	}
	SPI_finish();
}

} // namespace raw

namespace {

catalog::Rows
run_here(const std::string &sql, const catalog::Value &oids)
{
	catalog::Rows rows;

	check_interrupts();
	guard([&] { raw::run(sql.c_str(), oids ? oids->c_str() : nullptr, rows); });
	return rows;
}

/* An error leaves settings and snapshot to the (sub)transaction's own clean-up. */
catalog::Catalog
with_settings(const std::function<catalog::Catalog()> &read)
{
	int level = guard([] { return raw::begin_reading(); });
	catalog::Catalog catalog = read();

	guard([&] { raw::end_reading(level); });
	return catalog;
}

} // namespace

catalog::Catalog
read_catalog()
{
	return with_settings([] { return catalog::read(run_here, PG_VERSION_NUM); });
}

catalog::Catalog
read_objects(const std::vector<Address> &addresses)
{
	return with_settings([&] { return catalog::read(run_here, PG_VERSION_NUM, addresses); });
}

} // namespace schema_guard::pg
