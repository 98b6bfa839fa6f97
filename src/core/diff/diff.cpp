/*
 * diff.cpp - two schemas in, steps out.
 */
#include "schema_guard/core/diff/diff.hpp"

#include <algorithm>

namespace schema_guard::diff {

namespace {

/* Old names and new ones as texts quote them, whole objects' and parts'. */
std::vector<std::pair<std::string, std::string>>
name_pairs(const Catalog &before, const Renamed &renamed)
{
	std::vector<std::pair<std::string, std::string>> names;

	for (const auto &[i, old] : renamed) {
		for (size_t part = 0; part < old.size(); part++) {
			if (old[part] != before[i].identity[part])
				names.emplace_back(sql::identifier(old[part]), sql::identifier(before[i].identity[part]));
		}
	}
	std::sort(names.begin(), names.end());
	names.erase(std::unique(names.begin(), names.end()), names.end());
	return names;
}

} // namespace

std::string_view
action_name(Action action)
{
	switch (action) {
	case Action::create:
		return "create";
	case Action::drop:
		return "drop";
	case Action::alter:
		return "alter";
	case Action::rename:
		break;
	}
	return "rename";
}

std::unique_ptr<Diff>
compare(Catalog before, Catalog after, const Options &options)
{
	auto diff = std::make_unique<Diff>();

	diff->before = std::move(before);
	diff->after = std::move(after);
	diff->script = options.script;

	Renamed renamed = apply_renamings(diff->before, diff->after, options);
	Comparison comparison{diff->before, diff->after, options, renamed, {}, {}, {}, {}};

	compare_objects(comparison, name_pairs(diff->before, renamed));
	diff->steps = order_steps(comparison, renamed);
	return diff;
}

} // namespace schema_guard::diff
