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
using recorder::name_as;
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

/*
 * What was read of a relation before it was altered is still so, unless the statement gives new names or makes new
 * objects of the old.
 */
bool
targets_keep_names(const Statement &statement)
{
	return !statement.own_transactions && statement.command_class != CommandClass::maintenance &&
		   std::none_of(statement.targets.begin(), statement.targets.end(),
						[](const Target &target) { return target.action == Action::rename; });
}

/* A relation, or a column of one, whose name describe() would give as well; not the insides of types and of TOAST. */
bool
is_plain_relation(const Target &target)
{
	return target.address.classid == RelationRelationId && !target.temporary && target.schema != "pg_toast" &&
		   target.object_type.compare(0, 14, "composite type") != 0;
}

} // namespace

bool
has_change(const Record &record, const Address &address)
{
	return std::any_of(record.changes.begin(), record.changes.end(),
					   [&](const Change &change) { return change.address == address; });
}

/* One change for each object: its creation, else its renaming, else its alteration; rewrites and truncations apart. */
Resolved
resolve(const Frame &frame)
{
	Resolved resolved;
	std::vector<Change> &changes = resolved.changes;
	std::set<std::pair<Address, Action>> seen;
	const Statement &statement = frame.statement;
	bool targets_named = targets_keep_names(statement);

	auto add = [&](Action action, const Address &address) {
		bool apart = action == Action::rewrite || action == Action::truncate;
		Action key = apart ? action : Action::alter;

		if (address.objid == 0 || !seen.insert({address, key}).second)
			return;
		const Target *target = target_at(statement, address);
		Change &change = changes.emplace_back();
		change.action = action;
		change.address = address;
		if (target != nullptr && action == Action::rename)
			change.old_identity = target->identity;
		if (target != nullptr && targets_named && is_plain_relation(*target))
			name_as(change, *target);
		else
			resolved.unnamed = true;
	};

	/* What a no-op names, it leaves alone. */
	const std::vector<Target> none;
	const std::vector<Target> &targets = statement.no_op ? none : statement.targets;

	changes.reserve(frame.touched.size() + targets.size());
	/* OR REPLACE tells the same of what it makes and of what it finds; what was found before it ran is altered. */
	for (const Touched &touched : frame.touched)
		if (touched.action == Action::create && target_at(statement, touched.address) == nullptr)
			add(Action::create, touched.address);
	resolved.created = changes.size();
	for (const Target &target : targets)
		if (target.exists && target.action == Action::rename)
			add(Action::rename, target.address);
	for (const Touched &touched : frame.touched)
		add(touched.action == Action::create ? Action::alter : touched.action, touched.address);
	for (const Target &target : targets)
		if (target.exists && target.action != Action::drop && target.action != Action::create)
			add(target.action, target.address);
	/* A parameter is no object and has no address, but ALTER SYSTEM and GRANT change it. */
	for (const Target &target : targets)
		if (!target.exists && target.action == Action::alter && target.object_type.compare(0, 9, "parameter") == 0)
			name_as(changes.emplace_back(), target);
	return resolved;
}

namespace {

/* An attribute of a composite type; or its relation, which stands for the type where that is not told of by itself. */
bool
alters_composite(const std::set<Address> &touched, Change &change, Described &object)
{
	if (!OidIsValid(object.composite) || object.temporary)
		return false;
	if (change.address.objsubid != 0)
		return true;

	Address type{TypeRelationId, object.composite, 0};

	if (change.action == Action::create || touched.count(type) > 0)
		return false;
	change.address = type;
	object.object_type = "type";
	return true;
}

} // namespace

void
name(Resolved &resolved)
{
	std::vector<Address> addresses;
	std::vector<Described> described;
	std::set<Address> touched;

	for (const Change &change : resolved.changes) {
		touched.insert(change.address);
		if (change.identity.empty())
			addresses.push_back(change.address);
	}
	describe(addresses, resolved.created, described);

	size_t next = 0;
	std::erase_if(resolved.changes, [&](Change &change) {
		if (!change.identity.empty())
			return false;
		Described &object = described[next++];

		if (alters_composite(touched, change, object))
			object.internal = false;
		if (object.identity.empty() || object.temporary || object.internal)
			return true;
		name_as(change, std::move(object));
		return false;
	});
}

namespace {

/* object is a Described or a Target. */
template <typename Object>
void
add_described_drop(Record &record, const Address &address, Object &&object)
{
	if (object.identity.empty() || object.temporary || has_change(record, address))
		return;
	Change &change = record.changes.emplace_back();
	change.action = Action::drop;
	change.address = address;
	name_as(change, std::forward<Object>(object));
}

/* Of what a statement names, and of all that nearly everything has, the names are read at once. */
bool
add_known_drop(Frame &frame, const Address &address)
{
	if (const Target *target = target_at(frame.statement, address)) {
		add_described_drop(frame.record, address, *target);
		return true;
	}
	if (!frame.parts) {
		std::vector<Address> relations;

		for (const Target &target : frame.statement.targets)
			if (target.exists && target.address.classid == RelationRelationId && !target.temporary)
				relations.push_back(target.address);
		frame.parts.emplace();
		(void) recorder::survive_faults("describe what is dropped", false,
										[&] { describe_parts(relations, *frame.parts); });
	}
	auto part = frame.parts->find(address);
	if (part == frame.parts->end())
		return false;
	if (!part->second.internal)
		add_described_drop(frame.record, address, std::move(part->second));
	return true;
}

} // namespace

void
describe_drop(Record &record, const Address &address)
{
	Described object = describe(address);

	if (!object.internal)
		add_described_drop(record, address, std::move(object));
}

void
add_drop(Frame &frame, const Address &address)
{
	/* Never told of by itself. */
	if (address.classid == AttrDefaultRelationId) {
		frame.record.unnamed.push_back(address);
		return;
	}
	if (frame.parts_only) {
		/* Parts of what is temporary are, and types that are parts of relations are their row types. */
		if (frame.statement.temporary || address.classid == TypeRelationId || add_known_drop(frame, address))
			return;
	}
	(void) recorder::survive_faults("describe what is dropped", false, [&] { describe_drop(frame.record, address); });
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
		if (part &&
			(object.object_type == "type" || object.object_type == "toast table" || object.schema == "pg_toast"))
			continue;
		if (!object.original && object.address.classid == RewriteRelationId && object.name == "_RETURN")
			continue;
		if (!object.original && object.address.classid == AttrDefaultRelationId) {
			record.unnamed.push_back(object.address);
			continue;
		}
		Change &change = record.changes.emplace_back();
		change.action = Action::drop;
		change.address = object.address;
		name_as(change, std::move(object));
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
