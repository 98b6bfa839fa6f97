/*
 * capture.cpp - what a transaction has changed, round by round: what statements touched, then what names what was renamed.
 */
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/dependencies.hpp"
#include "schema_guard/pg/object_rows.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/version_store.hpp"
#include "schema_guard/pg/versions.hpp"
#include "schema_guard/pg/wanted_kinds.hpp"

extern "C" {
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_init_privs.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_rewrite.h"
#include "storage/lmgr.h"
}

namespace schema_guard::pg::versions {

using catalog::Object;
using rows::Ask;
using rows::Asks;
using version_store::Entry;
using version_store::Known;
using version_store::KnownVersions;
using version_store::LookUp;

namespace {

/* Allocated once and kept: no global constructor, no destructor at exit. */
Asks &
noted()
{
	static Asks *asks = new Asks();

	return *asks;
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

bool
may_have_columns(std::string_view kind) noexcept
{
	return kind != "index" && kind != "sequence";
}

/* A constraint or an index of a partition has its tie to the whole's. */
bool
may_have_parts(std::string_view kind) noexcept
{
	return kind != "default" && kind != "sequence" && kind != "column" && kind != "trigger" && kind != "rule" &&
		   kind != "policy" && kind != "function" && kind != "procedure";
}

/* One capture. */
class Capture {
public:
	explicit Capture(Asks asks);

	void run();

private:
	using Edges = std::vector<dependencies::Edge>;

	void read(const Asks &asks);
	std::set<Address> choose(const Asks &others);
	void drop_blocked(rows::Found &found);
	bool can_open(const std::set<Oid> &relations);
	bool can_open(const std::set<Address> &objects);
	void look_up_asked(const Asks &asks);
	void look_up_found(const std::set<Address> &thorough);
	void add_read(std::deque<Object> &to, std::vector<Object> from);
	void add_comments(std::deque<Object> &objects);

	const Edges &edges_of(const Address &object);
	Address edges_key(const Address &address) const;
	const Edges &edges_of_part(const Address &address);
	void look_ahead();
	void add_wholes(const Address &object, int depth, std::set<Address> &to);
	void add_parts(const Address &object, int depth, std::set<Address> &to);

	void compare(const std::deque<Object> &objects);
	void add_dependents(const Address &address);
	void end(const Address &address);
	void end_whole(const std::vector<Address> &objects);

	std::vector<Address> depends_on(const Object &object);
	void add_resolved(const Address &address, const Address &own, std::set<Address> &to);
	std::optional<Address> resolve(Address address);
	bool is_object(const Address &address);
	Address inner_part(const Object &object);

	bool is_made(Oid oid) const;
	const Known *known(const Address &address) const;
	bool has_versions(const Address &object) const;
	int ordinal(const Address &address, const Address &parent) const;
	void add(const Object *object, const Address &address, const Address &parent, const Known *known,
			 std::string hash = {});

	std::map<Address, int> ordinals_;
	int last_ordinal_ = 0;
	Asks next_;								/* to read in the next round */
	std::set<Address> read_;				/* objects that were asked for */
	std::set<Address> looked_up_;			/* addresses whose last version known_ has, if there is one */
	std::vector<std::pair<Oid, Oid>> made_; /* ranges of OIDs that this transaction has given, looked up whole */
	std::set<Address> done_;				/* addresses with an entry, or compared and found the same */
	std::set<Address> present_;				/* of objects */
	std::set<Address> scanned_;				/* objects whose parts were looked for */
	std::deque<rows::Found> found_;			/* rounds; objects stay where they are */
	KnownVersions known_;
	dependencies::EdgesOf edges_; /* by whole objects, or by columns of old tables */
	std::map<Oid, bool> openable_;
	std::map<Address, std::optional<Address>> resolved_;
	std::vector<Entry> entries_;
	Reading reading_;
};

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
	version_store::write(entries_);
}

/* --- reading --- */

void
Capture::read(const Asks &asks)
{
	rows::Found &found = found_.emplace_back();

	look_up_asked(asks);
	rows::read(asks, known_, reading_, found);
	for (const auto &[object, ask] : asks)
		read_.insert(object);
	drop_blocked(found);

	std::set<Address> thorough = choose(found.others);

	read_.insert(thorough.begin(), thorough.end());
	add_wanted_kinds(thorough, found.queries);
	for (const Object &object : found.objects)
		present_.insert(object.address);
	add_read(found.objects, read_kinds(found.queries, reading_));
	add_comments(found.objects);
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

/* Versions of what was asked for.  OIDs are given in order, so what is new is looked for, in vain, in one go. */
void
Capture::look_up_asked(const Asks &asks)
{
	LookUp wanted;
	std::vector<Oid> made, relations;

	for (const auto &[object, ask] : asks) {
		if (ask.created) {
			made.push_back(object.objid);
			continue;
		}
		if (looked_up_.insert(object).second)
			wanted.last.push_back(object);
		if (object.classid == RelationRelationId)
			relations.push_back(object.objid);
	}
	/* Whether a table had parents. */
	guard([&] {
		for (Oid relid : relations) {
			Address tie{InheritsRelationId, relid, 0};

			if (get_rel_relkind(relid) == RELKIND_RELATION && looked_up_.insert(tie).second)
				wanted.last.push_back(tie);
		}
	});
	std::sort(made.begin(), made.end());
	for (Oid oid : made) {
		/* Constraints and the like follow what they belong to. */
		constexpr Oid near = 16;

		if (!made_.empty() && oid <= made_.back().second)
			made_.back().second = oid + near;
		else
			made_.emplace_back(oid, oid + near);
	}
	if (!made.empty())
		wanted.ranges = made_;
	version_store::look_up(wanted, known_);
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
	version_store::look_up(wanted, known_);
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
Capture::add_comments(std::deque<Object> &objects)
{
	std::vector<About> comments, labels;
	std::map<Address, Object *> by_address;
	std::map<Address, std::vector<std::string>> labels_of;
	std::set<Address> wholes;

	for (Object &object : objects) {
		by_address[object.address] = &object;
		wholes.insert(whole(object.address));
	}
	read_about({wholes.begin(), wholes.end()}, comments, labels);
	for (About &comment : comments) {
		if (auto at = by_address.find(comment.address); at != by_address.end())
			at->second->set("comment", std::move(comment.text));
	}
	for (About &label : labels)
		labels_of[label.address].push_back(std::move(label.text));
	for (auto &[address, list] : labels_of) {
		std::sort(list.begin(), list.end());
		if (auto at = by_address.find(address); at != by_address.end())
			at->second->set("security_labels", sql::write_array(list));
	}
}

/* --- dependencies --- */

const Capture::Edges &
Capture::edges_of(const Address &object)
{
	auto [found, fresh] = edges_.try_emplace(object);

	if (fresh)
		found->second = dependencies::of(object);
	return found->second;
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

	if (found == edges_.end()) {
		dependencies::of({key}, edges_);
		found = edges_.find(key);
	}
	return found->second;
}

/* The dependencies of all that is to be written, and the versions of what is at their other ends, in one go each. */
void
Capture::look_ahead()
{
	std::vector<Address> fresh;
	std::set<Address> keys;
	LookUp wanted;

	for (const Entry &entry : entries_) {
		if (entry.object == nullptr)
			continue;
		keys.insert(edges_key(entry.address));
		if (Address part = inner_part(*entry.object); part.objid != 0)
			keys.insert(part);
	}
	for (const Address &key : keys) {
		if (edges_.count(key) == 0)
			fresh.push_back(key);
	}
	dependencies::of(fresh, edges_);
	for (const Address &key : keys) {
		for (const dependencies::Edge &edge : edges_[key]) {
			bool users = edge.address.objid >= FirstNormalObjectId || edge.address.classid == NamespaceRelationId;

			if (users && present_.count(edge.address) == 0 && !is_made(edge.address.objid) &&
				looked_up_.insert(edge.address).second)
				wanted.last.push_back(edge.address);
		}
	}
	version_store::look_up(wanted, known_);
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
	if (present_.count(address) > 0)
		return true;
	if (!is_made(address.objid) && looked_up_.insert(address).second)
		version_store::look_up({.last = {address}}, known_);

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
Capture::add_resolved(const Address &address, const Address &own, std::set<Address> &to)
{
	if (address.objid < FirstNormalObjectId && address.classid != NamespaceRelationId)
		return;

	auto [found, fresh] = resolved_.try_emplace(address);

	if (fresh)
		found->second = resolve(address);
	if (found->second && *found->second != own)
		to.insert(*found->second);
}

/* What is no object by itself and brings most of the dependencies: a view's rule, a constraint's index. */
Address
Capture::inner_part(const Object &object)
{
	Oid oid = object.address.objid;

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
	std::set<Address> to, inner;
	Address self = object.address;
	bool plain = object.is("table") || (object.is("column") && !object.has("expression")) || object.is("default") ||
				 object.is("index") || object.is("sequence") || object.is("view column");

	if (object.parent.objid != 0)
		add_resolved(object.parent, self, to);
	else if (self.objsubid != 0)
		add_resolved(whole(self), self, to);
	for (const Address &needed : object.needs)
		add_resolved(needed, self, to);
	for (const dependencies::Edge &edge : Edges(edges_of_part(self))) {
		if (edge.own == self)
			add_resolved(edge.address, self, to);
	}
	if (Address part = inner_part(object); part.objid != 0) {
		inner.insert(part);
	} else if (!plain) {
		for (const dependencies::Edge &edge : dependencies::on(whole(self))) {
			bool part_of = edge.type == DEPENDENCY_INTERNAL || edge.address.classid == AttrDefaultRelationId;

			if (part_of && edge.own == self && !is_object(edge.address))
				inner.insert(edge.address);
		}
	}
	for (const Address &part : inner) {
		for (const dependencies::Edge &edge : Edges(edges_of(whole(part))))
			add_resolved(edge.address, self, to);
	}
	return {to.begin(), to.end()};
}

/* --- versions --- */

const Known *
Capture::known(const Address &address) const
{
	auto found = known_.find(address);

	return found == known_.end() ? nullptr : &found->second;
}

bool
Capture::has_versions(const Address &object) const
{
	auto found = known_.lower_bound(object);

	return found != known_.end() && whole(found->first) == object;
}

int
Capture::ordinal(const Address &address, const Address &parent) const
{
	for (const Address &from : {whole(address), whole(parent)}) {
		auto found = ordinals_.find(from);

		if (found != ordinals_.end())
			return found->second;
	}
	return last_ordinal_;
}

void
Capture::add(const Object *object, const Address &address, const Address &parent, const Known *known, std::string hash)
{
	Entry &entry = entries_.emplace_back();

	entry.object = object;
	entry.known = known;
	entry.address = address;
	entry.ordinal = ordinal(address, parent);
	entry.hash = std::move(hash);
}

void
Capture::compare(const std::deque<Object> &objects)
{
	for (const Object &object : objects) {
		if (!done_.insert(object.address).second)
			continue;

		const Known *last = known(object.address);
		bool existed = last != nullptr && !last->ended;
		std::string hash = version_store::hash(object.canonical());

		if (existed && last->kind == object.kind().name && last->parent == object.parent && last->hash == hash)
			continue;
		add(&object, object.address, object.parent, last, std::move(hash));
		/* Its name, or a label of an enum, stands in the text of others. */
		if (existed && (last->identity != object.identity || object.address.classid == TypeRelationId))
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
			if (read_.count(dependent) == 0 && next_.emplace(dependent, Ask{cause, true}).second)
				ordinals_.emplace(dependent, cause);
			/* Functions name a table by its row type, and that is an object of its own to pg_depend only. */
			if (edge.type == DEPENDENCY_INTERNAL && dependent.classid == TypeRelationId && depth < 3)
				follow(dependent, depth + 1);
		}
	};

	follow(address, 0);
}

/* An address where there is no object: its last version is the last. */
void
Capture::end(const Address &address)
{
	const Known *last = known(address);

	if (last != nullptr && !last->ended && present_.count(address) == 0 && done_.insert(address).second)
		add(nullptr, address, last->parent, last);
}

/* Objects that are gone, or may have lost parts. */
void
Capture::end_whole(const std::vector<Address> &objects)
{
	LookUp wanted, last;
	std::vector<Address> wholes, parts;

	for (const Address &address : objects) {
		if (is_made(address.objid) || !looked_up_.insert(address).second)
			continue;
		/* Of a relation there may be those of columns alone. */
		if (address.classid == InitPrivsRelationId)
			last.whole.push_back(address);
		else
			last.last.push_back(address);
	}
	version_store::look_up(last, known_);
	/* What never was an object has no parts.  Only relations have what differs in objsubid alone. */
	for (const Address &address : objects) {
		if (address.objsubid != 0)
			end(address);
		else if (has_versions(address) && scanned_.insert(address).second)
			wholes.push_back(address);
	}
	if (wholes.empty())
		return;
	for (const Address &object : wholes) {
		const Known *version = known(object);
		std::string_view kind = version != nullptr ? std::string_view(version->kind) : std::string_view();

		if (object.classid == RelationRelationId && may_have_columns(kind))
			wanted.whole.push_back(object);
		if (may_have_parts(kind))
			wanted.parents.push_back(object.objid);
	}
	version_store::look_up(wanted, known_);

	/* What is said to be part of them may have become another's. */
	std::set<Address> gone(wholes.begin(), wholes.end());
	LookUp parts_of;

	for (const auto &[address, last] : known_) {
		if (!last.ended && last.parent.objid != 0 && gone.count(whole(last.parent)) > 0 && done_.count(address) == 0 &&
			present_.count(address) == 0) {
			parts.push_back(address);
			if (looked_up_.insert(address).second)
				parts_of.last.push_back(address);
		}
	}
	version_store::look_up(parts_of, known_);
	for (const Address &object : wholes) {
		for (auto last = known_.lower_bound(object); last != known_.end() && whole(last->first) == object; ++last)
			end(last->first);
	}

	std::vector<Address> lost;

	for (const Address &address : parts) {
		const Known *last = known(address);

		if (last->ended || gone.count(whole(last->parent)) == 0)
			continue;
		/* It was not found, and yet it is there: another's part by now, or no object any more. */
		if (dependencies::exists(address)) {
			if (read_.count(whole(address)) == 0 &&
				next_.emplace(whole(address), Ask{ordinal(address, last->parent), true}).second)
				ordinals_.emplace(whole(address), ordinal(address, last->parent));
			continue;
		}
		end(address);
		lost.push_back(whole(address));
	}
	if (!lost.empty())
		end_whole(lost);
}

} // namespace

void
note(const std::vector<recorder::Record> &records)
{
	auto ask = [](const Address &address, int ordinal) -> Ask & {
		Ask &noted_ask = noted()[whole(canonical(address))];

		noted_ask.ordinal = ordinal;
		return noted_ask;
	};

	for (const recorder::Record &record : records) {
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

	Asks asks = noted();

	if (!again)
		forget();
	Capture(std::move(asks)).run();
}

} // namespace schema_guard::pg::versions
