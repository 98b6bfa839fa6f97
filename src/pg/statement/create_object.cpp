/*
 * create_object.cpp - CREATE of what is no relation: types, routines, operators, text search, and what has no schema;
 * for publications and user mappings also ALTER and DROP.
 */
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg::raw {

/* An object without a schema. */
static void
create_global(Reading &reading, ObjectType type, char *name, bool look, bool if_not_exists)
{
	ObjectAddress existing = InvalidObjectAddress;

	if (look)
		existing = find_object(type, reinterpret_cast<Node *>(makeString(name)));
	add_new(reading, type, Place{}, name, quote_identifier(name), existing, if_not_exists);
}

/* An object of a schema whose name is its whole identity. */
static void
create_named(Reading &reading, ObjectType type, List *names, bool look, bool if_not_exists)
{
	ObjectAddress existing = InvalidObjectAddress;
	char *schema;
	char *name;
	Place place;

	DeconstructQualifiedName(names, &schema, &name);
	place = creation_place(schema, false);
	if (look && OidIsValid(place.oid)) {
		List *qualified = list_make2(makeString(pstrdup(place.name)), makeString(name));

		existing = find_object(type, reinterpret_cast<Node *>(qualified));
	}
	add_new(reading, type, place, name, quote_qualified_identifier(place.name == nullptr ? schema : place.name, name),
			existing, if_not_exists);
}

/* The types a routine is known by, or false when one of them does not exist. */
static bool
input_types(List *parameters, List **names, Oid *oids, int *count)
{
	bool known = true;
	ListCell *cell;

	*count = 0;
	foreach (cell, parameters) {
		auto *parameter = lfirst_node(FunctionParameter, cell);

		if (parameter->mode == FUNC_PARAM_OUT || parameter->mode == FUNC_PARAM_TABLE)
			continue;
		*names = lappend(*names, parameter->argType);
		if (*count < FUNC_MAX_ARGS)
			oids[*count] = find_type(parameter->argType);
		known = known && *count < FUNC_MAX_ARGS && OidIsValid(oids[*count]);
		++*count;
	}
	return known;
}

static void
create_routine(Reading &reading, ObjectType type, List *names, List *parameters, bool replace)
{
	ObjectAddress existing = InvalidObjectAddress;
	Oid oids[FUNC_MAX_ARGS];
	List *types = NIL;
	bool known;
	int count;
	char *schema;
	char *name;
	Place place;

	DeconstructQualifiedName(names, &schema, &name);
	place = creation_place(schema, false);
	known = input_types(parameters, &types, oids, &count);
	if (replace && known && OidIsValid(place.oid))
		existing =
			address_of(ProcedureRelationId,
					   GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
									   PointerGetDatum(buildoidvector(oids, count)), ObjectIdGetDatum(place.oid)));
	add_new(reading, type, place, name,
			psprintf("%s%s", quote_qualified_identifier(place.name == nullptr ? schema : place.name, name),
					 argument_identity(types)),
			existing, false);
}

/* The old syntax gives an aggregate's input as "basetype", where ANY means none. */
static void
create_aggregate(Reading &reading, const DefineStmt *stmt)
{
	List *parameters = NIL;
	ListCell *cell;

	if (!stmt->oldstyle) {
		create_routine(reading, OBJECT_AGGREGATE, stmt->defnames, linitial_node(List, stmt->args), stmt->replace);
		return;
	}
	foreach (cell, stmt->definition) {
		auto *option = lfirst_node(DefElem, cell);

		if (pg_strcasecmp(option->defname, "basetype") == 0 && option->arg != nullptr && IsA(option->arg, TypeName)) {
			auto *type = reinterpret_cast<TypeName *>(option->arg);
			auto *parameter = makeNode(FunctionParameter);

			if (list_length(type->names) == 1 && pg_strcasecmp(strVal(linitial(type->names)), "any") == 0)
				continue;
			parameter->mode = FUNC_PARAM_IN;
			parameter->argType = type;
			parameters = lappend(parameters, parameter);
		}
	}
	create_routine(reading, OBJECT_AGGREGATE, stmt->defnames, parameters, stmt->replace);
}

