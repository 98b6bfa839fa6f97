/*
 * core/address.hpp - where PostgreSQL keeps an object.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace schema_guard {

/* A catalog row: PostgreSQL's ObjectAddress.  It means something in one database only. */
struct Address {
	uint32_t classid = 0;
	uint32_t objid = 0;
	int32_t objsubid = 0;

	auto operator<=>(const Address &) const = default;
};

} // namespace schema_guard

template <>
struct std::hash<schema_guard::Address> {
	size_t operator()(const schema_guard::Address &address) const noexcept
	{
		uint64_t key = (uint64_t(address.objid) << 32) ^ (uint64_t(address.classid) << 16) ^ uint32_t(address.objsubid);

		/* The upper half of a product depends on all of its factor's bits. */
		key *= 0x9E3779B97F4A7C15ULL;
		return static_cast<size_t>(key ^ (key >> 32));
	}
};
