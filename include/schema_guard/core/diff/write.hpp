/*
 * core/diff/write.hpp - steps as a script and as rows.
 */
#pragma once

#include "schema_guard/core/diff/diff.hpp"

namespace schema_guard::diff {

/* Options from words; raises 22023 for what it does not know. */
void read_ignored(const std::vector<std::string> &words, Options &options);
/* "table public.old -> public.new" */
Renaming read_renaming(const std::string &text);

/* The script: settings that make its texts mean what they say, then the statements with what is to be known of each. */
std::string write_script(const Diff &diff, const std::string &title);

/* A statement with its semicolon and line end. */
std::string joined(const std::vector<StatementText> &statements);

/* One change: a row of schema_guard.diff(). */
struct Row {
	size_t step;
	const Step *of;
	std::string attribute; /* empty: the whole object */
	catalog::Value old_value, new_value;
	bool first; /* of its step: it has the statements */
};
std::vector<Row> rows(const Diff &diff);

} // namespace schema_guard::diff
