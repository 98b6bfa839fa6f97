/*
 * alerts.cpp - what sql/alerts.sql finds becomes rows of alert_log; see alerts.hpp.
 */
#include "schema_guard/pg/alerts.hpp"

#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/server_log.hpp"
#include "schema_guard/pg/session.hpp"

extern "C" {
#include "catalog/pg_sequence.h"
#include "commands/async.h"
#include "commands/sequence.h"
#include "storage/lmgr.h"
}

namespace schema_guard::pg::alerts {

namespace {

constexpr char channel[] = "schema_guard";
constexpr char drift_lock_timeout[] = "1s";
constexpr char kept[] = "90 days";

/* One check at a time: what the other has written counts. */
constexpr char one_at_a_time[] = "LOCK TABLE schema_guard.alert_log IN SHARE ROW EXCLUSIVE MODE";

/*
 * $1 to $4: kinds, objects, values, messages; $5: the kinds that were looked at; $6 and $7: kinds and objects of what could
 * not be; $8: how long resolved ones are kept.
 */
constexpr char update[] = R"(
WITH found AS (
	SELECT DISTINCT ON (f.kind, f.object) f.kind, f.object, f.value, f.message, a.id, a.severity AS old_severity,
		CASE WHEN f.value >= k.critical THEN 'critical' ELSE 'warning' END AS severity,
		encode(sha256(convert_to(f.kind || ' ' || f.object, 'UTF8')), 'hex') AS fingerprint
	FROM unnest($1::text[], $2::text[], $3::float8[], $4::text[]) f (kind, object, value, message)
	JOIN schema_guard.alert_kinds k ON k.kind = f.kind AND f.value >= least(k.warning, k.critical)
	LEFT JOIN schema_guard.alert_log a ON a.kind = f.kind AND a.object = f.object AND a.state <> 'resolved'
	ORDER BY f.kind, f.object, f.value DESC
), seen AS (
	UPDATE schema_guard.alert_log a SET severity = f.severity, value = f.value, message = f.message, count = a.count + 1,
		last_seen = clock_timestamp(),
		state = CASE WHEN a.severity = 'warning' AND f.severity = 'critical' THEN 'firing' ELSE a.state END
	FROM found f WHERE a.id = f.id
), opened AS (
	INSERT INTO schema_guard.alert_log (id, kind, severity, object, message, value, fingerprint, state, count, first_seen, last_seen)
	SELECT (SELECT coalesce(max(l.id), 0) FROM schema_guard.alert_log l) + row_number() OVER (ORDER BY f.severity, f.kind, f.object),
		f.kind, f.severity, f.object, f.message, f.value, f.fingerprint, 'firing', 1, clock_timestamp(), clock_timestamp()
	FROM found f WHERE f.id IS NULL RETURNING *
), resolved AS (
	UPDATE schema_guard.alert_log a SET state = 'resolved', resolved_at = clock_timestamp()
	WHERE a.state <> 'resolved' AND a.kind = ANY ($5::text[]) AND NOT EXISTS (SELECT FROM found f WHERE f.id = a.id)
		AND NOT EXISTS (SELECT FROM unnest($6::text[], $7::text[]) u (kind, object) WHERE u.kind = a.kind AND u.object = a.object)
	RETURNING *
), old AS (
	DELETE FROM schema_guard.alert_log a WHERE a.state = 'resolved' AND a.resolved_at < clock_timestamp() - $8::interval
		AND a.id < (SELECT max(l.id) FROM schema_guard.alert_log l)
)
SELECT o.id, 'opened', o.kind, o.severity, o.object, o.message FROM opened o
UNION ALL SELECT f.id, 'raised', f.kind, f.severity, f.object, f.message FROM found f WHERE f.old_severity = 'warning' AND f.severity = 'critical'
UNION ALL SELECT r.id, 'resolved', r.kind, r.severity, r.object, r.message FROM resolved r
ORDER BY 1)";

class Conditions {
public:
	void add(const std::vector<TextRow> &rows)
	{
		for (const TextRow &row : rows) {
			bool known = row[2] && row[3];

			for (size_t i = 0; i < (known ? 4 : 2); i++)
				(known ? columns_ : unknown_)[i].push_back(row[i] ? *row[i] : "");
		}
	}
	/* Kind, object, value, message. */
	std::string column(size_t i) const { return sql::write_array(columns_[i]); }
	/* Kind, object; what has no value now. */
	std::string unknown(size_t i) const { return sql::write_array(unknown_[i]); }

private:
	std::array<std::vector<std::string>, 4> columns_, unknown_;
};

/* Somebody may hold a table that a view reads: the next check will see. */
bool
add_drift(Conditions &conditions)
{
	std::vector<TextRow> rows;
	std::optional<Error> error = try_subtransaction([&] {
		int level = guard([] {
			int nest_level = NewGUCNestLevel();

			(void) set_config_option("lock_timeout", drift_lock_timeout, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
									 true, 0, false);
			return nest_level;
		});

		rows = own::query("SELECT kind, object, value, message FROM schema_guard.drift_conditions()", {});
		guard([=] { AtEOXact_GUC(true, level); });
	});

	if (error && error->sqlstate() != ERRCODE_LOCK_NOT_AVAILABLE)
		throw std::move(*error);
	conditions.add(rows);
	return !error;
}

void
tell(const Event &event)
{
	std::string payload = "{\"id\": " + event.id + ", \"kind\": \"" + event.kind + "\", \"severity\": \"" +
						  event.severity + "\", \"event\": \"" + event.event + "\"}";

	guard([&] { Async_Notify(channel, payload.c_str()); });
	if (event.event != "resolved")
		server_log::write("alert", recorder::Record(), "",
						  event.severity + " alert " + event.id + " (" + event.kind + "): " + event.message);
}

} // namespace

