/*
 * ring.cpp - entries are their length, then their bytes; what does not fit before the end goes on at the beginning.
 */
#include "schema_guard/core/attempts/ring.hpp"

#include <algorithm>
#include <cstring>

namespace schema_guard::attempt {

bool
Ring::begin(size_t size) noexcept
{
	auto length = static_cast<uint32_t>(size);

	if (size > size_ || sizeof length + size > size_ - used())
		return false;
	at_ = state_.head;
	put(&length, sizeof length);
	return true;
}

void
Ring::put(const void *data, size_t size) noexcept
{
	auto offset = static_cast<size_t>(at_ % size_);
	size_t first = std::min(size, size_ - offset);

	if (size == 0)
		return;
	std::memcpy(bytes_ + offset, data, first);
	std::memcpy(bytes_, static_cast<const char *>(data) + first, size - first);
	at_ += size;
}

void
Ring::get(uint64_t from, void *data, size_t size) const noexcept
{
	auto offset = static_cast<size_t>(from % size_);
	size_t first = std::min(size, size_ - offset);

	std::memcpy(data, bytes_ + offset, first);
	std::memcpy(static_cast<char *>(data) + first, bytes_, size - first);
}

bool
Ring::read(uint64_t &position, std::vector<char> &entry) const
{
	uint32_t length;

	if (position >= state_.head)
		return false;
	get(position, &length, sizeof length);
	entry.resize(length);
	if (length > 0)
		get(position + sizeof length, entry.data(), length);
	position += sizeof length + length;
	return true;
}

bool
Ring::skip(uint64_t &position, void *data, size_t size) const noexcept
{
	uint32_t length;

	if (position >= state_.head)
		return false;
	get(position, &length, sizeof length);
	get(position + sizeof length, data, std::min<size_t>(size, length));
	position += sizeof length + length;
	return true;
}

} // namespace schema_guard::attempt
