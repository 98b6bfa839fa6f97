/*
 * pg/own_tables.hpp - the guard's own tables: is it installed here, reading and writing them.
 */
#pragma once

#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::own {

/* Hears of changes to the tables; once per process, from _PG_init. */
namespace plain {
void watch_invalidations();
}

/* True when the extension is installed in this database and its tables have the shape this library knows. */
bool installed();

/* Raises SG009 where it is not. */
void require_installed();

/* Where installed() is false: warns, once a session, when the extension is there and yet of another shape. */
void report_misfit();

/* installed() for hooks on the user's path: a fault in looking is as one in judging. */
bool found_here();

/* True for a table of the extension; false, cheaply, where it is not installed. */
bool is_own_table(Oid relid);

/* The OID of one of our tables; the extension is known to be installed. */
Oid table(const char *name);

/* Grows whenever the content of a policy table may have changed; for caches. */
uint64_t generation();

/* Tells all sessions, at commit, that a policy table has changed. */
void announce_change();

/* True while our own code writes to the tables. */
bool writing() noexcept;

/*
 * Runs sql as the owner of the extension, allowed to write to our tables, with search_path pg_catalog.
 * Parameters are texts, or nothing for NULL; sql casts them.  Returns the rows processed.
 */
uint64_t execute(const char *sql, const std::vector<std::optional<std::string>> &parameters);

/* As execute(); returns what it returns, as texts. */
std::vector<std::vector<std::optional<std::string>>> query(const char *sql,
														   const std::vector<std::optional<std::string>> &parameters);

/* As execute(), for a change of policy: recorded as a statement of class guard with this tag and text, and announced. */
uint64_t run_as_owner(const char *sql, const std::vector<std::optional<std::string>> &parameters,
					  const std::string &tag, const std::string &text);

/* To act as the owner of the extension with search_path pg_catalog; an error leaves the end of it to the transaction. */
struct OwnerScope {
	Oid user;
	int security_context;
	int settings_level;
};
namespace raw {
OwnerScope begin_as_owner();
void end_as_owner(const OwnerScope &scope);
} // namespace raw

/*
 * Calls row for each tuple of a table, read under a fresh snapshot; for none when the table has gone, with the extension,
 * while its lock was waited for.  Only inside guard(); row must not throw.
 */
namespace raw {
template <typename Row>
void
scan(Oid relid, Row &&row)
{
	Relation relation = try_table_open(relid, AccessShareLock);
	if (relation == nullptr)
		return;

	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
		Datum values[32];
		bool nulls[32];

		heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
		row(values, nulls);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

/* Inserts rows of plain values, by heap and index alone: no trigger, no plan, no lock that stays, no logical decoding. */
class Inserter {
public:
	explicit Inserter(Oid relid);
	/* The table may have gone since it was looked up, with the extension. */
	bool valid() const { return relation_ != nullptr; }
	void insert(Datum *values, bool *nulls);
	Relation relation() const { return relation_; }
	TupleDesc descriptor() const { return RelationGetDescr(relation_); }
	/* The index that begins with this column; null: there is none. */
	Relation index(AttrNumber column) const;
	void close();

private:
	Relation relation_;
	CatalogIndexState indexes_;
	TupleTableSlot *slot_; /* for what the indexes have of a row */
};
} // namespace raw

} // namespace schema_guard::pg::own
