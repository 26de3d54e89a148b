#include "compiler/optimize/rules.h"
#include "compiler/plan/fresh_ids.h"

namespace vedette::optimize {
namespace {

using plan::Plan;

bool may_count_copies(const plan::Aggregate& aggregate) {
  return std::ranges::all_of(aggregate.aggregates, [](const plan::AggregateCall& call) {
    return call.function->copies != Copies::Matter;
  });
}

bool are_pure(const std::vector<plan::Expression>& expressions) {
  return std::ranges::all_of(expressions, plan::is_pure);
}

// The steps from the one below an aggregate down to an inner join, if all of them do the same with
// equal rows; else nothing.
std::vector<plan::Node*> steps_to_join(Plan& below) {
  std::vector<plan::Node*> steps;
  for (plan::Node* node = below.get();;) {
    steps.push_back(node);
    if (auto* filter = std::get_if<plan::Filter>(&node->step)) {
      if (!plan::is_pure(filter->predicate)) return {};
      node = filter->input.get();
    } else if (auto* project = std::get_if<plan::Project>(&node->step)) {
      if (!are_pure(project->expressions)) return {};
      node = project->input.get();
    } else if (auto* join = std::get_if<plan::Join>(&node->step)) {
      return join->kind == plan::JoinKind::Inner && !join->copies ? steps
                                                                  : std::vector<plan::Node*>{};
    } else {
      return {};
    }
  }
}

}  // namespace

void count_copies(Plan& plan) {
  bottom_up(plan, [](Plan& node) {
    auto* aggregate = std::get_if<plan::Aggregate>(&node->step);
    if (aggregate == nullptr || !may_count_copies(*aggregate)) return;
    const std::vector<plan::Node*> steps = steps_to_join(aggregate->input);
    if (steps.empty()) return;
    const plan::Column copies{plan::free_id(*node), "$copies", Type::Long};
    std::get<plan::Join>(steps.back()->step).copies = copies;
    for (plan::Node* step : steps) {
      step->output.push_back(copies);
      if (auto* project = std::get_if<plan::Project>(&step->step)) {
        project->expressions.push_back(plan::column(copies));
      }
    }
    for (plan::AggregateCall& call : aggregate->aggregates) {
      if (call.function->copies == Copies::Counted) call.arguments.push_back(plan::column(copies));
    }
  });
}

}  // namespace vedette::optimize
