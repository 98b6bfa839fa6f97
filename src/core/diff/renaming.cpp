/*
 * renaming.cpp - one object under two names.
 *
 * Within one database an object is known by its address.  Between two, only what the user says counts: nothing is guessed,
 * but for what can be only one.
 */
#include "schema_guard/core/diff/diff.hpp"
#include "schema_guard/core/failure.hpp"
#include "schema_guard/core/text/lexer.hpp"

#include <algorithm>
#include <map>

namespace schema_guard::diff {

namespace {

/* Parts are named after their whole: they follow it, keeping the rest of their own names. */
void
follow_whole(Catalog &before, size_t whole, const std::vector<std::string> &old_identity,
			 const std::vector<std::string> &new_identity, std::map<size_t, std::vector<std::string>> &found)
{
	for (const Object *part : before.children(before[whole])) {
		std::vector<std::string> identity = part->identity;
		size_t i = before.index(*part);

		if (part->is("index partition")) {
			identity = {new_identity.front(), new_identity.back()};
		} else {
			if (identity.size() < old_identity.size() ||
				!std::equal(old_identity.begin(), old_identity.end(), identity.begin()))
				continue;
			std::copy(new_identity.begin(), new_identity.end(), identity.begin());
		}
		if (found.emplace(i, identity).second)
			follow_whole(before, i, part->identity, identity, found);
	}
}

/* A partition has one index for each of the whole table's: whatever its name, it is that one. */
void
find_attached_indexes(const Catalog &before, const Catalog &after, std::map<size_t, std::vector<std::string>> &found)
{
	for (const Object &attachment : before) {
		const Object *part = attachment.is("index partition") ? before.parent(attachment) : nullptr;
		const Object *table = part ? before.parent(*part) : nullptr;
		const Object *table_now = table ? after.find_key(table->key()) : nullptr;

		if (table_now == nullptr || after.find_key(part->key()) != nullptr)
			continue;
		for (const Object *now : after.children(*table_now, part->kind().name)) {
			for (const Object *attachment_now : after.children(*now, attachment.kind().name)) {
				if ((*attachment_now)["whole"] != attachment["whole"] || before.find_key(now->key()) != nullptr)
					continue;
				found.emplace(before.index(*part), now->identity);
				found.emplace(before.index(attachment), attachment_now->identity);
			}
		}
	}
}

} // namespace

Renamed
apply_renamings(Catalog &before, const Catalog &after, const Options &options)
{
	std::map<size_t, std::vector<std::string>> found; /* index in before -> new identity */
	Renamed renamed;

	if (options.same_database) {
		for (size_t i = 0; i < before.size(); i++) {
			const Object *now = after.at(before[i].address);

			if (now != nullptr && &now->kind() == &before[i].kind() && now->identity != before[i].identity)
				found.emplace(i, now->identity);
		}
	}
	find_attached_indexes(before, after, found);
	for (const Renaming &renaming : options.renamings) {
		const Object *old = before.find_key(renaming.from), *now = after.find_key(renaming.to);

		if (old == nullptr || now == nullptr || &old->kind() != &now->kind())
			throw Failure(sqlstate::undefined_object, "renaming does not name an object of each schema and of one kind")
				.with_hint("renames => ARRAY['table public.old -> public.new']");
		found[before.index(*old)] = now->identity;
		follow_whole(before, before.index(*old), old->identity, now->identity, found);
	}
	for (auto &[i, identity] : found) {
		renamed.emplace_back(i, before[i].identity);
		before.rename(i, identity);
	}
	if (!renamed.empty())
		before.reindex();
	return renamed;
}

std::string
renamed_text(const std::string &text, const std::vector<std::pair<std::string, std::string>> &names)
{
	lexer::Tokens tokens = lexer::tokenize(text);
	std::string result;
	size_t done = 0;

	for (const lexer::Token &token : tokens.tokens) {
		if (token.kind != lexer::TokenKind::word && token.kind != lexer::TokenKind::quoted)
			continue;
		auto name =
			std::find_if(names.begin(), names.end(), [&](const auto &pair) { return token.in(text) == pair.first; });
		if (name == names.end())
			continue;
		result.append(text, done, token.begin - done);
		result += name->second;
		done = token.end;
	}
	return result.append(text, done);
}

} // namespace schema_guard::diff
