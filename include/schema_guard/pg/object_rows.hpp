/*
 * pg/object_rows.hpp - what most DDL touches, read row by row out of the catalogs.
 *
 * To start one query of a kind costs more than most DDL itself.  So ordinary tables with their columns, defaults,
 * constraints and indexes, sequences and views are read without one, and of a table only the parts whose rows this
 * transaction has written.  What has something that only the kind's query knows how to tell (options, privileges,
 * parents ...) is left to that query.  What is read here must be what the query reads: in the tests take_stock() compares.
 */
#pragma once

#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/dependencies.hpp"
#include "schema_guard/pg/version_store.hpp"

#include <deque>

namespace schema_guard::pg::rows {

/* What is asked of an object. */
struct Ask {
	int ordinal = 0;	   /* of the last statement that touched it */
	bool all = false;	   /* every part, not only those with new rows */
	bool rows = false;	   /* rows of it may be new: more has happened than a comment */
	bool created = false;  /* by this transaction */
	bool gone = false;	   /* dropped by it */
	bool ties = false;	   /* it may have been given parents, or lost them */
	std::set<int> parts{}; /* columns that were touched by themselves; 0: the object itself */
};
/* By whole objects: objsubid is 0. */
using Asks = std::map<Address, Ask>;

/* Kinds by their names, and the OIDs for $1 of their queries. */
using Queries = std::map<std::string_view, std::set<Oid>>;

/* What a kind's query is asked for. */
struct Awaited {
	Address address;
	std::string_view kind;
	Oid oid; /* for its $1 */
};

struct Found {
	std::deque<catalog::Object> objects;
	Queries queries;					/* to run for the rest */
	std::vector<Awaited> awaited;		/* found by them, or ended */
	std::vector<Address> ended;			/* no objects, or none any more */
	Asks others;						/* to be read some other way */
	std::vector<std::string> texts;		/* for a reader to gather in: they outlive an error */
	std::map<Address, Address> indexes; /* and the constraints that are told of with them */
};

/* What a reading goes by. */
struct Access {
	Reading &reading;
	dependencies::raw::Reader &depend;
	dependencies::EdgesOf &edges; /* of whole objects, as far as they are known */
};

/* known: the last versions of the objects asked for. */
void read(const Asks &asks, const version_store::KnownVersions &known, const Access &access, Found &found);

/* Server calls; only inside guard(). */
namespace raw {
/* A row that this transaction has written. */
bool is_fresh(HeapTuple tuple);
/* Takes the lock to read a relation until the reading ends, unless that would mean to wait. */
bool can_open(Oid relid);
} // namespace raw

} // namespace schema_guard::pg::rows
