/*
 * core/diff/diff.hpp - what differs between two schemas, and the steps that turn one into the other.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

#include <functional>
#include <memory>
#include <set>

namespace schema_guard::diff {

using catalog::Catalog;
using catalog::Object;

/* Two objects that are one, under two names; keys as Object::key() gives them. */
struct Renaming {
	std::string from;
	std::string to;
};

struct Options {
	/* Scope; empty for everything.  Patterns with * and ?. */
	std::vector<std::string> schemas;
	std::vector<std::string> kinds;
	std::vector<std::string> names;
	/* Properties that do not count: owner, grants, comment, tablespace, position, ... */
	std::set<std::string> ignore;
	/* Both schemas are of one database: objects with one address are one object, whatever they are called. */
	bool same_database = false;
	std::vector<Renaming> renamings;
	/* Objects that stay as they are; null: none. */
	std::function<bool(const Object &)> keep;
	ScriptOptions script;
};

enum class Action { create, drop, alter, rename };
std::string_view action_name(Action action);

/* One step of the way: its statements run together. */
struct Step {
	Action action;
	const Object *from;					 /* null when created */
	const Object *to;					 /* null when dropped */
	std::vector<std::string> properties; /* those of an alter that differ */
	std::string reason; /* why it is done so: "column public.t.a changes its type", so a view is dropped and created */
	std::vector<StatementText> forward;
	std::vector<StatementText> backward;

	const Object &object() const { return to != nullptr ? *to : *from; }
};

/* Index in the old schema, and the identity it had there before it got the new one's. */
using Renamed = std::vector<std::pair<size_t, std::vector<std::string>>>;

/* Two schemas compared.  The steps point into its own copies. */
struct Diff {
	Catalog before, after;
	ScriptOptions script;
	std::vector<Step> steps;
};

/* Steps that turn before into after; none exactly when nothing in the scope differs.  Same input, same steps. */
std::unique_ptr<Diff> compare(Catalog before, Catalog after, const Options &options);

/* --- the parts, in the order they work --- */

/* How the objects of two schemas pair off, and what becomes of each. */
struct Fate {
	enum Kind { kept, gone, replaced };
	Kind kind = kept;
	const Object *partner = nullptr; /* in the other schema */
	std::string reason;
};

/* Properties changed by one call of their rule. */
struct Alteration {
	catalog::Alter rule;
	std::vector<size_t> properties;
	bool takes_down;
	std::vector<StatementText> forward;
	std::string reason;
};

struct Comparison {
	const Catalog &before;
	const Catalog &after;
	const Options &options;
	const Renamed &renamed;
	std::vector<Fate> old_fates;				  /* of the objects of before, by index */
	std::vector<Fate> new_fates;				  /* of after; gone: it is new */
	std::vector<std::vector<Alteration>> changes; /* by index in before */
	std::vector<const Object *> reordered;		  /* of after: their place among their siblings differs */

	bool removed(const Object &old) const { return old_fates[before.index(old)].kind != Fate::kept; }
	bool created(const Object &now) const { return new_fates[after.index(now)].kind != Fate::kept; }
};

/* Names of before become those of after where an object was renamed; returns the old identity by index. */
Renamed apply_renamings(Catalog &before, const Catalog &after, const Options &options);

/* text with the old names replaced by the new: equal to the new text when nothing but names differs. */
std::string renamed_text(const std::string &text, const std::vector<std::pair<std::string, std::string>> &names);

/* Where it stands among its siblings; nothing for kinds without an order. */
std::optional<long> place(const Object &object);

/* A part is in the scope when what it is part of is. */
bool in_scope(const Object &object, const Catalog &catalog, const Options &options);

/* What differs, and what must be dropped and created again for it. */
void compare_objects(Comparison &comparison, const std::vector<std::pair<std::string, std::string>> &names);

/* The steps, in an order that both schemas' dependencies allow. */
std::vector<Step> order_steps(const Comparison &comparison, const Renamed &renamed);

} // namespace schema_guard::diff
