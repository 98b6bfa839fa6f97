/*
 * script.cpp - statements and lists of options.
 */
#include "schema_guard/core/diff/forms.hpp"

#include <algorithm>
#include <array>

namespace schema_guard {

namespace {

constexpr std::array<std::string_view, 9> lock_names = {
	"",		 "ACCESS SHARE",		"ROW SHARE", "ROW EXCLUSIVE",	"SHARE UPDATE EXCLUSIVE",
	"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"};

constexpr std::array<std::string_view, 9> hazards_by_bit = {
	"data loss",		 "table rewrite",  "full scan",		  "blocking lock",	"breaks applications",
	"privilege widened", "not reversible", "needs superuser", "depends on data"};

/* "name=value" at the first equals sign. */
std::pair<std::string, std::string>
split(const std::string &item)
{
	size_t equals = item.find('=');

	if (equals == std::string::npos)
		return {item, ""};
	return {item.substr(0, equals), item.substr(equals + 1)};
}

/* reloptions may carry a name space: toast.autovacuum_enabled. */
std::string
option_name(const std::string &name)
{
	size_t dot = name.find('.');

	return dot == std::string::npos ? sql::identifier(name) : sql::qualified(name.substr(0, dot), name.substr(dot + 1));
}

bool
has_name(const std::vector<std::string> &items, const std::string &name)
{
	return std::any_of(items.begin(), items.end(), [&](const std::string &item) { return split(item).first == name; });
}

} // namespace

std::string_view
lock_name(Lock lock)
{
	return lock_names[static_cast<size_t>(lock)];
}

std::vector<std::string>
hazard_names(unsigned hazards)
{
	std::vector<std::string> names;

	for (size_t bit = 0; bit < hazards_by_bit.size(); bit++) {
		if (hazards & (1u << bit))
			names.emplace_back(hazards_by_bit[bit]);
	}
	return names;
}

void
Script::add(const Form &form, std::string sql, unsigned hazards)
{
	hazards |= form.hazards;
	if (form.work == Work::rewrite)
		hazards |= table_rewrite;
	if (form.work == Work::scan)
		hazards |= full_scan;
	/* Nobody writes, or even reads, while rows are gone through under such a lock. */
	if (form.work != Work::none && form.lock >= Lock::share)
		hazards |= blocking_lock;
	statements_.push_back({&form, std::move(sql), hazards, {}});
}

void
Script::add_concurrently(const Form &form, const std::string &head, const std::string &tail)
{
	add(form, head + " CONCURRENTLY" + tail);
	statements_.back().in_block = head + tail;
}

bool
Script::online(const catalog::Object *object) const
{
	return options_.online && had(object);
}

bool
Script::had(const catalog::Object *object) const
{
	return before_ != nullptr && object != nullptr && before_->find_key(object->key()) != nullptr &&
		   !(made_ && made_(*object));
}

std::vector<std::string>
Change::added(std::string_view property) const
{
	std::vector<std::string> old = from.list(property), now = to.list(property);

	std::erase_if(now, [&](const std::string &item) { return std::find(old.begin(), old.end(), item) != old.end(); });
	return now;
}

std::vector<std::string>
Change::removed(std::string_view property) const
{
	std::vector<std::string> old = from.list(property), now = to.list(property);

	std::erase_if(old, [&](const std::string &item) { return std::find(now.begin(), now.end(), item) != now.end(); });
	return old;
}

void
alter_extensions(const Change &change, std::string_view property, const std::string &prefix, Script &script)
{
	for (const std::string &extension : change.removed(property))
		script.add(form::alter, prefix + " NO DEPENDS ON EXTENSION " + sql::identifier(extension));
	for (const std::string &extension : change.added(property))
		script.add(form::alter, prefix + " DEPENDS ON EXTENSION " + sql::identifier(extension));
}

void
add_extensions(const catalog::Object &object, std::string_view property, const std::string &prefix, Script &script)
{
	for (const std::string &extension : object.list(property))
		script.add(form::alter, prefix + " DEPENDS ON EXTENSION " + sql::identifier(extension));
}

std::string
option_list(const std::vector<std::string> &items)
{
	std::vector<std::string> texts;

	for (const std::string &item : items) {
		auto [name, value] = split(item);
		texts.push_back(option_name(name) + "=" + sql::literal(value));
	}
	return sql::join(texts);
}

void
alter_options(const Change &change, std::string_view property, const std::string &prefix, const Form &form,
			  Script &script)
{
	std::vector<std::string> set = change.added(property), reset;
	std::vector<std::string> now = change.to.list(property);

	for (const std::string &item : change.removed(property)) {
		std::string name = split(item).first;
		if (!has_name(now, name))
			reset.push_back(option_name(name));
	}
	if (!reset.empty())
		script.add(form, prefix + " RESET (" + sql::join(reset) + ")");
	if (!set.empty())
		script.add(form, prefix + " SET (" + option_list(set) + ")");
}

std::string
foreign_options(const catalog::Object &object, std::string_view property)
{
	std::vector<std::string> texts;

	for (const std::string &item : object.list(property)) {
		auto [name, value] = split(item);
		texts.push_back(sql::identifier(name) + " " + sql::literal(value));
	}
	return texts.empty() ? "" : " OPTIONS (" + sql::join(texts) + ")";
}

void
alter_foreign_options(const Change &change, std::string_view property, const std::string &prefix, const Form &form,
					  Script &script)
{
	std::vector<std::string> old = change.from.list(property), now = change.to.list(property), texts;

	for (const std::string &item : change.removed(property)) {
		std::string name = split(item).first;
		if (!has_name(now, name))
			texts.push_back("DROP " + sql::identifier(name));
	}
	for (const std::string &item : change.added(property)) {
		auto [name, value] = split(item);
		texts.push_back((has_name(old, name) ? "SET " : "ADD ") + sql::identifier(name) + " " + sql::literal(value));
	}
	if (!texts.empty())
		script.add(form, prefix + " OPTIONS (" + sql::join(texts) + ")");
}

} // namespace schema_guard
