/*
 * core/diff/step_graph.hpp - the steps from one schema to another, and which must wait for which.
 */
#pragma once

#include "schema_guard/core/diff/diff.hpp"

#include <map>
#include <tuple>

namespace schema_guard::diff {

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
	std::tuple<int, int, std::string, int, size_t> priority;
	std::vector<Edge> out;
	size_t in = 0;

	/* The same in every graph of these schemas. */
	using Id = std::tuple<const Object *, Role, size_t>;
	Id id() const { return {object, role, change}; }
};

/* What was decided to break rings. */
struct Breaks {
	std::set<const Object *> apart;					  /* parts that get a step of their own */
	std::set<const Object *> placeholders;			  /* are made as a stand-in first */
	std::set<const Object *> cascades;				  /* go with CASCADE */
	std::map<const Object *, const Object *> carried; /* and take these along */
	std::set<std::pair<Node::Id, Node::Id>> given_up; /* soft edges */
};

/*
 * Teardown follows what depended on what in the old schema, building what depends on what in the new one.  Edges that
 * are only good manners (an index is built after the column beside it changed) are soft.
 */
class StepGraph {
public:
	StepGraph(const Comparison &comparison, const Renamed &renamed, const Breaks &breaks);

	const std::vector<Node> &nodes() const { return nodes_; }

private:
	size_t add(Role role, const Object &object, size_t change = 0);
	void edge(size_t from, size_t to, bool hard = true, const Object *from_part = nullptr,
			  const Object *to_part = nullptr);
	bool removed(const Object *old) const { return old != nullptr && c_.removed(*old); }
	bool created(const Object *now) const { return now != nullptr && c_.created(*now); }
	const Object *drop_carrier(const Object *old) const;
	const Object *create_carrier(const Object *now) const;
	bool renames_itself(const Object &old, const std::vector<std::string> &old_identity) const;
	size_t rename_of(const Object &old) const;
	size_t first_of(const Object &now) const;
	size_t usable(const Object &needed, const Object &other) const;
	bool needs_back(const Object &needed, const Object &carrier) const;
	bool goes_after(const Object &old, const Object &other) const;
	void add_nodes();
	void link_old(size_t i);
	void link_leaving(const Object &old, size_t alter);
	void link_along(const Object &old, size_t alter);
	void link_new(size_t i);
	void link_names();
	void link_places();

	const Comparison &c_;
	const Renamed &renamed_;
	const Breaks &breaks_;
	std::vector<Node> nodes_;
	std::vector<size_t> drop_, rename_, create_, early_; /* nodes by index in before, before, after, after */
	std::vector<std::vector<size_t>> alters_;
};

/* The steps of these nodes, in this order. */
std::vector<Step> write_steps(const Comparison &comparison, const Renamed &renamed, const Breaks &breaks,
							  const std::vector<Node> &nodes, const std::vector<size_t> &sequence);

} // namespace schema_guard::diff
