/*
 * object_text.cpp - objects out of single rows whose properties the server writes out; see object_row.hpp.
 */
#include "schema_guard/pg/object_row.hpp"

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/text/sql.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
#include "utils/fmgrprotos.h"
}

namespace schema_guard::pg::rows {

using catalog::Object;

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

/* Takes on what deparsing needs; false: somebody has locked the relation whose expressions it would look at. */
static bool
begin_texts(const Item &item, const Access &access)
{
	pg::raw::begin_reading(&access.reading);
	return can_open(item.facts->oid);
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

void
form_view(const Item &item, const Access &access, Found &found)
{
	Object &object = add(catalog::view_kind, item, found);
	bool left = false;

	if (!begin_texts(item, access) || !can_open_view(item.facts->oid)) {
		found.objects.pop_back();
		return;
	}

	char *query = text_of(pg_get_viewdef, 1, ObjectIdGetDatum(item.facts->oid), 0);
	std::vector<std::string> &columns = found.texts;

	if (query != nullptr) {
		size_t length = strlen(query);

		if (length > 0)
			query[length - 1] = '\0';
		while (*query == ' ')
			query++;
	}
	put(object, "query", query);

	columns.clear();
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

void
form_default(const Item &item, const Access &access, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(item.tuple));
	bool isnull;
	Datum tree = attribute(AttrDefaultRelationId, item.tuple, Anum_pg_attrdef_adbin, &isnull);
	const char *column = column_name(item.facts, row->adnum);
	Object &object = add(catalog::default_kind, item, found);

	if (!begin_texts(item, access)) {
		found.objects.pop_back();
		return;
	}
	object.parent = {RelationRelationId, item.facts->oid, 0};
	object.identity.assign({item.facts->schema, item.facts->name, column});
	put(object, "expression", text_of(pg_get_expr, 2, tree, ObjectIdGetDatum(row->adrelid)));
	flag(object, "volatile", calls_volatile(TextDatumGetCString(tree)));
}

/* Options, tablespace, statistics targets (of expressions) and extensions of an index are for the query to tell. */
static bool
is_plain_index(const FormData_pg_index *index, const Access &access)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index->indexrelid));
	bool plain = true;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index->indexrelid);

	auto *row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));

	plain = !has_attribute(RELOID, tuple, Anum_pg_class_reloptions) && !OidIsValid(row->reltablespace);
	for (AttrNumber number = 1; plain && number <= row->relnatts; number++) {
		if (index->indkey.values[number - 1] != 0)
			continue;

		HeapTuple column = SearchSysCache2(ATTNUM, ObjectIdGetDatum(index->indexrelid), Int16GetDatum(number));

		if (HeapTupleIsValid(column)) {
			plain = statistics_target(column) < 0;
			ReleaseSysCache(column);
		}
	}
	ReleaseSysCache(tuple);
	for (const dependencies::Edge &edge : access.depend.read({RelationRelationId, index->indexrelid, 0}, access.edges))
		plain = plain && edge.type != DEPENDENCY_AUTO_EXTENSION;
	return plain;
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

void
form_constraint(const Item &item, const Access &access, Found &found)
{
	auto *row = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(item.tuple));
	bool check = row->contype == CONSTRAINT_CHECK;
	bool indexed = !check && row->contype != CONSTRAINT_FOREIGN;
	bool left = check && !row->conislocal;
	HeapTuple index_tuple = nullptr;
	const FormData_pg_index *index = nullptr;
	const char *definition = nullptr;
	Object &object = add(catalog::constraint_kind, item, found);

#if PG_VERSION_NUM >= 180000
	left = left || !row->conenforced;
#endif
	if (indexed) {
		index_tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(row->conindid));
		if (HeapTupleIsValid(index_tuple))
			index = reinterpret_cast<Form_pg_index>(GETSTRUCT(index_tuple));
		left = left || index == nullptr || !is_plain_index(index, access);
	}
	if (left) {
		leave(item, item.facts->oid, found);
		return;
	}
	if (index != nullptr)
		definition = key_definition(item, index);
	else if (!check)
		definition = foreign_key_definition(item);
	if (definition == nullptr) {
		if (!begin_texts(item, access)) {
			found.objects.pop_back();
			return;
		}

		char *text = text_of(pg_get_constraintdef, 1, ObjectIdGetDatum(row->oid), 0);

		if (text == nullptr)
			elog(ERROR, "cache lookup failed for constraint %u", row->oid);
		text[strlen(text) - strlen(suffix_of(row))] = '\0';
		definition = text;
	}
	object.parent = {RelationRelationId, item.facts->oid, 0};
	object.identity.assign({item.facts->schema, item.facts->name, NameStr(row->conname)});
	put(object, "type", constraint_type(row->contype));
	put(object, "definition", definition);
	flag(object, "deferrable", row->condeferrable);
	flag(object, "initially_deferred", row->condeferred);
	flag(object, "not_valid", !row->convalidated);
	flag(object, "no_inherit", check && row->connoinherit);
	if (index != nullptr) {
		form_marks(object, index);
		found.indexes[{RelationRelationId, row->conindid, 0}] = item.address;
	}
}

void
form_index(const Item &item, const Access &access, Found &found)
{
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(item.address.objid));
	const char *name = NameStr(reinterpret_cast<Form_pg_class>(GETSTRUCT(item.tuple))->relname);
	auto *row = HeapTupleIsValid(tuple) ? reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple)) : nullptr;
	Object &object = add(catalog::index_kind, item, found);

	if (row == nullptr || !is_plain_index(row, access)) {
		leave(item, item.facts->oid, found);
		return;
	}

	const char *definition = index_definition(item, tuple);

	if (definition == nullptr) {
		if (!begin_texts(item, access)) {
			found.objects.pop_back();
			return;
		}

		char *text = text_of(pg_get_indexdef, 1, ObjectIdGetDatum(row->indexrelid), 0);
		size_t cut = strlen(row->indisunique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
					 strlen(quote_identifier(name)) + strlen(" ON ") + strlen(quote_identifier(item.facts->schema)) +
					 1 + strlen(quote_identifier(item.facts->name)) + 1;

		if (text == nullptr || strlen(text) < cut)
			elog(ERROR, "the definition of index %u is not what it should be", row->indexrelid);
		definition = text + cut;
	}
	object.parent = {RelationRelationId, item.facts->oid, 0};
	object.identity.assign({item.facts->schema, name});
	put(object, "table", item.facts->name);
	flag(object, "unique", row->indisunique);
	put(object, "definition", definition);
	form_marks(object, row);
	flag(object, "invalid", !row->indisvalid);
}

} // namespace raw

} // namespace schema_guard::pg::rows
