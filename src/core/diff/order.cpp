/*
 * order.cpp - steps, sorted by the dependencies of both schemas.
 *
 * Teardown follows what depended on what in the old schema, building what depends on what in the new one.  Edges that
 * are only good manners (an index is built after the column beside it changed) are soft: a ring of steps gives them up
 * first.  What is left of a ring is broken by taking apart what was to be done in one statement, or by a placeholder.
 */
#include "schema_guard/core/diff/diff.hpp"
#include "schema_guard/core/diff/forms.hpp"
#include "schema_guard/core/failure.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace schema_guard::diff {

namespace {

constexpr size_t none = static_cast<size_t>(-1);

enum class Role { rename, drop, placeholder, shell, create, alter };

struct Edge {
	size_t to;
	bool hard;
	const Object *from_part; /* absorbed in its whole's step, for which the edge is */
	const Object *to_part;
};

struct Node {
	Role role;
	const Object *object; /* of after; of before for drops and alters */
	size_t change = 0;	  /* alter: number of the alteration */
	bool silent = false;  /* another statement does it, owner and comment are left */
	bool cascade = false;
	std::tuple<int, int, std::string, int, size_t> priority;
	std::vector<Edge> out;
	size_t in = 0;
};

class Orderer {
public:
	Orderer(const Comparison &comparison, const Renamed &renamed) : c_(comparison), renamed_(renamed) {}

	std::vector<Step> run()
	{
		for (;;) {
			build();
			if (sort())
				return write();
		}
	}

private:
	/* --- nodes --- */

	size_t add(Role role, const Object &object, size_t change = 0)
	{
		int rank = object.kind().rank;

		nodes_.push_back({role,
						  &object,
						  change,
						  false,
						  false,
						  {role == Role::drop	  ? 1
						   : role == Role::rename ? 0
												  : 2,
						   role == Role::drop ? -rank : rank, object.key(), static_cast<int>(role), change},
						  {},
						  0});
		return nodes_.size() - 1;
	}

	bool removed(const Object *old) const { return old != nullptr && c_.removed(*old); }
	bool created(const Object *now) const { return now != nullptr && c_.created(*now); }

	/* The object whose DROP drops this one. */
	const Object *drop_carrier(const Object *old) const
	{
		for (;;) {
			const Object *whole = c_.before.parent(*old);

			if (!removed(whole) || apart_.count(old)) {
				whole = nullptr;
				/* The functions a type is made of go with the type. */
				for (const Object *type : c_.before.dependents(*old)) {
					if (type->kind().create_shell != nullptr && removed(type) && depends(c_.before, *old, *type))
						whole = type;
				}
				auto ring = carried_.find(old);
				if (ring != carried_.end())
					whole = ring->second;
			}
			if (whole == nullptr)
				return old;
			old = whole;
		}
	}

	const Object *create_carrier(const Object *now) const
	{
		for (;;) {
			const Object *whole = c_.after.parent(*now);

			if (!now->kind().created_by_parent || !created(whole) || apart_.count(now))
				return now;
			now = whole;
		}
	}

	static bool depends(const Catalog &catalog, const Object &object, const Object &on)
	{
		std::vector<const Object *> needed = catalog.depends_on(object);

		return std::find(needed.begin(), needed.end(), &on) != needed.end();
	}

	void build()
	{
		nodes_.clear();
		drop_.assign(c_.before.size(), none);
		rename_.assign(c_.before.size(), none);
		alters_.assign(c_.before.size(), {});
		create_.assign(c_.after.size(), none);
		early_.assign(c_.after.size(), none);

		for (size_t i = 0; i < c_.before.size(); i++) {
			const Object &old = c_.before[i];

			if (c_.old_fates[i].kind != Fate::kept) {
				if (drop_carrier(&old) == &old)
					drop_[i] = add(Role::drop, old);
			} else if (c_.old_fates[i].partner != nullptr) {
				for (size_t n = 0; n < c_.changes[i].size(); n++)
					alters_[i].push_back(add(Role::alter, old, n));
			}
		}
		for (const auto &[i, old_identity] : renamed_) {
			if (renames_itself(c_.before[i], old_identity))
				rename_[i] = add(Role::rename, c_.before[i]);
		}
		for (size_t i = 0; i < c_.after.size(); i++) {
			const Object &now = c_.after[i];

			if (c_.new_fates[i].kind == Fate::kept || create_carrier(&now) != &now)
				continue;
			create_[i] = add(Role::create, now);
			if (now.kind().create_shell != nullptr)
				early_[i] = add(Role::shell, now);
			else if (placeholders_.count(&now))
				early_[i] = add(Role::placeholder, now);
			if (early_[i] != none)
				edge(early_[i], create_[i]);
		}
		for (size_t i = 0; i < c_.before.size(); i++)
			link_old(i);
		for (size_t i = 0; i < c_.after.size(); i++)
			link_new(i);
		link_names();
	}

