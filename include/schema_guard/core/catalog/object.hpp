/*
 * core/catalog/object.hpp - one fact of a schema, and a whole schema.
 */
#pragma once

#include "schema_guard/core/address.hpp"
#include "schema_guard/core/catalog/interned.hpp"
#include "schema_guard/core/catalog/kind.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

namespace schema_guard::catalog {

/* An object: a catalog row that DDL can address, with what hangs on it. */
class Object {
public:
	explicit Object(const Kind &kind);

	const Kind &kind() const { return *kind_; }
	bool is(std::string_view kind_name) const { return kind_->name == kind_name; }

	/* Outermost first, unquoted: {"public", "orders", "id"}. */
	Names identity;
	Address address;
	Address parent; /* all zero: none */
	std::vector<Address> needs;

	/* Its own name: the part of the identity in the column "name", or the last. */
	const std::string &name() const { return identity[name_part()]; }
	size_t name_part() const;

	/* Kind, quoted identity: "column public.orders.id". */
	std::string display() const;
	std::string quoted_identity() const;

	/* By position: the kind's own first, then the common ones. */
	size_t property_count() const { return values_.size(); }
	const Property &property(size_t i) const;
	const Value &value(size_t i) const { return *values_[i]; }
	void set(size_t i, std::optional<std::string_view> value)
	{
		values_[i] = value ? interned::keep(*value) : interned::null();
	}
	/* The value of another of this kind. */
	void take(size_t i, const Object &other) { values_[i] = other.values_[i]; }
	/* Whether another of this kind has the same value. */
	bool same(size_t i, const Object &other) const { return values_[i] == other.values_[i]; }

	/* By name; the property must exist. */
	const Value &value(std::string_view property) const;
	void set(std::string_view property, std::optional<std::string_view> value);
	/* The text, empty when NULL. */
	const std::string &operator[](std::string_view property) const;
	bool has(std::string_view property) const { return value(property).has_value(); }
	/* A text[] as its items. */
	std::vector<std::string> list(std::string_view property) const;

	/* Position of a property, or property_count(). */
	size_t find(std::string_view property) const;

	/* The name of the column that holds identity part i. */
	std::string_view identity_column(size_t i) const { return kind_->identity[i]; }

	/* Kind and identity, in one text that sorts and compares: the object's name in the whole schema. */
	std::string key() const;

	/* Text of kind, identity and all properties that count; what the fingerprint hashes.  No OID, no NULL. */
	std::string canonical() const;

private:
	const Kind *kind_;
	std::vector<const Value *> values_;
};

/* A row of pg_depend. */
struct Dependency {
	Address from; /* classid, objid, objsubid */
	Address on;	  /* refclassid, refobjid, refobjsubid */
	char type = 'n';
};

/* Numbers of objects by number of object: one list in one array. */
class Lists {
public:
	/* Pairs (object, one of its list); each list comes out in order, with or without its repetitions. */
	void assign(size_t objects, const std::vector<std::pair<uint32_t, uint32_t>> &pairs, bool unique);
	std::span<const uint32_t> operator[](size_t i) const { return {&items_[starts_[i]], ends_[i] - starts_[i]}; }

private:
	std::vector<uint32_t> starts_, ends_, items_;
};

/* Numbers of objects by a hash of something they have. */
class NumberTable {
public:
	void reset(size_t count);
	/* The number among those with this hash for which equal(number) holds; npos: none. */
	template <typename Equal>
	size_t find(size_t hash, Equal &&equal) const
	{
		for (size_t at = hash & mask_; !slots_.empty() && slots_[at] != 0; at = (at + 1) & mask_) {
			if (equal(slots_[at] - 1))
				return slots_[at] - 1;
		}
		return npos;
	}
	void add(size_t hash, size_t number);

	static constexpr size_t npos = SIZE_MAX;

private:
	std::vector<uint32_t> slots_;
	size_t mask_ = 0;
};

/* A schema as it was at one moment. */
class Catalog {
public:
	int version = 150000; /* server_version_num of where it was read */

	/* Fills; finish() once after the last. */
	Object &add(Object object);
	void add(const Dependency &dependency) { raw_.push_back(dependency); }
	/* As they were added; gone after finish(). */
	std::span<const Dependency> dependencies() const { return raw_; }
	void set_comment(const Address &address, std::string text);
	void add_label(const Address &address, std::string label);
	/* Gives an object another identity; reindex() once after the last. */
	void rename(size_t i, const Names &identity) { objects_[i].identity = identity; }
	void reindex();
	/* Sorts by rank and identity, and turns rows of pg_depend into edges between objects. */
	void finish();

	size_t size() const { return objects_.size(); }
	const Object &operator[](size_t i) const { return objects_[i]; }
	Object &operator[](size_t i) { return objects_[i]; }
	auto begin() const { return objects_.begin(); }
	auto end() const { return objects_.end(); }
	size_t index(const Object &object) const;

	const Object *find(std::string_view kind_name, const Names &identity) const;
	const Object *find(const Kind &kind, const Names &identity) const;
	const Object *find_key(const std::string &key) const;
	const Object *at(const Address &address) const;

	const Object *parent(const Object &object) const;
	/* Objects whose parent it is, of this kind or of all, in order. */
	std::vector<const Object *> children(const Object &object, std::string_view kind_name = {}) const;

	/* Objects it depends on, and those that depend on it; direct ones, its parent among the former. */
	std::vector<const Object *> depends_on(const Object &object) const;
	std::vector<const Object *> dependents(const Object &object) const;
	/* What it depends on that was not read, when only some objects were: addresses as pg_depend has them. */
	std::vector<Address> depends_outside(const Object &object) const;

private:
	struct Edges;

	void sort();
	void find_belongings();
	size_t number(const Address &address) const;
	size_t resolve(Address address) const;
	void link(size_t from, const Address &on, Edges &edges);

	std::vector<Object> objects_;
	std::vector<Dependency> raw_;
	NumberTable by_key_, by_address_;
	/* Internal parts, extension members: to what they are part of; while edges are made. */
	std::vector<std::pair<Address, Address>> belongs_to_;
	Lists on_, from_, children_;
	std::unordered_map<size_t, std::vector<Address>> outside_;
	std::unordered_map<Address, std::string> comments_;
	std::unordered_map<Address, std::vector<std::string>> labels_;
};

} // namespace schema_guard::catalog
