/*
 * names.cpp - words for objects that do not exist (yet); for those that do, the server is asked.
 */
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg {

const char *
relation_word(char relkind) noexcept
{
	switch (relkind) {
	case RELKIND_RELATION:
	case RELKIND_PARTITIONED_TABLE:
		return "table";
	case RELKIND_INDEX:
	case RELKIND_PARTITIONED_INDEX:
		return "index";
	case RELKIND_SEQUENCE:
		return "sequence";
	case RELKIND_VIEW:
		return "view";
	case RELKIND_MATVIEW:
		return "materialized view";
	case RELKIND_FOREIGN_TABLE:
		return "foreign table";
	default:
		return nullptr;
	}
}

namespace raw {

/* As getObjectTypeDescription() says it. */
const char *
type_word(ObjectType type)
{
	switch (type) {
	case OBJECT_ACCESS_METHOD:
		return "access method";
	case OBJECT_AGGREGATE:
		return "aggregate";
	case OBJECT_ATTRIBUTE:
		return "composite type column";
	case OBJECT_CAST:
		return "cast";
	case OBJECT_COLUMN:
		return "table column";
	case OBJECT_COLLATION:
		return "collation";
	case OBJECT_CONVERSION:
		return "conversion";
	case OBJECT_DATABASE:
		return "database";
	case OBJECT_DEFACL:
		return "default acl";
	case OBJECT_DOMAIN:
	case OBJECT_TYPE:
		return "type";
	case OBJECT_DOMCONSTRAINT:
		return "domain constraint";
	case OBJECT_EVENT_TRIGGER:
		return "event trigger";
	case OBJECT_EXTENSION:
		return "extension";
	case OBJECT_FDW:
		return "foreign-data wrapper";
	case OBJECT_FOREIGN_SERVER:
		return "server";
	case OBJECT_FOREIGN_TABLE:
		return "foreign table";
	case OBJECT_INDEX:
		return "index";
	case OBJECT_LANGUAGE:
		return "language";
	case OBJECT_LARGEOBJECT:
		return "large object";
	case OBJECT_MATVIEW:
		return "materialized view";
	case OBJECT_OPCLASS:
		return "operator class";
	case OBJECT_OPERATOR:
		return "operator";
	case OBJECT_OPFAMILY:
		return "operator family";
	case OBJECT_PARAMETER_ACL:
		return "parameter ACL";
	case OBJECT_POLICY:
		return "policy";
	case OBJECT_PROCEDURE:
		return "procedure";
	case OBJECT_PUBLICATION:
		return "publication";
	case OBJECT_ROLE:
		return "role";
	case OBJECT_RULE:
		return "rule";
	case OBJECT_SCHEMA:
		return "schema";
	case OBJECT_SEQUENCE:
		return "sequence";
	case OBJECT_STATISTIC_EXT:
		return "statistics object";
	case OBJECT_SUBSCRIPTION:
		return "subscription";
	case OBJECT_TABCONSTRAINT:
		return "table constraint";
	case OBJECT_TABLE:
		return "table";
	case OBJECT_TABLESPACE:
		return "tablespace";
	case OBJECT_TRANSFORM:
		return "transform";
	case OBJECT_TRIGGER:
		return "trigger";
	case OBJECT_TSCONFIGURATION:
		return "text search configuration";
	case OBJECT_TSDICTIONARY:
		return "text search dictionary";
	case OBJECT_TSPARSER:
		return "text search parser";
	case OBJECT_TSTEMPLATE:
		return "text search template";
	case OBJECT_USER_MAPPING:
		return "user mapping";
	case OBJECT_VIEW:
		return "view";
	default: /* FUNCTION, ROUTINE; the others name no object of their own */
		return "function";
	}
}

const char *
schema_name(Oid schema)
{
	return OidIsValid(schema) ? get_namespace_name_or_temp(schema) : nullptr;
}

const char *
type_identity(const TypeName *type)
{
	Oid oid = type == nullptr ? InvalidOid : find_type(type);

	/* Does not raise for a type somebody else has just dropped. */
	if (OidIsValid(oid))
		return format_type_extended(oid, -1, FORMAT_TYPE_FORCE_QUALIFY | FORMAT_TYPE_ALLOW_INVALID);
	return type == nullptr ? "NONE" : TypeNameToString(type);
}

const char *
argument_identity(List *types)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	appendStringInfoChar(&text, '(');
	foreach (cell, types)
		appendStringInfo(&text, "%s%s", foreach_current_index(cell) == 0 ? "" : ",",
						 type_identity(static_cast<TypeName *>(lfirst(cell))));
	appendStringInfoChar(&text, ')');
	return text.data;
}

const char *
range_var_identity(const RangeVar *relation)
{
	return quote_qualified_identifier(relation->schemaname, relation->relname);
}

const char *
relation_identity(Oid relid)
{
	const char *name = get_rel_name(relid);

	return quote_qualified_identifier(schema_name(get_rel_namespace(relid)), name == nullptr ? "" : name);
}

const char *
on_relation(const char *name, const char *relation)
{
	return name == nullptr ? psprintf("on %s", relation) : psprintf("%s on %s", quote_identifier(name), relation);
}

/* The unqualified name; empty where the kind has none (casts, transforms, large objects). */
const char *
object_name(ObjectType type, Node *object)
{
	if (type == OBJECT_CAST || type == OBJECT_TRANSFORM)
		return "";
	switch (nodeTag(object)) {
	case T_String:
		return strVal(object);
	case T_List: {
		Node *last = static_cast<Node *>(llast(reinterpret_cast<List *>(object)));

		return IsA(last, String) ? strVal(last) : "";
	}
	case T_TypeName: {
		List *names = reinterpret_cast<TypeName *>(object)->names;

		return names == NIL ? "" : strVal(llast(names));
	}
	case T_ObjectWithArgs:
		return strVal(llast(reinterpret_cast<ObjectWithArgs *>(object)->objname));
	default:
		return "";
	}
}

static const char *
missing_list_identity(ObjectType type, List *names)
{
	List *but_last = list_truncate(list_copy(names), list_length(names) - 1);

	switch (type) {
	case OBJECT_TRIGGER:
	case OBJECT_RULE:
	case OBJECT_POLICY:
	case OBJECT_TABCONSTRAINT:
		return on_relation(strVal(llast(names)), NameListToQuotedString(but_last));
	case OBJECT_DOMCONSTRAINT:
		return on_relation(strVal(llast(names)), type_identity(linitial_node(TypeName, names)));
	case OBJECT_CAST:
		return psprintf("(%s AS %s)", type_identity(linitial_node(TypeName, names)),
						type_identity(lsecond_node(TypeName, names)));
	case OBJECT_TRANSFORM:
		return psprintf("for %s on language %s", type_identity(linitial_node(TypeName, names)), strVal(lsecond(names)));
	case OBJECT_OPCLASS:
	case OBJECT_OPFAMILY:
		return psprintf("%s USING %s", NameListToQuotedString(list_copy_tail(names, 1)),
						quote_identifier(strVal(linitial(names))));
	default:
		return NameListToQuotedString(names);
	}
}

const char *
missing_identity(ObjectType type, Node *object)
{
	switch (nodeTag(object)) {
	case T_String:
		return quote_identifier(strVal(object));
	case T_List:
		return missing_list_identity(type, reinterpret_cast<List *>(object));
	case T_TypeName:
		return type_identity(reinterpret_cast<TypeName *>(object));
	case T_ObjectWithArgs: {
		auto *routine = reinterpret_cast<ObjectWithArgs *>(object);
		const char *name =
			type == OBJECT_OPERATOR ? NameListToString(routine->objname) : NameListToQuotedString(routine->objname);

		return routine->args_unspecified ? name : psprintf("%s%s", name, argument_identity(routine->objargs));
	}
	default:
		return type == OBJECT_LARGEOBJECT ? psprintf("%u", oidparse(object)) : "";
	}
}

} // namespace raw

} // namespace schema_guard::pg
