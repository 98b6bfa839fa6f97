/*
 * watch.cpp - the stack of running statements; see watch.hpp.
 */
#include "schema_guard/pg/watch.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/naming.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/policy_store.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/tampering.hpp"
#include "schema_guard/pg/verdict.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_trigger.h"
#include "tcop/tcopprot.h"
}

namespace schema_guard::pg::watch {

using recorder::Change;
using recorder::Record;

namespace {

struct Touched {
	Action action;
	Address address;
	bool internal;
};

struct Frame {
	std::string tag; /* as event triggers say it */
	Statement statement;
	Record record;
	std::vector<Touched> touched;
	SubTransactionId subtransaction = InvalidSubTransactionId;
	/* It announced to touch nothing permanent, so nothing was judged; close() makes sure. */
	bool silent = false;
	/* Belongs to the script of schema_guard itself. */
	bool own_script = false;
	/* Event triggers report its drops. */
	bool informed = false;
	bool drops_guard = false;
};

/* Allocated once and kept: no global constructor, no destructor at exit. */
std::vector<Frame> &
frames()
{
	static std::vector<Frame> *stack = new std::vector<Frame>();

	return *stack;
}

bool
in_own_script()
{
	return creating_extension && session::running_extension() == "schema_guard";
}

/* Shared objects changed in a database without the extension: the server log is the only place there is. */
void
log_unguarded(const Opening &opening)
{
	Statement statement = read_statement(opening.utility);

	if (!statement.shared || statement.no_op)
		return;
	Record record = recorder::begin_record(GetCurrentTimestamp());
	record.tag = statement.tag;
	record.command_class = class_name(statement.command_class);
	record.text = statement_text(opening.utility, opening.query, opening.location, opening.length);
	server_log::write("unguarded", record, "", "the extension is not installed in this database");
}

void
fill(Record &record, const Opening &opening, const Statement &statement)
{
	record.tag = statement.tag;
	record.command_class = class_name(statement.command_class);
	if (opening.query != nullptr)
		record.text = statement_text(opening.utility, opening.query, opening.location, opening.length);
	record.irreversible = statement.irreversible;
	record.extension = session::running_extension();
	record.nesting = opening.top_level ? 0 : static_cast<int>(frames().size()) + 1;
	if (!opening.top_level)
		record.context = session::call_context();
}

/* What has committed by itself, or stands on disk, is judged before it runs or not at all. */
bool
can_refuse_afterwards(const Statement &statement)
{
	return !statement.irreversible && !statement.own_transactions;
}

/* The names such a statement gives, as far as it says them. */
std::vector<NamedObject>
named_before(const Node *utility, const Statement &statement)
{
	std::vector<NamedObject> objects;

	for (const Target &target : statement.targets) {
		if ((target.action != Action::create && target.action != Action::rename) || target.name.empty())
			continue;
		NamedObject &object = objects.emplace_back();

		object.object_type = target.object_type;
		object.schema = target.schema;
		object.name = target.name;
		if (!IsA(utility, IndexStmt))
			continue;
		auto *index = reinterpret_cast<const IndexStmt *>(utility);
		ListCell *cell;

		object.table = index->relation->relname;
		foreach (cell, index->indexParams) {
			const char *column = static_cast<const IndexElem *>(lfirst(cell))->name;

			object.columns.emplace_back(column ? column : "expr");
			if (column)
				object.key_columns.emplace_back(column);
		}
	}
	return objects;
}

bool
open_frame(const Opening &opening)
{
	const Policy &rules = policy();

	if (rules.mode == Mode::off)
		return false;

	Frame frame;
	frame.tag = GetCommandTagName(CreateCommandTag(opening.utility));
	frame.own_script = in_own_script();
	if (!frame.own_script) {
		TimestampTz now = GetCurrentTimestamp();

		frame.statement = read_statement(opening.utility);
		if (frame.statement.command_class == CommandClass::none)
			return false;
		frame.record.started_at = now;
		frame.silent = frame.statement.temporary || frame.statement.no_op;
		frame.record.tag = frame.statement.tag;
		if (!frame.silent) {
			frame.record = recorder::begin_record(now);
			fill(frame.record, opening, frame.statement);
			for (const Target &target : frame.statement.targets)
				frame.drops_guard = frame.drops_guard || (target.object_type == "extension" && target.name == "schema_guard");

			Caller caller = session::caller(now);
			Judgement judgement = judge(frame.statement, rules, caller);
			frame.record.allowed_by = judgement.allowed_by;
			if (auto violation = tampering(opening.utility, frame.statement))
				if (caller.override_reason.empty() || violation->sqlstate == sqlstate::own_table)
					judgement.violations.insert(judgement.violations.begin(), std::move(*violation));
			verdict::apply(rules.mode, judgement.violations, frame.record);
			if (!can_refuse_afterwards(frame.statement))
				for (const NamedObject &object : named_before(opening.utility, frame.statement))
					verdict::apply(rules.mode, judge_name(object), frame.record, false);
		}
	}
	frames().push_back(std::move(frame));
	return true;
}

/* An own transaction that a crash cuts short must have left a trace. */
void
leave_intent(Frame &frame, const Opening &opening)
{
	const Statement &statement = frame.statement;

	if (frame.silent || frame.own_script || !statement.own_transactions || !opening.top_level || IsTransactionBlock())
		return;
	if (!statement.intent_allowed) {
		server_log::write("started", frame.record, "", {});
		return;
	}
	(void) recorder::survive_faults("write its intent", false,
									[&] { frame.record.intent = recorder::write_intent(frame.record); });
}

/* PostgreSQL's own triggers of foreign keys, which no one created by a statement. */
bool
constraint_trigger(const Dropped &object)
{
	return object.address.classid == TriggerRelationId && !object.original && !object.normal &&
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

	for (const Touched &touched : frame.touched)
		if (touched.action == Action::create)
			add(Action::create, touched.address);
	for (const Target &target : frame.statement.targets)
		if (target.exists && target.action == Action::rename)
			add(Action::rename, target.address);
	for (const Touched &touched : frame.touched)
		if (touched.action != Action::create)
			add(touched.action, touched.address);
	for (const Target &target : frame.statement.targets)
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

/* A silent statement, or none, has changed something permanent: judged now, as if it had said so. */
void
judge_unannounced(Frame &frame, const std::vector<Change> &changes)
{
	const Policy &rules = policy();
	Statement statement = frame.statement;

	if (statement.command_class == CommandClass::none)
		statement.command_class = CommandClass::structure;
	statement.targets.clear();
	for (const Change &change : changes) {
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
	verdict::apply(rules.mode, judgement.violations, frame.record);
}

void
complete(Frame &frame)
{
	guard([] { CommandCounterIncrement(); });

	/* What was described when it was dropped comes last: drops are over by now. */
	std::vector<Change> drops = std::move(frame.record.changes);
	frame.record.changes = resolve(frame);
	std::move(drops.begin(), drops.end(), std::back_inserter(frame.record.changes));

	Record &record = frame.record;
	if (frame.silent) {
		if (record.changes.empty())
			return;
		TimestampTz started_at = record.started_at;
		std::vector<Change> changes = std::move(record.changes);

		record = recorder::begin_record(started_at);
		record.tag = frame.statement.tag;
		record.command_class = class_name(frame.statement.command_class);
		record.text = text_without_literals(debug_query_string ? debug_query_string : "");
		record.changes = changes;
		judge_unannounced(frame, changes);
	}

	std::vector<Address> named;
	std::vector<Address> changed;
	bool created = false;
	for (const Change &change : record.changes) {
		changed.push_back(change.address);
		created = created || change.action == Action::create || change.action == Action::rename;
		if (change.action == Action::create || change.action == Action::rename)
			named.push_back(change.address);
	}

	if (own::installed()) {
		if (!named.empty() && record.extension.empty() && can_refuse_afterwards(frame.statement))
			verdict::apply(policy().mode, judge_names(named, record.text), record, false);
		if (!policy().protections.empty())
			follow(changed, created);
	}
}

} // namespace

bool
open(const Opening &opening)
{
	bool opened = false;

	(void) recorder::survive_faults("judge the statement", false, [&] {
		opened = false;
		if (own::installed())
			opened = open_frame(opening);
		else
			log_unguarded(opening);
	});
	if (!opened)
		return false;
	frames().back().subtransaction = GetCurrentSubTransactionId();
	leave_intent(frames().back(), opening);
	return true;
}

void
close()
{
	if (frames().empty())
		return;
	Frame frame = std::move(frames().back());
	frames().pop_back();

	if (frame.own_script)
		return;
	frame.record.duration = GetCurrentTimestamp() - frame.record.started_at;
	(void) recorder::survive_faults("record the statement", !can_refuse_afterwards(frame.statement), [&] { complete(frame); });

	if (frame.record.changes.empty() && (frame.silent || frame.statement.if_exists))
		return;
	recorder::gather(std::move(frame.record));
	recorder::relieve();
}

void
abandon(const ErrorData &error) noexcept
{
	if (frames().empty())
		return;
	try {
		Frame frame = std::move(frames().back());

		frames().pop_back();
		/* Refusals have told of themselves. */
		if (frame.silent || frame.own_script || strncmp(unpack_sql_state(error.sqlerrcode), "SG", 2) == 0)
			return;
		server_log::write("failed", frame.record, unpack_sql_state(error.sqlerrcode), error.message ? error.message : "");
	} catch (...) {
		/* The user's own error matters more than our line about it, and it is on its way to the log. */
	}
}

void
forget_since(SubTransactionId subtransaction) noexcept
{
	while (!frames().empty() && frames().back().subtransaction >= subtransaction)
		frames().pop_back();
}

void
forget_all() noexcept
{
	frames().clear();
}

void
informed(const char *tag) noexcept
{
	if (is_innermost(tag))
		frames().back().informed = true;
}

bool
is_innermost(const char *tag) noexcept
{
	return !frames().empty() && frames().back().tag == tag;
}

bool
active() noexcept
{
	return !frames().empty();
}

namespace {

/* Objects of the frame's own statement that the policy protects, however it came to them. */
void
judge_touch(Frame &frame, Action action, const Address &address)
{
	const Policy *rules = known_policy();

	if (rules == nullptr || (action != Action::drop && action != Action::truncate))
		return;

	std::vector<Violation> violations;
	if (!rules->protections.empty() && *settings::override_reason(GetCurrentTimestamp()) == '\0')
		if (auto violation = judge_destruction(*rules, address, subject(frame.statement)))
			violations.push_back(std::move(*violation));
	if (!frame.drops_guard && address.classid == RelationRelationId && own::is_own_table(address.objid))
		violations.push_back({sqlstate::own_table, "own_table",
							  subject(frame.statement) + " refused: the guard's own tables are written by the guard alone", "",
							  "DROP EXTENSION schema_guard removes the guard."});
	if (!violations.empty())
		verdict::apply(rules->mode, violations, frame.record);
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

/* No statement is open: C code changes the schema, or a commit cleans up.  Each change is judged by itself. */
void
touched_outside(Action action, const Address &address)
{
	if (!own::installed() || policy().mode == Mode::off || in_own_script())
		return;

	bool large_object = address.classid == LargeObjectRelationId;
	Frame frame;

	frame.record = recorder::begin_record(GetCurrentTimestamp());
	frame.statement.tag = large_object ? (action == Action::drop ? "DROP LARGE OBJECT" : "CREATE LARGE OBJECT") : "FUNCTION CALL";
	frame.statement.command_class = large_object ? CommandClass::data : CommandClass::structure;
	frame.record.tag = frame.statement.tag;
	frame.record.command_class = class_name(frame.statement.command_class);

	if (action == Action::drop)
		describe_drop(frame.record, address);
	else {
		/* A row being made is visible to nobody yet: what it is called is known when the record is written. */
		Described object = describe_unseen(address);

		if (object.temporary || object.internal)
			return;
		Change &change = frame.record.changes.emplace_back();
		change.action = action;
		change.address = address;
		change.object_type = std::move(object.object_type);
		change.schema = std::move(object.schema);
		change.name = std::move(object.name);
		change.identity = std::move(object.identity);
	}
	if (frame.record.changes.empty())
		return;
	judge_unannounced(frame, frame.record.changes);

	if (Record *last = recorder::last_record(frame.record.tag)) {
		if (!has_change(*last, address))
			last->changes.push_back(std::move(frame.record.changes.front()));
		return;
	}
	frame.record.text = text_without_literals(debug_query_string ? debug_query_string : "");
	frame.record.context = session::call_context();
	frame.record.nesting = 1;
	frame.record.duration = 0;
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
			touched_outside(action, address);
		return;
	}

	Frame &frame = frames().back();
	if (frame.own_script || (internal && action == Action::drop))
		return;
	judge_touch(frame, action, address);
	if (action == Action::drop) {
		if (!frame.informed)
			describe_drop(frame.record, address);
		return;
	}
	/* What alters by the server's own doing, and the triggers that a foreign key is made of, are no one's change. */
	if (internal && (action == Action::alter || address.classid == TriggerRelationId))
		return;
	frame.touched.push_back({action, address, internal});
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
		if (part && (object.object_type == "type" || object.object_type == "toast table" || object.schema == "pg_toast" ||
					 (object.object_type == "rule" && object.name == "_RETURN")))
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
		frames().back().touched.push_back({Action::rewrite, {RelationRelationId, relid, 0}, false});
}

void
function_called(Oid function)
{
	touched(Action::alter, {ProcedureRelationId, function, 0}, false);
}

void
table_written(Oid relid, const char *tag)
{
	if (!own::installed() || own::writing() || policy().mode == Mode::off || in_own_script())
		return;

	const Policy &rules = policy();
	bool own_table = own::is_own_table(relid);
	TimestampTz now = GetCurrentTimestamp();
	Caller caller = session::caller(now);
	Described object = describe({RelationRelationId, relid, 0});
	Record record = recorder::begin_record(now);
	std::vector<Violation> violations;

	record.tag = tag;
	record.command_class = "guard";
	record.text = text_without_literals(debug_query_string ? debug_query_string : "");
	record.extension = session::running_extension();
	record.duration = 0;
	record.changes.push_back({Action::alter, {RelationRelationId, relid, 0}, object.object_type, object.schema, object.name,
							  object.identity, {}, false});

	std::string subject = std::string(tag) + " on \"" + object.identity + "\"";
	if (own_table && (object.name == "statement_log" || object.name == "guard_mode"))
		violations.push_back({sqlstate::own_table, "own_table", subject + " refused: the guard's own tables are written by the guard alone",
							  "The log could not be trusted otherwise.",
							  "schema_guard.enabled = off in postgresql.conf and a reload switch the guard off."});
	else if (caller.override_reason.empty() && !caller.in_extension)
		/* A restore fills the policy tables while the mode is observe. */
		violations.push_back({own_table ? sqlstate::own_table : sqlstate::tampering, own_table ? "own_table" : "catalog",
							  subject + " refused: " + (own_table ? "it changes the policy" : "it changes the catalogs directly") +
								  ", schema_guard.override is needed",
							  own_table ? "" : "What is written to a catalog is neither checked nor undone by any command.",
							  own_table ? "Use the functions of schema schema_guard." : "SET LOCAL schema_guard.override = 'why it must be done now';"});
	record.allowed_by = caller.in_extension ? "extension" : caller.override_reason.empty() ? "" : "override";
	verdict::apply(rules.mode, violations, record);
	if (own_table)
		own::announce_change();
	recorder::gather(std::move(record));
}

} // namespace schema_guard::pg::watch
