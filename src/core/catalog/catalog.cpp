/*
 * catalog.cpp - objects by name, by address, and along their dependencies.
 */
#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/core/text/sql.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <unordered_set>

namespace schema_guard::catalog {

namespace {

/* OIDs of catalogs, the same in all versions. */
constexpr uint32_t pg_amop = 2602;
constexpr uint32_t pg_amproc = 2603;
constexpr uint32_t pg_opclass = 2616;
constexpr uint32_t pg_opfamily = 2753;

} // namespace

Object::Object(const Kind &kind)
	: kind_(&kind), values_(kind.properties.size() + common_properties().size(), interned::null())
{
}

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
	return *values_.at(find(name));
}

void
Object::set(std::string_view name, std::optional<std::string_view> value)
{
	size_t i = find(name);

	(void) values_.at(i);
	set(i, value);
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
		if (value(i) && !(property(i).flags & implied)) {
			text += '/';
			put(property(i).name);
			put(*value(i));
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
Lists::assign(size_t objects, const std::vector<std::pair<uint32_t, uint32_t>> &pairs, bool unique)
{
	starts_.assign(objects + 1, 0);
	for (const auto &[from, to] : pairs)
		starts_[from + 1]++;
	for (size_t i = 0; i < objects; i++)
		starts_[i + 1] += starts_[i];
	ends_.assign(starts_.begin(), starts_.end());
	/* One more, so that even an empty list has an address. */
	items_.assign(pairs.size() + 1, 0);
	for (const auto &[from, to] : pairs)
		items_[ends_[from]++] = to;
	for (size_t i = 0; i < objects; i++) {
		auto first = items_.begin() + starts_[i], last = items_.begin() + ends_[i];

		std::sort(first, last);
		if (unique)
			ends_[i] = std::unique(first, last) - items_.begin();
	}
}

void
NumberTable::reset(size_t count)
{
	size_t size = 16;

	while (size < count * 2)
		size *= 2;
	slots_.assign(size, 0);
	mask_ = size - 1;
}

void
NumberTable::add(size_t hash, size_t number)
{
	size_t at = hash & mask_;

	while (slots_[at] != 0)
		at = (at + 1) & mask_;
	slots_[at] = number + 1;
}

namespace {

size_t
hash_of(const Kind &kind, const Names &identity)
{
	return identity.hash() ^ (reinterpret_cast<uintptr_t>(&kind) >> 3);
}

/* As of their keys, without making these. */
bool
comes_before(const Object &a, const Object &b)
{
	if (a.kind().rank != b.kind().rank)
		return a.kind().rank < b.kind().rank;
	if (&a.kind() != &b.kind())
		return a.kind().name < b.kind().name;
	return std::lexicographical_compare(a.identity.begin(), a.identity.end(), b.identity.begin(), b.identity.end());
}

} // namespace

/* Pairs of numbers, from and on. */
struct Catalog::Edges {
	std::vector<std::pair<uint32_t, uint32_t>> pairs;
};

void
Catalog::sort()
{
	std::vector<uint32_t> order(objects_.size());
	std::vector<Object> sorted;

	std::iota(order.begin(), order.end(), 0u);
	std::sort(order.begin(), order.end(),
			  [&](uint32_t a, uint32_t b) { return comes_before(objects_[a], objects_[b]); });
	sorted.reserve(objects_.size());
	by_address_.reset(objects_.size());
	for (uint32_t from : order) {
		size_t at = sorted.size();
		const Address address = objects_[from].address;

		sorted.push_back(std::move(objects_[from]));
		if (auto found = comments_.find(address); found != comments_.end())
			sorted.back().set("comment", found->second);
		if (auto found = labels_.find(address); found != labels_.end()) {
			std::sort(found->second.begin(), found->second.end());
			sorted.back().set("security_labels", sql::write_array(found->second));
		}
		if (address.objid != 0 && by_address_.find(std::hash<Address>{}(address), [&](size_t other) {
				return sorted[other].address == address;
			}) == NumberTable::npos)
			by_address_.add(std::hash<Address>{}(address), at);
	}
	objects_ = std::move(sorted);
	comments_.clear();
	labels_.clear();
	reindex();
}

/* Of what is told twice, the first counts. */
void
Catalog::find_belongings()
{
	/* Extension membership first: a member's internal parts belong to the extension as well.  A partition's copy of a
	   foreign key or of a trigger belongs to the one it is a copy of. */
	for (const Dependency &row : raw_) {
		if (row.type == 'e' || row.type == 'i' || row.type == 'P')
			belongs_to_.emplace_back(row.from, row.on);
	}
	/* What is no object and no internal part, such as a generated column's expression.  Loose members of an operator
	   family depend in the same way on the function or operator they are made of. */
	for (const Dependency &row : raw_) {
		bool member = row.from.classid == pg_amop || row.from.classid == pg_amproc;

		if (row.type == 'a' && (!member || row.on.classid == pg_opfamily || row.on.classid == pg_opclass))
			belongs_to_.emplace_back(row.from, row.on);
	}
	/* Objects are found by themselves. */
	std::erase_if(belongs_to_, [&](const auto &pair) { return number(pair.first) != NumberTable::npos; });
	std::stable_sort(belongs_to_.begin(), belongs_to_.end(),
					 [](const auto &a, const auto &b) { return a.first < b.first; });
}

void
Catalog::finish()
{
	Edges edges, parts;

	sort();
	find_belongings();
	for (size_t i = 0; i < objects_.size(); i++) {
		if (const Object *whole = parent(objects_[i])) {
			link(i, whole->address, edges);
			parts.pairs.emplace_back(index(*whole), i);
		}
		for (const Address &address : objects_[i].needs)
			link(i, address, edges);
	}
	/* What a partition's copy depends on is the partition's: the original does not. */
	std::unordered_set<Address> copies;
	for (const Dependency &row : raw_) {
		if (row.type == 'P' && number(row.from) == NumberTable::npos)
			copies.insert(row.from);
	}
	for (const Dependency &row : raw_) {
		if (copies.empty() || !copies.count(row.from))
			link(resolve(row.from), row.on, edges);
	}
	raw_ = {};
	belongs_to_ = {};
	for (auto &[i, list] : outside_) {
		std::sort(list.begin(), list.end());
		list.erase(std::unique(list.begin(), list.end()), list.end());
	}
	on_.assign(objects_.size(), edges.pairs, true);
	for (auto &[from, on] : edges.pairs)
		std::swap(from, on);
	from_.assign(objects_.size(), edges.pairs, true);
	children_.assign(objects_.size(), parts.pairs, false);
}

void
Catalog::reindex()
{
	by_key_.reset(objects_.size());
	for (size_t i = 0; i < objects_.size(); i++) {
		if (find(objects_[i].kind(), objects_[i].identity) == nullptr)
			by_key_.add(hash_of(objects_[i].kind(), objects_[i].identity), i);
	}
}

/* The number of the object at an address. */
size_t
Catalog::number(const Address &address) const
{
	return by_address_.find(std::hash<Address>{}(address), [&](size_t i) { return objects_[i].address == address; });
}

/* The number of the object at an address, or of the one it is an internal part of. */
size_t
Catalog::resolve(Address address) const
{
	for (int depth = 0; depth < 8; depth++) {
		if (size_t i = number(address); i != NumberTable::npos)
			return i;

		auto found = std::lower_bound(belongs_to_.begin(), belongs_to_.end(), address,
									  [](const auto &pair, const Address &wanted) { return pair.first < wanted; });

		if (found != belongs_to_.end() && found->first == address)
			address = found->second;
		else if (address.objsubid != 0)
			address.objsubid = 0;
		else
			break;
	}
	return NumberTable::npos;
}

void
Catalog::link(size_t from, const Address &address, Edges &edges)
{
	if (from == NumberTable::npos)
		return;

	size_t on = resolve(address);

	if (on == NumberTable::npos)
		outside_[from].push_back(address);
	else if (on != from)
		edges.pairs.emplace_back(from, on);
}

size_t
Catalog::index(const Object &object) const
{
	if (&object >= objects_.data() && &object < objects_.data() + objects_.size())
		return &object - objects_.data();

	const Object *found = find(object.kind(), object.identity);

	if (found == nullptr)
		throw std::out_of_range("no such object: " + object.display());
	return found - objects_.data();
}

const Object *
Catalog::find_key(const std::string &key) const
{
	Names identity;
	size_t begin = key.find('\0');
	const Kind *known = kind(key.substr(0, begin));

	if (known == nullptr)
		return nullptr;
	while (begin != std::string::npos) {
		size_t end = key.find('\0', begin + 1);

		identity.push_back(std::string_view(key).substr(begin + 1, end - begin - 1));
		begin = end;
	}
	return find(*known, identity);
}

const Object *
Catalog::find(std::string_view kind_name, const Names &identity) const
{
	const Kind *known = kind(kind_name);

	return known == nullptr ? nullptr : find(*known, identity);
}

const Object *
Catalog::find(const Kind &kind, const Names &identity) const
{
	size_t i = by_key_.find(hash_of(kind, identity), [&](size_t other) {
		return &objects_[other].kind() == &kind && objects_[other].identity == identity;
	});

	return i == NumberTable::npos ? nullptr : &objects_[i];
}

const Object *
Catalog::at(const Address &address) const
{
	size_t i = number(address);

	return i == NumberTable::npos ? nullptr : &objects_[i];
}

const Object *
Catalog::parent(const Object &object) const
{
	if (object.parent.objid != 0)
		return at(object.parent);
	return object.address.objsubid != 0 ? at({object.address.classid, object.address.objid, 0}) : nullptr;
}

std::vector<Address>
Catalog::depends_outside(const Object &object) const
{
	auto found = outside_.find(index(object));

	return found == outside_.end() ? std::vector<Address>() : found->second;
}

namespace {

std::vector<const Object *>
pointers(const std::vector<Object> &objects, std::span<const uint32_t> list)
{
	std::vector<const Object *> found;

	found.reserve(list.size());
	for (uint32_t i : list)
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
