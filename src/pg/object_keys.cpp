/*
 * object_keys.cpp - definitions of keys and indexes out of names of columns, in the server's words; see object_row.hpp.
 *
 * The server's own functions look for the default operator classes of every type there is, and open tables that others
 * may have locked.  What has more to it than columns is left to them.
 */
#include "schema_guard/pg/object_row.hpp"

extern "C" {
#include "catalog/pg_opclass.h"
#include "utils/typcache.h"
}

namespace schema_guard::pg::rows::raw {

const char *
column_name(const Facts *facts, AttrNumber number)
{
	if (number > 0 && number <= facts->row->relnatts && facts->column_names[number] != nullptr)
		return facts->column_names[number];
	return get_attname(facts->oid, number, false);
}

static void
add_columns(StringInfo text, const Facts *facts, const int16 *numbers, int count)
{
	for (int i = 0; i < count; i++)
		appendStringInfo(text, "%s%s", i == 0 ? "(" : ", ", quote_identifier(column_name(facts, numbers[i])));
	appendStringInfoChar(text, ')');
}

/* WITHOUT OVERLAPS or PERIOD, since 18. */
static bool
is_temporal(const FormData_pg_constraint *row)
{
#if PG_VERSION_NUM >= 180000
	return row->conperiod;
#else
	(void) row;
	return false;
#endif
}

const char *
key_definition(const Item &item, const FormData_pg_index *index)
{
	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(item.tuple));
	bool plain = (row->contype == CONSTRAINT_PRIMARY || row->contype == CONSTRAINT_UNIQUE) &&
				 index->indnatts == index->indnkeyatts && !index->indnullsnotdistinct && !is_temporal(row);
	StringInfoData text;

	if (!plain)
		return nullptr;
	initStringInfo(&text);
	appendStringInfoString(&text, row->contype == CONSTRAINT_PRIMARY ? "PRIMARY KEY " : "UNIQUE ");
	add_columns(&text, item.facts, index->indkey.values, index->indnkeyatts);
	return text.data;
}

static const char *
action_of(char letter)
{
	switch (letter) {
	case FKCONSTR_ACTION_RESTRICT:
		return "RESTRICT";
	case FKCONSTR_ACTION_CASCADE:
		return "CASCADE";
	case FKCONSTR_ACTION_SETNULL:
		return "SET NULL";
	case FKCONSTR_ACTION_SETDEFAULT:
		return "SET DEFAULT";
	default:
		return nullptr;
	}
}

/* False: there is no such list. */
static bool
add_column_list(StringInfo text, const Item &item, AttrNumber list, const Facts *facts)
{
	bool isnull;
	Datum value = SysCacheGetAttr(CONSTROID, item.tuple, list, &isnull);

	if (isnull)
		return false;

	ArrayType *numbers = DatumGetArrayTypeP(value);

	add_columns(text, facts, reinterpret_cast<int16 *>(ARR_DATA_PTR(numbers)), ARR_DIMS(numbers)[0]);
	return true;
}

const char *
foreign_key_definition(const Item &item)
{
	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(item.tuple));
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(row->confrelid));
	bool plain = row->contype == CONSTRAINT_FOREIGN && row->confmatchtype == FKCONSTR_MATCH_SIMPLE &&
				 row->confrelid >= FirstNormalObjectId && HeapTupleIsValid(tuple) &&
				 !has_attribute(CONSTROID, item.tuple, Anum_pg_constraint_confdelsetcols) && !is_temporal(row);
	StringInfoData text;

	if (!plain)
		return nullptr;

	Facts other{};

	other.oid = row->confrelid;
	other.row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
	other.schema = get_namespace_name(other.row->relnamespace);
	other.column_names = static_cast<const char **>(palloc0(sizeof(char *) * (other.row->relnatts + 1)));
	initStringInfo(&text);
	appendStringInfoString(&text, "FOREIGN KEY ");
	if (other.schema == nullptr || !add_column_list(&text, item, Anum_pg_constraint_conkey, item.facts))
		return nullptr;
	appendStringInfo(&text, " REFERENCES %s", quote_qualified_identifier(other.schema, NameStr(other.row->relname)));
	if (!add_column_list(&text, item, Anum_pg_constraint_confkey, &other))
		return nullptr;
	if (const char *action = action_of(row->confupdtype))
		appendStringInfo(&text, " ON UPDATE %s", action);
	if (const char *action = action_of(row->confdeltype))
		appendStringInfo(&text, " ON DELETE %s", action);
	return text.data;
}

/* A definition leaves out what the type has for its default. */
static bool
is_default_class(Oid id, Oid type)
{
	HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(id));

	if (!HeapTupleIsValid(tuple))
		return false;

	auto *row = reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
	TypeCacheEntry *usual = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	bool is_default = row->opcdefault && row->opcmethod == BTREE_AM_OID && row->opcfamily == usual->btree_opf &&
					  row->opcintype == usual->btree_opintype;

	ReleaseSysCache(tuple);
	return is_default;
}

const char *
index_definition(const Item &item, HeapTuple index)
{
	auto *row = reinterpret_cast<Form_pg_index>(GETSTRUCT(index));
	bool isnull;
	auto *classes = reinterpret_cast<oidvector *>(
		DatumGetPointer(SysCacheGetAttr(INDEXRELID, index, Anum_pg_index_indclass, &isnull)));
	auto *collations = reinterpret_cast<oidvector *>(
		DatumGetPointer(SysCacheGetAttr(INDEXRELID, index, Anum_pg_index_indcollation, &isnull)));
	auto *options = reinterpret_cast<int2vector *>(
		DatumGetPointer(SysCacheGetAttr(INDEXRELID, index, Anum_pg_index_indoption, &isnull)));
	StringInfoData text;

	if (reinterpret_cast<Form_pg_class>(GETSTRUCT(item.tuple))->relam != BTREE_AM_OID ||
		row->indnatts != row->indnkeyatts || row->indnullsnotdistinct ||
		has_attribute(INDEXRELID, index, Anum_pg_index_indexprs) ||
		has_attribute(INDEXRELID, index, Anum_pg_index_indpred))
		return nullptr;
	for (int i = 0; i < row->indnkeyatts; i++) {
		Oid type, collation;
		int32 modifier;

		if (row->indkey.values[i] <= 0 || options->values[i] != 0)
			return nullptr;
		get_atttypetypmodcoll(item.facts->oid, row->indkey.values[i], &type, &modifier, &collation);
		if (collations->values[i] != collation || !is_default_class(classes->values[i], type))
			return nullptr;
	}
	initStringInfo(&text);
	appendStringInfoString(&text, "USING btree ");
	add_columns(&text, item.facts, row->indkey.values, row->indnkeyatts);
	return text.data;
}

} // namespace schema_guard::pg::rows::raw
