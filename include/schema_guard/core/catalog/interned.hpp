/*
 * core/catalog/interned.hpp - texts of objects, each kept once: most properties of a large schema have few values, and
 * names come again in all parts of an object.  Equal texts then are the same text, so comparing is comparing addresses.
 */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schema_guard::catalog {

using Value = std::optional<std::string>;

namespace interned {

/* The one copy of a text; it stays as long as there is any Use, and longer as long as these are few. */
const Value *keep(std::string_view text);
const Value *null();

/* Part of whatever points to texts. */
class Use {
public:
	Use() noexcept { users_++; }
	Use(const Use &) noexcept { users_++; }
	Use &operator=(const Use &) noexcept { return *this; }
	~Use() noexcept
	{
		if (--users_ == 0)
			forget();
	}

private:
	static void forget() noexcept;
	static inline size_t users_ = 0;
};

} // namespace interned

/* The names of an object, outermost first; reads like a vector of strings. */
class Names {
public:
	static constexpr size_t most = 4;

	class Iterator {
	public:
		using iterator_category = std::random_access_iterator_tag;
		using value_type = std::string;
		using difference_type = std::ptrdiff_t;
		using pointer = const std::string *;
		using reference = const std::string &;

		explicit Iterator(const Value *const *at = nullptr) : at_(at) {}
		reference operator*() const { return ***at_; }
		pointer operator->() const { return &**this; }
		reference operator[](difference_type n) const { return *(*this + n); }
		Iterator &operator++() { return *this += 1; }
		Iterator operator++(int) { return Iterator(at_++); }
		Iterator &operator--() { return *this += -1; }
		Iterator &operator+=(difference_type n)
		{
			at_ += n;
			return *this;
		}
		Iterator operator+(difference_type n) const { return Iterator(at_ + n); }
		Iterator operator-(difference_type n) const { return Iterator(at_ - n); }
		difference_type operator-(const Iterator &other) const { return at_ - other.at_; }
		auto operator<=>(const Iterator &) const = default;

	private:
		const Value *const *at_;
	};

	Names() = default;
	Names(std::initializer_list<std::string_view> names) : Names(names.begin(), names.end()) {}
	Names(const std::vector<std::string> &names) : Names(names.begin(), names.end()) {}
	template <typename From>
	Names(From first, From last)
	{
		for (; first != last; ++first)
			push_back(*first);
	}
	operator std::vector<std::string>() const { return {begin(), end()}; }

	size_t size() const { return size_; }
	bool empty() const { return size_ == 0; }
	const std::string &operator[](size_t i) const { return **names_[i]; }
	const std::string &front() const { return (*this)[0]; }
	const std::string &back() const { return (*this)[size_ - 1]; }
	Iterator begin() const { return Iterator(names_.data()); }
	Iterator end() const { return Iterator(names_.data() + size_); }

	void assign(std::initializer_list<std::string_view> names)
	{
		size_ = 0;
		names_ = {};
		for (std::string_view name : names)
			push_back(name);
	}
	/* Raises std::length_error for more names than any kind has. */
	void push_back(std::string_view name);
	void set(size_t i, std::string_view name) { names_[i] = interned::keep(name); }

	bool operator==(const Names &other) const { return size_ == other.size_ && names_ == other.names_; }
	size_t hash() const noexcept;

private:
	[[no_unique_address]] interned::Use use_;
	uint32_t size_ = 0;
	std::array<const Value *, most> names_{};
};

} // namespace schema_guard::catalog
