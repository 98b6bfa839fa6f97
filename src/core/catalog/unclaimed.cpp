/*
 * unclaimed.cpp - walks every catalog that has OIDs.
 */
#include "schema_guard/core/catalog/unclaimed.hpp"

#include "schema_guard/core/catalog/kind.hpp"

#include <algorithm>
#include <charconv>

namespace schema_guard::catalog {

namespace {

/* A catalog, the column that says which schema or which relation its rows are in, and what else is to be left out. */
struct Walked {
	const char *catalog;
	const char *schema = nullptr;
	const char *relation = nullptr;
	const char *but = nullptr;
	int since = 0;
};

/*
 * Not walked: pg_authid, pg_database, pg_tablespace and pg_parameter_acl, which belong to all databases; pg_enum, whose
 * rows are labels of a type; pg_largeobject_metadata, which is data.
 */
constexpr Walked walked[] = {
	{"pg_namespace", "oid"},
	{"pg_class", "relnamespace"},
	/* Those of a view belong to its columns. */
	{"pg_attrdef", nullptr, "adrelid",
	 "NOT EXISTS (SELECT FROM pg_class v WHERE v.oid = o.adrelid AND v.relkind = 'v')"},
	/* A partition's copy of its whole's foreign key, and the other way round, go with it; NOT NULL is of the column. */
	{"pg_constraint", "connamespace", "conrelid",
	 "o.contype <> 'n' AND NOT (o.contype = 'f' AND o.conparentid <> 0) AND (o.contypid = 0 OR %own(pg_type, "
	 "o.contypid))"},
	{"pg_rewrite", nullptr, "ev_class"},
	{"pg_trigger", nullptr, "tgrelid", "NOT o.tgisinternal AND o.tgparentid = 0"},
	{"pg_policy", nullptr, "polrelid"},
	{"pg_statistic_ext", "stxnamespace", "stxrelid"},
	{"pg_type", "typnamespace"},
	{"pg_proc", "pronamespace"},
	/* A shell goes with the operator that names it. */
	{"pg_operator", "oprnamespace", nullptr, "o.oprcode <> 0"},
	{"pg_opfamily", "opfnamespace"},
	{"pg_opclass", "opcnamespace"},
	/* Members of families that are not the user's; those of the others are part of the family. */
	{"pg_amop", nullptr, nullptr, "NOT %own(pg_opfamily, o.amopfamily) AND %own(pg_operator, o.amopopr)"},
	{"pg_amproc", nullptr, nullptr, "NOT %own(pg_opfamily, o.amprocfamily) AND %own(pg_proc, o.amproc)"},
	{"pg_am"},
	{"pg_language"},
	{"pg_cast"},
	{"pg_conversion", "connamespace"},
	{"pg_collation", "collnamespace", nullptr,
	 "o.collencoding IN (-1, (SELECT d.encoding FROM pg_database d WHERE d.datname = current_database()))"},
	{"pg_transform"},
	{"pg_ts_parser", "prsnamespace"},
	{"pg_ts_template", "tmplnamespace"},
	{"pg_ts_dict", "dictnamespace"},
	{"pg_ts_config", "cfgnamespace"},
	{"pg_extension"},
	{"pg_event_trigger"},
	{"pg_foreign_data_wrapper"},
	{"pg_foreign_server"},
	{"pg_user_mapping"},
	{"pg_default_acl"},
	{"pg_publication"},
	{"pg_publication_rel"},
	{"pg_publication_namespace", nullptr, nullptr, nullptr, 150000},
	{"pg_subscription", nullptr, nullptr,
	 "o.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"},
};

constexpr std::string_view gone_with_session =
	"(SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')";

/* "%own(pg_proc, o.amproc)" is users_own("pg_proc", "o.amproc"). */
std::string
expand(std::string text)
{
	for (size_t at = text.find("%own("); at != text.npos; at = text.find("%own(", at)) {
		size_t comma = text.find(", ", at), end = text.find(')', at);
		std::string condition = users_own(text.substr(at + 5, comma - at - 5), text.substr(comma + 2, end - comma - 2));
		text.replace(at, end + 1 - at, condition);
	}
	return text;
}

std::string
objects_of(const Walked &walk, bool only)
{
	std::string catalog(walk.catalog);
	std::string from = "SELECT '" + catalog + "'::regclass::oid AS classid, o.oid AS objid FROM " + catalog + " o";

	/* The table is for superusers. */
	if (catalog == "pg_user_mapping")
		from = "SELECT 'pg_user_mapping'::regclass::oid AS classid, o.oid AS objid FROM (SELECT umid AS oid FROM "
			   "pg_user_mappings) o";
	from += only ? " WHERE o.oid = ANY ($1) AND o.oid >= 16384" : " WHERE o.oid >= 16384";
	if (walk.but != nullptr)
		from += " AND " + expand(walk.but);
	if (walk.schema != nullptr)
		from += " AND o." + std::string(walk.schema) + " NOT IN " + std::string(gone_with_session);
	/* What an extension's script puts on its tables is not marked as the extension's. */
	if (walk.relation != nullptr) {
		std::string relation = "o." + std::string(walk.relation);
		from += " AND (" + relation + " = 0 OR " + relation + " NOT IN (SELECT c.oid FROM gone c) AND " +
				users_own("pg_class", relation) + ")";
	}
	if (catalog == "pg_class")
		from += only ? " AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indexrelid = o.oid AND NOT " +
						   users_own("pg_class", "x.indrelid") + ")"
					 : " AND o.oid NOT IN (SELECT x.indexrelid FROM pg_index x WHERE x.indexrelid >= 16384 AND NOT " +
						   users_own("pg_class", "x.indrelid") + ")";
	if (only)
		from += " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + catalog +
				"'::regclass AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))";
	return from;
}

/* Of the digits it begins with. */
uint32_t
number(std::string_view text)
{
	uint32_t value = 0;

	std::from_chars(text.data(), text.data() + text.size(), value);
	return value;
}

} // namespace

/* Each arm is one row: to put all these objects together, sort and group them costs more than to find them. */
std::string
objects_query(int version, bool only)
{
	std::string text;

	for (const Walked &walk : walked) {
		if (version >= walk.since)
			text += (text.empty() ? "" : " UNION ALL ") +
					std::string("SELECT min(a.classid), array_agg(a.objid) FROM (") + objects_of(walk, only) + ") a";
	}
	return "WITH gone AS MATERIALIZED (SELECT c.oid FROM pg_class c WHERE c.relkind NOT IN ('i', 't') AND "
		   "c.relnamespace IN " +
		   std::string(gone_with_session) + ") " + text;
}

namespace {

/* Members of extensions and internal parts of others. */
std::vector<Address>
parts(const Catalog &catalog)
{
	std::vector<Address> found;

	for (const Dependency &row : catalog.dependencies()) {
		if ((row.type == 'e' || row.type == 'i') && row.from.objsubid == 0)
			found.push_back(row.from);
	}
	std::sort(found.begin(), found.end());
	return found;
}

} // namespace

std::vector<Unclaimed>
unclaimed(const Run &run, const Catalog &catalog, const Value &oids)
{
	std::vector<Unclaimed> result;
	std::string pairs;
	NumberTable claimed;
	const std::vector<Address> parts_of_others = parts(catalog);

	claimed.reset(catalog.size());
	for (size_t i = 0; i < catalog.size(); i++)
		claimed.add(std::hash<Address>{}(catalog[i].address), i);
	run(objects_query(catalog.version, oids.has_value()), oids, [&](const Rows &all) {
		for (size_t row = 0; row < all.size(); row++) {
			const std::string_view catalog_oid = all.text(row, 0), list = all.text(row, 1);
			const uint32_t classid = number(catalog_oid);

			/* "{16384,16390}" */
			for (size_t at = 1; at < list.size(); at = list.find_first_of(",}", at) + 1) {
				const Address address = {classid, number(list.substr(at)), 0};

				if (claimed.find(std::hash<Address>{}(address),
								 [&](size_t i) { return catalog[i].address == address; }) == NumberTable::npos &&
					!std::binary_search(parts_of_others.begin(), parts_of_others.end(), address))
					pairs +=
						(pairs.empty() ? "{" : ",") + std::string(catalog_oid) + "," + std::to_string(address.objid);
			}
		}
	});
	if (pairs.empty())
		return result;

	run("SELECT i.type, i.identity FROM (SELECT ($1::oid[])[s] AS classid, ($1::oid[])[s + 1] AS objid FROM "
		"generate_subscripts($1::oid[], 1) s WHERE s % 2 = 1) a, pg_identify_object(a.classid, a.objid, 0) "
		"i ORDER BY i.type COLLATE \"C\", i.identity COLLATE \"C\"",
		pairs + "}", [&](const Rows &names) {
			for (size_t row = 0; row < names.size(); row++)
				result.push_back({std::string(names.text(row, 0)), std::string(names.text(row, 1))});
		});
	return result;
}

} // namespace schema_guard::catalog