	/* A part keeps its own name when its whole gets another. */
	bool renames_itself(const Object &old, const std::vector<std::string> &old_identity) const
	{
		size_t part = old.name_part();

		/* What ties tables, or indexes, has the name of one of them. */
		if (old.is("partition") || old.is("inheritance") || old.is("index partition"))
			return false;
		if (old_identity[part] != old.identity[part])
			return true;
		return c_.before.parent(old) == nullptr && old_identity.front() != old.identity.front() &&
			   old.identity_column(0) == "schema";
	}

	/* --- edges --- */

	void edge(size_t from, size_t to, bool hard = true, const Object *from_part = nullptr,
			  const Object *to_part = nullptr)
	{
		if (from == none || to == none || from == to || (!hard && given_up_.count({id(from), id(to)})))
			return;
		nodes_[from].out.push_back({to, hard, from_part, to_part});
		nodes_[to].in++;
	}

	std::tuple<const Object *, int, size_t> id(size_t node) const
	{
		return {nodes_[node].object, static_cast<int>(nodes_[node].role), nodes_[node].change};
	}

	void link_old(size_t i)
	{
		const Object &old = c_.before[i];

		if (c_.old_fates[i].kind == Fate::kept) {
			for (size_t k = 0; k < alters_[i].size(); k++) {
				edge(rename_of(old), alters_[i][k]);
				if (c_.changes[i][k].takes_down && old.kind().changes_with != nullptr)
					link_along(old, alters_[i][k]);
			}
			return;
		}

		const Object *carrier = drop_carrier(&old);
		size_t drop = drop_[c_.before.index(*carrier)];

		edge(rename_of(old), drop);
		/* Carried by its whole, it does not matter what else would take it along. */
		if (old.kind().dropped_with != nullptr && carrier == &old) {
			for (const Object *other : old.kind().dropped_with(old, c_.before, c_.after)) {
				if (removed(other)) {
					edge(drop_[c_.before.index(*drop_carrier(other))], drop);
					nodes_[drop].silent = true;
				}
			}
		}
		if (old.kind().dropped_after != nullptr && carrier == &old) {
			for (const Object *other : old.kind().dropped_after(old, c_.before, c_.after)) {
				if (removed(other))
					edge(drop_[c_.before.index(*drop_carrier(other))], drop);
			}
		}
		for (const Object *dependent : c_.before.dependents(old)) {
			size_t d = c_.before.index(*dependent);

			if (removed(dependent)) {
				const Object *other = drop_carrier(dependent);

				if (!goes_after(*dependent, old))
					edge(drop_[c_.before.index(*other)], drop, true, other == dependent ? nullptr : dependent,
						 carrier == &old ? nullptr : &old);
			} else {
				for (size_t alter : alters_[d])
					edge(alter, drop);
			}
		}
		for (const Object *needed : c_.before.depends_on(old)) {
			if (removed(needed))
				continue;
			size_t n = c_.before.index(*needed);
			for (size_t k = 0; k < alters_[n].size(); k++)
				edge(drop, alters_[n][k], c_.changes[n][k].takes_down);
		}
		if (c_.old_fates[i].kind == Fate::replaced)
			edge(drop, first_of(*c_.old_fates[i].partner));
	}

	/* What is taken down for a change since it depends on what changes along is away while that is done. */
	void link_along(const Object &old, size_t alter)
	{
		for (const Object *along : old.kind().changes_with(old, c_.before)) {
			for (const Object *dependent : c_.before.dependents(*along)) {
				const Fate &fate = c_.old_fates[c_.before.index(*dependent)];

				if (fate.kind == Fate::kept)
					continue;
				edge(drop_[c_.before.index(*drop_carrier(dependent))], alter, false);
				if (fate.kind == Fate::replaced)
					edge(alter, first_of(*fate.partner), false);
			}
		}
	}

