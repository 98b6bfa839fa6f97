/*
 * object_text.cpp - objects out of single rows whose properties the server writes out; see object_row.hpp.
 */
#include "schema_guard/pg/object_row.hpp"

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/text/sql.hpp"

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_rewrite.h"
#include "commands/comment.h"
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

void
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
			plain = statistics_target(column) < 0;
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

void
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

void
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

} // namespace raw

} // namespace schema_guard::pg::rows