static void
create_operator(Reading &reading, const DefineStmt *stmt)
{
	TypeName *left = nullptr;
	TypeName *right = nullptr;
	ListCell *cell;
	char *schema;
	char *name;
	Place place;

	foreach (cell, stmt->definition) {
		auto *option = lfirst_node(DefElem, cell);

		if (option->arg == nullptr || !IsA(option->arg, TypeName))
			continue;
		if (std::strcmp(option->defname, "leftarg") == 0)
			left = reinterpret_cast<TypeName *>(option->arg);
		else if (std::strcmp(option->defname, "rightarg") == 0)
			right = reinterpret_cast<TypeName *>(option->arg);
	}
	DeconstructQualifiedName(stmt->defnames, &schema, &name);
	place = creation_place(schema, false);
	if (place.name != nullptr)
		schema = pstrdup(place.name);
	add_new(reading, OBJECT_OPERATOR, place, name,
			psprintf("%s%s%s%s", schema == nullptr ? "" : quote_identifier(schema), schema == nullptr ? "" : ".", name,
					 argument_identity(list_make2(left, right))),
			InvalidObjectAddress, false);
}

static void
create_operator_set(Reading &reading, ObjectType type, List *names, const char *method)
{
	char *schema;
	char *name;
	Place place;

	DeconstructQualifiedName(names, &schema, &name);
	place = creation_place(schema, false);
	add_new(reading, type, place, name,
			psprintf("%s USING %s", quote_qualified_identifier(place.name == nullptr ? schema : place.name, name),
					 quote_identifier(method)),
			InvalidObjectAddress, false);
}

static bool
define(Reading &reading, const DefineStmt *stmt)
{
	switch (stmt->kind) {
	case OBJECT_AGGREGATE:
		create_aggregate(reading, stmt);
		return true;
	case OBJECT_OPERATOR:
		create_operator(reading, stmt);
		return true;
	default:
		create_named(reading, stmt->kind, stmt->defnames, stmt->if_not_exists, stmt->if_not_exists);
		return true;
	}
}

static void
create_transform(Reading &reading, CreateTransformStmt *stmt)
{
	Node *pair = reinterpret_cast<Node *>(list_make2(stmt->type_name, makeString(stmt->lang)));
	ObjectAddress existing = stmt->replace ? find_object(OBJECT_TRANSFORM, pair) : InvalidObjectAddress;

	add_new(reading, OBJECT_TRANSFORM, Place{}, "", missing_identity(OBJECT_TRANSFORM, pair), existing, false);
}

static void
user_mapping(Reading &reading, Action action, const RoleSpec *user, const char *server, bool if_not_exists)
{
	bool is_public = user->roletype == ROLESPEC_PUBLIC;
	Oid role = is_public ? InvalidOid : get_rolespec_oid(user, true);
	Oid server_oid = get_foreign_server_oid(server, true);
	const char *name = is_public ? "public" : OidIsValid(role) ? GetUserNameFromId(role, true) : user->rolename;
	const char *identity = psprintf("%s on server %s", quote_identifier(name), server);
	ObjectAddress existing = InvalidObjectAddress;

	if (OidIsValid(server_oid) && (is_public || OidIsValid(role)))
		existing =
			address_of(UserMappingRelationId, GetSysCacheOid2(USERMAPPINGUSERSERVER, Anum_pg_user_mapping_oid,
															  ObjectIdGetDatum(role), ObjectIdGetDatum(server_oid)));
	if (action == Action::create) {
		add_new(reading, OBJECT_USER_MAPPING, Place{}, name, identity, if_not_exists ? existing : InvalidObjectAddress,
				if_not_exists);
	} else if (OidIsValid(existing.objectId)) {
		add_existing(reading, action, existing, name, action == Action::drop);
		reading.effective = true;
	} else {
		add_missing(reading, action, "user mapping", nullptr, name, identity);
	}
}

