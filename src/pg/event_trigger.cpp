/*
 * event_trigger.cpp - calls the server's event trigger functions without SPI.
 */
#include "schema_guard/pg/event_trigger.hpp"

#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/texts.hpp"

extern "C" {
#include "catalog/pg_event_trigger.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "utils/portal.h"
#include "utils/tuplestore.h"
}

namespace schema_guard::pg::event_trigger {

namespace {

enum class Owners { unknown, ours, others };

Owners owners = Owners::unknown;

void
on_event_trigger_change(Datum, int, uint32)
{
	owners = Owners::unknown;
}

/* Neither drops nor rewrites, in any version; ADD COLUMN rewrites for a domain with constraints already. */
bool
leaves_rows_alone(const AlterTableStmt *stmt) noexcept
{
	ListCell *cell;

	foreach (cell, stmt->cmds) {
		switch (reinterpret_cast<const AlterTableCmd *>(lfirst(cell))->subtype) {
		case AT_ColumnDefault:
		case AT_SetNotNull:
		case AT_SetStatistics:
		case AT_SetOptions:
		case AT_ResetOptions:
		case AT_AddConstraint:
		case AT_ValidateConstraint:
		case AT_ChangeOwner:
		case AT_SetRelOptions:
		case AT_ResetRelOptions:
		case AT_EnableTrig:
		case AT_DisableTrig:
		case AT_EnableRowSecurity:
		case AT_DisableRowSecurity:
		case AT_ForceRowSecurity:
		case AT_NoForceRowSecurity:
		case AT_ReplicaIdentity:
			break;
		default:
			return false;
		}
	}
	return true;
}

/* Server calls; only inside guard(). */
namespace raw {

void
assign(std::string &target, TupleTableSlot *slot, int column)
{
	bool isnull;
	Datum value = slot_getattr(slot, column, &isnull);

	if (!isnull)
		pg::raw::assign(target, value);
}

/* Triggers, rules and policies have neither name nor schema here; their address ends with the one and begins with the other. */
void
read_address(TupleTableSlot *slot, watch::Dropped &object)
{
	bool isnull;
	Datum names = slot_getattr(slot, 11, &isnull);
	Datum *elements;
	bool *nulls;
	int count;

	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(names), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	if (count == 0 || nulls[0] || nulls[count - 1])
		return;
	if (object.name.empty())
		object.name.assign(TextDatumGetCString(elements[count - 1]));
	if (count > 1 && strncmp(TextDatumGetCString(elements[0]), "pg_temp", 7) == 0)
		object.temporary = true;
}

/*
 * Columns as PostgreSQL documents them: classid, objid, objsubid, original, normal, is_temporary, type, schema, name,
 * identity, address_names.
 */
void
read_row(TupleTableSlot *slot, watch::Dropped &object)
{
	slot_getallattrs(slot);
	object.address.classid = DatumGetObjectId(slot->tts_values[0]);
	object.address.objid = DatumGetObjectId(slot->tts_values[1]);
	object.address.objsubid = DatumGetInt32(slot->tts_values[2]);
	object.original = DatumGetBool(slot->tts_values[3]);
	object.normal = DatumGetBool(slot->tts_values[4]);
	object.temporary = DatumGetBool(slot->tts_values[5]);
	assign(object.object_type, slot, 7);
	assign(object.schema, slot, 8);
	assign(object.name, slot, 9);
	assign(object.identity, slot, 10);
	read_address(slot, object);
}

void
read_dropped(std::vector<watch::Dropped> &objects)
{
	FmgrInfo function;
	ReturnSetInfo result{};
	LOCAL_FCINFO(call, 0);

	fmgr_info(F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, &function);
	result.type = T_ReturnSetInfo;
	result.econtext = CreateStandaloneExprContext();
	result.allowedModes = SFRM_Materialize;
	result.returnMode = SFRM_Materialize;
	InitFunctionCallInfoData(*call, &function, 0, InvalidOid, nullptr, reinterpret_cast<Node *>(&result));
	(void) FunctionCallInvoke(call);

	TupleTableSlot *slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(result.setResult, true, false, slot))
		read_row(slot, objects.emplace_back());
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(result.setResult);
	FreeExprContext(result.econtext, true);
}

} // namespace raw

} // namespace

