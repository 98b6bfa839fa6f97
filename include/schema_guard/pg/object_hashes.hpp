/*
 * pg/object_hashes.hpp - a hash of what the catalogs have of each object, as it lies on disk: what is the same at two moments
 * need not be read at either.
 */
#pragma once

#include "schema_guard/core/address.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/*
 * By addresses as in pg_depend, objsubid 0.  A table's hash has its columns, constraints, defaults, triggers, rules and
 * policies in it, an index and a sequence one of its own; the system's objects have one for each catalog, at OID 0.  The same
 * object has the same hash as long as it is the same; the reverse does not hold.
 */
class ObjectHashes {
public:
	/* Of the schema as committed and by this transaction; two with one seed can be compared. */
	static ObjectHashes read(uint64_t seed);
	static uint64_t new_seed();

	/* As bytes, for servers of this major version; nothing for others. */
	static std::optional<ObjectHashes> parse(std::string_view bytes);
	std::string bytes() const;

	uint64_t seed() const { return seed_; }
	size_t size() const { return entries_.size(); }
	bool has(const Address &object) const;
	/* All objects of a catalog. */
	std::vector<Address> of_catalog(Oid catalog) const;
	/* Those that only one of both has, or with another hash. */
	std::vector<Address> differing(const ObjectHashes &other) const;
	/* Forgets these. */
	void remove(const std::vector<Address> &objects);

private:
	struct Entry {
		uint64_t key; /* classid, objid */
		uint64_t hash;
		bool operator==(const Entry &) const = default;
	};
	uint64_t seed_ = 0;
	std::vector<Entry> entries_; /* by key */
};

} // namespace schema_guard::pg
