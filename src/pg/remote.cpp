/*
 * remote.cpp - runs the kinds' queries through libpq.
 *
 * libpq neither raises nor allocates in the server's memory, so only waiting and looking up need guards.
 */
#include "schema_guard/pg/remote.hpp"

#include "schema_guard/core/catalog/read.hpp"
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"

#include <libpq-fe.h>

namespace schema_guard::pg {

namespace {

constexpr int oldest_version = 130000;

struct Close {
	void operator()(PGconn *connection) const noexcept { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Close>;

struct Clear {
	void operator()(PGresult *result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

struct Option {
	std::string name;
	std::string value;
};

std::string
first_line(const char *message)
{
	std::string text(message);

	return text.substr(0, text.find('\n'));
}

[[noreturn]] void
unreachable(const std::string &server, const char *message)
{
	throw Failure(sqlstate::connection_failure,
				  "could not read the schema of server \"" + server + "\": " + first_line(message))
		.with_hint("See ALTER SERVER ... OPTIONS and ALTER USER MAPPING ... OPTIONS.");
}

[[noreturn]] void
unreachable(const std::string &server, PGconn *connection)
{
	unreachable(server, PQerrorMessage(connection));
}

} // namespace

namespace raw {

/* Options of server and mapping that libpq knows and a user may set. */
static void
collect(List *options, const PQconninfoOption *known, std::vector<Option> &found)
{
	ListCell *cell;

	foreach (cell, options) {
		DefElem *element = static_cast<DefElem *>(lfirst(cell));

		for (const PQconninfoOption *option = known; option->keyword != nullptr; option++) {
			if (strcmp(option->keyword, element->defname) != 0 || strchr(option->dispchar, 'D') != nullptr)
				continue;

			const char *value = defGetString(element);

			found.push_back({element->defname, value});
		}
	}
}

static void
connection_options(const char *name, const PQconninfoOption *known, std::vector<Option> &found)
{
	ForeignServer *server = GetForeignServerByName(name, false);
	/* One function for all kinds of object since 16 (c727f511bd7). */
#if PG_VERSION_NUM >= 160000
	AclResult allowed = object_aclcheck(ForeignServerRelationId, server->serverid, GetUserId(), ACL_USAGE);
#else
	AclResult allowed = pg_foreign_server_aclcheck(server->serverid, GetUserId(), ACL_USAGE);
#endif

	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_FOREIGN_SERVER, server->servername);

	UserMapping *mapping = GetUserMapping(GetUserId(), server->serverid);
	collect(server->options, known, found);
	collect(mapping->options, known, found);
}

/* Until the socket is ready, or the moment has come; never, when it is infinite. */
static void
wait_for(int socket, int events, TimestampTz until = DT_NOEND)
{
	CHECK_FOR_INTERRUPTS();

	long timeout = -1;

	if (until != DT_NOEND) {
		timeout = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);
		events |= WL_TIMEOUT;
	}

	int happened =
		WaitLatchOrSocket(MyLatch, events | WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, socket, timeout, PG_WAIT_EXTENSION);

	if (happened & WL_LATCH_SET) {
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

} // namespace raw

namespace {

/* When to give up connecting: libpq leaves connect_timeout, in seconds, to those who poll. */
TimestampTz
patience(const std::vector<Option> &options)
{
	for (const Option &option : options) {
		long seconds = option.name == "connect_timeout" ? std::strtol(option.value.c_str(), nullptr, 10) : 0;

		if (seconds > 0)
			return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), seconds * 1000);
	}
	return DT_NOEND;
}

Connection
connect(const std::string &server)
{
	std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> known(PQconndefaults(), PQconninfoFree);
	std::vector<Option> options;
	bool superuser = guard([] { return ::superuser(); });

	if (known == nullptr)
		throw std::bad_alloc();
	guard([&] { raw::connection_options(server.c_str(), known.get(), options); });
	if (!superuser && std::none_of(options.begin(), options.end(),
								   [](const Option &o) { return o.name == "password" && !o.value.empty(); }))
		throw Failure(sqlstate::insufficient_privilege,
					  "password is required to read the schema of server \"" + server + "\"")
			.with_detail("Only a superuser may use the credentials of the server's operating system user.")
			.with_hint("ALTER USER MAPPING FOR CURRENT_USER SERVER " + sql::identifier(server) +
					   " OPTIONS (ADD password '...');");
	options.push_back({"client_encoding", guard([] { return GetDatabaseEncodingName(); })});
	options.push_back({"fallback_application_name", "schema_guard"});

	std::vector<const char *> names, values;
	for (const Option &option : options) {
		names.push_back(option.name.c_str());
		values.push_back(option.value.c_str());
	}
	names.push_back(nullptr);
	values.push_back(nullptr);

	Connection connection(PQconnectStartParams(names.data(), values.data(), 0));
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (connection == nullptr)
		throw std::bad_alloc();

	TimestampTz until = patience(options);

	while (PQstatus(connection.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
		int socket = PQsocket(connection.get());
		int events = state == PGRES_POLLING_READING ? WL_SOCKET_READABLE : WL_SOCKET_WRITEABLE;

		guard([&] { raw::wait_for(socket, events, until); });
		if (GetCurrentTimestamp() >= until)
			unreachable(server, "timeout expired");
		state = PQconnectPoll(connection.get());
	}
	if (PQstatus(connection.get()) != CONNECTION_OK)
		unreachable(server, connection.get());
	if (!superuser && !PQconnectionUsedPassword(connection.get()))
		throw Failure(sqlstate::insufficient_privilege, "server \"" + server + "\" did not ask for a password")
			.with_detail("Only a superuser may use a connection that is let in without one.");
	if (PQserverVersion(connection.get()) < oldest_version)
		throw Failure(sqlstate::feature_not_supported, "server \"" + server + "\" is older than PostgreSQL 13")
			.with_detail("Its version is " + std::to_string(PQserverVersion(connection.get()) / 10000) + ".");
	return connection;
}

Result
run(PGconn *connection, const std::string &server, const std::string &sql, ExecStatusType expected,
	const catalog::Value &parameter = std::nullopt)
{
	const char *values[] = {parameter ? parameter->c_str() : nullptr};
	Result last;

	if (!PQsendQueryParams(connection, sql.c_str(), parameter ? 1 : 0, nullptr, values, nullptr, nullptr, 0))
		unreachable(server, connection);
	for (;;) {
		while (PQisBusy(connection)) {
			int socket = PQsocket(connection);

			guard([&] { raw::wait_for(socket, WL_SOCKET_READABLE); });
			if (!PQconsumeInput(connection))
				unreachable(server, connection);
		}
		Result result(PQgetResult(connection));
		if (result == nullptr)
			break;
		if (PQresultStatus(result.get()) != expected)
			unreachable(server, connection);
		last = std::move(result);
	}
	return last;
}

void
add_rows(const PGresult *result, catalog::Rows &rows)
{
	const int columns = PQnfields(result), count = PQntuples(result);

	rows.clear();
	if (rows.columns.empty()) {
		for (int column = 0; column < columns; column++)
			rows.columns.emplace_back(PQfname(result, column));
	}
	for (int row = 0; row < count; row++) {
		for (int column = 0; column < columns; column++) {
			if (PQgetisnull(result, row, column))
				rows.add(std::nullopt);
			else
				rows.add(std::string_view(PQgetvalue(result, row, column), PQgetlength(result, row, column)));
		}
	}
}

/* By a cursor: the client would else keep all rows of a query. */
void
run_there(PGconn *connection, const std::string &server, const std::string &sql, const catalog::Value &oids,
		  const catalog::Take &take)
{
	const std::string fetch = "FETCH " + std::to_string(catalog::rows_at_a_time) + " FROM schema_guard";
	catalog::Rows rows;

	run(connection, server, "DECLARE schema_guard NO SCROLL CURSOR FOR " + sql, PGRES_COMMAND_OK, oids);
	do {
		add_rows(run(connection, server, fetch, PGRES_TUPLES_OK).get(), rows);
		take(rows);
	} while (rows.size() == static_cast<size_t>(catalog::rows_at_a_time));
	run(connection, server, "CLOSE schema_guard", PGRES_COMMAND_OK);
}

} // namespace

catalog::Catalog
read_remote(const std::string &server)
{
	Connection connection = connect(server);

	run(connection.get(), server, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK);
	for (const catalog::Setting &setting : catalog::reading_settings())
		run(connection.get(), server, std::string("SET LOCAL ") + setting.name + " = " + sql::literal(setting.value),
			PGRES_COMMAND_OK);

	catalog::Catalog catalog =
		catalog::read([&](const std::string &sql, const catalog::Value &oids,
						  const catalog::Take &take) { run_there(connection.get(), server, sql, oids, take); },
					  PQserverVersion(connection.get()));

	run(connection.get(), server, "COMMIT", PGRES_COMMAND_OK);
	return catalog;
}

std::string
read_remote_value(const std::string &server, const std::string &sql)
{
	Connection connection = connect(server);
	Result result = run(connection.get(), server, sql, PGRES_TUPLES_OK);

	return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

} // namespace schema_guard::pg
