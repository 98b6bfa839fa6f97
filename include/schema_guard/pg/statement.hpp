/*
 * pg/statement.hpp - reads a parse tree: what the statement is about to do, and its exact text.
 */
#pragma once

#include "schema_guard/core/policy/statement.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* The class of a utility statement; a switch on the node tag and nothing more for what is not DDL. */
CommandClass command_class(const Node *utility) noexcept;

/*
 * What utility will do.  Names are looked up without locks and as the current user would
 * find them; nothing is locked, nothing assigned an xid.  EXPLAIN ANALYZE is looked through; a plain EXECUTE
 * needs no such care, what it runs comes to ProcessUtility by itself.  Only command_class is set when it is none.
 *
 * The first target is what the statement is about.  What it names on the way follows: columns, constraints,
 * the table that loses a trigger, partitions, the parameter of ALTER ... SET (object_type "parameter").
 */
Statement read_statement(Node *utility);

/*
 * The statement's own text out of a query string that may hold several, without comments around it;
 * location and length as in PlannedStmt.  Secrets are redacted: passwords as '********', options of
 * servers, user mappings, subscriptions and foreign tables without their literals.  Text that cannot be
 * lexed is replaced by the command tag.
 */
std::string statement_text(const Node *utility, const char *query, int location, int length);

/* As statement_text, but with every literal removed: for DML on catalogs, where any literal may be a secret. */
std::string text_without_literals(const char *query);

} // namespace schema_guard::pg
