/*
 * noted.cpp - what the statements of a transaction have touched, kept until it commits; see versions.hpp.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/capture.hpp"
#include "schema_guard/pg/objects.hpp"

extern "C" {
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_operator.h"
}

namespace schema_guard::pg::versions {

using rows::Ask;
using rows::Asks;

namespace {

/* Allocated once and kept: no global constructor, no destructor at exit. */
Asks &
noted()
{
	static Asks *asks = new Asks();

	return *asks;
}

bool any_noted = false;

bool
in_this_database(Oid classid)
{
	/* A subscription is of one database, though its catalog is of all. */
	return classid != InvalidOid && classid != LargeObjectRelationId &&
		   (classid == SubscriptionRelationId || !guard([=] { return IsSharedRelation(classid); }));
}

/* What is frequent and gives no table that was there another parent. */
bool
leaves_parents(std::string_view tag) noexcept
{
	constexpr std::string_view tags[] = {"COMMENT", "GRANT", "REVOKE", "CREATE INDEX", "CREATE TABLE", "CREATE VIEW"};

	return std::find(std::begin(tags), std::end(tags), tag) != std::end(tags);
}

bool
is_family_member(const Address &address) noexcept
{
	return address.classid == AccessMethodOperatorRelationId || address.classid == AccessMethodProcedureRelationId;
}

} // namespace

void
note(const std::vector<recorder::Record> &records)
{
	bool ties = false, rows = false;
	auto ask = [&](const Address &address, int ordinal) -> Ask & {
		Ask &noted_ask = noted()[whole(canonical(address))];

		noted_ask.ordinal = ordinal;
		noted_ask.ties = noted_ask.ties || ties;
		noted_ask.rows = noted_ask.rows || rows;
		return noted_ask;
	};

	for (const recorder::Record &record : records) {
		ties = !leaves_parents(record.tag);
		rows = record.tag != "COMMENT";
		/* They change nothing that versions know, and may have waited for nobody. */
		if (record.tag == "VACUUM" || record.tag == "ANALYZE")
			continue;
		for (const recorder::Change &change : record.changes) {
			const Address &address = change.address;

			if (change.action == Action::truncate)
				continue;
			if (address.classid == AuthIdRelationId && change.action == Action::rename)
				for (const Address &object : dependencies::of_role(address.objid))
					ask(object, record.ordinal).all = true;
			/* Loose members of a family go with their function, and no dependency is left to say of which family. */
			if (is_family_member(address) && change.action == Action::drop)
				for (const Address &family : dependencies::operator_families())
					ask(family, record.ordinal);
			/* The other operator is given the link back, and loses it. */
			if (address.classid == OperatorRelationId)
				for (const Address &other : dependencies::operators_beside(address.objid))
					ask(other, record.ordinal);
			if (!in_this_database(address.classid))
				continue;

			Ask &one = ask(address, record.ordinal);

			one.parts.insert(address.objsubid);
			one.gone = change.action == Action::drop && address.objsubid == 0;
			one.created = one.created || (change.action == Action::create && address.objsubid == 0);
			one.all = one.all || one.created || (change.action == Action::rename && address.objsubid == 0);
		}
		for (const Address &address : record.unnamed)
			ask(address, record.ordinal);
	}
	any_noted = !noted().empty();
}

bool
pending() noexcept
{
	return any_noted;
}

void
forget() noexcept
{
	if (any_noted)
		noted().clear();
	any_noted = false;
}

void
capture(bool again)
{
	if (!any_noted)
		return;

	Asks asks = again ? noted() : std::move(noted());

	if (!again)
		forget();
	Capture(std::move(asks)).run();
}

} // namespace schema_guard::pg::versions
