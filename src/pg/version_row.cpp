/*
 * version_row.cpp - column by column, in the order of the table.
 */
#include "schema_guard/pg/version_row.hpp"

#include "schema_guard/pg/log_row.hpp"
#include "schema_guard/pg/texts.hpp"

extern "C" {
#include "utils/jsonb.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
#include "utils/xid8.h"
}

namespace schema_guard::pg::version_row {

/* Server calls; only inside guard(). */
namespace raw {

Address
address(const Datum *values)
{
	return {DatumGetObjectId(values[classid]), DatumGetObjectId(values[objid]), DatumGetInt32(values[objsubid])};
}

Address
parent(const Datum *values, const bool *nulls)
{
	if (nulls[parent_objid])
		return {};
	return {DatumGetObjectId(values[parent_classid]), DatumGetObjectId(values[parent_objid]), 0};
}

namespace {

void
read_properties(Datum datum, std::vector<std::pair<std::string, std::string>> &to)
{
	JsonbIterator *next = JsonbIteratorInit(&DatumGetJsonbP(datum)->root);
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(&next, &value, false)) != WJB_DONE) {
		if (token == WJB_KEY)
			to.emplace_back().first.assign(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE && value.type == jbvString)
			to.back().second.assign(value.val.string.val, value.val.string.len);
	}
}

void
read_addresses(Datum datum, std::vector<Address> &to)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &count);
	for (int i = 0; i < count; i++) {
		HeapTupleHeader row = DatumGetHeapTupleHeader(elements[i]);
		bool isnull;

		to.push_back({DatumGetObjectId(GetAttributeByNum(row, 1, &isnull)),
					  DatumGetObjectId(GetAttributeByNum(row, 2, &isnull)),
					  DatumGetInt32(GetAttributeByNum(row, 3, &isnull))});
	}
}

Datum
text_datum(std::string_view value)
{
	return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

template <typename Texts>
Datum
texts_datum(const Texts &texts)
{
	auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * texts.size()));

	for (size_t i = 0; i < texts.size(); i++)
		elements[i] = text_datum(texts[i]);
	return PointerGetDatum(construct_array(elements, static_cast<int>(texts.size()), TEXTOID, -1, false, TYPALIGN_INT));
}

void
put_string(JsonbParseState **state, JsonbIteratorToken token, std::string_view text)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = const_cast<char *>(text.data());
	value.val.string.len = static_cast<int>(text.size());
	(void) pushJsonbValue(state, token, &value);
}

Datum
properties_datum(const catalog::Object &object)
{
	JsonbParseState *state = nullptr;

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
	for (size_t i = 0; i < object.property_count(); i++) {
		if (!object.value(i))
			continue;
		put_string(&state, WJB_KEY, object.property(i).name);
		put_string(&state, WJB_VALUE, *object.value(i));
	}
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

Datum
addresses_datum(const std::vector<Address> &addresses, Oid array_type)
{
	Oid row_type = get_element_type(array_type);
	TupleDesc descriptor = lookup_rowtype_tupdesc(row_type, -1);
	auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * addresses.size()));

	for (size_t i = 0; i < addresses.size(); i++) {
		Datum values[3] = {ObjectIdGetDatum(addresses[i].classid), ObjectIdGetDatum(addresses[i].objid),
						   Int32GetDatum(addresses[i].objsubid)};
		bool nulls[3] = {false, false, false};

		elements[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	ReleaseTupleDesc(descriptor);
	return PointerGetDatum(
		construct_array(elements, static_cast<int>(addresses.size()), row_type, -1, false, TYPALIGN_DOUBLE));
}

} // namespace

void
read(const Datum *values, const bool *nulls, version_store::Version &version)
{
	version.address = address(values);
	version.parent = parent(values, nulls);
	pg::raw::assign(version.kind, values[kind]);
	pg::raw::assign(version.identity, values[identity]);
	read_properties(values[properties], version.properties);
	if (!nulls[depends_on])
		read_addresses(values[depends_on], version.depends_on);
}

void
form(const version_store::Entry &entry, TimestampTz now, TupleDesc row_type, Datum *values, bool *nulls)
{
	const version_store::Known *known = entry.known;
	const catalog::Object *object = entry.object;
	const Address &parent = object ? object->parent : known->parent;

	memset(nulls, false, column_count);
	values[classid] = ObjectIdGetDatum(entry.address.classid);
	values[objid] = ObjectIdGetDatum(entry.address.objid);
	values[objsubid] = Int32GetDatum(entry.address.objsubid);
	values[version] = Int32GetDatum(known ? known->number + 1 : 1);
	values[parent_classid] = ObjectIdGetDatum(parent.classid);
	values[parent_objid] = ObjectIdGetDatum(parent.objid);
	nulls[parent_classid] = nulls[parent_objid] = !OidIsValid(parent.objid);
	values[version_row::chain] = log_row::raw::chain();
	values[xid] = FullTransactionIdGetDatum(GetTopFullTransactionId());
	values[ordinal] = Int32GetDatum(entry.ordinal);
	nulls[ordinal] = entry.ordinal == 0;
	values[begun_at] = TimestampTzGetDatum(now);
	values[kind] = text_datum(object ? object->kind().name : std::string_view(known->kind));
	values[identity] = object ? texts_datum(object->identity) : texts_datum(known->identity);
	nulls[properties] = object == nullptr;
	nulls[depends_on] = object == nullptr || entry.depends_on.empty();
	if (object == nullptr)
		return;
	values[properties] = properties_datum(*object);
	if (!nulls[depends_on])
		values[depends_on] = addresses_datum(entry.depends_on, TupleDescAttr(row_type, depends_on)->atttypid);
}

/* What follows from something else is not compared: its kind may be told of it later than its version was written. */
bool
has_properties(const catalog::Object &object, const std::string &properties)
{
	/* Nothing is written here. */
	auto *stored = reinterpret_cast<JsonbContainer *>(const_cast<char *>(properties.data()));
	uint32 found = 0;

	for (size_t i = 0; i < object.property_count(); i++) {
		const catalog::Property &property = object.property(i);
		bool compared = (property.flags & catalog::implied) == 0;
		JsonbValue value;

		if (compared && !object.value(i))
			continue;
		if (getKeyJsonValueFromContainer(stored, property.name.data(), static_cast<int>(property.name.size()),
										 &value) == nullptr) {
			if (compared)
				return false;
			continue;
		}
		if (compared && std::string_view(value.val.string.val, value.val.string.len) != *object.value(i))
			return false;
		found++;
	}
	return found == JsonContainerSize(stored);
}

} // namespace raw

} // namespace schema_guard::pg::version_row