	/* The one that dropped_with says goes with other goes after it; unless its own whole takes it along. */
	bool goes_after(const Object &old, const Object &other) const
	{
		if (old.kind().dropped_with == nullptr || drop_carrier(&old) != &old)
			return false;
		std::vector<const Object *> with = old.kind().dropped_with(old, c_.before, c_.after);
		return std::find(with.begin(), with.end(), &other) != with.end();
	}

	size_t rename_of(const Object &old) const
	{
		for (const Object *whole = &old; whole != nullptr; whole = c_.before.parent(*whole)) {
			if (size_t node = rename_[c_.before.index(*whole)]; node != none)
				return node;
		}
		return none;
	}

	/* The first step that makes an object. */
	size_t first_of(const Object &now) const
	{
		size_t i = c_.after.index(*create_carrier(&now));

		return early_[i] != none ? early_[i] : create_[i];
	}

	/* The step after which other may refer to needed. */
	size_t usable(const Object &needed, const Object &other) const
	{
		const Object *carrier = create_carrier(&needed);
		size_t i = c_.after.index(*carrier);

		if (early_[i] == none)
			return create_[i];
		if (carrier->kind().create_shell != nullptr)
			return depends(c_.after, *carrier, other) ? early_[i] : create_[i];
		return early_[i];
	}

	void link_new(size_t i)
	{
		const Object &now = c_.after[i];
		bool is_new = c_.new_fates[i].kind != Fate::kept;

		if (!is_new && c_.new_fates[i].partner == nullptr)
			return;

		const Object *carrier = is_new ? create_carrier(&now) : &now;
		std::vector<size_t> steps;

		if (is_new)
			steps.push_back(create_[c_.after.index(*carrier)]);
		else
			steps = alters_[c_.before.index(*c_.new_fates[i].partner)];
		if (steps.empty())
			return;
		if (is_new && now.kind().created_with != nullptr) {
			for (const Object *other : now.kind().created_with(now, c_.before, c_.after)) {
				if (created(other)) {
					edge(create_[c_.after.index(*create_carrier(other))], steps.front());
					nodes_[steps.front()].silent = nodes_[steps.front()].silent || carrier == &now;
				}
			}
		}
		if (is_new && now.kind().created_after != nullptr) {
			for (const Object *other : now.kind().created_after(now, c_.before, c_.after)) {
				if (created(other))
					edge(create_[c_.after.index(*create_carrier(other))], steps.front());
			}
		}
		for (const Object *needed : c_.after.depends_on(now)) {
			size_t n = c_.after.index(*needed);

			for (size_t step : steps) {
				if (created(needed)) {
					const Object *maker = create_carrier(needed);
					edge(usable(*needed, now), step, true, maker == needed ? nullptr : needed,
						 carrier == &now ? nullptr : &now);
				} else if (c_.new_fates[n].partner != nullptr) {
					edge(rename_of(*c_.new_fates[n].partner), step);
					for (size_t alter : alters_[c_.before.index(*c_.new_fates[n].partner)])
						edge(alter, step, false);
				}
			}
			/* What a placeholder needs: its schema, and what its parts are made of. */
			size_t early = is_new ? early_[c_.after.index(*carrier)] : none;
			if (early != none && created(needed) &&
				(needed->is("schema") || (carrier != &now && !needs_back(*needed, *carrier))))
				edge(usable(*needed, now), early);
		}
	}

	bool needs_back(const Object &needed, const Object &carrier) const
	{
		return create_carrier(&needed) == &carrier || depends(c_.after, needed, carrier);
	}

