/*
 * capture_dependencies.cpp - what the objects of a capture are part of, and depend on; see capture.hpp.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/capture.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
}

namespace schema_guard::pg::versions {

using catalog::Object;
using version_store::Entry;
using version_store::Known;
using version_store::LookUp;

namespace {

/* Schemas with versions, for as long as no schema has been made, changed or dropped by anybody. */
std::set<Oid> &
live_schemas()
{
	static auto *schemas = new std::set<Oid>();
	static uint64_t generation = 0;

	if (generation != own::generation())
		schemas->clear();
	generation = own::generation();
	return *schemas;
}

} // namespace

const Capture::Edges &
Capture::read_edges(const Address &key)
{
	guard([&] { (void) depend_.read(key, edges_); });
	return edges_[key];
}

const Capture::Edges &
Capture::edges_of(const Address &object)
{
	auto found = edges_.find(whole(object));

	return found != edges_.end() ? found->second : read_edges(whole(object));
}

/* Of an old table's column the other columns are of no interest. */
Address
Capture::edges_key(const Address &address) const
{
	bool part = address.objsubid != 0 && !is_made(address.objid) && edges_.count(whole(address)) == 0;

	return part ? address : whole(address);
}

/* With those of other objsubids among them: own tells. */
const Capture::Edges &
Capture::edges_of_part(const Address &address)
{
	Address key = edges_key(address);
	auto found = edges_.find(key);

	return found != edges_.end() ? found->second : read_edges(key);
}

/* The dependencies of all that is to be written, and the versions of what is at their other ends, in one go each. */
void
Capture::look_ahead()
{
	std::set<Address> keys;
	LookUp wanted;

	for (const Entry &entry : entries_) {
		if (entry.object == nullptr)
			continue;
		keys.insert(edges_key(entry.address));
		if (Address part = inner_part(*entry.object); part.objid != 0)
			keys.insert(part);
	}
	guard([&] {
		for (const Address &key : keys)
			(void) depend_.read(key, edges_);
	});
	for (const Address &key : keys) {
		for (const dependencies::Edge &edge : edges_[key]) {
			bool users = edge.address.objid >= FirstNormalObjectId || edge.address.classid == NamespaceRelationId;

			if (users && present_.count(edge.address) == 0 && !is_made(edge.address.objid) &&
				!is_live_schema(edge.address) && looked_up_.insert(edge.address).second)
				wanted.last.push_back(edge.address);
		}
	}
	store_.look_up(wanted, known_);
	for (const Address &address : wanted.last) {
		if (address.classid == NamespaceRelationId && is_object(address) && own::generation() == generation_)
			live_schemas().insert(address.objid);
	}
}

/* Everything is in a schema, so most transactions would look up the same one. */
bool
Capture::is_live_schema(const Address &address) const
{
	return address.classid == NamespaceRelationId && own::generation() == generation_ &&
		   live_schemas().count(address.objid) > 0;
}

/* What it is part of: a column's table, an index's constraint. */
void
Capture::add_wholes(const Address &object, int depth, std::set<Address> &to)
{
	for (const dependencies::Edge &edge : edges_of(object)) {
		bool part =
			edge.type == DEPENDENCY_INTERNAL || edge.type == DEPENDENCY_AUTO || edge.type == DEPENDENCY_PARTITION_SEC;

		if (part && to.insert(whole(edge.address)).second && depth < 2)
			add_wholes(whole(edge.address), depth + 1, to);
	}
}

/* What is part of it and no object by itself, or told of with it only. */
void
Capture::add_parts(const Address &object, int depth, std::set<Address> &to)
{
	for (const dependencies::Edge &edge : dependencies::on(object)) {
		bool part = edge.type == DEPENDENCY_INTERNAL ||
					(edge.type == DEPENDENCY_AUTO && object.classid == PublicationRelationId);
		/* Indexes and constraints of partitions are taken over when the whole gets one. */
		bool partition = edge.type == DEPENDENCY_PARTITION_PRI && whole(edge.address).classid == object.classid;

		if (part && to.insert(whole(edge.address)).second && depth < 2) {
			add_parts(whole(edge.address), depth + 1, to);
		} else if (partition && to.insert(whole(edge.address)).second) {
			add_wholes(whole(edge.address), 0, to);
			add_parts(whole(edge.address), depth, to);
		}
	}
}

