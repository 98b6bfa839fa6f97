/*
 * object_acl.cpp - privileges and options of single rows, as grants_column() and options_column() of the queries have them.
 */
#include "schema_guard/pg/object_row.hpp"

#include "schema_guard/core/text/sql.hpp"

namespace schema_guard::pg::rows {

namespace {

struct Privilege {
	AclMode bit;
	const char *name;
};

/* In the order of COLLATE "C". */
constexpr Privilege privileges[] = {
	{ACL_DELETE, "DELETE"},			{ACL_INSERT, "INSERT"},
#if PG_VERSION_NUM >= 170000
	{ACL_MAINTAIN, "MAINTAIN"},
#endif
	{ACL_REFERENCES, "REFERENCES"}, {ACL_SELECT, "SELECT"}, {ACL_TRIGGER, "TRIGGER"},
	{ACL_TRUNCATE, "TRUNCATE"},		{ACL_UPDATE, "UPDATE"}, {ACL_USAGE, "USAGE"},
};

/* What a role has from all grantors together. */
struct Held {
	Oid grantee;
	AclMode privileges, grantable;
};

int
compare_texts(const void *a, const void *b)
{
	return strcmp(*static_cast<char *const *>(a), *static_cast<char *const *>(b));
}

} // namespace

namespace raw {

static void
set_list(catalog::Object &object, std::string_view property, char **texts, int count)
{
	qsort(texts, count, sizeof(char *), compare_texts);
	object.set(property, sql::write_array(std::vector<std::string>(texts, texts + count)));
}

/* "ALL" is what full has. */
static char *
line_of(const Held &held, AclMode full, Oid owner)
{
	bool own = held.grantee == owner;
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line, "%s=",
					 held.grantee == ACL_ID_PUBLIC ? "PUBLIC"
					 : own						   ? "OWNER"
												   : quote_identifier(GetUserNameFromId(held.grantee, false)));
	if (held.privileges == full && (own || held.grantable == held.privileges || held.grantable == 0)) {
		appendStringInfo(&line, "ALL%s", !own && held.grantable == held.privileges ? "*" : "");
		return line.data;
	}

	bool first = true;

	for (const Privilege &privilege : privileges) {
		if ((held.privileges & privilege.bit) == 0)
			continue;
		appendStringInfo(&line, "%s%s%s", first ? "" : ",", privilege.name,
						 (held.grantable & privilege.bit) != 0 && !own ? "*" : "");
		first = false;
	}
	return line.data;
}

static int
gather(const Acl *acl, Held *held)
{
	const AclItem *items = ACL_DAT(const_cast<Acl *>(acl));
	int count = 0;

	for (int i = 0; i < ACL_NUM(acl); i++) {
		int at = 0;

		if (ACLITEM_GET_PRIVS(items[i]) == ACL_NO_RIGHTS)
			continue;
		while (at < count && held[at].grantee != items[i].ai_grantee)
			at++;
		if (at == count)
			held[count++] = {items[i].ai_grantee, 0, 0};
		held[at].privileges |= ACLITEM_GET_PRIVS(items[i]);
		held[at].grantable |= ACLITEM_GET_GOPTIONS(items[i]) & ACLITEM_GET_PRIVS(items[i]);
	}
	return count;
}

void
put_grants(catalog::Object &object, Datum value, ObjectType type, Oid owner)
{
	Acl *acl = DatumGetAclP(value);
	auto *held = static_cast<Held *>(palloc(sizeof(Held) * (ACL_NUM(acl) + 1)));
	int count = gather(acl, held);
	/* Columns have no owner and no privileges but those granted. */
	AclMode full = type == OBJECT_COLUMN	 ? 0
				   : type == OBJECT_SEQUENCE ? ACL_ALL_RIGHTS_SEQUENCE
											 : ACL_ALL_RIGHTS_RELATION;

	if (type != OBJECT_COLUMN && count == 1 && held[0].grantee == owner && held[0].privileges == full)
		return;

	auto **lines = static_cast<char **>(palloc(sizeof(char *) * (count + 1)));

	for (int i = 0; i < count; i++)
		lines[i] = line_of(held[i], full, type == OBJECT_COLUMN ? InvalidOid : owner);
	set_list(object, "grants", lines, count);
}

List *
add_options(List *options, Datum value, const char *prefix)
{
	Datum *elements;
	int count;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, nullptr, &count);
	for (int i = 0; i < count; i++)
		options = lappend(options, psprintf("%s%s", prefix, TextDatumGetCString(elements[i])));
	return options;
}

void
put_options(catalog::Object &object, const List *options)
{
	auto **texts = static_cast<char **>(palloc(sizeof(char *) * (list_length(options) + 1)));
	int count = 0;
	const ListCell *cell;

	foreach (cell, options)
		texts[count++] = static_cast<char *>(lfirst(cell));
	if (count > 0)
		set_list(object, "options", texts, count);
}

} // namespace raw

} // namespace schema_guard::pg::rows
