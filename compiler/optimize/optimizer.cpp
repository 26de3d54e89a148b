#include "compiler/optimize/optimizer.h"

#include <unordered_set>

#include "compiler/optimize/rules.h"

namespace vedette {
namespace {

void apply_rules(plan::Plan& plan, const OptimizeEnvironment& environment) {
  optimize::fold_constants(plan, environment);  // first: later rules look for constants
  if (!environment.only_constants) {
    optimize::push_down_filters(plan);  // before projections merge: they are crossed
    optimize::merge_limits(plan);       // brings limits next to the sorts below them
    optimize::sort_to_top(plan);
    optimize::merge_projections(plan);
    optimize::prune_columns(plan);  // after filters and projections have settled
    optimize::count_copies(plan);   // rows are more often equal the fewer columns they have
  }
  optimize::derive_prune_terms(plan);  // filters now stand above their scans
  if (environment.fetch_late) fetch_late(plan, [](const plan::Scan&) { return true; });
}

// Shared inputs belong to several steps; each is optimized once, with all its columns kept.
void optimize_shared(plan::Plan& plan, const OptimizeEnvironment& environment,
                     std::unordered_set<const plan::Node*>& done) {
  optimize::bottom_up(plan, [&](plan::Plan& node) {
    auto* shared = std::get_if<plan::Shared>(&node->step);
    if (shared == nullptr || !done.insert(shared->input.get()).second) return;
    auto input = std::make_unique<plan::Node>(std::move(*shared->input));
    optimize_shared(input, environment, done);
    apply_rules(input, environment);
    *shared->input = std::move(*input);
  });
}

}  // namespace

void fetch_late(plan::Plan& plan, const std::function<bool(const plan::Scan&)>& may_fetch) {
  // Needs to know which columns are left; then, what is fetched late can be left out one by one.
  if (optimize::materialize_late(plan, may_fetch)) optimize::prune_columns(plan);
}

void optimize_plan(plan::Plan& plan, const OptimizeEnvironment& environment) {
  std::unordered_set<const plan::Node*> done;
  optimize_shared(plan, environment, done);
  apply_rules(plan, environment);
}

}  // namespace vedette
