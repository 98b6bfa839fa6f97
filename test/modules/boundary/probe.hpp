/*
 * probe.hpp - an object that must be destroyed, and knows whether it was.
 */
#pragma once

#include "schema_guard/pg/boundary.hpp"

namespace boundary_test {

extern int probes_alive;

class Probe {
public:
	Probe() : text_(100, 'x') { ++probes_alive; }
	~Probe() { --probes_alive; }
	Probe(const Probe &) = delete;
	Probe &operator=(const Probe &) = delete;

private:
	std::string text_;
};

} // namespace boundary_test
