/*
 * known_digests.cpp - see known_digests.hpp.
 */
#include "schema_guard/pg/known_digests.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/shared.hpp"

namespace schema_guard::pg::known_digests {

namespace {

using shared::KnownDigests;

constexpr size_t size = sizeof(KnownDigests::Entry::key);
KnownDigests of_this_process;

} // namespace

/* Server calls; only inside guard(). */
namespace raw {

/* Does it with the digests at hand. */
template <typename Do>
static void
locked(LWLockMode mode, Do &&what)
{
	shared::Area *area = shared::area();

	if (area == nullptr) {
		what(of_this_process);
		return;
	}
	LWLockAcquire(area->lock, mode);
	what(area->digests);
	LWLockRelease(area->lock);
}

} // namespace raw

std::optional<std::string>
find(const std::string &key)
{
	KnownDigests::Entry found;
	bool known = false;

	guard([&] {
		raw::locked(LW_SHARED, [&](const KnownDigests &digests) {
			for (const KnownDigests::Entry &entry : digests.entries) {
				if (memcmp(entry.key, key.data(), size) != 0)
					continue;
				found = entry;
				known = true;
			}
		});
	});
	return known ? std::optional(std::string(found.value, size)) : std::nullopt;
}

void
keep(const std::string &key, const std::string &value)
{
	KnownDigests::Entry entry;

	memcpy(entry.key, key.data(), size);
	memcpy(entry.value, value.data(), size);
	guard([&] {
		raw::locked(LW_EXCLUSIVE, [&](KnownDigests &digests) {
			digests.entries[digests.next] = entry;
			digests.next = (digests.next + 1) % std::size(digests.entries);
		});
	});
}

} // namespace schema_guard::pg::known_digests
