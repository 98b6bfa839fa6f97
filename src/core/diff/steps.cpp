/*
 * steps.cpp - what the nodes of a graph do, as statements there and back.
 */
#include "schema_guard/core/catalog/relations.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/diff/step_graph.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

class Writer {
public:
	Writer(const Comparison &comparison, const Renamed &renamed, const Breaks &breaks)
		: c_(comparison), renamed_(renamed), b_(breaks)
	{
	}

	std::vector<Step> write(const std::vector<Node> &nodes, const std::vector<size_t> &sequence) const
	{
		std::vector<Step> steps;

		for (size_t node : sequence) {
			steps.push_back(write(nodes[node]));
			if (steps.back().object().is("other object"))
				steps.back().reason = "no rule knows objects of this type: write this part by hand";
		}
		for (const Object *whole : c_.reordered) {
			const Object *old = c_.new_fates[c_.after.index(*whole)].partner;
			steps.push_back({Action::alter,
							 old,
							 whole,
							 {"position"},
							 "the order of its parts differs, which no statement changes",
							 {},
							 {}});
		}
		return steps;
	}

private:
	Script script(const Catalog &from, const Catalog &to) const
	{
		Script script(c_.options.script, &from, &to);
		script.set_apart(b_.apart);
		script.set_made([&c = c_, there = &to == &c_.after](const Object &object) {
			return there ? c.created(object) : c.removed(object);
		});
		return script;
	}

	Step write(const Node &node) const
	{
		Script forward = script(c_.before, c_.after), backward = script(c_.after, c_.before);
		const Object &object = *node.object;

		switch (node.role) {
		case Role::drop: {
			Step step{Action::drop, &object, nullptr, {}, c_.old_fates[c_.before.index(object)].reason, {}, {}};

			if (!node.silent)
				object.kind().drop(object, c_.before, forward);
			step.forward = forward.statements();
			if ((b_.cascades.count(&object) || object.kind().create_shell != nullptr) && !step.forward.empty() &&
				!step.forward.back().sql.ends_with(" CASCADE"))
				step.forward.back().sql += " CASCADE";
			create_whole(object, c_.before, c_.after, node.silent, backward);
			step.backward = backward.statements();
			return step;
		}
		case Role::shell:
			object.kind().create_shell(object, c_.after, forward);
			return {Action::create,		  nullptr, &object, {}, "the functions it is made of name it",
					forward.statements(), {}};
		case Role::placeholder:
			object.kind().placeholder(object, c_.after, forward);
			return {Action::create, nullptr, &object, {}, "others it depends on refer to it", forward.statements(), {}};
		case Role::create: {
			Step step{Action::create, nullptr, &object, {}, c_.new_fates[c_.after.index(object)].reason, {}, {}};

			if (b_.placeholders.count(&object)) {
				object.kind().complete(object, c_.after, forward);
				add_all_satellites(object, c_.after, c_.before, forward);
			} else {
				create_whole(object, c_.after, c_.before, node.silent, forward);
			}
			object.kind().drop(object, c_.after, backward);
			step.forward = forward.statements();
			if (const Object *whole = c_.after.parent(object);
				(catalog::is_relation(object) && !object.is("index")) || (whole != nullptr && c_.created(*whole)))
				nothing_there(step.forward);
			step.backward = backward.statements();
			return step;
		}
		case Role::alter: {
			size_t i = c_.before.index(object);
			const Alteration &change = c_.changes[i][node.change];
			const Object &now = *c_.old_fates[i].partner;
			Step step{Action::alter, &object, &now, {}, change.reason, change.forward, {}};

			for (size_t p : change.properties)
				step.properties.emplace_back(object.property(p).name);
			if (change.rule({now, object, c_.after, c_.before, c_.options.script}, backward)) {
				step.backward = backward.statements();
			} else {
				Script again = script(c_.after, c_.before);
				now.kind().drop(now, c_.after, again);
				create_whole(object, c_.before, c_.after, false, again);
				step.backward = again.statements();
			}
			return step;
		}
		case Role::rename:
			break;
		}
		return write_rename(object);
	}

	/* On a table that the script itself has made there are no rows to go through, and nobody to wait.  What goes through
	   others' rows has no lock of its own, or the same lock on them. */
	static void nothing_there(std::vector<StatementText> &statements)
	{
		for (StatementText &statement : statements) {
			if (statement.form->lock == Lock::none ||
				(statement.form->work != Work::none && statement.form->beside == statement.form->lock))
				continue;
			statement.hazards &= ~(full_scan | table_rewrite | blocking_lock | depends_on_data | breaks_applications);
			statement.on_new = true;
		}
	}

