/*
 * catalog_scan.cpp - one scan of each catalog; see catalog_scan.hpp.
 */
#include "schema_guard/pg/catalog_scan.hpp"

#include "schema_guard/pg/boundary.hpp"

#include <unordered_set>

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_init_privs.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_largeobject_metadata.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_range.h"
#include "catalog/pg_replication_origin.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_shseclabel.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_subscription_rel.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace schema_guard::pg {

namespace {

/* Say nothing of a database's schema: statistics, contents, other databases, how replication stands. */
constexpr Oid left_aside[] = {
	StatisticRelationId,	StatisticExtDataRelationId,	 LargeObjectRelationId,	  LargeObjectMetadataRelationId,
	SharedDependRelationId, SharedDescriptionRelationId, DbRoleSettingRelationId, ReplicationOriginRelationId,
	DatabaseRelationId,		SubscriptionRelRelationId,
};

/* Of these only the first columns count: OID and name. */
constexpr struct {
	Oid catalog;
	size_t length;
} shortened[] = {
	{AuthIdRelationId, offsetof(FormData_pg_authid, rolsuper)},
	{TableSpaceRelationId, offsetof(FormData_pg_tablespace, spcowner)},
};

/* What VACUUM, ANALYZE, REINDEX and CLUSTER write, and what only helps to find things sooner. */
constexpr struct {
	Oid catalog;
	size_t from;
	size_t to;
} masked[] = {
	{RelationRelationId, offsetof(FormData_pg_class, relfilenode), offsetof(FormData_pg_class, reltablespace)},
	{RelationRelationId, offsetof(FormData_pg_class, relpages), offsetof(FormData_pg_class, relisshared)},
	{RelationRelationId, offsetof(FormData_pg_class, relhasrules), offsetof(FormData_pg_class, relrowsecurity)},
	{RelationRelationId, offsetof(FormData_pg_class, relrewrite), sizeof(FormData_pg_class)},
	{IndexRelationId, offsetof(FormData_pg_index, indcheckxmin), offsetof(FormData_pg_index, indisready)},
};

constexpr PartOf parts[] = {
	{AttributeRelationId, offsetof(FormData_pg_attribute, attrelid), RelationRelationId},
	{AttrDefaultRelationId, offsetof(FormData_pg_attrdef, adrelid), RelationRelationId},
	{InheritsRelationId, offsetof(FormData_pg_inherits, inhrelid), RelationRelationId},
	{SequenceRelationId, offsetof(FormData_pg_sequence, seqrelid), RelationRelationId},
	{RewriteRelationId, offsetof(FormData_pg_rewrite, ev_class), RelationRelationId},
	{TriggerRelationId, offsetof(FormData_pg_trigger, tgrelid), RelationRelationId},
	{PolicyRelationId, offsetof(FormData_pg_policy, polrelid), RelationRelationId},
	{PartitionedRelationId, offsetof(FormData_pg_partitioned_table, partrelid), RelationRelationId},
	{EnumRelationId, offsetof(FormData_pg_enum, enumtypid), TypeRelationId},
	{RangeRelationId, offsetof(FormData_pg_range, rngtypid), TypeRelationId},
	{DependRelationId, offsetof(FormData_pg_depend, objid), 0, offsetof(FormData_pg_depend, classid)},
	{DescriptionRelationId, offsetof(FormData_pg_description, objoid), 0, offsetof(FormData_pg_description, classoid)},
	{SecLabelRelationId, offsetof(FormData_pg_seclabel, objoid), 0, offsetof(FormData_pg_seclabel, classoid)},
	{ForeignTableRelationId, offsetof(FormData_pg_foreign_table, ftrelid), RelationRelationId},
	{AggregateRelationId, offsetof(FormData_pg_aggregate, aggfnoid), ProcedureRelationId},
	{TSConfigMapRelationId, offsetof(FormData_pg_ts_config_map, mapcfg), TSConfigRelationId},
	{SharedSecLabelRelationId, offsetof(FormData_pg_shseclabel, objoid), 0, offsetof(FormData_pg_shseclabel, classoid)},
	{InitPrivsRelationId, offsetof(FormData_pg_init_privs, objoid), 0, offsetof(FormData_pg_init_privs, classoid)},
};

/* In a temporary schema a row is temporary, and with what it belongs to: these, and parts_of. */
constexpr PartOf belongings[] = {
	{RelationRelationId, offsetof(FormData_pg_class, relnamespace), NamespaceRelationId},
	{TypeRelationId, offsetof(FormData_pg_type, typnamespace), NamespaceRelationId},
	{ProcedureRelationId, offsetof(FormData_pg_proc, pronamespace), NamespaceRelationId},
	{OperatorRelationId, offsetof(FormData_pg_operator, oprnamespace), NamespaceRelationId},
	{OperatorClassRelationId, offsetof(FormData_pg_opclass, opcnamespace), NamespaceRelationId},
	{OperatorFamilyRelationId, offsetof(FormData_pg_opfamily, opfnamespace), NamespaceRelationId},
	{ConversionRelationId, offsetof(FormData_pg_conversion, connamespace), NamespaceRelationId},
	{CollationRelationId, offsetof(FormData_pg_collation, collnamespace), NamespaceRelationId},
	{TSConfigRelationId, offsetof(FormData_pg_ts_config, cfgnamespace), NamespaceRelationId},
	{TSDictionaryRelationId, offsetof(FormData_pg_ts_dict, dictnamespace), NamespaceRelationId},
	{TSParserRelationId, offsetof(FormData_pg_ts_parser, prsnamespace), NamespaceRelationId},
	{TSTemplateRelationId, offsetof(FormData_pg_ts_template, tmplnamespace), NamespaceRelationId},
	{ConstraintRelationId, offsetof(FormData_pg_constraint, connamespace), NamespaceRelationId},
	{StatisticExtRelationId, offsetof(FormData_pg_statistic_ext, stxnamespace), NamespaceRelationId},
	{IndexRelationId, offsetof(FormData_pg_index, indrelid), RelationRelationId},
	{DependRelationId, offsetof(FormData_pg_depend, refobjid), 0, offsetof(FormData_pg_depend, refclassid)},
};

/* Those by which others are known to be temporary come before these, and these before those about any object. */
int
turn(Oid catalog)
{
	switch (catalog) {
	case NamespaceRelationId:
		return 0;
	case RelationRelationId:
		return 1;
	case TypeRelationId:
		return 2;
	case DependRelationId:
	case DescriptionRelationId:
	case SecLabelRelationId:
		return 4;
	default:
		return 3;
	}
}

/* What is to be known of one catalog. */
struct Plan {
	Oid catalog;
	bool has_oid = false;
	size_t length = 0; /* 0: the whole row counts */
	std::vector<std::pair<size_t, size_t>> masks;
	std::vector<PartOf> belongings;
};

using Objects = std::unordered_set<uint64_t>;

uint64_t
object_key(Oid classid, Oid objid)
{
	return (static_cast<uint64_t>(classid) << 32) | objid;
}

/* Server calls; only inside guard(). */
namespace raw {

Oid
oid_at(const char *row, size_t offset)
{
	Oid oid;

	memcpy(&oid, row + offset, sizeof(oid));
	return oid;
}

bool
is_temporary(const Plan &plan, const char *row, const Objects &temporary)
{
	if (plan.catalog == NamespaceRelationId) {
		const char *name = row + offsetof(FormData_pg_namespace, nspname);
		return strncmp(name, "pg_temp_", 8) == 0 || strncmp(name, "pg_toast_temp_", 14) == 0;
	}
	if (temporary.empty())
		return false;
	for (const PartOf &belonging : plan.belongings) {
		Oid classid = belonging.classid != 0 ? belonging.classid : oid_at(row, belonging.classid_at);

		if (temporary.count(object_key(classid, oid_at(row, belonging.object))) > 0)
			return true;
	}
	return false;
}

void
list_catalogs(std::vector<Plan> &plans, Snapshot snapshot)
{
	Relation classes = table_open(RelationRelationId, AccessShareLock);
	ScanKeyData key;

	ScanKeyInit(&key, Anum_pg_class_relnamespace, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(PG_CATALOG_NAMESPACE));

	SysScanDesc scan = systable_beginscan(classes, InvalidOid, false, snapshot, 1, &key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		Form_pg_class row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));

