/*
 * statements.cpp - the stack of running statements: judged, run, completed, recorded.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/attempts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/event_trigger.hpp"
#include "schema_guard/pg/naming.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/policy_store.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/tampering.hpp"
#include "schema_guard/pg/verdict.hpp"
#include "schema_guard/pg/watch/frame.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "tcop/tcopprot.h"
}

namespace schema_guard::pg::watch {

using recorder::Change;
using recorder::name_as;
using recorder::Record;

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

namespace {

enum class Reading { not_begun, names, done, impossible };

void
fill(Record &record, const Opening &opening, const Statement &statement)
{
	record.tag = statement.tag;
	record.command_class = class_name(statement.command_class);
	if (opening.query != nullptr)
		record.text = statement_text(opening.utility, opening.query, opening.location, opening.length);
	/* Maintenance in transactions of its own has happened by the time its record is written. */
	record.irreversible =
		statement.irreversible || (statement.own_transactions && statement.command_class == CommandClass::maintenance);
	record.extension = session::running_extension();
	record.nesting = opening.top_level ? 0 : static_cast<int>(frames().size()) + 1;
	if (!opening.top_level)
		record.context = session::call_context();
}

/* Whose worker writes what is done to the cluster from a database without the extension; InvalidOid for nobody's. */
Oid
home_database()
{
	const char *name = settings::home_database();

	return *name ? guard([=] { return get_database_oid(name, true); }) : InvalidOid;
}

/*
 * In recovery, or in a database without the extension: nothing is judged and no row can be written here.  What changes
 * the cluster gets its line in the server log; a worker writes the row where there is a place for it.
 */
bool
open_unguarded(const Opening &opening, Reading &reading, const char *why)
{
	if (reading == Reading::impossible)
		return false;
	reading = Reading::names;
	Statement statement = read_statement(opening.utility);
	reading = Reading::done;

	bool installed = own::installed();

	if (statement.command_class == CommandClass::none || statement.no_op || statement.temporary ||
		!(statement.shared || installed) || (installed && policy().mode == Mode::off))
		return false;

	Frame frame;
	Record &record = frame.record;
	record = recorder::begin_record(GetCurrentTimestamp());
	fill(record, opening, statement);
	if (statement.shared)
		server_log::write("unguarded", record, "", why);
	record.decision = "allowed";
	record.allowed_by = "unguarded";
	record.queued_for = installed ? MyDatabaseId : home_database();
	if (!OidIsValid(record.queued_for))
		return false;
	frame.tag = statement.tag;
	frame.statement = std::move(statement);
	frames().push_back(std::move(frame));
	return true;
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
		describe_index(reinterpret_cast<const IndexStmt *>(utility), object);
	}
	return objects;
}

/* A statement whose names cannot be looked up: the server will most likely refuse it in its own words. */
Statement
unreadable_statement(const Node *utility, const std::string &tag)
{
	Statement statement;

	statement.tag = tag;
	statement.command_class = command_class(utility);
	return statement;
}

/* A name that is ambiguous, of another kind, misspelt, out of reach: classes 42, 3F, 0A, 22. */
bool
is_mistake(int sqlstate)
{
	int category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_TO_CATEGORY(ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_INVALID_SCHEMA_NAME) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_FEATURE_NOT_SUPPORTED) ||
		   category == ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION);
}

/* What such a statement makes, empties or drops is the relation it names, or part of it. */
bool
stays_with_its_relation(const Node *utility)
{
	switch (nodeTag(utility)) {
	case T_CreateStmt:
	case T_TruncateStmt:
		return true;
	case T_IndexStmt:
		return !reinterpret_cast<const IndexStmt *>(utility)->concurrent;
	default:
		return event_trigger::drops_parts_only(utility);
	}
}

/* Of what was touched, nothing is of another kind than relations and their parts. */
bool
touched_relations_only(const Frame &frame)
{
	return frame.record.changes.empty() &&
		   std::all_of(frame.touched.begin(), frame.touched.end(), [](const Touched &touched) {
			   Oid classid = touched.address.classid;
			   return classid == RelationRelationId || classid == TypeRelationId || classid == ConstraintRelationId ||
					  classid == AttrDefaultRelationId;
		   });
}

