// From the where and project of a graph pattern to the step that finds its matches.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/pattern_scope.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// The conjuncts of a condition, as written.
void split(const ast::Expression& condition, std::vector<const ast::Expression*>& conjuncts) {
  if (const auto* logical = std::get_if<ast::Logical>(&condition.node);
      logical != nullptr && logical->op == ast::LogicalOperator::And) {
    for (const ast::ExpressionPtr& operand : logical->operands) split(*operand, conjuncts);
    return;
  }
  if (const auto* pipe = std::get_if<ast::Pipe>(&condition.node);
      pipe != nullptr && pipe->steps.empty() && pipe->source) {
    return split(*pipe->source, conjuncts);
  }
  conjuncts.push_back(&condition);
}

/// Keeps the arguments that are used, in their order; answers where each of them is now.
std::vector<uint32_t> keep_used(std::vector<plan::Expression>& arguments,
                                const std::vector<bool>& used) {
  std::vector<uint32_t> place(arguments.size());
  std::vector<plan::Expression> kept;
  for (size_t i = 0; i < arguments.size(); ++i) {
    place[i] = static_cast<uint32_t>(kept.size());
    if (used[i]) kept.push_back(std::move(arguments[i]));
  }
  arguments = std::move(kept);
  return place;
}

}  // namespace

std::vector<size_t> PatternScope::reads_of(const plan::Expression& expression) const {
  const plan::ColumnSet read = plan::columns_of(expression);
  std::vector<size_t> places;
  for (size_t i = 0; i < scope_.size(); ++i) {
    if (read.contains(scope_[i].id)) places.push_back(i);
  }
  return places;
}

bool PatternScope::reads_only(const plan::Expression& expression, Source source,
                              size_t element) const {
  const std::vector<size_t> places = reads_of(expression);
  return std::all_of(places.begin(), places.end(), [&](size_t place) {
    const graph::ScopeColumn& column = pattern_.scope[place];
    return column.source == source && column.element == element;
  });
}

bool PatternScope::push_into_path(const plan::Expression& condition) {
  const auto id = plan::column_of(condition);
  if (!id || pattern_.scope.empty() || scope_.back().id != *id) return false;
  const graph::ScopeColumn answer = pattern_.scope.back();
  if (answer.source != Source::Path || answer.column + 1 != pattern_.calls.size()) return false;
  const graph::PathCall call = pattern_.calls.back();
  const Source source = call.inner_nodes ? Source::PathNode : Source::PathEdge;
  if (call.gives != graph::PathCall::Gives::All ||
      !reads_only(expressions_[call.expression], source, call.edge)) {
    return false;
  }
  graph::EdgeElement& edge = pattern_.edges[call.edge];
  (call.inner_nodes ? edge.inner_filters : edge.filters).push_back(call.expression);
  pattern_.calls.pop_back();
  pattern_.scope.pop_back();
  pattern_.scope_types.pop_back();
  scope_.pop_back();
  return true;
}

void PatternScope::add_condition(plan::Expression condition) {
  if (push_into_path(condition)) return;
  const size_t number = expressions_.size();
  const std::vector<size_t> places = reads_of(condition);
  if (!places.empty()) {
    const graph::ScopeColumn first = pattern_.scope[places[0]];
    const bool node = first.source == Source::Node;
    if ((node || first.source == Source::Edge) &&
        reads_only(condition, first.source, first.element)) {
      (node ? pattern_.nodes[first.element].filters : pattern_.edges[first.element].filters)
          .push_back(number);
      expressions_.push_back(std::move(condition));
      return;
    }
  }
  pattern_.conditions.push_back(number);
  expressions_.push_back(std::move(condition));
}

void PatternScope::bind_where(const ast::Expression& condition) {
  std::vector<const ast::Expression*> conjuncts;
  split(condition, conjuncts);
  for (const ast::Expression* conjunct : conjuncts) {
    direct_.clear();
    Bound bound = binder_.bind_exactly(*conjunct, Type::Bool);
    if (bound.type() == Type::Error) continue;
    // A condition on the edges of a path must hold for each of them.
    bound = for_each_edge(graph::PathCall::Gives::All, std::move(bound), conjunct->span);
    add_condition(std::move(bound.value));
  }
  pattern_.calls_of_conditions = pattern_.calls.size();
}

