/*
 * changed_part.cpp - what differs by its hash, then what hangs on that, then what surrounds it; see changed_part.hpp.
 *
 * What depends on something that differs has the same rows in the catalogs and yet perhaps another text (it names what was
 * renamed), or must make way while the other is changed.  It is found by pg_depend as it is now: had that of an object been
 * another then, the object's hash would differ.
 */
#include "schema_guard/pg/changed_part.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/dependencies.hpp"
#include "schema_guard/pg/object_hashes.hpp"
#include "schema_guard/pg/wanted_kinds.hpp"

#include <unordered_set>

extern "C" {
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_init_privs.h"
#include "utils/lsyscache.h"
}

namespace schema_guard::pg {

using catalog::Catalog;
using catalog::Object;
using dependencies::Edge;

namespace {

using Addresses = std::unordered_set<Address>;

/* Of these kinds there are few, and rules of others may look at any of them. */
constexpr Oid always_read[] = {
	NamespaceRelationId,	ExtensionRelationId,		  DefaultAclRelationId,	   LanguageRelationId,
	EventTriggerRelationId, ForeignDataWrapperRelationId, ForeignServerRelationId, PublicationRelationId,
};

/* With more objects touched than this part of all, and than so many, reading everything at once is cheaper. */
constexpr size_t worth_finding = 4, always_found = 2000;

Address
whole(const Address &address) noexcept
{
	return {address.classid, address.objid, 0};
}

bool
is_users(const Address &address) noexcept
{
	return address.objid >= FirstNormalObjectId || address.classid == NamespaceRelationId;
}

/* An end of such an edge is a part of the other end, or comes and goes with it. */
bool
is_part(char type) noexcept
{
	return type == DEPENDENCY_INTERNAL || type == DEPENDENCY_AUTO || type == DEPENDENCY_PARTITION_PRI ||
		   type == DEPENDENCY_PARTITION_SEC;
}

class Finder {
public:
	Finder(const version_store::Moment &moment, const ObjectHashes &then, Reader reader)
		: moment_(moment), then_(then), live_(ObjectHashes::read(then.seed())), reading_{reader}
	{
	}

	std::optional<ChangedPart> find();

private:
	bool too_many(size_t count) const
	{
		return count > std::max(std::max(then_.size(), live_.size()) / worth_finding, always_found);
	}
	const dependencies::Edges &of(const Address &object);
	bool is_renamed(const Address &schema) const;
	bool find_touched();
	bool follow(const std::vector<Address> &changed);
	void add_wholes(const Address &object, int depth, Addresses &to);
	void add_parts(const Address &object, int depth, Addresses &to);
	bool is_touched(const Object &object) const;

	size_t load(const Addresses &objects, std::vector<Object> &to);
	bool load_touched();
	void load_surroundings();
	void read_live();
	size_t read_kinds_of(const std::set<Address> &objects);
	void add_comments();
	void add_dependencies(Catalog &live);

	const version_store::Moment &moment_;
	const ObjectHashes &then_;
	ObjectHashes live_;
	Reading reading_;

