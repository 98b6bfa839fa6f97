/*
 * pg/verify.hpp - proves a diff by doing it and undoing it.
 */
#pragma once

#include "schema_guard/core/diff/diff.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* What is wrong with a script: a statement that failed, or a difference that is left. */
struct Finding {
	std::string direction; /* start, forward, backward */
	std::string problem;   /* the error's message, or "still differs" */
	std::string object_type, identity, attribute;
	catalog::Value wanted, got;
	std::string statement; /* that failed, or that would be needed */
};

/*
 * In a subtransaction: makes this database's schema into before (null: it is that already) and from there into after,
 * reads it again, goes back, reads again; then undoes it all.  Takes the locks and does the rewrites of its statements.
 */
std::vector<Finding> verify(const catalog::Catalog *before, const catalog::Catalog &after,
							const diff::Options &options);

/* Runs the steps and makes sure that nothing is left of them; raises SG010 otherwise. */
void synchronize(const diff::Diff &way, const catalog::Catalog &to, const diff::Options &options);

} // namespace schema_guard::pg
