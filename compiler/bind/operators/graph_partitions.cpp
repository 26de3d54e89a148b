#include "compiler/bind/operators/graph_partitions.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/per_group.h"
#include "compiler/plan/walk.h"
#include "runtime/graph/table_functions.h"

namespace vedette::binding {
namespace {

/// Is it a step whose answer for all rows together is the one for any part of them?
bool is_row_by_row(const ast::Step& step) {
  return std::visit(plan::Overloaded{
                        [](const ast::Where&) { return true; },
                        [](const ast::Extend&) { return true; },
                        [](const ast::Project&) { return true; },
                        [](const ast::ProjectAway&) { return true; },
                        [](const ast::ProjectKeep&) { return true; },
                        [](const ast::ProjectRename&) { return true; },
                        [](const ast::ProjectReorder&) { return true; },
                        [](const ast::MvExpand&) { return true; },
                        [](const ast::Parse&) { return true; },
                        [](const ast::GraphMatch&) { return true; },
                        [](const ast::GraphToTable& node) { return node.outputs.size() == 1; },
                        [](const auto&) { return false; },
                    },
                    step.node);
}

/// Is it an operator of graphs that partitions do not allow?
bool changes_graph(const ast::Step& step) {
  const auto* match = std::get_if<ast::GraphMatch>(&step.node);
  return std::holds_alternative<ast::GraphMarkComponents>(step.node) ||
         std::holds_alternative<ast::GraphWhere>(step.node) ||
         (match != nullptr && match->shortest_paths);
}

/// The step that shows the partition in a column; nullptr when there is none.
const plan::Node* step_with(const plan::Node& plan, plan::ColumnId partition) {
  const plan::Schema& columns = plan.output;
  if (std::any_of(columns.begin(), columns.end(),
                  [&](const plan::Column& column) { return column.id == partition; })) {
    return &plan;
  }
  if (const auto* shared = std::get_if<plan::Shared>(&plan.step)) {
    return step_with(*shared->input, partition);
  }
  const plan::Node* found = nullptr;
  plan::for_each_input(plan, [&](const plan::Plan& input) {
    if (found == nullptr) found = step_with(*input, partition);
  });
  return found;
}

/// All partitions of a graph, each once.
plan::Plan partitions_of(QueryBinder& binder, Table graph, Span span) {
  auto& step = std::get<plan::Apply>(graph.plan->step);
  const graph::GraphDescription& known = *graph.graph;
  std::vector<graph::NodeColumn> wanted = {
      {.source = graph::NodeColumn::Source::Partition, .type = known.partition_type}};
  const plan::Column of_node = binder.fresh("$partition", known.partition_type);
  const plan::Column partition = binder.fresh("$partition", known.partition_type);
  step.function = std::make_shared<const graph::NodesOfGraph>(known.shape, std::move(wanted));
  plan::Aggregate distinct;
  distinct.keys.push_back(plan::column(of_node, span));
  distinct.input = plan::make(std::move(step), plan::Schema{of_node}, span);
  return plan::make(std::move(distinct), plan::Schema{partition}, span);
}

}  // namespace

Table bind_graph_partitions(QueryBinder& binder, const ast::Expression& subquery, Table graph,
                            Span span) {
  const auto* pipe = std::get_if<ast::Pipe>(&subquery.node);
  bool by_row = true;
  for (size_t i = 0; pipe != nullptr && i < pipe->steps.size(); ++i) {
    const ast::Step& step = pipe->steps[i];
    by_row &= is_row_by_row(step);
    if (changes_graph(step)) {
      binder.error(code::table_expected, step.keyword_span,
                   "only graph-match and graph-to-table are allowed within partitioned-by");
    }
    const auto* to_table = std::get_if<ast::GraphToTable>(&step.node);
    if (to_table != nullptr && to_table->outputs.size() > 1) {
      binder.cannot_run_yet(step.keyword_span, "a partition answers one table: nodes, or edges");
    }
  }
  if (by_row) return binder.bind_subquery(subquery, std::move(graph));
  const Table all = binder.copy(graph);
  const plan::Column partition = {graph.graph->partition, "$partition",
                                  graph.graph->partition_type};
  Table result = binder.bind_subquery(subquery, std::move(graph));
  const plan::Node* leaf = step_with(*result.plan, partition.id);
  if (leaf == nullptr) return result;  // a graph, or something that was reported
  const plan::Schema columns = result.columns();
  const auto all_partitions = [&] { return partitions_of(binder, binder.copy(all), span); };
  PerGroup per_group(binder, leaf, {partition}, all_partitions, false);
  if (!per_group.possible(*result.plan)) {
    binder.cannot_run_yet(span, "a part of this subquery cannot work on each partition by itself");
    return result;
  }
  per_group.apply(result.plan);
  result = binder.keep_columns(std::move(result), columns, span);
  result.serialized = false;
  return result;
}

}  // namespace vedette::binding
