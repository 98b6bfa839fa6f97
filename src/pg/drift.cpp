/*
 * drift.cpp - compares what is with what should be; see drift.hpp.
 */
#include "schema_guard/pg/drift.hpp"

#include "schema_guard/core/diff/write.hpp"
#include "schema_guard/core/text/sql.hpp"
#include "schema_guard/pg/boundary.hpp"
#include "schema_guard/pg/catalog_digest.hpp"
#include "schema_guard/pg/catalog_reader.hpp"
#include "schema_guard/pg/known_digests.hpp"
#include "schema_guard/pg/own_tables.hpp"
#include "schema_guard/pg/recorder.hpp"
#include "schema_guard/pg/sources.hpp"
#include "schema_guard/pg/version_store.hpp"

#include <unordered_set>

namespace schema_guard::pg::drift {

namespace {

using catalog::Catalog;
using catalog::Object;

/* How often a schema that is being changed is read before what was there twice in a row is told. */
constexpr int most_readings = 3;

/* What the comparison follows from. */
std::string
state(const std::string &source)
{
	std::string text = "drift " + std::to_string(MyDatabaseId) + ' ' + source + ' ' +
					   std::to_string(moment_of(source).value_or(DT_NOBEGIN));

	for (const CatalogDigest &digest : {catalog_digest(), table_digest(own::table("version_log"))})
		text.append(reinterpret_cast<const char *>(digest.data()), sizeof(digest));
	return version_store::hash(text);
}

/* One comparison, and the names that the live objects had before it gave them those they should have. */
struct Reading {
	std::unique_ptr<diff::Diff> found;
	std::unordered_map<Address, std::string> live_names;
	std::vector<std::pair<std::string, std::string>> renamed_parts; /* as texts quote them */
};

void
remember_name(const Object &live, const Object &expected, Reading &reading)
{
	reading.live_names.emplace(live.address, live.quoted_identity());
	for (size_t i = 0; i < std::min(live.identity.size(), expected.identity.size()); i++) {
		std::pair part(sql::identifier(live.identity[i]), sql::identifier(expected.identity[i]));
		auto &parts = reading.renamed_parts;

		if (part.first != part.second && std::find(parts.begin(), parts.end(), part) == parts.end())
			parts.push_back(part);
	}
}

Reading
read(const std::string &source)
{
	Reading reading;
	diff::Options options;
	Pair schemas = read_pair(source, "live", Reader::owner);
	Catalog expected = std::move(schemas.before), live = std::move(schemas.after);

	options.same_database = moment_of(source).has_value();
	options.script.version = PG_VERSION_NUM;
	/* What no kind claims is in no version. */
	options.keep = [](const Object &object) { return object.is("other object"); };
	for (const Object &object : live) {
		const Object *same = options.same_database ? expected.at(object.address) : nullptr;

		if (same != nullptr && same->identity != object.identity)
			remember_name(object, *same, reading);
	}
	reading.found = diff::compare(std::move(live), std::move(expected), options);
	return reading;
}

/* The same in two readings: the same difference of the same objects. */
std::string
mark(const diff::Step &step)
{
	std::string text(diff::action_name(step.action));

	for (const Object *object : {step.from, step.to}) {
		text += '\0';
		if (object != nullptr)
			text += std::to_string(object->address.objid) + ' ' + object->canonical();
	}
	return text;
}

/* What an object that must be made anew to be changed differs in; nothing when it only stands in another's way. */
std::vector<std::string>
differing(const Object &live, const Object &expected, const Reading &reading)
{
	std::vector<std::string> names;
	auto differs = [&](const catalog::Value &is, const catalog::Value &should) {
		return is != should && !(is && should && diff::renamed_text(*is, reading.renamed_parts) == *should);
	};

	for (size_t i = 0; i < live.property_count(); i++) {
		if (!(live.property(i).flags & (catalog::implied | catalog::position)) &&
			differs(live.value(i), expected.value(i)))
			names.emplace_back(live.property(i).name);
	}
	return names;
}

class Findings {
public:
	explicit Findings(const Reading &reading) : reading_(reading) {}

