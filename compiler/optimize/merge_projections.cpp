#include "compiler/optimize/rules.h"

namespace vedette::optimize {
namespace {

using plan::Expression;

bool is_trivial(const Expression& expression) {
  return plan::column_of(expression) || plan::constant_of(expression) != nullptr;
}

}  // namespace

// The inner expressions take the place of their columns. One that is more than a column or a
// constant may do so only when it is used once: the work must not be repeated.
void merge_projections(plan::Plan& plan) {
  bottom_up(plan, [](plan::Plan& node) {
    auto* outer = std::get_if<plan::Project>(&node->step);
    auto* inner = outer ? std::get_if<plan::Project>(&outer->input->step) : nullptr;
    if (inner == nullptr) return;
    std::unordered_map<plan::ColumnId, int> uses;
    for (const Expression& expression : outer->expressions) {
      plan::for_each_below(expression, [&](const Expression& part) {
        if (const auto id = plan::column_of(part)) ++uses[*id];
      });
    }
    std::unordered_map<plan::ColumnId, const Expression*> replacements;
    for (size_t i = 0; i < inner->expressions.size(); ++i) {
      const Expression& expression = inner->expressions[i];
      const auto id = outer->input->output[i].id;
      if (!is_trivial(expression) && (uses[id] > 1 || !plan::is_pure(expression))) return;
      replacements.emplace(id, &expression);
    }
    for (Expression& expression : outer->expressions) plan::substitute(expression, replacements);
    plan::Plan below = std::move(inner->input);
    outer->input = std::move(below);
  });
}

}  // namespace vedette::optimize
