/*
 * core/policy/naming.hpp - naming rules: what a name should be, and whether it is.
 */
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace schema_guard {

/* What the server says about names. */
struct NameLimits {
	size_t max_bytes = 63;	  /* NAMEDATALEN - 1 */
	bool single_byte = false; /* the database's encoding has one byte a character */
	bool (*reserved)(std::string_view word) = nullptr;

	size_t length(std::string_view name) const noexcept; /* in the server's bytes */
	size_t clip(std::string_view name, size_t limit) const noexcept;
};

/* Names that must differ to the eye: those of the relations of a schema, of the columns of a table, ... */
class NameSpace {
public:
	void add(const std::string &name);

	bool contains(const std::string &name) const;

	/* Another name that looks like this one; self is the name the object has now. */
	std::optional<std::string> look_alike(const std::string &name, const std::string &self) const;

private:
	std::unordered_multimap<std::string, std::string> by_skeleton_;
};

/* An object as the rules see it. */
struct NamedObject {
	std::string object_type; /* one of naming_object_types() */
	std::string schema;
	std::string name;
	std::string table; /* of a column, constraint, index, trigger, policy, owned sequence; a constraint's domain */
	std::vector<std::string> columns; /* as PostgreSQL puts them in a name, INCLUDE and all; "expr" for an expression */
	std::vector<std::string> key_columns; /* of an index or constraint; none when a key is an expression */
	std::string referenced_table;		  /* of a foreign key, and of a column that is one by itself */
	std::vector<std::string> referenced_columns;
	std::string written; /* the name as the statement spells it when the server cut it */
	std::shared_ptr<const NameSpace> siblings;
};

enum class Severity { warning, error };

struct NamingRule {
	enum class Kind { regex, pattern_template, builtin };

	std::string name;
	std::string object_type = "*";	  /* also "constraint" and "index" for all their kinds, "*" for everything */
	std::string schema_pattern = "*"; /* glob; objects without a schema match only "*" */
	Kind kind = Kind::regex;
	std::string pattern;
	Severity severity = Severity::error;
	std::string message;				 /* replaces the default words */
	std::vector<std::string> exceptions; /* globs on name, table.name, schema.name and schema.table.name */
};

struct NamingViolation {
	std::string rule;
	Severity severity = Severity::error;
	std::string message; /* one line: table name "OrderItems" ... */
	std::string detail;
	std::string suggestion; /* empty when no name is known that mends this and breaks nothing else */
};

/* Every word NamedObject::object_type may be. */
const std::vector<std::string_view> &naming_object_types();

/* Is an object of a type meant by a rule's object_type? */
bool naming_type_matches(std::string_view rule, std::string_view object);

/* The patterns of rules of kind builtin. */
const std::vector<std::string_view> &naming_builtins();

/* From the words the rules are written in; a Failure for any other word. */
NamingRule::Kind naming_kind(std::string_view word);
Severity naming_severity(std::string_view word);

class CompiledRule;

/* Rules made ready: patterns are compiled once. */
class NamingRules {
public:
	/* A Failure for a rule that cannot be: unknown words, a pattern that does not compile. */
	explicit NamingRules(const std::vector<NamingRule> &rules);
	NamingRules(NamingRules &&) noexcept;
	NamingRules &operator=(NamingRules &&) noexcept;
	~NamingRules();

	bool empty() const noexcept;

	/* Does a rule look at NamedObject::siblings of such an object?  Reading them costs. */
	bool need_siblings(std::string_view object_type) const noexcept;

	std::vector<NamingViolation> judge(const NamedObject &object, const NameLimits &limits) const;

private:
	std::vector<std::string> candidates(const NamedObject &object, const NameLimits &limits,
										const std::vector<const CompiledRule *> &broken) const;

	std::vector<CompiledRule> rules_;
};

/*
 * A name as makeObjectName() would make it: "{table}_{columns}_idx".  When it does not fit, the longest
 * placeholder loses bytes first, the later of two equal ones; each is cut between characters.
 * {columns:_and_} joins with another text than "_"; {table+columns} is cut as one.
 */
class NameTemplate {
public:
	explicit NameTemplate(std::string_view text);

	/* Nothing when the object lacks what the template names, columns excepted: they may be none. */
	std::optional<std::string> expand(const NamedObject &object, const NameLimits &limits, unsigned number = 0) const;

	/* Is name the expansion, perhaps with the number PostgreSQL appends when the name is taken? */
	bool matches(const NamedObject &object, const NameLimits &limits) const;

private:
	struct Piece {
		std::string literal;
		std::vector<std::string> sources; /* "table", "columns", ...; none for a literal */
		std::string separator = "_";
	};
	std::vector<Piece> pieces_;
};

/* The column names an index gets for its keys: a name seen before gets a number, as ChooseIndexColumnNames() does. */
std::vector<std::string> index_column_names(const std::vector<std::string> &keys, const NameLimits &limits);

/* The identifier in statement that the server cut to name; empty when there is none. */
std::string find_cut_identifier(std::string_view statement, std::string_view name, const NameLimits &limits);

/* A plain name in snake_case: OrderItems is order_items, HTTPServer http_server, Größe grosse. */
std::string suggest_name(std::string_view object_type, std::string_view name, const NameLimits &limits);

} // namespace schema_guard
