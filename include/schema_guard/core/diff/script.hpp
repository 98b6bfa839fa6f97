/*
 * core/diff/script.hpp - statements, and what each does to a running database.
 */
#pragma once

#include "schema_guard/core/catalog/object.hpp"
#include "schema_guard/core/text/sql.hpp"

#include <functional>
#include <set>

namespace schema_guard {

/* Table lock modes, weakest first. */
enum class Lock {
	none,
	access_share,
	row_share,
	row_exclusive,
	share_update_exclusive,
	share,
	share_row_exclusive,
	exclusive,
	access_exclusive
};
std::string_view lock_name(Lock lock);

/* What a statement does with the rows there are. */
enum class Work { none, scan, rewrite };

/* The closed list of docs/diff.md. */
enum Hazard : unsigned {
	data_loss = 1,
	table_rewrite = 2,
	full_scan = 4,
	blocking_lock = 8,
	breaks_applications = 16,
	privilege_widened = 32,
	not_reversible = 64,
	needs_superuser = 128,
	depends_on_data = 256,
};
std::vector<std::string> hazard_names(unsigned hazards);

/*
 * A form of statement: the strongest lock it takes on a relation, what it does with the rows, its hazards.  Locks up to ROW
 * EXCLUSIVE, which queries take, count as none.
 */
struct Form {
	std::string_view name;
	Lock lock = Lock::none;
	Work work = Work::none;
	unsigned hazards = 0;
	bool transactional = true;
	Lock beside = Lock::none; /* on others, where what it is about is new: the parent of a new partition */
};

struct StatementText {
	const Form *form;
	std::string sql;	  /* without the semicolon */
	unsigned hazards;	  /* the form's and those of this very statement */
	std::string in_block; /* what does the same in a transaction block; empty: it does so itself */
	bool on_new = false;  /* on what the script itself has made: its lock and work are nobody's concern */

	Lock lock() const { return on_new ? form->beside : form->lock; }
	Work work() const { return on_new ? Work::none : form->work; }
};

/* The options of a diff that the rules of kinds need. */
struct ScriptOptions {
	int version = 150000;		  /* server_version_num of the server that will run it */
	bool online = false;		  /* prefer forms that let others work */
	bool one_transaction = false; /* all of it runs in one, where a new label of an enum cannot be used */
};

/* The statements of one step. */
class Script {
public:
	explicit Script(const ScriptOptions &options, const catalog::Catalog *before = nullptr,
					const catalog::Catalog *after = nullptr)
		: options_(options), before_(before), after_(after)
	{
	}

	void add(const Form &form, std::string sql, unsigned hazards = 0);
	/* head CONCURRENTLY tail */
	void add_concurrently(const Form &form, const std::string &head, const std::string &tail);
	/* Why the step is done as it is. */
	void because(std::string reason) { reason_ = std::move(reason); }
	const std::string &reason() const { return reason_; }
	const ScriptOptions &options() const { return options_; }
	int version() const { return options_.version; }
	/* Online forms are wanted, and this object was there before: work on what is new blocks nobody. */
	bool online(const catalog::Object *object) const;
	/* Whether the object, of after, was there before and still is. */
	bool had(const catalog::Object *object) const;
	void set_made(std::function<bool(const catalog::Object &)> made) { made_ = std::move(made); }
	/* True for a part that its whole's CREATE must leave out: a step of its own makes it, since it depends on more. */
	bool apart(const catalog::Object &part) const { return apart_ != nullptr && apart_->count(&part) > 0; }
	void set_apart(const std::set<const catalog::Object *> &parts) { apart_ = &parts; }
	const std::vector<StatementText> &statements() const { return statements_; }

	/* The schemas the whole script leads from and to; null: nothing is there.  What a parent's statement does to its
	   partitions, or a column's to its default, needs none of its own: that takes both sides to see. */
	const catalog::Catalog *before() const { return before_; }
	const catalog::Catalog *after() const { return after_; }

private:
	ScriptOptions options_;
	const catalog::Catalog *before_;
	const catalog::Catalog *after_;
	const std::set<const catalog::Object *> *apart_ = nullptr;
	std::function<bool(const catalog::Object &)> made_; /* by the whole script; none: does not know */
	std::vector<StatementText> statements_;
	std::string reason_;
};

/* One object that differs. */
struct Change {
	const catalog::Object &from;
	const catalog::Object &to;
	const catalog::Catalog &before; /* the schema from is of */
	const catalog::Catalog &after;	/* the schema to is of */
	const ScriptOptions &options;

	bool changed(std::string_view property) const { return from.value(property) != to.value(property); }
	/* Of a text[]: what is only in to, and only in from. */
	std::vector<std::string> added(std::string_view property) const;
	std::vector<std::string> removed(std::string_view property) const;
};

/* What every object has beside its own: owner, privileges, comment, labels; for an object just created. */
void add_satellites(const catalog::Object &object, const catalog::Catalog &before, const catalog::Catalog &after,
					Script &script);

/* ALTER ... [NO] DEPENDS ON EXTENSION, by prefix "ALTER INDEX s.i"; property holds text[] of extensions. */
void alter_extensions(const Change &change, std::string_view property, const std::string &prefix, Script &script);
void add_extensions(const catalog::Object &object, std::string_view property, const std::string &prefix,
					Script &script);

/* ALTER ... SET (added and changed options) / RESET (removed ones), by prefix "ALTER TABLE s.t". */
void alter_options(const Change &change, std::string_view property, const std::string &prefix, const Form &form,
				   Script &script);

/* ALTER ... OPTIONS (ADD ..., SET ..., DROP ...) of foreign objects. */
void alter_foreign_options(const Change &change, std::string_view property, const std::string &prefix, const Form &form,
						   Script &script);
/* " OPTIONS (a 'b')", or nothing. */
std::string foreign_options(const catalog::Object &object, std::string_view property);
/* "a=b" items as "a='b'": for WITH (...) and SET (...). */
std::string option_list(const std::vector<std::string> &items);

} // namespace schema_guard
