// Ways through a plan: inputs, expressions, columns.
#pragma once

#include <type_traits>
#include <unordered_map>
#include <unordered_set>

#include "compiler/plan/plan.h"

namespace vedette::plan {

using ColumnSet = std::unordered_set<ColumnId>;

template <typename... Visitors> struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors> Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// Calls `visit(Plan&)` for each input of a step, left to right. The input of a Shared step is not
/// visited: it belongs to all of its uses.
template <typename NodeType, typename Visit>
  requires std::is_same_v<std::remove_const_t<NodeType>, Node>
void for_each_input(NodeType& node, Visit&& visit) {
  std::visit(
      [&](auto& step) {
        using Step = std::remove_cvref_t<decltype(step)>;
        if constexpr (std::is_same_v<Step, Join>) {
          visit(step.left);
          visit(step.right);
        } else if constexpr (std::is_same_v<Step, Union> || std::is_same_v<Step, Apply>) {
          for (auto& input : step.inputs) visit(input);
        } else if constexpr (requires { step.input; } && !std::is_same_v<Step, Shared>) {
          visit(step.input);
        }
      },
      node.step);
}

/// Calls `visit(Expression&)` for each expression a step holds itself.
template <typename NodeType, typename Visit>
  requires std::is_same_v<std::remove_const_t<NodeType>, Node>
void for_each_expression(NodeType& node, Visit&& visit) {
  const auto all = [&](auto& list) {
    for (auto& expression : list) visit(expression);
  };
  std::visit(
      Overloaded{
          [&](auto&) {},
          [&](std::conditional_t<std::is_const_v<NodeType>, const Filter, Filter>& step) {
            visit(step.predicate);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Project, Project>& step) {
            all(step.expressions);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Aggregate, Aggregate>& step) {
            all(step.keys);
            for (auto& call : step.aggregates) {
              all(call.arguments);
              all(call.condition);
            }
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Sort, Sort>& step) {
            for (auto& key : step.keys) visit(key.expression);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Join, Join>& step) {
            all(step.left_keys);
            all(step.right_keys);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Expand, Expand>& step) {
            for (auto& item : step.items) visit(item.source);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Parse, Parse>& step) {
            visit(step.source);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Window, Window>& step) {
            for (auto& call : step.calls) all(call.arguments);
          },
          [&](std::conditional_t<std::is_const_v<NodeType>, const Apply, Apply>& step) {
            for (auto& arguments : step.arguments) all(arguments);
            all(step.expressions);
          },
      },
      node.step);
}

/// Calls `visit(Expression&)` for the expression and all below it, parents first.
template <typename ExpressionType, typename Visit>
void for_each_below(ExpressionType& expression, Visit&& visit) {
  visit(expression);
  if (auto* call = std::get_if<Expression::Call>(&expression.node)) {
    for (auto& argument : call->arguments) for_each_below(argument, visit);
  }
}

/// Adds the columns an expression reads.
void add_columns_of(const Expression& expression, ColumnSet& columns);

/// The columns an expression reads.
ColumnSet columns_of(const Expression& expression);

/// Puts expressions in the place of columns.
void substitute(Expression& expression,
                const std::unordered_map<ColumnId, const Expression*>& replacements);

/// True when the same inputs always give the same answer: no rand(), no subquery.
bool is_pure(const Expression& expression);

/// The conjuncts of a predicate: `a and b and c` gives three.
std::vector<Expression> split_conjunction(Expression predicate);

/// The constant an expression is, or nullptr.
inline const Value* constant_of(const Expression& expression) {
  const auto* constant = std::get_if<Expression::Constant>(&expression.node);
  return constant == nullptr ? nullptr : &constant->value;
}

/// The column an expression is, if it is nothing else.
inline std::optional<ColumnId> column_of(const Expression& expression) {
  const auto* reference = std::get_if<Expression::ColumnRef>(&expression.node);
  if (reference == nullptr) return std::nullopt;
  return reference->column;
}

}  // namespace vedette::plan
