/*
 * naming_store.cpp - changes schema_guard.naming_rules, on record.
 */
#include "schema_guard/pg/naming.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/policy/naming_presets.hpp"
#include "schema_guard/pg/own_tables.hpp"

namespace schema_guard::pg {

namespace {

constexpr char insert_rule[] =
	"INSERT INTO schema_guard.naming_rules (name, object_type, schema_pattern, kind, pattern, severity, message, "
	"exceptions, preset) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text[], $9) ON CONFLICT (name) DO NOTHING";

const char *
word(NamingRule::Kind kind)
{
	return kind == NamingRule::Kind::regex ? "regex" : kind == NamingRule::Kind::builtin ? "builtin" : "template";
}

const char *
word(Severity severity)
{
	return severity == Severity::error ? "error" : "warning";
}

/* As array_out() writes it. */
std::string
array_literal(const std::vector<std::string> &items)
{
	std::string text = "{";

	for (const std::string &item : items) {
		text += text.size() > 1 ? ",\"" : "\"";
		for (char c : item) {
			if (c == '"' || c == '\\')
				text += '\\';
			text += c;
		}
		text += '"';
	}
	return text + "}";
}

std::vector<std::optional<std::string>>
row(const NamingRule &rule, const std::optional<std::string> &preset)
{
	return {
		to_server(rule.name),
		rule.object_type,
		to_server(rule.schema_pattern),
		word(rule.kind),
		to_server(rule.pattern),
		word(rule.severity),
		rule.message.empty() ? std::optional<std::string>() : to_server(rule.message),
		to_server(array_literal(rule.exceptions)),
		preset,
	};
}

std::string
quoted(const std::string &text)
{
	std::string result = "'";

	for (char c : text) {
		if (c == '\'')
			result += c;
		result += c;
	}
	return result + "'";
}

Failure
exists_already(const NamingRule &rule)
{
	return Failure(sqlstate::duplicate_object, "naming rule \"" + to_server(rule.name) + "\" exists already")
		.with_hint("SELECT schema_guard.drop_naming_rule(" + quoted(to_server(rule.name)) + ");");
}

} // namespace

void
add_naming_rule(const NamingRule &rule)
{
	if (rule.name.empty())
		throw Failure(sqlstate::invalid_parameter, "a naming rule needs a name");

	NamingRules compiled({rule}); /* refuses what cannot be */
	std::string call = "SELECT schema_guard.add_naming_rule(";
	const char *separator = "";

	for (const std::string &argument :
		 {rule.name, rule.object_type, rule.pattern, std::string(word(rule.kind)), std::string(word(rule.severity)),
		  rule.message, rule.schema_pattern, array_literal(rule.exceptions)}) {
		call += separator + quoted(to_server(argument));
		separator = ", ";
	}
	if (own::run_as_owner(insert_rule, row(rule, std::nullopt), "ADD NAMING RULE", call + ")") == 0)
		throw exists_already(rule);
}

void
drop_naming_rule(const std::string &name)
{
	std::string server_name = to_server(name);

	if (own::run_as_owner("DELETE FROM schema_guard.naming_rules WHERE name = $1", {server_name}, "DROP NAMING RULE",
						  "SELECT schema_guard.drop_naming_rule(" + quoted(server_name) + ")") == 0)
		throw Failure(sqlstate::undefined_object, "naming rule \"" + server_name + "\" does not exist");
}

void
use_naming_preset(const std::string &preset, Severity severity, const std::string &schema_pattern)
{
	std::vector<NamingRule> rules;
	std::string server_pattern = to_server(schema_pattern);

	if (preset != "none")
		rules = naming_preset(preset);
	own::run_as_owner("DELETE FROM schema_guard.naming_rules WHERE preset IS NOT NULL AND schema_pattern = $1",
					  {server_pattern}, "USE NAMING PRESET",
					  "SELECT schema_guard.use_naming_preset(" + quoted(preset) + ", " + quoted(word(severity)) + ", " +
						  quoted(server_pattern) + ")");
	for (NamingRule &rule : rules) {
		/* What a preset only warns of stays so. */
		rule.severity = std::min(rule.severity, severity);
		rule.schema_pattern = schema_pattern;
		if (schema_pattern != "*")
			rule.name += " in " + schema_pattern;
		if (own::execute(insert_rule, row(rule, preset)) == 0)
			throw exists_already(rule);
	}
}

} // namespace schema_guard::pg
