/*
 * object_row.cpp - objects out of single rows, property by property as the kinds' queries have them.
 */
#include "schema_guard/pg/object_row.hpp"

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/text/sql.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_sequence.h"
#include "commands/comment.h"
#include "utils/fmgrprotos.h"
}

namespace schema_guard::pg::rows {

using catalog::Object;

namespace {

void
put(Object &object, std::string_view property, const char *text)
{
	if (text != nullptr)
		object.set(property, catalog::Value(std::in_place, text));
}

void
flag(Object &object, std::string_view property, bool on)
{
	if (on)
		put(object, property, "true");
}

void
put_number(Object &object, std::string_view property, int64_t number, int64_t usual)
{
	if (number != usual)
		object.set(property, std::to_string(number));
}

const char *
storage_name(char letter)
{
	switch (letter) {
	case TYPSTORAGE_PLAIN:
		return "plain";
	case TYPSTORAGE_EXTERNAL:
		return "external";
	case TYPSTORAGE_MAIN:
		return "main";
	default:
		return "extended";
	}
}

} // namespace

namespace raw {

static Datum
attribute(Oid catalog, HeapTuple tuple, AttrNumber column, bool *isnull)
{
	Relation relation = table_open(catalog, AccessShareLock);
	Datum value = heap_getattr(tuple, column, RelationGetDescr(relation), isnull);

	table_close(relation, AccessShareLock);
	return value;
}

/* A text function of the server; null where it returns NULL. */
static char *
text_of(PGFunction function, int count, Datum first, Datum second)
{
	LOCAL_FCINFO(fcinfo, 2);

	InitFunctionCallInfoData(*fcinfo, nullptr, count, InvalidOid, nullptr, nullptr);
	fcinfo->args[0] = {first, false};
	fcinfo->args[1] = {second, false};

	Datum result = function(fcinfo);

	return fcinfo->isnull ? nullptr : TextDatumGetCString(result);
}

/* As format_type() has it where the search_path is pg_catalog, whatever it is. */
static const char *
type_name(Oid type, int32 modifier)
{
	bits16 flags = FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_ALLOW_INVALID;

	/* The system's own are unqualified, unless something else of the name comes first. */
	if (type >= FirstNormalObjectId)
		flags |= FORMAT_TYPE_FORCE_QUALIFY;

	const char *name = format_type_extended(type, modifier, flags);

	return type < FirstNormalObjectId && strncmp(name, "pg_catalog.", 11) == 0 ? name + 11 : name;
}

static Object &
add(const catalog::Kind &kind, const Item &item, Found &found)
{
	Object &object = found.objects.emplace_back(kind);

	object.address = item.address;
	return object;
}

/* The object turns out to be one for its kind's query. */
static void
leave(const Item &item, Oid oid, Found &found)
{
	found.queries[found.objects.back().kind().name].insert(oid);
	found.awaited.push_back({item.address, found.objects.back().kind().name, oid});
	found.objects.pop_back();
}

static bool
has_attribute(int cache, HeapTuple tuple, AttrNumber column)
{
	bool isnull;

	(void) SysCacheGetAttr(cache, tuple, column, &isnull);
	return !isnull;
}

/* Of a relation: its own options, and those of its TOAST table. */
static void
put_relation_options(const Item &item, Object &object)
{
	char *options[most_options];
	bool isnull;
	int count = 0;
	Oid toast = item.facts->row->reltoastrelid;
	Datum value = SysCacheGetAttr(RELOID, item.tuple, Anum_pg_class_reloptions, &isnull);

	if (!isnull)
		count = options_of(value, "", options);
	if (OidIsValid(toast)) {
		HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(toast));

		if (HeapTupleIsValid(tuple)) {
			value = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
			if (!isnull)
				count += options_of(value, "toast.", options + count);
			ReleaseSysCache(tuple);
		}
	}
	put_options(object, options, count);
}

static void
put_relation_grants(const Item &item, Object &object, ObjectType type)
{
	bool isnull;
	Datum acl = SysCacheGetAttr(RELOID, item.tuple, Anum_pg_class_relacl, &isnull);

	if (!isnull)
		put_grants(object, acl, type, item.facts->row->relowner);
}

static void
form_table(const Item &item, Found &found)
{
	const FormData_pg_class *row = item.facts->row;
	Object &object = add(catalog::table_kind, item, found);

	if (OidIsValid(row->reltablespace) || row->relam != HEAP_TABLE_AM_OID ||
		MyDatabaseTableSpace != DEFAULTTABLESPACE_OID) {
		leave(item, item.facts->oid, found);
		return;
	}
	object.identity.assign({item.facts->schema, item.facts->name});
	put(object, "owner", GetUserNameFromId(row->relowner, false));
	flag(object, "unlogged", row->relpersistence == RELPERSISTENCE_UNLOGGED);
	put(object, "replica_identity",
		row->relreplident == REPLICA_IDENTITY_FULL		? "full"
		: row->relreplident == REPLICA_IDENTITY_NOTHING ? "nothing"
		: row->relreplident == REPLICA_IDENTITY_INDEX	? "index"
														: nullptr);
	flag(object, "row_security", row->relrowsecurity);
	flag(object, "force_row_security", row->relforcerowsecurity);
	put_relation_options(item, object);
	put_relation_grants(item, object, OBJECT_TABLE);
}

/* Those whose names begin with pg_ are the server's. */
static void
put_attribute_options(Datum value, Object &object)
{
	char *options[most_options];
	int count = options_of(value, "", options), kept = 0;

	for (int i = 0; i < count; i++) {
		if (strncmp(options[i], "pg_", 3) != 0)
			options[kept++] = options[i];
	}
	put_options(object, options, kept);
}

struct ColumnType {
	bool domain;
	char storage;
	Oid collation;
};

static ColumnType
column_type(Oid oid)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", oid);