	void add(const diff::Step &step);
	std::vector<Finding> finish();

private:
	void add(const diff::Step &step, const char *change, std::vector<Finding> rows);
	void add_altered(const diff::Step &step, const Object &live, const Object &expected,
					 const std::vector<std::string> &attributes);

	const Reading &reading_;
	std::vector<Finding> findings_;
	std::string waiting_; /* statements that prepare the next finding */
};

void
append(std::string &script, const std::string &more)
{
	if (!more.empty())
		script += (script.empty() ? "" : "\n") + more;
}

void
Findings::add(const diff::Step &step, const char *change, std::vector<Finding> rows)
{
	for (Finding &row : rows) {
		row.change = change;
		row.object_type = step.object().kind().name;
		row.object = step.object().quoted_identity();
		row.address = step.object().address;
	}
	append(waiting_, diff::joined(step.forward));
	rows.front().put_back.swap(waiting_);
	findings_.insert(findings_.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

void
Findings::add_altered(const diff::Step &step, const Object &live, const Object &expected,
					  const std::vector<std::string> &attributes)
{
	std::vector<Finding> rows;

	for (const std::string &attribute : attributes) {
		Finding &row = rows.emplace_back();

		row.attribute = attribute;
		if (live.find(attribute) < live.property_count()) {
			row.live = live.value(attribute);
			row.expected = expected.value(attribute);
		}
	}
	add(step, "altered", std::move(rows));
}

void
Findings::add(const diff::Step &step)
{
	const diff::Diff &found = *reading_.found;

	switch (step.action) {
	case diff::Action::alter:
		add_altered(step, *step.from, *step.to, step.properties);
		return;
	case diff::Action::rename: {
		Finding row;

		row.expected = step.object().quoted_identity();
		row.live = reading_.live_names.at(step.object().address);
		add(step, "renamed", {row});
		return;
	}
	case diff::Action::drop: {
		const Object *back = found.after.find_key(step.from->key());
		std::vector<std::string> attributes =
			back ? differing(*step.from, *back, reading_) : std::vector<std::string>();

		if (back == nullptr)
			add(step, "added", {Finding()});
		else if (!attributes.empty())
			add_altered(step, *step.from, *back, attributes);
		else
			append(waiting_, diff::joined(step.forward));
		return;
	}
	case diff::Action::create:
		break;
	}
	if (!step.reason.empty())
		append(waiting_, diff::joined(step.forward));
	/* Where it was dropped unseen and made again, two versions have its name. */
	else if (found.before.find_key(step.to->key()) == nullptr)
		add(step, "missing", {Finding()});
}

std::vector<Finding>
Findings::finish()
{
	if (!findings_.empty())
		append(findings_.back().put_back, waiting_);
	return std::move(findings_);
}

} // namespace

std::vector<Finding>
find(const std::string &source)
{
	own::require_installed();
	/* What this transaction has done itself is on record when it commits. */
	recorder::capture_now();

	/* Another document may be imported under the label of one that was dropped. */
	bool lasting = moment_of(source).has_value();
	std::string before = state(source);

	if (lasting && known_digests::find(before))
		return {};

	std::unordered_set<std::string> earlier;

	for (int n = 1;; n++) {
		Reading reading = read(source);
		std::string after = state(source);
		bool undisturbed = before == after;

		if (undisturbed || n == most_readings || reading.found->steps.empty()) {
			Findings findings(reading);

			for (const diff::Step &step : reading.found->steps) {
				if (undisturbed || earlier.count(mark(step)) > 0)
					findings.add(step);
			}

			std::vector<Finding> found = findings.finish();

			if (found.empty() && undisturbed && lasting)
				known_digests::keep(after, after);
			return found;
		}
		earlier.clear();
		for (const diff::Step &step : reading.found->steps)
			earlier.insert(mark(step));
		before = after;
	}
}

} // namespace schema_guard::pg::drift
