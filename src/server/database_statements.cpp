/*
 * database_statements.cpp - which database a statement needs for itself alone.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/shared.hpp"
#include "schema_guard/server/workers.hpp"

namespace schema_guard::server::plain {

static bool
owns(Oid database)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(DatabaseRelationId, database, GetUserId());
#else
	return pg_database_ownercheck(database, GetUserId()); /* renamed in PostgreSQL 16 (c727f511bd7b) */
#endif
}

/* The server's own is not there for extensions in all minor releases. */
static bool
may_create_databases()
{
	if (superuser())
		return true;
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
	if (!HeapTupleIsValid(tuple))
		return false;
	bool may = reinterpret_cast<Form_pg_authid>(GETSTRUCT(tuple))->rolcreatedb;

	ReleaseSysCache(tuple);
	return may;
}

/* Any template may be copied by whoever may make databases. */
static bool
may_copy(Oid database)
{
	if (owns(database))
		return true;
	HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	if (!HeapTupleIsValid(tuple))
		return false;
	bool template_database = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple))->datistemplate;

	ReleaseSysCache(tuple);
	return template_database;
}

static const char *
option(const List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options) {
		auto element = static_cast<DefElem *>(lfirst(cell));

		/* TEMPLATE = DEFAULT has no argument. */
		if (strcmp(element->defname, name) == 0)
			return element->arg ? defGetString(element) : nullptr;
	}
	return nullptr;
}

Oid
wants_alone(const Node *utility)
{
	const char *name = nullptr;
	bool copies = false;

	switch (nodeTag(utility)) {
	case T_DropdbStmt:
		name = reinterpret_cast<const DropdbStmt *>(utility)->dbname;
		break;
	case T_RenameStmt: {
		auto stmt = reinterpret_cast<const RenameStmt *>(utility);

		if (stmt->renameType == OBJECT_DATABASE)
			name = stmt->subname;
		break;
	}
	case T_AlterDatabaseStmt: {
		auto stmt = reinterpret_cast<const AlterDatabaseStmt *>(utility);

		if (option(stmt->options, "tablespace") != nullptr)
			name = stmt->dbname;
		break;
	}
	case T_CreatedbStmt:
		name = option(reinterpret_cast<const CreatedbStmt *>(utility)->options, "template");
		copies = true;
		break;
	default:
		break;
	}
	if (name == nullptr || pg::shared::area() == nullptr || !IsTransactionState())
		return InvalidOid;

	Oid database = get_database_oid(name, true);

	/* Whoever may not do it will hear so from the server, and disturbs nobody. */
	if (!OidIsValid(database) || !(copies ? may_create_databases() && may_copy(database) : owns(database)))
		return InvalidOid;
	return database;
}

} // namespace schema_guard::server::plain
