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

Caller
caller(TimestampTz now)
{
	Caller caller;

	guard([&] {
		const char *name = GetUserNameFromId(GetSessionUserId(), true);

		if (name != nullptr)
			caller.session_user.assign(name);
		name = GetUserNameFromId(GetOuterUserId(), true);
		if (name != nullptr)
			caller.outer_user.assign(name);
	});
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

	guard([&] {
		const char *name = GetUserNameFromId(GetUserId(), true);

		if (name != nullptr)
			user.assign(name);
	});
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

std::string
call_context()
{
	std::string context;

	guard([&] {
		char *stack = GetErrorContextStack();

		if (stack != nullptr)
			context.assign(stack);
	});
	return context;
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
