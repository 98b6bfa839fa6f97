/*
 * catalog.cpp - objects by name, by address, and along their dependencies.
 */
#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/core/text/sql.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace schema_guard::catalog {

namespace {

/* OIDs of catalogs, the same in all versions. */
constexpr uint32_t pg_amop = 2602;
constexpr uint32_t pg_amproc = 2603;
constexpr uint32_t pg_opclass = 2616;
constexpr uint32_t pg_opfamily = 2753;

} // namespace

Object::Object(const Kind &kind) : kind_(&kind), values_(kind.properties.size() + common_properties().size()) {}

size_t
Object::name_part() const
{
	auto found = std::find(kind_->identity.begin(), kind_->identity.end(), "name");

	return found == kind_->identity.end() ? kind_->identity.size() - 1 : found - kind_->identity.begin();
}

const Property &
Object::property(size_t i) const
{
	return i < kind_->properties.size() ? kind_->properties[i] : common_properties()[i - kind_->properties.size()];
}

size_t
Object::find(std::string_view name) const
{
	size_t i = 0;

	while (i < values_.size() && property(i).name != name)
		i++;
	return i;
}

const Value &
Object::value(std::string_view name) const
{
	return values_.at(find(name));
}

void
Object::set(std::string_view name, Value value)
{
	values_.at(find(name)) = std::move(value);
}

const std::string &
Object::operator[](std::string_view name) const
{
	static const std::string none;
	const Value &found = value(name);

	return found ? *found : none;
}

std::vector<std::string>
Object::list(std::string_view name) const
{
	return sql::read_array((*this)[name]);
}

/* Of routines the last part is a list of types, which need no quotes. */
std::string
Object::quoted_identity() const
{
	std::string text;
	size_t names = identity.size() - (kind_->name_space == "routine" ? 1 : 0);

	for (size_t i = 0; i < names; i++) {
		if (i > 0)
			text += '.';
		text += sql::identifier(identity[i]);
	}
	return names < identity.size() ? text + "(" + identity.back() + ")" : text;
}

std::string
Object::display() const
{
	return std::string(kind_->name) + " " + quoted_identity();
}

std::string
Object::key() const
{
	std::string key(kind_->name);

	for (const std::string &part : identity) {
		key += '\0';
		key += part;
	}
	return key;
}

namespace {

/* Positions of an object's properties in the order of their names; sorted once for each kind. */
const std::vector<size_t> &
by_name(const Object &object)
{
	static auto *known = new std::unordered_map<const Kind *, std::vector<size_t>>();
	auto [found, fresh] = known->try_emplace(&object.kind());
	std::vector<size_t> &order = found->second;

	if (fresh) {
		order.resize(object.property_count());
		std::iota(order.begin(), order.end(), size_t{0});
		std::sort(order.begin(), order.end(),
				  [&](size_t a, size_t b) { return object.property(a).name < object.property(b).name; });
	}
	return order;
}

} // namespace

/* Length-prefixed, so that no two objects have one text; sorted by name, so that the order in the code is of no account. */
std::string
Object::canonical() const
{
	std::string text;
	auto put = [&](std::string_view part) {
		text += std::to_string(part.size());
		text += ':';
		text += part;
	};

	text.reserve(256);
	put(kind_->name);
	for (const std::string &part : identity)
		put(part);
	for (size_t i : by_name(*this)) {
		if (values_[i] && !(property(i).flags & implied)) {
			text += '/';
			put(property(i).name);
			put(*values_[i]);
		}
	}
	return text;
}

Object &
Catalog::add(Object object)
{
	return objects_.emplace_back(std::move(object));
}

void
Catalog::set_comment(const Address &address, std::string text)
{
	comments_[address] = std::move(text);
}

void
Catalog::add_label(const Address &address, std::string label)
{
	labels_[address].push_back(std::move(label));
}

