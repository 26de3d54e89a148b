#include "compiler/optimize/rules.h"
#include "compiler/plan/fold.h"

namespace vedette::optimize {

void fold_constants(plan::Plan& plan, const OptimizeEnvironment& environment) {
  bottom_up(plan, [&](plan::Plan& node) {
    plan::for_each_expression(*node, [&](plan::Expression& expression) {
      plan::fold_constants(expression, environment.now);
    });
    auto* filter = std::get_if<plan::Filter>(&node->step);
    if (filter == nullptr) return;
    const Value* value = plan::constant_of(filter->predicate);
    if (value == nullptr) return;
    if (!value->is_null() && value->as_bool()) {
      plan::Plan input = std::move(filter->input);
      node = std::move(input);
    } else {
      node->step = plan::Values{};
    }
  });
}

}  // namespace vedette::optimize
