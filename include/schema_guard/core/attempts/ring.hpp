/*
 * core/attempts/ring.hpp - a queue of byte strings in memory of fixed size, shared by processes; the caller locks.
 *
 * Knows nothing of PostgreSQL, allocates nothing and raises nothing when it is written: that happens while an error is
 * being handled.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace schema_guard::attempt {

/* Bytes ever written and ever taken; all zero is an empty ring. */
struct RingState {
	uint64_t head;
	uint64_t tail;
};

class Ring {
public:
	Ring(RingState &state, char *bytes, size_t size) noexcept : state_(state), bytes_(bytes), size_(size) {}

	size_t used() const noexcept { return static_cast<size_t>(state_.head - state_.tail); }

	/* Begins an entry of this many bytes, to be filled by put(); false when there is no room. */
	bool begin(size_t size) noexcept;
	void put(const void *data, size_t size) noexcept;
	/* The entry is whole: readers see it. */
	void commit() noexcept { state_.head = at_; }

	/*
	 * Copies the oldest entry after the position into entry, and moves the position behind it; false at the end.
	 * A position of state.tail is the oldest there is.
	 */
	bool read(uint64_t &position, std::vector<char> &entry) const;

	/* As read(), but copies the first bytes of the entry only, as far as it has as many. */
	bool skip(uint64_t &position, void *data, size_t size) const noexcept;

	/* Takes away everything before the position. */
	void take(uint64_t position) noexcept { state_.tail = position; }

private:
	void get(uint64_t from, void *data, size_t size) const noexcept;

	RingState &state_;
	char *bytes_;
	size_t size_;
	uint64_t at_ = 0;
};

} // namespace schema_guard::attempt
