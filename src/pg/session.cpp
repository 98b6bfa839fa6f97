/*
 * session.cpp - the session's own facts.
 */
#include "schema_guard/pg/session.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/settings.hpp"

extern "C" {
#include "access/parallel.h"
#include "commands/dbcommands.h"
#include "postmaster/autovacuum.h"
#include "replication/logicalworker.h"
}

namespace schema_guard::pg::session {

namespace {

Client known_client;
bool client_known = false;

} // namespace

namespace raw {

static void
learn_client()
{
	Datum address;
	Datum port;

	if (client_address(&address, &port)) {
		strlcpy(known_client.address, DatumGetCString(DirectFunctionCall1(inet_out, address)),
				sizeof known_client.address);
		known_client.port = DatumGetInt32(port);
	}
	client_known = true;
}

static void
assign_name(std::string &to, Oid role)
{
	const char *name = GetUserNameFromId(role, true);

	if (name != nullptr)
		to.assign(name);
}

} // namespace raw

Caller
caller(TimestampTz now)
{
	Caller caller;
	Oid session = GetSessionUserId();
	Oid outer = GetOuterUserId();
	Oid current = GetUserId();

	/* Mostly all three are one. */
	guard([&] {
		if (!client_known)
			raw::learn_client();
		raw::assign_name(caller.session_user, session);
		if (outer != session)
			raw::assign_name(caller.outer_user, outer);
		if (current != outer)
			raw::assign_name(caller.current_user, current);
	});
	if (outer == session)
		caller.outer_user = caller.session_user;
	if (current == outer)
		caller.current_user = caller.outer_user;
	(void) database();
	caller.migration = settings::migration();
	caller.override_reason = settings::override_reason(now);
	caller.override_ended = settings::override_ended(now);
	caller.in_extension = creating_extension;
	caller.guarded_classes = settings::guarded_classes();
	caller.now = now;
	return caller;
}

std::string
current_user()
{
	std::string user;

	guard([&] { raw::assign_name(user, GetUserId()); });
	return user;
}

std::string
running_extension()
{
	std::string extension;

	if (creating_extension)
		guard([&] {
			const char *name = get_extension_name(CurrentExtensionObject);

			if (name != nullptr)
				extension.assign(name);
		});
	return extension;
}

/*
 * One level says either which function runs, or which SQL text, and that may hold a secret: it is not kept.  Neither
 * says which of the two it is (the words are translated), so what has a literal, several lines or more than a
 * name in quotes is taken for SQL.
 */
static bool
quotes_sql(std::string_view level)
{
	size_t quote = level.find('"');
	size_t end = quote == level.npos ? level.npos : level.find('"', quote + 1);

	if (level.find_first_of("'$\n") != level.npos)
		return true;
	return quote != level.npos && level.substr(quote, end - quote).find(' ') != level.npos;
}

std::string
call_context()
{
	std::string context;

	guard([&] {
		ErrorContextCallback *stack = error_context_stack;

		for (ErrorContextCallback *level = stack; level != nullptr; level = level->previous) {
			ErrorContextCallback alone = *level;

			alone.previous = nullptr;
			error_context_stack = &alone;

			char *text = GetErrorContextStack();

			if (text == nullptr || *text == '\0' || quotes_sql(text))
				continue;
			if (!context.empty())
				context += '\n';
			context += text;
		}
		error_context_stack = stack;
	});
	return context;
}

const Client &
client() noexcept
{
	return known_client;
}

const std::string &
database()
{
	static std::string *name = new std::string();

	if (name->empty() && IsTransactionState())
		guard([] {
			const char *found = get_database_name(MyDatabaseId);

			if (found != nullptr)
				name->assign(found);
		});
	return *name;
}

namespace raw {

bool
client_address(Datum *address, Datum *port)
{
	LOCAL_FCINFO(call, 0);

	InitFunctionCallInfoData(*call, nullptr, 0, InvalidOid, nullptr, nullptr);
	*address = inet_client_addr(call);
	if (call->isnull)
		return false;
	*port = inet_client_port(call);
	return !call->isnull;
}

} // namespace raw

bool
bypassed() noexcept
{
	return IsBinaryUpgrade || AmAutoVacuumWorkerProcess() || IsLogicalWorker() || InitializingParallelWorker ||
		   RecoveryInProgress();
}

} // namespace schema_guard::pg::session
