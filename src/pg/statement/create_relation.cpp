/*
 * create_relation.cpp - CREATE of relations, of what hangs on them, and of schemas.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

static const char *
identity_at(const Place &place, const RangeVar *relation)
{
	return quote_qualified_identifier(place.name == nullptr ? relation->schemaname : place.name, relation->relname);
}

static void
create_relation(Reading &reading, ObjectType type, const RangeVar *relation, bool replace, bool if_not_exists,
				bool becomes_temporary = false)
{
	bool temporary = becomes_temporary || relation->relpersistence == RELPERSISTENCE_TEMP;
	Place place = creation_place(relation->schemaname, temporary);
	ObjectAddress existing = InvalidObjectAddress;

	if ((replace || if_not_exists) && OidIsValid(place.oid))
		existing = address_of(RelationRelationId, get_relname_relid(relation->relname, place.oid));
	add_new(reading, type, place, relation->relname, identity_at(place, relation), existing, if_not_exists);
}

static void
create_on_relation(Reading &reading, ObjectType type, const RangeVar *relation, const char *name, bool replace)
{
	Oid carrier = find_relation(relation).objectId;
	ObjectAddress existing = InvalidObjectAddress;

	if (!OidIsValid(carrier)) {
		add_missing(reading, Action::create, type_word(type), relation->schemaname, name,
					on_relation(name, range_var_identity(relation)));
		return;
	}
	if (replace)
		existing = find_on_relation(type, carrier, name);
	if (OidIsValid(existing.objectId))
		add_existing(reading, Action::alter, existing, name, false, carrier);
	else
		add_missing(reading, Action::create, type_word(type), schema_name(get_rel_namespace(carrier)), name,
					on_relation(name, relation_identity(carrier)), is_temporary(carrier));
	reading.effective = true;
}

/* An index is in its table's schema; without a name the server chooses one. */
static void
create_index(Reading &reading, const IndexStmt *stmt)
{
	Oid table = find_relation(stmt->relation).objectId;
	ObjectAddress existing = InvalidObjectAddress;
	Place place;

	if (!OidIsValid(table)) {
		add_missing(reading, Action::create, "index", stmt->relation->schemaname, stmt->idxname,
					stmt->idxname == nullptr ? on_relation(nullptr, range_var_identity(stmt->relation))
											 : quote_qualified_identifier(stmt->relation->schemaname, stmt->idxname));
		return;
	}
	place.oid = get_rel_namespace(table);
	place.name = schema_name(place.oid);
	place.temporary = is_temporary(table);
	if (stmt->if_not_exists && stmt->idxname != nullptr)
		existing = address_of(RelationRelationId, get_relname_relid(stmt->idxname, place.oid));
	add_new(reading, OBJECT_INDEX, place, stmt->idxname,
			stmt->idxname == nullptr ? on_relation(nullptr, relation_identity(table))
									 : quote_qualified_identifier(place.name, stmt->idxname),
			existing, stmt->if_not_exists);
}

/* Statistics on a temporary table go with it, whatever schema they are in. */
static void
create_statistics(Reading &reading, const CreateStatsStmt *stmt)
{
	auto *relation = static_cast<RangeVar *>(stmt->relations == NIL ? nullptr : linitial(stmt->relations));
	Oid table = relation == nullptr || !IsA(relation, RangeVar) ? InvalidOid : find_relation(relation).objectId;
	ObjectAddress existing = InvalidObjectAddress;
	char *schema = nullptr;
	char *name = nullptr;
	Place place;

	if (!OidIsValid(table)) {
		add_missing(reading, Action::create, "statistics object", nullptr, "",
					stmt->defnames == NIL ? "" : NameListToQuotedString(stmt->defnames));
		return;
	}
	if (stmt->defnames != NIL) {
		DeconstructQualifiedName(stmt->defnames, &schema, &name);
		place = creation_place(schema, false);
	} else {
		place.oid = get_rel_namespace(table);
		place.name = schema_name(place.oid);
	}
	if (is_temporary(table))
		place.temporary = true;
	if (stmt->if_not_exists && name != nullptr && OidIsValid(place.oid))
		existing =
			address_of(StatisticExtRelationId, GetSysCacheOid2(STATEXTNAMENSP, Anum_pg_statistic_ext_oid,
															   PointerGetDatum(name), ObjectIdGetDatum(place.oid)));
	add_new(reading, OBJECT_STATISTIC_EXT, place, name,
			name == nullptr ? on_relation(nullptr, relation_identity(table))
							: quote_qualified_identifier(place.name, name),
			existing, stmt->if_not_exists);
}

static const char *
new_schema_name(const CreateSchemaStmt *stmt)
{
	Oid role;

	if (stmt->schemaname != nullptr)
		return stmt->schemaname;
	if (stmt->authrole->roletype == ROLESPEC_CSTRING)
		return stmt->authrole->rolename;
	role = get_rolespec_oid(stmt->authrole, true);
	return OidIsValid(role) ? GetUserNameFromId(role, true) : "";
}