Bound PatternScope::bind_projected(const ast::Expression& expression) {
  direct_.clear();
  names_variable_ = false;
  Bound bound = binder_.bind(expression);
  const std::optional<std::string> name = bound.name;
  if (!direct_.empty() && bound.type() != Type::Error) {
    bound = for_each_edge(graph::PathCall::Gives::Array, std::move(bound), expression.span);
  } else if (names_variable_ && bound.type() != Type::Error && !bound.star) {
    bound.value = binder_.convert(std::move(bound.value), Type::Dynamic);
  }
  bound.name = name;
  if (names_variable_) bound.value.type = Type::Dynamic;
  bound.column.reset();
  return bound;
}

void PatternScope::keep_used_arguments(plan::Apply& inputs) {
  std::vector<std::vector<bool>> used;
  for (const auto& arguments : inputs.arguments) used.emplace_back(arguments.size());
  for (size_t i = 0; i < graph_.shape.first_edge_column(); ++i) used[0][i] = true;
  for (size_t t = 1; t < used.size(); ++t) {
    for (size_t i = 0; i < graph_.shape.first_node_column(); ++i) used[t][i] = true;
  }
  const auto of_edges = [](const graph::ScopeColumn& column) {
    return column.source == Source::Edge || column.source == Source::PathEdge;
  };
  for (const graph::ScopeColumn& column : pattern_.scope) {
    if (of_edges(column)) used[0][column.column] = true;
  }
  for (const graph::NodeColumn& column : pattern_.node_columns) {
    for (size_t t = 0; t < column.arguments.size(); ++t) {
      if (column.arguments[t]) used[t + 1][*column.arguments[t]] = true;
    }
  }
  std::vector<std::vector<uint32_t>> places;
  for (size_t t = 0; t < used.size(); ++t) {
    places.push_back(keep_used(inputs.arguments[t], used[t]));
  }
  for (graph::ScopeColumn& column : pattern_.scope) {
    if (of_edges(column)) column.column = places[0][column.column];
  }
  for (graph::NodeColumn& column : pattern_.node_columns) {
    for (size_t t = 0; t < column.arguments.size(); ++t) {
      if (column.arguments[t]) column.arguments[t] = places[t + 1][*column.arguments[t]];
    }
  }
}

plan::ColumnId PatternScope::show_partition() {
  // All nodes of a match are in one partition.
  of_node(Source::Node, 0,
          {.source = graph::NodeColumn::Source::Partition, .type = graph_.partition_type},
          "$partition");
  scope_.back().id = graph_.partition;
  return graph_.partition;
}

Table PatternScope::matches(Table input, std::span<const plan::Expression> projected,
                            graph::Cycles cycles, std::optional<bool> all_shortest_paths,
                            Span span) {
  auto& graph = std::get<plan::Apply>(input.plan->step);
  plan::Apply step{.inputs = std::move(graph.inputs), .arguments = std::move(graph.arguments)};
  keep_used_arguments(step);
  pattern_.cycles = cycles;
  plan::ColumnSet shown;
  for (const plan::Expression& expression : projected) plan::add_columns_of(expression, shown);
  if (pattern_.shape.partitioned) shown.insert(show_partition());
  plan::Schema output;
  for (size_t i = 0; i < scope_.size(); ++i) {
    if (!shown.contains(scope_[i].id)) continue;
    pattern_.output.push_back(i);
    output.push_back(scope_[i]);
  }
  if (output.empty()) output.push_back(binder_.fresh("", Type::Bool));
  for (const plan::Expression& expression : expressions_) {
    pattern_.reads.push_back(reads_of(expression));
  }
  step.scope = scope_;
  step.expressions = std::move(expressions_);
  if (all_shortest_paths) {
    step.function =
        std::make_shared<const graph::GraphShortestPaths>(std::move(pattern_), *all_shortest_paths);
  } else {
    step.function = std::make_shared<const graph::GraphMatch>(std::move(pattern_));
  }
  return Table{.plan = plan::make(std::move(step), std::move(output), span)};
}

}  // namespace vedette::binding
