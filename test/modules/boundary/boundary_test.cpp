/*
 * boundary_test.cpp - SQL functions that fail in every way across the error boundary.
 *
 * Built with its own copy of src/pg/boundary.cpp, whose guards can be broken.
 * test/sql/no_preload_boundary.sql calls them; nothing here is installed for users.
 */
#include "probe.hpp"

#include <malloc.h>

extern "C" {
PG_MODULE_MAGIC;
}

using boundary_test::Probe;
using boundary_test::probes_alive;
using schema_guard::Failure;
using schema_guard::pg::guard;

int boundary_test::probes_alive = 0;

namespace raw {

/* An error with every field an error can have. */
static void
rich_error()
{
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION), errmsg("%s message", "rich"), errdetail("Its detail."),
			 errhint("Its hint."), errcontext("its context"), err_generic_string(PG_DIAG_SCHEMA_NAME, "a_schema"),
			 err_generic_string(PG_DIAG_TABLE_NAME, "a_table"), err_generic_string(PG_DIAG_COLUMN_NAME, "a_column"),
			 err_generic_string(PG_DIAG_DATATYPE_NAME, "a_type"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "a_constraint")));
}

static void
run(const char *query)
{
	SPI_connect();
	if (int result = SPI_execute(query, false, 0); result < 0)
		elog(ERROR, "SPI_execute: %s", SPI_result_code_string(result));
	SPI_finish();
}

} // namespace raw

static std::string
text_argument(FunctionCallInfo fcinfo, int number)
{
	std::string value;

	guard([&] {
		text *argument = PG_GETARG_TEXT_PP(number);

		value.assign(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
	});
	return value;
}

static Datum
text_result(const std::string &value)
{
	return guard([&] { return CStringGetTextDatum(value.c_str()); });
}

/* The yardstick: a plain C function that raises. */
extern "C" {
PG_FUNCTION_INFO_V1(boundary_plain);
PGDLLEXPORT Datum
boundary_plain(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	raw::rich_error();
	PG_RETURN_VOID();
}
}

/* Fails in the way asked for, with objects alive in two frames. */
static void
fail(const std::string &how)
{
	Probe probe;

	if (how == "failure")
		throw Failure(schema_guard::sqlstate::frozen, "a failure").with_detail("Its detail.").with_hint("Its hint.");
	if (how == "failure, bare")
		throw Failure(schema_guard::sqlstate::frozen, "a bare failure with a %s in it");
	if (how == "standard")
		throw std::out_of_range("out of range");
	if (how == "number")
		throw 42;
	if (how == "no memory for C++")
		throw std::bad_alloc();
	if (how == "guarded")
		guard([] { raw::rich_error(); });
	if (how == "guarded twice")
		guard([] { guard([] { raw::rich_error(); }); });
	if (how == "thrown in a guard")
		guard([] { throw Failure(schema_guard::sqlstate::naming, "thrown in a guard"); });
	if (how == "division")
		guard([] { (void) DirectFunctionCall2(int4div, Int32GetDatum(1), Int32GetDatum(0)); });
	if (how == "no memory for the server")
		guard([] { (void) MemoryContextAllocHuge(CurrentMemoryContext, Size(1) << 46); });
	if (how == "endless C++")
		for (;;)
			schema_guard::pg::check_interrupts();
	if (how == "endless server")
		guard([] { (void) DirectFunctionCall1(pg_sleep, Float8GetDatum(600)); });
}

SCHEMA_GUARD_FUNCTION(boundary_fail)
{
	Probe probe;
	std::vector<std::string> more(50, std::string(200, 'y'));

	fail(text_argument(fcinfo, 0));
	return text_result("nothing failed");
}

/* Fails at the bottom of a pile of SQL and C++ frames. */
SCHEMA_GUARD_FUNCTION(boundary_nested)
{
	Probe probe;
	std::string query = "SELECT boundary_nested(" + std::to_string(PG_GETARG_INT32(0) - 1) + ")";

	if (PG_GETARG_INT32(0) == 0)
		guard([] { raw::rich_error(); });
	guard([&] { raw::run(query.c_str()); });
	return text_result("nothing failed");
}

/* Runs a query in a subtransaction and says what became of it, and where an error was raised. */
SCHEMA_GUARD_FUNCTION(boundary_attempt)
{
	Probe probe;
	std::string query = text_argument(fcinfo, 0);
	auto error = schema_guard::pg::try_subtransaction([&] {
		Probe inner;

		guard([&] { raw::run(query.c_str()); });
	});

	if (!error)
		return text_result("done");

	std::string file = error->data().filename;

	return text_result(std::string(error->what()) + " (" + file.substr(file.rfind('/') + 1) + ", " +
					   error->data().funcname + ")");
}

/* A subtransaction whose body throws what is no server error: rolled back, and the exception goes on. */
SCHEMA_GUARD_FUNCTION(boundary_abandon)
{
	Probe probe;
	std::string query = text_argument(fcinfo, 0);

	(void) schema_guard::pg::try_subtransaction([&] {
		guard([&] { raw::run(query.c_str()); });
		throw Failure(schema_guard::sqlstate::frozen, "abandoned");
	});
	return text_result("nothing failed");
}

/* Several guards and subtransactions in a row, for breaking each in turn; the number of guards it took. */
SCHEMA_GUARD_FUNCTION(boundary_steps)
{
	Probe probe;
	std::string query = text_argument(fcinfo, 0);
	std::vector<std::string> seen;

	for (int step = 0; step < 3; step++) {
		Probe inner;

		guard([&] {
			Relation relation = table_open(RelationRelationId, AccessShareLock);

			seen.emplace_back(RelationGetRelationName(relation));
			table_close(relation, AccessShareLock);
		});
		if (auto error = schema_guard::pg::try_subtransaction([&] { guard([&] { raw::run(query.c_str()); }); }))
			throw Failure(schema_guard::sqlstate::fault, std::string("step failed: ") + error->what());
	}
	return Int32GetDatum(schema_guard::pg::guard_count);
}

/* Breaks the guard with this number from here on; 0 for none. */
SCHEMA_GUARD_FUNCTION(boundary_break)
{
	schema_guard::pg::fail_at = PG_GETARG_INT32(0);
	schema_guard::pg::guard_count = 0;
	return 0;
}

/* What was left behind: objects not destroyed, a handler still open, the server's state bent. */
SCHEMA_GUARD_FUNCTION(boundary_left)
{
	std::string left;

	if (probes_alive != 0)
		left += std::to_string(probes_alive) + " objects alive; ";
	if (std::current_exception())
		left += "a handler is open; ";
	if (std::uncaught_exceptions() != 0)
		left += "an exception is in flight; ";
	if (PG_exception_stack == nullptr || CurrentMemoryContext == ErrorContext)
		left += "the server's error state is bent; ";
	return text_result(left.empty() ? "nothing" : left);
}

/* Bytes C++ holds. */
SCHEMA_GUARD_FUNCTION(boundary_heap)
{
	return Int64GetDatum(static_cast<int64>(mallinfo2().uordblks));
}
