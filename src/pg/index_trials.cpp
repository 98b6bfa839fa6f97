/*
 * index_trials.cpp - see index_trials.hpp.
 *
 * The list is a table, so that it outlives restarts and reaches standbys; a change of it is an invalidation of that table, which
 * every session hears of, on a standby as well.
 */
#include "schema_guard/pg/index_trials.hpp"

#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/index_proof.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/session.hpp"
#include "schema_guard/pg/settings.hpp"
#include "schema_guard/pg/statement_statistics.hpp"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "storage/lmgr.h"
}

namespace schema_guard::pg::index_trials {

namespace {

constexpr char table_name[] = "index_trial";

struct Trial {
	Oid index;
	Oid relation;
	NameData name;
};

/* The list as this session knows it, in TopMemoryContext; valid while nothing was invalidated since it was read. */
Trial *trials = nullptr;
int count = 0;
Oid table_oid = InvalidOid;
uint64_t invalidations = 1;
uint64_t read_at = 0;
/* While this session asks what a plan would be without the trials. */
bool all_seen = false;

void
on_relation_change(Datum, Oid relid)
{
	if (relid == InvalidOid || relid == table_oid)
		invalidations++;
}

/* The extension comes and goes with its schema. */
void
on_namespace_change(Datum, int, uint32)
{
	invalidations++;
}

} // namespace

namespace plain {

void
watch_invalidations()
{
	CacheRegisterRelcacheCallback(on_relation_change, 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, on_namespace_change, 0);
}

/* Anybody may make a table of that name; only that of the extension counts. */
static Oid
find_table()
{
	Oid schema = get_namespace_oid("schema_guard", true);
	Oid relid = OidIsValid(schema) ? get_relname_relid(table_name, schema) : InvalidOid;

	if (!OidIsValid(relid) ||
		getExtensionOfObject(RelationRelationId, relid) != get_extension_oid("schema_guard", true))
		return InvalidOid;
	return relid;
}

static void
read_trials()
{
	uint64_t before = invalidations;

	count = 0;
	table_oid = find_table();
	if (OidIsValid(table_oid)) {
		/* Somebody may be dropping the extension: no query waits for that, and the next one looks again. */
		if (!ConditionalLockRelationOid(table_oid, AccessShareLock))
			return;

		Relation relation = try_relation_open(table_oid, NoLock);
		if (relation != nullptr) {
			SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
			int room = 0;
			HeapTuple tuple;

			while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
				Datum values[32];
				bool nulls[32];

				heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
				if (count == room) {
					room = room * 2 + 8;
					trials = static_cast<Trial *>(trials ? repalloc(trials, sizeof(Trial) * room)
														 : MemoryContextAlloc(TopMemoryContext, sizeof(Trial) * room));
				}
				trials[count].index = DatumGetObjectId(values[0]);
				trials[count].relation = DatumGetObjectId(values[1]);
				namestrcpy(&trials[count].name, NameStr(*DatumGetName(values[4])));
				count++;
			}
			systable_endscan(scan);
			relation_close(relation, NoLock);
		}
		UnlockRelationOid(table_oid, AccessShareLock);
	}
	read_at = before;
}

static bool
is_listed(Oid index)
{
	for (int i = 0; i < count; i++)
		if (trials[i].index == index)
			return true;
	return false;
}

/* A partition of a hidden index is hidden; so is what REINDEX CONCURRENTLY has put in its place, under its name. */
static bool
is_hidden(Oid index, Oid relation)
{
	if (is_listed(index))
		return true;
	if (get_rel_relispartition(index)) {
		ListCell *cell;

		foreach (cell, get_partition_ancestors(index))
			if (is_listed(lfirst_oid(cell)))
				return true;
	}
	for (int i = 0; i < count; i++) {
		if (trials[i].relation != relation || SearchSysCacheExists1(RELOID, ObjectIdGetDatum(trials[i].index)))
			continue;

		const char *name = get_rel_name(index);

		if (name != nullptr && strcmp(name, NameStr(trials[i].name)) == 0)
			return true;
	}
	return false;
}

void
hide(Oid relid, RelOptInfo *rel)
{
	ListCell *cell;

	if (rel->indexlist == NIL || relid < FirstNormalObjectId || all_seen || !settings::enabled())
		return;
	if (read_at != invalidations)
		read_trials();
	if (count == 0)
		return;
	foreach (cell, rel->indexlist)
		if (is_hidden(lfirst_node(IndexOptInfo, cell)->indexoid, relid))
			rel->indexlist = foreach_delete_current(rel->indexlist, cell);
}

} // namespace plain

