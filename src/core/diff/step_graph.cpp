/*
 * step_graph.cpp - nodes and edges; see step_graph.hpp.
 */
#include "schema_guard/core/diff/step_graph.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

constexpr size_t none = static_cast<size_t>(-1);

bool
depends(const Catalog &catalog, const Object &object, const Object &on)
{
	std::vector<const Object *> needed = catalog.depends_on(object);

	return std::find(needed.begin(), needed.end(), &on) != needed.end();
}

} // namespace

StepGraph::StepGraph(const Comparison &comparison, const Renamed &renamed, const Breaks &breaks)
	: c_(comparison), renamed_(renamed), breaks_(breaks), drop_(c_.before.size(), none),
	  rename_(c_.before.size(), none), create_(c_.after.size(), none), early_(c_.after.size(), none),
	  alters_(c_.before.size())
{
	add_nodes();
	for (size_t i = 0; i < c_.before.size(); i++)
		link_old(i);
	for (size_t i = 0; i < c_.after.size(); i++)
		link_new(i);
	link_names();
	link_places();
}

/* --- nodes --- */

void
StepGraph::add_nodes()
{
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
		else if (breaks_.placeholders.count(&now))
			early_[i] = add(Role::placeholder, now);
		if (early_[i] != none)
			edge(early_[i], create_[i]);
	}
}

size_t
StepGraph::add(Role role, const Object &object, size_t change)
{
	int rank = object.kind().rank;

	nodes_.push_back({role,
					  &object,
					  change,
					  false,
					  {role == Role::drop	  ? 1
					   : role == Role::rename ? 0
											  : 2,
					   role == Role::drop ? -rank : rank, object.key(), static_cast<int>(role), change},
					  {},
					  0});
	return nodes_.size() - 1;
}

/* The object whose DROP drops this one. */
const Object *
StepGraph::drop_carrier(const Object *old) const
{
	/* An imported snapshot may say that things are part of each other. */
	for (size_t depth = 0; depth <= c_.before.size(); depth++) {
		const Object *whole = c_.before.parent(*old);

		if (!removed(whole) || breaks_.apart.count(old)) {
			whole = nullptr;
			/* The functions a type is made of go with the type; of types that need each other, none carries the other. */
			for (const Object *type : c_.before.dependents(*old)) {
				if (old->kind().create_shell == nullptr && type->kind().create_shell != nullptr && removed(type) &&
					depends(c_.before, *old, *type))
					whole = type;
			}
			auto ring = breaks_.carried.find(old);
			if (ring != breaks_.carried.end())
				whole = ring->second;
		}
		if (whole == nullptr)
			return old;
		old = whole;
	}
	return old;
}

const Object *
StepGraph::create_carrier(const Object *now) const
{
	for (size_t depth = 0; depth <= c_.after.size(); depth++) {
		const Object *whole = c_.after.parent(*now);

		if (!now->kind().created_by_parent || !created(whole) || breaks_.apart.count(now))
			return now;
		now = whole;
	}
	return now;
}

/* A part keeps its own name when its whole gets another. */
bool
StepGraph::renames_itself(const Object &old, const std::vector<std::string> &old_identity) const
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

void
StepGraph::edge(size_t from, size_t to, bool hard, const Object *from_part, const Object *to_part)
{
	if (from == none || to == none || from == to ||
		(!hard && breaks_.given_up.count({nodes_[from].id(), nodes_[to].id()})))
		return;
	nodes_[from].out.push_back({to, hard, from_part, to_part});
	nodes_[to].in++;
}

