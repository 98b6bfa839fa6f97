/*
 * versions.cpp - what has changed, round by round: what statements touched, then what names what was renamed.
 */
#include "schema_guard/pg/versions.hpp"

#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/dependencies.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/version_store.hpp"

#include <deque>
#include <unordered_set>

extern "C" {
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_init_privs.h"
}

namespace schema_guard::pg::versions {

using catalog::Catalog;
using catalog::Object;
using version_store::Entry;
using version_store::Known;
using version_store::KnownVersions;

namespace {

/* Object (objsubid 0) -> ordinal of the last statement that touched it. */
using Touched = std::map<Address, int>;

/* Allocated once and kept: no global constructor, no destructor at exit. */
Touched &
noted()
{
	static Touched *touched = new Touched();

	return *touched;
}

bool any_noted = false;

Address
whole(const Address &address) noexcept
{
	return {address.classid, address.objid, 0};
}

bool
in_this_database(Oid classid)
{
	return classid != InvalidOid && classid != LargeObjectRelationId &&
		   !guard([=] { return IsSharedRelation(classid); });
}

bool
is_family_member(const Address &address) noexcept
{
	return address.classid == AccessMethodOperatorRelationId || address.classid == AccessMethodProcedureRelationId;
}

/* One capture. */
class Capture {
public:
	explicit Capture(Touched touched) : ordinals_(std::move(touched)) {}

	void run();

private:
	const std::vector<dependencies::Edge> &edges_of(const Address &object);
	void add_wholes(const Address &object, int depth, std::set<Address> &to);
	void add_parts(const Address &object, int depth, std::set<Address> &to);
	void read(const std::set<Address> &objects);
	void compare(const Catalog &catalog);
	void end(const Catalog &catalog, const std::set<Address> &objects);
	void end_parts(const std::set<Address> &objects);
	void add_dependents(const Address &address);
	std::vector<Address> depends_on(const Catalog &catalog, const Object &object);
	std::optional<Address> resolve(Address address);
	bool is_object(const Address &address);
	void look_up(const std::set<Address> &objects);
	int ordinal(const Address &address, const Address &parent) const;
	void add(const Object *object, const Address &address, const Address &parent, const Known *known);