bool
open_frame(const Opening &opening, Reading &reading)
{
	const Policy &rules = policy();

	if (rules.mode == Mode::off)
		return false;

	Frame frame;
	frame.tag = GetCommandTagName(CreateCommandTag(opening.utility));
	frame.own_script = in_own_script();
	frame.parts_only = event_trigger::drops_parts_only(opening.utility);
	frame.protections = rules.protections;
	/* Within another statement its drops would be told as that one's. */
	frame.speaks_for_itself = !frame.own_script && frames().empty() && event_trigger::tells_nothing(opening.utility) &&
							  event_trigger::all_ours();
	if (!frame.own_script) {
		TimestampTz now = GetCurrentTimestamp();

		if (reading == Reading::impossible) {
			frame.statement = unreadable_statement(opening.utility, frame.tag);
		} else {
			reading = Reading::names;
			frame.statement = read_statement(opening.utility);
			reading = Reading::done;
		}
		if (frame.statement.command_class == CommandClass::none)
			return false;
		frame.record.started_at = now;
		frame.silent = frame.statement.temporary || frame.statement.no_op;
		frame.stays_temporary = frame.statement.temporary && stays_with_its_relation(opening.utility);
		frame.record.tag = frame.statement.tag;
		if (!frame.silent) {
			Caller caller = session::caller(now);

			frame.record = recorder::begin_record(caller);
			fill(frame.record, opening, frame.statement);
			for (const Target &target : frame.statement.targets)
				frame.drops_guard =
					frame.drops_guard || (target.object_type == "extension" && target.name == "schema_guard");

			Judgement judgement = judge(frame.statement, rules, caller);
			frame.record.allowed_by = judgement.allowed_by;
			if (auto violation = tampering(opening.utility, frame.statement))
				if (caller.override_reason.empty() || violation->sqlstate == sqlstate::own_table)
					judgement.violations.insert(judgement.violations.begin(), std::move(*violation));
			frame.record.announced = &frame.statement;
			verdict::apply(rules.mode, judgement.violations, frame.record);
			if (!can_refuse_afterwards(frame.statement))
				for (const NamedObject &object : named_before(opening.utility, frame.statement))
					verdict::apply(rules.mode, judge_name(object, frame.record.text), frame.record, false);
		}
	}
	frame.record.announced = nullptr;
	frames().push_back(std::move(frame));
	return true;
}

/* Nothing of it need be looked up or judged: the record is whole with what the statement says itself. */
bool
is_complete(const Frame &frame, const Resolved &resolved)
{
	return !resolved.unnamed && !frame.silent && frame.protections.empty();
}

void
add_changes(Frame &frame, std::vector<Change> changes)
{
	/* What was described when it was dropped comes last: drops are over by now. */
	std::vector<Change> drops = std::move(frame.record.changes);

	/* As event triggers tell it: what was named before its parts. */
	if (frame.parts_only)
		std::reverse(drops.begin(), drops.end());
	frame.record.changes = std::move(changes);
	std::move(drops.begin(), drops.end(), std::back_inserter(frame.record.changes));
}

void
complete(Frame &frame, Resolved &resolved)
{
	guard([] { CommandCounterIncrement(); });
	name(resolved);
	add_changes(frame, std::move(resolved.changes));

	Record &record = frame.record;
	if (frame.silent) {
		if (record.changes.empty())
			return;
		std::vector<Change> changes = std::move(record.changes);

		int64_t duration = record.duration;

		record = recorder::begin_record(record.started_at);
		record.duration = duration;
		record.tag = frame.statement.tag;
		record.command_class = class_name(frame.statement.command_class);
		record.text = text_without_literals(debug_query_string ? debug_query_string : "");
		record.changes = std::move(changes);
		judge_unannounced(frame, policy().mode);
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
		if (!frame.protections.empty())
			follow(frame.protections, changed, created);
	}
}

} // namespace

