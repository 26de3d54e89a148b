// graph-match and graph-shortest-paths.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/pattern_scope.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// `a.b[0].c` is called a_b_0_c; nothing for other expressions.
std::optional<std::string> path_name(const ast::Expression& expression) {
  if (const auto* name = std::get_if<ast::NameReference>(&expression.node)) return name->name.text;
  if (const auto* member = std::get_if<ast::Member>(&expression.node)) {
    const auto left = path_name(*member->object), right = path_name(*member->member);
    if (left && right) return *left + "_" + *right;
    return right;
  }
  if (const auto* element = std::get_if<ast::Element>(&expression.node)) {
    const auto left = path_name(*element->object);
    const auto* index = std::get_if<ast::Literal>(&element->index->node);
    if (left && index != nullptr) return *left + "_" + index->text;
  }
  return std::nullopt;
}

/// A shortest path needs a pattern that is one chain with a path in it.
bool check_chain(QueryBinder& binder, const ast::GraphMatch& match) {
  bool path = false;
  for (const auto& part : match.patterns.front().parts) {
    const auto* edge = std::get_if<ast::GraphPattern::Edge>(&part);
    path |= edge != nullptr && edge->least != nullptr;
  }
  if (path && match.patterns.size() == 1) return true;
  binder.cannot_run_yet(match.patterns.front().span,
                        "a shortest path is one pattern with a variable edge, such as "
                        "`(a)-[e*1..5]->(b)`");
  return false;
}

}  // namespace

Table bind_graph_match(StepContext context, const ast::GraphMatch& match) {
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  if (match.shortest_paths) {
    binder.check_parameters(match.parameters, {{"output", ParameterRule::Word, {"any", "all"}}});
  } else {
    binder.check_parameters(match.parameters,
                            {{"cycles", ParameterRule::Word, {"all", "none", "unique_edges"}}});
  }
  if (!context.input.graph) {
    if (!context.input.missing) {
      binder.error(code::table_expected, context.step.keyword_span,
                   fmt::format("'{}' needs a graph: `T | make-graph ...`",
                               match.shortest_paths ? "graph-shortest-paths" : "graph-match"));
    }
    context.input = binder.unknown_graph(span);
  }
  PatternScope pattern(binder, context.input);
  const bool good =
      pattern.declare(match.patterns) && (!match.shortest_paths || check_chain(binder, match));
  Projection projection;
  {
    const Temporarily no_rows(binder.rows, std::optional<RowScope>());
    const Temporarily names(binder.pattern, &pattern);
    if (match.where) pattern.bind_where(*match.where);
    for (const ast::NamedExpression& expression : match.project) {
      Bound bound = pattern.bind_projected(*expression.value);
      if (auto name = path_name(*expression.value)) bound.name = std::move(name);
      binder.add_to(projection, expression, std::move(bound), {.style = Style::Project});
    }
  }
  if (match.project.empty()) {
    binder.cannot_run_yet(context.step.keyword_span, "this operator needs a `project`");
    return std::move(context.input);
  }
  if (!good) {
    plan::Schema columns;
    for (const Projection::Item& item : projection.items()) columns.push_back(item.column);
    return binder.empty_table(std::move(columns), span);
  }
  const std::string cycles = QueryBinder::word_of(match.parameters, "cycles", "unique_edges");
  const graph::Cycles rule = cycles == "all"    ? graph::Cycles::All
                             : cycles == "none" ? graph::Cycles::None
                                                : graph::Cycles::UniqueEdges;
  std::optional<bool> all_paths;
  if (match.shortest_paths) {
    all_paths = QueryBinder::word_of(match.parameters, "output", "any") == "all";
  }
  std::vector<plan::Expression> projected;
  for (const Projection::Item& item : projection.items()) projected.push_back(item.value);
  return binder.project(pattern.matches(std::move(context.input), projected, rule, all_paths, span),
                        projection, span);
}

}  // namespace vedette::binding