	auto *row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
	ColumnType type{row->typtype == TYPTYPE_DOMAIN, row->typstorage, row->typcollation};

	ReleaseSysCache(tuple);
	return type;
}

/* What tables' and views' columns have alike; false: there is more to it. */
static bool
form_attribute(const Item &item, Object &object, const ColumnType &type, const char *usual_storage)
{
	auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(item.tuple));
	bool isnull = false;

	if (has_attribute(ATTNUM, item.tuple, Anum_pg_attribute_attfdwoptions))
		return false;

	Datum target = SysCacheGetAttr(ATTNUM, item.tuple, Anum_pg_attribute_attstattarget, &isnull);
#if PG_VERSION_NUM >= 170000
	int statistics = isnull ? -1 : DatumGetInt16(target);
#else
	int statistics = DatumGetInt32(target);
#endif

	object.identity.assign({item.facts->schema, item.facts->name, NameStr(row->attname)});
	put(object, "type", type_name(row->atttypid, row->atttypmod));
	object.set("position", std::to_string(row->attnum));
	if (row->attstorage != type.storage)
		put(object, "storage", storage_name(row->attstorage));
	put(object, usual_storage, storage_name(type.storage));
	put(object, "compression", row->attcompression == 'p' ? "pglz" : row->attcompression == 'l' ? "lz4" : nullptr);
	put_number(object, "statistics", statistics, -1);

	Datum value = SysCacheGetAttr(ATTNUM, item.tuple, Anum_pg_attribute_attoptions, &isnull);
	if (!isnull)
		put_attribute_options(value, object);
	value = SysCacheGetAttr(ATTNUM, item.tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
		put_grants(object, value, OBJECT_COLUMN, InvalidOid);
	return true;
}

/* Since 18 a NOT NULL has a name, which tells something where it is not the usual one. */
static bool
form_not_null(const Item &item, Object &object)
{
	auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(item.tuple));

	for (const NotNull *known = item.facts->not_nulls; known != nullptr; known = known->next) {
		if (known->column != row->attnum)
			continue;
		if (known->commented ||
			strcmp(known->name, psprintf("%s_%s_not_null", item.facts->name, NameStr(row->attname))) != 0)
			return false;
		flag(object, "not_null_no_inherit", known->no_inherit);
		flag(object, "not_null_not_valid", known->not_valid);
	}
	return true;
}

static void
form_column(const Item &item, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(item.tuple));
	ColumnType type = column_type(row->atttypid);
	Object &object = add(catalog::column_kind, item, found);

	if (type.domain || row->attcollation != type.collation || row->attgenerated != '\0' ||
		!form_attribute(item, object, type, "type_storage") || !form_not_null(item, object)) {
		leave(item, item.facts->oid, found);
	} else {
		flag(object, "not_null", row->attnotnull);
		put(object, "identity",
			row->attidentity == ATTRIBUTE_IDENTITY_ALWAYS		? "always"
			: row->attidentity == ATTRIBUTE_IDENTITY_BY_DEFAULT ? "by default"
																: nullptr);
		flag(object, "inherited", !row->attislocal);
	}
}

