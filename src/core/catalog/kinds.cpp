/*
 * kinds.cpp - the list of kinds, and the pieces their queries share.
 */
#include "schema_guard/core/catalog/kinds.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace schema_guard::catalog {

namespace {

// clang-format off
constexpr std::array all_kinds = {
	&schema_kind,
	&extension_kind,
	&language_kind,
	&collation_kind,
	&access_method_kind,
	&shell_type_kind,
	&base_type_kind,
	&enum_kind,
	&range_kind,
	&composite_type_kind,
	&domain_kind,
	&attribute_kind,
	&domain_constraint_kind,
	&cast_kind,
	&function_kind,
	&procedure_kind,
	&aggregate_kind,
	&operator_kind,
	&operator_family_kind,
	&operator_class_kind,
	&operator_family_member_kind,
	&conversion_kind,
	&transform_kind,
	&text_search_parser_kind,
	&text_search_template_kind,
	&text_search_dictionary_kind,
	&text_search_configuration_kind,
	&foreign_data_wrapper_kind,
	&server_kind,
	&user_mapping_kind,
	&sequence_kind,
	&table_kind,
	&foreign_table_kind,
	&column_kind,
	&default_kind,
	&partition_kind,
	&inheritance_kind,
	&view_kind,
	&materialized_view_kind,
	&view_column_kind,
	&constraint_kind,
	&index_kind,
	&index_partition_kind,
	&statistics_kind,
	&rule_kind,
	&trigger_kind,
	&policy_kind,
	&publication_kind,
	&publication_table_kind,
	&publication_schema_kind,
	&subscription_kind,
	&default_privileges_kind,
	&event_trigger_kind,
	&initial_privileges_kind,
	&other_object_kind,
};
// clang-format on

constexpr Property common[] = {{"comment", alter_comment}, {"security_labels", alter_labels}};

} // namespace

std::span<const Kind *const>
kinds()
{
	return all_kinds;
}

const Kind *
kind(std::string_view name)
{
	static const auto *by_name = [] {
		auto *names = new std::unordered_map<std::string_view, const Kind *>();

		for (const Kind *kind : all_kinds)
			names->emplace(kind->name, kind);
		return names;
	}();
	auto found = by_name->find(name);

	return found == by_name->end() ? nullptr : found->second;
}

std::span<const Property>
common_properties()
{
	return common;
}

std::string
Source::wanted(std::string_view column, std::string_view own) const
{
	return only ? " AND " + std::string(these && !own.empty() ? own : column) + " = ANY ($1)" : std::string();
}

/* 16384 is FirstNormalObjectId.  Naming pg_extension lets an index find the members, which are few, in a pg_depend that is
   large. */
std::string
users_own(std::string_view catalog, std::string_view oid)
{
	std::string column(oid);

	return "(" + column + " >= 16384 AND NOT EXISTS (SELECT FROM pg_depend member WHERE member.classid = '" +
		   std::string(catalog) + "'::regclass AND member.objid = " + column +
		   " AND member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e'))";
}

std::string
users_relation()
{
	return "(c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND " +
		   users_own("pg_class", "c.oid") + ")";
}

std::string
extensions_column(std::string_view catalog, std::string_view oid)
{
	const std::string found = " FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid WHERE d.classid = '" +
							  std::string(catalog) + "'::regclass AND d.objid = " + std::string(oid) +
							  " AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x')";

	/* EXISTS can be asked of all objects at once. */
	return "CASE WHEN EXISTS (SELECT" + found +
		   " THEN (SELECT array_agg(e.extname::text ORDER BY e.extname COLLATE \"C\")" + found + " END";
}

/*
 * The privileges of one grantee from all grantors are one set; with a grant option from any.  ALL is what the owner
 * has in acldefault(), so that a privilege a newer version brings does not show in every object that has them all.
 */
static std::string
grants_of(std::string_view acl, std::string_view owner, std::string_view full, std::string_view owner_in_full)
{
	std::string o(owner);

	return "(SELECT array_agg(line ORDER BY line COLLATE \"C\") FROM (SELECT CASE WHEN p.grantee = 0 THEN 'PUBLIC' "
		   "WHEN "
		   "p.grantee = " +
		   o +
		   " THEN 'OWNER' ELSE quote_ident(pg_get_userbyid(p.grantee)) END || '=' || CASE WHEN count(*) = (SELECT "
		   "count(*) FROM aclexplode(" +
		   std::string(full) + ") f WHERE f.grantee = " + std::string(owner_in_full) + ") AND (p.grantee = " + o +
		   " OR bool_and(p.grantable) OR NOT bool_or(p.grantable)) THEN 'ALL' || CASE WHEN p.grantee <> " + o +
		   " AND bool_and(p.grantable) THEN '*' ELSE '' END ELSE string_agg(p.privilege || CASE WHEN p.grantable AND "
		   "p.grantee <> " +
		   o +
		   " THEN '*' ELSE '' END, ',' ORDER BY p.privilege COLLATE \"C\") END AS line FROM (SELECT e.grantee, "
		   "e.privilege_type AS privilege, bool_or(e.is_grantable) AS grantable FROM aclexplode(" +
		   std::string(acl) + ") e GROUP BY 1, 2) p GROUP BY p.grantee) l)";
}

std::string
grants_list(std::string_view acl, std::string_view full, std::string_view owner)
{
	return grants_of(acl, owner, full, owner);
}

/* What is there by default is the same whoever the owner is, so it is asked for once and not of each object. */
std::string
grants_column(std::string_view acl, char type, std::string_view owner)
{
	const std::string anybody = type == 'c' ? "0::oid" : "10::oid",
					  full = "acldefault('" + std::string(1, type) + "', " + anybody + ")";

	return "CASE WHEN " + std::string(acl) + " IS NULL THEN NULL ELSE NULLIF(coalesce(" +
		   grants_of(acl, owner, full, anybody) + ", '{}'), " + grants_of(full, anybody, full, anybody) + ") END";
}

std::string
grants_or_key(const Source &source, std::string_view acl, char type, std::string_view owner)
{
	const std::string column(acl), key(grants_written->key);

	if (!source.keys)
		return grants_column(acl, type, owner) + " AS grants";
	return "NULL AS grants, " + column + " AS " + key + ", CASE WHEN " + column + " IS NOT NULL THEN " +
		   std::string(owner) + " END AS " + key;
}

std::string
options_column(std::string_view options)
{
	std::string column(options);

	return "CASE WHEN " + column + " IS NOT NULL THEN (SELECT array_agg(o ORDER BY o COLLATE \"C\") FROM unnest(" +
		   column + ") o) END";
}

} // namespace schema_guard::catalog
