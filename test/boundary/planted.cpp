/*
 * planted.cpp - faults for the checks to find; never linked.
 *
 * A line that breaks a rule says so at its end, with the names of the rules; a line
 * that does not must not be found.  boundary.sh compares both ways.
 */
#include "schema_guard/pg/boundary.hpp"

#include <thread>

using schema_guard::Failure;
using schema_guard::pg::guard;

static ProcessUtility_hook_type next_process_utility;

struct Deep {
	struct Middle {
		std::string text;
	} middle;
};

std::string global_text; // finds global_object
static int plain_number = 3;
static char *from_server = pstrdup("x"); // finds unguarded raise_in_initialiser

namespace raw {

static Oid
lookup(const char *name)
{
	std::string copy = name; // finds jumped_over
	return get_namespace_oid(copy.c_str(), false);
}

static std::string // finds raw_returns_object
word(Datum value)
{
	return TextDatumGetCString(value);
}

static Oid
good_lookup(const char *name)
{
	return get_namespace_oid(name, false);
}

static Oid
by_value(std::string name) // finds jumped_over
{
	return get_namespace_oid(name.c_str(), false);
}

} // namespace raw

class Releases {
public:
	~Releases()
	{
		relation_close(relation, NoLock); // finds unguarded raise_in_destructor
	}
	Relation relation;
};

static void
calls()
{
	(void) palloc(3);			  // finds unguarded
	ereport(ERROR, errmsg("x"));  // finds unguarded
	(void) raw::good_lookup("x"); // finds raw_outside_guard
	std::vector<std::string> names;

	guard([&] {
		names.emplace_back(pstrdup("fine: it lives outside"));
		std::string here = "dies by a jump"; // finds jumped_over
		std::optional<std::string> perhaps;	 // finds jumped_over
		std::map<int, int> tree;			 // finds jumped_over
		Deep deep;							 // finds jumped_over
		std::array<std::string, 2> several;	 // finds jumped_over
		std::string &alias = names[0];
		Oid oid = raw::good_lookup(alias.c_str());
		(void) get_namespace_oid((alias + "x").c_str(), false); // finds jumped_over
		names.push_back(alias + "no server call in this expression");
		if (oid == InvalidOid)
			throw Failure("SG001", "thrown " + alias);
		(void) raw::lookup("x");
		(void) raw::by_value(alias); // finds jumped_over
	});
	(void) guard([] { return raw::word(0).size(); }); // finds jumped_over
	(void) next_process_utility;
	(void) plain_number;
	(void) from_server;
	(void) MemoryContextSwitchTo(CurrentMemoryContext);
}

static void
handler()
{
	try {
		calls();
	} catch (const std::exception &e) {
		elog(WARNING, "%s", e.what());				  // finds unguarded raise_in_catch
		guard([] { elog(WARNING, "in a handler"); }); // finds raise_in_catch
	}
}

static void
tries()
{
	PG_TRY(); // finds pg_try_in_cpp
	{
		calls();
	}
	PG_CATCH();
	{
		PG_RE_THROW(); // finds unguarded
	}
	PG_END_TRY(); // finds unguarded
}

static void
forwards(PlannedStmt *statement)
{
	guard([&] {
		// clang-format off
		next_process_utility(statement, "", false, PROCESS_UTILITY_TOPLEVEL, nullptr, nullptr, nullptr, nullptr); // finds next_hook_in_cpp
		// clang-format on
	});
	std::thread other([] {}); // finds thread
	other.join();
}

static int
initialises()
{
	static int value =
		guard([] { return DatumGetInt32(DirectFunctionCall1(int4up, 1)); }); // finds raise_in_initialiser
	return value;
}

extern "C" {
static void
plain_hook(PlannedStmt *statement)
{
	std::string text = "jumped over"; // finds jumped_over

	PG_TRY();
	{
		next_process_utility(statement, "", false, PROCESS_UTILITY_TOPLEVEL, nullptr, nullptr, nullptr, nullptr);
	}
	PG_FINALLY();
	{
		pfree(palloc(1));
	}
	PG_END_TRY();
	schema_guard::pg::enter([&] {
		std::string fine = "C++ again";
		(void) palloc(fine.size()); // finds unguarded
	});
}
}

namespace plain {

static void
also_plain(const char *name)
{
	std::vector<int> numbers; // finds jumped_over

	(void) get_namespace_oid(name, false);
	schema_guard::pg::enter([&] { guard([&] { (void) get_namespace_oid(name, false); }); });
}

} // namespace plain

SCHEMA_GUARD_FUNCTION(planted)
{
	std::string fine = "destroyed by unwinding";

	handler();
	tries();
	forwards(nullptr);
	plain_hook(nullptr);
	plain::also_plain("x");
	PG_RETURN_TEXT_P(cstring_to_text(fine.c_str())); // finds unguarded
	return initialises();
}