namespace {

constexpr char describe[] = R"(
SELECT i.indrelid, n.nspname, t.relname, x.relname, t.relpersistence = 't', x.relispartition,
	(SELECT format('%I.%I', s.nspname, r.relname) FROM pg_class r JOIN pg_namespace s ON s.oid = r.relnamespace
		WHERE x.relispartition AND r.oid = pg_partition_root(x.oid)), format('%I.%I', n.nspname, x.relname)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE i.indexrelid = $1::oid)";

constexpr char insert[] = R"(
INSERT INTO schema_guard.index_trial VALUES ($1::oid, $2::oid, $3, $4, $5::name, $6, clock_timestamp(), $7, $8::jsonb)
ON CONFLICT DO NOTHING)";

/* By its own address, or by the name it had when it was hidden. */
constexpr char find[] = R"(
SELECT t.indexrelid, t.indrelid, format('%I.%I', t.schema_name, t.index_name), t.table_name FROM schema_guard.index_trial t
LEFT JOIN pg_class c ON c.oid = t.indexrelid
WHERE t.indexrelid = $1::oid OR (c.oid IS NULL OR $1 IS NULL) AND $2 IN (t.index_name, format('%I.%I', t.schema_name, t.index_name))
ORDER BY t.indexrelid = $1::oid DESC NULLS LAST LIMIT 1)";

/* Around the name of the view.  Counters that went back have begun anew since: all of it is of the trial. */
constexpr char compare_head[] = R"(
WITH earlier AS (
	SELECT e.key::bigint AS queryid, (e.value ->> 0)::float8 AS calls, (e.value ->> 1)::float8 AS ms, (e.value ->> 2)::float8 AS blocks
	FROM schema_guard.index_trial t, jsonb_each(t.statements) e WHERE t.indexrelid = $1::oid
), later AS (
	SELECT s.queryid, min(s.query) AS query, sum(s.calls)::float8 AS calls, sum(s.total_exec_time)::float8 AS ms,
		sum(s.shared_blks_hit + s.shared_blks_read)::float8 AS blocks, (array_agg(s.userid ORDER BY s.calls DESC))[1] AS userid
	FROM )";
constexpr char compare_tail[] = R"( s WHERE s.dbid = $2::oid GROUP BY s.queryid
), counted AS (
	SELECT l.queryid, l.query, l.userid, e.calls AS calls_before, l.calls - CASE WHEN l.calls >= e.calls THEN e.calls ELSE 0 END AS calls,
		e.ms / e.calls AS ms_before, l.ms - CASE WHEN l.calls >= e.calls THEN e.ms ELSE 0 END AS ms,
		e.blocks / e.calls AS blocks_before, l.blocks - CASE WHEN l.calls >= e.calls THEN e.blocks ELSE 0 END AS blocks
	FROM later l JOIN earlier e USING (queryid)
), judged AS (
	SELECT c.queryid, c.query, c.userid, c.calls_before, c.calls, c.ms_before, c.ms / c.calls AS ms, c.blocks_before, c.blocks / c.calls AS blocks,
		c.blocks / c.calls >= 2 * c.blocks_before + 8 OR c.ms / c.calls >= 2 * c.ms_before + 5 AS worse
	FROM counted c WHERE c.calls > 0
)
SELECT j.queryid, j.query, j.calls_before::bigint, j.calls::bigint, round(j.ms_before::numeric, 3), round(j.ms::numeric, 3),
	round(j.blocks_before::numeric, 1), round(j.blocks::numeric, 1), j.worse, NULL, NULL, NULL, j.userid
