/*
 * object_hashes.cpp - rows of the catalogs, each to the object it is of; see object_hashes.hpp.
 */
#include "schema_guard/pg/object_hashes.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_scan.hpp"

#include <unordered_map>
#include <unordered_set>

extern "C" {
#include "catalog/pg_attrdef.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_rewrite.h"
#include "common/hashfn.h"
#include "utils/fmgroids.h"
}

namespace schema_guard::pg {

namespace {

/* As parts_of; where the first OID is 0 the next one counts, last the row's own. */
constexpr PartOf more_parts_of[] = {
	{ConstraintRelationId, offsetof(FormData_pg_constraint, conrelid), RelationRelationId},
	{ConstraintRelationId, offsetof(FormData_pg_constraint, contypid), TypeRelationId},
	{IndexRelationId, offsetof(FormData_pg_index, indexrelid), RelationRelationId},
};

constexpr char magic[8] = {'s', 'g', 'h', 'a', 's', 'h', '1', PG_VERSION_NUM / 10000};

uint64_t
key_of(Oid classid, Oid objid)
{
	return (static_cast<uint64_t>(classid) << 32) | objid;
}

Address
address_of(uint64_t key)
{
	return {static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), 0};
}

template <typename Value>
Value
at(const CatalogRow &row, size_t offset)
{
	Value value;

	memcpy(&value, row.data + offset, sizeof(value));
	return value;
}

/* The columns of a catalog that may say whose its rows are. */
using Columns = std::vector<PartOf>;

class Reader {
public:
	explicit Reader(uint64_t seed) : seed_(seed) {}

	void take(const CatalogRow &row)
	{
		if (row.catalog != catalog_)
			begin(row.catalog);
		if (says_nothing(row))
			return;

		uint64_t key = whole_of(row);

		if (last_ == nullptr || last_->first != key)
			last_ = &*hashes_.try_emplace(key, 0).first;
		last_->second +=
			hash_bytes_extended(reinterpret_cast<const unsigned char *>(row.data), row.length, row.seed ^ seed_);
	}

	const std::unordered_map<uint64_t, uint64_t> &hashes() const { return hashes_; }

private:
	void begin(Oid catalog)
	{
		catalog_ = catalog;
		columns_.clear();
		for (std::span<const PartOf> list : {std::span<const PartOf>(more_parts_of), parts_of}) {
			for (const PartOf &part : list) {
				if (part.catalog == catalog)
					columns_.push_back(part);
			}
		}
	}

	/* What follows from other rows. */
	bool says_nothing(const CatalogRow &row)
	{
		switch (row.catalog) {
		case RelationRelationId:
			/* Tables of large values, but for their options, which are in the row's end. */
			if (at<Oid>(row, offsetof(FormData_pg_class, relnamespace)) != PG_TOAST_NAMESPACE)
				return false;
			toast_.insert(at<Oid>(row, 0));
			return row.length <= sizeof(FormData_pg_class) ||
				   at<char>(row, offsetof(FormData_pg_class, relkind)) == RELKIND_INDEX;
		case AttributeRelationId:
		case IndexRelationId:
			return toast_.count(at<Oid>(row, 0)) > 0;
		case TypeRelationId:
			return at<Oid>(row, offsetof(FormData_pg_type, typinput)) == F_ARRAY_IN &&
				   at<Oid>(row, offsetof(FormData_pg_type, typelem)) != InvalidOid;
		case DependRelationId:
			switch (at<Oid>(row, offsetof(FormData_pg_depend, classid))) {
			case AttrDefaultRelationId:
			case ConstraintRelationId:
			case RewriteRelationId:
			case PolicyRelationId:
				return true;
			case TypeRelationId:
				return at<char>(row, offsetof(FormData_pg_depend, deptype)) == DEPENDENCY_INTERNAL;
			case RelationRelationId:
				return toast_.count(at<Oid>(row, offsetof(FormData_pg_depend, objid))) > 0;
			default:
				return false;
			}
		case AuthMemRelationId:
			return true;
		default:
			return false;
		}
	}