	/* A name is free when its bearer is gone or has another. */
	void link_names()
	{
		std::multimap<std::string, size_t> freed;
		auto place = [](const Object &object, const std::vector<std::string> &identity) {
			if (object.kind().name_space.empty())
				return std::string();
			return std::string(object.kind().name_space) + '\0' + identity.front() + '\0' +
				   identity[object.name_part()];
		};

		for (size_t i = 0; i < c_.before.size(); i++) {
			if (c_.old_fates[i].kind != Fate::kept)
				freed.emplace(place(c_.before[i], c_.before[i].identity),
							  drop_[c_.before.index(*drop_carrier(&c_.before[i]))]);
		}
		for (const auto &[i, old_identity] : renamed_) {
			if (rename_[i] == none)
				continue;
			Object original = c_.before[i];
			original.identity = old_identity;
			freed.emplace(original.key(), rename_[i]);
			freed.emplace(place(original, old_identity), rename_[i]);
		}
		auto wait = [&](const std::string &name, size_t node) {
			auto [first, last] = freed.equal_range(name);
			for (; !name.empty() && first != last; ++first)
				edge(first->second, node,
					 nodes_[first->second].role != Role::rename || nodes_[node].role != Role::rename);
		};
		for (size_t i = 0; i < c_.after.size(); i++) {
			if (c_.new_fates[i].kind == Fate::kept)
				continue;
			wait(c_.after[i].key(), first_of(c_.after[i]));
			wait(place(c_.after[i], c_.after[i].identity), first_of(c_.after[i]));
		}
		for (const auto &[i, old_identity] : renamed_) {
			if (rename_[i] == none)
				continue;
			wait(c_.before[i].key(), rename_[i]);
			wait(place(c_.before[i], c_.before[i].identity), rename_[i]);
		}
	}

	/* --- sorting --- */

	bool sort()
	{
		auto later = [&](size_t a, size_t b) { return nodes_[a].priority < nodes_[b].priority; };
		std::set<size_t, decltype(later)> ready(later);
		std::vector<size_t> waits(nodes_.size());

		sequence_.clear();
		for (size_t i = 0; i < nodes_.size(); i++) {
			waits[i] = nodes_[i].in;
			if (waits[i] == 0)
				ready.insert(i);
		}
		while (!ready.empty()) {
			size_t next = *ready.begin();

			ready.erase(ready.begin());
			sequence_.push_back(next);
			for (const Edge &edge : nodes_[next].out) {
				if (--waits[edge.to] == 0)
					ready.insert(edge.to);
			}
		}
		if (sequence_.size() == nodes_.size())
			return true;
		break_ring(waits);
		return false;
	}

	/* Finds one ring among the nodes that still wait, and takes something out of it. */
	void break_ring(const std::vector<size_t> &waits)
	{
		std::vector<std::pair<size_t, const Edge *>> into(nodes_.size(), {none, nullptr});

		for (size_t i = 0; i < nodes_.size(); i++) {
			for (const Edge &edge : nodes_[i].out) {
				/* Soft edges are worth more than hard ones here: a ring with one in it is easily broken. */
				if (waits[i] > 0 && waits[edge.to] > 0 && (into[edge.to].second == nullptr || !edge.hard))
					into[edge.to] = {i, &edge};
			}
		}

		std::vector<bool> seen(nodes_.size());
		size_t at = 0;

		while (waits[at] == 0)
			at++;
		for (; !seen[at]; at = into[at].first)
			seen[at] = true;

		std::vector<std::pair<size_t, const Edge *>> ring; /* from, edge */
		size_t start = at;
		do {
			ring.push_back(into[at]);
			at = into[at].first;
		} while (at != start);

		for (const auto &[from, edge] : ring) {
			if (!edge->hard) {
				given_up_.insert({id(from), id(edge->to)});
				return;
			}
		}
		for (const auto &[from, edge] : ring) {
			for (const Object *part : {edge->from_part, edge->to_part}) {
				if (part != nullptr && apart_.insert(part).second)
					return;
			}
		}
		for (const auto &[from, edge] : ring) {
			const Node &node = nodes_[from];
			if (node.role == Role::create && node.object->kind().placeholder != nullptr &&
				placeholders_.insert(node.object).second)
				return;
		}
		/* A ring of drops: the first goes with CASCADE and takes the others along. */
		if (std::all_of(ring.begin(), ring.end(), [&](const auto &r) { return nodes_[r.first].role == Role::drop; })) {
			const Object *first = nullptr;
			for (const auto &[from, edge] : ring) {
				if (first == nullptr || nodes_[from].priority < nodes_[first_node_].priority) {
					first = nodes_[from].object;
					first_node_ = from;
				}
			}
			cascades_.insert(first);
			for (const auto &[from, edge] : ring) {
				if (nodes_[from].object != first)
					carried_[nodes_[from].object] = first;
			}
			return;
		}

		std::string names;
		for (const auto &[from, edge] : ring)
			names += (names.empty() ? "" : ", ") + nodes_[from].object->display();
		throw Failure(sqlstate::feature_not_supported,
					  "no order of steps found: objects depend on each other in a ring")
			.with_detail("The ring is: " + names + ".")
			.with_hint("Compare these objects on their own with the option names, or write this part by hand.");
	}