bool
Capture::is_object(const Address &address)
{
	if (present_.count(address) > 0 || is_live_schema(address))
		return true;
	if (!is_made(address.objid) && looked_up_.insert(address).second)
		store_.look_up({{address}, {}, {}, {}}, known_);

	const Known *last = known(address);

	return last != nullptr && !last->ended;
}

/* The object at an address, or the one it is an internal part of, as Catalog has it for a whole schema. */
std::optional<Address>
Capture::resolve(Address address)
{
	for (int depth = 0; depth < 8; depth++) {
		if (is_object(address))
			return address;

		std::optional<Address> belongs_to;

		for (const dependencies::Edge &edge : edges_of_part(address)) {
			if (edge.own != address)
				continue;

			bool belongs = edge.type == DEPENDENCY_EXTENSION || edge.type == DEPENDENCY_INTERNAL ||
						   edge.type == DEPENDENCY_PARTITION_PRI;

			if (belongs || (edge.type == DEPENDENCY_AUTO && !belongs_to))
				belongs_to = edge.address;
		}
		if (belongs_to)
			address = *belongs_to;
		else if (address.objsubid != 0)
			address.objsubid = 0;
		else
			break;
	}
	return std::nullopt;
}

void
Capture::add_resolved(const Address &address, const Address &own, std::vector<Address> &to)
{
	if (address.objid < FirstNormalObjectId && address.classid != NamespaceRelationId)
		return;

	auto [found, fresh] = resolved_.try_emplace(address);

	if (fresh)
		found->second = resolve(address);
	if (found->second && *found->second != own)
		to.push_back(*found->second);
}

/* What is no object by itself and brings most of the dependencies: a view's rule, a constraint's index. */
Address
Capture::inner_part(const Object &object)
{
	Oid oid = object.address.objid;

	if (object.is("constraint") && by_row_.count(object.address) > 0) {
		auto index = index_of_.find(object.address);

		return index != index_of_.end() ? index->second : Address();
	}
	if (object.is("view")) {
		Oid rule = guard([=] { return get_rewrite_oid(oid, "_RETURN", true); });

		return {RewriteRelationId, rule, 0};
	}
	if (object.is("constraint")) {
		Oid index = guard([=] { return get_constraint_index(oid); });

		return {RelationRelationId, index, 0};
	}
	return {};
}

std::vector<Address>
Capture::depends_on(const Object &object)
{
	std::vector<Address> to, inner;
	Address self = object.address;
	bool plain = object.is("table") || (object.is("column") && !object.has("expression")) || object.is("default") ||
				 object.is("index") || object.is("sequence") || object.is("view column") ||
				 (object.is("constraint") && by_row_.count(self) > 0);

	if (object.parent.objid != 0)
		add_resolved(object.parent, self, to);
	else if (self.objsubid != 0)
		add_resolved(whole(self), self, to);
	for (const Address &needed : object.needs)
		add_resolved(needed, self, to);
	for (const dependencies::Edge &edge : edges_of_part(self)) {
		if (edge.own == self)
			add_resolved(edge.address, self, to);
	}
	if (Address part = inner_part(object); part.objid != 0) {
		inner.push_back(part);
	} else if (!plain) {
		for (const dependencies::Edge &edge : dependencies::on(whole(self))) {
			bool part_of = edge.type == DEPENDENCY_INTERNAL || edge.address.classid == AttrDefaultRelationId;

			if (part_of && edge.own == self && !is_object(edge.address))
				inner.push_back(edge.address);
		}
	}
	for (const Address &part : inner) {
		for (const dependencies::Edge &edge : edges_of(part))
			add_resolved(edge.address, self, to);
	}
	std::sort(to.begin(), to.end());
	to.erase(std::unique(to.begin(), to.end()), to.end());
	return to;
}

} // namespace schema_guard::pg::versions