void
Catalog::finish()
{
	std::vector<std::pair<std::string, Object *>> order;
	std::deque<Object> sorted;

	order.reserve(objects_.size());
	for (Object &object : objects_)
		order.emplace_back(object.key(), &object);
	std::sort(order.begin(), order.end(), [](const auto &a, const auto &b) {
		if (a.second->kind().rank != b.second->kind().rank)
			return a.second->kind().rank < b.second->kind().rank;
		return a.first < b.first;
	});
	by_key_.clear();
	by_address_.clear();
	for (auto &[key, object] : order) {
		size_t at = sorted.size();
		Address address = object->address;

		by_key_.emplace(std::move(key), at);
		if (address.objid != 0)
			by_address_.emplace(address, at);
		sorted.push_back(std::move(*object));
		if (auto found = comments_.find(address); found != comments_.end())
			sorted.back().set("comment", std::move(found->second));
		if (auto found = labels_.find(address); found != labels_.end()) {
			std::sort(found->second.begin(), found->second.end());
			sorted.back().set("security_labels", sql::write_array(found->second));
		}
	}
	objects_ = std::move(sorted);
	comments_.clear();
	labels_.clear();

	/* Extension membership first: a member's internal parts belong to the extension as well.  A partition's copy of a
	   foreign key or of a trigger belongs to the one it is a copy of. */
	for (const Dependency &row : raw_) {
		if (row.type == 'e' || row.type == 'i' || row.type == 'P')
			belongs_to_.emplace(row.from, row.on);
	}
	/* What is no object and no internal part, such as a generated column's expression.  Loose members of an operator
	   family depend in the same way on the function or operator they are made of. */
	for (const Dependency &row : raw_) {
		bool member = row.from.classid == pg_amop || row.from.classid == pg_amproc;

		if (row.type == 'a' && (!member || row.on.classid == pg_opfamily || row.on.classid == pg_opclass))
			belongs_to_.emplace(row.from, row.on);
	}
	on_.assign(objects_.size(), {});
	from_.assign(objects_.size(), {});
	children_.assign(objects_.size(), {});
	outside_.assign(objects_.size(), {});
	for (const Object &object : objects_) {
		if (const Object *whole = parent(object)) {
			link(&object, whole->address);
			children_[index(*whole)].push_back(index(object));
		}
		for (const Address &address : object.needs)
			link(&object, address);
	}
	/* What a partition's copy depends on is the partition's: the original does not. */
	std::unordered_set<Address> copies;
	for (const Dependency &row : raw_) {
		if (row.type == 'P' && at(row.from) == nullptr)
			copies.insert(row.from);
	}
	for (const Dependency &row : raw_) {
		if (!copies.count(row.from))
			link(resolve(row.from), row.on);
	}
	for (std::vector<Address> &list : outside_) {
		std::sort(list.begin(), list.end());
		list.erase(std::unique(list.begin(), list.end()), list.end());
	}
	for (auto *lists : {&on_, &from_}) {
		for (std::vector<size_t> &list : *lists) {
			std::sort(list.begin(), list.end());
			list.erase(std::unique(list.begin(), list.end()), list.end());
		}
	}
	raw_.clear();
	raw_.shrink_to_fit();
}

void
Catalog::reindex()
{
	by_key_.clear();
	for (size_t i = 0; i < objects_.size(); i++)
		by_key_.emplace(objects_[i].key(), i);
}

/* The object at an address, or the one it is an internal part of. */
const Object *
Catalog::resolve(Address address) const
{
	for (int depth = 0; depth < 8; depth++) {
		if (const Object *object = at(address))
			return object;
		if (auto found = belongs_to_.find(address); found != belongs_to_.end())
			address = found->second;
		else if (address.objsubid != 0)
			address.objsubid = 0;
		else
			return nullptr;
	}
	return nullptr;
}

void
Catalog::link(const Object *from, const Address &address)
{
	if (from == nullptr)
		return;

	const Object *on = resolve(address);

	if (on == nullptr)
		outside_[index(*from)].push_back(address);
	if (on == nullptr || on == from)
		return;
	on_[index(*from)].push_back(index(*on));
	from_[index(*on)].push_back(index(*from));
}

size_t
Catalog::index(const Object &object) const
{
	auto found = by_address_.find(object.address);

	if (found != by_address_.end() && &objects_[found->second] == &object)
		return found->second;
	return by_key_.at(object.key());
}

const Object *
Catalog::find_key(const std::string &key) const
{
	auto found = by_key_.find(key);

	return found == by_key_.end() ? nullptr : &objects_[found->second];
}

const Object *
Catalog::find(std::string_view kind_name, const std::vector<std::string> &identity) const
{
	std::string key(kind_name);

	for (const std::string &part : identity) {
		key += '\0';
		key += part;
	}
	return find_key(key);
}

const Object *
Catalog::at(const Address &address) const
{
	auto found = by_address_.find(address);

	return found == by_address_.end() ? nullptr : &objects_[found->second];
}

const Object *
Catalog::parent(const Object &object) const
{
	if (object.parent.objid != 0)
		return at(object.parent);
	return object.address.objsubid != 0 ? at({object.address.classid, object.address.objid, 0}) : nullptr;
}

namespace {

std::vector<const Object *>
pointers(const std::deque<Object> &objects, const std::vector<size_t> &list)
{
	std::vector<const Object *> found;

	found.reserve(list.size());
	for (size_t i : list)
		found.push_back(&objects[i]);
	return found;
}

} // namespace

std::vector<const Object *>
Catalog::children(const Object &object, std::string_view kind_name) const
{
	std::vector<const Object *> found = pointers(objects_, children_[index(object)]);

	if (!kind_name.empty())
		std::erase_if(found, [&](const Object *child) { return !child->is(kind_name); });
	return found;
}

std::vector<const Object *>
Catalog::depends_on(const Object &object) const
{
	return pointers(objects_, on_[index(object)]);
}

std::vector<const Object *>
Catalog::dependents(const Object &object) const
{
	return pointers(objects_, from_[index(object)]);
}

} // namespace schema_guard::catalog
