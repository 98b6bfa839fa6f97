/*
 * policy.cpp - the decision: override, protection, freeze, extension, migration, exemption, class, in this order.
 */
#include "schema_guard/core/policy/policy.hpp"

#include <algorithm>
#include <cctype>

#include <fnmatch.h>

#include "schema_guard/core/failure.hpp"

namespace schema_guard {

const char *
mode_name(Mode mode) noexcept
{
	switch (mode) {
	case Mode::off:
		return "off";
	case Mode::observe:
		return "observe";
	case Mode::warn:
		return "warn";
	case Mode::enforce:
		return "enforce";
	}
	return "";
}

std::optional<Mode>
parse_mode(std::string_view text) noexcept
{
	for (Mode mode : {Mode::off, Mode::observe, Mode::warn, Mode::enforce})
		if (text == mode_name(mode))
			return mode;
	return std::nullopt;
}

const char *
class_name(CommandClass command_class) noexcept
{
	switch (command_class) {
	case CommandClass::none:
		return "none";
	case CommandClass::structure:
		return "structure";
	case CommandClass::access:
		return "access";
	case CommandClass::maintenance:
		return "maintenance";
	case CommandClass::data:
		return "data";
	}
	return "";
}

const char *
action_name(Action action) noexcept
{
	switch (action) {
	case Action::create:
		return "create";
	case Action::alter:
		return "alter";
	case Action::rename:
		return "rename";
	case Action::drop:
		return "drop";
	case Action::rewrite:
		return "rewrite";
	case Action::truncate:
		return "truncate";
	}
	return "";
}

bool
glob_matches(const std::string &pattern, const std::string &text) noexcept
{
	return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

std::string
subject(const Statement &statement)
{
	if (statement.targets.empty())
		return statement.tag;

	const Target &first = statement.targets.front();
	/* As the server's own messages: the name in one pair of quotes, not one that is quoted within. */
	std::string shown = first.identity.empty() ? first.name : first.identity;
	std::string plain = first.schema.empty() ? first.name : first.schema + "." + first.name;
	std::string bare = shown;
	std::erase(bare, '"');
	if (bare == plain)
		shown = plain;
	if (shown.empty())
		return statement.tag;

	/* The columns and constraints that ALTER TABLE names are part of its one object. */
	auto more = std::count_if(statement.targets.begin() + 1, statement.targets.end(), [&](const Target &target) {
		return target.object_type == first.object_type && target.identity != first.identity;
	});
	std::string text = statement.tag + " \"" + shown + "\"";
	if (more > 0)
		text += " and " + std::to_string(more) + " more";
	return text;
}

namespace {

bool
guarded(CommandClass command_class, const Caller &caller)
{
	return std::find(caller.guarded_classes.begin(), caller.guarded_classes.end(), command_class) !=
		   caller.guarded_classes.end();
}

bool
changes_schema(CommandClass command_class)
{
	return command_class == CommandClass::structure || command_class == CommandClass::access;
}

const Freeze *
active_freeze(const Policy &policy, Timestamp now)
{
	for (const Freeze &freeze : policy.freezes)
		if (freeze.starts_at <= now && now < freeze.ends_at)
			return &freeze;
	return nullptr;
}

/* A target without a schema (a role, a database) is covered only by a pattern that covers all. */
bool
exempted(const Statement &statement, const Exemption &exemption, const Caller &caller)
{
	if (exemption.until <= caller.now)
		return false;
	if (exemption.role != "*" && exemption.role != caller.session_user && exemption.role != caller.outer_user)
		return false;
	if (!exemption.tags.empty() &&
		std::none_of(exemption.tags.begin(), exemption.tags.end(),
					 [&](const std::string &tag) { return glob_matches(tag, statement.tag); }))
		return false;
	if (exemption.schema_pattern == "*")
		return true;
	return !statement.targets.empty() &&
		   std::all_of(statement.targets.begin(), statement.targets.end(), [&](const Target &target) {
			   const std::string &schema = target.object_type == "schema" ? target.name : target.schema;
			   return !schema.empty() && glob_matches(exemption.schema_pattern, schema);
		   });
}

Violation
no_migration(const Statement &statement, Mode mode, const Caller &caller)
{
	Violation violation{sqlstate::no_migration, "migration_only", {}, {}, {}};

	if (caller.override_ended)
		violation.message = subject(statement) + " refused: the override has ended, set schema_guard.override again";
	else
		violation.message = subject(statement) + " refused: no migration context, set schema_guard.migration first";
	violation.detail = mode == Mode::enforce
						   ? "This database is in mode enforce: its schema changes only inside a migration."
						   : "In mode enforce the schema changes only inside a migration.";
	if (caller.override_ended) {
		violation.hint =
			"SET LOCAL schema_guard.override = 'why it must be done now'; it lasts for schema_guard.override_timeout.";
		return violation;
	}
	violation.hint =
		"SET LOCAL schema_guard.migration = 'YYYYMMDDHHMMSS_description'; before the statement, in the same "
		"transaction. A role that may not set it needs: GRANT SET ON PARAMETER schema_guard.migration TO \"" +
		caller.outer_user + "\";";
	return violation;
}

} // namespace

std::optional<Violation>
judge_destruction(const Policy &policy, const Address &address, std::string_view tag)
{
	for (const Protection &protection : policy.protections) {
		/* A whole object takes its columns with it, and a column is a part of its whole. */
		bool itself = address.classid == protection.address.classid && address.objid == protection.address.objid &&
					  (address.objsubid == 0 || protection.address.objsubid == 0 ||
					   address.objsubid == protection.address.objsubid);
		bool carrier = !itself && std::find(protection.carriers.begin(), protection.carriers.end(), address) !=
									  protection.carriers.end();

		if (!itself && !carrier)
			continue;
		return Violation{sqlstate::protected_object, "protect:" + protection.identity,
						 std::string(tag) + " refused: \"" + protection.identity +
							 "\" is protected, schema_guard.override is needed",
						 "Protected because: " + protection.reason,
						 "SET LOCAL schema_guard.override = 'why it must be done now'; or end the protection with "
						 "schema_guard.unprotect()."};
	}
	return std::nullopt;
}

Judgement
judge(const Statement &statement, const Policy &policy, const Caller &caller)
{
	Judgement judgement;

	if (!caller.override_reason.empty()) {
		judgement.allowed_by = "override";
		return judgement;
	}

	/* A table and its column may both meet the same protection. */
	auto known = [&](const Violation &violation) {
		return std::any_of(judgement.violations.begin(), judgement.violations.end(),
						   [&](const Violation &other) { return other.rule == violation.rule; });
	};
	for (const Target &target : statement.targets)
		if (target.destructive && target.exists)
			if (auto violation = judge_destruction(policy, target.address, subject(statement));
				violation && !known(*violation))
				judgement.violations.push_back(std::move(*violation));

	if (changes_schema(statement.command_class) && guarded(statement.command_class, caller))
		if (const Freeze *freeze = active_freeze(policy, caller.now))
			judgement.violations.push_back(
				{sqlstate::frozen, "freeze",
				 subject(statement) + " refused: the schema is frozen, schema_guard.override is needed",
				 "Frozen because: " + freeze->reason,
				 "SET LOCAL schema_guard.override = 'why it must be done now'; or end the freeze with "
				 "schema_guard.unfreeze()."});

	if (caller.in_extension)
		judgement.allowed_by = "extension";
	else if (!caller.migration.empty())
		judgement.allowed_by = "migration";
	else if (std::any_of(policy.exemptions.begin(), policy.exemptions.end(),
						 [&](const Exemption &exemption) { return exempted(statement, exemption, caller); }))
		judgement.allowed_by = "exemption";
	else if (!guarded(statement.command_class, caller))
		judgement.allowed_by = "class";
	else
		judgement.violations.push_back(no_migration(statement, policy.mode, caller));

	if (!judgement.violations.empty())
		judgement.allowed_by.clear();
	return judgement;
}

const char *
migration_label_fault(std::string_view label) noexcept
{
	if (label.size() > 200)
		return "A migration is named by at most 200 bytes.";
	auto first = static_cast<unsigned char>(label.empty() ? '0' : label.front());
	if (first < 0x80 && !std::isalnum(first))
		return "The name of a migration begins with a letter or a digit, such as 20261121120000_add_orders.";
	for (char c : label)
		if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
			return "The name of a migration has no control characters.";
	if (!label.empty() && label.back() == ' ')
		return "The name of a migration does not end with a space.";
	for (std::string_view word : {"on", "off", "true", "false", "yes", "no", "none", "null", "0", "1"})
		if (label.size() == word.size() &&
			std::equal(label.begin(), label.end(), word.begin(), [](char a, char b) { return std::tolower(a) == b; }))
			return "This is not a switch: give the name of the migration, such as 20261121120000_add_orders.";
	return nullptr;
}

const char *
reason_fault(std::string_view reason) noexcept
{
	int characters = 0;
	int words = 0;
	bool in_word = false;

	for (char c : reason) {
		auto byte = static_cast<unsigned char>(c);

		if (byte < 0x20 || byte == 0x7f)
			return "A reason has no control characters.";
		if (byte == ' ') {
			in_word = false;
			continue;
		}
		if ((byte & 0xC0) != 0x80)
			characters++;
		if (!in_word)
			words++;
		in_word = true;
	}
	if (reason.size() > 1000)
		return "A reason has at most 1000 bytes.";
	if (characters < 10 || words < 2)
		return "A reason has at least ten characters and two words: it is what the next reader of the log will see.";
	return nullptr;
}

} // namespace schema_guard
