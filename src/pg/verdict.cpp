/*
 * verdict.cpp - the only place that refuses; see verdict.hpp.
 */
#include "schema_guard/pg/verdict.hpp"

#include "schema_guard/core/failure.hpp"
#include "schema_guard/pg/attempts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/server_log.hpp"

namespace schema_guard::pg::verdict {

namespace {

void
warn(const Violation &violation)
{
	guard([&] {
		const char *s = violation.sqlstate;

		ereport(WARNING,
				(errcode(MAKE_SQLSTATE(s[0], s[1], s[2], s[3], s[4])), errmsg_internal("%s", violation.message.c_str()),
				 violation.detail.empty() ? 0 : errdetail_internal("%s", violation.detail.c_str()),
				 violation.hint.empty() ? 0 : errhint("%s", violation.hint.c_str())));
	});
}

[[noreturn]] void
refuse(const std::vector<Violation> &violations, recorder::Record &record)
{
	const Violation &first = violations.front();
	std::string detail = first.detail;

	for (size_t i = 1; i < violations.size(); i++)
		detail += (detail.empty() ? "Also: " : "\nAlso: ") + violations[i].message + ".";
	record.decision = "refused";
	server_log::write("refused", record, first.sqlstate, first.message);
	attempts::queue_and_wait(record, attempts::Outcome::refused, first.sqlstate);
	throw Failure(first.sqlstate, first.message).with_detail(std::move(detail)).with_hint(first.hint);
}

} // namespace

void
apply(Mode mode, const std::vector<Violation> &violations, recorder::Record &record)
{
	if (violations.empty()) {
		if (record.decision.empty())
			record.decision = "allowed";
		if (record.allowed_by == "override")
			server_log::write("override", record, "", {});
		return;
	}

	/* What the statement announces, the net beneath it may meet again. */
	std::vector<Violation> news;
	bool own_table = false;
	for (const Violation &violation : violations) {
		if (std::find(record.violations.begin(), record.violations.end(), violation.rule) == record.violations.end()) {
			record.violations.push_back(violation.rule);
			news.push_back(violation);
		}
		own_table = own_table || violation.sqlstate == sqlstate::own_table;
	}
	record.allowed_by.clear();
	if (mode == Mode::enforce || own_table)
		refuse(violations, record);
	record.decision = mode == Mode::warn ? "warned" : "observed";
	if (mode == Mode::warn)
		for (Violation &violation : news) {
			violation.message = "in mode enforce: " + violation.message;
			warn(violation);
		}
}

void
apply(Mode mode, const std::vector<NamingViolation> &violations, recorder::Record &record, bool too_late)
{
	std::vector<Violation> errors;

	for (const NamingViolation &found : violations) {
		Violation violation{
			sqlstate::naming, "naming:" + found.rule, record.tag + " refused: " + found.message, found.detail, {}};

		if (!found.suggestion.empty())
			violation.hint = "A name that fits is \"" + found.suggestion + "\".";
		if (found.severity == Severity::error && !too_late && record.override_reason.empty()) {
			errors.push_back(std::move(violation));
			continue;
		}
		record.violations.push_back(violation.rule);
		if (mode == Mode::warn || mode == Mode::enforce) {
			violation.message = found.message;
			warn(violation);
		}
	}
	if (!errors.empty())
		apply(mode, errors, record);
}

} // namespace schema_guard::pg::verdict
