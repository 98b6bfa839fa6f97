/*
 * naming_relations.cpp - tables, columns, indexes and constraints as naming rules see them.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/naming_catalog.hpp"

namespace schema_guard::pg::raw {

struct Keys {
	int count;
	const int16 *numbers;
};

/* conkey: an int2 array of one dimension without nulls. */
static Keys
constraint_keys(HeapTuple tuple, AttrNumber attribute)
{
	bool isnull;
	Datum datum = SysCacheGetAttr(CONSTROID, tuple, attribute, &isnull);

	if (isnull)
		return {0, nullptr};

	ArrayType *array = DatumGetArrayTypeP(datum);

	if (ARR_NDIM(array) != 1)
		return {0, nullptr};
	return {ARR_DIMS(array)[0], reinterpret_cast<const int16 *>(ARR_DATA_PTR(array))};
}

/* A column's only foreign key makes it one: {referenced_table}_id. */
static void
set_references(Oid relid, std::vector<LocatedName> &names, size_t first)
{
	Relation constraints = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));

	SysScanDesc scan = systable_beginscan(constraints, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		auto form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));

		if (form->contype != CONSTRAINT_FOREIGN)
			continue;

		Keys own = constraint_keys(tuple, Anum_pg_constraint_conkey);
		Keys other = constraint_keys(tuple, Anum_pg_constraint_confkey);
		const char *referenced = get_rel_name(form->confrelid);

		if (own.count != 1 || other.count != 1 || referenced == nullptr)
			continue;

		const char *referenced_column = get_attname(form->confrelid, other.numbers[0], true);

		for (size_t i = first; i < names.size(); ++i) {
			NamedObject &column = names[i].object;

			if (names[i].address.objsubid != own.numbers[0] || !column.referenced_table.empty())
				continue;
			set(column.referenced_table, referenced);
			if (referenced_column != nullptr)
				add(column.referenced_columns, referenced_column);
		}
	}
	systable_endscan(scan);
	table_close(constraints, AccessShareLock);
}

void
read_columns(Oid relid, AttrNumber one, bool touched_only, std::vector<LocatedName> &names)
{
	HeapTuple relation = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	size_t first = names.size();

	if (!HeapTupleIsValid(relation))
		return;

	auto table = reinterpret_cast<Form_pg_class>(GETSTRUCT(relation));
	char kind = table->relkind;

	if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_FOREIGN_TABLE) ||
		table->relpersistence == RELPERSISTENCE_TEMP) {
		ReleaseSysCache(relation);
		return;
	}

	const char *schema = get_namespace_name(table->relnamespace);
	Relation attributes = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData key[2];

	ScanKeyInit(&key[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&key[1], Anum_pg_attribute_attnum, one != 0 ? BTEqualStrategyNumber : BTGreaterStrategyNumber,
				one != 0 ? F_INT2EQ : F_INT2GT, Int16GetDatum(one));

	SysScanDesc scan = systable_beginscan(attributes, AttributeRelidNumIndexId, true, nullptr, 2, key);

	while (HeapTuple tuple = systable_getnext(scan)) {
		auto form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));

		if (form->attisdropped || (form->attinhcount > 0 && !form->attislocal) ||
			(touched_only && !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data))))
			continue;

		LocatedName &column = names.emplace_back();

		column.address = {RelationRelationId, relid, form->attnum};
		column.group = {AttributeRelationId, relid, 0};
		column.carrier = {RelationRelationId, relid, 0};
		column.object.object_type = "column";
		set(column.object.schema, schema != nullptr ? schema : "");
		set(column.object.table, NameStr(table->relname));
		set(column.object.name, NameStr(form->attname));
	}
	systable_endscan(scan);
	table_close(attributes, AccessShareLock);
	ReleaseSysCache(relation);
	if (names.size() > first)
		set_references(relid, names, first);
}

static void
set_index_columns(Oid index, NamedObject &object)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool plain = true;

	if (!HeapTupleIsValid(tuple))
		return;

	auto form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));

	for (int i = 0; i < form->indnatts; ++i) {
		AttrNumber number = form->indkey.values[i];
		const char *name = number != 0 ? get_attname(form->indrelid, number, true)
									   : get_attname(index, static_cast<AttrNumber>(i + 1), true);

		plain = plain && number != 0;
		if (name == nullptr)
			continue;
		add(object.columns, name);
		if (i < form->indnkeyatts)
			add(object.key_columns, name);
	}
	if (!plain)
		object.key_columns.clear();
	if (object.object_type == "index" && form->indisunique)
		object.object_type = "unique index";
	ReleaseSysCache(tuple);
}