	uint64_t whole_of(const CatalogRow &row) const
	{
		Oid classid = row.catalog, objid = InvalidOid;

		for (const PartOf &part : columns_) {
			classid = part.classid != 0 ? part.classid : at<Oid>(row, part.classid_at);
			objid = at<Oid>(row, part.object);
			if (objid != InvalidOid)
				break;
		}
		if (objid == InvalidOid && row.has_oid) {
			classid = row.catalog;
			objid = at<Oid>(row, 0);
		}
		/* The system's own, but for the schema public, and for names of roles and tablespaces. */
		if (objid < FirstNormalObjectId && classid != NamespaceRelationId && classid != AuthIdRelationId &&
			classid != TableSpaceRelationId)
			objid = InvalidOid;
		return key_of(classid, objid);
	}

	uint64_t seed_;
	Oid catalog_ = InvalidOid;
	Columns columns_;
	std::unordered_set<Oid> toast_;
	std::unordered_map<uint64_t, uint64_t> hashes_;
	std::pair<const uint64_t, uint64_t> *last_ = nullptr;
};

} // namespace

uint64_t
ObjectHashes::new_seed()
{
	return guard([] {
		uint64_t seed;

		if (!pg_strong_random(&seed, sizeof(seed)))
			elog(ERROR, "could not generate a random number");
		return seed;
	});
}

ObjectHashes
ObjectHashes::read(uint64_t seed)
{
	ObjectHashes result;
	Reader reader(seed);

	scan_catalogs([&](const CatalogRow &row) { reader.take(row); });
	result.seed_ = seed;
	result.entries_.reserve(reader.hashes().size());
	for (const auto &[key, hash] : reader.hashes())
		result.entries_.push_back({key, hash});
	std::sort(result.entries_.begin(), result.entries_.end(),
			  [](const Entry &a, const Entry &b) { return a.key < b.key; });
	return result;
}

std::optional<ObjectHashes>
ObjectHashes::parse(std::string_view bytes)
{
	constexpr size_t header = sizeof(magic) + sizeof(uint64_t);
	ObjectHashes result;

	if (bytes.size() < header || (bytes.size() - header) % sizeof(Entry) != 0 ||
		memcmp(bytes.data(), magic, sizeof(magic)) != 0)
		return std::nullopt;
	memcpy(&result.seed_, bytes.data() + sizeof(magic), sizeof(result.seed_));
	result.entries_.resize((bytes.size() - header) / sizeof(Entry));
	memcpy(result.entries_.data(), bytes.data() + header, bytes.size() - header);
	return result;
}

std::string
ObjectHashes::bytes() const
{
	std::string result(magic, sizeof(magic));

	result.append(reinterpret_cast<const char *>(&seed_), sizeof(seed_));
	result.append(reinterpret_cast<const char *>(entries_.data()), entries_.size() * sizeof(Entry));
	return result;
}

bool
ObjectHashes::has(const Address &object) const
{
	uint64_t key = key_of(object.classid, object.objid);
	auto found = std::lower_bound(entries_.begin(), entries_.end(), key,
								  [](const Entry &entry, uint64_t wanted) { return entry.key < wanted; });

	return found != entries_.end() && found->key == key;
}

std::vector<Address>
ObjectHashes::of_catalog(Oid catalog) const
{
	std::vector<Address> result;
	auto found = std::lower_bound(entries_.begin(), entries_.end(), key_of(catalog, 0),
								  [](const Entry &entry, uint64_t wanted) { return entry.key < wanted; });

	for (; found != entries_.end() && found->key >> 32 == catalog; ++found)
		result.push_back(address_of(found->key));
	return result;
}

std::vector<Address>
ObjectHashes::differing(const ObjectHashes &other) const
{
	std::vector<Address> result;
	auto a = entries_.begin(), b = other.entries_.begin();

	while (a != entries_.end() || b != other.entries_.end()) {
		if (b == other.entries_.end() || (a != entries_.end() && a->key < b->key)) {
			result.push_back(address_of((a++)->key));
		} else if (a == entries_.end() || b->key < a->key) {
			result.push_back(address_of((b++)->key));
		} else {
			if (a->hash != b->hash)
				result.push_back(address_of(a->key));
			++a;
			++b;
		}
	}
	return result;
}

void
ObjectHashes::remove(const std::vector<Address> &objects)
{
	std::unordered_set<uint64_t> keys;

	for (const Address &object : objects)
		keys.insert(key_of(object.classid, object.objid));
	std::erase_if(entries_, [&](const Entry &entry) { return keys.count(entry.key) > 0; });
}

} // namespace schema_guard::pg