		if (row->relkind == RELKIND_RELATION && row->oid < FirstUnpinnedObjectId)
			plans.push_back({row->oid, false, 0, {}, {}});
	}
	systable_endscan(scan);
	table_close(classes, AccessShareLock);
}

void
scan(const Plan &plan, Objects &temporary, Snapshot snapshot, const TakeRow &take)
{
	Relation relation = table_open(plan.catalog, AccessShareLock);
	bool has_oid = strcmp(NameStr(TupleDescAttr(RelationGetDescr(relation), 0)->attname), "oid") == 0;
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, snapshot, 0, nullptr);

	while (HeapTuple tuple = systable_getnext(scan)) {
		const char *data = reinterpret_cast<const char *>(tuple->t_data) + tuple->t_data->t_hoff;
		size_t length = tuple->t_len - tuple->t_data->t_hoff;

		CHECK_FOR_INTERRUPTS();
		if (is_temporary(plan, data, temporary)) {
			if (has_oid)
				temporary.insert(object_key(plan.catalog, oid_at(data, 0)));
			continue;
		}
		if (plan.length != 0)
			length = plan.length;

		char copy[BLCKSZ];

		if (!plan.masks.empty()) {
			memcpy(copy, data, length);
			for (const auto &[from, to] : plan.masks)
				memset(copy + from, 0, to - from);
			data = copy;
		}

		uint64_t nulls = 0;

		if (HeapTupleHasNulls(tuple) && plan.length == 0)
			nulls = hash_bytes_extended(tuple->t_data->t_bits, BITMAPLEN(HeapTupleHeaderGetNatts(tuple->t_data)), 1);
		take({plan.catalog, has_oid, data, length, plan.catalog ^ nulls});
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

} // namespace raw

