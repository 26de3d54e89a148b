#include <algorithm>

#include "compiler/optimize/rules.h"

namespace vedette::optimize {

void sort_to_top(plan::Plan& plan) {
  bottom_up(plan, [](plan::Plan& node) {
    auto* limit = std::get_if<plan::Limit>(&node->step);
    auto* sort = limit ? std::get_if<plan::Sort>(&limit->input->step) : nullptr;
    if (sort == nullptr) return;
    sort->limit = std::min(limit->rows, sort->limit.value_or(limit->rows));
    plan::Plan below = std::move(limit->input);
    node = std::move(below);
  });
}

}  // namespace vedette::optimize
