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
		head('\1', value.size(), 4);
		bytes_ += value;
	}
	/* In eight bytes, most significant first. */
	void number(int64_t value) { head('\2', static_cast<uint64_t>(value), 8); }
	/* As many values follow. */
	void list(size_t count) { head('\3', count, 4); }

private:
	/* The kind of value and a number in that many bytes, at once: a row has some fifty of them. */
	void head(char kind, uint64_t value, size_t size)
	{
		char packed[9] = {kind};

		for (size_t i = size; i > 0; i--, value >>= 8)
			packed[i] = static_cast<char>(value & 0xff);
		bytes_.append(packed, size + 1);
	}

	std::string &bytes_;
};

} // namespace schema_guard::seal
