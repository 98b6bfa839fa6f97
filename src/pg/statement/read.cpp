/*
 * read.cpp - read_statement(): one guard, one memory context, then plain data.
 */
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/statement.hpp"
#include "schema_guard/pg/statement/reading.hpp"

namespace schema_guard::pg {

namespace raw {

/* Some name what belongs to the cluster and change only what is in this database. */
static bool
stays_in_database(const Statement &statement, const Node *utility)
{
	return statement.command_class == CommandClass::maintenance || IsA(utility, DropOwnedStmt) ||
		   IsA(utility, ReassignOwnedStmt) || IsA(utility, AlterTableMoveAllStmt);
}

static void
read(Statement &statement, Node *utility)
{
	Reading reading{statement};

	statement.tag = GetCommandTagName(CreateCommandTag(utility));
	if (!read_create_relation(reading, utility) && !read_create_object(reading, utility) &&
		!read_alter(reading, utility) && !read_access(reading, utility) && !read_cluster(reading, utility))
		reading.effective = true;

	statement.no_op = !reading.effective;
	if (stays_in_database(statement, utility))
		statement.shared = false;
	statement.temporary = !statement.targets.empty();
	for (const Target &target : statement.targets)
		statement.temporary = statement.temporary && target.temporary;
	read_transactions(statement, utility);
}

} // namespace raw

Statement
read_statement(Node *utility)
{
	Statement statement;

	statement.command_class = command_class(utility);
	if (statement.command_class == CommandClass::none)
		return statement;

	guard([&] {
		MemoryContext memory =
			AllocSetContextCreate(CurrentMemoryContext, "schema_guard statement", ALLOCSET_SMALL_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(memory);

		raw::read(statement, const_cast<Node *>(look_through(utility)));
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(memory);
	});
	return statement;
}

} // namespace schema_guard::pg
