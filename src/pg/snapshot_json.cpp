/*
 * snapshot_json.cpp - by the server's own jsonb, member by member.
 */
#include "schema_guard/pg/snapshot_json.hpp"

#include "schema_guard/pg/boundary.hpp"

extern "C" {
#include "utils/jsonb.h"
#include "utils/numeric.h"
}

namespace schema_guard::pg::snapshot_json {

namespace {

constexpr std::string_view mark = "snapshot";

/* Server calls; only inside guard(). */
namespace raw {

void
put(JsonbParseState **state, JsonbIteratorToken token, std::string_view text)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = const_cast<char *>(text.data());
	value.val.string.len = static_cast<int>(text.size());
	(void) pushJsonbValue(state, token, &value);
}

void
put(JsonbParseState **state, JsonbIteratorToken token, int64_t number)
{
	JsonbValue value;

	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(number);
	(void) pushJsonbValue(state, token, &value);
}

/* Empty texts are left out. */
void
put_member(JsonbParseState **state, std::string_view name, std::string_view text)
{
	if (text.empty())
		return;
	put(state, WJB_KEY, name);
	put(state, WJB_VALUE, text);
}

void
put_member(JsonbParseState **state, std::string_view name, int64_t number)
{
	put(state, WJB_KEY, name);
	put(state, WJB_VALUE, number);
}

void
put_object(JsonbParseState **state, const catalog::DocumentObject &object)
{
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
	put_member(state, "number", object.number);
	put_member(state, "kind", object.kind);
	put(state, WJB_KEY, "identity");
	(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
	for (const std::string &part : object.identity)
		put(state, WJB_ELEM, part);
	(void) pushJsonbValue(state, WJB_END_ARRAY, nullptr);
	put(state, WJB_KEY, "properties");
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
	for (const auto &property : object.properties) {
		put(state, WJB_KEY, property.first);
		put(state, WJB_VALUE, property.second);
	}
	(void) pushJsonbValue(state, WJB_END_OBJECT, nullptr);
	if (object.parent != 0)
		put_member(state, "parent", object.parent);
	if (!object.depends_on.empty()) {
		put(state, WJB_KEY, "depends_on");
		(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
		for (int64_t number : object.depends_on)
			put(state, WJB_ELEM, number);
		(void) pushJsonbValue(state, WJB_END_ARRAY, nullptr);
	}
	(void) pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

/* Null: there is no such member. */
JsonbValue *
member(JsonbContainer *object, const char *name)
{
	return getKeyJsonValueFromContainer(object, name, static_cast<int>(strlen(name)), nullptr);
}

bool
read_text(const JsonbValue *value, std::string &to)
{
	if (value == nullptr || value->type != jbvString)
		return false;
	to.assign(value->val.string.val, value->val.string.len);
	return true;
}

bool
read_number(const JsonbValue *value, int64_t &to)
{
	if (value == nullptr || value->type != jbvNumeric)
		return false;
	to = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(value->val.numeric)));
	return true;
}

/* Calls element for each; false when it is no array, or element says so. */
template <typename Element>
bool
read_array(const JsonbValue *value, Element &&element)
{
	if (value == nullptr || value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return false;

	JsonbIterator *next = JsonbIteratorInit(value->val.binary.data);
	JsonbValue item;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&next, &item, true)) != WJB_DONE) {
		if (token == WJB_ELEM && !element(&item))
			return false;
	}
	return true;
}

bool
read_properties(const JsonbValue *value, std::vector<std::pair<std::string, std::string>> &to)
{
	if (value == nullptr || value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		return false;

	JsonbIterator *next = JsonbIteratorInit(value->val.binary.data);
	JsonbValue item;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&next, &item, true)) != WJB_DONE) {
		if (token == WJB_KEY)
			(void) read_text(&item, to.emplace_back().first);
		else if (token == WJB_VALUE && !read_text(&item, to.back().second))
			return false;
	}
	return true;
}

