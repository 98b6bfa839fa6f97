/*
 * attempt.cpp - reading an attempt back.
 */
#include "schema_guard/core/attempts/attempt.hpp"

#include <cstring>
#include <type_traits>

namespace schema_guard::attempt {

const char *
outcome_name(Outcome outcome) noexcept
{
	switch (outcome) {
	case Outcome::committed:
		return "committed";
	case Outcome::refused:
		return "refused";
	case Outcome::failed:
		return "failed";
	case Outcome::rolled_back:
		return "rolled_back";
	}
	return "failed";
}

namespace {

class Reader {
public:
	explicit Reader(std::string_view entry) noexcept : rest_(entry) {}

	template <typename N>
	void number(N &value) noexcept
	{
		int64_t wide = 0;

		if (take(&wide, sizeof wide))
			value = static_cast<N>(wide);
	}
	void text(std::string_view &text) noexcept
	{
		uint32_t length = 0;

		if (!take(&length, sizeof length))
			return;
		if (length > rest_.size()) {
			sound_ = false;
			return;
		}
		text = rest_.substr(0, length);
		rest_.remove_prefix(length);
	}
	/* The number of items that follow; each has a byte at least. */
	size_t count() noexcept
	{
		int64_t items = 0;

		number(items);
		if (items < 0 || static_cast<uint64_t>(items) > rest_.size())
			sound_ = false;
		return sound_ ? static_cast<size_t>(items) : 0;
	}
	bool sound() const noexcept { return sound_; }
	bool at_end() const noexcept { return rest_.empty(); }

private:
	bool take(void *to, size_t size) noexcept
	{
		if (size > rest_.size())
			sound_ = false;
		if (!sound_)
			return false;
		std::memcpy(to, rest_.data(), size);
		rest_.remove_prefix(size);
		return true;
	}

	std::string_view rest_;
	bool sound_ = true;
};

} // namespace

bool
read_attempt(std::string_view entry, ReadAttempt &read)
{
	Reader reader(entry);

	each_part(reader, read.attempt);
	read.violations.clear();
	for (size_t left = reader.count(); left > 0 && reader.sound(); left--)
		reader.text(read.violations.emplace_back());
	read.objects.clear();
	for (size_t left = reader.count(); left > 0 && reader.sound(); left--)
		each_part_of_object(reader, read.objects.emplace_back());
	return reader.sound() && reader.at_end() && read.attempt.outcome <= Outcome::rolled_back;
}

} // namespace schema_guard::attempt
