/*
 * unannounced.cpp - what hooks see of objects: the net beneath the statements, and changes that no statement made.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/policy_store.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/verdict.hpp"
#include "schema_guard/pg/watch/frame.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_trigger.h"
#include "tcop/tcopprot.h"
}

namespace schema_guard::pg::watch {

using recorder::Change;
using recorder::name_as;
using recorder::Record;

void
judge_unannounced(Frame &frame, Mode mode)
{
	const Policy &rules = policy();
	Statement statement = frame.statement;

	if (statement.command_class == CommandClass::none)
		statement.command_class = CommandClass::structure;
	statement.targets.clear();
	for (const Change &change : frame.record.changes) {
		Target &target = statement.targets.emplace_back();

		target.action = change.action;
		target.object_type = change.object_type;
		target.schema = change.schema;
		target.name = change.name;
		target.identity = change.identity;
		target.address = change.address;
		target.exists = change.action != Action::create;
		target.destructive = change.action == Action::drop || change.action == Action::truncate;
	}

	Caller caller = session::caller(frame.record.started_at);
	Judgement judgement = judge(statement, rules, caller);

	for (Violation &violation : judgement.violations)
		if (violation.sqlstate == sqlstate::no_migration)
			violation.sqlstate = sqlstate::unguarded;
	frame.record.allowed_by = judgement.allowed_by;
	verdict::apply(mode, judgement.violations, frame.record);
}

namespace {

/* Objects of the frame's own statement that the policy protects, however it came to them. */
void
judge_touch(Frame &frame, Action action, const Address &address)
{
	if (action != Action::drop && action != Action::truncate)
		return;
	/* The statement may have waited for a lock since it was judged, and the policy has changed. */
	if (!policy_is_current() && own::found_here())
		(void) recorder::survive_faults("read the policy", false, [] { (void) policy(); });

	const Policy *rules = known_policy();
	if (rules == nullptr)
		return;

	std::vector<Violation> violations;
	if (!rules->protections.empty() && *settings::override_reason(GetCurrentTimestamp()) == '\0')
		if (auto violation = judge_destruction(*rules, address, subject(frame.statement)))
			violations.push_back(std::move(*violation));
	if (!frame.drops_guard && address.classid == RelationRelationId && own::is_own_table(address.objid))
		violations.push_back(
			{sqlstate::own_table, "own_table",
			 subject(frame.statement) + " refused: the guard's own tables are written by the guard alone", "",
			 "DROP EXTENSION schema_guard removes the guard."});
	if (!violations.empty())
		verdict::apply(rules->mode, violations, frame.record);
}

/* Describes and judges one change that no statement is open for; false when it is none of ours. */
bool
see_outside(Action action, const Address &address, bool internal, Frame &frame)
{
	if (in_own_script() || policy().mode == Mode::off)
		return false;

	bool large_object = address.classid == LargeObjectRelationId;

	frame.record = recorder::begin_record(GetCurrentTimestamp());
	frame.statement.tag =
		large_object ? (action == Action::drop ? "DROP LARGE OBJECT" : "CREATE LARGE OBJECT") : "FUNCTION CALL";
	frame.statement.command_class = large_object ? CommandClass::maintenance : CommandClass::structure;
	frame.record.tag = frame.statement.tag;
	frame.record.command_class = class_name(frame.statement.command_class);

	if (action == Action::drop)
		describe_drop(frame.record, address);
	else {
		/* A row being made is visible to nobody yet: what it is called is known when the record is written. */
		Described object = describe_unseen(address);

		if (object.temporary || object.internal)
			return false;
		Change &change = frame.record.changes.emplace_back();
		change.action = action;
		change.address = address;
		name_as(change, std::move(object));
	}
	if (frame.record.changes.empty())
		return false;
	/* The end of a session or transaction cleans up, and nothing may keep it from that. */
	judge_unannounced(frame, internal ? Mode::observe : policy().mode);
	frame.record.text = text_without_literals(debug_query_string ? debug_query_string : "");
	frame.record.context = session::call_context();
	frame.record.nesting = 1;
	frame.record.duration = 0;
	return true;
}

bool
drops(const Statement &statement, const Address &address)
{
	return std::any_of(statement.targets.begin(), statement.targets.end(), [&](const Target &target) {
		return target.action == Action::drop && target.address == address;
	});
}

