/*
 * core/catalog/kind.hpp - what schema_guard knows of one kind of object: how it is read, made, changed and dropped.
 *
 * A kind is one value in one file of src/core/catalog/kinds; kinds.cpp lists them.  The columns of its query are its
 * properties: to know one more attribute is to add one column and one line to the kind's list.
 */
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schema_guard {

class Script;
struct Change;

namespace catalog {

class Catalog;
class Object;

/* The server a query is written for. */
struct Source {
	int version = 150000;	 /* server_version_num */
	bool only = false;		 /* read the objects whose OIDs are in $1, an oid[], and no others */
	bool connections = true; /* the reader may see what subscriptions connect to */
	bool keys = false;		 /* have the keys of Kind::written, not what is written */
	bool these = false;		 /* with only: the OIDs are those of the objects themselves, not of their tables */

	/* Text to add to a WHERE clause: restricts column, an OID, to the wanted ones; own is the object's, where that is
	   another. */
	std::string wanted(std::string_view column, std::string_view own = {}) const;
};

/*
 * Properties that cost the server much to write, and that many objects have alike.  With Source::keys the query gives NULL
 * for them, and columns of one name, the key, with all that they are written from; where all of these are NULL, so are the
 * properties.
 */
struct Written {
	std::string_view key;
	std::span<const std::string_view> properties;
	/* The texts name columns of the object's table, whose names and types are part of the key.  They are never NULL. */
	bool by_columns = false;
};

/* Changes the object from one set of properties to the other; false: it cannot, the object must be replaced. */
using Alter = bool (*)(const Change &change, Script &script);

enum PropertyFlag : unsigned {
	/* Follows from something else (a view's columns from its query): shown, never compared, not in the hash. */
	implied = 1,
	/* The object's place among its siblings: compared as an order, so that a gap is no difference. */
	position = 2,
	/* While it changes, what depends on the object must be out of the way (Kind::in_the_way says which). */
	takes_down = 4,
};

/* One column of the query.  NULL says "as PostgreSQL has it by default", so that an attribute a newer version
   brings differs from nothing. */
struct Property {
	std::string_view name;
	Alter alter = nullptr; /* several may share one: it is called once for all of them that differ */
	unsigned flags = 0;
	int since = 0; /* server_version_num: older servers have nothing of the kind, and nothing to compare with */
};

/*
 * The query's columns, beside identity and properties, are
 *
 *   classid, objid, objsubid      the object's address, as in pg_depend
 *   parent_classid, parent_objid  optional: the object it is part of and goes with.  Where objsubid is not 0 it is the
 *                                 object with objsubid 0
 *   needs                         optional, text[]: 'classid:objid:objsubid' of what it depends on beyond pg_depend
 *
 * It runs with search_path = pg_catalog, names no OID in a property, and calls no user code.  Comments and security
 * labels are read for all kinds at once.
 */
struct Kind {
	std::string_view name; /* in PostgreSQL's words: "materialized view" */

	/* Columns of the query that name the object, outermost first; a part of an object begins with its parent's. */
	std::span<const std::string_view> identity;
	std::span<const Property> properties;

	std::string (*query)(const Source &source);
	/* What reading everything asks for once of all objects that have it alike; core/catalog/written.hpp. */
	std::span<const Written> written = {};
	/* Brings what servers of this version write otherwise into the words of later ones. */
	void (*translate)(Object &object, int version) = nullptr;

	/* As COMMENT ON, SECURITY LABEL ON and ALTER ... OWNER TO name it: "COLUMN public.orders.id". */
	std::string (*reference)(const Object &object);
	/* As GRANT ... ON names it ("TABLE public.orders"); null: it has no privileges. */
	std::string (*grant_on)(const Object &object) = nullptr;
	/* What acldefault() gives, as grants_column() writes it. */
	std::string_view default_grants = "{OWNER=ALL}";

	/* The statements that make it, without owner, privileges, comment and labels: those follow by one rule. */
	void (*create)(const Object &object, const Catalog &catalog, Script &script);
	void (*drop)(const Object &object, const Catalog &catalog, Script &script);

	/* For a type that is made of functions which name it: makes it known before them, and writes nothing where there are
	   none.  They then need no more of it, and it needs all of them; its drop takes them along. */
	void (*create_shell)(const Object &object, const Catalog &catalog, Script &script) = nullptr;

	/* Its parent's CREATE makes it, too: no statement of its own when both are new. */
	bool created_by_parent = false;

	/*
	 * Objects whose CREATE makes this one, too: when any of them is created by the script, this one gets no CREATE (its
	 * owner, comment and so on all the same).  A constraint inherited from the parent table's.
	 */
	std::vector<const Object *> (*created_with)(const Object &object, const Catalog &before,
												const Catalog &after) = nullptr;

	/*
	 * Objects, of before, whose DROP takes this one along, and that refuse to let it go before them: when any of them is
	 * dropped, by itself or to be made anew, this one gets no DROP and its step comes after theirs.  The partitioned
	 * index of an attached one; the parent table's constraint of an inherited one.
	 */
	std::vector<const Object *> (*dropped_with)(const Object &object, const Catalog &before,
												const Catalog &after) = nullptr;

	/* Objects, of before, that must be dropped and made anew when this one is dropped or replaced: it goes no other way.
	   The partitioned index of an attached one. */
	std::vector<const Object *> (*replaced_with)(const Object &object, const Catalog &before,
												 const Catalog &after) = nullptr;

	/* Objects, of before, that must be dropped and made anew when this one, of after, is made: it comes with theirs only.
	   The parent table's constraint of one that is inherited by a table that was there. */
	std::vector<const Object *> (*remade_with)(const Object &object, const Catalog &before,
											   const Catalog &after) = nullptr;

	/* Objects, of before, that must be dropped before it beyond those that depend on it.  A partition that is detached
	   keeps its indexes: before the partitioned index goes. */
	std::vector<const Object *> (*dropped_after)(const Object &object, const Catalog &before,
												 const Catalog &after) = nullptr;

	/*
	 * Objects of after that must be made before it beyond what it depends on, given what there was.  Attaching a
	 * partition, where the parent's index is there already and the child's is yet to come: ATTACH would make its own.
	 */
	std::vector<const Object *> (*created_after)(const Object &object, const Catalog &before,
												 const Catalog &after) = nullptr;

	/*
	 * To break a cycle of dependencies among new objects, as pg_dump does: placeholder makes a stand-in that depends on
	 * no more than the object's schema and what its parts depend on (a view's columns: on their types), so that the
	 * others of the cycle can be made; complete then makes it what it is, in the place where create would have stood.
	 * Before one of a cycle is dropped, the placeholder (as a replacement of it) breaks that cycle as well.  Null: it
	 * has none, another of the cycle must.
	 */
	void (*placeholder)(const Object &object, const Catalog &catalog, Script &script) = nullptr;
	void (*complete)(const Object &object, const Catalog &catalog, Script &script) = nullptr;

	/* Whether this dependent must be dropped and made again while a property that takes_down changes; null: always. */
	bool (*in_the_way)(const Object &dependent) = nullptr;

	/* Whether this very change takes down; null: every change of a property that takes_down. */
	bool (*rebuilds)(const Change &change) = nullptr;

	/* What its change alters along with it, so that its dependents may be in the way, too: the columns of a type that is
	   made anew.  in_the_way_along says which are; null: their own kind's word counts. */
	std::vector<const Object *> (*changes_with)(const Object &object, const Catalog &catalog) = nullptr;
	bool (*in_the_way_along)(const Object &dependent) = nullptr;

	/* Objects of kinds with the same name space cannot have the same identity: "relation". */
	std::string_view name_space = {};

	/* Among steps that do not depend on each other, lower ones come first (pg_dump's priorities); drops the other way. */
	int rank = 0;
};

/* All kinds, in the order of their ranks. */
std::span<const Kind *const> kinds();

/* The kind of this name, or null. */
const Kind *kind(std::string_view name);

/* Properties every object has: comment and security_labels (text[] of 'provider=label'). */
std::span<const Property> common_properties();

bool alter_comment(const Change &change, Script &script);
bool alter_labels(const Change &change, Script &script);

/* Of kinds that have one; for their lists of properties. */
bool alter_owner(const Change &change, Script &script);
bool alter_grants(const Change &change, Script &script);
inline constexpr Property owner_property{"owner", alter_owner};
inline constexpr Property grants_property{"grants", alter_grants};

/* --- pieces of queries --- */

/* A condition: the object of this catalog is a user's, not the system's nor part of an extension. */
std::string users_own(std::string_view catalog, std::string_view oid);

/*
 * A condition: relation c, in namespace n, is a user's, lasting, and in a user's schema.  Its indexes, constraints,
 * triggers and rules are the user's as well: those of an extension's table are the extension's, as pg_dump has it
 * (policies are not).
 */
std::string users_relation();

/* A text[] of the extensions with which an object of catalog goes by ALTER ... DEPENDS ON EXTENSION; NULL: none. */
std::string extensions_column(std::string_view catalog, std::string_view oid);

/*
 * A text[] of privileges, "grantee=PRIVILEGE,PRIVILEGE*" (* with grant option), sorted, grantors left aside; NULL where
 * they are what acldefault() gives.  The grantee is OWNER, PUBLIC or a quoted role; ALL is every privilege there is.
 * type is a letter of acldefault().
 */
std::string grants_column(std::string_view acl, char type, std::string_view owner);

/* The same as a column "grants" of a query, or the key of it. */
std::string grants_or_key(const Source &source, std::string_view acl, char type, std::string_view owner);
/* Kind::written of kinds whose queries have that. */
inline constexpr std::string_view grants_name[] = {"grants"};
inline constexpr Written grants_written[] = {{"key_of_grants", grants_name}};

/* The same of any acl, NULL where it is empty; full is the acldefault() of such objects. */
std::string grants_list(std::string_view acl, std::string_view full, std::string_view owner);

/* A text[] of options, sorted, NULL when there is none: reloptions, attfdwoptions, ... */
std::string options_column(std::string_view options);

} // namespace catalog
} // namespace schema_guard
