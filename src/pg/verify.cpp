/*
 * verify.cpp - there and back again, in a subtransaction.
 */
#include "schema_guard/pg/verify.hpp"

#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/pg/apply.hpp"
#include "schema_guard/pg/catalog_reader.hpp"

namespace schema_guard::pg {

namespace {

class Verifier {
public:
	explicit Verifier(const diff::Options &options) : options_(options) { options_.script.one_transaction = true; }

	/* Leads the live schema to another; says what is left between them. */
	void lead(const char *direction, const catalog::Catalog &to)
	{
		direction_ = direction;
		std::unique_ptr<diff::Diff> way = diff::compare(read_catalog(), to, options_);

		run(*way);

		std::unique_ptr<diff::Diff> left = diff::compare(read_catalog(), to, options_);
		for (const diff::Row &row : diff::rows(*left)) {
			const diff::Step &step = *row.of;

			findings_.push_back({direction_, "still differs", std::string(step.object().kind().name),
								 step.object().quoted_identity(), row.attribute, row.new_value, row.old_value,
								 row.first ? diff::joined(step.forward) : ""});
		}
	}

	void failed(const Error &error)
	{
		Finding &finding = findings_.emplace_back();

		finding.direction = direction_;
		finding.problem = error.what();
		finding.statement = running_;
		finding.object_type = type_;
		finding.identity = identity_;
	}

	std::vector<Finding> take() { return std::move(findings_); }

private:
	void run(const diff::Diff &way)
	{
		tell_of_other_forms(way);
		apply(way, [&](const diff::Step &step, const std::string &sql) {
			type_ = step.object().kind().name;
			identity_ = step.object().quoted_identity();
			running_ = sql;
		});
		running_.clear();
	}

	/* What is proven is not letter by letter what diff_sql() gives. */
	static void tell_of_other_forms(const diff::Diff &way)
	{
		for (const diff::Step &step : way.steps) {
			if (step.action == diff::Action::alter && !step.reason.empty())
				notice(step.object().display() + " is proven in another form: " + step.reason);
			for (const StatementText &statement : step.forward) {
				if (!statement.in_block.empty())
					notice("proven without CONCURRENTLY, in a transaction: " + statement.sql);
			}
		}
	}

	static void notice(const std::string &text)
	{
		guard([&] { ereport(NOTICE, (errmsg_internal("%s", text.c_str()))); });
	}

	diff::Options options_;
	std::string direction_, running_, type_, identity_;
	std::vector<Finding> findings_;
};

} // namespace

std::vector<Finding>
verify(const catalog::Catalog *before, const catalog::Catalog &after, const diff::Options &options)
{
	Verifier verifier(options);
	catalog::Catalog start = before != nullptr ? *before : read_catalog();

	std::optional<Error> error = try_and_undo([&] {
		if (before != nullptr)
			verifier.lead("start", start);
		verifier.lead("forward", after);
		verifier.lead("backward", start);
	});
	if (error)
		verifier.failed(*error);
	return verifier.take();
}

void
synchronize(const diff::Diff &way, const catalog::Catalog &to, const diff::Options &options)
{
	apply(way, [](const diff::Step &, const std::string &) {});

	std::unique_ptr<diff::Diff> left = diff::compare(read_catalog(), to, options);
	auto real = std::find_if(left->steps.begin(), left->steps.end(),
							 [](const diff::Step &step) { return !step.forward.empty(); });

	if (real != left->steps.end())
		throw Failure(sqlstate::still_differs,
					  real->object().display() + " still differs after all statements have run")
			.with_detail("What is left: " + diff::joined(real->forward))
			.with_hint("SELECT * FROM schema_guard.verify_diff('live', ...) lists everything; nothing was changed.");
}

} // namespace schema_guard::pg
