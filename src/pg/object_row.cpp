/*
 * object_row.cpp - objects out of single rows, property by property as the kinds' queries have them; see object_row.hpp.
 */
#include "schema_guard/pg/object_row.hpp"

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/text/sql.hpp"

extern "C" {
#include "catalog/pg_sequence.h"
}

namespace schema_guard::pg::rows {

using catalog::Object;

namespace {

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

void
put(Object &object, std::string_view property, const char *text)
{
	if (text != nullptr)
		object.set(property, text);
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
type_name(Oid type, int32 modifier)
{
	bits16 flags = FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_ALLOW_INVALID;

	/* The system's own are unqualified, unless something else of the name comes first. */
	if (type >= FirstNormalObjectId)
		flags |= FORMAT_TYPE_FORCE_QUALIFY;

	const char *name = format_type_extended(type, modifier, flags);

	return type < FirstNormalObjectId && strncmp(name, "pg_catalog.", 11) == 0 ? name + 11 : name;
}

Object &
add(const catalog::Kind &kind, const Item &item, Found &found)
{
	Object &object = found.objects.emplace_back(kind);

	object.address = item.address;
	return object;
}

void
leave(const Item &item, Oid oid, Found &found)
{
	found.queries[found.objects.back().kind().name].insert(oid);
	found.awaited.push_back({item.address, found.objects.back().kind().name, oid});
	found.objects.pop_back();
}

bool
has_attribute(int cache, HeapTuple tuple, AttrNumber column)
{
	bool isnull;

	(void) SysCacheGetAttr(cache, tuple, column, &isnull);
	return !isnull;
}

void
put_relation_options(const Item &item, Object &object)
{
	List *options = NIL;
	bool isnull;
	Oid toast = item.facts->row->reltoastrelid;
	Datum value = SysCacheGetAttr(RELOID, item.tuple, Anum_pg_class_reloptions, &isnull);

	if (!isnull)
		options = add_options(options, value, "");
	if (OidIsValid(toast)) {
		HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(toast));

		if (HeapTupleIsValid(tuple)) {
			value = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
			if (!isnull)
				options = add_options(options, value, "toast.");
			ReleaseSysCache(tuple);
		}
	}
	put_options(object, options);
}

void
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
	List *options = add_options(NIL, value, ""), *kept = NIL;
	const ListCell *cell;

	foreach (cell, options) {
		if (strncmp(static_cast<char *>(lfirst(cell)), "pg_", 3) != 0)
			kept = lappend(kept, lfirst(cell));
	}
	put_options(object, kept);
}

int
statistics_target(HeapTuple column)
{
	bool isnull;
	Datum target = SysCacheGetAttr(ATTNUM, column, Anum_pg_attribute_attstattarget, &isnull);

#if PG_VERSION_NUM >= 170000
	return isnull ? -1 : DatumGetInt16(target);
#else
	return DatumGetInt32(target);
#endif
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
	bool isnull;

	if (has_attribute(ATTNUM, item.tuple, Anum_pg_attribute_attfdwoptions))
		return false;

	object.identity.assign({item.facts->schema, item.facts->name, NameStr(row->attname)});
	put(object, "type", type_name(row->atttypid, row->atttypmod));
	object.set("position", std::to_string(row->attnum));
	if (row->attstorage != type.storage)
		put(object, "storage", storage_name(row->attstorage));
	put(object, usual_storage, storage_name(type.storage));
	put(object, "compression", row->attcompression == 'p' ? "pglz" : row->attcompression == 'l' ? "lz4" : nullptr);
	put_number(object, "statistics", statistics_target(item.tuple), -1);

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
		if (known->local != row->attislocal && !item.facts->row->relispartition)
			put(object, "not_null_origin", known->local ? "own" : "inherited");
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
form(const Item &item, const Access &access, Found &found)
{
	switch (item.what) {
	case What::table:
		return form_table(item, found);
	case What::column:
		return form_column(item, found);
	case What::default_:
		return form_default(item, access, found);
	case What::constraint:
		return form_constraint(item, access, found);
	case What::index:
		return form_index(item, access, found);
	case What::sequence:
		return form_sequence(item, found);
	case What::view:
		return form_view(item, access, found);
	case What::view_column:
		return form_view_column(item, found);
	}
}

} // namespace raw

} // namespace schema_guard::pg::rows
