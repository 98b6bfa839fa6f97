/*
 * log_content.cpp - see log_content.hpp.
 */
#include "schema_guard/pg/log_content.hpp"

#include "schema_guard/core/seal/canonical.hpp"

#include <sys/socket.h>

extern "C" {
#include "common/sha2.h"
#include "utils/inet.h"
#include "utils/typcache.h"
#include "utils/xid8.h"
}

namespace schema_guard::pg::log_content::raw {

static void
add_text(seal::Canonical &bytes, Datum value)
{
	text *packed = DatumGetTextPP(value);

	bytes.text({VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed)});
}

static void
add_address(seal::Canonical &bytes, Datum value)
{
	inet *packed = DatumGetInetPP(value);

	bytes.list(3);
	bytes.number(ip_family(packed) == PGSQL_AF_INET6 ? 6 : 4);
	bytes.number(ip_bits(packed));
	bytes.text({reinterpret_cast<const char *>(ip_addr(packed)), static_cast<size_t>(ip_addrsize(packed))});
}

static void
add_texts(seal::Canonical &bytes, Datum value)
{
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	bytes.list(static_cast<size_t>(count));
	for (int i = 0; i < count; i++) {
		if (nulls[i])
			bytes.null();
		else
			add_text(bytes, elements[i]);
	}
}

/* False for a type that no column of ours has. */
static bool
add_plain(seal::Canonical &bytes, Oid type, Datum value)
{
	switch (type) {
	case TEXTOID:
		add_text(bytes, value);
		return true;
	case INT4OID:
		bytes.number(DatumGetInt32(value));
		return true;
	case INT8OID:
		bytes.number(DatumGetInt64(value));
		return true;
	case BOOLOID:
		bytes.number(DatumGetBool(value));
		return true;
	case OIDOID:
		bytes.number(DatumGetObjectId(value));
		return true;
	case XID8OID:
		bytes.number(static_cast<int64_t>(U64FromFullTransactionId(DatumGetFullTransactionId(value))));
		return true;
	case TIMESTAMPTZOID:
		bytes.number(DatumGetTimestampTz(value));
		return true;
	case INTERVALOID: {
		const Interval *interval = DatumGetIntervalP(value);

		bytes.list(3);
		bytes.number(interval->month);
		bytes.number(interval->day);
		bytes.number(interval->time);
		return true;
	}
	case INETOID:
		add_address(bytes, value);
		return true;
	case TEXTARRAYOID:
		add_texts(bytes, value);
		return true;
	default:
		return false;
	}
}

static void
add_changes(Hasher &hasher, seal::Canonical &bytes, Datum value)
{
	Datum *elements;
	bool *nulls;
	int count;

	deconstruct_array(DatumGetArrayTypeP(value), hasher.change_type, -1, false, TYPALIGN_DOUBLE, &elements, &nulls,
					  &count);
	bytes.list(static_cast<size_t>(count));
	for (int i = 0; i < count; i++) {
		if (nulls[i]) {
			bytes.null();
			continue;
		}

		HeapTupleHeader header = DatumGetHeapTupleHeader(elements[i]);
		HeapTupleData tuple{};
		Datum columns_of[16];
		bool nulls_of[16];

		tuple.t_len = HeapTupleHeaderGetDatumLength(header);
		tuple.t_data = header;
		heap_deform_tuple(&tuple, hasher.change, columns_of, nulls_of);
		bytes.list(static_cast<size_t>(hasher.change->natts));
		for (int column = 0; column < hasher.change->natts; column++) {
			if (nulls_of[column])
				bytes.null();
			else if (!add_plain(bytes, TupleDescAttr(hasher.change, column)->atttypid, columns_of[column]))
				elog(ERROR, "schema_guard cannot hash column %d of object_change", column + 1);
		}
	}
}

Hasher
open(TupleDesc row)
{
	Hasher hasher{};

	hasher.row = row;
	for (int i = 0; i < row->natts; i++) {
		Oid type = TupleDescAttr(row, i)->atttypid;
		/* Ours is none of the server's: no need to ask for each. */
		Oid element = type >= FirstNormalObjectId ? get_element_type(type) : InvalidOid;

		if (OidIsValid(element) && get_typtype(element) == TYPTYPE_COMPOSITE)
			hasher.change_type = element;
	}
	hasher.change = lookup_rowtype_tupdesc(hasher.change_type, -1);
	if (hasher.change->natts > 16)
		elog(ERROR, "schema_guard does not know this type of object_change");
	hasher.hash = sha256::raw::open();
	hasher.memory = AllocSetContextCreate(CurrentMemoryContext, "schema_guard row", ALLOCSET_DEFAULT_SIZES);
	return hasher;
}

void
close(Hasher &hasher)
{
	sha256::raw::close(hasher.hash);
	ReleaseTupleDesc(hasher.change);
	MemoryContextDelete(hasher.memory);
}

void
hash(Hasher &hasher, const Datum *values, const bool *nulls, std::string &bytes, seal::Digest &content)
{
	MemoryContext caller = MemoryContextSwitchTo(hasher.memory);

	bytes.clear();
	bytes += static_cast<char>(seal::format);
	seal::Canonical canonical(bytes);
	for (int i = ordinal + 1; i < leaf; i++) {
		Oid type = TupleDescAttr(hasher.row, i)->atttypid;

		if (nulls[i])
			canonical.null();
		else if (!add_plain(canonical, type, values[i]))
			add_changes(hasher, canonical, values[i]);
	}
	content = sha256::digest(hasher.hash, bytes);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(hasher.memory);
}

void
add_leaf(Hasher &hasher, Datum *values, bool *nulls, std::string &bytes)
{
	auto *value = static_cast<bytea *>(palloc(VARHDRSZ + 1 + PG_SHA256_DIGEST_LENGTH));
	seal::Digest content;

	hash(hasher, values, nulls, bytes, content);
	SET_VARSIZE(value, VARHDRSZ + 1 + PG_SHA256_DIGEST_LENGTH);
	VARDATA(value)[0] = static_cast<char>(seal::format);
	memcpy(VARDATA(value) + 1, content.data(), content.size());
	values[leaf] = PointerGetDatum(value);
	nulls[leaf] = false;
}

bool
read_leaf(Datum value, bool null, seal::Digest &content)
{
	if (null)
		return false;

	bytea *packed = DatumGetByteaPP(value);
	bool known = VARSIZE_ANY_EXHDR(packed) == content.size() + 1 && VARDATA_ANY(packed)[0] == seal::format;

	if (known)
		memcpy(content.data(), VARDATA_ANY(packed) + 1, content.size());
	else
		content.fill(0);
	return known;
}

} // namespace schema_guard::pg::log_content::raw