FROM judged j WHERE j.worse OR strpos(lower(j.query), lower($3)) > 0
ORDER BY j.worse DESC, (j.blocks - j.blocks_before) * j.calls DESC)";

/* The plans of the table and its partitions are made anew, and all sessions read the list again. */
void
announce(Oid relation)
{
	Oid list = own::table(table_name);

	guard([=] {
		CacheInvalidateRelcacheByRelid(list);
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
			return;

		ListCell *cell;
		foreach (cell, find_all_inheritors(relation, NoLock, nullptr))
			CacheInvalidateRelcacheByRelid(lfirst_oid(cell));
	});
}

std::optional<std::string>
statements_now()
{
	std::optional<std::string> view = statement_statistics();

	if (!view)
		return std::nullopt;
	return own::query(("SELECT coalesce(jsonb_object_agg(k, v), '{}') FROM (SELECT s.queryid::text AS k, "
					   "jsonb_build_array(sum(s.calls),"
					   " sum(s.total_exec_time), sum(s.shared_blks_hit + s.shared_blks_read)) AS v FROM " +
					   *view + " s WHERE s.dbid = $1::oid AND s.queryid IS NOT NULL AND s.calls > 0 GROUP BY 1) s")
						  .c_str(),
					  {std::to_string(MyDatabaseId)})[0][0];
}

