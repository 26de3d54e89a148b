#include <algorithm>

#include "compiler/optimize/rules.h"

namespace vedette::optimize {
namespace {

using plan::Expression;
using plan::PruneTerm;
using Compare = PruneTerm::Compare;

std::optional<Compare> compare_of(std::string_view name) {
  if (name == "==") return Compare::Equal;
  if (name == "<") return Compare::Less;
  if (name == "<=") return Compare::LessEqual;
  if (name == ">") return Compare::Greater;
  if (name == ">=") return Compare::GreaterEqual;
  return std::nullopt;
}

Compare mirrored(Compare compare) {
  switch (compare) {
    case Compare::Less:
      return Compare::Greater;
    case Compare::LessEqual:
      return Compare::GreaterEqual;
    case Compare::Greater:
      return Compare::Less;
    case Compare::GreaterEqual:
      return Compare::LessEqual;
    default:
      return compare;
  }
}

// The column behind an expression, also through the widening of an int, which keeps its order.
std::optional<plan::ColumnId> pruned_column(const Expression& expression) {
  const auto* call = std::get_if<Expression::Call>(&expression.node);
  if (call != nullptr && call->function->name == "tolong" && call->arguments.size() == 1 &&
      call->arguments[0].type == Type::Int) {
    return plan::column_of(call->arguments[0]);
  }
  return plan::column_of(expression);
}

bool is_null(const Value& value) {
  return value.is_null();
}

void add_term(const Expression& column, Compare compare, const Expression& bound,
              std::vector<PruneTerm>& terms) {
  const auto id = pruned_column(column);
  const Value* value = plan::constant_of(bound);
  if (!id || value == nullptr || is_null(*value) || column.type != bound.type) return;
  terms.push_back({*id, compare, *value});
}

// `x in (a, b, c)` over words lies between the least and the greatest of them.
void add_list_bounds(const Expression::Call& call, std::vector<PruneTerm>& terms) {
  const auto id = pruned_column(call.arguments[0]);
  if (!id || layout_of(call.arguments[0].type) != Layout::Word || call.arguments.size() < 2) return;
  const Value* least = nullptr;
  const Value* greatest = nullptr;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const Value* value = plan::constant_of(call.arguments[i]);
    if (value == nullptr || is_null(*value) || value->type() != call.arguments[0].type) return;
    if (least == nullptr || value->as_word() < least->as_word()) least = value;
    if (greatest == nullptr || value->as_word() > greatest->as_word()) greatest = value;
  }
  terms.push_back({*id, Compare::GreaterEqual, *least});
  terms.push_back({*id, Compare::LessEqual, *greatest});
}

}  // namespace
}  // namespace vedette::optimize

namespace vedette {

void add_prune_terms(const plan::Expression& conjunct, std::vector<plan::PruneTerm>& terms) {
  using namespace optimize;
  const auto* call = std::get_if<Expression::Call>(&conjunct.node);
  if (call == nullptr) return;
  if (const auto compare = compare_of(call->function->name)) {
    add_term(call->arguments[0], *compare, call->arguments[1], terms);
    add_term(call->arguments[1], mirrored(*compare), call->arguments[0], terms);
  } else if (call->function->name == "between" && call->arguments.size() == 3) {
    add_term(call->arguments[0], Compare::GreaterEqual, call->arguments[1], terms);
    add_term(call->arguments[0], Compare::LessEqual, call->arguments[2], terms);
  } else if (call->function->name == "in") {
    add_list_bounds(*call, terms);
  }
}

}  // namespace vedette

namespace vedette::optimize {

void derive_prune_terms(plan::Plan& plan) {
  top_down(plan, [](plan::Plan& node) {
    if (!std::holds_alternative<plan::Filter>(node->step)) return;
    std::vector<PruneTerm> terms;
    plan::Node* below = node.get();
    while (auto* filter = std::get_if<plan::Filter>(&below->step)) {
      for (const Expression& conjunct : plan::split_conjunction(filter->predicate)) {
        add_prune_terms(conjunct, terms);
      }
      below = filter->input.get();
    }
    if (auto* scan = std::get_if<plan::Scan>(&below->step); scan && scan->prune.empty()) {
      scan->prune = std::move(terms);
    }
  });
}

}  // namespace vedette::optimize
