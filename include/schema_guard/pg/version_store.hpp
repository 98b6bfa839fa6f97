/*
 * pg/version_store.hpp - the rows of schema_guard.version_log.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/pg/own_tables.hpp"

#include <memory_resource>

namespace schema_guard::pg::version_store {

/* The last version of an object, as far as the next one needs it. */
struct Known {
	Address parent;
	int number = 0;
	bool ended = false;
	std::string kind;
	std::vector<std::string> identity;
	std::string properties; /* the content of a jsonb */

	/* Whether the object is what this version says. */
	bool tells(const catalog::Object &object) const;
};
using KnownVersions = std::pmr::map<Address, Known>;

/* A row to write. */
struct Entry {
	const catalog::Object *object = nullptr; /* null: the object is gone, known says what it was */
	const Known *known = nullptr;			 /* null: it is new */
	Address address;
	std::vector<Address> depends_on;
	int ordinal = 0; /* of the statement, 0 when none is known */
};

/* What is to be found out in one go. */
struct LookUp {
	std::vector<Address> last;	/* the last version at each of these addresses */
	std::vector<Address> whole; /* objects with all that has an objsubid of theirs */
	std::vector<Oid> parents;	/* what has ever been a part of them; its last version may have another parent */
	std::vector<std::pair<Oid, Oid>> ranges; /* of OIDs, of objects that can hardly have versions */
};

/*
 * The table, opened to be read and written.  What is left open goes with the (sub)transaction.
 */
class Store {
public:
	Store();
	void look_up(const LookUp &wanted, KnownVersions &known);
	/* The same of all objects there are. */
	void look_up_all(KnownVersions &known);
	void write(const std::vector<Entry> &entries);
	/* By the resource owner that it was opened by. */
	void close();

private:
	std::optional<own::raw::Inserter> table_;
	Relation by_object_ = nullptr, by_parent_ = nullptr;
};

/* SHA-256, 32 bytes. */
std::string hash(std::string_view text);
std::string hexadecimal(std::string_view bytes);

/* Which versions count: those begun until a moment, or those a snapshot_label sees. */
struct Moment {
	TimestampTz at = 0;
	bool labelled = false;
	std::string visible; /* a pg_snapshot as text */
	uint64_t xid = 0;	 /* and what this transaction had written by then */
};

/* The schema as it was. */
catalog::Catalog load(const Moment &moment);

/* The objects there were at these OIDs, in whatever catalog, and their parts. */
std::vector<catalog::Object> load_objects(const Moment &moment, const std::vector<Oid> &oids);

/* An object as it was, with its parts, what it is part of, and what any of them depends on. */
catalog::Catalog load_around(const Moment &moment, const Address &object);

} // namespace schema_guard::pg::version_store