bool
open(const Opening &opening)
{
	size_t depth = frames().size();
	bool opened = false;
	Reading reading = Reading::not_begun;
	auto judge = [&] {
		opened = false;
		/* What another session has committed holds from now on, also in a transaction that was open before. */
		guard([] { AcceptInvalidationMessages(); });
		if (RecoveryInProgress())
			opened = open_unguarded(opening, reading, "this server is in recovery");
		else if (own::installed())
			opened = open_frame(opening, reading);
		else {
			own::report_misfit();
			opened = open_unguarded(opening, reading, "the extension is not installed in this database");
		}
	};
	auto is_users = [&](int sqlstate) {
		if (reading != Reading::names || !is_mistake(sqlstate))
			return false;
		reading = Reading::impossible;
		return true;
	};

	try {
		if (!recorder::survive_faults("judge the statement", false, judge, is_users) && reading == Reading::impossible)
			(void) recorder::survive_faults("judge the statement", false, judge);
		if (opened)
			frames().back().subtransaction = GetCurrentSubTransactionId();
	} catch (...) {
		/* Nobody will close what the caller was not told of. */
		frames().erase(frames().begin() + static_cast<std::ptrdiff_t>(depth), frames().end());
		throw;
	}
	return opened;
}

bool
commits_midway() noexcept
{
	if (frames().size() != 1)
		return false;

	const Frame &frame = frames().back();

	return frame.statement.leaves_intent && !frame.intent_tried && !frame.silent && !frame.own_script &&
		   !OidIsValid(frame.record.queued_for);
}

void
leave_intent()
{
	Frame &frame = frames().back();

	frame.intent_tried = true;
	(void) recorder::survive_faults("write its start", frame.statement.irreversible, [&] {
		if (!own::installed())
			return;

		Record record = frame.record;
		Resolved resolved = resolve(frame);

		guard([] { CommandCounterIncrement(); });
		name(resolved);
		record.changes.insert(record.changes.begin(), std::make_move_iterator(resolved.changes.begin()),
							  std::make_move_iterator(resolved.changes.end()));
		/* What is to be dropped stands, and is changed before that. */
		for (Change &change : record.changes)
			if (change.action == Action::drop)
				change.action = Action::alter;
		for (const Target &target : frame.statement.targets)
			if (target.exists && target.action == Action::drop)
				record.unnamed.push_back(target.address);
		frame.record.intent = recorder::write_intent(record);
	});
}

void
close()
{
	if (frames().empty())
		return;
	Frame frame = std::move(frames().back());
	frames().pop_back();

	if (frame.own_script || (frame.stays_temporary && touched_relations_only(frame)))
		return;
	frame.record.duration = GetCurrentTimestamp() - frame.record.started_at;
	if (OidIsValid(frame.record.queued_for)) {
		for (Target &target : frame.statement.targets) {
			Change &change = frame.record.changes.emplace_back();

			change.action = target.action;
			change.address = target.address;
			name_as(change, std::move(target));
		}
		recorder::gather_elsewhere(std::move(frame.record));
		return;
	}
	Resolved resolved = resolve(frame);
	if (is_complete(frame, resolved))
		add_changes(frame, std::move(resolved.changes));
	else
		(void) recorder::survive_faults("record the statement", !can_refuse_afterwards(frame.statement),
										[&] { complete(frame, resolved); });

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
		server_log::write("failed", frame.record, unpack_sql_state(error.sqlerrcode),
						  error.message ? error.message : "");
		frame.record.announced = &frame.statement;
		attempts::queue(frame.record, attempts::Outcome::failed, unpack_sql_state(error.sqlerrcode));
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
		frames().back().informed = !frames().back().parts_only;
}

bool
awaits_drops(const char *tag) noexcept
{
	return is_innermost(tag) && frames().back().informed;
}

bool
is_innermost(const char *tag) noexcept
{
	return !frames().empty() && frames().back().tag == tag;
}

bool
speaks_for_itself() noexcept
{
	return !frames().empty() && frames().back().speaks_for_itself;
}

bool
active() noexcept
{
	return !frames().empty();
}

} // namespace schema_guard::pg::watch