namespace plain {

void
watch_invalidations()
{
	CacheRegisterSyscacheCallback(EVENTTRIGGEROID, on_event_trigger_change, 0);
}

} // namespace plain

bool
drops_parts_only(const Node *utility) noexcept
{
	if (!IsA(utility, DropStmt))
		return false;
	auto *drop = reinterpret_cast<const DropStmt *>(utility);

	switch (drop->removeType) {
	case OBJECT_TABLE:
	case OBJECT_VIEW:
	case OBJECT_MATVIEW:
	case OBJECT_INDEX:
	case OBJECT_SEQUENCE:
	case OBJECT_FOREIGN_TABLE:
		return drop->behavior == DROP_RESTRICT;
	default:
		return false;
	}
}

bool
tells_nothing(const Node *utility) noexcept
{
	switch (nodeTag(utility)) {
	case T_CreateStmt:
	case T_CreateTableAsStmt:
	case T_CreateSeqStmt:
	case T_AlterSeqStmt:
	case T_ViewStmt:
	case T_CreateFunctionStmt:
	case T_CreateTrigStmt:
	case T_CreateEnumStmt:
	case T_CompositeTypeStmt:
	case T_CreateDomainStmt:
	case T_CreatePolicyStmt:
	case T_CommentStmt:
	case T_GrantStmt:
	case T_RenameStmt:
	case T_AlterOwnerStmt:
	case T_AlterObjectSchemaStmt:
		return true;
	case T_IndexStmt:
		return !reinterpret_cast<const IndexStmt *>(utility)->concurrent;
	case T_DropStmt:
		return !reinterpret_cast<const DropStmt *>(utility)->concurrent && drops_parts_only(utility);
	case T_AlterTableStmt:
		return leaves_rows_alone(reinterpret_cast<const AlterTableStmt *>(utility));
	default:
		return false;
	}
}

bool
all_ours()
{
	if (owners == Owners::unknown) {
		Owners seen = Owners::ours;

		owners = seen; /* an invalidation while we look takes it back */
		guard([&] {
			Oid schema = get_namespace_oid("schema_guard", true);

			own::raw::scan(EventTriggerRelationId, [&](Datum *values, bool *) {
				Oid function = DatumGetObjectId(values[Anum_pg_event_trigger_evtfoid - 1]);

				if (get_func_namespace(function) != schema)
					seen = Owners::others;
			});
		});
		if (owners != Owners::unknown)
			owners = seen;
		return seen == Owners::ours;
	}
	return owners == Owners::ours;
}

std::vector<watch::Dropped>
dropped_objects()
{
	std::vector<watch::Dropped> objects;

	guard([&] { raw::read_dropped(objects); });
	return objects;
}

Oid
rewritten_table()
{
	return guard([] {
		FmgrInfo function;

		fmgr_info(F_PG_EVENT_TRIGGER_TABLE_REWRITE_OID, &function);
		return DatumGetObjectId(FunctionCall0Coll(&function, InvalidOid));
	});
}

watch::Opening
opening(Node *parsetree)
{
	watch::Opening found{parsetree, nullptr, 0, 0, false};

	/* With the extended protocol the server hands out a copy of the tree, so the kind has to do. */
	if (ActivePortal != nullptr && ActivePortal->sourceText != nullptr && list_length(ActivePortal->stmts) == 1) {
		auto *pstmt = linitial_node(PlannedStmt, ActivePortal->stmts);

		if (pstmt->utilityStmt != nullptr && nodeTag(pstmt->utilityStmt) == nodeTag(parsetree) && !creating_extension) {
			found.query = ActivePortal->sourceText;
			found.location = pstmt->stmt_location;
			found.length = pstmt->stmt_len;
			found.top_level = true;
		}
	}
	return found;
}

} // namespace schema_guard::pg::event_trigger
