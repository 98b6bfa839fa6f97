/*
 * changes.cpp - from what was touched, named and dropped to what a statement did to which object.
 */
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/watch/frame.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
}

namespace schema_guard::pg::watch {

using recorder::Change;
using recorder::Record;

namespace {

/* PostgreSQL's own triggers of foreign keys, which no one created by a statement. */
bool
constraint_trigger(const Dropped &object)
{
	return object.address.classid == TriggerRelationId && !object.original &&
		   object.name.compare(0, 21, "RI_ConstraintTrigger_") == 0;
}

const Target *
target_at(const Statement &statement, const Address &address)
{
	for (const Target &target : statement.targets)
		if (target.exists && target.address == address)
			return &target;
	return nullptr;
}

} // namespace

bool
has_change(const Record &record, const Address &address)
{
	return std::any_of(record.changes.begin(), record.changes.end(),
					   [&](const Change &change) { return change.address == address; });
}

/* One change for each object: its creation, else its renaming, else its alteration; rewrites and truncations apart. */
std::vector<Change>
resolve(const Frame &frame)
{
	std::vector<Change> changes;
	std::vector<Address> addresses;
	std::vector<Described> described;
	std::set<std::pair<Address, Action>> seen;

	auto add = [&](Action action, const Address &address) {
		bool apart = action == Action::rewrite || action == Action::truncate;
		Action key = apart ? action : Action::alter;

		if (address.objid == 0 || !seen.insert({address, key}).second)
			return;
		Change &change = changes.emplace_back();
		change.action = action;
		change.address = address;
		addresses.push_back(address);
	};

	/* What a no-op names, it leaves alone. */
	const std::vector<Target> none;
	const std::vector<Target> &targets = frame.statement.no_op ? none : frame.statement.targets;

	/* OR REPLACE tells the same of what it makes and of what it finds; what was found before it ran is altered. */
	for (const Touched &touched : frame.touched)
		if (touched.action == Action::create && target_at(frame.statement, touched.address) == nullptr)
			add(Action::create, touched.address);
	for (const Target &target : targets)
		if (target.exists && target.action == Action::rename)
			add(Action::rename, target.address);
	for (const Touched &touched : frame.touched)
		add(touched.action == Action::create ? Action::alter : touched.action, touched.address);
	for (const Target &target : targets)
		if (target.exists && target.action != Action::drop && target.action != Action::create)
			add(target.action, target.address);

	describe(addresses, described);

	std::vector<Change> kept;
	for (size_t i = 0; i < changes.size(); i++) {
		Change &change = changes[i];
		Described &object = described[i];

		if (object.identity.empty() || object.temporary || object.internal)
			continue;
		change.object_type = std::move(object.object_type);
		change.schema = std::move(object.schema);
		change.name = std::move(object.name);
		change.identity = std::move(object.identity);
		if (const Target *target = target_at(frame.statement, change.address);
			target != nullptr && change.action == Action::rename)
			change.old_identity = target->identity;
		kept.push_back(std::move(change));
	}
	return kept;
}

void
describe_drop(Record &record, const Address &address)
{
	Described object = describe(address);

	if (object.identity.empty() || object.temporary || object.internal || has_change(record, address))
		return;
	Change &change = record.changes.emplace_back();
	change.action = Action::drop;
	change.address = address;
	change.object_type = std::move(object.object_type);
	change.schema = std::move(object.schema);
	change.name = std::move(object.name);
	change.identity = std::move(object.identity);
}

void
dropped(std::vector<Dropped> objects)
{
	if (frames().empty() || frames().back().own_script)
		return;
	Record &record = frames().back().record;

	for (Dropped &object : objects) {
		bool part = !object.original && !object.normal;

		if (object.temporary || constraint_trigger(object))
			continue;
		/* A table's row type, its defaults, a view's rule: gone with it, never seen apart from it. */
		if (part && (object.object_type == "type" || object.object_type == "toast table" || object.schema == "pg_toast"))
			continue;
		if (!object.original && object.address.classid == RewriteRelationId && object.name == "_RETURN")
			continue;
		if (!object.original && object.address.classid == AttrDefaultRelationId)
			continue;
		Change &change = record.changes.emplace_back();
		change.action = Action::drop;
		change.address = object.address;
		change.object_type = std::move(object.object_type);
		change.schema = std::move(object.schema);
		change.name = std::move(object.name);
		change.identity = std::move(object.identity);
		change.cascaded = !object.original && object.normal;
	}
}

void
rewritten(Oid relid)
{
	if (!frames().empty() && !frames().back().own_script)
		frames().back().touched.push_back({Action::rewrite, {RelationRelationId, relid, 0}});
}

} // namespace schema_guard::pg::watch
