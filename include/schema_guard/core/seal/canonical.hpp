/*
 * core/seal/canonical.hpp - values as bytes that are the same on every machine and in every release, and no others'.
 *
 * Each value says what it is and how long, so that no two rows have the same bytes: a null, a value, or a list of values.
 */
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace schema_guard::seal {

class Canonical {
public:
	/* Appends to bytes, which outlives this. */
	explicit Canonical(std::string &bytes) : bytes_(bytes) {}

	void null() { bytes_ += '\0'; }
	void text(std::string_view value)
	{
		bytes_ += '\1';
		length(value.size());
		bytes_ += value;
	}
	/* In eight bytes, most significant first. */
	void number(int64_t value)
	{
		bytes_ += '\2';
		big_endian(static_cast<uint64_t>(value), 8);
	}
	/* As many values follow. */
	void list(size_t count)
	{
		bytes_ += '\3';
		length(count);
	}

private:
	void length(size_t value) { big_endian(value, 4); }
	void big_endian(uint64_t value, int size)
	{
		for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
			bytes_ += static_cast<char>(value >> shift & 0xff);
	}

	std::string &bytes_;
};

} // namespace schema_guard::seal
