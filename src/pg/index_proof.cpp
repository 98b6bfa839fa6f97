/*
 * index_proof.cpp - see index_proof.hpp.
 *
 * EXPLAIN (GENERIC_PLAN) is there from 16 on; a prepared statement under plan_cache_mode = force_generic_plan has the same plan,
 * on 15, too.
 */
#include "schema_guard/pg/index_proof.hpp"

#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/statement_statistics.hpp"

namespace schema_guard::pg {

namespace {

constexpr char probe[] = "schema_guard probe";
struct Forget {};

} // namespace

namespace raw {

static void
set_for_planning()
{
	(void) set_config_option("plan_cache_mode", "force_generic_plan", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							 0, false);
}

/* Whoever locks a table longer does not keep the report. */
static void
wait_little()
{
	(void) set_config_option("lock_timeout", "200ms", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* A statement that was prepared by name is known as PREPARE ... AS. */
static PrepareStmt *
parse_one(const char *statement, RawStmt **raw)
{
	List *parsed = raw_parser(statement, RAW_PARSE_DEFAULT);
	PrepareStmt *prepare = makeNode(PrepareStmt);

	if (list_length(parsed) == 1) {
		*raw = linitial_node(RawStmt, parsed);
		if (IsA((*raw)->stmt, PrepareStmt))
			prepare = reinterpret_cast<PrepareStmt *>((*raw)->stmt);
		else
			prepare->query = (*raw)->stmt;
	}
	if (prepare->query == nullptr ||
		!(IsA(prepare->query, SelectStmt) || IsA(prepare->query, InsertStmt) || IsA(prepare->query, UpdateStmt) ||
		  IsA(prepare->query, DeleteStmt) || IsA(prepare->query, MergeStmt)))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the statement has no plan")));
	prepare->name = pstrdup(probe);
	return prepare;
}

static void
explain(const char *statement, Oid role, std::string *json)
{
	int level = NewGUCNestLevel();
	Oid user;
	int context;
	RawStmt *raw = nullptr;
	PrepareStmt *prepare = parse_one(statement, &raw);
	ParseState *state = make_parsestate(nullptr);
	StringInfoData sql;

	set_for_planning();
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE);
	DropPreparedStatement(probe, false);
	state->p_sourcetext = statement;
	PrepareQuery(state, prepare, raw->stmt_location, raw->stmt_len);

	initStringInfo(&sql);
	appendStringInfo(&sql, "EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE %s", quote_identifier(probe));
	for (int i = 0, n = FetchPreparedStatement(probe, true)->plansource->num_params; i < n; i++)
		appendStringInfo(&sql, "%sNULL%s", i == 0 ? " (" : ", ", i == n - 1 ? ")" : "");
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql.data, false, 0) != SPI_OK_UTILITY || SPI_processed != 1)
		elog(ERROR, "EXPLAIN failed");
	json->assign(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	SetUserIdAndSecContext(user, context);
	AtEOXact_GUC(true, level);
}

} // namespace raw

std::string
generic_plan(const std::string &statement, Oid role)
{
	std::string json;

	guard([&] { raw::explain(statement.c_str(), role, &json); });
	return json;
}

std::optional<Error>
try_and_forget(const std::function<void()> &plan)
{
	std::optional<Error> error;

	try {
		error = try_subtransaction([&] {
			guard([] { raw::wait_little(); });
			plan();
			throw Forget{};
		});
	} catch (const Forget &) {
	}
	guard([] { DropPreparedStatement(probe, false); });
	if (error && (error->sqlstate() == ERRCODE_QUERY_CANCELED || error->sqlstate() == ERRCODE_OUT_OF_MEMORY))
		throw std::move(*error);
	return error;
}

bool
may_act_as(Oid role)
{
	return guard([=] { return has_privs_of_role(GetUserId(), role); });
}

namespace {

/* Of plain columns: what HypoPG evaluates, it evaluates as the owner of the extension. */
constexpr char columns_of[] = R"(
WITH statement AS MATERIALIZED (
	SELECT format('CREATE INDEX ON %I.%I (%s)', n.nspname, c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY u.i)) AS sql
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest($2::smallint[]) WITH ORDINALITY u (attnum, i), pg_attribute a
	WHERE c.oid = $1::oid AND a.attrelid = c.oid AND a.attnum = u.attnum GROUP BY n.nspname, c.relname
)
)";

/* An index that HypoPG makes for this session alone. */
class Hypothetical {
public:
	Hypothetical(const std::string &schema, const IndexQuestion &question) : schema_(schema)
	{
		auto rows = own::query((std::string(columns_of) + "SELECT h.indexrelid, h.indexname FROM statement, " + schema +
								".hypopg_create_index(statement.sql) h")
								   .c_str(),
							   {std::to_string(question.relation), question.columns});

		if (rows.empty())
			throw Failure(sqlstate::invalid_parameter, "no index was made");
		oid_ = *rows[0][0];
		name_ = *rows[0][1];
	}

