/*
 * capture.cpp - what a transaction has touched is read, in rounds; see capture.hpp.
 */
#include "schema_guard/pg/capture.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/wanted_kinds.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
#include "catalog/pg_init_privs.h"
}

namespace schema_guard::pg::versions {

using catalog::Object;
using rows::Asks;
using version_store::Entry;
using version_store::LookUp;

Capture::Capture(Asks asks) : next_(std::move(asks))
{
	for (const auto &[address, ask] : next_) {
		ordinals_[address] = ask.ordinal;
		last_ordinal_ = std::max(last_ordinal_, ask.ordinal);
	}
}

void
Capture::run()
{
	Unwatched unwatched;

	guard([] { CommandCounterIncrement(); });
	while (!next_.empty()) {
		Asks round;

		round.swap(next_);
		read(round);
	}
	look_ahead();
	for (Entry &entry : entries_) {
		if (entry.object != nullptr)
			entry.depends_on = depends_on(*entry.object);
	}
	guard([&] { pg::raw::end_reading(&reading_); });
	store_.write(entries_);
	store_.close();
	guard([&] { depend_.close(); });
}

/* --- reading --- */

void
Capture::read(const Asks &asks)
{
	rows::Found &found = found_.emplace_back();

	look_up_asked(asks);
	rows::read(asks, known_, {reading_, depend_, edges_}, found);
	for (const auto &[object, ask] : asks)
		read_.insert(object);
	drop_blocked(found);

	std::set<Address> thorough = choose(found.others);

	read_.insert(thorough.begin(), thorough.end());
	add_wanted_kinds(thorough, found.queries);
	for (const Object &object : found.objects) {
		present_.insert(object.address);
		by_row_.insert(object.address);
	}
	for (const auto &[index, constraint] : found.indexes)
		index_of_[constraint] = index;
	add_read(found.objects, read_kinds(found.queries, reading_));
	add_comments(found);
	look_up_found(thorough);
	compare(found.objects);

	std::vector<Address> gone = std::move(found.ended);

	for (const rows::Awaited &awaited : found.awaited) {
		if (present_.count(awaited.address) == 0)
			gone.push_back(awaited.address);
	}
	/* What is read thoroughly may have lost parts, too, and the privileges a user gave on what is an extension's; a
	   partition's index its tie to the whole. */
	for (const Address &object : thorough) {
		gone.push_back(object);
		if (present_.count(object) == 0)
			gone.push_back({InitPrivsRelationId, object.objid, 0});
	}
	for (const Object &object : found.objects) {
		if (!thorough.empty() && (object.is("index") || object.is("constraint")))
			gone.push_back(object.address);
		/* ADD CONSTRAINT ... USING INDEX: an index that was there before is the constraint's now. */
		if (object.is("constraint") && known(object.address) == nullptr)
			if (Address index = inner_part(object); index.objid != 0)
				gone.push_back(index);
	}
	/* Whether it was an extension's no dependency says any more. */
	if (std::any_of(asks.begin(), asks.end(),
					[](const auto &ask) { return ask.first.classid == ExtensionRelationId; })) {
		for (const auto &[object, ask] : asks)
			gone.push_back({InitPrivsRelationId, object.objid, 0});
	}
	end_whole(gone);
}

/* What to read for objects that are not read row by row: wholes and parts with them. */
std::set<Address>
Capture::choose(const Asks &others)
{
	std::set<Address> chosen;

	for (const auto &[object, ask] : others) {
		std::set<Address> objects{object};

		add_wholes(object, 0, objects);
		add_parts(object, 0, objects);
		if (can_open(objects))
			chosen.insert(objects.begin(), objects.end());
		else
			read_.insert(objects.begin(), objects.end());
	}
	return chosen;
}

void
Capture::drop_blocked(rows::Found &found)
{
	std::erase_if(found.awaited, [&](const rows::Awaited &awaited) {
		if (can_open(std::set<Address>{whole(awaited.address), {RelationRelationId, awaited.oid, 0}}))
			return false;
		found.queries[awaited.kind].erase(awaited.oid);
		if (found.queries[awaited.kind].empty())
			found.queries.erase(awaited.kind);
		return true;
	});
}

/*
 * To write out a view the server opens its tables, and a table for the expressions in it.  A commit must not wait for
 * whoever has locked them: what cannot be opened now is left as the versions have it, for take_stock() to find.
 */
bool
Capture::can_open(const std::set<Oid> &relations)
{
	std::vector<Oid> fresh;

	for (Oid relid : relations) {
		if (openable_.try_emplace(relid, true).second)
			fresh.push_back(relid);
	}
	if (!fresh.empty())
		guard([&] {
			pg::raw::begin_reading(&reading_);
			for (Oid relid : fresh)
				openable_[relid] = rows::raw::can_open(relid);
		});
	return std::all_of(relations.begin(), relations.end(), [&](Oid relid) { return openable_[relid]; });
}

bool
Capture::can_open(const std::set<Address> &objects)
{
	std::set<Oid> relations;
	auto add_relation = [&](const Address &address) {
		if (address.classid == RelationRelationId && address.objid >= FirstNormalObjectId)
			relations.insert(address.objid);
	};

	for (const Address &object : objects) {
		add_relation(object);
		for (const dependencies::Edge &edge : edges_of(object))
			add_relation(edge.address);
	}
	return can_open(relations);
}

namespace {

/* Constraints and the like follow what they belong to. */
constexpr Oid near = 16;

/* Ranges that hold all of these. */
void
add_ranges(std::vector<Oid> &oids, std::vector<std::pair<Oid, Oid>> &ranges)
{
	std::sort(oids.begin(), oids.end());
	for (Oid oid : oids) {
		if (!ranges.empty() && oid >= ranges.back().first && oid <= ranges.back().second + near)
			ranges.back().second = std::max(oid, ranges.back().second);
		else
			ranges.emplace_back(oid, oid);
	}
}

} // namespace

/*
 * Versions of what was asked for.  OIDs are given in order, so what is new is looked for, in vain, in one go, and what is
 * gone is found with its parts.
 */
void
Capture::look_up_asked(const Asks &asks)
{
	LookUp wanted;
	std::vector<Oid> made, gone, relations;

	for (const auto &[object, ask] : asks) {
		if (ask.created) {
			made.push_back(object.objid);
		} else if (ask.gone) {
			gone.push_back(object.objid);
			gone_.insert(object);
			read_whole_.insert(object);
			looked_up_.insert(object);
		} else if (looked_up_.insert(object).second) {
			wanted.last.push_back(object);
		}
		if (object.classid == RelationRelationId && ask.ties && !ask.created && !ask.gone)
			relations.push_back(object.objid);
	}
	/* Whether a table had parents. */
	if (!relations.empty())
		guard([&] {
			for (Oid relid : relations) {
				Address tie{InheritsRelationId, relid, 0};

				if (get_rel_relkind(relid) == RELKIND_RELATION && looked_up_.insert(tie).second)
					wanted.last.push_back(tie);
			}
		});
	add_ranges(made, made_);
	for (auto &range : made_)
		range.second += near;
	wanted.ranges = made.empty() ? std::vector<std::pair<Oid, Oid>>() : made_;
	add_ranges(gone, wanted.ranges);
	store_.look_up(wanted, known_);
}

bool
Capture::is_made(Oid oid) const
{
	return std::any_of(made_.begin(), made_.end(),
					   [=](const auto &range) { return range.first <= oid && oid <= range.second; });
}

void
Capture::look_up_found(const std::set<Address> &thorough)
{
	LookUp wanted;
	auto need = [&](const Address &address) {
		if (!is_made(address.objid) && looked_up_.insert(address).second)
			wanted.last.push_back(address);
	};

	for (const Object &object : found_.back().objects)
		need(object.address);
	for (const Address &address : found_.back().ended)
		need(address);
	wanted.whole.assign(thorough.begin(), thorough.end());
	store_.look_up(wanted, known_);
}

void
Capture::add_read(std::deque<Object> &to, std::vector<Object> from)
{
	for (Object &object : from) {
		if (present_.insert(object.address).second)
			to.push_back(std::move(object));
	}
}

void
Capture::add_comments(rows::Found &found)
{
	std::map<Address, Object *> by_address;

	for (Object &object : found.objects)
		by_address[object.address] = &object;
	add_about(by_address, found.indexes);
}

} // namespace schema_guard::pg::versions
