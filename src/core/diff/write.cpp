/*
 * write.cpp - steps as text.
 */
#include "schema_guard/core/diff/write.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/text/lexer.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

bool
known_property(const std::string &word)
{
	auto named = [&](const catalog::Property &property) { return property.name == word; };

	if (std::any_of(catalog::common_properties().begin(), catalog::common_properties().end(), named))
		return true;
	return std::any_of(catalog::kinds().begin(), catalog::kinds().end(), [&](const catalog::Kind *kind) {
		return std::any_of(kind->properties.begin(), kind->properties.end(), named);
	});
}

/* One line, so that it can stand in a comment. */
std::string
one_line(std::string text)
{
	std::replace_if(
		text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
	return text;
}

/*
 * A statement that waits for a lock lets nobody past itself, so it must not wait long: it fails, and can be run again.  Those
 * that do their work concurrently wait for others' transactions without being in anybody's way.
 */
std::string
with_timeouts(const std::vector<StatementText> &statements, std::string &timeout)
{
	std::string text;

	for (const StatementText &statement : statements) {
		bool waits = statement.lock() >= Lock::share_update_exclusive;
		std::string wanted = !statement.in_block.empty() ? "0" : "'5s'";

		if (waits && wanted != timeout) {
			timeout = wanted;
			text += "SET lock_timeout = " + timeout + ";\n";
		}
		text += statement.sql + ";\n";
	}
	return text;
}

} // namespace

void
read_ignored(const std::vector<std::string> &words, Options &options)
{
	for (const std::string &word : words) {
		if (!known_property(word))
			throw Failure(sqlstate::invalid_parameter, "no kind of object has an attribute \"" + word + "\" to ignore")
				.with_hint("Attributes are those that schema_guard.diff() shows, such as owner, grants, comment, "
						   "tablespace and position.");
		options.ignore.insert(word);
	}
}

Renaming
read_renaming(const std::string &text)
{
	size_t arrow = text.find(" -> ");
	auto bad = [&] {
		return Failure(sqlstate::invalid_parameter, "renaming \"" + text + "\" cannot be read")
			.with_hint("renames => ARRAY['table public.old -> public.new', 'column public.t.a -> public.t.b']");
	};
	const catalog::Kind *kind = nullptr;

	for (const catalog::Kind *candidate : catalog::kinds()) {
		if (text.starts_with(std::string(candidate->name) + " ") &&
			(kind == nullptr || candidate->name.size() > kind->name.size()))
			kind = candidate;
	}
	if (kind == nullptr || arrow == std::string::npos || arrow <= kind->name.size())
		throw bad();

	auto key = [&](const std::string &identity) {
		lexer::Tokens tokens = lexer::tokenize(identity);
		std::string key(kind->name);

		for (const lexer::Token &token : tokens.tokens) {
			std::string part(token.in(identity));

			if (part == ".")
				continue;
			key += '\0';
			if (token.kind == lexer::TokenKind::quoted) {
				part = part.substr(1, part.size() - 2);
				for (size_t at = 0; (at = part.find("\"\"", at)) != std::string::npos; at++)
					part.erase(at, 1);
			}
			key += part;
		}
		return key;
	};
	return {key(text.substr(kind->name.size() + 1, arrow - kind->name.size() - 1)), key(text.substr(arrow + 4))};
}

std::string
joined(const std::vector<StatementText> &statements)
{
	std::string text;

	for (const StatementText &statement : statements)
		text += (text.empty() ? "" : "\n") + statement.sql + ";";
	return text;
}

std::string
write_script(const Diff &diff, const std::string &title)
{
	std::string text = "-- " + one_line(title) + "\n";

	if (diff.steps.empty())
		return text + "-- Nothing differs.\n";
	/* Names in deparsed text are qualified for this path; bodies may name what comes later. */
	text += "SET search_path = pg_catalog, pg_temp;\nSET check_function_bodies = off;\n";
	std::string timeout;
	for (const Step &step : diff.steps) {
		unsigned hazards = 0;
		bool transactional = true;

		for (const StatementText &statement : step.forward) {
			hazards |= statement.hazards;
			transactional = transactional && statement.form->transactional;
		}
		if (step.forward.empty() && step.reason.empty())
			continue;
		text += "\n";
		if (!step.reason.empty())
			text += "-- " + one_line(step.object().display() + ": " + step.reason) + "\n";
		if (hazards != 0)
			text += "-- hazards: " + sql::join(hazard_names(hazards)) + "\n";
		if (!transactional)
			text += "-- not in a transaction block\n";
		if (diff.script.online)
			text += with_timeouts(step.forward, timeout);
		else if (!step.forward.empty())
			text += joined(step.forward) + "\n";
	}
	if (!timeout.empty())
		text += "\nRESET lock_timeout;";
	return text + "\nRESET check_function_bodies;\nRESET search_path;\n";
}

std::vector<Row>
rows(const Diff &diff)
{
	std::vector<Row> rows;

	for (size_t i = 0; i < diff.steps.size(); i++) {
		const Step &step = diff.steps[i];

		if (step.action != Action::alter) {
			rows.push_back({i + 1, &step, "", std::nullopt, std::nullopt, true});
			continue;
		}
		for (const std::string &property : step.properties) {
			bool has = step.from->find(property) < step.from->property_count();
			rows.push_back({i + 1, &step, property, has ? step.from->value(property) : std::nullopt,
							has ? step.to->value(property) : std::nullopt, &property == &step.properties.front()});
		}
	}
	return rows;
}

} // namespace schema_guard::diff