static void
published(Reading &reading, Action action, Oid publication, const char *name, const PublicationObjSpec *object)
{
	ObjectAddress address = InvalidObjectAddress;

	if (object->pubobjtype == PUBLICATIONOBJ_TABLE) {
		const RangeVar *relation = object->pubtable->relation;
		Oid relid = find_relation(relation).objectId;

		if (OidIsValid(relid) && OidIsValid(publication))
			address = address_of(PublicationRelRelationId,
								 GetSysCacheOid2(PUBLICATIONRELMAP, Anum_pg_publication_rel_oid,
												 ObjectIdGetDatum(relid), ObjectIdGetDatum(publication)));
		if (OidIsValid(address.objectId))
			add_existing(reading, action == Action::create ? Action::alter : action, address, name, false, relid);
		else
			add_missing(reading, action, "publication relation", schema_name(get_rel_namespace(relid)), name,
						psprintf("%s in publication %s",
								 OidIsValid(relid) ? relation_identity(relid) : range_var_identity(relation), name));
	} else {
		bool named = object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_SCHEMA;
		Oid schema = named ? get_namespace_oid(object->name, true) : creation_place(nullptr, false).oid;
		const char *schema_word = OidIsValid(schema) ? schema_name(schema) : object->name;

		if (OidIsValid(schema) && OidIsValid(publication))
			address = address_of(PublicationNamespaceRelationId,
								 GetSysCacheOid2(PUBLICATIONNAMESPACEMAP, Anum_pg_publication_namespace_oid,
												 ObjectIdGetDatum(schema), ObjectIdGetDatum(publication)));
		if (OidIsValid(address.objectId))
			add_existing(reading, action == Action::create ? Action::alter : action, address, name);
		else
			add_missing(reading, action, "publication namespace", schema_word, name,
						psprintf("%s in publication %s", schema_word == nullptr ? "" : schema_word, name));
	}
}

static void
create_publication(Reading &reading, const CreatePublicationStmt *stmt)
{
	ListCell *cell;

	create_global(reading, OBJECT_PUBLICATION, stmt->pubname, false, false);
	foreach (cell, stmt->pubobjects)
		published(reading, Action::create, InvalidOid, stmt->pubname, lfirst_node(PublicationObjSpec, cell));
}

/* What SET takes out of the publication it does not name. */
static void
alter_publication(Reading &reading, const AlterPublicationStmt *stmt)
{
	Action action = stmt->action == AP_DropObjects ? Action::drop : Action::create;
	ObjectAddress publication =
		add_object(reading, Action::alter, OBJECT_PUBLICATION, reinterpret_cast<Node *>(makeString(stmt->pubname)));
	ListCell *cell;

	foreach (cell, stmt->pubobjects)
		published(reading, action, publication.objectId, stmt->pubname, lfirst_node(PublicationObjSpec, cell));
}

/* What comes is known only to the foreign server, unless LIMIT TO names it. */
static void
import_foreign_schema(Reading &reading, const ImportForeignSchemaStmt *stmt)
{
	ListCell *cell;

	reading.effective = true;
	if (stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO) {
		add_missing(reading, Action::create, "foreign table", stmt->local_schema, "",
					quote_identifier(stmt->local_schema));
		return;
	}
	foreach (cell, stmt->table_list) {
		auto *table = lfirst_node(RangeVar, cell);

		add_missing(reading, Action::create, "foreign table", stmt->local_schema, table->relname,
					quote_qualified_identifier(stmt->local_schema, table->relname));
	}
}

/* Objects with a name and no schema. */
static bool
read_create_global(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_CreatePLangStmt: {
		auto *stmt = reinterpret_cast<CreatePLangStmt *>(node);

		create_global(reading, OBJECT_LANGUAGE, stmt->plname, stmt->replace, false);
		return true;
	}
	case T_CreateExtensionStmt: {
		auto *stmt = reinterpret_cast<CreateExtensionStmt *>(node);

		create_global(reading, OBJECT_EXTENSION, stmt->extname, stmt->if_not_exists, stmt->if_not_exists);
		return true;
	}
	case T_CreateForeignServerStmt: {
		auto *stmt = reinterpret_cast<CreateForeignServerStmt *>(node);

		create_global(reading, OBJECT_FOREIGN_SERVER, stmt->servername, stmt->if_not_exists, stmt->if_not_exists);
		return true;
	}
	case T_CreateAmStmt:
		create_global(reading, OBJECT_ACCESS_METHOD, reinterpret_cast<CreateAmStmt *>(node)->amname, false, false);
		return true;
	case T_CreateFdwStmt:
		create_global(reading, OBJECT_FDW, reinterpret_cast<CreateFdwStmt *>(node)->fdwname, false, false);
		return true;
	case T_CreatePublicationStmt:
		create_publication(reading, reinterpret_cast<CreatePublicationStmt *>(node));
		return true;
	case T_AlterPublicationStmt:
		alter_publication(reading, reinterpret_cast<AlterPublicationStmt *>(node));
		return true;
	case T_CreateSubscriptionStmt:
		create_global(reading, OBJECT_SUBSCRIPTION, reinterpret_cast<CreateSubscriptionStmt *>(node)->subname, false,
					  false);
		return true;
	case T_CreateEventTrigStmt:
		create_global(reading, OBJECT_EVENT_TRIGGER, reinterpret_cast<CreateEventTrigStmt *>(node)->trigname, false,
					  false);
		return true;
	default:
		return false;
	}
}

