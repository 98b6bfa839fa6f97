/*
 * catalog_reader.cpp - runs the kinds' queries through SPI.
 */
#include "schema_guard/pg/catalog_reader.hpp"

#include "schema_guard/core/catalog/read.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"

#include <unordered_map>

extern "C" {
#include "catalog/pg_description.h"
#include "catalog/pg_seclabel.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "storage/bufmgr.h"
}

namespace schema_guard::pg {

Unwatched::Unwatched() noexcept
	: planner_(planner_hook), analyze_(post_parse_analyze_hook), start_(ExecutorStart_hook), run_(ExecutorRun_hook),
	  finish_(ExecutorFinish_hook), end_(ExecutorEnd_hook), permissions_(ExecutorCheckPerms_hook)
{
	planner_hook = nullptr;
	post_parse_analyze_hook = nullptr;
	ExecutorStart_hook = nullptr;
	ExecutorRun_hook = nullptr;
	ExecutorFinish_hook = nullptr;
	ExecutorEnd_hook = nullptr;
	ExecutorCheckPerms_hook = nullptr;
}

Unwatched::~Unwatched() noexcept
{
	planner_hook = planner_;
	post_parse_analyze_hook = analyze_;
	ExecutorStart_hook = start_;
	ExecutorRun_hook = run_;
	ExecutorFinish_hook = finish_;
	ExecutorEnd_hook = end_;
	ExecutorCheckPerms_hook = permissions_;
}

namespace {

/* Plans of the queries for touched objects, kept for the life of the session; by their text. */
std::unordered_map<std::string, SPIPlanPtr> &
kept_plans()
{
	static auto *plans = new std::unordered_map<std::string, SPIPlanPtr>();

	return *plans;
}

} // namespace

namespace raw {

static void
set_for_reading(const char *name, const char *value)
{
	const char *now = GetConfigOption(name, true, false);

	if (now == nullptr || strcmp(now, value) != 0)
		(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* The locks of the queries go with them: a commit that follows, or a prepared transaction, has none of ours. */
void
begin_reading(Reading *reading)
{
	if (reading->begun)
		return;
	reading->begun = true;
	reading->caller = CurrentResourceOwner;
	reading->locks = ResourceOwnerCreate(CurrentResourceOwner, "schema_guard reading");
	CurrentResourceOwner = reading->locks;
	if (reading->reader == Reader::owner)
		reading->user = own::raw::begin_as_owner();
	reading->settings_level = NewGUCNestLevel();
	for (const catalog::Setting &setting : catalog::reading_settings()) {
		if (!setting.plans)
			set_for_reading(setting.name, setting.value);
	}
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
}

static void
begin_planning(Reading *reading)
{
	begin_reading(reading);
	if (reading->planning)
		return;
	reading->planning = true;
	for (const catalog::Setting &setting : catalog::reading_settings()) {
		if (setting.plans)
			set_for_reading(setting.name, setting.value);
	}
}

void
end_reading(Reading *reading)
{
	if (!reading->begun)
		return;
	PopActiveSnapshot();
	AtEOXact_GUC(true, reading->settings_level);
	if (reading->reader == Reader::owner)
		own::raw::end_as_owner(reading->user);
	CurrentResourceOwner = reading->caller;
	/* As of an abort, which gives locks back instead of handing them up. */
	ResourceOwnerRelease(reading->locks, RESOURCE_RELEASE_BEFORE_LOCKS, false, false);
	ResourceOwnerRelease(reading->locks, RESOURCE_RELEASE_LOCKS, false, false);
	ResourceOwnerRelease(reading->locks, RESOURCE_RELEASE_AFTER_LOCKS, false, false);
	ResourceOwnerDelete(reading->locks);
	*reading = Reading{reading->reader};
}

/*
 * The rows of pg_description or pg_seclabel, both of which begin with objoid, classoid, objsubid, about a range of OIDs:
 * what was made together lies together.
 */
template <typename Row>
static void
scan_about(Relation relation, Relation index, const std::pair<Oid, Oid> &range, Row &&row)
{
	ScanKeyData key[2];

	ScanKeyInit(&key[0], Anum_pg_description_objoid, BTGreaterEqualStrategyNumber, F_OIDGE,
				ObjectIdGetDatum(range.first));
	ScanKeyInit(&key[1], Anum_pg_description_objoid, BTLessEqualStrategyNumber, F_OIDLE,
				ObjectIdGetDatum(range.second));

	SysScanDesc rows = systable_beginscan_ordered(relation, index, nullptr, 2, key);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(rows, ForwardScanDirection))) {
		Datum values[Natts_pg_seclabel];
		bool nulls[Natts_pg_seclabel];

		heap_deform_tuple(tuple, RelationGetDescr(relation), values, nulls);
		row(Address{DatumGetObjectId(values[Anum_pg_description_classoid - 1]),
					DatumGetObjectId(values[Anum_pg_description_objoid - 1]),
					DatumGetInt32(values[Anum_pg_description_objsubid - 1])},
			values);
	}
	systable_endscan_ordered(rows);
}

static void
append(std::string &to, Datum value)
{
	text *packed = DatumGetTextPP(value);

	to.append(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
}

/* Hardly any database has security labels. */
static void
read_about(const std::vector<std::pair<Oid, Oid>> &ranges, std::vector<About> &comments, std::vector<About> &labels)
{
	Relation descriptions = table_open(DescriptionRelationId, AccessShareLock);
	Relation security_labels = table_open(SecLabelRelationId, AccessShareLock);
	Relation index = index_open(DescriptionObjIndexId, AccessShareLock);

	for (const auto &range : ranges) {
		scan_about(descriptions, index, range, [&](const Address &address, Datum *values) {
			About &about = comments.emplace_back();

			about.address = address;
			append(about.text, values[Anum_pg_description_description - 1]);
		});
	}
	index_close(index, AccessShareLock);
	if (RelationGetNumberOfBlocks(security_labels) > 0) {
		index = index_open(SecLabelObjectIndexId, AccessShareLock);
		for (const auto &range : ranges) {
			scan_about(security_labels, index, range, [&](const Address &address, Datum *values) {
				About &about = labels.emplace_back();

				about.address = address;
				append(about.text, values[Anum_pg_seclabel_provider - 1]);
				about.text.push_back('=');
				append(about.text, values[Anum_pg_seclabel_label - 1]);
			});
		}
		index_close(index, AccessShareLock);
	}
	table_close(security_labels, AccessShareLock);
	table_close(descriptions, AccessShareLock);
}

static SPIPlanPtr
prepare(const char *sql)
{
	Oid types[1] = {OIDARRAYOID};
	SPIPlanPtr plan = SPI_prepare_cursor(sql, 1, types, CURSOR_OPT_GENERIC_PLAN);

	if (plan == nullptr || SPI_keepplan(plan) != 0)
		elog(ERROR, "a query of the catalogs cannot be prepared: %s", SPI_result_code_string(SPI_result));
	return plan;
}

static void
run(const char *sql, const char *oids, SPIPlanPtr *plan, catalog::Rows &rows)
{
	int result;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (oids == nullptr) {
		result = SPI_execute(sql, true, 0);
	} else {
		Datum values[1] = {OidInputFunctionCall(F_ARRAY_IN, const_cast<char *>(oids), OIDOID, -1)};

		if (*plan == nullptr)
			*plan = prepare(sql);
		result = SPI_execute_plan(*plan, values, nullptr, true, 0);
	}
	if (result != SPI_OK_SELECT)
		elog(ERROR, "a query of the catalogs failed: %s", SPI_result_code_string(result));

	TupleDesc descriptor = SPI_tuptable->tupdesc;

	for (int i = 1; i <= descriptor->natts; i++)
		rows.columns.emplace_back(SPI_fname(descriptor, i));
	rows.cells.reserve(SPI_processed * descriptor->natts);
	for (uint64_t row = 0; row < SPI_processed; row++) {
		for (int i = 1; i <= descriptor->natts; i++) {
			char *text = SPI_getvalue(SPI_tuptable->vals[row], descriptor, i);

			if (text == nullptr) {
				rows.cells.emplace_back();
				continue;
			}
			rows.cells.emplace_back(text);
			pfree(text);
		}
	}
	SPI_finish();
}

} // namespace raw

namespace {

catalog::Rows
run_here(const std::string &sql, const catalog::Value &oids)
{
	catalog::Rows rows;
	SPIPlanPtr unkept = nullptr;
	SPIPlanPtr *plan = oids ? &kept_plans()[sql] : &unkept;

	check_interrupts();
	guard([&] { raw::run(sql.c_str(), oids ? oids->c_str() : nullptr, plan, rows); });
	return rows;
}

} // namespace

catalog::Catalog
read_catalog(Reader reader)
{
	Unwatched unwatched;
	Reading reading{reader};

	guard([&] { raw::begin_planning(&reading); });
	catalog::Catalog catalog = catalog::read(run_here, PG_VERSION_NUM);

	guard([&] { raw::end_reading(&reading); });
	return catalog;
}

std::vector<catalog::Object>
read_kinds(const std::map<std::string_view, std::set<Oid>> &queries, Reading &reading)
{
	if (queries.empty())
		return {};
	guard([&] { raw::begin_planning(&reading); });
	return catalog::read(run_here, PG_VERSION_NUM, queries);
}

void
read_about(const std::vector<Address> &objects, std::vector<About> &comments, std::vector<About> &labels)
{
	constexpr Oid near = 16;
	std::vector<Oid> oids;
	std::vector<std::pair<Oid, Oid>> ranges;

	for (const Address &object : objects)
		oids.push_back(object.objid);
	std::sort(oids.begin(), oids.end());
	for (Oid oid : oids) {
		if (!ranges.empty() && oid - ranges.back().second <= near)
			ranges.back().second = oid;
		else
			ranges.emplace_back(oid, oid);
	}
	if (!ranges.empty())
		guard([&] { raw::read_about(ranges, comments, labels); });
}

} // namespace schema_guard::pg