static void
form_view_column(const Item &item, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(item.tuple));
	ColumnType type = column_type(row->atttypid);
	Object &object = add(catalog::view_column_kind, item, found);

	if (row->atthasdef || row->attcollation != type.collation || !form_attribute(item, object, type, "default_storage"))
		leave(item, item.facts->oid, found);
}

static bool begin_texts(const Item &item, Reading &reading, Found &found);
static bool can_open_view(Oid view);

static void
form_view(const Item &item, Reading &reading, Found &found)
{
	Object &object = add(catalog::view_kind, item, found);
	bool left = false;

	if (!begin_texts(item, reading, found))
		return;
	if (!can_open_view(item.facts->oid)) {
		found.objects.pop_back();
		return;
	}

	char *query = text_of(pg_get_viewdef, 1, ObjectIdGetDatum(item.facts->oid), 0);
	std::vector<std::string> &columns = object.identity;

	if (query != nullptr) {
		size_t length = strlen(query);

		if (length > 0)
			query[length - 1] = '\0';
		while (*query == ' ')
			query++;
	}
	put(object, "query", query);

	/* The identity is not needed yet: a place for texts that outlives an error. */
	for (AttrNumber number = 1; number <= item.facts->row->relnatts; number++) {
		HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(item.facts->oid), Int16GetDatum(number));

		if (!HeapTupleIsValid(tuple))
			continue;

		auto *column = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));

		if (!column->attisdropped) {
			StringInfoData text;

			initStringInfo(&text);
			appendStringInfo(&text, "%s %s", quote_identifier(NameStr(column->attname)),
							 type_name(column->atttypid, column->atttypmod));
			left = left || column->attcollation != get_typcollation(column->atttypid);
			columns.emplace_back(text.data);
		}
		ReleaseSysCache(tuple);
	}
	if (left) {
		leave(item, item.facts->oid, found);
		return;
	}
	object.set("columns", sql::write_array(columns));
	object.identity.assign({item.facts->schema, item.facts->name});
	put(object, "owner", GetUserNameFromId(item.facts->row->relowner, false));
	put_relation_options(item, object);
	put_relation_grants(item, object, OBJECT_TABLE);
}

/* Takes on what deparsing needs; false: somebody has locked the relation whose expressions it would look at. */
static bool
begin_texts(const Item &item, Reading &reading, Found &found)
{
	pg::raw::begin_reading(&reading);
	if (can_open(item.facts->oid))
		return true;
	found.objects.pop_back();
	return false;
}

/* The server opens the relations of a view to write it out. */
static bool
can_open_view(Oid view)
{
	Relation relation = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	bool can = true;

	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RewriteRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(get_rewrite_oid(view, "_RETURN", false)));

	SysScanDesc rows = systable_beginscan(relation, DependDependerIndexId, true, nullptr, 2, key);
	HeapTuple tuple;

	while (can && HeapTupleIsValid(tuple = systable_getnext(rows))) {
		auto *row = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));

		if (row->refclassid == RelationRelationId && row->refobjid >= FirstNormalObjectId)
			can = can_open(row->refobjid);
	}
	systable_endscan(rows);
	table_close(relation, AccessShareLock);
	return can;
}

/* As the query asks: does the expression call something volatile, by the OIDs in its tree? */
static bool
calls_volatile(const char *tree)
{
	for (const char *label : {":funcid ", ":opfuncid "}) {
		for (const char *at = tree; (at = strstr(at, label)) != nullptr;) {
			at += strlen(label);

			Oid function = static_cast<Oid>(strtoul(at, nullptr, 10));

			if (OidIsValid(function) && func_volatile(function) == PROVOLATILE_VOLATILE)
				return true;
		}
	}
	return false;
}

static void
form_default(const Item &item, Reading &reading, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(item.tuple));
	bool isnull;
	Datum tree = attribute(AttrDefaultRelationId, item.tuple, Anum_pg_attrdef_adbin, &isnull);
	char *column = get_attname(row->adrelid, row->adnum, false);
	Object &object = add(catalog::default_kind, item, found);

	if (!begin_texts(item, reading, found))
		return;
	object.parent = {RelationRelationId, item.facts->oid, 0};
	object.identity.assign({item.facts->schema, item.facts->name, column});
	put(object, "expression", text_of(pg_get_expr, 2, tree, ObjectIdGetDatum(row->adrelid)));
	flag(object, "volatile", calls_volatile(TextDatumGetCString(tree)));
}

