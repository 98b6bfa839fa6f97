/*
 * block.cpp - see block.hpp.
 */
#include "schema_guard/core/seal/block.hpp"

#include "schema_guard/core/seal/canonical.hpp"

#include <algorithm>
#include <charconv>

namespace schema_guard::seal {

namespace {

constexpr size_t entry_bytes = 8 + 4 + 1 + 1 + 32;

/* A leaf of the tree can never be taken for a node, nor a block for either. */
constexpr char leaf_prefix = 0, node_prefix = 1, block_prefix = 2;

void
append_number(std::string &bytes, uint64_t value, int size)
{
	for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
		bytes += static_cast<char>(value >> shift & 0xff);
}

uint64_t
read_number(std::string_view bytes)
{
	uint64_t value = 0;

	for (char byte : bytes)
		value = value << 8 | static_cast<uint8_t>(byte);
	return value;
}

std::string_view
view(const Digest &digest)
{
	return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

void
append(std::string &bytes, const Entry &entry)
{
	append_number(bytes, entry.xid, 8);
	append_number(bytes, static_cast<uint32_t>(entry.ordinal), 4);
	bytes += static_cast<char>(entry.format);
	bytes += static_cast<char>(entry.flags);
	bytes += view(entry.content);
}

std::optional<uint64_t>
parse_number(std::string_view text)
{
	uint64_t value = 0;
	auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);

	if (error != std::errc() || end != text.data() + text.size())
		return std::nullopt;
	return value;
}

} // namespace

std::string
hexadecimal(const Digest &digest)
{
	std::string text;

	for (uint8_t byte : digest) {
		text += "0123456789abcdef"[byte >> 4];
		text += "0123456789abcdef"[byte & 15];
	}
	return text;
}

std::optional<Digest>
from_hexadecimal(std::string_view text)
{
	Digest digest;

	if (text.size() != digest.size() * 2)
		return std::nullopt;
	for (size_t i = 0; i < digest.size(); i++) {
		const char *begin = text.data() + i * 2;
		auto [end, error] = std::from_chars(begin, begin + 2, digest[i], 16);

		if (error != std::errc() || end != begin + 2)
			return std::nullopt;
	}
	return digest;
}

std::string
pack(const std::vector<Entry> &entries)
{
	std::string bytes;

	bytes.reserve(entries.size() * entry_bytes);
	for (const Entry &entry : entries)
		append(bytes, entry);
	return bytes;
}

bool
unpack(std::string_view bytes, std::vector<Entry> &entries)
{
	entries.clear();
	if (bytes.size() % entry_bytes != 0)
		return false;
	entries.reserve(bytes.size() / entry_bytes);
	for (; !bytes.empty(); bytes.remove_prefix(entry_bytes)) {
		Entry &entry = entries.emplace_back();

		entry.xid = read_number(bytes.substr(0, 8));
		entry.ordinal = static_cast<int32_t>(read_number(bytes.substr(8, 4)));
		entry.format = static_cast<uint8_t>(bytes[12]);
		entry.flags = static_cast<uint8_t>(bytes[13]);
		std::copy_n(reinterpret_cast<const uint8_t *>(bytes.data()) + 14, entry.content.size(), entry.content.begin());
	}
	return true;
}

Digest
merkle_root(const std::vector<Entry> &entries, const Hash &hash)
{
	std::vector<Digest> level;
	std::string bytes;

	if (entries.empty())
		return hash({});
	level.reserve(entries.size());
	for (const Entry &entry : entries) {
		bytes.assign(1, leaf_prefix);
		append(bytes, entry);
		level.push_back(hash(bytes));
	}
	/* One without a neighbour goes up as it is. */
	while (level.size() > 1) {
		size_t next = 0;

		for (size_t i = 0; i < level.size(); i += 2) {
			if (i + 1 == level.size()) {
				level[next++] = level[i];
				break;
			}
			bytes.assign(1, node_prefix);
			bytes += view(level[i]);
			bytes += view(level[i + 1]);
			level[next++] = hash(bytes);
		}
		level.resize(next);
	}
	return level.front();
}

bool
Moment::ended(uint64_t xid) const
{
	return xid < xmin || (xid < xmax && !std::binary_search(running.begin(), running.end(), xid));
}

bool
Moment::follows(const Moment &earlier) const
{
	return xmax >= earlier.xmax &&
		   std::none_of(running.begin(), running.end(), [&](uint64_t xid) { return earlier.ended(xid); });
}

void
Moment::add_running(uint64_t xid)
{
	if (!ended(xid))
		return;
	running.insert(std::lower_bound(running.begin(), running.end(), xid), xid);
	xmin = std::min(xmin, xid);
}

Moment
Moment::cut(uint64_t xid) const
{
	Moment moment;

	moment.xmax = std::min(xmax, xid);
	for (uint64_t other : running)
		if (other < moment.xmax)
			moment.running.push_back(other);
	moment.xmin = moment.running.empty() ? moment.xmax : moment.running.front();
	return moment;
}

std::string
Moment::text() const
{
	std::string text = std::to_string(xmin) + ':' + std::to_string(xmax) + ':';

	for (size_t i = 0; i < running.size(); i++)
		text += (i > 0 ? "," : "") + std::to_string(running[i]);
	return text;
}

std::optional<Moment>
Moment::parse(std::string_view text)
{
	Moment moment;
	size_t first = text.find(':'), second = first == text.npos ? first : text.find(':', first + 1);

	if (second == text.npos)
		return std::nullopt;

	std::optional<uint64_t> xmin = parse_number(text.substr(0, first));
	std::optional<uint64_t> xmax = parse_number(text.substr(first + 1, second - first - 1));

	if (!xmin || !xmax)
		return std::nullopt;
	moment.xmin = *xmin;
	moment.xmax = *xmax;
	for (text.remove_prefix(second + 1); !text.empty();) {
		size_t comma = std::min(text.find(','), text.size());
		std::optional<uint64_t> xid = parse_number(text.substr(0, comma));

		if (!xid)
			return std::nullopt;
		moment.running.push_back(*xid);
		text.remove_prefix(std::min(comma + 1, text.size()));
	}
	return moment;
}

Digest
digest_of(const Block &block, const Hash &hash)
{
	std::string bytes(1, block_prefix);
	Canonical canonical(bytes);

	canonical.number(block.format);
	canonical.number(block.number);
	canonical.text(block.chain);
	canonical.number(static_cast<int64_t>(block.system));
	canonical.number(block.database);
	canonical.number(block.timeline);
	canonical.number(block.sealed_at);
	canonical.number(block.rows);
	canonical.number(block.first_at);
	canonical.number(block.last_at);
	canonical.text(block.moment.text());
	canonical.text(view(block.root));
	canonical.number(block.purged);
	canonical.number(block.attempts_purged);
	canonical.text(view(block.previous));
	return hash(bytes);
}

std::string
document(const Block &block)
{
	return "\"block\": " + std::to_string(block.number) + ", \"rows\": " + std::to_string(block.rows) +
		   ", \"chain\": \"" + block.chain +
		   "\", \"system_identifier\": " + std::to_string(static_cast<int64_t>(block.system)) +
		   ", \"database_oid\": " + std::to_string(block.database) +
		   ", \"timeline\": " + std::to_string(block.timeline) + ", \"format\": " + std::to_string(block.format) +
		   ", \"digest\": \"" + hexadecimal(block.digest) + '"';
}

} // namespace schema_guard::seal