bool
read_relation(LocatedName &name)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(name.address.objid));

	if (!HeapTupleIsValid(tuple))
		return false;

	auto form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
	NamedObject &object = name.object;
	bool wanted = form->relpersistence != RELPERSISTENCE_TEMP && form->relnamespace != PG_TOAST_NAMESPACE;
	Oid table = InvalidOid;
	int32 column = 0;

	name.group = {RelationRelationId, form->relnamespace, 'r'};
	switch (form->relkind) {
	case RELKIND_RELATION:
	case RELKIND_PARTITIONED_TABLE:
		object.object_type = "table";
		break;
	case RELKIND_FOREIGN_TABLE:
		object.object_type = "foreign table";
		break;
	case RELKIND_VIEW:
		object.object_type = "view";
		break;
	case RELKIND_MATVIEW:
		object.object_type = "materialized view";
		break;
	case RELKIND_SEQUENCE:
		object.object_type = "sequence";
		name.group.kind = 'S';
		if (sequenceIsOwned(name.address.objid, DEPENDENCY_AUTO, &table, &column) ||
			sequenceIsOwned(name.address.objid, DEPENDENCY_INTERNAL, &table, &column)) {
			const char *column_name = get_attname(table, static_cast<AttrNumber>(column), true);

			if (column_name != nullptr)
				add(object.columns, column_name);
		}
		break;
	case RELKIND_INDEX:
	case RELKIND_PARTITIONED_INDEX:
		object.object_type = "index";
		name.group.kind = 'i';
		table = IndexGetRelation(name.address.objid, true);
		set_index_columns(name.address.objid, object);
		break;
	default:
		wanted = false; /* TOAST; a composite type is seen as the type */
	}
	if (wanted) {
		const char *table_name = OidIsValid(table) ? get_rel_name(table) : nullptr;

		set(object.name, NameStr(form->relname));
		set_schema(object, form->relnamespace);
		if (table_name != nullptr) {
			set(object.table, table_name);
			name.carrier = {RelationRelationId, table, 0};
		}
	}
	ReleaseSysCache(tuple);
	return wanted;
}

static const char *
constraint_type(char contype)
{
	switch (contype) {
	case CONSTRAINT_PRIMARY:
		return "primary key";
	case CONSTRAINT_UNIQUE:
		return "unique";
	case CONSTRAINT_FOREIGN:
		return "foreign key";
	case CONSTRAINT_CHECK:
		return "check";
	case CONSTRAINT_EXCLUSION:
		return "exclusion";
	case 'n': /* since 18 */
		return "not null";
	default:
		return nullptr; /* of a constraint trigger, which has the same name */
	}
}

bool
read_constraint(LocatedName &name)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(name.address.objid));

	if (!HeapTupleIsValid(tuple))
		return false;

	auto form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
	NamedObject &object = name.object;
	const char *type = constraint_type(form->contype);
	bool inherited = OidIsValid(form->conparentid) || (form->coninhcount > 0 && !form->conislocal);
	HeapTuple domain = nullptr;
	const char *table = nullptr;

	if (OidIsValid(form->conrelid)) {
		if (get_rel_persistence(form->conrelid) != RELPERSISTENCE_TEMP)
			table = get_rel_name(form->conrelid);
	} else if (OidIsValid(form->contypid) && !isAnyTempNamespace(form->connamespace)) {
		domain = SearchSysCache1(TYPEOID, ObjectIdGetDatum(form->contypid));
		if (HeapTupleIsValid(domain))
			table = NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(domain))->typname);
	}

	bool wanted = type != nullptr && !inherited && table != nullptr;

	if (wanted) {
		object.object_type = type;
		if (OidIsValid(form->conrelid)) {
			name.group = {ConstraintRelationId, form->conrelid, 0};
			name.carrier = {RelationRelationId, form->conrelid, 0};
		} else {
			name.group = {ConstraintRelationId, form->contypid, 'd'};
			name.carrier = {TypeRelationId, form->contypid, 0};
		}
		set(object.name, NameStr(form->conname));
		set(object.table, table);
		set_schema(object, form->connamespace);

		Keys keys = constraint_keys(tuple, Anum_pg_constraint_conkey);

		for (int i = 0; i < keys.count && OidIsValid(form->conrelid); ++i) {
			const char *column = get_attname(form->conrelid, keys.numbers[i], true);

			if (column == nullptr)
				continue;
			add(object.key_columns, column);
			/* A check of several columns is named after none of them. */
			if (form->contype == CONSTRAINT_FOREIGN || keys.count == 1)
				add(object.columns, column);
		}
		if (form->contype == CONSTRAINT_FOREIGN) {
			const char *referenced = get_rel_name(form->confrelid);
			Keys others = constraint_keys(tuple, Anum_pg_constraint_confkey);

			if (referenced != nullptr)
				set(object.referenced_table, referenced);
			for (int i = 0; i < others.count; ++i) {
				const char *column = get_attname(form->confrelid, others.numbers[i], true);

				if (column != nullptr)
					add(object.referenced_columns, column);
			}
		} else if (OidIsValid(form->conindid)) {
			object.columns.clear();
			object.key_columns.clear();
			set_index_columns(form->conindid, object);
		}
	}
	if (HeapTupleIsValid(domain))
		ReleaseSysCache(domain);
	ReleaseSysCache(tuple);
	return wanted;
}

} // namespace schema_guard::pg::raw

namespace schema_guard::pg {

void
describe_index(const IndexStmt *index, NamedObject &object)
{
	bool plain = true;

	object.object_type = index->unique ? "unique index" : "index";
	object.table = index->relation->relname;
	guard([&] {
		for (const List *elements : {index->indexParams, index->indexIncludingParams}) {
			ListCell *cell;

			foreach (cell, elements) {
				auto element = static_cast<const IndexElem *>(lfirst(cell));
				const char *name = element->name != nullptr ? element->name : FigureIndexColname(element->expr);

				plain = plain && element->name != nullptr;
				object.columns.emplace_back(name != nullptr ? name : "expr");
				if (elements == index->indexParams)
					object.key_columns.emplace_back(object.columns.back());
			}
		}
	});
	if (!plain)
		object.key_columns.clear();
}

} // namespace schema_guard::pg
