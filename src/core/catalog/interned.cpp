/*
 * interned.cpp - a set of texts for the whole process, which is emptied when nobody points to them any more.
 */
#include "schema_guard/core/catalog/interned.hpp"

#include <stdexcept>
#include <unordered_set>

namespace schema_guard::catalog {

namespace interned {

namespace {

struct Hash {
	using is_transparent = void;
	size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
	size_t operator()(const Value &value) const noexcept { return (*this)(std::string_view(*value)); }
};

struct Equal {
	using is_transparent = void;
	bool operator()(const Value &a, const Value &b) const noexcept { return *a == *b; }
	bool operator()(std::string_view a, const Value &b) const noexcept { return a == *b; }
	bool operator()(const Value &a, std::string_view b) const noexcept { return *a == b; }
};

using Texts = std::unordered_set<Value, Hash, Equal>;

/* So many stay although nobody points to them: the same names come with every statement. */
constexpr size_t few_texts = 1000, few_bytes = 64 * 1024;

size_t kept_bytes = 0;

/* Never destroyed: objects may outlive all statics. */
Texts &
texts()
{
	static auto *texts = new Texts();

	return *texts;
}

} // namespace

const Value *
keep(std::string_view text)
{
	Texts &all = texts();
	auto found = all.find(text);

	if (found == all.end()) {
		found = all.emplace(std::string(text)).first;
		kept_bytes += text.size();
	}
	return &*found;
}

const Value *
null()
{
	static const auto *null = new Value();

	return null;
}

void
Use::forget() noexcept
{
	if (texts().size() <= few_texts && kept_bytes <= few_bytes)
		return;
	Texts().swap(texts());
	kept_bytes = 0;
}

} // namespace interned

void
Names::push_back(std::string_view name)
{
	if (size_ == most)
		throw std::length_error("an object has too many names");
	names_[size_++] = interned::keep(name);
}

size_t
Names::hash() const noexcept
{
	size_t hash = size_;

	for (size_t i = 0; i < size_; i++)
		hash = (hash ^ reinterpret_cast<uintptr_t>(names_[i])) * 0x9E3779B97F4A7C15ULL;
	return hash ^ (hash >> 32);
}

} // namespace schema_guard::catalog