/* Options, tablespace, statistics targets and extensions of an index are for the query to tell. */
static bool
is_plain_index(Oid index)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool plain = true;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);

	auto *row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));

	plain = !has_attribute(RELOID, tuple, Anum_pg_class_reloptions) && !OidIsValid(row->reltablespace);
	for (AttrNumber number = 1; plain && number <= row->relnatts; number++) {
		HeapTuple column = SearchSysCache2(ATTNUM, ObjectIdGetDatum(index), Int16GetDatum(number));

		if (HeapTupleIsValid(column)) {
			bool isnull;
			Datum target = SysCacheGetAttr(ATTNUM, column, Anum_pg_attribute_attstattarget, &isnull);
#if PG_VERSION_NUM >= 170000
			plain = isnull || DatumGetInt16(target) < 0;
#else
			plain = DatumGetInt32(target) < 0;
#endif
			ReleaseSysCache(column);
		}
	}
	ReleaseSysCache(tuple);
	return plain && getAutoExtensionsOfObject(RelationRelationId, index) == NIL;
}

static void
form_marks(Object &object, const FormData_pg_index *index)
{
	flag(object, "clustered", index->indisclustered);
	flag(object, "replica_identity", index->indisreplident);
}

/* What pg_get_constraintdef() writes at the end, in its order. */
static const char *
suffix_of(const FormData_pg_constraint *row)
{
	return psprintf("%s%s%s%s", row->contype == CONSTRAINT_CHECK && row->connoinherit ? " NO INHERIT" : "",
					row->condeferrable ? " DEFERRABLE" : "", row->condeferred ? " INITIALLY DEFERRED" : "",
					row->convalidated ? "" : " NOT VALID");
}

static const char *
constraint_type(char type)
{
	switch (type) {
	case CONSTRAINT_CHECK:
		return "check";
	case CONSTRAINT_FOREIGN:
		return "foreign key";
	case CONSTRAINT_PRIMARY:
		return "primary key";
	case CONSTRAINT_UNIQUE:
		return "unique";
	default:
		return "exclude";
	}
}

static void
form_constraint(const Item &item, Reading &reading, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(item.tuple));
	bool check = row->contype == CONSTRAINT_CHECK;
	bool indexed = !check && row->contype != CONSTRAINT_FOREIGN;
	bool left = check && !row->conislocal;
	HeapTuple index_tuple = nullptr;
	Object &object = add(catalog::constraint_kind, item, found);

	/* Before anything is held that is to be given back by the same owner. */
	if (!begin_texts(item, reading, found))
		return;
#if PG_VERSION_NUM >= 180000
	left = left || !row->conenforced;
#endif
	if (indexed)
		index_tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(row->conindid));
	if (left || (indexed && (!HeapTupleIsValid(index_tuple) || !is_plain_index(row->conindid)))) {
		leave(item, item.facts->oid, found);
	} else {
		char *definition = text_of(pg_get_constraintdef, 1, ObjectIdGetDatum(row->oid), 0);
		size_t cut = strlen(suffix_of(row));

		if (definition == nullptr)
			elog(ERROR, "cache lookup failed for constraint %u", row->oid);
		definition[strlen(definition) - cut] = '\0';
		object.parent = {RelationRelationId, item.facts->oid, 0};
		object.identity.assign({item.facts->schema, item.facts->name, NameStr(row->conname)});
		put(object, "type", constraint_type(row->contype));
		put(object, "definition", definition);
		flag(object, "deferrable", row->condeferrable);
		flag(object, "initially_deferred", row->condeferred);
		flag(object, "not_valid", !row->convalidated);
		flag(object, "no_inherit", check && row->connoinherit);
		if (indexed) {
			form_marks(object, reinterpret_cast<Form_pg_index>(GETSTRUCT(index_tuple)));
			put(object, "index_comment", GetComment(row->conindid, RelationRelationId, 0));
		}
	}
	if (HeapTupleIsValid(index_tuple))
		ReleaseSysCache(index_tuple);
}