	Touched ordinals_;
	std::deque<Catalog> catalogs_;
	KnownVersions known_;
	std::map<Address, std::vector<dependencies::Edge>> edges_;
	std::set<Address> looked_up_; /* objects whose versions known_ has */
	std::set<Address> read_;	  /* objects that were asked for */
	std::set<Address> done_;	  /* addresses with an entry, or compared and found the same */
	std::set<Address> next_;	  /* objects to read in the next round */
	std::map<Address, std::optional<Address>> resolved_;
	std::vector<std::pair<const Catalog *, Entry>> entries_;
	const Catalog *current_ = nullptr;
};

void
Capture::run()
{
	for (const auto &[address, ordinal] : ordinals_)
		next_.insert(address);
	while (!next_.empty()) {
		std::set<Address> round;

		round.swap(next_);
		read(round);
	}

	std::vector<Entry> entries;

	for (auto &[catalog, entry] : entries_) {
		if (entry.object != nullptr)
			entry.depends_on = depends_on(*catalog, *entry.object);
		entries.push_back(std::move(entry));
	}
	version_store::write(entries);
}

void
Capture::look_up(const std::set<Address> &objects)
{
	std::vector<Address> fresh;

	for (const Address &object : objects) {
		if (looked_up_.insert(object).second)
			fresh.push_back(object);
	}
	version_store::look_up(fresh, true, known_);
}

const std::vector<dependencies::Edge> &
Capture::edges_of(const Address &object)
{
	auto [found, fresh] = edges_.try_emplace(object);

	if (fresh)
		found->second = dependencies::of(object);
	return found->second;
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

/*
 * What is part of it and no object by itself, such as a view's rule; and the indexes and constraints of partitions, which
 * are taken over when the whole gets one.
 */
void
Capture::add_parts(const Address &object, int depth, std::set<Address> &to)
{
	for (const dependencies::Edge &edge : dependencies::on(object)) {
		bool partition = edge.type == DEPENDENCY_PARTITION_PRI && whole(edge.address).classid == object.classid;

		if (edge.type == DEPENDENCY_INTERNAL && to.insert(whole(edge.address)).second && depth < 2)
			add_parts(whole(edge.address), depth + 1, to);
		else if (partition && to.insert(whole(edge.address)).second) {
			add_wholes(whole(edge.address), 0, to);
			add_parts(whole(edge.address), depth, to);
		}
	}
}

void
Capture::read(const std::set<Address> &objects)
{
	std::set<Address> wanted = objects;
	std::vector<catalog::Dependency> dependencies;

	for (const Address &object : objects) {
		add_wholes(object, 0, wanted);
		add_parts(object, 0, wanted);
	}
	for (const Address &object : wanted) {
		for (const dependencies::Edge &edge : edges_of(object))
			if (edge.address.objid >= FirstNormalObjectId || edge.address.classid == NamespaceRelationId)
				dependencies.push_back({edge.own, edge.address, edge.type});
	}
	read_.insert(wanted.begin(), wanted.end());

	const Catalog &catalog =
		catalogs_.emplace_back(read_objects({wanted.begin(), wanted.end()}, dependencies, Reader::owner));

	std::set<Address> found = wanted;

	for (const Object &object : catalog) {
		if (object.parent.objid == 0 || wanted.count(whole(object.parent)) == 0)
			found.insert(whole(object.address));
	}
	/* The privileges a user gave on what is the system's or an extension's. */
	std::set<Address> initial;

	for (const Address &object : wanted) {
		const std::vector<dependencies::Edge> &edges = edges_of(object);
		bool member = std::any_of(edges.begin(), edges.end(),
								  [](const dependencies::Edge &edge) { return edge.type == DEPENDENCY_EXTENSION; });

		if (member || object.objid < FirstNormalObjectId)
			initial.insert({InitPrivsRelationId, object.objid, 0});
	}
	found.insert(initial.begin(), initial.end());
	look_up(found);
	/* A partition's index is attached by an object that is part of the index or its constraint. */
	std::set<Address> wholes = wanted, indexes;

	for (const auto &[address, last] : known_) {
		if (!last.ended && (last.kind == "index" || last.kind == "constraint") && wanted.count(last.parent) > 0)
			indexes.insert(address);
	}
	look_up(indexes);
	wholes.insert(indexes.begin(), indexes.end());
	current_ = &catalog;
	compare(catalog);
	end(catalog, wanted);
	end(catalog, initial);
	end_parts(wholes);
}

int
Capture::ordinal(const Address &address, const Address &parent) const
{
	for (const Address &from : {whole(address), whole(parent)}) {
		auto found = ordinals_.find(from);

		if (found != ordinals_.end())
			return found->second;
	}

	int last = 0;

	for (const auto &[object, ordinal] : ordinals_)
		last = std::max(last, ordinal);
	return last;
}

void
Capture::add(const Object *object, const Address &address, const Address &parent, const Known *known)
{
	Entry entry;

	entry.object = object;
	entry.known = known;
	entry.address = address;
	entry.ordinal = ordinal(address, parent);
	if (object != nullptr)
		entry.hash = version_store::hash(object->canonical());
	entries_.emplace_back(current_, std::move(entry));
}

void
Capture::compare(const Catalog &catalog)
{
	for (const Object &object : catalog) {
		if (!done_.insert(object.address).second)
			continue;

		auto found = known_.find(object.address);
		const Known *known = found == known_.end() ? nullptr : &found->second;
		bool existed = known != nullptr && !known->ended;

		if (existed && known->kind == object.kind().name && known->parent == object.parent &&
			known->hash == version_store::hash(object.canonical()))
			continue;
		add(&object, object.address, object.parent, known);
		/* Its name, or a label of an enum, stands in the text of others. */
		if (existed && (known->identity != object.identity || object.address.classid == TypeRelationId))
			add_dependents(object.address);
	}
}

void
Capture::add_dependents(const Address &address)
{
	int cause = ordinal(address, address);
	std::function<void(const Address &, int)> follow = [&](const Address &object, int depth) {
		for (const dependencies::Edge &edge : dependencies::on(object)) {
			Address dependent = whole(edge.address);

			if (object == address && address.objsubid != 0 && edge.own.objsubid != address.objsubid)
				continue;
			if (read_.count(dependent) == 0 && next_.insert(dependent).second)
				ordinals_.emplace(dependent, cause);
			/* Functions name a table by its row type, and that is an object of its own to pg_depend only. */
			if (edge.type == DEPENDENCY_INTERNAL && dependent.classid == TypeRelationId && depth < 3)
				follow(dependent, depth + 1);
		}
	};

	follow(address, 0);
}

/* What was asked for and is not there any more has ended, and its parts with it. */
void
Capture::end(const Catalog &catalog, const std::set<Address> &objects)
{
	for (const Address &object : objects)
		for (auto last = known_.lower_bound(object); last != known_.end() && whole(last->first) == object; ++last) {
			if (!last->second.ended && catalog.at(last->first) == nullptr && done_.insert(last->first).second)
				add(nullptr, last->first, last->second.parent, &last->second);
		}
}

/* Those that are read with their whole and were not found: they have no row any more, or are no objects any more. */
void
Capture::end_parts(const std::set<Address> &objects)
{
	std::set<Address> gone;

	for (auto &[address, last] : known_) {
		if (last.ended || last.parent.objid == 0 || objects.count(whole(last.parent)) == 0 ||
			done_.count(address) > 0 || read_.count(whole(address)) > 0)
			continue;
		if (dependencies::exists(address)) {
			if (next_.insert(whole(address)).second)
				ordinals_.emplace(whole(address), ordinal(address, last.parent));
			continue;
		}
		done_.insert(address);
		add(nullptr, address, last.parent, &last);
		gone.insert(whole(address));
	}
	if (gone.empty())
		return;
	look_up(gone);
	end_parts(gone);
}

bool
Capture::is_object(const Address &address)
{
	for (const Catalog &catalog : catalogs_) {
		if (catalog.at(address) != nullptr)
			return true;
	}
	if (looked_up_.count(whole(address)) == 0 && known_.count(address) == 0)
		version_store::look_up({whole(address)}, false, known_);

	auto found = known_.find(address);

	return found != known_.end() && !found->second.ended;
}

/* The object at an address, or the one it is an internal part of, as Catalog does it for what was read. */
std::optional<Address>
Capture::resolve(Address address)
{
	for (int depth = 0; depth < 8; depth++) {
		if (is_object(address))
			return address;

		std::optional<Address> belongs_to;

		for (const dependencies::Edge &edge : edges_of(whole(address))) {
			bool belongs = edge.type == DEPENDENCY_EXTENSION || edge.type == DEPENDENCY_INTERNAL;

			if (edge.own == address && (belongs || (edge.type == DEPENDENCY_AUTO && !belongs_to)))
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

std::vector<Address>
Capture::depends_on(const Catalog &catalog, const Object &object)
{
	std::vector<Address> addresses;

	for (const Object *on : catalog.depends_on(object))
		addresses.push_back(on->address);
	for (const Address &outside : catalog.depends_outside(object)) {
		auto [found, fresh] = resolved_.try_emplace(outside);

		if (fresh)
			found->second = resolve(outside);
		if (found->second && *found->second != object.address)
			addresses.push_back(*found->second);
	}
	std::sort(addresses.begin(), addresses.end());
	addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
	return addresses;
}

} // namespace

void
note(const std::vector<recorder::Record> &records)
{
	for (const recorder::Record &record : records) {
		for (const recorder::Change &change : record.changes) {
			if (change.action == Action::truncate)
				continue;
			if (change.address.classid == AuthIdRelationId && change.action == Action::rename)
				for (const Address &object : dependencies::of_role(change.address.objid))
					noted()[whole(object)] = record.ordinal;
			/* Loose members of a family go with their function, and no dependency is left to say of which family. */
			if (is_family_member(change.address) && change.action == Action::drop)
				for (const Address &family : dependencies::operator_families())
					noted()[family] = record.ordinal;
			if (in_this_database(change.address.classid))
				noted()[whole(change.address)] = record.ordinal;
		}
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

	Touched touched = noted();

	if (!again)
		forget();
	Capture(std::move(touched)).run();
}

int64_t
take_stock()
{
	Catalog catalog = read_catalog(Reader::owner);
	KnownVersions known;
	std::vector<Entry> entries;

	version_store::look_up_all(known);
	for (const Object &object : catalog) {
		/* What no kind claims has no address to be known by. */
		if (object.address.objid == 0)
			continue;

		auto found = known.find(object.address);
		const Known *last = found == known.end() ? nullptr : &found->second;
		Entry entry;

		entry.hash = version_store::hash(object.canonical());
		if (last != nullptr && !last->ended && last->kind == object.kind().name && last->parent == object.parent &&
			last->hash == entry.hash)
			continue;
		entry.object = &object;
		entry.known = last;
		entry.address = object.address;
		for (const Object *on : catalog.depends_on(object))
			entry.depends_on.push_back(on->address);
		std::sort(entry.depends_on.begin(), entry.depends_on.end());
		entries.push_back(std::move(entry));
	}
	for (const auto &[address, last] : known) {
		if (last.ended || catalog.at(address) != nullptr)
			continue;
		Entry entry;

		entry.known = &last;
		entry.address = address;
		entries.push_back(std::move(entry));
	}
	version_store::write(entries);
	return static_cast<int64_t>(entries.size());
}

catalog::Catalog
catalog_at(TimestampTz moment)
{
	version_store::Moment at;

	own::require_installed();
	at.at = moment;
	return version_store::load(at);
}

std::string
definition(const Catalog &catalog, const Object &object)
{
	diff::Options options;
	std::string pattern, text;

	/* The identity as a pattern that only it matches, whatever characters it has. */
	for (char c : object.quoted_identity()) {
		if (c == '*' || c == '?' || c == '[' || c == '\\')
			pattern += '\\';
		pattern += c;
	}
	options.names = {pattern};
	options.kinds = {std::string(object.kind().name)};
	options.script.version = catalog.version;

	Catalog nothing;

	nothing.version = catalog.version;
	nothing.finish();

	std::unique_ptr<diff::Diff> made = diff::compare(std::move(nothing), catalog, options);

	for (const diff::Step &step : made->steps)
		text += (text.empty() ? "" : "\n") + diff::joined(step.forward);
	return text;
}

std::string
definition_at(const Address &object, TimestampTz moment)
{
	version_store::Moment at;

	own::require_installed();
	at.at = moment;

	Catalog catalog = version_store::load_around(at, object);
	const Object *found = catalog.at(object);

	return found != nullptr ? definition(catalog, *found) : std::string();
}

} // namespace schema_guard::pg::versions