void
complete(Plan &plan)
{
	for (const auto &entry : shortened) {
		if (entry.catalog == plan.catalog)
			plan.length = entry.length;
	}
	for (const auto &entry : masked) {
		if (entry.catalog == plan.catalog)
			plan.masks.emplace_back(entry.from, entry.to);
	}
	for (std::span<const PartOf> list : {std::span<const PartOf>(belongings), parts_of}) {
		for (const PartOf &entry : list) {
			if (entry.catalog == plan.catalog)
				plan.belongings.push_back(entry);
		}
	}
}

} // namespace

constinit const std::span<const PartOf> parts_of = parts;

void
scan_catalogs(const TakeRow &take)
{
	std::vector<Plan> plans;
	Objects temporary;
	Snapshot snapshot = guard([] { return RegisterSnapshot(GetLatestSnapshot()); });

	guard([&] { raw::list_catalogs(plans, snapshot); });
	std::erase_if(plans, [](const Plan &plan) {
		return std::find(std::begin(left_aside), std::end(left_aside), plan.catalog) != std::end(left_aside);
	});
	std::stable_sort(plans.begin(), plans.end(),
					 [](const Plan &a, const Plan &b) { return turn(a.catalog) < turn(b.catalog); });
	for (Plan &plan : plans) {
		complete(plan);
		guard([&] { raw::scan(plan, temporary, snapshot, take); });
	}
	guard([&] { UnregisterSnapshot(snapshot); });
}

void
scan_table(Oid table, const TakeRow &take)
{
	Plan plan;
	Objects none;

	plan.catalog = table;
	guard([&] {
		Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());

		raw::scan(plan, none, snapshot, take);
		UnregisterSnapshot(snapshot);
	});
}

} // namespace schema_guard::pg
