/*
 * log_functions.cpp - SQL functions of the sealed log.
 */
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/arguments.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/log_purge.hpp"
#include "schema_guard/pg/log_seal.hpp"
#include "schema_guard/pg/log_verify.hpp"
#include "schema_guard/pg/own_tables.hpp"

using namespace schema_guard;

static TimestampTz
time_argument(FunctionCallInfo fcinfo, int index, TimestampTz otherwise)
{
	return PG_ARGISNULL(index) ? otherwise : DatumGetTimestampTz(PG_GETARG_DATUM(index));
}

/* One digest, or an array of them, as log_digest() gave them. */
static std::vector<seal::Kept>
kept_argument(FunctionCallInfo fcinfo, int index)
{
	std::vector<seal::Kept> kept;
	std::optional<std::string> text = pg::argument_as_text(fcinfo, index);

	if (!text)
		return kept;
	for (const pg::TextRow &row :
		 pg::own::query("SELECT CASE WHEN k ->> 'block' ~ '^[0-9]{1,18}$' THEN k ->> 'block' END, k ->> 'chain',"
						" CASE WHEN k ->> 'timeline' ~ '^[0-9]{1,9}$' THEN k ->> 'timeline' END, k ->> 'digest'"
						" FROM jsonb_array_elements(CASE jsonb_typeof($1::jsonb) WHEN 'array' THEN $1::jsonb"
						" ELSE jsonb_build_array($1::jsonb) END) k",
						{text})) {
		std::optional<seal::Digest> digest = row[3] ? seal::from_hexadecimal(*row[3]) : std::nullopt;

		if (!row[0] || !row[1] || !row[2] || !digest)
			throw Failure(sqlstate::invalid_parameter, "what was kept is no digest of the log")
				.with_hint("SELECT schema_guard.log_digest(); gives one; an array of them will do.");
		kept.push_back({std::stoll(*row[0]), *row[1], static_cast<uint32_t>(std::stoul(*row[2])), *digest});
	}
	return kept;
}

static std::vector<pg::TextRow>
text_rows(const std::vector<seal::Finding> &findings)
{
	std::vector<pg::TextRow> rows;
	auto number = [](const auto &value) { return value ? std::optional(std::to_string(*value)) : std::nullopt; };

	for (const seal::Finding &finding : findings)
		rows.push_back({finding.finding, finding.tampered ? "true" : "false", number(finding.block), finding.chain,
						number(finding.xid), number(finding.ordinal), finding.detail});
	return rows;
}

/* verify_log(from timestamptz, to timestamptz, kept jsonb): raises 22023 for what is no digest. */
SCHEMA_GUARD_FUNCTION(schema_guard_verify_log)
{
	pg::log_verify::Question question;

	pg::own::require_installed();
	question.from = time_argument(fcinfo, 0, DT_NOBEGIN);
	question.to = time_argument(fcinfo, 1, DT_NOEND);
	question.kept = kept_argument(fcinfo, 2);
	pg::return_rows(fcinfo, text_rows(pg::log_verify::find(question)));
	return 0;
}

/* verify_recent_log(rows bigint): the newest blocks, and how all are linked; raises nothing. */
SCHEMA_GUARD_FUNCTION(schema_guard_verify_recent_log)
{
	pg::log_verify::Question question;

	question.most_rows = PG_GETARG_INT64(0);
	pg::return_rows(fcinfo, text_rows(pg::log_verify::find(question)));
	return 0;
}

/* seal_log() returns the rows that it has sealed. */
SCHEMA_GUARD_FUNCTION(schema_guard_seal_log)
{
	pg::log_seal::Sealed sealed = pg::log_seal::seal(true, UINT64_MAX);

	return Int64GetDatum(static_cast<int64_t>(sealed.rows));
}

/* purge_log(before timestamptz, what text, even_if_tampered boolean): raises 22023, and SG006 where it may not. */
SCHEMA_GUARD_FUNCTION(schema_guard_purge_log)
{
	std::string what = pg::text_argument(fcinfo, 1);

	if (PG_ARGISNULL(0))
		throw Failure(sqlstate::invalid_parameter, "the log is purged up to a time, which is missing");
	if (what != "all" && what != "attempts")
		throw Failure(sqlstate::invalid_parameter,
					  "\"all\" or \"attempts\" of the log can be purged, not \"" + what + "\"");

	bool even_if_tampered = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	std::string statement = "SELECT schema_guard.purge_log(" +
							sql::literal(pg::argument_as_text(fcinfo, 0).value_or("")) + ", " + sql::literal(what) +
							(even_if_tampered ? ", even_if_tampered => true)" : ")");
	pg::log_purge::Purged purged = pg::log_purge::purge(
		time_argument(fcinfo, 0, 0), what == "all" ? pg::log_purge::What::all : pg::log_purge::What::attempts,
		even_if_tampered, INT64_MAX, statement);

	return Int64GetDatum(static_cast<int64_t>(purged.rows));
}
