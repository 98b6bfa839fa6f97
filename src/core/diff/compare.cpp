/*
 * compare.cpp - what differs between two schemas, and what must go and come back for it.
 */
#include "schema_guard/core/diff/diff.hpp"

#include <algorithm>
#include <charconv>

namespace schema_guard::diff {

std::optional<long>
place(const Object &object)
{
	for (size_t p = 0; p < object.property_count(); p++) {
		if (!(object.property(p).flags & catalog::position))
			continue;

		long place = 0;
		const catalog::Value &text = object.value(p);

		if (text)
			std::from_chars(text->data(), text->data() + text->size(), place);
		return place;
	}
	return std::nullopt;
}

namespace {

class Comparer {
public:
	Comparer(Comparison &comparison, const std::vector<std::pair<std::string, std::string>> &names)
		: c_(comparison), names_(names)
	{
	}

	void run()
	{
		pair_off();
		for (size_t i = 0; i < c_.before.size(); i++) {
			if (c_.old_fates[i].partner != nullptr && in_scope(c_.before[i], c_.before, c_.options))
				compare(i);
		}
		compare_places();
		for (size_t i = 0; i < c_.before.size(); i++) {
			if (c_.old_fates[i].kind == Fate::gone)
				work_.push_back(i);
		}
		for (size_t i = 0; i < c_.after.size(); i++) {
			if (c_.new_fates[i].kind == Fate::gone)
				remake_for(c_.after[i]);
		}
		while (!work_.empty()) {
			size_t i = work_.back();

			work_.pop_back();
			if (c_.old_fates[i].kind == Fate::kept)
				take_down_for_change(i);
			else
				take_down_for_removal(i);
		}
	}

private:
	/* What is out of the scope stays as it is, whichever side it is on. */
	void pair_off()
	{
		c_.old_fates.resize(c_.before.size());
		c_.new_fates.resize(c_.after.size());
		c_.changes.resize(c_.before.size());
		auto pair = [&](size_t i) {
			const Object *partner = c_.after.find(c_.before[i].kind(), c_.before[i].identity);

			if (partner == nullptr || c_.new_fates[c_.after.index(*partner)].partner != nullptr)
				return;
			c_.old_fates[i].partner = partner;
			c_.new_fates[c_.after.index(*partner)].partner = &c_.before[i];
		};

		/* Who got its name by renaming comes before who had it. */
		for (const auto &[i, old_identity] : c_.renamed)
			pair(i);
		for (size_t i = 0; i < c_.before.size(); i++) {
			if (c_.old_fates[i].partner == nullptr)
				pair(i);
			if (c_.old_fates[i].partner == nullptr && in_scope(c_.before[i], c_.before, c_.options))
				c_.old_fates[i].kind = Fate::gone;
		}
		for (size_t i = 0; i < c_.after.size(); i++) {
			if (c_.new_fates[i].partner == nullptr && in_scope(c_.after[i], c_.after, c_.options))
				c_.new_fates[i].kind = Fate::gone;
		}
	}

	bool differs(const Object &old, const Object &now, size_t property) const
	{
		if (old.same(property, now))
			return false;
		if (names_.empty() || !old.value(property) || !now.value(property))
			return true;
		return renamed_text(*old.value(property), names_) != *now.value(property);
	}

	void compare(size_t i)
	{
		const Object &old = c_.before[i], &now = *c_.old_fates[i].partner;
		std::vector<Alteration> &changes = c_.changes[i];
		std::string unalterable;

		for (size_t p = 0; p < old.property_count(); p++) {
			const catalog::Property &property = old.property(p);

			if ((property.flags & (catalog::implied | catalog::position)) ||
				property.since > std::min(c_.before.version, c_.after.version) ||
				c_.options.ignore.count(std::string(property.name)) || !differs(old, now, p))
				continue;
			if (property.alter == nullptr) {
				unalterable = property.name;
				continue;
			}

			auto same = std::find_if(changes.begin(), changes.end(),
									 [&](const Alteration &a) { return a.rule == property.alter; });
			if (same == changes.end())
				same = changes.insert(changes.end(), {property.alter, {}, false, {}, {}});
			same->properties.push_back(p);
			same->takes_down = same->takes_down || (property.flags & catalog::takes_down);
		}
		for (Alteration &change : changes) {
			Script script(c_.options.script, &c_.before, &c_.after);
			Change difference{old, now, c_.before, c_.after, c_.options.script};

			if (!change.rule(difference, script))
				unalterable = old.property(change.properties.front()).name;
			change.forward = script.statements();
			change.reason = script.reason();
			change.takes_down =
				change.takes_down && (old.kind().rebuilds == nullptr || old.kind().rebuilds(difference));
		}
		if (!unalterable.empty())
			replace(i, "its " + unalterable + " cannot be altered in place");
		else if (std::any_of(changes.begin(), changes.end(), [](const Alteration &a) { return a.takes_down; }))
			work_.push_back(i);
	}

