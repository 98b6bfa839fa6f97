/*
 * naming_presets.cpp - naming conventions as rules.
 *
 * Each framework's rules accept what that framework itself generates; its own tables are exceptions.
 */
#include "schema_guard/core/policy/naming_presets.hpp"

#include "schema_guard/core/failure.hpp"

#include <algorithm>

namespace schema_guard {

namespace {

using Kind = NamingRule::Kind;

/* Names the server cuts may end in an underscore or have two in a row. */
constexpr char snake_case[] = "^[a-z][a-z0-9_]*$";
constexpr char snake_case_message[] = "it should be lower-case letters, digits and underscores";

class Preset {
public:
	explicit Preset(std::string_view name) : name_(name) {}

	NamingRule &add(const char *what, const char *object_type, Kind kind, const char *pattern)
	{
		NamingRule &rule = rules_.emplace_back();

		rule.name = name_ + ": " + what;
		rule.object_type = object_type;
		rule.kind = kind;
		rule.pattern = pattern;
		return rule;
	}

	NamingRule &name_template(const char *object_type, const char *pattern)
	{
		return add(object_type, object_type, Kind::pattern_template, pattern);
	}

	NamingRule &regex(const char *object_type, const char *pattern, const char *message)
	{
		NamingRule &rule =
			add(std::string_view(object_type) == "*" ? "every name" : object_type, object_type, Kind::regex, pattern);

		rule.message = message;
		return rule;
	}

	void builtins(std::initializer_list<const char *> checks)
	{
		for (const char *check : checks)
			add(check, "*", Kind::builtin, check);
	}

	/* What is wrong whatever the convention. */
	void unicode() { builtins({"nfc", "one_script", "look_alike", "invisible", "length"}); }

	/* The names the server chooses itself. */
	void server_constraints()
	{
		name_template("primary key", "{table}_pkey");
		name_template("unique", "{table}_{columns}_key");
		name_template("foreign key", "{table}_{columns}_fkey");
		name_template("exclusion", "{table}_{columns}_excl");
	}

