/*
 * pg/watch/frame.hpp - a running statement, as the files of src/pg/watch share it; watch.hpp is the outside.
 */
#pragma once

#include "schema_guard/pg/objects.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/watch.hpp"

namespace schema_guard::pg::watch {

struct Touched {
	Action action;
	Address address;
};

struct Frame {
	std::string tag; /* as event triggers say it */
	Statement statement;
	recorder::Record record;
	std::vector<Touched> touched;
	/* As they were before it ran. */
	std::vector<Protection> protections;
	SubTransactionId subtransaction = InvalidSubTransactionId;
	/* It announced to touch nothing permanent, so nothing was judged; close() makes sure. */
	bool silent = false;
	/* What it does hangs on the relation it names, which is temporary. */
	bool stays_temporary = false;
	/* Belongs to the script of schema_guard itself. */
	bool own_script = false;
	/* It has left an intent row, or failed to. */
	bool intent_tried = false;
	/* Event triggers report its drops. */
	bool informed = false;
	/* What it drops is what it names, and parts of that. */
	bool parts_only = false;
	std::optional<Parts> parts;
	bool drops_guard = false;
	/* Nothing is to be learnt of it from event triggers, and there are none but ours. */
	bool speaks_for_itself = false;
};

/* Outermost first. */
std::vector<Frame> &frames();

/* The script of CREATE or ALTER EXTENSION schema_guard runs. */
bool in_own_script();

/* What a statement did, of all that it touched and named: one change for each object, the first of them creations. */
struct Resolved {
	std::vector<recorder::Change> changes;
	size_t created = 0;
	/* Some are not called what the statement calls them, or it does not say. */
	bool unnamed = false;
};
Resolved resolve(const Frame &frame);

/* Names the rest by what they are called now; those that are no one's to know go. */
void name(Resolved &resolved);

bool has_change(const recorder::Record &record, const Address &address);

/* Adds an object that is about to go, described while it can be. */
void describe_drop(recorder::Record &record, const Address &address);

/* The same for a drop of the frame's own, which no event trigger will tell of. */
void add_drop(Frame &frame, const Address &address);

/* Judges what a silent statement, or none, has changed, as if it had said so before. */
void judge_unannounced(Frame &frame, Mode mode);

} // namespace schema_guard::pg::watch
