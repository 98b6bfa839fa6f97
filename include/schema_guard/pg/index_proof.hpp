/*
 * pg/index_proof.hpp - what the planner would do with an index that is not there, asked by HypoPG.
 */
#pragma once

#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

/*
 * The plan of a statement for any values of its parameters, as EXPLAIN (VERBOSE, FORMAT JSON) has it.  Planned as a role, since
 * planning may run functions; nothing is executed.  Raises what planning raises: for try_and_forget().
 */
std::string generic_plan(const std::string &statement, Oid role);

/* Runs what plans, and takes back all that it locked; a cancelled statement is, all the same. */
std::optional<Error> try_and_forget(const std::function<void()> &plan);

/* May the session act as a role? */
bool may_act_as(Oid role);

struct IndexProof {
	std::optional<std::string> cost_before, cost_after, bytes;
	bool used = false;
	std::string text; /* what was tried, and what came of it */
};

struct IndexQuestion {
	Oid relation;
	std::string columns;		 /* smallint[] */
	std::string statement, what; /* a statement that the index is for, and how to call it */
	std::string query_id;		 /* another in pg_stat_statements, which counts more; or empty */
};

/* Anybody may ask: the index is of columns only, and no statement is planned as somebody the caller may not act as. */
IndexProof prove_index(const IndexQuestion &question);

} // namespace schema_guard::pg
