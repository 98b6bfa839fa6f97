/*
 * naming_rename.cpp - the statement that gives an object another name.
 */
#include "schema_guard/pg/naming.hpp"

#include "schema_guard/pg/boundary.hpp"

namespace schema_guard::pg {

namespace raw {

/* "ALTER TABLE public.orders": what stands before RENAME. */
static const char *
alter_table(Oid relid)
{
	ObjectAddress address;

	ObjectAddressSet(address, RelationRelationId, relid);

	const char *identity = getObjectIdentity(&address, false);

	return get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE ? psprintf("ALTER FOREIGN TABLE %s", identity)
														   : psprintf("ALTER TABLE %s", identity);
}

static const char *
rename(const LocatedName &name, const char *to)
{
	const char *type = name.object.object_type.c_str();
	const char *from = quote_identifier(
		pg_any_to_server(name.object.name.c_str(), static_cast<int>(name.object.name.size()), PG_UTF8));
	const char *quoted = quote_identifier(to);
	ObjectAddress address;

	ObjectAddressSubSet(address, name.address.classid, name.address.objid, name.address.objsubid);
	if (name.address.objsubid != 0)
		return psprintf("%s RENAME COLUMN %s TO %s;", alter_table(name.address.objid), from, quoted);

	switch (name.address.classid) {
	case ConstraintRelationId:
		if (name.group.kind == 'd') {
			ObjectAddressSet(address, TypeRelationId, name.group.container);
			return psprintf("ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s;", getObjectIdentity(&address, false), from,
							quoted);
		}
		/* ALTER FOREIGN TABLE cannot do it; ALTER TABLE can, for both. */
		ObjectAddressSet(address, RelationRelationId, name.group.container);
		return psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s;", getObjectIdentity(&address, false), from, quoted);
	case TriggerRelationId:
	case PolicyRelationId:
		ObjectAddressSet(address, RelationRelationId, name.group.container);
		return psprintf("ALTER %s %s ON %s RENAME TO %s;",
						name.address.classid == TriggerRelationId ? "TRIGGER" : "POLICY", from,
						getObjectIdentity(&address, false), quoted);
	default: {
		char *keywords = asc_toupper(type, std::strlen(type));

		if (std::strcmp(type, "unique index") == 0)
			keywords = pstrdup("INDEX");
		return psprintf("ALTER %s %s RENAME TO %s;", keywords, getObjectIdentity(&address, false), quoted);
	}
	}
}

static const char *
identity(const Address &from)
{
	ObjectAddress address;

	ObjectAddressSubSet(address, from.classid, from.objid, from.objsubid);
	return getObjectIdentity(&address, false);
}

} // namespace raw

std::string
rename_statement(const LocatedName &name, const std::string &new_name)
{
	std::string statement;

	guard([&] {
		const char *text = raw::rename(name, new_name.c_str());

		statement = text;
	});
	return statement;
}

std::string
identity(const LocatedName &name)
{
	std::string result;

	guard([&] {
		const char *text = raw::identity(name.address);

		result = text;
	});
	return result;
}

} // namespace schema_guard::pg
