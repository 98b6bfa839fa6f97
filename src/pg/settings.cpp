/*
 * settings.cpp - the parameters and their check hooks.
 */
#include "schema_guard/pg/settings.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/counters.hpp"

extern "C" {
#include "utils/plancache.h"
#include "utils/varlena.h"
}

namespace schema_guard::pg::settings {

namespace {

enum OnFault { fault_refuse, fault_allow };

const config_enum_entry on_fault_options[] = {
	{"refuse", fault_refuse, false}, {"allow", fault_allow, false}, {nullptr, 0, false}};

bool enabled_value = true;
int on_fault_value = fault_refuse;
char *migration_value;
char *override_value;
int override_timeout_value = 900;
char *guarded_classes_value;
int worker_naptime_value = 60;
int worker_budget_value = 2000;
int max_workers_value = 1;
int seal_delay_value = 1000;
int task_budget_value = 10000;
int alert_interval_value = 60;
int sample_interval_value = 600;
int log_retention_value = 0;
int attempt_retention_value = 0;
int usage_retention_value = 400 * 86400;
int max_databases_value = 16;
int ring_size_value = 256;
char *databases_value;
char *home_database_value;
double track_plans_value = 0;
int max_tracked_indexes_value = 8192;

/* When the override now in force was set; travels as the parameter's extra, so a rollback restores it too. */
TimestampTz override_set_at;
/* A bit for each CommandClass, parsed by the check hook. */
int guarded_class_bits;

} // namespace

/* Check and assign hooks, which the server calls, and what _PG_init calls. */
namespace plain {

/* Since PostgreSQL 16 (407b50f2d421) what belongs to a parameter lives in a memory context of its own. */
template <typename T>
T *
parameter_extra(T value)
{
#if PG_VERSION_NUM >= 160000
	auto *extra = static_cast<T *>(guc_malloc(LOG, sizeof(T)));
#else
	auto *extra = static_cast<T *>(malloc(sizeof(T)));
#endif
	if (extra != nullptr)
		*extra = value;
	return extra;
}

static bool
check_migration(char **value, void **, GucSource)
{
	const char *fault = **value == '\0' ? nullptr : migration_label_fault(*value);

	if (fault == nullptr)
		return true;
	GUC_check_errdetail("%s", fault);
	GUC_check_errhint("An empty value means that no migration runs.");
	return false;
}

static bool
check_override(char **value, void **extra, GucSource)
{
	const char *fault = **value == '\0' ? nullptr : reason_fault(*value);

	if (fault != nullptr) {
		GUC_check_errdetail("%s", fault);
		GUC_check_errhint("Say why the guard must be overridden, such as 'INC-4711 disk full, drop old index'.");
		return false;
	}
	*extra = parameter_extra(GetCurrentTimestamp());
	return *extra != nullptr;
}

static void
assign_override(const char *, void *extra)
{
	override_set_at = extra ? *static_cast<TimestampTz *>(extra) : 0;
}

static bool
check_guarded_classes(char **value, void **extra, GucSource)
{
	char *copy = pstrdup(*value);
	List *words = NIL;
	int bits = 0;
	ListCell *cell;

	if (!SplitIdentifierString(copy, ',', &words)) {
		GUC_check_errdetail("List syntax is invalid.");
		return false;
	}
	foreach (cell, words) {
		const char *word = static_cast<const char *>(lfirst(cell));
		bool known = false;

		for (CommandClass c :
			 {CommandClass::structure, CommandClass::access, CommandClass::maintenance, CommandClass::data})
			if (strcmp(word, class_name(c)) == 0) {
				bits |= 1 << static_cast<int>(c);
				known = true;
			}
		if (!known) {
			GUC_check_errdetail("\"%s\" is no class of command.", word);
			GUC_check_errhint("The classes are structure, access, maintenance and data.");
			return false;
		}
	}
	pfree(copy);
	list_free(words);

	*extra = parameter_extra(bits);
	return *extra != nullptr;
}

/* Names of databases as they are, in double quotes where they need them; * for all. */
static bool
check_databases(char **value, void **, GucSource)
{
	char *copy = pstrdup(*value);
	List *words = NIL;
	bool sound = SplitIdentifierString(copy, ',', &words);

	if (!sound)
		GUC_check_errdetail("List syntax is invalid.");
	pfree(copy);
	list_free(words);
	return sound;
}

static void
assign_guarded_classes(const char *, void *extra)
{
	guarded_class_bits = extra ? *static_cast<int *>(extra) : 0;
}

/* The switch is for the whole server, so the postmaster alone tells of it.  Plans may have been made without a hidden index. */
static void
assign_enabled(bool value, void *)
{
	if (value != enabled_value && IsUnderPostmaster)
		ResetPlanCache();
	if (value != enabled_value && MyProcPid == PostmasterPid)
		ereport(LOG, (errmsg("schema_guard.enabled changed to %s: schema changes are %s", value ? "on" : "off",
							 value ? "guarded and recorded again" : "neither guarded nor recorded")));
}

/* From here on plans are known, or no longer. */
static void
assign_track_plans(double value, void *)
{
	if (!IsUnderPostmaster && (value > 0) != (track_plans_value > 0))
		counters::track(value > 0);
}

static void
define_sizes()
{
	DefineCustomIntVariable("schema_guard.max_databases", "Sets for how many databases attempts can wait at once.",
							"Each takes schema_guard.ring_size of shared memory.", &max_databases_value, 16, 1, 1024,
							PGC_POSTMASTER, 0, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.ring_size", "Sets how much can wait for the worker of a database.", nullptr,
							&ring_size_value, 256, 64, 65536, PGC_POSTMASTER, GUC_UNIT_KB, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.max_tracked_indexes",
							"Sets of how many indexes it is known whether plans use them.",
							"Each takes 40 bytes of shared memory.", &max_tracked_indexes_value, 8192, 64, 1048576,
							PGC_POSTMASTER, 0, nullptr, nullptr, nullptr);
}

void
define()
{
	DefineCustomBoolVariable("schema_guard.enabled", "Guards and records schema changes.",
							 "Off is the emergency switch: the library then does nothing at all.", &enabled_value, true,
							 PGC_SIGHUP, 0, nullptr, assign_enabled, nullptr);
	DefineCustomEnumVariable("schema_guard.on_fault",
							 "What a statement meets when the guard itself fails in mode enforce.",
							 "In the other modes, and for acts that cannot be undone, it is always allowed.",
							 &on_fault_value, fault_refuse, on_fault_options, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
	DefineCustomStringVariable("schema_guard.migration", "Names the migration this session runs.",
							   "Empty means none. GRANT SET ON PARAMETER is the permission to declare one.",
							   &migration_value, "", PGC_SUSET, 0, check_migration, nullptr, nullptr);
	DefineCustomStringVariable("schema_guard.override", "Gives the reason for which the guard is overridden.",
							   "Empty means that it is not. It ends after schema_guard.override_timeout.",
							   &override_value, "", PGC_SUSET, 0, check_override, assign_override, nullptr);
	DefineCustomIntVariable("schema_guard.override_timeout", "Sets how long an override lasts after it was set.",
							nullptr, &override_timeout_value, 900, 1, 86400, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr,
							nullptr);
	DefineCustomStringVariable("schema_guard.guarded_classes", "Lists the classes of command that need a migration.",
							   "The classes are structure, access, maintenance and data; all are recorded.",
							   &guarded_classes_value, "structure, access, data", PGC_SIGHUP, GUC_LIST_INPUT,
							   check_guarded_classes, assign_guarded_classes, nullptr);
	DefineCustomIntVariable("schema_guard.worker_naptime", "Sets how often a worker visits each database.",
							"0 lets workers come only when something waits for them.", &worker_naptime_value, 60, 0,
							86400, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.worker_budget", "Sets how long one step of a worker may take.",
							"What is not done by then is given up and tried again later.", &worker_budget_value, 2000,
							100, 600000, PGC_SIGHUP, GUC_UNIT_MS, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.max_workers", "Sets how many workers may run at once.",
							"0 lets none run. Each takes a place of max_worker_processes.", &max_workers_value, 1, 0,
							64, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.seal_delay", "Sets how long rows of the log may wait to be sealed.",
							"More at a time make fewer blocks.", &seal_delay_value, 1000, 0, 3600000, PGC_SIGHUP,
							GUC_UNIT_MS, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.task_budget",
							"Sets how long a worker may take to look for alerts, to sample usage, or to purge.",
							"What is not done by then is given up and tried again later.", &task_budget_value, 10000,
							100, 600000, PGC_SIGHUP, GUC_UNIT_MS, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.alert_interval", "Sets how often a worker looks for alerts.",
							"At its visits, so not more often than schema_guard.worker_naptime. 0: never.",
							&alert_interval_value, 60, 0, 86400, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.sample_interval", "Sets how often a worker samples the usage of indexes.",
							"At its visits, so not more often than schema_guard.worker_naptime. 0: never.",
							&sample_interval_value, 600, 0, 604800, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.log_retention", "Sets how long the log is kept.",
							"A worker purges what is older. 0: for ever.", &log_retention_value, 0, 0, INT_MAX,
							PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
	DefineCustomIntVariable("schema_guard.attempt_retention",
							"Sets how long the log keeps what was refused, failed or rolled back.",
							"A worker purges what is older. 0: as long as all else.", &attempt_retention_value, 0, 0,
							INT_MAX, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
	/* A year and a month, so that what runs once a year is seen.  Read by usage_kept_since(). */
	DefineCustomIntVariable("schema_guard.usage_retention", "Sets how long the usage of indexes and tables is kept.",
							"0: for ever.", &usage_retention_value, 400 * 86400, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_S,
							nullptr, nullptr, nullptr);
	DefineCustomStringVariable("schema_guard.databases", "Lists the databases that workers visit.",
							   "* means all that have the extension.", &databases_value, "*", PGC_SIGHUP,
							   GUC_LIST_INPUT, check_databases, nullptr, nullptr);
	DefineCustomStringVariable(
		"schema_guard.home_database", "Names the database that records what is done to the cluster from others.",
		"For databases without the extension. Empty means that the server log alone tells of it.", &home_database_value,
		"", PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
	DefineCustomRealVariable("schema_guard.track_plans",
							 "Sets which share of executed plans is looked at for the indexes they use, and would.",
							 "0 looks at none, 1 at each.", &track_plans_value, 0, 0, 1, PGC_SIGHUP, 0, nullptr,
							 assign_track_plans, nullptr);
	/* They size shared memory, which is there from the start or not at all. */
	if (process_shared_preload_libraries_in_progress)
		define_sizes();
#ifdef SCHEMA_GUARD_TEST_FAULTS
	DefineCustomIntVariable(
		"schema_guard.fail_at", "Fails the N-th guarded call from now on (test builds).", nullptr, &fail_at, 0, 0,
		INT_MAX, PGC_USERSET, 0, nullptr, [](int, void *) { guard_count = 0; }, nullptr);
#endif
	MarkGUCPrefixReserved("schema_guard");
}

} // namespace plain

bool
enabled() noexcept
{
	return enabled_value;
}

bool
refuse_on_fault() noexcept
{
	return on_fault_value == fault_refuse;
}

const char *
migration() noexcept
{
	return migration_value ? migration_value : "";
}

bool
override_ended(TimestampTz now) noexcept
{
	return override_value && *override_value != '\0' &&
		   now - override_set_at > static_cast<TimestampTz>(override_timeout_value) * USECS_PER_SEC;
}

const char *
override_reason(TimestampTz now) noexcept
{
	return override_value && !override_ended(now) ? override_value : "";
}

const std::vector<CommandClass> &
guarded_classes()
{
	static int known_bits = -1;
	static std::vector<CommandClass> *classes = nullptr;

	if (classes == nullptr)
		classes = new std::vector<CommandClass>();
	if (known_bits != guarded_class_bits) {
		classes->clear();
		for (CommandClass c :
			 {CommandClass::structure, CommandClass::access, CommandClass::maintenance, CommandClass::data})
			if (guarded_class_bits & (1 << static_cast<int>(c)))
				classes->push_back(c);
		known_bits = guarded_class_bits;
	}
	return *classes;
}

const char *
guarded_classes_text() noexcept
{
	return guarded_classes_value ? guarded_classes_value : "";
}

int
override_timeout_seconds() noexcept
{
	return override_timeout_value;
}

long
worker_naptime_milliseconds() noexcept
{
	return worker_naptime_value * 1000L;
}

int
worker_budget_milliseconds() noexcept
{
	return worker_budget_value;
}

int
max_workers() noexcept
{
	return max_workers_value;
}

long
seal_delay_milliseconds() noexcept
{
	return seal_delay_value;
}

int
task_budget_milliseconds() noexcept
{
	return task_budget_value;
}

long
alert_interval_milliseconds() noexcept
{
	return alert_interval_value * 1000L;
}

long
sample_interval_milliseconds() noexcept
{
	return sample_interval_value * 1000L;
}

int
log_retention_seconds() noexcept
{
	return log_retention_value;
}

int
attempt_retention_seconds() noexcept
{
	return attempt_retention_value;
}

const char *
databases() noexcept
{
	return databases_value ? databases_value : "*";
}

const char *
home_database() noexcept
{
	return home_database_value ? home_database_value : "";
}

int
max_databases() noexcept
{
	return max_databases_value;
}

int
ring_kilobytes() noexcept
{
	return ring_size_value;
}

double
tracked_share() noexcept
{
	return track_plans_value;
}

int
max_tracked_indexes() noexcept
{
	return max_tracked_indexes_value;
}

} // namespace schema_guard::pg::settings
