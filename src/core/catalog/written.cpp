/*
 * written.cpp - see written.hpp.
 */
#include "schema_guard/core/catalog/written.hpp"

#include <algorithm>
#include <array>

namespace schema_guard::catalog {

namespace {

constexpr uint32_t pg_class = 1259; /* in all versions */

void
append(std::string &key, const void *data, size_t size)
{
	key.append(static_cast<const char *>(data), size);
}

} // namespace

/* Texts of objects are kept once, so that their addresses tell them apart. */
void
Shapes::add(const Object &object)
{
	constexpr std::array properties = {std::string_view("type"), std::string_view("collation")};
	Column column{object.address.objid, object.address.objsubid, {}};

	if (object.address.classid != pg_class || object.address.objsubid <= 0)
		return;
	column.texts[0] = &object.name();
	for (size_t i = 0; i < properties.size(); i++) {
		if (size_t at = object.find(properties[i]); at < object.property_count())
			column.texts[i + 1] = &object.value(at);
	}
	columns_.push_back(column);
}

void
Shapes::settle()
{
	std::sort(columns_.begin(), columns_.end(), [](const Column &a, const Column &b) {
		return a.table != b.table ? a.table < b.table : a.number < b.number;
	});
	for (auto first = columns_.begin(), last = first; first != columns_.end(); first = last) {
		std::string shape;

		for (; last != columns_.end() && last->table == first->table; ++last) {
			append(shape, &last->number, sizeof(last->number));
			append(shape, last->texts, sizeof(last->texts));
		}
		of_[first->table] = known_.try_emplace(std::move(shape), known_.size() + 1).first->second;
	}
	columns_.clear();
}

uint32_t
Shapes::of(uint32_t table)
{
	if (!columns_.empty())
		settle();

	auto found = of_.find(table);

	return found == of_.end() ? 0 : found->second;
}

/* Empty: there is nothing to be written. */
std::string
Unwritten::key_of(const Written &written, const std::vector<size_t> &columns, const Rows &rows, size_t row,
				  const Object &object)
{
	/* A row of the table as a whole, which goes by the table's name. */
	constexpr std::string_view whole_row = ":varattno 0 ";
	std::string key;
	bool any = false;

	for (size_t column : columns) {
		std::optional<std::string_view> cell = rows.cell(row, column);
		size_t size = cell ? cell->size() : SIZE_MAX;

		any = any || cell;
		append(key, &size, sizeof(size));
		key += cell.value_or("");
	}
	if (!any)
		return {};
	if (written.by_columns) {
		uint32_t shape = shapes_.of(object.parent.objid);

		append(key, &shape, sizeof(shape));
		if (shape == 0 || key.find(whole_row) != std::string::npos)
			append(key, &object.address.objid, sizeof(object.address.objid));
	}
	return key;
}

void
Unwritten::add(const Rows &rows, size_t row, const Object &object, size_t n)
{
	for (size_t i = 0; i < waiting_.size(); i++) {
		const Written &written = kind_.written[i];
		Waiting &waiting = waiting_[i];

		if (waiting.columns.empty()) {
			for (size_t column = 0; column < rows.columns.size(); column++) {
				if (rows.columns[column] == written.key)
					waiting.columns.push_back(column);
			}
		}
		if (std::string key = key_of(written, waiting.columns, rows, row, object); !key.empty())
			waiting.alike[std::move(key)].objects.emplace_back(object.address, n);
	}
}

std::set<uint32_t>
Unwritten::ask()
{
	std::set<uint32_t> oids;

	for (const Waiting &waiting : waiting_) {
		for (const auto &[key, alike] : waiting.alike)
			oids.insert(alike.objects[alike.gone].first.objid);
	}
	return oids;
}

/* False: nothing has come for them. */
bool
Unwritten::settle(const Written &what, const Alike &alike, const Objects &written, Catalog &catalog)
{
	auto found = written.find(alike.objects[alike.gone].first);

	/* Dropped by another session since our snapshot was taken: its row is there, and its text is not. */
	if (found == written.end() || (what.by_columns && !found->second->has(what.properties.front())))
		return false;
	for (std::string_view name : what.properties) {
		const size_t property = found->second->find(name);

		for (size_t n = alike.gone; n < alike.objects.size(); n++)
			catalog[alike.objects[n].second].take(property, *found->second);
	}
	return true;
}

void
Unwritten::take(const std::vector<Object> &written, Catalog &catalog)
{
	Objects by_address;

	for (const Object &object : written)
		by_address[object.address] = &object;
	for (size_t i = 0; i < waiting_.size(); i++) {
		auto &all = waiting_[i].alike;

		for (auto entry = all.begin(); entry != all.end();) {
			Alike &alike = entry->second;
			bool over = settle(kind_.written[i], alike, by_address, catalog) || ++alike.gone == alike.objects.size();

			entry = over ? all.erase(entry) : std::next(entry);
		}
	}
}

} // namespace schema_guard::catalog
