/*
 * catalog_reader.cpp - runs the kinds' queries through SPI.
 */
#include "schema_guard/pg/catalog_reader.hpp"

#include "schema_guard/core/catalog/read.hpp"
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"

#include <unordered_map>

extern "C" {
#include "catalog/pg_description.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_shseclabel.h"
#include "nodes/params.h"
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

/* A comment or a label. */
struct About {
	Address address;
	std::string text;
};

/* Plans of the queries for touched objects, kept for the life of the session; by their text. */
std::unordered_map<std::string, SPIPlanPtr> &
kept_plans()
{
	static auto *plans = new std::unordered_map<std::string, SPIPlanPtr>();

	return *plans;
}

/*
 * Takes rows from the executor as text, and hands them over some at a time: SPI itself would keep all rows of a query.
 * Plain data, since an error jumps over it.
 */
struct Receiver {
	DestReceiver functions;
	catalog::Rows *rows;
	const catalog::Take *take;
	MemoryContext batch; /* what was gathered since rows were handed over last */
	MemoryContext row;
	TupleDesc descriptor;
	int columns;
	FmgrInfo *output;
	StringInfoData text; /* cells one after the other */
	int *lengths;		 /* -1 is NULL */
	int count;			 /* of rows */
};

/* The executor's frames are below: what take throws becomes an error of the server, and guard() makes it one of ours. */
void
give_rows(Receiver *receiver)
{
	enter([receiver] {
		const char *at = receiver->text.data;

		if (receiver->rows->columns.empty()) {
			for (int i = 0; i < receiver->columns; i++)
				receiver->rows->columns.emplace_back(NameStr(TupleDescAttr(receiver->descriptor, i)->attname));
		}
		receiver->rows->clear();
		for (int i = 0; i < receiver->count * receiver->columns; i++) {
			if (receiver->lengths[i] < 0) {
				receiver->rows->add(std::nullopt);
				continue;
			}
			receiver->rows->add(std::string_view(at, receiver->lengths[i]));
			at += receiver->lengths[i];
		}
		(*receiver->take)(*receiver->rows);
	});
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
 * The rows about a range of OIDs of pg_description, pg_seclabel or pg_shseclabel, all of which begin with objoid, classoid, the
 * first two with objsubid as well: what was made together lies together.
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
					RelationGetRelid(relation) == SharedSecLabelRelationId
						? 0
						: DatumGetInt32(values[Anum_pg_description_objsubid - 1])},
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

using Ranges = std::vector<std::pair<Oid, Oid>>;

/* Of comments the text, of labels, which hardly any database has, the provider (0: there is none) before it. */
static void
read_texts(Oid catalog, Oid index_oid, AttrNumber provider, AttrNumber column, const Ranges &ranges,
		   std::vector<About> &texts)
{
	Relation relation = table_open(catalog, AccessShareLock);

	if (RelationGetNumberOfBlocks(relation) > 0) {
		Relation index = index_open(index_oid, AccessShareLock);

		for (const auto &range : ranges) {
			scan_about(relation, index, range, [&](const Address &address, Datum *values) {
				About &about = texts.emplace_back();

				about.address = address;
				if (provider != 0) {
					append(about.text, values[provider - 1]);
					about.text.push_back('=');
				}
				append(about.text, values[column - 1]);
			});
		}
		index_close(index, AccessShareLock);
	}
	table_close(relation, AccessShareLock);
}

static void
read_about(const Ranges &ranges, bool subscriptions, std::vector<About> &comments, std::vector<About> &labels)
{
	read_texts(DescriptionRelationId, DescriptionObjIndexId, 0, Anum_pg_description_description, ranges, comments);
	read_texts(SecLabelRelationId, SecLabelObjectIndexId, Anum_pg_seclabel_provider, Anum_pg_seclabel_label, ranges,
			   labels);
	/* Their catalog is of the whole server. */
	if (subscriptions)
		read_texts(SharedSecLabelRelationId, SharedSecLabelObjectIndexId, Anum_pg_shseclabel_provider,
				   Anum_pg_shseclabel_label, ranges, labels);
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
start_batch(Receiver *receiver)
{
	MemoryContext caller;

	MemoryContextReset(receiver->batch);
	caller = MemoryContextSwitchTo(receiver->batch);
	initStringInfo(&receiver->text);
	receiver->lengths = static_cast<int *>(palloc(sizeof(int) * receiver->columns * catalog::rows_at_a_time));
	receiver->count = 0;
	MemoryContextSwitchTo(caller);
}

static void
hand_over(Receiver *receiver)
{
	give_rows(receiver);
	start_batch(receiver);
}

static void
start_rows(DestReceiver *self, int, TupleDesc descriptor)
{
	Receiver *receiver = reinterpret_cast<Receiver *>(self);

	receiver->descriptor = descriptor;
	receiver->columns = descriptor->natts;
	receiver->batch = AllocSetContextCreate(CurrentMemoryContext, "schema_guard rows", ALLOCSET_DEFAULT_SIZES);
	receiver->row = AllocSetContextCreate(CurrentMemoryContext, "schema_guard row", ALLOCSET_DEFAULT_SIZES);
	receiver->output = static_cast<FmgrInfo *>(palloc(sizeof(FmgrInfo) * receiver->columns));
	for (int i = 0; i < receiver->columns; i++) {
		Oid function;
		bool is_array;

		getTypeOutputInfo(TupleDescAttr(descriptor, i)->atttypid, &function, &is_array);
		fmgr_info(function, &receiver->output[i]);
	}
	start_batch(receiver);
}

static bool
take_row(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver *receiver = reinterpret_cast<Receiver *>(self);
	MemoryContext caller = MemoryContextSwitchTo(receiver->row);

	slot_getallattrs(slot);
	for (int i = 0; i < receiver->columns; i++) {
		int *length = &receiver->lengths[receiver->count * receiver->columns + i];

		if (slot->tts_isnull[i]) {
			*length = -1;
			continue;
		}

		const char *text = OutputFunctionCall(&receiver->output[i], slot->tts_values[i]);

		*length = static_cast<int>(strlen(text));
		appendBinaryStringInfo(&receiver->text, text, *length);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(receiver->row);
	if (++receiver->count == catalog::rows_at_a_time)
		hand_over(receiver);
	return true;
}

static void
end_rows(DestReceiver *self)
{
	Receiver *receiver = reinterpret_cast<Receiver *>(self);

	if (receiver->count > 0)
		hand_over(receiver);
	MemoryContextDelete(receiver->batch);
	MemoryContextDelete(receiver->row);
}

static void
destroy_receiver(DestReceiver *)
{
}

static void
run(const char *sql, const char *oids, SPIPlanPtr *plan, Receiver *receiver)
{
	SPIExecuteOptions options{};
	int result;

	/* Any tag but that of discarded rows. */
	receiver->functions = {take_row, start_rows, end_rows, destroy_receiver, DestTuplestore};
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &receiver->functions;
	if (oids == nullptr) {
		result = SPI_execute_extended(sql, &options);
	} else {
		options.params = makeParamList(1);
		/* What makeParamList() gives is not zeroed. */
		options.params->params[0].isnull = false;
		options.params->params[0].value = OidInputFunctionCall(F_ARRAY_IN, const_cast<char *>(oids), OIDOID, -1);
		options.params->params[0].pflags = PARAM_FLAG_CONST;
		options.params->params[0].ptype = OIDARRAYOID;
		if (*plan == nullptr)
			*plan = prepare(sql);
		result = SPI_execute_plan_extended(*plan, &options);
	}
	if (result != SPI_OK_SELECT)
		elog(ERROR, "a query of the catalogs failed: %s", SPI_result_code_string(result));
	SPI_finish();
}

} // namespace raw

namespace {

void
run_here(const std::string &sql, const catalog::Value &oids, const catalog::Take &take)
{
	catalog::Rows rows;
	SPIPlanPtr unkept = nullptr;
	SPIPlanPtr *plan = oids ? &kept_plans()[sql] : &unkept;
	Receiver receiver{};

	receiver.rows = &rows;
	receiver.take = &take;
	check_interrupts();
	guard([&] { raw::run(sql.c_str(), oids ? oids->c_str() : nullptr, plan, &receiver); });
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

std::vector<catalog::Object>
read_unclaimed(const std::set<Oid> &oids, const catalog::Catalog &claimed, Reading &reading)
{
	if (oids.empty())
		return {};
	guard([&] { raw::begin_planning(&reading); });
	return catalog::read_unclaimed(run_here, claimed, catalog::oid_list(oids));
}

/* Of objects, objsubid left aside; and of some more, whose OIDs are near. */
static void
read_about(const std::vector<Address> &objects, std::vector<About> &comments, std::vector<About> &labels)
{
	constexpr Oid near = 16;
	std::vector<Oid> oids;
	std::vector<std::pair<Oid, Oid>> ranges;
	bool subscriptions = false;

	for (const Address &object : objects) {
		oids.push_back(object.objid);
		subscriptions = subscriptions || object.classid == SubscriptionRelationId;
	}
	std::sort(oids.begin(), oids.end());
	for (Oid oid : oids) {
		if (!ranges.empty() && oid - ranges.back().second <= near)
			ranges.back().second = oid;
		else
			ranges.emplace_back(oid, oid);
	}
	if (!ranges.empty())
		guard([&] { raw::read_about(ranges, subscriptions, comments, labels); });
}

void
add_about(const std::map<Address, catalog::Object *> &objects, const std::map<Address, Address> &indexes)
{
	std::vector<About> comments, labels;
	std::map<Address, std::vector<std::string>> labels_of;
	std::vector<Address> wholes;

	for (const auto &[address, object] : objects)
		wholes.push_back(address);
	for (const auto &[index, constraint] : indexes)
		wholes.push_back(index);
	read_about(wholes, comments, labels);
	for (const About &comment : comments) {
		if (auto at = objects.find(comment.address); at != objects.end())
			at->second->set("comment", comment.text);
		if (auto index = indexes.find(comment.address); index != indexes.end())
			objects.at(index->second)->set("index_comment", comment.text);
	}
	for (About &label : labels)
		labels_of[label.address].push_back(std::move(label.text));
	for (auto &[address, list] : labels_of) {
		std::sort(list.begin(), list.end());
		if (auto at = objects.find(address); at != objects.end())
			at->second->set("security_labels", sql::write_array(list));
	}
}

} // namespace schema_guard::pg