std::vector<Event>
check()
{
	Conditions conditions;
	std::vector<Event> events;

	own::require_installed();
	(void) own::execute(one_at_a_time, {});
	conditions.add(own::query("SELECT kind, object, value, message FROM schema_guard.alert_conditions()", {}));

	bool drift_known = add_drift(conditions);
	std::vector<std::string> looked_at;

	for (const TextRow &kind : own::query("SELECT kind FROM schema_guard.alert_kinds", {})) {
		if (drift_known || *kind[0] != "drift")
			looked_at.push_back(*kind[0]);
	}
	for (const TextRow &row :
		 own::query(update, {conditions.column(0), conditions.column(1), conditions.column(2), conditions.column(3),
							 sql::write_array(looked_at), conditions.unknown(0), conditions.unknown(1), kept})) {
		events.push_back({*row[0], *row[1], *row[2], *row[3], *row[4], *row[5]});
		tell(events.back());
	}
	return events;
}

void
acknowledge(int64_t id, const std::string &why)
{
	std::string number = std::to_string(id);

	own::require_installed();
	if (own::execute("UPDATE schema_guard.alert_log SET state = 'acknowledged', acknowledged_at = clock_timestamp(),"
					 " acknowledged_by = $2, acknowledged_because = $3 WHERE id = $1::bigint AND state <> 'resolved'",
					 {number, session::current_user(), why}) == 0)
		throw Failure(sqlstate::undefined_object, "there is no open alert " + number)
			.with_hint("SELECT * FROM schema_guard.alerts WHERE state <> 'resolved';");
}

void
set_threshold(const std::string &kind, const std::optional<std::string> &warning,
			  const std::optional<std::string> &critical)
{
	auto number = [](const std::optional<std::string> &value) { return value ? *value : "NULL"; };

	own::require_installed();
	if (own::query("SELECT kind FROM schema_guard.alert_kinds WHERE kind = $1", {kind}).empty())
		throw Failure(sqlstate::undefined_object, "there is no kind of alert \"" + kind + "\"")
			.with_hint("SELECT kind, description FROM schema_guard.alert_kinds; lists them.");
	own::run_as_owner("INSERT INTO schema_guard.alert_thresholds (kind, warning, critical, set_at, set_by)"
					  " VALUES ($1, $2::float8, $3::float8, clock_timestamp(), $4) ON CONFLICT (kind) DO UPDATE"
					  " SET warning = excluded.warning, critical = excluded.critical, set_at = excluded.set_at,"
					  " set_by = excluded.set_by",
					  {kind, warning, critical, session::current_user()}, "SET THRESHOLD",
					  "SELECT schema_guard.set_threshold(" + sql::literal(kind) + ", " + number(warning) + ", " +
						  number(critical) + ")");
}

/* Server calls; only inside guard(). */
namespace raw {

static bool
read(Oid sequence, Position *position)
{
	/* Waiting here would queue behind whoever alters it, with everybody else behind us. */
	if (!ConditionalLockRelationOid(sequence, AccessShareLock))
		return false;

	Relation relation = try_relation_open(sequence, NoLock);
	bool found = false;

	if (relation != nullptr && relation->rd_rel->relkind == RELKIND_SEQUENCE) {
		SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
		HeapTuple tuple = systable_getnext(scan);

		if (HeapTupleIsValid(tuple)) {
			FormData_pg_sequence_data *data = reinterpret_cast<FormData_pg_sequence_data *>(GETSTRUCT(tuple));

			*position = {sequence, data->last_value, data->is_called};
			found = true;
		}
		systable_endscan(scan);
	}
	if (relation != nullptr)
		relation_close(relation, NoLock);
	UnlockRelationOid(sequence, AccessShareLock);
	return found;
}

static void
list(std::vector<Oid> &sequences)
{
	Relation catalog = table_open(SequenceRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);

	while (HeapTuple tuple = systable_getnext(scan))
		sequences.push_back(reinterpret_cast<Form_pg_sequence>(GETSTRUCT(tuple))->seqrelid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

} // namespace raw

std::vector<Position>
sequence_positions()
{
	std::vector<Oid> sequences;
	std::vector<Position> positions;

	guard([&] { raw::list(sequences); });
	positions.reserve(sequences.size());
	guard([&] {
		for (Oid sequence : sequences) {
			Position position;

			CHECK_FOR_INTERRUPTS();
			/* Of other sessions' temporary ones there is nothing here to read. */
			if (!isAnyTempNamespace(get_rel_namespace(sequence)) && raw::read(sequence, &position))
				positions.push_back(position);
		}
	});
	return positions;
}

} // namespace schema_guard::pg::alerts
