/*
 * attempts_test.cpp - the ring against a queue of the standard library, and entries that are damaged.
 */
#include "schema_guard/core/attempts/attempt.hpp"
#include "schema_guard/core/attempts/ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

using namespace schema_guard;
using namespace schema_guard::attempt;

namespace {

bool
push(Ring &ring, const std::string &entry)
{
	if (!ring.begin(entry.size()))
		return false;
	ring.put(entry.data(), entry.size());
	ring.commit();
	return true;
}

struct Bytes {
	std::string all;
	void put(const void *data, size_t size) { all.append(static_cast<const char *>(data), size); }
};

std::string
entry_of(const Attempt &attempt, const std::vector<std::string> &violations, const std::vector<AttemptObject> &objects)
{
	Bytes bytes;
	Writer<Bytes> writer(bytes);

	each_part(writer, attempt);
	writer.number(violations.size());
	for (const std::string &violation : violations)
		writer.text(violation);
	writer.number(objects.size());
	for (const AttemptObject &object : objects)
		each_part_of_object(writer, object);
	return bytes.all;
}

Attempt
example()
{
	Attempt attempt;

	attempt.number = 7;
	attempt.outcome = Outcome::refused;
	attempt.started_at = -5;
	attempt.sqlstate = "SG001";
	attempt.text = "CREATE TABLE \"t\nu\" ()";
	attempt.current_user = "alice";
	return attempt;
}

} // namespace

TEST(Ring, IsAQueue)
{
	std::mt19937 random(4711);

	for (size_t size : {16u, 61u, 256u, 4096u}) {
		RingState state{};
		std::vector<char> memory(size);
		Ring ring(state, memory.data(), size);
		std::deque<std::string> oracle;
		size_t full = 0, wrapped = 0;

		for (int i = 0; i < 20000; i++) {
			if (random() % 2) {
				std::string entry(random() % (size / 2), static_cast<char>(random()));

				if (push(ring, entry))
					oracle.push_back(entry);
				else
					full++;
				continue;
			}
			/* Some are read before the oldest are taken. */
			uint64_t position = state.tail;
			std::vector<char> entry;
			size_t read = 0;

			while (read < oracle.size() && random() % 4) {
				ASSERT_TRUE(ring.read(position, entry));
				ASSERT_EQ(std::string(entry.begin(), entry.end()), oracle[read++]);
			}
			wrapped += state.tail / size != position / size;
			ring.take(position);
			oracle.erase(oracle.begin(), oracle.begin() + static_cast<std::ptrdiff_t>(read));
		}
		EXPECT_GT(full, 0u);
		EXPECT_GT(wrapped, 0u);
		size_t bytes = 0;
		for (const std::string &entry : oracle)
			bytes += sizeof(uint32_t) + entry.size();
		EXPECT_EQ(ring.used(), bytes);
	}
}

TEST(Ring, HoldsWhatFitsExactlyAndNoMore)
{
	RingState state{};
	char memory[32];
	Ring ring(state, memory, sizeof memory);

	EXPECT_FALSE(push(ring, std::string(29, 'x')));
	EXPECT_TRUE(push(ring, std::string(28, 'x')));
	EXPECT_FALSE(push(ring, ""));
}

TEST(Ring, AnEntryBegunAndNotCommittedIsNotThere)
{
	RingState state{};
	char memory[32];
	Ring ring(state, memory, sizeof memory);
	uint64_t position = 0;
	std::vector<char> entry;

	ASSERT_TRUE(ring.begin(3));
	ring.put("ab", 2);
	EXPECT_FALSE(ring.read(position, entry));
	EXPECT_EQ(ring.used(), 0u);
}

TEST(Attempt, IsReadAsItWasWritten)
{
	AttemptObject object;
	object.action = Action::drop;
	object.address = {1259, 4294967295u, -1};
	object.cascaded = true;
	object.identity = "public.t";

	std::string entry = entry_of(example(), {"no_migration", ""}, {object, {}});
	ReadAttempt read;

	ASSERT_TRUE(read_attempt(entry, read));
	EXPECT_EQ(read.attempt.number, 7u);
	EXPECT_EQ(read.attempt.outcome, Outcome::refused);
	EXPECT_EQ(read.attempt.started_at, -5);
	EXPECT_EQ(read.attempt.duration, -1);
	EXPECT_EQ(read.attempt.sqlstate, "SG001");
	EXPECT_EQ(read.attempt.text, "CREATE TABLE \"t\nu\" ()");
	EXPECT_EQ(read.attempt.current_user, "alice");
	EXPECT_EQ(read.violations, (std::vector<std::string_view>{"no_migration", ""}));
	ASSERT_EQ(read.objects.size(), 2u);
	EXPECT_EQ(read.objects[0].action, Action::drop);
	EXPECT_EQ(read.objects[0].address, (Address{1259, 4294967295u, -1}));
	EXPECT_TRUE(read.objects[0].cascaded);
	EXPECT_EQ(read.objects[0].identity, "public.t");
	EXPECT_FALSE(read.objects[1].cascaded);
}

TEST(Attempt, ItsSizeIsWhatIsWritten)
{
	std::string longer(most_text + 1, 'x');
	Attempt attempt = example();
	attempt.context = longer;
	Size size;
	Bytes bytes;
	Writer<Bytes> writer(bytes);

	each_part(size, attempt);
	each_part(writer, attempt);
	EXPECT_EQ(size.bytes, bytes.all.size());
	EXPECT_LT(bytes.all.size(), most_text + 1000);
}

TEST(Attempt, DamagedEntriesAreRefused)
{
	AttemptObject object;
	object.identity = "public.t";
	std::string entry = entry_of(example(), {"a", "b"}, {object});
	ReadAttempt read;

	for (size_t length = 0; length < entry.size(); length++)
		EXPECT_FALSE(read_attempt(std::string_view(entry).substr(0, length), read)) << length;
	EXPECT_FALSE(read_attempt(entry + 'x', read));
	/* Whatever a byte becomes, nothing outside of the entry is read (the sanitizers watch). */
	for (size_t i = 0; i < entry.size(); i++)
		for (int bit = 0; bit < 8; bit++) {
			std::string damaged = entry;
			damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
			if (!read_attempt(damaged, read))
				continue;
			size_t bytes = read.attempt.text.size() + read.attempt.context.size();
			EXPECT_LE(bytes, damaged.size());
		}
}