	const std::string &name() const { return name_; }
	std::optional<std::string> bytes() const { return call("hypopg_relation_size"); }
	void drop() const { (void) call("hypopg_drop_index"); }

private:
	std::optional<std::string> call(const char *function) const
	{
		return own::query(("SELECT " + schema_ + "." + function + "($1::oid)").c_str(), {oid_})[0][0];
	}

	std::string schema_, oid_, name_;
};

constexpr char read_plan[] = R"(
SELECT $1::jsonb #>> '{0,Plan,Total Cost}', jsonb_path_exists($1::jsonb, '$.** ? (@."Index Name" == $i)', jsonb_build_object('i', $2::text)),
	jsonb_path_exists($1::jsonb, '$.** ? (@."Relation Name" == $t && @."Schema" == $s)', jsonb_build_object('t', c.relname, 's', n.nspname))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $3::oid)";

struct Statement {
	std::string text, what;
	Oid role;
};

/* The very query, where it is known and this session may act as who ran it; then the statement that was asked about. */
std::vector<Statement>
statements_for(const IndexQuestion &question)
{
	std::vector<Statement> statements;
	std::optional<std::string> view = question.query_id.empty() ? std::nullopt : statement_statistics();

	if (view)
		for (const auto &row :
			 own::query(("SELECT s.query, s.userid FROM " + *view +
						 " s WHERE s.queryid = $1::bigint AND s.dbid = $2::oid ORDER BY s.calls DESC LIMIT 1")
							.c_str(),
						{question.query_id, std::to_string(MyDatabaseId)}))
			if (row[0] && row[1] && may_act_as(static_cast<Oid>(std::stoul(*row[1]))))
				statements.push_back(
					{*row[0], "statement " + question.query_id, static_cast<Oid>(std::stoul(*row[1]))});
	auto owner = own::query("SELECT relowner FROM pg_class WHERE oid = $1::oid", {std::to_string(question.relation)});
	if (!owner.empty() && may_act_as(static_cast<Oid>(std::stoul(*owner[0][0]))))
		statements.push_back({question.statement, question.what, static_cast<Oid>(std::stoul(*owner[0][0]))});
	return statements;
}

void
hypothetical_indexes(bool seen)
{
	guard([=] {
		(void) set_config_option("hypopg.enabled", seen ? "on" : "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
								 true, 0, false);
	});
}

/* True when the statement is about the table. */
bool
compare(const IndexQuestion &question, const Statement &statement, const Hypothetical &index, IndexProof &proof)
{
	std::string relation = std::to_string(question.relation);
	int level = guard([] { return NewGUCNestLevel(); });

	hypothetical_indexes(false);
	auto before = own::query(read_plan, {generic_plan(statement.text, statement.role), index.name(), relation});
	hypothetical_indexes(true);
	auto after = own::query(read_plan, {generic_plan(statement.text, statement.role), index.name(), relation});
	guard([=] { AtEOXact_GUC(true, level); });
	if (before.empty() || after.empty() || before[0][2] != "t")
		return false;
	proof.cost_before = before[0][0];
	proof.cost_after = after[0][0];
	proof.used = after[0][1] == "t";
	proof.text = std::string("HypoPG: ") + (proof.used ? "used by " : "not used by ") + statement.what;
	return true;
}

} // namespace

IndexProof
prove_index(const IndexQuestion &question)
{
	IndexProof proof;

	own::require_installed();

	auto schema =
		own::query("SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
				   " WHERE e.extname = 'hypopg'",
				   {});

	if (schema.empty()) {
		proof.text = "HypoPG is not installed";
		return proof;
	}

	std::vector<Statement> statements = statements_for(question);
	std::optional<Hypothetical> index;
	std::exception_ptr thrown;

	/* It is of the session, not of a transaction: whatever happens in between, it goes. */
	try {
		std::optional<Error> error = try_and_forget([&] {
			index.emplace(*schema[0][0], question);
			proof.bytes = index->bytes();
		});
		if (error)
			proof.text = std::string("HypoPG: ") + error->what();

		bool found = !index.has_value();
		for (const Statement &statement : statements) {
			if (found)
				break;
			error = try_and_forget([&] { found = compare(question, statement, *index, proof); });
			if (error)
				proof.text = std::string("HypoPG: ") + error->what();
		}
	} catch (...) {
		thrown = std::current_exception();
	}
	if (index)
		index->drop();
	if (thrown)
		std::rethrow_exception(thrown);
	if (proof.text.empty())
		proof.text = "HypoPG: for those who may act as the owner of the table";
	return proof;
}

} // namespace schema_guard::pg