	std::vector<Address> differing_;
	Addresses touched_; /* what differs, what depends on it, and the wholes of both */
	std::unordered_set<Oid> touched_oids_;
	std::unordered_map<Address, dependencies::Edges> edges_;
	std::unordered_set<Oid> loaded_;   /* OIDs whose versions were looked for */
	Addresses known_then_;			   /* objects, with objsubid */
	std::vector<Object> objects_then_; /* touched ones */
	std::vector<Object> surroundings_;
	rows::Queries asked_;
	Addresses known_live_;
	std::vector<Object> objects_live_;
};

const dependencies::Edges &
Finder::of(const Address &object)
{
	auto [found, fresh] = edges_.try_emplace(object);

	if (fresh)
		found->second = dependencies::of(object);
	return found->second;
}

/* --- what is touched --- */

/* What is in a schema names it; its owner and privileges are of no concern to them. */
bool
Finder::is_renamed(const Address &schema) const
{
	for (const Object &object : version_store::load_objects(moment_, {schema.objid})) {
		if (object.address != schema)
			continue;
		return guard([&] {
			char *name = get_namespace_name(schema.objid);
			return name != nullptr && object.name() != name;
		});
	}
	return false;
}

/* False: the whole must be read. */
bool
Finder::find_touched()
{
	std::vector<Address> changed;
	bool families = false;

	differing_ = then_.differing(live_);
	for (const Address &object : differing_) {
		bool role_or_tablespace = object.classid == AuthIdRelationId || object.classid == TableSpaceRelationId;

		/* A new one is in nothing that was there before; one that is gone, or renamed, may be. */
		if (role_or_tablespace && !then_.has(object))
			continue;
		/* Something of the system's own. */
		if (role_or_tablespace || object.objid == InvalidOid)
			return false;
		touched_.insert(object);
		if (object.classid != NamespaceRelationId || is_renamed(object))
			changed.push_back(object);
		/* Loose members go with their function, and nothing is left to say of which family. */
		families = families || object.classid == AccessMethodOperatorRelationId ||
				   object.classid == AccessMethodProcedureRelationId;
	}
	if (families) {
		for (const Address &family : dependencies::operator_families())
			changed.push_back(family);
	}
	if (too_many(differing_.size()) || !follow(changed))
		return false;
	for (const Address &object : Addresses(touched_))
		add_wholes(object, 0, touched_);
	return true;
}

/* What depends on these, directly or not. */
bool
Finder::follow(const std::vector<Address> &changed)
{
	std::vector<Address> queue = changed;
	Addresses seen(changed.begin(), changed.end());

	while (!queue.empty()) {
		Address object = queue.back();
		auto reach = [&](const Address &other) {
			if (seen.insert(other).second)
				queue.push_back(other);
		};

		queue.pop_back();
		touched_.insert(whole(object));
		if (too_many(touched_.size()))
			return false;
		/* A commutator or negator names the other, and does not depend on it. */
		if (object.classid == OperatorRelationId) {
			for (const Address &other : dependencies::operators_beside(object.objid))
				reach(other);
		}
		for (const Edge &edge : dependencies::on(object)) {
			/* Members of an extension differ by themselves, or not at all. */
			if (edge.type == DEPENDENCY_EXTENSION || (object.objsubid != 0 && edge.own.objsubid != object.objsubid))
				continue;
			reach(edge.address);
			/* What a rule, an index or a row type is the inside of. */
			for (const Edge &outer : of(whole(edge.address))) {
				if (outer.type == DEPENDENCY_INTERNAL)
					reach(outer.address);
			}
		}
	}
	return true;
}

/* What it is part of: a column's table, an index's constraint and table. */
void
Finder::add_wholes(const Address &object, int depth, Addresses &to)
{
	for (const Edge &edge : of(object)) {
		if (is_part(edge.type) && is_users(edge.address) && to.insert(whole(edge.address)).second && depth < 3)
			add_wholes(whole(edge.address), depth + 1, to);
	}
}

void
Finder::add_parts(const Address &object, int depth, Addresses &to)
{
	for (const Edge &edge : dependencies::on(object)) {
		if (is_part(edge.type) && to.insert(whole(edge.address)).second && depth < 3)
			add_parts(whole(edge.address), depth + 1, to);
	}
}

bool
Finder::is_touched(const Object &object) const
{
	if (touched_.count(whole(object.address)) > 0 || touched_.count(object.parent) > 0)
		return true;
	if (object.address.classid == InheritsRelationId)
		return touched_.count({RelationRelationId, object.address.objid, 0}) > 0;
	return object.address.classid == InitPrivsRelationId && touched_oids_.count(object.address.objid) > 0;
}

/* --- as it was --- */

/* Returns how many objects came. */
size_t
Finder::load(const Addresses &objects, std::vector<Object> &to)
{
	std::vector<Oid> oids;
	size_t before = to.size();

	for (const Address &object : objects) {
		if (loaded_.insert(object.objid).second)
			oids.push_back(object.objid);
	}
	if (oids.empty())
		return 0;
	std::sort(oids.begin(), oids.end());
	for (Object &object : version_store::load_objects(moment_, oids)) {
		if (known_then_.insert(object.address).second)
			to.push_back(std::move(object));
	}
	return to.size() - before;
}

/* With what they were part of then.  False: that is too much. */
bool
Finder::load_touched()
{
	std::vector<Object> found;
	Addresses next = touched_;

	while (load(next, found) > 0) {
		next.clear();
		for (const Object &object : found) {
			/* A part of a part. */
			next.insert(whole(object.address));
			if (object.parent.objid != 0 && touched_.insert(object.parent).second) {
				next.insert(object.parent);
				add_wholes(object.parent, 0, next);
			}
		}
		touched_.insert(next.begin(), next.end());
	}
	for (const Address &object : touched_)
		touched_oids_.insert(object.objid);
	objects_then_ = std::move(found);
	return !too_many(touched_.size());
}

/* What they need and needed, with its parts: what a partition is attached to, the columns a foreign key leads to. */
void
Finder::load_surroundings()
{
	Addresses next;
	auto add = [&](const Address &address) {
		if (is_users(address) && touched_.count(whole(address)) == 0 && next.insert(whole(address)).second)
			add_wholes(whole(address), 0, next);
	};

	for (const std::vector<Object> *objects : {&objects_then_, &objects_live_}) {
		for (const Object &object : *objects) {
			for (const Address &address : object.needs)
				add(address);
			for (const Edge &edge : of(whole(object.address)))
				add(edge.address);
		}
	}
	for (Oid catalog : always_read) {
		for (const Address &object : then_.of_catalog(catalog))
			add(object);
	}
	for (int round = 0; round < 4 && load(next, surroundings_) > 0; round++) {
		next.clear();
		for (const Object &object : surroundings_) {
			next.insert(whole(object.address));
			if (object.parent.objid != 0)
				next.insert(object.parent);
		}
	}
}

/* --- as it is --- */

size_t
Finder::read_kinds_of(const std::set<Address> &objects)
{
	rows::Queries queries, fresh;
	size_t before = objects_live_.size();

	add_wanted_kinds(objects, queries);
	for (const auto &[kind, oids] : queries) {
		for (Oid oid : oids) {
			if (asked_[kind].insert(oid).second)
				fresh[kind].insert(oid);
		}
	}
	for (Object &object : read_kinds(fresh, reading_)) {
		if (known_live_.insert(object.address).second)
			objects_live_.push_back(std::move(object));
	}
	return objects_live_.size() - before;
}

void
Finder::read_live()
{
	std::set<Address> objects(touched_.begin(), touched_.end()), missing;

	read_kinds_of(objects);
	/* What was there, and was not found beside what it belongs to. */
	for (const Object &object : objects_then_) {
		if (known_live_.count(object.address) == 0)
			missing.insert(whole(object.address));
	}
	read_kinds_of(missing);

	Addresses unknown;

	for (const Object &object : objects_live_) {
		if (known_then_.count(object.address) == 0)
			unknown.insert(whole(object.address));
	}
	load(unknown, objects_then_);
}

void
Finder::add_comments()
{
	std::map<Address, Object *> by_address;

	for (Object &object : objects_live_)
		by_address[object.address] = &object;
	add_about(by_address);
}

/* Rows of pg_depend: those of all that is touched, and those that say what their other ends are part of. */
void
Finder::add_dependencies(Catalog &live)
{
	Addresses all = touched_, next;

	for (const Address &object : touched_)
		add_parts(object, 0, all);
	for (const Object &object : objects_live_)
		all.insert(whole(object.address));
	for (const Address &object : all) {
		for (const Edge &edge : of(object)) {
			live.add({edge.own, edge.address, edge.type});
			if (is_users(edge.address) && all.count(whole(edge.address)) == 0)
				next.insert(whole(edge.address));
		}
	}
	for (int depth = 0; depth < 3 && !next.empty(); depth++) {
		Addresses outer;

		for (const Address &object : next) {
			all.insert(object);
			for (const Edge &edge : of(object)) {
				if (!is_part(edge.type) && edge.type != DEPENDENCY_EXTENSION)
					continue;
				live.add({edge.own, edge.address, edge.type});
				if (is_users(edge.address) && all.count(whole(edge.address)) == 0)
					outer.insert(whole(edge.address));
			}
		}
		next = std::move(outer);
	}
}

std::optional<ChangedPart>
Finder::find()
{
	ChangedPart part;
	std::set<Oid> differing;

	part.then.version = part.live.version = PG_VERSION_NUM;
	if (!find_touched() || !load_touched())
		return std::nullopt;
	if (!touched_.empty()) {
		Unwatched unwatched;

		read_live();
		load_surroundings();
		add_comments();
		add_dependencies(part.live);
		for (const Object &object : objects_live_)
			part.live.add(object);
		for (const Address &object : differing_)
			differing.insert(object.objid);
		for (Object &object : read_unclaimed(differing, part.live, reading_))
			part.live.add(std::move(object));
		guard([&] { raw::end_reading(&reading_); });
	}
	for (Object &object : objects_then_)
		part.then.add(std::move(object));
	for (Object &object : surroundings_) {
		if (known_live_.count(object.address) == 0 && !is_touched(object))
			part.live.add(object);
		part.then.add(std::move(object));
	}
	part.then.finish();
	part.live.finish();
	guard([&] {
		ereport(DEBUG1, errmsg_internal("schema_guard: only what may differ is looked at"),
				errdetail_internal("%zu of %zu objects, %zu of which differ.", part.live.size(), live_.size(),
								   differing_.size()));
	});
	return part;
}

} // namespace

std::optional<ChangedPart>
read_changed_part(const version_store::Moment &moment, const std::string &hashes, Reader reader)
{
	std::optional<ObjectHashes> then = ObjectHashes::parse(hashes);

	return then ? Finder(moment, *then, reader).find() : std::nullopt;
}

} // namespace schema_guard::pg
