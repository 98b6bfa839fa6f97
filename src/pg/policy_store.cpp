/*
 * policy_store.cpp - reads the policy tables; see policy_store.hpp.
 */
#include "schema_guard/pg/policy_store.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/texts.hpp"

namespace schema_guard::pg {

namespace {

Policy *cached = nullptr;
int rehearsals = 0;
uint64_t cached_generation = 0;

/* Server calls; only inside guard(). */
namespace raw {

void
add_carriers(Protection &protection)
{
	ObjectAddress object = to_object_address(protection.address);

	if (protection.address.objsubid != 0)
		protection.carriers.push_back({object.classId, object.objectId, 0});

	/* What names the object and takes it along: its table, its schema, its extension. */
	Oid schema = get_object_namespace(&object);
	if (OidIsValid(schema))
		protection.carriers.push_back({NamespaceRelationId, schema, 0});
	Oid extension = getExtensionOfObject(object.classId, object.objectId);
	if (OidIsValid(extension))
		protection.carriers.push_back({ExtensionRelationId, extension, 0});
}

} // namespace raw

/* An object named by a protection that does not exist (any more) protects nothing. */
void
resolve(Protection &protection, const std::string &type, const std::vector<std::string> &names,
		const std::vector<std::string> &arguments)
{
	std::optional<Error> failed = try_subtransaction([&] {
		guard([&] {
			auto array = [](const std::vector<std::string> &texts) {
				auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * (texts.size() + 1)));

				for (size_t i = 0; i < texts.size(); i++)
					elements[i] = CStringGetTextDatum(texts[i].c_str());
				return construct_array(elements, static_cast<int>(texts.size()), TEXTOID, -1, false, TYPALIGN_INT);
			};
			LOCAL_FCINFO(call, 3);
			FmgrInfo function;

			fmgr_info(F_PG_GET_OBJECT_ADDRESS, &function);
			InitFunctionCallInfoData(*call, &function, 3, InvalidOid, nullptr, nullptr);
			call->args[0] = {CStringGetTextDatum(type.c_str()), false};
			call->args[1] = {PointerGetDatum(array(names)), false};
			call->args[2] = {PointerGetDatum(array(arguments)), false};
			HeapTupleHeader row = DatumGetHeapTupleHeader(FunctionCallInvoke(call));
			bool isnull;

			protection.address.classid = DatumGetObjectId(GetAttributeByNum(row, 1, &isnull));
			protection.address.objid = DatumGetObjectId(GetAttributeByNum(row, 2, &isnull));
			protection.address.objsubid = DatumGetInt32(GetAttributeByNum(row, 3, &isnull));
			raw::add_carriers(protection);
		});
	});
	if (failed)
		protection.address = {};
}

bool
touched_by(const Protection &protection, const Address &address) noexcept
{
	return address == protection.address ||
		   std::find(protection.carriers.begin(), protection.carriers.end(), address) != protection.carriers.end();
}

void
load(Policy &policy)
{
	struct NamedProtection {
		std::string type;
		std::vector<std::string> names, arguments;
	};
	Oid modes = own::table("guard_mode");
	Oid freezes = own::table("freezes");
	Oid protections = own::table("protections");
	Oid exemptions = own::table("exemptions");
	std::string mode;
	std::vector<NamedProtection> named;

	guard([&] {
		own::raw::scan(modes, [&](Datum *values, bool *) {
			if (DatumGetObjectId(values[0]) == MyDatabaseId)
				pg::raw::assign(mode, values[1]);
		});
		own::raw::scan(freezes, [&](Datum *values, bool *) {
			Freeze &freeze = policy.freezes.emplace_back();

			freeze.starts_at = DatumGetTimestampTz(values[0]);
			freeze.ends_at = DatumGetTimestampTz(values[1]);
			pg::raw::assign(freeze.reason, values[2]);
		});
		own::raw::scan(protections, [&](Datum *values, bool *) {
			Protection &protection = policy.protections.emplace_back();
			NamedProtection &names = named.emplace_back();

			pg::raw::assign(names.type, values[0]);
			pg::raw::assign(names.names, values[1]);
			pg::raw::assign(names.arguments, values[2]);
			pg::raw::assign(protection.identity, values[3]);
			pg::raw::assign(protection.reason, values[4]);
		});
		own::raw::scan(exemptions, [&](Datum *values, bool *) {
			Exemption &exemption = policy.exemptions.emplace_back();

			pg::raw::assign(exemption.role, values[0]);
			pg::raw::assign(exemption.schema_pattern, values[1]);
			pg::raw::assign(exemption.tags, values[2]);
			exemption.until = DatumGetTimestampTz(values[4]);
		});
	});
	policy.mode = parse_mode(mode).value_or(Mode::observe);
	if (!IsUnderPostmaster && policy.mode != Mode::off)
		policy.mode = Mode::observe;
	for (size_t i = 0; i < named.size(); i++)
		resolve(policy.protections[i], named[i].type, named[i].names, named[i].arguments);
}

} // namespace

Rehearsal::Rehearsal() noexcept
{
	rehearsals++;
}

Rehearsal::~Rehearsal()
{
	rehearsals--;
}

const Policy &
policy()
{
	if (rehearsals > 0) {
		static const Policy *nobody_is_judged = new Policy{.mode = Mode::off};
		return *nobody_is_judged;
	}

	uint64_t generation = own::generation();

	if (cached == nullptr || cached_generation != generation) {
		auto fresh = std::make_unique<Policy>();

		load(*fresh);
		delete cached;
		cached = fresh.release();
		cached_generation = generation;
	}
	return *cached;
}

bool
policy_is_current() noexcept
{
	return cached != nullptr && cached_generation == own::generation();
}

const Policy *
known_policy() noexcept
{
	return cached;
}

void
follow(const std::vector<Protection> &protections, const std::vector<Address> &changed, bool created)
{
	bool stale = false;

	for (const Protection &protection : protections) {
		/* A protected name that no object had may have one now. */
		if (created && protection.address == Address{})
			stale = true;
		if (std::none_of(changed.begin(), changed.end(),
						 [&](const Address &address) { return touched_by(protection, address); }))
			continue;
		stale = true;
		own::execute(
			"UPDATE schema_guard.protections p SET object_names = a.object_names, object_args = a.object_args,"
			" identity = i.identity FROM pg_identify_object_as_address($1::oid, $2::oid, $3::int) a,"
			" pg_identify_object($1::oid, $2::oid, $3::int) i WHERE p.identity = $4 AND a.object_names IS NOT NULL",
			{std::to_string(protection.address.classid), std::to_string(protection.address.objid),
			 std::to_string(protection.address.objsubid), protection.identity});
	}
	if (stale)
		own::announce_change();
}

} // namespace schema_guard::pg
