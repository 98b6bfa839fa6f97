/*
 * objects.cpp - finds what a parse tree names, as the server will, without a lock and without raising for what is missing.
 *
 * What raises here (no USAGE on a schema, names with too many dots) the statement itself would raise in the same words.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

ObjectAddress
address_of(Oid classid, Oid objid, int32 objsubid)
{
	ObjectAddress address = InvalidObjectAddress;

	if (OidIsValid(objid))
		ObjectAddressSubSet(address, classid, objid, objsubid);
	return address;
}

ObjectAddress
find_relation(const RangeVar *relation)
{
	return address_of(RelationRelationId, RangeVarGetRelidExtended(relation, NoLock, RVR_MISSING_OK, nullptr, nullptr));
}

ObjectAddress
find_column(Oid relid, const char *column)
{
	AttrNumber number = column == nullptr ? InvalidAttrNumber : get_attnum(relid, column);

	return number == InvalidAttrNumber ? InvalidObjectAddress : address_of(RelationRelationId, relid, number);
}

ObjectAddress
find_on_relation(ObjectType type, Oid relid, const char *name)
{
	if (!OidIsValid(relid) || name == nullptr)
		return InvalidObjectAddress;

	switch (type) {
	case OBJECT_COLUMN:
		return find_column(relid, name);
	case OBJECT_TRIGGER:
		return address_of(TriggerRelationId, get_trigger_oid(relid, name, true));
	case OBJECT_RULE:
		return address_of(RewriteRelationId, get_rewrite_oid(relid, name, true));
	case OBJECT_POLICY:
		return address_of(PolicyRelationId, get_relation_policy_oid(relid, name, true));
	case OBJECT_TABCONSTRAINT:
		return address_of(ConstraintRelationId, get_relation_constraint_oid(relid, name, true));
	default:
		return InvalidObjectAddress;
	}
}

/* The server's own look-up tells the client of every %TYPE, which it shall hear once. */
static Oid
find_column_type(const TypeName *type)
{
	List *names = type->names;
	List *relation = list_truncate(list_copy(names), list_length(names) - 1);
	ObjectAddress column = InvalidObjectAddress;
	Oid oid;

	if (relation != NIL)
		column = find_column(find_relation(makeRangeVarFromNameList(relation)).objectId, strVal(llast(names)));
	if (!OidIsValid(column.objectId))
		return InvalidOid;
	oid = get_atttype(column.objectId, column.objectSubId);
	return type->arrayBounds == NIL ? oid : get_array_type(oid);
}

Oid
find_type(const TypeName *type)
{
	return type->pct_type ? find_column_type(type) : LookupTypeNameOid(nullptr, type, true);
}

/* A type is given as TypeName or, by ALTER TYPE ... RENAME and its like, as a list of names. */
static Oid
find_type_object(Node *object)
{
	if (IsA(object, List))
		return find_type(makeTypeNameFromNameList(reinterpret_cast<List *>(object)));
	return find_type(castNode(TypeName, object));
}

/* A copy whose %TYPEs are what they stand for. */
static ObjectWithArgs *
without_column_types(ObjectWithArgs *routine)
{
	ListCell *cell;
	bool any = false;

	foreach (cell, routine->objargs)
		any = any || (lfirst(cell) != nullptr && lfirst_node(TypeName, cell)->pct_type);
	if (!any)
		return routine;

	routine = static_cast<ObjectWithArgs *>(copyObjectImpl(routine));
	routine->objfuncargs = NIL;
	foreach (cell, routine->objargs) {
		auto *type = static_cast<TypeName *>(lfirst(cell));
		Oid oid = type == nullptr ? InvalidOid : find_type(type);

		if (OidIsValid(oid))
			lfirst(cell) = makeTypeNameFromOid(oid, -1);
	}
	return routine;
}

static ObjectAddress
find_named(ObjectType type, const char *name)
{
	switch (type) {
	case OBJECT_ACCESS_METHOD:
		return address_of(AccessMethodRelationId, get_am_oid(name, true));
	case OBJECT_DATABASE:
		return address_of(DatabaseRelationId, get_database_oid(name, true));
	case OBJECT_EVENT_TRIGGER:
		return address_of(EventTriggerRelationId, get_event_trigger_oid(name, true));
	case OBJECT_EXTENSION:
		return address_of(ExtensionRelationId, get_extension_oid(name, true));
	case OBJECT_FDW:
		return address_of(ForeignDataWrapperRelationId, get_foreign_data_wrapper_oid(name, true));
	case OBJECT_FOREIGN_SERVER:
		return address_of(ForeignServerRelationId, get_foreign_server_oid(name, true));
	case OBJECT_LANGUAGE:
		return address_of(LanguageRelationId, get_language_oid(name, true));
	case OBJECT_PARAMETER_ACL:
		return address_of(ParameterAclRelationId, ParameterAclLookup(name, true));
	case OBJECT_PUBLICATION:
		return address_of(PublicationRelationId, get_publication_oid(name, true));
	case OBJECT_ROLE:
		return address_of(AuthIdRelationId, get_role_oid(name, true));
	case OBJECT_SCHEMA:
		return address_of(NamespaceRelationId, get_namespace_oid(name, true));
	case OBJECT_SUBSCRIPTION:
		return address_of(SubscriptionRelationId, get_subscription_oid(name, true));
	case OBJECT_TABLESPACE:
		return address_of(TableSpaceRelationId, get_tablespace_oid(name, true));
	default:
		return InvalidObjectAddress;
	}
}

