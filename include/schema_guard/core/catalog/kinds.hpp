/*
 * core/catalog/kinds.hpp - the kinds there are, one family a line; each is defined in src/core/catalog/kinds.
 */
#pragma once

#include "schema_guard/core/catalog/kind.hpp"

namespace schema_guard::catalog {

extern const Kind other_object_kind;
extern const Kind schema_kind;
extern const Kind shell_type_kind, base_type_kind, enum_kind, range_kind, composite_type_kind, domain_kind;
extern const Kind attribute_kind, domain_constraint_kind;
extern const Kind function_kind, procedure_kind, aggregate_kind;
extern const Kind view_kind, materialized_view_kind, view_column_kind;
extern const Kind constraint_kind, index_kind, index_partition_kind, statistics_kind;
extern const Kind rule_kind, trigger_kind, policy_kind, event_trigger_kind;
extern const Kind operator_kind, operator_family_kind, operator_class_kind, operator_family_member_kind, cast_kind;
extern const Kind collation_kind, conversion_kind, language_kind, transform_kind, access_method_kind;
extern const Kind text_search_parser_kind, text_search_template_kind, text_search_dictionary_kind;
extern const Kind text_search_configuration_kind;
extern const Kind foreign_data_wrapper_kind, server_kind, user_mapping_kind;
extern const Kind publication_kind, publication_table_kind, publication_schema_kind, subscription_kind;
extern const Kind default_privileges_kind, extension_kind, initial_privileges_kind;
extern const Kind table_kind, foreign_table_kind, column_kind, default_kind;
extern const Kind sequence_kind;
extern const Kind partition_kind, inheritance_kind;

/* Among steps free to go in any order these come first to last, as pg_dump has them. */
namespace rank {
enum : int {
	schema = 10,
	extension = 20,
	language = 30,
	collation = 40,
	access_method = 50,
	type = 60, /* shell, enum, composite, domain, range, base */
	type_part = 62,
	cast = 70,
	function = 80,
	aggregate = 85,
	operator_ = 90,
	operator_family = 95,
	operator_class = 96,
	conversion = 100,
	transform = 102,
	text_search_parser = 110,
	text_search_template = 111,
	text_search_dictionary = 112,
	text_search_configuration = 113,
	foreign_data_wrapper = 120,
	server = 125,
	user_mapping = 126,
	sequence = 130,
	table = 140,
	column = 141,
	default_ = 150,
	partition = 155,
	view = 160,
	view_column = 166,
	constraint = 170,
	index = 190,
	index_partition = 195,
	statistics = 210,
	rule = 220,
	trigger = 230,
	policy = 240,
	publication = 250,
	publication_part = 251,
	subscription = 260,
	default_privileges = 270,
	event_trigger = 280,
	initial_privileges = 290,
	other_object = 300,
};
}

} // namespace schema_guard::catalog
