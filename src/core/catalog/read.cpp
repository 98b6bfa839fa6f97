/*
 * read.cpp - rows of the kinds' queries become objects.
 */
#include "schema_guard/core/catalog/read.hpp"
#include "schema_guard/core/catalog/selective.hpp"

#include "schema_guard/core/catalog/kinds.hpp"
#include "schema_guard/core/catalog/unclaimed.hpp"
#include "schema_guard/core/catalog/written.hpp"
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/text/sql.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace schema_guard::catalog {

namespace {

/* Deparsed text depends on these; UTC and C since constants of time and money are printed by them. */
constexpr Setting settings[] = {
	/* pg_temp last: where it is not named it comes first, and anybody may have a temporary view called pg_class. */
	{"search_path", "pg_catalog, pg_temp"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"xmlbinary", "base64"},
	{"lc_monetary", "C"},
	{"quote_all_identifiers", "off"},
	/* The session's own choices of plans are for its own queries; compiling these costs more than running them. */
	{"jit", "off", true},
	{"cursor_tuple_fraction", "1", true},
	{"work_mem", "4MB", true},
	{"enable_seqscan", "on", true},
	{"enable_indexscan", "on", true},
	{"enable_bitmapscan", "on", true},
	{"enable_nestloop", "on", true},
	{"enable_hashjoin", "on", true},
	{"enable_mergejoin", "on", true},
	{"enable_hashagg", "on", true},
	{"enable_sort", "on", true},
	{"enable_material", "on", true},
};

template <typename Number>
Number
number(std::string_view text)
{
	Number value = 0;

	std::from_chars(text.data(), text.data() + text.size(), value);
	return value;
}

/* 'classid:objid:objsubid' */
Address
address(std::string_view text)
{
	size_t first = text.find(':'), second = text.find(':', first + 1);

	if (second == std::string::npos)
		return {};
	return {number<uint32_t>(text.substr(0, first)), number<uint32_t>(text.substr(first + 1, second - first - 1)),
			number<int32_t>(text.substr(second + 1))};
}

Address
address_of(const Rows &rows, size_t row, size_t classid, size_t objid, size_t objsubid)
{
	return {number<uint32_t>(rows.text(row, classid)), number<uint32_t>(rows.text(row, objid)),
			number<int32_t>(rows.text(row, objsubid))};
}

/* Where the columns of a kind's query are. */
struct Columns {
	Columns(const Kind &kind, const Rows &rows)
	{
		auto required = [&](std::string_view name) {
			size_t at = rows.column(name);

			if (at == rows.columns.size())
				throw Failure(sqlstate::not_ready,
							  "the query of " + std::string(kind.name) + " has no column " + std::string(name));
			return at;
		};

		classid = required("classid");
		objid = required("objid");
		objsubid = required("objsubid");
		parent_classid = rows.column("parent_classid");
		parent_objid = rows.column("parent_objid");
		needs = rows.column("needs");
		for (std::string_view part : kind.identity)
			identity.push_back(required(part));
		for (const Property &property : kind.properties)
			properties.push_back(required(property.name));
	}

	size_t classid, objid, objsubid, parent_classid, parent_objid, needs;
	std::vector<size_t> identity, properties;
};

template <typename Add>
void
add_objects(const Kind &kind, int version, const Rows &rows, Add &&add)
{
	if (rows.columns.empty())
		return;

	const Columns columns(kind, rows);

	for (size_t row = 0; row < rows.size(); row++) {
		Object object(kind);

		object.address = address_of(rows, row, columns.classid, columns.objid, columns.objsubid);
		if (columns.parent_classid < rows.columns.size())
			object.parent = {number<uint32_t>(rows.text(row, columns.parent_classid)),
							 number<uint32_t>(rows.text(row, columns.parent_objid)), 0};
		if (columns.needs < rows.columns.size() && rows.cell(row, columns.needs)) {
			for (const std::string &text : sql::read_array(std::string(rows.text(row, columns.needs))))
				object.needs.push_back(address(text));
		}
		for (size_t column : columns.identity)
			object.identity.push_back(rows.text(row, column));
		for (size_t i = 0; i < columns.properties.size(); i++)
			object.set(i, rows.cell(row, columns.properties[i]));
		if (kind.translate)
			kind.translate(object, version);
		add(std::move(object), row);
	}
}

/* All objects of a kind; what is the same for many of them is asked for once. */
void
read_all(const Run &run, const Kind &kind, Source source, Shapes &shapes, Catalog &catalog)
{
	Unwritten unwritten(kind, shapes);

	source.keys = !kind.written.empty();
	run(kind.query(source), std::nullopt, [&](const Rows &rows) {
		add_objects(kind, source.version, rows, [&](Object object, size_t row) {
			shapes.add(object);
			unwritten.add(rows, row, object, catalog.size());
			catalog.add(std::move(object));
		});
	});

	source.keys = false;
	source.only = source.these = true;
	for (std::set<uint32_t> oids = unwritten.ask(); !oids.empty(); oids = unwritten.ask()) {
		std::vector<Object> written;

		run(kind.query(source), oid_list(oids), [&](const Rows &rows) {
			add_objects(kind, source.version, rows,
						[&](Object object, size_t) { written.push_back(std::move(object)); });
		});
		unwritten.take(written, catalog);
	}
}

/* What PostgreSQL shows to superusers only. */
bool
may_see_connections(const Run &run)
{
	bool may = false;

	run("SELECT has_column_privilege('pg_subscription', 'subconninfo', 'SELECT')", std::nullopt,
		[&](const Rows &rows) { may = rows.size() == 1 && rows.text(0, 0) == "t"; });
	return may;
}

void
add_common(Catalog &catalog, const Run &run)
{
	/* The schema public is the only object of the system's that may be the user's. */
	run("SELECT d.classoid, d.objoid, d.objsubid, d.description FROM pg_description d "
		"WHERE d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass",
		std::nullopt, [&](const Rows &rows) {
			for (size_t row = 0; row < rows.size(); row++)
				catalog.set_comment(address_of(rows, row, 0, 1, 2), std::string(rows.text(row, 3)));
		});

	/* Subscriptions are in a catalog of the whole server, and so are their labels. */
	run("SELECT l.classoid, l.objoid, l.objsubid, l.provider || '=' || l.label FROM pg_seclabel l "
		"WHERE l.objoid >= 16384 OR l.classoid = 'pg_namespace'::regclass "
		"UNION ALL SELECT l.classoid, l.objoid, 0, l.provider || '=' || l.label FROM pg_shseclabel l "
		"WHERE l.classoid = 'pg_subscription'::regclass AND l.objoid >= 16384",
		std::nullopt, [&](const Rows &rows) {
			for (size_t row = 0; row < rows.size(); row++)
				catalog.add_label(address_of(rows, row, 0, 1, 2), std::string(rows.text(row, 3)));
		});

	run("SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype "
		"FROM pg_depend d WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR "
		"d.refclassid = 'pg_namespace'::regclass OR d.deptype IN ('e', 'i'))",
		std::nullopt, [&](const Rows &rows) {
			for (size_t row = 0; row < rows.size(); row++)
				catalog.add(
					{address_of(rows, row, 0, 1, 2), address_of(rows, row, 3, 4, 5), rows.text(row, 6).front()});
		});
}

} // namespace

std::span<const Setting>
reading_settings()
{
	return settings;
}

void
Rows::add(std::optional<std::string_view> cell)
{
	if (cell)
		text_ += *cell;
	ends_.push_back({text_.size(), !cell});
}

void
Rows::clear()
{
	text_.clear();
	ends_.clear();
}

std::optional<std::string_view>
Rows::cell(size_t row, size_t column) const
{
	const size_t i = row * columns.size() + column, begin = i == 0 ? 0 : ends_[i - 1].at;

	if (ends_[i].null)
		return std::nullopt;
	return std::string_view(text_).substr(begin, ends_[i].at - begin);
}

size_t
Rows::column(std::string_view name) const
{
	return std::find(columns.begin(), columns.end(), name) - columns.begin();
}

std::string
oid_list(const std::set<uint32_t> &oids)
{
	std::string list;

	for (uint32_t oid : oids)
		list += (list.empty() ? "{" : ",") + std::to_string(oid);
	return list.empty() ? "{}" : list + "}";
}

std::vector<Object>
read_unclaimed(const Run &run, const Catalog &claimed, const Value &oids)
{
	std::vector<Object> objects;

	for (const Unclaimed &found : unclaimed(run, claimed, oids))
		objects.emplace_back(other_object_kind).identity = Names{found.type, found.identity};
	return objects;
}

Catalog
read(const Run &run, int version)
{
	Catalog catalog;
	Shapes shapes;
	Source source{version, false, may_see_connections(run)};

	catalog.version = version;
	for (const Kind *kind : kinds())
		read_all(run, *kind, source, shapes, catalog);
	add_common(catalog, run);
	for (Object &object : read_unclaimed(run, catalog, std::nullopt))
		catalog.add(std::move(object));
	catalog.finish();
	return catalog;
}

std::vector<Object>
read(const Run &run, int version, const std::map<std::string_view, std::set<uint32_t>> &wanted)
{
	std::vector<Object> objects;

	for (const SelectiveQuery &query : selective_queries(version)) {
		auto found = wanted.find(query.kind->name);

		if (found == wanted.end())
			continue;
		run(query.sql, oid_list(found->second), [&](const Rows &rows) {
			add_objects(*query.kind, version, rows,
						[&](Object object, size_t) { objects.push_back(std::move(object)); });
		});
	}
	return objects;
}

} // namespace schema_guard::catalog