	std::vector<NamingRule> take() { return std::move(rules_); }

private:
	std::string name_;
	std::vector<NamingRule> rules_;
};

/* The names PostgreSQL chooses when nobody says one. */
void
postgresql(Preset &preset)
{
	preset.unicode();
	preset.builtins({"reserved", "mixed_case"});
	preset.server_constraints();
	preset.name_template("index", "{table}_{columns}_idx");
	preset.name_template("sequence", "{table}_{columns}_seq");
	/* A check named after what it checks is as good, so no error ever. */
	preset.name_template("check", "{table}_{columns}_check").severity = Severity::warning;
}

void
snake(Preset &preset)
{
	preset.unicode();
	preset.builtins({"reserved"});
	preset.regex("*", snake_case, snake_case_message);
}

void
prefixed(Preset &preset)
{
	snake(preset);
	preset.name_template("primary key", "pk_{table}");
	preset.name_template("unique", "uq_{table}_{columns}");
	preset.name_template("unique index", "uq_{table}_{columns}");
	preset.name_template("foreign key", "fk_{table}_{columns}");
	preset.name_template("non-unique index", "idx_{table}_{columns}");
	preset.regex("check", "^ck_", "checks begin with ck_");
}

/* django/db/backends/base/schema.py, _create_index_name(); django/db/models/indexes.py, set_name_with_model(). */
void
django(Preset &preset)
{
	preset.unicode();
	preset.regex("table", "^[a-z][a-z0-9]*(_[a-z0-9]+)+$", "tables are named app_model");
	preset.regex("column", snake_case, snake_case_message);
	preset.name_template("primary key", "{table}_pkey");
	preset.name_template("sequence", "{table}_{columns}_seq");
	preset.regex("foreign key", "_[0-9a-f]{8}_fk(_|$)", "foreign keys are named table_column_hash_fk_table_column");
	/* A field that is unique gets PostgreSQL's own name. */
	preset
		.regex("unique", "(_[0-9a-f]{8}_uniq|_key[0-9]*)$",
			   "unique constraints are named table_columns_hash_uniq or table_column_key")
		.exceptions = {"unique_*", "*_unique", "*_uniq"};
	preset.regex("non-unique index", "(_[0-9a-f]{8}(_like|_id)?|_(idx|gin|gist|spgist|brin|hash|bloom|btree))$",
				 "indexes are named table_columns_hash, with _idx when they are declared in Meta.indexes");
}

/* activerecord: schema_statements.rb, index_name, foreign_key_name, check_constraint_name and their like. */
void
rails(Preset &preset)
{
	preset.unicode();
	preset.regex("table", snake_case, snake_case_message);
	preset.regex("column", snake_case, snake_case_message);
	preset.name_template("primary key", "{table}_pkey");
	preset.name_template("sequence", "{table}_{columns}_seq");
	preset.regex("foreign key", "^fk_rails_[0-9a-f]{10}$", "foreign keys are named fk_rails_ and a hash");
	preset.regex("unique", "^uniq_rails_[0-9a-f]{10}$", "unique constraints are named uniq_rails_ and a hash");
	preset.regex("check", "^chk_rails_[0-9a-f]{10}$", "check constraints are named chk_rails_ and a hash");
	preset.regex("exclusion", "^excl_rails_[0-9a-f]{10}$", "exclusion constraints are named excl_rails_ and a hash");
	/* From 7.1 on a name of more than 62 bytes is cut and hashed. */
	/*
	 * index_orders_on_customer (of a polymorphic reference) and idx_on_... (too long since 7.1) cannot be foretold,
	 * so every name of that make is right; the template is for what to suggest.
	 */
	preset.name_template("index", "index_{table}_on_{key_columns:_and_}").exceptions = {"index_*_on_*", "idx_on_*",
																						"unique_schema_migrations"};
}

/* psl's ConstraintNames: table and columns are joined and cut as one. */
void
prisma(Preset &preset)
{
	/* Implicit many-to-many tables: _CategoryToPost with the columns A and B. */
	preset.unicode();
	preset.regex("table", "^[A-Z][A-Za-z0-9]*$", "tables are named as models are: OrderItem").exceptions = {"_*"};
	preset.regex("column", "^[a-z][A-Za-z0-9]*$", "columns are named as fields are: createdAt").exceptions = {"_*.*"};
	preset.name_template("primary key", "{table}_pkey").exceptions = {"_*_AB_pkey"};
	preset.name_template("foreign key", "{table+columns}_fkey");
	preset.name_template("unique index", "{table+columns}_key").exceptions = {"_*_AB_unique"};
	preset.name_template("unique", "{table+columns}_key");
	preset.name_template("non-unique index", "{table+columns}_idx").exceptions = {"_*_B_index"};
	preset.name_template("sequence", "{table}_{columns}_seq");
}

} // namespace

const std::vector<std::string_view> &
naming_presets()
{
	static const std::vector<std::string_view> presets = {"postgresql", "snake_case", "prefixed",
														  "django",		"rails",	  "prisma"};

	return presets;
}

std::vector<NamingRule>
naming_preset(std::string_view name)
{
	Preset preset(name);

	if (name == "postgresql")
		postgresql(preset);
	else if (name == "snake_case")
		snake(preset);
	else if (name == "prefixed")
		prefixed(preset);
	else if (name == "django")
		django(preset);
	else if (name == "rails")
		rails(preset);
	else if (name == "prisma")
		prisma(preset);
	else
		throw Failure(sqlstate::invalid_parameter, "unknown naming preset \"" + std::string(name) + "\"")
			.with_hint("Known are: postgresql, snake_case, prefixed, django, rails, prisma.");
	return preset.take();
}

} // namespace schema_guard
