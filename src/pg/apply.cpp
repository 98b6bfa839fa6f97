/*
 * apply.cpp - statements through SPI.
 */
#include "schema_guard/pg/apply.hpp"

#include "schema_guard/pg/policy_store.hpp"

namespace schema_guard::pg {

namespace raw {

static int
begin_applying()
{
	int level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
	(void) set_config_option("check_function_bodies", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
	return level;
}

static void
execute(const char *sql)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	int result = SPI_execute(sql, false, 0);

	if (result == SPI_ERROR_TRANSACTION)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
						errmsg("a script that is compared cannot begin or end transactions"),
						errhint("Leave out BEGIN, COMMIT and ROLLBACK.")));
	if (result < 0)
		elog(ERROR, "statement failed: %s", SPI_result_code_string(result));
	SPI_finish();
	CommandCounterIncrement();
}

} // namespace raw

namespace {

struct Undo {};

const std::string &
in_a_block(const StatementText &statement)
{
	return statement.in_block.empty() ? statement.sql : statement.in_block;
}

} // namespace

void
apply(const diff::Diff &diff, const std::function<void(const diff::Step &, const std::string &)> &tell)
{
	int level = guard([] { return raw::begin_applying(); });

	for (const diff::Step &step : diff.steps) {
		for (const StatementText &statement : step.forward) {
			check_interrupts();
			tell(step, statement.sql);
			guard([&] { raw::execute(in_a_block(statement).c_str()); });
		}
	}
	guard([&] { AtEOXact_GUC(true, level); });
}

void
run_script(const std::string &script)
{
	guard([&] { raw::execute(script.c_str()); });
}

std::optional<Error>
try_and_undo(const std::function<void()> &work)
{
	Rehearsal rehearsal;

	try {
		return try_subtransaction([&] {
			work();
			throw Undo{};
		});
	} catch (const Undo &) {
		return std::nullopt;
	}
}

} // namespace schema_guard::pg