/* The member that is missing or of another type; null: all is well. */
const char *
read_object(const JsonbValue *value, catalog::DocumentObject &to)
{
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		return "objects";

	JsonbContainer *object = value->val.binary.data;
	JsonbValue *parent = member(object, "parent"), *depends_on = member(object, "depends_on");

	if (!read_number(member(object, "number"), to.number))
		return "number";
	if (!read_text(member(object, "kind"), to.kind))
		return "kind";
	if (!read_array(member(object, "identity"),
					[&](JsonbValue *item) { return read_text(item, to.identity.emplace_back()); }))
		return "identity";
	if (!read_properties(member(object, "properties"), to.properties))
		return "properties";
	if (parent != nullptr && !read_number(parent, to.parent))
		return "parent";
	if (depends_on != nullptr &&
		!read_array(depends_on, [&](JsonbValue *item) { return read_number(item, to.depends_on.emplace_back()); }))
		return "depends_on";
	return nullptr;
}

const char *
read_snapshot(JsonbContainer *root, Snapshot &to)
{
	const char *fault = nullptr;
	catalog::Document &document = to.document;
	JsonbValue *what = JsonContainerIsObject(root) ? member(root, "schema_guard") : nullptr;

	if (what == nullptr || what->type != jbvString ||
		std::string_view(what->val.string.val, what->val.string.len) != mark)
		return "schema_guard";
	if (!read_number(member(root, "format"), document.format))
		return "format";
	/* What follows may be another in a later format, which the core refuses. */
	if (document.format > catalog::Document::newest_format)
		return nullptr;
	(void) read_text(member(root, "label"), to.label);
	(void) read_text(member(root, "comment"), to.comment);
	(void) read_text(member(root, "taken_at"), to.taken_at);
	(void) read_text(member(root, "taken_by"), to.taken_by);
	if (!read_number(member(root, "server_version"), document.server_version))
		return "server_version";
	if (!read_number(member(root, "count"), document.count))
		return "count";
	if (!read_array(member(root, "objects"), [&](JsonbValue *item) {
			fault = read_object(item, document.objects.emplace_back());
			return fault == nullptr;
		}))
		return fault != nullptr ? fault : "objects";
	return nullptr;
}

} // namespace raw

} // namespace

Datum
write(const Snapshot &snapshot)
{
	return guard([&] {
		JsonbParseState *state = nullptr;

		(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
		raw::put_member(&state, "schema_guard", mark);
		raw::put_member(&state, "format", snapshot.document.format);
		raw::put_member(&state, "label", snapshot.label);
		raw::put_member(&state, "comment", snapshot.comment);
		raw::put_member(&state, "taken_at", snapshot.taken_at);
		raw::put_member(&state, "taken_by", snapshot.taken_by);
		raw::put_member(&state, "server_version", snapshot.document.server_version);
		raw::put_member(&state, "count", snapshot.document.count);
		raw::put(&state, WJB_KEY, "objects");
		(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
		for (const catalog::DocumentObject &object : snapshot.document.objects) {
			CHECK_FOR_INTERRUPTS();
			raw::put_object(&state, object);
		}
		(void) pushJsonbValue(&state, WJB_END_ARRAY, nullptr);
		return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
	});
}

Snapshot
read(Datum jsonb)
{
	Snapshot snapshot;
	const char *fault = guard([&] { return raw::read_snapshot(&DatumGetJsonbP(jsonb)->root, snapshot); });

	if (fault != nullptr)
		throw Failure(sqlstate::invalid_parameter,
					  std::string("this is no snapshot of schema_guard, or a damaged one: member \"") + fault +
						  "\" is missing or of another type")
			.with_hint("schema_guard.export_snapshot() makes what can be imported.");
	return snapshot;
}

Snapshot
read(const std::string &json)
{
	return read(guard([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.c_str())); }));
}

} // namespace schema_guard::pg::snapshot_json