	/* With what its CREATE makes along, and with what hangs on all of it. */
	void create_whole(const Object &object, const Catalog &in, const Catalog &other, bool silent, Script &script) const
	{
		if (!silent)
			object.kind().create(object, in, script);
		add_all_satellites(object, in, other, script);
	}

	void add_all_satellites(const Object &object, const Catalog &in, const Catalog &other, Script &script) const
	{
		add_satellites(object, other, in, script);
		for (const Object *part : in.children(object)) {
			if (part->kind().created_by_parent && !b_.apart.count(part))
				add_all_satellites(*part, in, other, script);
		}
	}

	Step write_rename(const Object &renamed) const
	{
		size_t i = c_.before.index(renamed);
		auto found = std::find_if(renamed_.begin(), renamed_.end(), [&](const auto &r) { return r.first == i; });
		const std::vector<std::string> &old = found->second, &now = renamed.identity;
		size_t part = renamed.name_part();
		Object before = renamed, after = renamed;
		Step step{Action::rename, &renamed, c_.old_fates[i].partner, {"name"}, "", {}, {}};
		Script forward = script(c_.before, c_.after), backward = script(c_.after, c_.before);
		bool moves = c_.before.parent(renamed) == nullptr && renamed.identity_column(0) == "schema" && old[0] != now[0];

		/* The schema first, the name after it; the whole of a part has its new name by now. */
		before.identity.set(part, old[part]);
		if (moves) {
			Object moved = before;
			before.identity.set(0, old[0]);
			forward.add(rename_form(renamed), rename_statement(before) + " SET SCHEMA " + sql::identifier(now[0]),
						breaks_applications);
			if (old[part] == now[part])
				backward.add(rename_form(renamed), rename_statement(moved) + " SET SCHEMA " + sql::identifier(old[0]),
							 breaks_applications);
			before = moved;
		}
		if (old[part] != now[part]) {
			forward.add(rename_form(renamed), rename_statement(before, now[part]), breaks_applications);
			backward.add(rename_form(renamed), rename_statement(after, old[part]), breaks_applications);
			if (moves)
				backward.add(rename_form(renamed), rename_statement(before) + " SET SCHEMA " + sql::identifier(old[0]),
							 breaks_applications);
		}
		step.properties = {moves ? "schema" : "name"};
		step.forward = forward.statements();
		step.backward = backward.statements();
		step.reason = "was " + quoted(old);
		return step;
	}

	static const Form &rename_form(const Object &object)
	{
		if (object.is("index"))
			return form::rename_index;
		if (catalog::is_relation(object) || object.is("composite type") || object.is("attribute"))
			return form::rename;
		for (std::string_view part : {"column", "view column", "constraint", "rule", "trigger", "policy"}) {
			if (object.is(part))
				return form::rename;
		}
		return form::alter;
	}

	static std::string quoted(const std::vector<std::string> &identity)
	{
		std::string text;

		for (const std::string &part : identity)
			text += (text.empty() ? "" : ".") + sql::identifier(part);
		return text;
	}

	/* Parts of a table and of a type have forms of their own; with no name, the text before SET SCHEMA. */
	static std::string rename_statement(const Object &object, const std::string &name = {})
	{
		std::string to = " TO " + sql::identifier(name);

		if (object.is("column") || object.is("view column") || object.is("constraint"))
			return "ALTER TABLE " + sql::qualified(object.identity[0], object.identity[1]) + " RENAME " +
				   (object.is("constraint") ? "CONSTRAINT " : "COLUMN ") + sql::identifier(object.name()) + to;
		if (object.is("attribute"))
			return "ALTER TYPE " + sql::qualified(object.identity[0], object.identity[1]) + " RENAME ATTRIBUTE " +
				   sql::identifier(object.name()) + to;
		if (object.is("domain constraint"))
			return "ALTER DOMAIN " + sql::qualified(object.identity[0], object.identity[1]) + " RENAME CONSTRAINT " +
				   sql::identifier(object.name()) + to;
		return "ALTER " + object.kind().reference(object) + (name.empty() ? "" : " RENAME" + to);
	}

	const Comparison &c_;
	const Renamed &renamed_;
	const Breaks &b_;
};

} // namespace

std::vector<Step>
write_steps(const Comparison &comparison, const Renamed &renamed, const Breaks &breaks, const std::vector<Node> &nodes,
			const std::vector<size_t> &sequence)
{
	return Writer(comparison, renamed, breaks).write(nodes, sequence);
}

} // namespace schema_guard::diff