static void
form_index(const Item &item, Reading &reading, Found &found)
{
	Oid index = item.address.objid;

	pg::raw::begin_reading(&reading);
	if (!can_open(item.facts->oid))
		return;

	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	const char *name = NameStr(reinterpret_cast<Form_pg_class>(GETSTRUCT(item.tuple))->relname);
	Object &object = add(catalog::index_kind, item, found);

	if (!HeapTupleIsValid(tuple) || !is_plain_index(index)) {
		leave(item, item.facts->oid, found);
	} else {
		auto *row = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
		char *definition = text_of(pg_get_indexdef, 1, ObjectIdGetDatum(index), 0);
		size_t cut = strlen(row->indisunique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
					 strlen(quote_identifier(name)) + strlen(" ON ") + strlen(quote_identifier(item.facts->schema)) +
					 1 + strlen(quote_identifier(item.facts->name)) + 1;

		if (definition == nullptr || strlen(definition) < cut)
			elog(ERROR, "the definition of index %u is not what it should be", index);
		object.parent = {RelationRelationId, item.facts->oid, 0};
		object.identity.assign({item.facts->schema, name});
		put(object, "table", item.facts->name);
		flag(object, "unique", row->indisunique);
		put(object, "definition", definition + cut);
		form_marks(object, row);
		flag(object, "invalid", !row->indisvalid);
	}
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
}

/* The column that owns the sequence, or has it for its identity. */
static bool
find_owner(Oid sequence, Address *column, char *type)
{
	Oid table;
	int32 number;

	for (char kind : {DEPENDENCY_INTERNAL, DEPENDENCY_AUTO}) {
		if (sequenceIsOwned(sequence, kind, &table, &number)) {
			*column = {RelationRelationId, table, number};
			*type = kind;
			return true;
		}
	}
	return false;
}

static void
form_sequence(const Item &item, Found &found)
{
	HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(item.facts->oid));
	Object &object = add(catalog::sequence_kind, item, found);

	if (!HeapTupleIsValid(tuple)) {
		leave(item, item.facts->oid, found);
		return;
	}

	auto *row = reinterpret_cast<Form_pg_sequence>(GETSTRUCT(tuple));
	bool up = row->seqincrement > 0;
	int64 most = row->seqtypid == INT2OID ? PG_INT16_MAX : row->seqtypid == INT4OID ? PG_INT32_MAX : PG_INT64_MAX;
	Address column;
	char type;

	object.identity.assign({item.facts->schema, item.facts->name});
	if (find_owner(item.facts->oid, &column, &type)) {
		const char *schema = get_namespace_name(get_rel_namespace(column.objid));
		const char *table = get_rel_name(column.objid);
		const char *name = get_attname(column.objid, static_cast<AttrNumber>(column.objsubid), true);

		object.parent = {column.classid, column.objid, 0};
		flag(object, "identity", type == DEPENDENCY_INTERNAL);
		if (schema != nullptr && table != nullptr && name != nullptr)
			object.set("owned_by", sql::write_array({schema, table, name}));
	}
	if (row->seqtypid != INT8OID)
		put(object, "type", type_name(row->seqtypid, -1));
	put_number(object, "increment", row->seqincrement, 1);
	put_number(object, "minimum", row->seqmin, up ? 1 : -most - 1);
	put_number(object, "maximum", row->seqmax, up ? most : -1);
	put_number(object, "start", row->seqstart, up ? row->seqmin : row->seqmax);
	put_number(object, "cache", row->seqcache, 1);
	flag(object, "cycle", row->seqcycle);
	flag(object, "unlogged", item.facts->row->relpersistence == RELPERSISTENCE_UNLOGGED);
	put(object, "owner", GetUserNameFromId(item.facts->row->relowner, false));
	ReleaseSysCache(tuple);
	put_relation_grants(item, object, OBJECT_SEQUENCE);
}

void
form(const Item &item, Reading &reading, Found &found)
{
	switch (item.what) {
	case What::table:
		return form_table(item, found);
	case What::column:
		return form_column(item, found);
	case What::default_:
		return form_default(item, reading, found);
	case What::constraint:
		return form_constraint(item, reading, found);
	case What::index:
		return form_index(item, reading, found);
	case What::sequence:
		return form_sequence(item, found);
	case What::view:
		return form_view(item, reading, found);
	case What::view_column:
		return form_view_column(item, found);
	}
}

} // namespace raw

} // namespace schema_guard::pg::rows
