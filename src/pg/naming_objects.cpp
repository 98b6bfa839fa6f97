/*
 * naming_objects.cpp - objects as naming rules see them, read from the catalogs.
 */
#include "schema_guard/pg/naming_catalog.hpp"

#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

namespace raw {

static const char *
utf8(const char *name)
{
	return pg_server_to_any(name, static_cast<int>(std::strlen(name)), PG_UTF8);
}

void
set(std::string &to, const char *name)
{
	const char *text = utf8(name);

	to = text;
}

void
add(std::vector<std::string> &to, const char *name)
{
	const char *text = utf8(name);

	to.emplace_back(text);
}

void
set_schema(NamedObject &object, Oid schema)
{
	const char *name = get_namespace_name(schema);

	if (name != nullptr)
		set(object.schema, name);
}

/* False for members of extensions and for what hangs on another object so that only that one can be changed. */
static bool
stands_alone(const Address &address)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[3];
	bool alone = true;

	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(address.classid));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(address.objid));
	ScanKeyInit(&key[2], Anum_pg_depend_objsubid, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(0));

	SysScanDesc scan = systable_beginscan(depend, DependDependerIndexId, true, nullptr, 3, key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		auto form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));

		switch (form->deptype) {
		case DEPENDENCY_EXTENSION:
		case DEPENDENCY_PARTITION_PRI:
		case DEPENDENCY_PARTITION_SEC:
			alone = false;
			break;
		case DEPENDENCY_INTERNAL:
			/* An identity column's sequence can be renamed, unlike all else. */
			if (!(address.classid == RelationRelationId && form->refclassid == RelationRelationId &&
				  form->refobjsubid > 0))
				alone = false;
			break;
		default:
			break;
		}
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return alone;
}

static bool
read_type(LocatedName &name)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(name.address.objid));

	if (!HeapTupleIsValid(tuple))
		return false;

	auto form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
	bool row_of_table = form->typtype == TYPTYPE_COMPOSITE && get_rel_relkind(form->typrelid) != RELKIND_COMPOSITE_TYPE;
	bool wanted = !row_of_table && !IsTrueArrayType(form) && form->typtype != TYPTYPE_MULTIRANGE &&
				  form->typtype != TYPTYPE_PSEUDO && !isAnyTempNamespace(form->typnamespace);

	if (wanted) {
		name.object.object_type = form->typtype == TYPTYPE_DOMAIN ? "domain" : "type";
		name.group = {TypeRelationId, form->typnamespace, 0};
		set(name.object.name, NameStr(form->typname));
		set_schema(name.object, form->typnamespace);
	}
	ReleaseSysCache(tuple);
	return wanted;
}

static bool
read_function(LocatedName &name)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(name.address.objid));

	if (!HeapTupleIsValid(tuple))
		return false;

	auto form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
	bool wanted = !isAnyTempNamespace(form->pronamespace);

	if (wanted) {
		name.object.object_type = form->prokind == PROKIND_PROCEDURE   ? "procedure"
								  : form->prokind == PROKIND_AGGREGATE ? "aggregate"
																	   : "function";
		name.group = {ProcedureRelationId, form->pronamespace, 0};
		set(name.object.name, NameStr(form->proname));
		set_schema(name.object, form->pronamespace);
	}
	ReleaseSysCache(tuple);
	return wanted;
}

/* What a trigger and a policy share: no syscache, a name, a table. */
static bool
read_of_table(LocatedName &name)
{
	bool is_trigger = name.address.classid == TriggerRelationId;
	Relation catalog = table_open(name.address.classid, AccessShareLock);
	HeapTuple tuple =
		get_catalog_object_by_oid(catalog, is_trigger ? Anum_pg_trigger_oid : Anum_pg_policy_oid, name.address.objid);
	bool wanted = false;

	if (HeapTupleIsValid(tuple)) {
		auto trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
		auto policy = reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple));
		Oid table = is_trigger ? trigger->tgrelid : policy->polrelid;
		const char *table_name = get_rel_name(table);

		wanted = table_name != nullptr && get_rel_persistence(table) != RELPERSISTENCE_TEMP &&
				 !(is_trigger && (trigger->tgisinternal || OidIsValid(trigger->tgparentid)));
		if (wanted) {
			name.object.object_type = is_trigger ? "trigger" : "policy";
			name.group = {name.address.classid, table, 0};
			name.carrier = {RelationRelationId, table, 0};
			set(name.object.name, is_trigger ? NameStr(trigger->tgname) : NameStr(policy->polname));
			set(name.object.table, table_name);
			set_schema(name.object, get_rel_namespace(table));
		}
	}
	table_close(catalog, AccessShareLock);
	return wanted;
}

static bool
read_schema(LocatedName &name)
{
	const char *schema = get_namespace_name(name.address.objid);

	if (schema == nullptr || isAnyTempNamespace(name.address.objid))
		return false;
	name.object.object_type = "schema";
	name.group = {NamespaceRelationId, InvalidOid, 0};
	set(name.object.name, schema);
	set(name.object.schema, schema);
	return true;
}

static bool
read_role(LocatedName &name)
{
	const char *role = GetUserNameFromId(name.address.objid, true);

	if (role == nullptr)
		return false;
	name.object.object_type = "role";
	name.group = {AuthIdRelationId, InvalidOid, 0};
	set(name.object.name, role);
	return true;
}