static ObjectAddress
find_of_two_types(ObjectType type, List *pair)
{
	Oid first = find_type(linitial_node(TypeName, pair));

	if (!OidIsValid(first))
		return InvalidObjectAddress;
	if (type == OBJECT_TRANSFORM) {
		Oid language = get_language_oid(strVal(lsecond(pair)), true);

		return OidIsValid(language) ? address_of(TransformRelationId, get_transform_oid(first, language, true))
									: InvalidObjectAddress;
	}
	if (type == OBJECT_DOMCONSTRAINT)
		return address_of(ConstraintRelationId, get_domain_constraint_oid(first, strVal(lsecond(pair)), true));

	Oid second = find_type(lsecond_node(TypeName, pair));

	return OidIsValid(second) ? address_of(CastRelationId, get_cast_oid(first, second, true)) : InvalidObjectAddress;
}

static ObjectAddress
find_operator_set(ObjectType type, List *names)
{
	Oid method = get_am_oid(strVal(linitial(names)), true);
	List *name = list_copy_tail(names, 1);

	if (!OidIsValid(method))
		return InvalidObjectAddress;
	return type == OBJECT_OPCLASS ? address_of(OperatorClassRelationId, get_opclass_oid(method, name, true))
								  : address_of(OperatorFamilyRelationId, get_opfamily_oid(method, name, true));
}

ObjectAddress
find_object(ObjectType type, Node *object)
{
	List *names = IsA(object, List) ? reinterpret_cast<List *>(object) : NIL;

	switch (type) {
	case OBJECT_TABLE:
	case OBJECT_INDEX:
	case OBJECT_SEQUENCE:
	case OBJECT_VIEW:
	case OBJECT_MATVIEW:
	case OBJECT_FOREIGN_TABLE:
		return find_relation(makeRangeVarFromNameList(names));

	case OBJECT_COLUMN:
	case OBJECT_TRIGGER:
	case OBJECT_RULE:
	case OBJECT_POLICY:
	case OBJECT_TABCONSTRAINT: {
		List *relation = list_truncate(list_copy(names), list_length(names) - 1);

		if (relation == NIL)
			return InvalidObjectAddress;
		return find_on_relation(type, find_relation(makeRangeVarFromNameList(relation)).objectId, strVal(llast(names)));
	}

	case OBJECT_TYPE:
	case OBJECT_DOMAIN:
		return address_of(TypeRelationId, find_type_object(object));

	case OBJECT_AGGREGATE:
	case OBJECT_FUNCTION:
	case OBJECT_PROCEDURE:
	case OBJECT_ROUTINE:
		return address_of(ProcedureRelationId,
						  LookupFuncWithArgs(type, without_column_types(castNode(ObjectWithArgs, object)), true));
	case OBJECT_OPERATOR:
		return address_of(OperatorRelationId,
						  LookupOperWithArgs(without_column_types(castNode(ObjectWithArgs, object)), true));

	case OBJECT_CAST:
	case OBJECT_TRANSFORM:
	case OBJECT_DOMCONSTRAINT:
		return find_of_two_types(type, names);
	case OBJECT_OPCLASS:
	case OBJECT_OPFAMILY:
		return find_operator_set(type, names);

	case OBJECT_COLLATION:
		return address_of(CollationRelationId, get_collation_oid(names, true));
	case OBJECT_CONVERSION:
		return address_of(ConversionRelationId, get_conversion_oid(names, true));
	case OBJECT_STATISTIC_EXT:
		return address_of(StatisticExtRelationId, get_statistics_object_oid(names, true));
	case OBJECT_TSPARSER:
		return address_of(TSParserRelationId, get_ts_parser_oid(names, true));
	case OBJECT_TSDICTIONARY:
		return address_of(TSDictionaryRelationId, get_ts_dict_oid(names, true));
	case OBJECT_TSTEMPLATE:
		return address_of(TSTemplateRelationId, get_ts_template_oid(names, true));
	case OBJECT_TSCONFIGURATION:
		return address_of(TSConfigRelationId, get_ts_config_oid(names, true));

	case OBJECT_LARGEOBJECT: {
		Oid loid = oidparse(object);

		return LargeObjectExists(loid) ? address_of(LargeObjectRelationId, loid) : InvalidObjectAddress;
	}

	default:
		return IsA(object, String) ? find_named(type, strVal(object)) : InvalidObjectAddress;
	}
}