bool
read_create_object(Reading &reading, Node *node)
{
	switch (nodeTag(node)) {
	case T_DefineStmt:
		return define(reading, reinterpret_cast<DefineStmt *>(node));
	case T_CreateEnumStmt:
		create_named(reading, OBJECT_TYPE, reinterpret_cast<CreateEnumStmt *>(node)->typeName, false, false);
		return true;
	case T_CreateRangeStmt:
		create_named(reading, OBJECT_TYPE, reinterpret_cast<CreateRangeStmt *>(node)->typeName, false, false);
		return true;
	case T_CreateDomainStmt:
		create_named(reading, OBJECT_DOMAIN, reinterpret_cast<CreateDomainStmt *>(node)->domainname, false, false);
		return true;
	case T_CreateConversionStmt:
		create_named(reading, OBJECT_CONVERSION, reinterpret_cast<CreateConversionStmt *>(node)->conversion_name, false,
					 false);
		return true;
	case T_CreateFunctionStmt: {
		auto *stmt = reinterpret_cast<CreateFunctionStmt *>(node);

		create_routine(reading, stmt->is_procedure ? OBJECT_PROCEDURE : OBJECT_FUNCTION, stmt->funcname,
					   stmt->parameters, stmt->replace);
		return true;
	}
	case T_CreateOpClassStmt: {
		auto *stmt = reinterpret_cast<CreateOpClassStmt *>(node);

		create_operator_set(reading, OBJECT_OPCLASS, stmt->opclassname, stmt->amname);
		return true;
	}
	case T_CreateOpFamilyStmt: {
		auto *stmt = reinterpret_cast<CreateOpFamilyStmt *>(node);

		create_operator_set(reading, OBJECT_OPFAMILY, stmt->opfamilyname, stmt->amname);
		return true;
	}
	case T_CreateCastStmt: {
		auto *stmt = reinterpret_cast<CreateCastStmt *>(node);
		Node *pair = reinterpret_cast<Node *>(list_make2(stmt->sourcetype, stmt->targettype));

		add_new(reading, OBJECT_CAST, Place{}, "", missing_identity(OBJECT_CAST, pair), InvalidObjectAddress, false);
		return true;
	}
	case T_CreateTransformStmt:
		create_transform(reading, reinterpret_cast<CreateTransformStmt *>(node));
		return true;
	case T_CreateUserMappingStmt: {
		auto *stmt = reinterpret_cast<CreateUserMappingStmt *>(node);

		user_mapping(reading, Action::create, stmt->user, stmt->servername, stmt->if_not_exists);
		return true;
	}
	case T_AlterUserMappingStmt: {
		auto *stmt = reinterpret_cast<AlterUserMappingStmt *>(node);

		user_mapping(reading, Action::alter, stmt->user, stmt->servername, false);
		return true;
	}
	case T_DropUserMappingStmt: {
		auto *stmt = reinterpret_cast<DropUserMappingStmt *>(node);

		reading.statement.if_exists = stmt->missing_ok;
		user_mapping(reading, Action::drop, stmt->user, stmt->servername, false);
		return true;
	}
	case T_ImportForeignSchemaStmt:
		import_foreign_schema(reading, reinterpret_cast<ImportForeignSchemaStmt *>(node));
		return true;
	default:
		return read_create_global(reading, node);
	}
}

} // namespace schema_guard::pg::raw
