#include "compiler/session/subqueries.h"

#include <map>

#include "compiler/plan/walk.h"
#include "runtime/value/convert.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::session {
namespace {

using plan::Expression;
using Gives = Expression::Subquery::Gives;

Value first_cell(const WholeTable& result, Type type) {
  if (result.rows == 0) return Value::null(type);
  return value_at(result.columns[0].vector(), 0);
}

Value first_column(const WholeTable& result) {
  DynamicBuilder builder;
  builder.begin_array();
  const Vector column = result.columns[0].vector();
  for (uint32_t row = 0; row < result.rows; ++row) add_value(builder, value_at(column, row));
  builder.end_array();
  return Value::dynamic(builder.take());
}

/// Walks a plan; equal plans (shared pointers) are run once.
class Replacer {
 public:
  explicit Replacer(const std::function<WholeTable(const plan::Node&)>& run) : run_(run) {}

  void visit(plan::Node& node) {
    plan::for_each_input(node, [&](plan::Plan& input) { visit(*input); });
    if (auto* shared = std::get_if<plan::Shared>(&node.step)) visit(*shared->input);
    plan::for_each_expression(node, [&](Expression& expression) {
      plan::for_each_below(expression, [&](Expression& part) { replace(part); });
    });
  }

 private:
  void replace(Expression& part) {
    auto* subquery = std::get_if<Expression::Subquery>(&part.node);
    if (subquery == nullptr) return;
    const auto key = std::pair(subquery->plan.get(), subquery->gives);
    auto found = answers_.find(key);
    if (found == answers_.end()) {
      const WholeTable result = run_(*subquery->plan);
      Value answer = subquery->gives == Gives::FirstCell ? first_cell(result, part.type)
                                                         : first_column(result);
      found = answers_.emplace(key, std::move(answer)).first;
      kept_.push_back(subquery->plan);  // addresses stay unique while they are keys
    }
    part.node = Expression::Constant{found->second};
  }

  const std::function<WholeTable(const plan::Node&)>& run_;
  std::map<std::pair<const plan::Node*, Gives>, Value> answers_;
  std::vector<std::shared_ptr<plan::Node>> kept_;
};

}  // namespace

void replace_subqueries(plan::Node& node, const std::function<WholeTable(const plan::Node&)>& run) {
  Replacer(run).visit(node);
}

}  // namespace vedette::session
