/*
 * pg/dependencies.hpp - rows of pg_depend around an object.
 */
#pragma once

#include "schema_guard/core/address.hpp"
#include "schema_guard/pg/postgres.hpp"

#include <memory_resource>

namespace schema_guard::pg::dependencies {

struct Edge {
	Address address; /* the other end */
	Address own;	 /* this end, with its objsubid */
	char type;
};

using Edges = std::pmr::vector<Edge>;
using EdgesOf = std::pmr::map<Address, Edges>;

/* What the object depends on, and what depends on it; objsubid is left aside. */
Edges of(const Address &object);
Edges on(const Address &object);

/* Server calls; only inside guard(). */
namespace raw {

/* The catalog by what depends, opened when it is first read.  What is left open goes with the (sub)transaction. */
class Reader {
public:
	/* Adds what the object depends on; objsubid counts where it is not 0. */
	void read(const Address &object, Edges &edges);
	/* What objects of one catalog depend on, from one OID to another. */
	void read_near(const Address &first, Oid last, EdgesOf &edges);
	/* The same of one, read once. */
	const Edges &read(const Address &object, EdgesOf &edges);
	void close();

private:
	void open();

	ResourceOwner owner_ = CurrentResourceOwner; /* the relations are its own, whoever reads */
	Relation relation_ = nullptr, index_ = nullptr;
};

} // namespace raw

/* What belongs to a role in this database. */
std::vector<Address> of_role(Oid role);

/* Those an operator names as its commutator and negator; all that may have named it when it is gone. */
std::vector<Address> operators_beside(Oid id);

/* All but the system's own. */
std::vector<Address> operator_families();

/* Whether the catalogs still have the object's row; false for catalogs without a look-up by OID, as of defaults. */
bool exists(const Address &object);

} // namespace schema_guard::pg::dependencies
