/*
 * pg/capture.hpp - what a transaction has changed, round by round: what statements touched, then what names what was
 * renamed.
 *
 * capture.cpp reads, capture_compare.cpp finds out which versions end and begin, capture_dependencies.cpp what objects
 * are part of, and depend on.
 */
#pragma once

#include "schema_guard/pg/dependencies.hpp"
#include "schema_guard/pg/object_rows.hpp"
#include "schema_guard/pg/version_store.hpp"
#include "schema_guard/pg/versions.hpp"

namespace schema_guard::pg::versions {

inline Address
whole(const Address &address) noexcept
{
	return {address.classid, address.objid, 0};
}

/* One capture. */
class Capture {
public:
	explicit Capture(rows::Asks asks);

	void run();

private:
	using Edges = dependencies::Edges;
	using Addresses = std::pmr::set<Address>;

	void read(const rows::Asks &asks);
	std::set<Address> choose(const rows::Asks &others);
	void drop_blocked(rows::Found &found);
	bool can_open(const std::set<Oid> &relations);
	bool can_open(const std::set<Address> &objects);
	void look_up_asked(const rows::Asks &asks);
	void look_up_found(const std::set<Address> &thorough);
	void add_read(std::deque<catalog::Object> &to, std::vector<catalog::Object> from);
	void add_comments(rows::Found &found);

	const Edges &read_edges(const Address &key);
	const Edges &edges_of(const Address &object);
	Address edges_key(const Address &address) const;
	const Edges &edges_of_part(const Address &address);
	void look_ahead();
	void add_wholes(const Address &object, int depth, std::set<Address> &to);
	void add_parts(const Address &object, int depth, std::set<Address> &to);

	void compare(const std::deque<catalog::Object> &objects);
	void add_dependents(const Address &address);
	void end(const Address &address);
	void end_whole(const std::vector<Address> &objects);

	std::vector<Address> depends_on(const catalog::Object &object);
	void add_resolved(const Address &address, const Address &own, std::vector<Address> &to);
	std::optional<Address> resolve(Address address);
	bool is_live_schema(const Address &address) const;
	bool is_object(const Address &address);
	Address inner_part(const catalog::Object &object);

	bool is_made(Oid oid) const;
	const version_store::Known *known(const Address &address) const;
	bool has_versions(const Address &object) const;
	int ordinal(const Address &address, const Address &parent) const;
	void add(const catalog::Object *object, const Address &address, const Address &parent,
			 const version_store::Known *known);

	/* Most captures are small, and their nodes go together. */
	std::array<std::byte, 8192> room_;
	std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};

	std::pmr::map<Address, int> ordinals_{&memory_};
	int last_ordinal_ = 0;
	rows::Asks next_;						/* to read in the next round */
	Addresses read_{&memory_};				/* objects that were asked for */
	Addresses looked_up_{&memory_};			/* addresses whose last version known_ has, if there is one */
	std::vector<std::pair<Oid, Oid>> made_; /* ranges of OIDs that this transaction has given, looked up whole */
	Addresses done_{&memory_};				/* addresses with an entry, or compared and found the same */
	Addresses present_{&memory_};			/* of objects */
	Addresses scanned_{&memory_};			/* objects whose parts were looked for */
	Addresses read_whole_{&memory_};		/* relations of which known_ has all columns */
	Addresses by_row_{&memory_};			/* objects that were read without a query */
	std::pmr::map<Address, Address> index_of_{&memory_}; /* of constraints among these */
	Addresses gone_{&memory_};							 /* dropped by statements that told of it */
	std::deque<rows::Found> found_;						 /* rounds; objects stay where they are */
	uint64_t generation_ = own::generation();
	version_store::Store store_;
	version_store::KnownVersions known_{&memory_};
	dependencies::raw::Reader depend_;
	dependencies::EdgesOf edges_{&memory_}; /* by whole objects, or by columns of old tables */
	std::map<Oid, bool> openable_;
	std::pmr::map<Address, std::optional<Address>> resolved_{&memory_};
	std::vector<version_store::Entry> entries_;
	Reading reading_;
};

} // namespace schema_guard::pg::versions
