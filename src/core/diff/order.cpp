/*
 * order.cpp - steps, sorted by the dependencies of both schemas.
 *
 * A ring of steps gives up a soft edge first.  What is left of it is broken by taking apart what was to be done in one
 * statement, or by a placeholder.
 */
#include "schema_guard/core/diff/step_graph.hpp"
#include "schema_guard/core/failure.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

constexpr size_t none = static_cast<size_t>(-1);

/* A sequence of all nodes, or of those that wait for no ring; waits says for how many steps each still waits. */
std::vector<size_t>
sort(const std::vector<Node> &nodes, std::vector<size_t> &waits)
{
	auto later = [&](size_t a, size_t b) { return nodes[a].priority < nodes[b].priority; };
	std::set<size_t, decltype(later)> ready(later);
	std::vector<size_t> sequence;

	for (size_t i = 0; i < nodes.size(); i++) {
		waits.push_back(nodes[i].in);
		if (waits[i] == 0)
			ready.insert(i);
	}
	while (!ready.empty()) {
		size_t next = *ready.begin();

		ready.erase(ready.begin());
		sequence.push_back(next);
		for (const Edge &edge : nodes[next].out) {
			if (--waits[edge.to] == 0)
				ready.insert(edge.to);
		}
	}
	return sequence;
}

/* An edge with the node it comes from. */
using Link = std::pair<size_t, const Edge *>;

/* One ring among the nodes that still wait. */
std::vector<Link>
find_ring(const std::vector<Node> &nodes, const std::vector<size_t> &waits)
{
	std::vector<Link> into(nodes.size(), {none, nullptr});

	for (size_t i = 0; i < nodes.size(); i++) {
		for (const Edge &edge : nodes[i].out) {
			/* Soft edges are worth more than hard ones here: a ring with one in it is easily broken. */
			if (waits[i] > 0 && waits[edge.to] > 0 && (into[edge.to].second == nullptr || !edge.hard))
				into[edge.to] = {i, &edge};
		}
	}

	std::vector<bool> seen(nodes.size());
	size_t at = 0;

	while (waits[at] == 0)
		at++;
	for (; !seen[at]; at = into[at].first)
		seen[at] = true;

	std::vector<Link> ring;
	size_t start = at;

	do {
		ring.push_back(into[at]);
		at = into[at].first;
	} while (at != start);
	return ring;
}

/* Takes one thing out of a ring; false: nothing can be. */
bool
take_out(const std::vector<Node> &nodes, const std::vector<Link> &ring, Breaks &breaks)
{
	for (const auto &[from, edge] : ring) {
		if (!edge->hard) {
			breaks.given_up.insert({nodes[from].id(), nodes[edge->to].id()});
			return true;
		}
	}
	for (const auto &[from, edge] : ring) {
		for (const Object *part : {edge->from_part, edge->to_part}) {
			if (part != nullptr && breaks.apart.insert(part).second)
				return true;
		}
	}
	for (const auto &[from, edge] : ring) {
		const Node &node = nodes[from];

		if (node.role == Role::create && node.object->kind().placeholder != nullptr &&
			breaks.placeholders.insert(node.object).second)
			return true;
	}
	/* A ring of drops: the first goes with CASCADE and takes the others along. */
	if (std::all_of(ring.begin(), ring.end(), [&](const Link &link) { return nodes[link.first].role == Role::drop; })) {
		size_t first = std::min_element(ring.begin(), ring.end(), [&](const Link &a, const Link &b) {
						   return nodes[a.first].priority < nodes[b.first].priority;
					   })->first;

		bool news = breaks.cascades.insert(nodes[first].object).second;
		for (const auto &[from, edge] : ring) {
			if (from != first)
				news = breaks.carried.emplace(nodes[from].object, nodes[first].object).second || news;
		}
		return news;
	}
	return false;
}

Failure
unbroken(const std::vector<Node> &nodes, const std::vector<Link> &ring)
{
	std::string names;

	for (const auto &[from, edge] : ring)
		names += (names.empty() ? "" : ", ") + nodes[from].object->display();
	return Failure(sqlstate::feature_not_supported, "no order of steps found: objects depend on each other in a ring")
		.with_detail("The ring is: " + names + ".")
		.with_hint("Compare these objects on their own with the option names, or write this part by hand.");
}

} // namespace

std::vector<Step>
order_steps(const Comparison &comparison, const Renamed &renamed)
{
	Breaks breaks;

	for (;;) {
		StepGraph graph(comparison, renamed, breaks);
		std::vector<size_t> waits, sequence = sort(graph.nodes(), waits);

		if (sequence.size() == graph.nodes().size())
			return write_steps(comparison, renamed, breaks, graph.nodes(), sequence);

		std::vector<Link> ring = find_ring(graph.nodes(), waits);

		if (!take_out(graph.nodes(), ring, breaks))
			throw unbroken(graph.nodes(), ring);
	}
}

} // namespace schema_guard::diff