/* As get_rel_persistence(), which raises for what somebody else has just dropped: we hold no lock. */
bool
is_temporary(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool temporary = false;

	if (HeapTupleIsValid(tuple)) {
		temporary = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relpersistence == RELPERSISTENCE_TEMP;
		ReleaseSysCache(tuple);
	}
	return temporary;
}

/* ---- where new objects go ---- */

static Place
place_of(Oid schema)
{
	Place place;

	if (OidIsValid(schema)) {
		place.oid = schema;
		place.name = schema_name(schema);
		place.temporary = isAnyTempNamespace(schema);
	}
	return place;
}

static Place
temporary_place()
{
	Oid toast;
	Place place;

	GetTempNamespaceState(&place.oid, &toast);
	place.name = "pg_temp";
	place.temporary = true;
	return place;
}

static bool
is_usable_schema(const char *name)
{
	Oid schema = std::strcmp(name, "$user") == 0 ? get_namespace_oid(GetUserNameFromId(GetUserId(), false), true)
												 : get_namespace_oid(name, true);

	if (!OidIsValid(schema))
		return false;
#if PG_VERSION_NUM >= 160000
	/* c727f511bd7b: one object_aclcheck() for all kinds */
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

/*
 * With pg_temp first in search_path and not made yet, the server's own look-ups would make it.  Is that the case?
 */
static bool
creation_makes_pg_temp()
{
	Oid temp;
	Oid toast;
	List *names = NIL;
	ListCell *cell;

	GetTempNamespaceState(&temp, &toast);
	if (OidIsValid(temp) || std::strstr(namespace_search_path, "pg_temp") == nullptr)
		return false;
	if (!SplitIdentifierString(pstrdup(namespace_search_path), ',', &names))
		return false;
	foreach (cell, names) {
		const char *name = static_cast<const char *>(lfirst(cell));

		if (std::strcmp(name, "pg_temp") == 0)
			return true;
		if (is_usable_schema(name))
			return false;
	}
	return false;
}

Place
creation_place(const char *schema, bool temporary)
{
	if (temporary || (schema != nullptr && std::strcmp(schema, "pg_temp") == 0))
		return temporary_place();
	if (schema != nullptr)
		return place_of(get_namespace_oid(schema, true));
	if (creation_makes_pg_temp())
		return temporary_place();

	List *path = fetch_search_path(false);

	return path == NIL ? Place{} : place_of(linitial_oid(path));
}

/* ---- views over temporary relations ---- */

struct Reads {
	List *relations;  /* RangeVar */
	List *with_names; /* char *: names that WITH gives, which hide a relation's */
};

static bool
collect_reads(Node *node, void *context)
{
	auto *reads = static_cast<Reads *>(context);

	if (node == nullptr || IsA(node, LockingClause))
		return false;
	if (IsA(node, RangeVar)) {
		reads->relations = lappend(reads->relations, node);
		return false;
	}
	if (IsA(node, CommonTableExpr))
		reads->with_names = lappend(reads->with_names, reinterpret_cast<CommonTableExpr *>(node)->ctename);
#if PG_VERSION_NUM >= 160000
	/* 1c27d16e6e5c: the walker became a macro over function types that C++ takes as they are */
	return raw_expression_tree_walker(node, collect_reads, context);
#else
	auto walker = reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(collect_reads));

	return raw_expression_tree_walker(node, walker, context);
#endif
}

/*
 * The server decides this on the analyzed query.  Where a WITH name could hide a temporary table's the answer is no:
 * a view taken for temporary would escape the guard.
 */
bool
reads_temporary_relation(Node *query)
{
	Reads reads = {NIL, NIL};
	ListCell *cell;
	ListCell *name;
	Oid temp;
	Oid toast;

	GetTempNamespaceState(&temp, &toast);
	if (!OidIsValid(temp))
		return false;

	collect_reads(query, &reads);
	foreach (cell, reads.relations) {
		auto *relation = lfirst_node(RangeVar, cell);
		bool hidden = false;

		foreach (name, reads.with_names)
			hidden = hidden || (relation->schemaname == nullptr &&
								std::strcmp(relation->relname, static_cast<char *>(lfirst(name))) == 0);
		if (!hidden) {
			Oid relid = find_relation(relation).objectId;

			if (OidIsValid(relid) && is_temporary(relid))
				return true;
		}
	}
	return false;
}

} // namespace schema_guard::pg::raw
