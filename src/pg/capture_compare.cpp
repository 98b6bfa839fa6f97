/*
 * capture_compare.cpp - what was read beside the last versions: which end, and which begin; see capture.hpp.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/capture.hpp"

extern "C" {
#include "catalog/pg_init_privs.h"
}

namespace schema_guard::pg::versions {

using catalog::Object;
using rows::Ask;
using version_store::Entry;
using version_store::Known;
using version_store::LookUp;

namespace {

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

} // namespace

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
Capture::add(const Object *object, const Address &address, const Address &parent, const Known *known)
{
	Entry &entry = entries_.emplace_back();

	entry.object = object;
	entry.known = known;
	entry.address = address;
	entry.ordinal = ordinal(address, parent);
}

void
Capture::compare(const std::deque<Object> &objects)
{
	for (const Object &object : objects) {
		if (!done_.insert(object.address).second)
			continue;

		const Known *last = known(object.address);
		bool existed = last != nullptr && !last->ended;

		if (existed && last->tells(object))
			continue;
		add(&object, object.address, object.parent, last);
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
	store_.look_up(last, known_);
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

		if (object.classid == RelationRelationId && may_have_columns(kind) && read_whole_.insert(object).second)
			wanted.whole.push_back(object);
		if (may_have_parts(kind))
			wanted.parents.push_back(object.objid);
	}
	store_.look_up(wanted, known_);

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
	store_.look_up(parts_of, known_);
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
		if (gone_.count(address) == 0 && dependencies::exists(address)) {
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

} // namespace schema_guard::pg::versions
