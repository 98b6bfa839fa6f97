/*
 * pg/naming.hpp - the names of real objects, read from the catalogs, and the rules, read from
 * schema_guard.naming_rules.
 */
#pragma once

#include "schema_guard/core/policy/naming.hpp"
#include "schema_guard/core/policy/statement.hpp"
#include "schema_guard/pg/postgres.hpp"

namespace schema_guard::pg {

/* What this server and this database's encoding say about names. */
NameLimits name_limits() noexcept;

/* Where the names are that must differ from one of their kind. */
struct NameGroup {
	Oid catalog = InvalidOid;
	Oid container = InvalidOid; /* a schema, a relation, a domain; none for schemas and roles */
	char kind = 0; /* 'r' what can be selected from, 'i' indexes, 'S' sequences; 'd' constraints of a domain */

	auto operator<=>(const NameGroup &) const = default;
};

struct LocatedName {
	Address address;
	NamedObject object;
	NameGroup group;
	Address carrier; /* the relation or domain it cannot be without */
	bool is_new = true;
};

/*
 * The objects at these addresses as naming rules see them, names in UTF-8; a table comes with its columns.
 * Left out: what had this name when the statement began (so that a name of old keeps nobody from changing its
 * object, nor from having its index rebuilt), what is gone, temporary, internal, of an extension, or made by the
 * server after a parent's example (partitions' indexes, constraints, triggers).
 * statement finds names that the server cut; siblings are read where rules look at them.
 * Changes must be visible: after CommandCounterIncrement().
 */
std::vector<LocatedName> named_objects(const std::vector<Address> &addresses, const NamingRules &rules,
									   std::string_view statement = {});

/* The same for everything in the database. */
std::vector<LocatedName> all_named_objects(const NamingRules &rules);

/* The statement that renames an object, and its identity as pg_identify_object() says it; in the database's encoding. */
std::string rename_statement(const LocatedName &name, const std::string &new_name);
std::string identity(const LocatedName &name);

/* The rules, read and compiled once; empty where the extension is not. */
const NamingRules &naming_rules();

/*
 * What the new names at these addresses violate, in the database's encoding; without rules nothing is read.
 */
std::vector<NamingViolation> judge_names(const std::vector<Address> &addresses, std::string_view statement = {});

/*
 * The same for an object that is not there yet, as the parse tree of a command that cannot be undone tells it, in
 * the database's encoding.  Siblings are not looked at.
 */
std::vector<NamingViolation> judge_name(const NamedObject &object, std::string_view statement = {});

/* What the parse tree says of an index to be made: its kind, table and columns. */
void describe_index(const IndexStmt *index, NamedObject &object);

/* Names and rules are UTF-8 in the core, in the database's encoding outside of it. */
std::string to_utf8(std::string_view text);
std::string to_server(std::string_view text);

/* The rules are read again when next needed: call when naming_rules may have changed. */
void forget_naming_rules() noexcept;

/* Change the table, in UTF-8; a Failure for a rule that cannot be, is there already, or is not there. */
void add_naming_rule(const NamingRule &rule);
void drop_naming_rule(const std::string &name);

/* Puts a preset's rules in the place of those another one brought for these schemas; "none" only removes. */
void use_naming_preset(const std::string &preset, Severity severity, const std::string &schema_pattern);

} // namespace schema_guard::pg
