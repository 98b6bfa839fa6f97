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
 * The statement's own text out of a query string that may hold several, without what comes before it;
 * location and length as in PlannedStmt.  Secrets show as '********': passwords, options of servers, user mappings,
 * subscriptions and foreign tables, values of parameters that hold secrets, connection strings with a password.
 * Routines are kept whole.  Text that cannot be cut into tokens for sure is replaced by the command tag.
 */
std::string statement_text(const Node *utility, const char *query, int location, int length);

/* A whole query string without any literal: for DML on catalogs, where each may be a secret.  Empty when not sure. */
std::string text_without_literals(const char *query);

/* As getObjectTypeDescription(), without looking it up; null for what is no relation to its users. */
const char *relation_word(char relkind) noexcept;

} // namespace schema_guard::pg
