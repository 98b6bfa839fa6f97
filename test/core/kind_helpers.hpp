/*
 * kind_helpers.hpp - objects made by hand, and the SQL their kinds write.
 */
#pragma once

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/diff/script.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace schema_guard {

/* An object of a kind. */
inline catalog::Object
object(std::string_view kind, std::vector<std::string> identity,
	   std::initializer_list<std::pair<const char *, const char *>> properties = {}, Address address = {},
	   Address parent = {})
{
	catalog::Object made(*catalog::kind(kind));

	made.identity = std::move(identity);
	made.address = address;
	made.parent = parent;
	for (auto [name, value] : properties)
		made.set(name, value);
	return made;
}

inline catalog::Catalog
catalog_of(std::vector<catalog::Object> objects, const std::vector<catalog::Dependency> &dependencies = {})
{
	catalog::Catalog made;

	for (catalog::Object &object : objects)
		made.add(std::move(object));
	for (const catalog::Dependency &dependency : dependencies)
		made.add(dependency);
	made.finish();
	return made;
}

/* The statements, one a line. */
inline std::string
text(const Script &script)
{
	std::string all;

	for (const StatementText &statement : script.statements())
		all += statement.sql + ";\n";
	return all;
}

inline std::string
created(const catalog::Object &object, const catalog::Catalog &catalog, ScriptOptions options = {})
{
	Script script(options);

	object.kind().create(object, catalog, script);
	return text(script);
}

inline std::string
dropped(const catalog::Object &object, const catalog::Catalog &catalog)
{
	Script script({});

	object.kind().drop(object, catalog, script);
	return text(script);
}

/* What the rules of the properties that differ write, each called once; "replace" when one cannot. */
inline std::string
altered(const catalog::Object &from, const catalog::Object &to, const catalog::Catalog &before,
		const catalog::Catalog &after, ScriptOptions options = {})
{
	Script script(options);
	std::vector<catalog::Alter> called;

	for (size_t i = 0; i < from.property_count(); i++) {
		catalog::Alter alter = from.property(i).alter;
		if (from.value(i) == to.value(i) || (from.property(i).flags & catalog::implied) ||
			std::find(called.begin(), called.end(), alter) != called.end())
			continue;
		called.push_back(alter);
		if (alter == nullptr || !alter({from, to, before, after, script.options()}, script))
			return "replace";
	}
	return text(script);
}

/* The same where nothing else is in the schemas. */
inline std::string
created(const catalog::Object &object, ScriptOptions options = {})
{
	catalog::Catalog alone = catalog_of({object});

	return created(alone[0], alone, options);
}

inline std::string
dropped(const catalog::Object &object)
{
	catalog::Catalog alone = catalog_of({object});

	return dropped(alone[0], alone);
}

inline std::string
altered(const catalog::Object &from, const catalog::Object &to, ScriptOptions options = {})
{
	catalog::Catalog before = catalog_of({from}), after = catalog_of({to});

	return altered(before[0], after[0], before, after, options);
}

} // namespace schema_guard
