/*
 * sha256.cpp - see sha256.hpp.
 */
#include "schema_guard/pg/sha256.hpp"

#include "schema_guard/core/failure.hpp"

namespace schema_guard::pg::sha256 {

namespace raw {

pg_cryptohash_ctx *
open()
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	if (context == nullptr)
		elog(ERROR, "could not begin to compute hashes");
	return context;
}

void
close(pg_cryptohash_ctx *context)
{
	pg_cryptohash_free(context);
}

} // namespace raw

namespace plain {

void
prepare()
{
	/* The postmaster has no owner for what is opened; with OpenSSL it must have one. */
	ResourceOwner caller = CurrentResourceOwner;
	ResourceOwner owner = ResourceOwnerCreate(nullptr, "schema_guard");

	CurrentResourceOwner = owner;
	pg_cryptohash_ctx *context = raw::open();
	(void) pg_cryptohash_init(context);
	raw::close(context);
	CurrentResourceOwner = caller;
	ResourceOwnerDelete(owner);
}

} // namespace plain

seal::Digest
digest(pg_cryptohash_ctx *context, std::string_view bytes)
{
	seal::Digest result;

	if (pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, reinterpret_cast<const uint8 *>(bytes.data()), bytes.size()) < 0 ||
		pg_cryptohash_final(context, result.data(), result.size()) < 0)
		throw Failure(sqlstate::fault, "could not compute a hash");
	return result;
}

} // namespace schema_guard::pg::sha256
