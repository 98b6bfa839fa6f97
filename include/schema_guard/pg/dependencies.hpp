/*
 * pg/dependencies.hpp - rows of pg_depend around an object.
 */
#pragma once

#include "schema_guard/core/address.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg::dependencies {

struct Edge {
	Address address; /* the other end */
	Address own;	 /* this end, with its objsubid */
	char type;
};

/* What the object depends on, and what depends on it; objsubid is left aside. */
std::vector<Edge> of(const Address &object);
std::vector<Edge> on(const Address &object);

using EdgesOf = std::map<Address, std::vector<Edge>>;
/* What each of these depends on, by one opening of the catalog; objsubid counts where it is not 0. */
void of(const std::vector<Address> &objects, EdgesOf &edges);

/* What belongs to a role in this database. */
std::vector<Address> of_role(Oid role);

/* Those an operator names as its commutator and negator; all that may have named it when it is gone. */
std::vector<Address> operators_beside(Oid id);

/* All but the system's own. */
std::vector<Address> operator_families();

/* Whether the catalogs still have the object's row; false for catalogs without a look-up by OID, as of defaults. */
bool exists(const Address &object);

} // namespace schema_guard::pg::dependencies