/* No statement is open: C code changes the schema, or a commit cleans up.  Each change is judged by itself. */
void
touched_outside(Action action, const Address &address, bool internal)
{
	Frame frame;
	bool seen = false;

	/*
	 * The end of a subtransaction makes visible what its command has changed so far, which the middle of a creation does
	 * not bear, and a commit has room for none at all: there a fault of ours fails the user's act.
	 */
	bool bearable = action == Action::drop || address.classid == LargeObjectRelationId;
	bool saved = bearable && recorder::subtransaction_legal();
	auto look = [&] { seen = see_outside(action, address, internal, frame); };

	if (saved ? !own::found_here() : !own::installed())
		return;
	if (!saved)
		look();
	else if (!recorder::survive_faults("see what was changed outside of a statement", false, look))
		return;
	if (!seen)
		return;

	if (Record *last = recorder::last_record(frame.record.tag)) {
		if (!has_change(*last, address))
			last->changes.push_back(std::move(frame.record.changes.front()));
		return;
	}
	recorder::gather(std::move(frame.record));
}

} // namespace

void
touched(Action action, const Address &seen, bool internal)
{
	Address address = canonical(seen);

	if (frames().empty()) {
		/* Clean-up at commit is the server's own doing, and yet may take what is permanent along. */
		if (!internal || action == Action::drop)
			touched_outside(action, address, internal);
		return;
	}

	Frame &frame = frames().back();
	if (frame.own_script || OidIsValid(frame.record.queued_for))
		return;
	if (internal && action == Action::drop) {
		/* An index or a default that is made anew for a column's new type. */
		if (address.classid == RelationRelationId || address.classid == ConstraintRelationId ||
			address.classid == AttrDefaultRelationId)
			frame.record.unnamed.push_back(address);
		return;
	}
	/* ALTER TABLE ... DEFAULT goes down to the children, of which nothing else is told. */
	if (address.classid == AttrDefaultRelationId && frame.tag.compare(0, 6, "ALTER ") == 0) {
		Address column = column_of_default(address);

		if (action == Action::drop)
			frame.record.unnamed.push_back(address);
		if (!drops(frame.statement, column))
			frame.touched.push_back({Action::alter, column});
		return;
	}
	judge_touch(frame, action, address);
	if (action == Action::drop) {
		/* No event trigger is told of one of its own kind, be it that CASCADE takes it. */
		if (!frame.informed || address.classid == EventTriggerRelationId)
			add_drop(frame, address);
		return;
	}
	/* What alters by the server's own doing, and the triggers that a foreign key is made of, are no one's change. */
	if (internal && (action == Action::alter || address.classid == TriggerRelationId))
		return;
	frame.touched.push_back({action, address});
}

void
function_called(Oid function)
{
	touched(Action::alter, {ProcedureRelationId, function, 0}, false);
}

namespace {

/* False when the write is none of ours. */
bool
see_write(Oid relid, const char *tag, Record &record)
{
	if (!own::installed() || own::writing() || policy().mode == Mode::off || in_own_script())
		return false;

	const Policy &rules = policy();
	bool own_table = own::is_own_table(relid);
	TimestampTz now = GetCurrentTimestamp();
	Caller caller = session::caller(now);
	Described object = describe({RelationRelationId, relid, 0});
	std::vector<Violation> violations;

	record = recorder::begin_record(now);
	record.tag = tag;
	record.command_class = "guard";
	record.text = text_without_literals(debug_query_string ? debug_query_string : "");
	record.extension = session::running_extension();
	record.duration = 0;
	Change &change = record.changes.emplace_back();
	change.address = {RelationRelationId, relid, 0};
	name_as(change, object);

	std::string subject = std::string(tag) + " on \"" + object.identity + "\"";
	if (own_table && (object.name == "statement_log" || object.name == "log_block" || object.name == "guard_mode"))
		violations.push_back({sqlstate::own_table, "own_table",
							  subject + " refused: the guard's own tables are written by the guard alone",
							  "The log could not be trusted otherwise.",
							  "schema_guard.enabled = off in postgresql.conf and a reload switch the guard off."});
	else if (caller.override_reason.empty() && !caller.in_extension)
		/* A restore fills the policy tables while the mode is observe. */
		violations.push_back(
			{sqlstate::tampering, own_table ? "own_table" : "catalog",
			 subject + " refused: " + (own_table ? "it changes the policy" : "it changes the catalogs directly") +
				 ", schema_guard.override is needed",
			 own_table ? "" : "What is written to a catalog is neither checked nor undone by any command.",
			 own_table ? "Use the functions of schema schema_guard."
					   : "SET LOCAL schema_guard.override = 'why it must be done now';"});
	record.allowed_by = caller.in_extension ? "extension" : caller.override_reason.empty() ? "" : "override";
	verdict::apply(rules.mode, violations, record);
	if (own_table)
		own::announce_change();
	return true;
}

} // namespace

void
table_written(Oid relid, const char *tag)
{
	Record record;
	bool seen = false;

	if (recorder::survive_faults("judge what is written", false, [&] { seen = see_write(relid, tag, record); }) && seen)
		recorder::gather(std::move(record));
}

} // namespace schema_guard::pg::watch