/* Fills name; false when naming rules have nothing to say about such an object. */
static bool
read_object(LocatedName &name)
{
	switch (name.address.classid) {
	case RelationRelationId:
		if (!read_relation(name))
			return false;
		break;
	case ConstraintRelationId:
		if (!read_constraint(name))
			return false;
		break;
	case TypeRelationId:
		if (!read_type(name))
			return false;
		break;
	case ProcedureRelationId:
		if (!read_function(name))
			return false;
		break;
	case TriggerRelationId:
	case PolicyRelationId:
		if (!read_of_table(name))
			return false;
		break;
	case NamespaceRelationId:
		if (!read_schema(name))
			return false;
		break;
	case AuthIdRelationId:
		return read_role(name);
	default:
		return false;
	}
	return stands_alone(name.address) && (name.carrier.objid == InvalidOid || stands_alone(name.carrier));
}

static void
read_address(const Address &address, bool touched_columns_only, std::vector<LocatedName> &names)
{
	/* What initdb made is nobody's to rename. */
	if (address.objid < FirstNormalObjectId)
		return;
	if (address.objsubid != 0) {
		if (address.classid == RelationRelationId && stands_alone({address.classid, address.objid, 0}))
			read_columns(address.objid, static_cast<AttrNumber>(address.objsubid), false, names);
		return;
	}

	LocatedName &name = names.emplace_back();

	name.address = address;
	if (!read_object(name))
		names.pop_back();
	else if (address.classid == RelationRelationId && name.group.kind == 'r')
		read_columns(address.objid, 0, touched_columns_only, names);
}

/* The address of everything in the catalogs that have named objects. */
static void
list_addresses(std::vector<Address> &addresses)
{
	constexpr Oid catalogs[] = {
		RelationRelationId, ConstraintRelationId, TypeRelationId,	   ProcedureRelationId,
		TriggerRelationId,	PolicyRelationId,	  NamespaceRelationId, AuthIdRelationId,
	};

	for (Oid catalog : catalogs) {
		Relation relation = table_open(catalog, AccessShareLock);
		SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);

		while (HeapTuple tuple = systable_getnext(scan)) {
			bool isnull;
			/* All of them begin with their OID. */
			Oid oid = DatumGetObjectId(heap_getattr(tuple, 1, RelationGetDescr(relation), &isnull));

			if (oid >= FirstNormalObjectId)
				addresses.push_back({catalog, oid, 0});
		}
		systable_endscan(scan);
		table_close(relation, AccessShareLock);
	}
}

} // namespace raw

/* Reads one address after the other, each in memory that the next one takes over. */
static void
read_addresses(const std::vector<Address> &addresses, bool touched_columns_only, std::vector<LocatedName> &names)
{
	guard([&] {
		MemoryContext scratch =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard names", ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(scratch);

		for (const Address &address : addresses) {
			CHECK_FOR_INTERRUPTS();
			raw::read_address(address, touched_columns_only, names);
			MemoryContextReset(scratch);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(scratch);
	});
}

/* What only C++ can do: numbers for repeated columns, cut names, the names of siblings. */
static void
complete(std::vector<LocatedName> &names, const NamingRules &rules, std::string_view statement)
{
	NameLimits limits = name_limits();
	std::map<NameGroup, std::shared_ptr<const NameSpace>> groups;
	std::string text = to_utf8(statement);

	for (LocatedName &name : names) {
		NamedObject &object = name.object;

		if (object.columns.size() > 1 && object.object_type != "foreign key")
			object.columns = index_column_names(object.columns, limits);
		if (!text.empty())
			object.written = find_cut_identifier(text, object.name, limits);
		if (!rules.need_siblings(object.object_type))
			continue;

		std::shared_ptr<const NameSpace> &siblings = groups[name.group];

		if (!siblings) {
			auto space = std::make_shared<NameSpace>();
			std::vector<std::string> listed;

			guard([&] { raw::list_names(name.group, listed); });
			for (const std::string &sibling : listed)
				space->add(sibling);
			siblings = std::move(space);
		}
		object.siblings = siblings;
	}
}

std::vector<LocatedName>
named_objects(const std::vector<Address> &addresses, const NamingRules &rules, std::string_view statement)
{
	std::vector<LocatedName> names;

	read_addresses(addresses, true, names);
	guard([&] {
		for (LocatedName &name : names)
			name.is_new = !raw::was_there(name);
	});
	std::erase_if(names, [](const LocatedName &name) { return !name.is_new; });
	complete(names, rules, statement);

	/* What the user named comes before what was named after it. */
	std::stable_sort(names.begin(), names.end(), [](const LocatedName &a, const LocatedName &b) {
		return (a.carrier.objid == InvalidOid) > (b.carrier.objid == InvalidOid);
	});
	return names;
}

std::vector<LocatedName>
all_named_objects(const NamingRules &rules)
{
	std::vector<Address> addresses;
	std::vector<LocatedName> names;

	if (rules.empty())
		return names;
	guard([&] { raw::list_addresses(addresses); });
	read_addresses(addresses, false, names);
	complete(names, rules, {});

	/* In the order in which they can be renamed: what names another in its address goes before it. */
	auto rank = [](const LocatedName &name) {
		switch (name.group.catalog) {
		case TypeRelationId:
			return 3;
		case NamespaceRelationId:
			return 4;
		case AuthIdRelationId:
			return 5;
		case RelationRelationId:
			return name.group.kind == 'r' ? 2 : 1;
		default:
			return 0;
		}
	};
	auto key = [&](const LocatedName &name) {
		const NamedObject &object = name.object;

		return std::tuple(rank(name), std::tie(object.schema, object.table), name.address);
	};

	std::sort(names.begin(), names.end(), [&](const LocatedName &a, const LocatedName &b) { return key(a) < key(b); });
	return names;
}

} // namespace schema_guard::pg