/* An element comes with no schema, or with the new one's name. */
static void
create_element(Reading &reading, ObjectType type, const char *schema, const RangeVar *relation, const char *on_it)
{
	const char *name = on_it == nullptr && type != OBJECT_INDEX ? relation->relname : on_it;
	const char *table = quote_qualified_identifier(schema, relation->relname);
	const char *identity =
		type == OBJECT_TRIGGER || name == nullptr ? on_relation(name, table) : quote_qualified_identifier(schema, name);

	add_missing(reading, Action::create, type_word(type), schema, name, identity);
}

static void
create_schema(Reading &reading, const CreateSchemaStmt *stmt)
{
	const char *name = new_schema_name(stmt);
	ObjectAddress existing = InvalidObjectAddress;
	ListCell *cell;

	if (stmt->if_not_exists)
		existing = address_of(NamespaceRelationId, get_namespace_oid(name, true));
	add_new(reading, OBJECT_SCHEMA, Place{}, name, quote_identifier(name), existing, stmt->if_not_exists);

	foreach (cell, stmt->schemaElts) {
		auto *element = static_cast<Node *>(lfirst(cell));

		switch (nodeTag(element)) {
		case T_CreateStmt:
			create_element(reading, OBJECT_TABLE, name, reinterpret_cast<CreateStmt *>(element)->relation, nullptr);
			break;
		case T_ViewStmt:
			create_element(reading, OBJECT_VIEW, name, reinterpret_cast<ViewStmt *>(element)->view, nullptr);
			break;
		case T_CreateSeqStmt:
			create_element(reading, OBJECT_SEQUENCE, name, reinterpret_cast<CreateSeqStmt *>(element)->sequence,
						   nullptr);
			break;
		case T_IndexStmt:
			create_element(reading, OBJECT_INDEX, name, reinterpret_cast<IndexStmt *>(element)->relation,
						   reinterpret_cast<IndexStmt *>(element)->idxname);
			break;
		case T_CreateTrigStmt:
			create_element(reading, OBJECT_TRIGGER, name, reinterpret_cast<CreateTrigStmt *>(element)->relation,
						   reinterpret_cast<CreateTrigStmt *>(element)->trigname);
			break;
		default: /* GRANT names nothing new */
			break;
		}
	}
}

bool
read_create_relation(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_CreateStmt: {
		auto *stmt = reinterpret_cast<CreateStmt *>(node);

		create_relation(reading, OBJECT_TABLE, stmt->relation, false, stmt->if_not_exists);
		return true;
	}
	case T_CreateForeignTableStmt: {
		auto *stmt = reinterpret_cast<CreateStmt *>(node);

		create_relation(reading, OBJECT_FOREIGN_TABLE, stmt->relation, false, stmt->if_not_exists);
		return true;
	}
	case T_CreateTableAsStmt: {
		auto *stmt = reinterpret_cast<CreateTableAsStmt *>(node);

		create_relation(reading, stmt->objtype, stmt->into->rel, false, stmt->if_not_exists);
		return true;
	}
	case T_ViewStmt: {
		auto *stmt = reinterpret_cast<ViewStmt *>(node);

		create_relation(reading, OBJECT_VIEW, stmt->view, stmt->replace, false, reads_temporary_relation(stmt->query));
		return true;
	}
	case T_CreateSeqStmt: {
		auto *stmt = reinterpret_cast<CreateSeqStmt *>(node);

		create_relation(reading, OBJECT_SEQUENCE, stmt->sequence, false, stmt->if_not_exists);
		return true;
	}
	case T_CompositeTypeStmt:
		create_relation(reading, OBJECT_TYPE, reinterpret_cast<CompositeTypeStmt *>(node)->typevar, false, false);
		return true;
	case T_IndexStmt:
		create_index(reading, reinterpret_cast<IndexStmt *>(node));
		return true;
	case T_RuleStmt: {
		auto *stmt = reinterpret_cast<RuleStmt *>(node);

		create_on_relation(reading, OBJECT_RULE, stmt->relation, stmt->rulename, stmt->replace);
		return true;
	}
	case T_CreateTrigStmt: {
		auto *stmt = reinterpret_cast<CreateTrigStmt *>(node);

		create_on_relation(reading, OBJECT_TRIGGER, stmt->relation, stmt->trigname, stmt->replace);
		return true;
	}
	case T_CreatePolicyStmt: {
		auto *stmt = reinterpret_cast<CreatePolicyStmt *>(node);

		create_on_relation(reading, OBJECT_POLICY, stmt->table, stmt->policy_name, false);
		return true;
	}
	case T_CreateStatsStmt:
		create_statistics(reading, reinterpret_cast<CreateStatsStmt *>(node));
		return true;
	case T_CreateSchemaStmt:
		create_schema(reading, reinterpret_cast<CreateSchemaStmt *>(node));
		return true;
	default:
		return false;
	}
}

} // namespace schema_guard::pg::raw