/* Scans that have one of the indexes in the first plan, and what the second has in the place of each: EXPLAIN names each scan once. */
constexpr char compare_plans[] = R"(
WITH hidden AS (
	SELECT array_agg(c.relname::text) AS names FROM pg_class c
	WHERE c.oid = $3::oid OR c.oid IN (SELECT t.relid FROM pg_partition_tree($3::oid) t)
), scan AS MATERIALIZED (
	SELECT DISTINCT p.plan, n ->> 'Alias' AS alias, CASE WHEN i.names IS NULL THEN n ->> 'Node Type' ELSE (n ->> 'Node Type') || ' using ' || array_to_string(i.names, ', ') END
		|| ' on ' || concat_ws(' ', n ->> 'Relation Name', NULLIF(n ->> 'Alias', n ->> 'Relation Name')) AS text, i.names && h.names AS has
	FROM (VALUES (1, $1::jsonb), (2, $2::jsonb)) p (plan, json) CROSS JOIN hidden h CROSS JOIN LATERAL jsonb_path_query(p.json, '$.** ? (exists (@."Alias"))') n
	CROSS JOIN LATERAL (SELECT array_agg(DISTINCT x #>> '{}') AS names FROM jsonb_path_query(CASE n ->> 'Node Type' WHEN 'Bitmap Heap Scan' THEN n ELSE n - 'Plans' END, '$.**."Index Name"') x) i
	WHERE n ->> 'Node Type' LIKE '%Scan'
)
SELECT round(($1::jsonb #>> '{0,Plan,Total Cost}')::numeric, 2), round(($2::jsonb #>> '{0,Plan,Total Cost}')::numeric, 2),
	COALESCE(string_agg(b.text || ' -> ' || COALESCE(a.text, 'nothing'), '; ' ORDER BY b.alias), 'the plan for any values does without it')
FROM scan b LEFT JOIN scan a ON a.plan = 2 AND a.alias = b.alias WHERE b.plan = 1 AND b.has)";

/* Planning takes a while: those that matter most. */
constexpr size_t most_planned = 100;

struct SeeAll {
	SeeAll() noexcept { all_seen = true; }
	~SeeAll() noexcept { all_seen = false; }
};

/* With and without the index, planned as who ran it, as far as the caller may act as that role. */
void
add_plans(TextRow &row, const std::string &index)
{
	auto &change = row[11];

	if (!row[1] || !row[12] || !may_act_as(static_cast<Oid>(std::stoul(*row[12])))) {
		change = "not known: for those who may act as who runs it";
		return;
	}
	std::optional<Error> error = try_and_forget([&] {
		Oid role = static_cast<Oid>(std::stoul(*row[12]));
		std::string before;
		{
			SeeAll all;

			before = generic_plan(*row[1], role);
		}
		auto plans = own::query(compare_plans, {before, generic_plan(*row[1], role), index});

		std::copy(plans[0].begin(), plans[0].end(), row.begin() + 9);
	});
	if (error)
		change = std::string("not known: ") + error->what();
}

struct Found {
	std::string index, relation, identity, table;
};

Found
find_trial(const std::string &index)
{
	Oid oid = guard([&] {
		List *names = textToQualifiedNameList(cstring_to_text(index.c_str()));

		return RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
	});
	auto rows = own::query(find, {OidIsValid(oid) ? std::optional(std::to_string(oid)) : std::nullopt, index});

	if (rows.empty())
		throw Failure(sqlstate::undefined_object, "index \"" + index + "\" is not on trial")
			.with_hint("schema_guard.index_trials lists those that are.");
	return {*rows[0][0], *rows[0][1], *rows[0][2], *rows[0][3]};
}

} // namespace

void
begin(Oid index, const std::optional<std::string> &reason)
{
	own::require_installed();

	auto rows = own::query(describe, {std::to_string(index)});

	if (rows.empty())
		throw Failure(sqlstate::invalid_parameter,
					  "\"" + own::query("SELECT $1::oid::regclass", {std::to_string(index)})[0][0].value_or("") +
						  "\" is no index");

	const auto &row = rows[0];
	const std::string &identity = *row[7];

	if (row[5] == "t")
		throw Failure(sqlstate::invalid_parameter, "index \"" + identity + "\" cannot be dropped alone")
			.with_detail("It is a partition of " + *row[6] + ".")
			.with_hint("SELECT schema_guard.trial_drop(" + sql::literal(*row[6]) + ");");
	if (row[4] == "t" || index < FirstNormalObjectId || row[1] == "pg_toast" || row[1] == "schema_guard")
		throw Failure(sqlstate::invalid_parameter, "index \"" + identity + "\" is none to be dropped")
			.with_detail("Indexes of catalogs, TOAST tables, temporary tables and schema_guard stay in use.");
	if (own::run_as_owner(
			insert,
			{std::to_string(index), row[0], row[1], row[2], row[3], reason, session::current_user(), statements_now()},
			"TRIAL DROP",
			"SELECT schema_guard.trial_drop(" + sql::literal(identity) + ", " +
				(reason ? sql::literal(*reason) : "NULL") + ")") == 0)
		throw Failure(sqlstate::duplicate_object, "index \"" + identity + "\" is on trial already");
	announce(static_cast<Oid>(std::stoul(*row[0])));
}

void
end(const std::string &index)
{
	own::require_installed();

	Found found = find_trial(index);

	own::run_as_owner("DELETE FROM schema_guard.index_trial WHERE indexrelid = $1::oid", {found.index}, "END TRIAL",
					  "SELECT schema_guard.end_trial(" + sql::literal(found.identity) + ")");
	announce(static_cast<Oid>(std::stoul(found.relation)));
}

std::vector<TextRow>
statements(const std::string &index)
{
	own::require_installed();

	Found found = find_trial(index);
	std::optional<std::string> view = statement_statistics();

	if (!view)
		throw Failure(sqlstate::feature_not_supported, "statements are not known here")
			.with_detail(
				"Extension pg_stat_statements is not installed in this database, or its library not preloaded.")
			.with_hint("Add it to shared_preload_libraries, restart, CREATE EXTENSION pg_stat_statements;");

	auto rows = own::query((std::string(compare_head) + *view + compare_tail).c_str(),
						   {found.index, std::to_string(MyDatabaseId), found.table});

	for (size_t i = 0; i < rows.size(); i++) {
		check_interrupts();
		if (i < most_planned)
			add_plans(rows[i], found.index);
		rows[i].resize(12);
	}
	return rows;
}

} // namespace schema_guard::pg::index_trials