	/* Siblings that are in both schemas must come in the same order. */
	void compare_places()
	{
		if (c_.options.ignore.count("position"))
			return;
		for (const Object &whole : c_.after) {
			if (c_.new_fates[c_.after.index(whole)].partner == nullptr || !in_scope(whole, c_.after, c_.options))
				continue;

			std::vector<std::pair<long, const Object *>> in_old, in_new;
			for (const Object *part : c_.after.children(whole)) {
				const Object *old = c_.new_fates[c_.after.index(*part)].partner;

				if (!place(*part) || old == nullptr)
					continue;
				in_old.emplace_back(*place(*old), part);
				in_new.emplace_back(*place(*part), part);
			}
			std::sort(in_old.begin(), in_old.end());
			std::sort(in_new.begin(), in_new.end());
			for (size_t i = 0; i < in_new.size(); i++) {
				if (in_old[i].second != in_new[i].second) {
					c_.reordered.push_back(&whole);
					break;
				}
			}
		}
	}

	void replace(size_t i, const std::string &reason)
	{
		if (c_.old_fates[i].kind != Fate::kept || c_.old_fates[i].partner == nullptr)
			return;
		c_.old_fates[i].kind = Fate::replaced;
		c_.old_fates[i].reason = reason;
		Fate &now = c_.new_fates[c_.after.index(*c_.old_fates[i].partner)];
		now.kind = Fate::replaced;
		now.reason = reason;
		work_.push_back(i);
		remake_for(*c_.old_fates[i].partner);
	}

	void remake_for(const Object &now)
	{
		if (now.kind().remade_with == nullptr)
			return;
		for (const Object *other : now.kind().remade_with(now, c_.before, c_.after))
			replace(c_.before.index(*other), now.display() + " comes with it only");
	}

	/* A property changes that what depends on the object does not let change. */
	void take_down_for_change(size_t i)
	{
		const Object &old = c_.before[i];
		std::vector<const Object *> changing = {&old};

		if (old.kind().changes_with != nullptr) {
			for (const Object *along : old.kind().changes_with(old, c_.before))
				changing.push_back(along);
		}
		for (const Object *object : changing) {
			auto in_the_way = object->kind().in_the_way;

			if (object != &old && old.kind().in_the_way_along != nullptr)
				in_the_way = old.kind().in_the_way_along;
			for (const Object *dependent : c_.before.dependents(*object)) {
				if (in_the_way == nullptr || in_the_way(*dependent))
					replace(c_.before.index(*dependent), object->display() + " changes, which it depends on");
			}
		}
	}

	/* What depends on an object that goes goes with it, unless it changes in place so that it no longer depends on it. */
	void take_down_for_removal(size_t i)
	{
		const Object &old = c_.before[i];
		const Object *back = c_.old_fates[i].kind == Fate::replaced ? c_.old_fates[i].partner : nullptr;

		const Object *whole = c_.before.parent(old);
		bool carried = whole != nullptr && c_.old_fates[c_.before.index(*whole)].kind != Fate::kept;

		if (old.kind().replaced_with != nullptr && !carried) {
			for (const Object *other : old.kind().replaced_with(old, c_.before, c_.after))
				replace(c_.before.index(*other), old.display() + " goes with it only");
		}

		for (const Object *dependent : c_.before.dependents(old)) {
			size_t d = c_.before.index(*dependent);
			const Object *now = c_.old_fates[d].partner;

			if (now == nullptr || c_.old_fates[d].kind != Fate::kept || survives(*dependent, old))
				continue;

			bool needs_it = false;
			if (back != nullptr) {
				std::vector<const Object *> needed = c_.after.depends_on(*now);
				needs_it = std::find(needed.begin(), needed.end(), back) != needed.end();
			}
			if (needs_it || c_.before.parent(*dependent) == &old || c_.changes[d].empty())
				replace(d, old.display() + (back ? " is replaced" : " is dropped") + ", which it depends on");
		}
	}

	/* It would go along if all else stayed, and is let go before: the index of a partition that is detached. */
	bool survives(const Object &dependent, const Object &old) const
	{
		if (dependent.kind().dropped_with == nullptr)
			return false;

		std::vector<const Object *> then = dependent.kind().dropped_with(dependent, c_.before, c_.before);
		std::vector<const Object *> now = dependent.kind().dropped_with(dependent, c_.before, c_.after);

		return std::find(then.begin(), then.end(), &old) != then.end() &&
			   std::find(now.begin(), now.end(), &old) == now.end();
	}

	Comparison &c_;
	const std::vector<std::pair<std::string, std::string>> &names_;
	std::vector<size_t> work_;
};

} // namespace

void
compare_objects(Comparison &comparison, const std::vector<std::pair<std::string, std::string>> &names)
{
	Comparer(comparison, names).run();
}

} // namespace schema_guard::diff
