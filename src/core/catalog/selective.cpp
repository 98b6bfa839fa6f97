/*
 * selective.cpp - see selective.hpp.
 *
 * A query says itself what its $1 stands for: the alias before "= ANY ($1)" names a catalog in its FROM, and a column
 * other than oid the catalog it refers to.
 */
#include "schema_guard/core/catalog/selective.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace schema_guard::catalog {

namespace {

struct Name {
	std::string_view name;
	uint32_t oid;
};

/* The OIDs of catalogs are the same in all versions. */
constexpr Name catalogs[] = {
	{"pg_type", 1247},
	{"pg_proc", 1255},
	{"pg_class", 1259},
	{"pg_foreign_server", 1417},
	{"pg_user_mapping", 1418},
	{"pg_foreign_data_wrapper", 2328},
	{"pg_am", 2601},
	{"pg_amop", 2602},
	{"pg_amproc", 2603},
	{"pg_attrdef", 2604},
	{"pg_cast", 2605},
	{"pg_constraint", 2606},
	{"pg_conversion", 2607},
	{"pg_language", 2612},
	{"pg_namespace", 2615},
	{"pg_opclass", 2616},
	{"pg_operator", 2617},
	{"pg_rewrite", 2618},
	{"pg_trigger", 2620},
	{"pg_opfamily", 2753},
	{"pg_extension", 3079},
	{"pg_policy", 3256},
	{"pg_statistic_ext", 3381},
	{"pg_collation", 3456},
	{"pg_event_trigger", 3466},
	{"pg_enum", 3501},
	{"pg_transform", 3576},
	{"pg_ts_dict", 3600},
	{"pg_ts_parser", 3601},
	{"pg_ts_config", 3602},
	{"pg_ts_template", 3764},
	{"pg_default_acl", 826},
	{"pg_subscription", 6100},
	{"pg_publication", 6104},
	{"pg_publication_rel", 6106},
	{"pg_publication_namespace", 6237},
};

/* Columns that refer to another catalog; besides, all that end in "relid" refer to pg_class. */
constexpr Name references[] = {
	{"ev_class", 1259},	  {"inhparent", 1259},	  {"typrelid", 1259}, {"contypid", 1247},
	{"enumtypid", 1247},  {"rngtypid", 1247},	  {"aggfnoid", 1255}, {"srvfdw", 2328},
	{"umserver", 1417},	  {"umid", 1418},		  {"refobjid", 1259}, {"opcfamily", 2753},
	{"amopfamily", 2753}, {"amprocfamily", 2753}, {"prpubid", 6104},  {"pnpubid", 6104},
};

uint32_t
find(std::span<const Name> names, std::string_view name)
{
	auto found = std::find_if(names.begin(), names.end(), [&](const Name &known) { return known.name == name; });

	return found == names.end() ? 0 : found->oid;
}

bool
word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The word that ends before position end. */
std::string_view
word_before(std::string_view sql, size_t end)
{
	size_t start = end;

	while (start > 0 && word_character(sql[start - 1]))
		start--;
	return sql.substr(start, end - start);
}

/* "pg_class c": the catalog of alias c; more than one where parts of a UNION have the same alias. */
std::vector<uint32_t>
catalogs_of(std::string_view sql, std::string_view alias)
{
	std::vector<uint32_t> found;

	for (size_t at = 0; (at = sql.find(alias, at)) != std::string_view::npos; at++) {
		size_t after = at + alias.size();

		if (at == 0 || sql[at - 1] != ' ' || (after < sql.size() && (word_character(sql[after]) || sql[after] == '.')))
			continue;
		if (uint32_t oid = find(catalogs, word_before(sql, at - 1)))
			found.push_back(oid);
	}
	return found;
}

} // namespace

std::vector<uint32_t>
wanted_catalogs(std::string_view sql)
{
	constexpr std::string_view test = " = ANY ($1)";
	std::vector<uint32_t> found;

	for (size_t at = 0; (at = sql.find(test, at)) != std::string_view::npos; at++) {
		std::string_view column = word_before(sql, at);
		size_t dot = at - column.size();
		std::vector<uint32_t> oids;

		if (column.ends_with("relid"))
			oids = {find(catalogs, "pg_class")};
		else if (column != "oid")
			oids = {find(references, column)};
		else if (dot > 0 && sql[dot - 1] == '.')
			oids = catalogs_of(sql, word_before(sql, dot - 1));
		if (oids.empty() || oids.front() == 0)
			return {};
		found.insert(found.end(), oids.begin(), oids.end());
	}
	return found;
}

bool
SelectiveQuery::concerns(uint32_t classid) const
{
	return catalogs.empty() || std::find(catalogs.begin(), catalogs.end(), classid) != catalogs.end();
}

const std::vector<SelectiveQuery> &
selective_queries(int version)
{
	static auto *known = new std::map<int, std::vector<SelectiveQuery>>();
	auto [found, fresh] = known->try_emplace(version);

	if (fresh) {
		for (const Kind *kind : kinds()) {
			std::string sql = kind->query(Source{version, true, true});

			/* What no kind claims is found by reading everything. */
			if (sql.find("$1") == std::string::npos)
				continue;
			std::vector<uint32_t> wanted = wanted_catalogs(sql);

			found->second.push_back({kind, std::move(sql), std::move(wanted)});
		}
	}
	return found->second;
}

} // namespace schema_guard::catalog
