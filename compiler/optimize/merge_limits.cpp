#include <algorithm>

#include "compiler/optimize/rules.h"

namespace vedette::optimize {

void merge_limits(plan::Plan& plan) {
  top_down(plan, [](plan::Plan& node) {
    while (auto* outer = std::get_if<plan::Limit>(&node->step)) {
      if (auto* inner = std::get_if<plan::Limit>(&outer->input->step)) {
        inner->rows = std::min(inner->rows, outer->rows);
        plan::Plan below = std::move(outer->input);
        node = std::move(below);
      } else if (auto* project = std::get_if<plan::Project>(&outer->input->step)) {
        // Limit over Project becomes Project over Limit.
        plan::Plan top = std::move(outer->input);
        plan::Plan below = std::move(project->input);
        const plan::Schema schema = below->output;
        project->input = plan::make(plan::Limit{std::move(below), outer->rows}, schema, node->span);
        node = std::move(top);
        return;
      } else {
        return;
      }
    }
  });
}

}  // namespace vedette::optimize
