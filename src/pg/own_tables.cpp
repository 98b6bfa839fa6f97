/*
 * own_tables.cpp - finding, reading and writing the guard's own tables.
 */
#include "schema_guard/pg/own_tables.hpp"

#include "schema_guard/pg/attempts.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/naming.hpp"
#include "schema_guard/pg/recorder.hpp"

namespace schema_guard::pg::own {

namespace {

/* Without one of these the extension is not installed here; a library knows the shape of its log. */
constexpr std::array table_names = {"statement_log",	"guard_mode",  "freezes",		 "protections", "exemptions",
									"naming_rules",		"version_log", "snapshot_label", "baseline",	"alert_log",
									"alert_thresholds", "index_trial", "log_block"};
constexpr int statement_log_columns = 32;

enum class Presence { unknown, absent, present };

Presence presence = Presence::unknown;
uint64_t current_generation = 1;
std::array<Oid, table_names.size()> table_oids;
int write_depth = 0;
bool misfit_reported = false;

void
forget() noexcept
{
	presence = Presence::unknown;
	current_generation++;
	forget_naming_rules();
}

void
on_relation_change(Datum, Oid relid)
{
	if (relid == InvalidOid ||
		(presence == Presence::present && std::find(table_oids.begin(), table_oids.end(), relid) != table_oids.end()))
		forget();
}

/* The extension comes and goes with its schema. */
void
on_namespace_change(Datum, int, uint32)
{
	forget();
}

} // namespace

namespace raw {

/* Anybody may call a schema "schema_guard"; only members of the extension are ours. */
static Presence
look()
{
	Oid schema = get_namespace_oid("schema_guard", true);

	if (!OidIsValid(schema))
		return Presence::absent;

	Oid extension = get_extension_oid("schema_guard", true);
	if (!OidIsValid(extension))
		return Presence::unknown;
	for (size_t i = 0; i < table_names.size(); i++) {
		Oid relid = get_relname_relid(table_names[i], schema);

		if (!OidIsValid(relid) || getExtensionOfObject(RelationRelationId, relid) != extension)
			return Presence::unknown;
		table_oids[i] = relid;
	}

	/* Somebody may have been dropping the extension. */
	Relation log = try_table_open(table_oids[0], AccessShareLock);
	if (log == nullptr)
		return Presence::unknown;
	int columns = RelationGetNumberOfAttributes(log);
	table_close(log, AccessShareLock);
	return columns == statement_log_columns ? Presence::present : Presence::unknown;
}

} // namespace raw

namespace plain {

void
watch_invalidations()
{
	CacheRegisterRelcacheCallback(on_relation_change, 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, on_namespace_change, 0);
}

} // namespace plain

bool
installed()
{
	if (presence == Presence::unknown) {
		/* An invalidation while we look must not be lost. */
		uint64_t before = current_generation;
		Presence seen = guard([] { return raw::look(); });

		if (current_generation == before || seen != Presence::present)
			presence = seen;
		if (seen == Presence::present)
			attempts::announce();
		return seen == Presence::present;
	}
	return presence == Presence::present;
}

void
require_installed()
{
	if (!installed())
		throw Failure(sqlstate::not_ready, "schema_guard is not installed in this database")
			.with_hint("CREATE EXTENSION schema_guard;");
}

void
report_misfit()
{
	if (misfit_reported || creating_extension)
		return;
	guard([] {
		if (OidIsValid(get_extension_oid("schema_guard", true)))
			ereport(
				WARNING,
				(errmsg(
					 "schema_guard does not guard this database: its tables are of another version than the library"),
				 errhint("Restart the server with the new library, then ALTER EXTENSION schema_guard UPDATE;")));
	});
	misfit_reported = true;
}

bool
found_here()
{
	if (presence == Presence::unknown)
		(void) recorder::survive_faults("look for its tables", false, [] { (void) installed(); });
	return presence == Presence::present;
}

bool
is_own_table(Oid relid)
{
	return found_here() && std::find(table_oids.begin(), table_oids.end(), relid) != table_oids.end();
}

Oid
table(const char *name)
{
	for (size_t i = 0; i < table_names.size(); i++)
		if (std::strcmp(table_names[i], name) == 0)
			return table_oids[i];
	throw Failure(sqlstate::not_ready, std::string("schema_guard has no table \"") + name + "\"");
}

uint64_t
generation()
{
	return current_generation;
}

void
announce_change()
{
	guard([] { CacheInvalidateRelcacheByRelid(table_oids[1]); });
}

bool
writing() noexcept
{
	return write_depth > 0;
}

namespace {

/* Lifts the guard on our own tables while it is alive. */
class Writing {
public:
	Writing() noexcept { write_depth++; }
	~Writing() noexcept { write_depth--; }
	Writing(const Writing &) = delete;
	Writing &operator=(const Writing &) = delete;
};

} // namespace

namespace raw {

OwnerScope
begin_as_owner()
{
	OwnerScope scope{};
	Relation relation = table_open(table_oids[0], AccessShareLock);
	Oid owner = relation->rd_rel->relowner;

	table_close(relation, AccessShareLock);
	GetUserIdAndSecContext(&scope.user, &scope.security_context);
	scope.settings_level = NewGUCNestLevel();
	SetUserIdAndSecContext(owner,
						   scope.security_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
	return scope;
}

void
end_as_owner(const OwnerScope &scope)
{
	AtEOXact_GUC(true, scope.settings_level);
	SetUserIdAndSecContext(scope.user, scope.security_context);
}

} // namespace raw

using Rows = std::vector<std::vector<std::optional<std::string>>>;

namespace raw {

/* Columns and cells as texts; rows may be null. */
static void
keep_rows(Rows *rows)
{
	if (rows == nullptr || SPI_tuptable == nullptr)
		return;

	TupleDesc descriptor = SPI_tuptable->tupdesc;

	for (uint64_t row = 0; row < SPI_processed; row++) {
		auto &cells = rows->emplace_back();

		for (int i = 1; i <= descriptor->natts; i++) {
			const char *text = SPI_getvalue(SPI_tuptable->vals[row], descriptor, i);

			if (text == nullptr)
				cells.emplace_back();
			else
				cells.emplace_back(text);
		}
	}
}

} // namespace raw

static uint64_t
run(const char *sql, const std::vector<std::optional<std::string>> &parameters, Rows *result_rows)
{
	size_t count = parameters.size();
	std::vector<Oid> types(count, TEXTOID);
	std::vector<Datum> values(count);
	std::vector<char> nulls(count + 1, ' ');
	Writing writing;

	/* One guard: an error leaves the user id and settings to the transaction's own clean-up, as in fmgr.c. */
	return guard([&] {
		for (size_t i = 0; i < count; i++) {
			if (parameters[i])
				values[i] = CStringGetTextDatum(parameters[i]->c_str());
			else
				nulls[i] = 'n';
		}
		OwnerScope scope = raw::begin_as_owner();

		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		int result =
			SPI_execute_with_args(sql, static_cast<int>(count), types.data(), values.data(), nulls.data(), false, 0);
		if (result < 0)
			elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
		uint64_t rows = SPI_processed;
		raw::keep_rows(result_rows);
		SPI_finish();
		raw::end_as_owner(scope);
		return rows;
	});
}

uint64_t
execute(const char *sql, const std::vector<std::optional<std::string>> &parameters)
{
	return run(sql, parameters, nullptr);
}

Rows
query(const char *sql, const std::vector<std::optional<std::string>> &parameters)
{
	Rows rows;

	(void) run(sql, parameters, &rows);
	return rows;
}

uint64_t
run_as_owner(const char *sql, const std::vector<std::optional<std::string>> &parameters, const std::string &tag,
			 const std::string &text)
{
	require_installed();

	uint64_t processed = execute(sql, parameters);

	recorder::add_own_command(tag, text);
	announce_change();
	return processed;
}

namespace raw {

Inserter::Inserter(Oid relid)
	: relation_(try_table_open(relid, RowExclusiveLock)), indexes_(relation_ ? CatalogOpenIndexes(relation_) : nullptr),
	  slot_(relation_ ? MakeSingleTupleTableSlot(RelationGetDescr(relation_), &TTSOpsHeapTuple) : nullptr)
{
}

/* As CatalogTupleInsert(), but kept out of logical decoding: a subscriber has a log of its own. */
void
Inserter::insert(Datum *values, bool *nulls)
{
	HeapTuple tuple = heap_form_tuple(RelationGetDescr(relation_), values, nulls);

	heap_insert(relation_, tuple, GetCurrentCommandId(true), HEAP_INSERT_NO_LOGICAL, nullptr);

	ExecStoreHeapTuple(tuple, slot_, false);
	for (int i = 0; i < indexes_->ri_NumIndices; i++) {
		Datum index_values[INDEX_MAX_KEYS];
		bool index_nulls[INDEX_MAX_KEYS];
		Relation index = indexes_->ri_IndexRelationDescs[i];

		FormIndexDatum(indexes_->ri_IndexRelationInfo[i], slot_, nullptr, index_values, index_nulls);
		/* Our partial indexes are of rows where the first column is not null. */
		if (indexes_->ri_IndexRelationInfo[i]->ii_Predicate != NIL && index_nulls[0])
			continue;
		index_insert(index, index_values, index_nulls, &tuple->t_self, relation_,
					 index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false,
					 indexes_->ri_IndexRelationInfo[i]);
	}
	ExecClearTuple(slot_);
	heap_freetuple(tuple);
}

Relation
Inserter::index(AttrNumber column) const
{
	for (int i = 0; i < indexes_->ri_NumIndices; i++) {
		if (indexes_->ri_IndexRelationDescs[i]->rd_index->indkey.values[0] == column)
			return indexes_->ri_IndexRelationDescs[i];
	}
	return nullptr;
}

void
Inserter::close()
{
	ExecDropSingleTupleTableSlot(slot_);
	CatalogCloseIndexes(indexes_);
	table_close(relation_, RowExclusiveLock);
}

} // namespace raw

} // namespace schema_guard::pg::own