	/* --- steps --- */

	std::vector<Step> write()
	{
		std::vector<Step> steps;

		for (size_t node : sequence_) {
			steps.push_back(write(nodes_[node]));
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

	Script script(const Catalog &from, const Catalog &to) const
	{
		Script script(c_.options.script, &from, &to);
		script.set_apart(apart_);
		return script;
	}

	Step write(const Node &node)
	{
		Script forward = script(c_.before, c_.after), backward = script(c_.after, c_.before);
		const Object &object = *node.object;

		switch (node.role) {
		case Role::drop: {
			Step step{Action::drop, &object, nullptr, {}, c_.old_fates[c_.before.index(object)].reason, {}, {}};

			if (!node.silent)
				object.kind().drop(object, c_.before, forward);
			step.forward = forward.statements();
			if ((cascades_.count(&object) || object.kind().create_shell != nullptr) && !step.forward.empty() &&
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

			if (placeholders_.count(&object)) {
				object.kind().complete(object, c_.after, forward);
				add_all_satellites(object, c_.after, c_.before, forward);
			} else {
				create_whole(object, c_.after, c_.before, node.silent, forward);
			}
			object.kind().drop(object, c_.after, backward);
			step.forward = forward.statements();
			if (created(c_.after.parent(object)))
				nothing_there(step.forward);
			step.backward = backward.statements();
			return step;
		}
		case Role::alter: {
			size_t i = c_.before.index(object);
			const Alteration &change = c_.changes[i][node.change];
			const Object &now = *c_.old_fates[i].partner;
			Step step{Action::alter, &object, &now, {}, "", change.forward, {}};

			for (size_t p : change.properties)
				step.properties.emplace_back(object.property(p).name);
			if (change.rule({now, object, c_.after, c_.before}, backward)) {
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

	/* On a table that the script itself has made there are no rows to go through, and nobody to wait. */
	static void nothing_there(std::vector<StatementText> &statements)
	{
		for (StatementText &statement : statements) {
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
			if (part->kind().created_by_parent && !apart_.count(part))
				add_all_satellites(*part, in, other, script);
		}
	}

	Step write_rename(const Object &renamed)
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
		before.identity[part] = old[part];
		if (moves) {
			Object moved = before;
			before.identity[0] = old[0];
			forward.add(form::rename, rename_statement(before) + " SET SCHEMA " + sql::identifier(now[0]),
						breaks_applications);
			if (old[part] == now[part])
				backward.add(form::rename, rename_statement(moved) + " SET SCHEMA " + sql::identifier(old[0]),
							 breaks_applications);
			before = moved;
		}
		if (old[part] != now[part]) {
			forward.add(form::rename, rename_statement(before, now[part]), breaks_applications);
			backward.add(form::rename, rename_statement(after, old[part]), breaks_applications);
			if (moves)
				backward.add(form::rename, rename_statement(before) + " SET SCHEMA " + sql::identifier(old[0]),
							 breaks_applications);
		}
		step.properties = {moves ? "schema" : "name"};
		step.forward = forward.statements();
		step.backward = backward.statements();
		step.reason = "was " + quoted(old);
		return step;
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
	std::vector<Node> nodes_;
	std::vector<size_t> drop_, rename_, create_, early_; /* nodes by index in before, before, after, after */
	std::vector<std::vector<size_t>> alters_;
	std::vector<size_t> sequence_;
	size_t first_node_ = 0;

	/* What breaking rings has decided so far. */
	std::set<const Object *> apart_, placeholders_, cascades_;
	std::map<const Object *, const Object *> carried_;
	std::set<std::pair<std::tuple<const Object *, int, size_t>, std::tuple<const Object *, int, size_t>>> given_up_;
};

} // namespace

std::vector<Step>
order_steps(const Comparison &comparison, const Renamed &renamed)
{
	return Orderer(comparison, renamed).run();
}

} // namespace schema_guard::diff
