/*
 * pg/catalog_reader.hpp - the schema of this database, through SPI.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/postgres.hpp"

extern "C" {
#include "optimizer/planner.h"
}

namespace schema_guard::pg {

/* Whose rights count: the caller's, or those of the extension's owner, who may see everything. */
enum class Reader { caller, owner };

/*
 * Reads under one snapshot that sees what this transaction has done, with the settings that make texts the same
 * everywhere.  Deparsed text is of the latest committed schema, as always in PostgreSQL.
 */
catalog::Catalog read_catalog(Reader reader = Reader::caller);

/*
 * What watches queries (pg_stat_statements, pgaudit, auto_explain, our own guard) is told of the user's, not of ours;
 * while it is alive.
 */
class Unwatched {
public:
	Unwatched() noexcept;
	~Unwatched() noexcept;
	Unwatched(const Unwatched &) = delete;
	Unwatched &operator=(const Unwatched &) = delete;

private:
	planner_hook_type planner_;
	post_parse_analyze_hook_type analyze_;
	ExecutorStart_hook_type start_;
	ExecutorRun_hook_type run_;
	ExecutorFinish_hook_type finish_;
	ExecutorEnd_hook_type end_;
	ExecutorCheckPerms_hook_type permissions_;
};

/*
 * The user, settings, snapshot and owner of locks for reading; taken on when the first text or query needs them.
 * Plain data: an error leaves it all to the (sub)transaction's own clean-up.
 */
struct Reading {
	Reader reader = Reader::owner;
	bool begun = false;
	bool planning = false; /* the planner's settings as well */
	own::OwnerScope user{};
	int settings_level = 0;
	ResourceOwner caller = nullptr;
	ResourceOwner locks = nullptr;
};

namespace raw {
void begin_reading(Reading *reading);
void end_reading(Reading *reading);
} // namespace raw

/* The objects that the queries of these kinds find by these OIDs. */
std::vector<catalog::Object> read_kinds(const std::map<std::string_view, std::set<Oid>> &queries, Reading &reading);

/* What no kind claims among these OIDs; claimed: all of them that any kind has. */
std::vector<catalog::Object> read_unclaimed(const std::set<Oid> &oids, const catalog::Catalog &claimed,
											Reading &reading);

/* Gives each of these objects its comment and labels; constraints, by their indexes, those indexes' comments as well. */
void add_about(const std::map<Address, catalog::Object *> &objects, const std::map<Address, Address> &indexes = {});

} // namespace schema_guard::pg