void
StepGraph::link_old(size_t i)
{
	const Object &old = c_.before[i];

	if (c_.old_fates[i].kind == Fate::kept) {
		for (size_t k = 0; k < alters_[i].size(); k++) {
			edge(rename_of(old), alters_[i][k]);
			if (!c_.changes[i][k].takes_down)
				continue;
			link_leaving(old, alters_[i][k]);
			if (old.kind().changes_with != nullptr)
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

/* What needs it no more lets go of it first: a column whose type becomes another, before that type is made anew. */
void
StepGraph::link_leaving(const Object &old, size_t alter)
{
	const Object &now = *c_.old_fates[c_.before.index(old)].partner;

	for (const Object *dependent : c_.before.dependents(old)) {
		size_t d = c_.before.index(*dependent);

		if (c_.old_fates[d].kind != Fate::kept || c_.old_fates[d].partner == nullptr ||
			depends(c_.after, *c_.old_fates[d].partner, now))
			continue;
		for (size_t leaving : alters_[d])
			edge(leaving, alter, false);
	}
}

/* What is taken down for a change since it depends on what changes along is away while that is done. */
void
StepGraph::link_along(const Object &old, size_t alter)
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
bool
StepGraph::goes_after(const Object &old, const Object &other) const
{
	if (old.kind().dropped_with == nullptr || drop_carrier(&old) != &old)
		return false;
	std::vector<const Object *> with = old.kind().dropped_with(old, c_.before, c_.after);
	return std::find(with.begin(), with.end(), &other) != with.end();
}

size_t
StepGraph::rename_of(const Object &old) const
{
	for (const Object *whole = &old; whole != nullptr; whole = c_.before.parent(*whole)) {
		if (size_t node = rename_[c_.before.index(*whole)]; node != none)
			return node;
	}
	return none;
}

/* The first step that makes an object. */
size_t
StepGraph::first_of(const Object &now) const
{
	size_t i = c_.after.index(*create_carrier(&now));

	return early_[i] != none ? early_[i] : create_[i];
}

/* The step after which other may refer to needed. */
size_t
StepGraph::usable(const Object &needed, const Object &other) const
{
	const Object *carrier = create_carrier(&needed);
	size_t i = c_.after.index(*carrier);

	if (early_[i] == none)
		return create_[i];
	if (carrier->kind().create_shell != nullptr)
		return depends(c_.after, *carrier, other) ? early_[i] : create_[i];
	return early_[i];
}

void
StepGraph::link_new(size_t i)
{
	const Object &now = c_.after[i];
	bool is_new = c_.new_fates[i].kind != Fate::kept;

	if (!is_new && c_.new_fates[i].partner == nullptr)
		return;

	const Object *carrier = is_new ? create_carrier(&now) : &now;
	std::vector<size_t> steps = is_new ? std::vector<size_t>{create_[c_.after.index(*carrier)]}
									   : alters_[c_.before.index(*c_.new_fates[i].partner)];

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
	/* What its whole makes along comes when that does. */
	if (is_new && now.kind().created_after != nullptr && carrier == &now) {
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

bool
StepGraph::needs_back(const Object &needed, const Object &carrier) const
{
	return create_carrier(&needed) == &carrier || depends(c_.after, needed, carrier);
}

/* A name is free when its bearer is gone or has another. */
void
StepGraph::link_names()
{
	std::multimap<std::string, size_t> freed;
	auto place = [](const Object &object, const std::vector<std::string> &identity) {
		if (object.kind().name_space.empty())
			return std::string();
		return std::string(object.kind().name_space) + '\0' + identity.front() + '\0' + identity[object.name_part()];
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
			edge(first->second, node, nodes_[first->second].role != Role::rename || nodes_[node].role != Role::rename);
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

/* Columns that come to a table that is there are added in their order. */
void
StepGraph::link_places()
{
	std::map<const Object *, std::vector<std::pair<long, size_t>>> added;

	for (size_t i = 0; i < c_.after.size(); i++) {
		const Object &now = c_.after[i];

		if (create_[i] != none && place(now))
			added[c_.after.parent(now)].emplace_back(*place(now), create_[i]);
	}
	for (auto &[whole, steps] : added) {
		std::sort(steps.begin(), steps.end());
		for (size_t i = 1; i < steps.size(); i++)
			edge(steps[i - 1].second, steps[i].second, false);
	}
}

} // namespace schema_guard::diff
