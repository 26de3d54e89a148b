#include "runtime/graph/table_functions.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/graph/match_rows.h"
#include "runtime/graph/matcher.h"
#include "runtime/graph/shortest_paths.h"

namespace vedette::graph {
namespace {

std::string describe_pattern(std::string_view name, const Pattern& pattern) {
  return fmt::format("{} {} nodes, {} edges", name, pattern.nodes.size(), pattern.edges.size());
}

/// About what a graph of this size takes, with its edges by node.
int64_t bytes_of(const Graph& graph) {
  return int64_t{graph.nodes()} * 40 + int64_t{graph.edges()} * 32;
}

}  // namespace

void MakeGraph::run(TableCall&) const {
  check(false, "the operators of a graph take it apart before it runs");
}

void NodesOfGraph::run(TableCall& call) const {
  Graph graph(shape_, call);
  call.set_memory(bytes_of(graph));
  std::vector<ColumnBuilder> columns = graph.node_columns(columns_);
  for (size_t i = 0; i < columns.size(); ++i) call.out[i] = std::move(columns[i]);
}

std::string GraphMatch::describe() const {
  return describe_pattern("graph-match", pattern_);
}

void GraphMatch::run(TableCall& call) const {
  Graph graph(pattern_.shape, call);
  call.set_memory(bytes_of(graph));
  PatternValues values(graph, pattern_, call);
  const Candidates candidates = values.candidates();
  MatchRows rows(graph, pattern_, values, call);
  Matcher matcher(
      graph, pattern_, candidates,
      [&](const Match& match) {
        rows.add(match);
        if (rows.full()) rows.emit_satisfied();
      },
      call.check_running);
  matcher.run();
  rows.emit_satisfied();
}

std::string GraphShortestPaths::describe() const {
  return describe_pattern("graph-shortest-paths", pattern_);
}

void GraphShortestPaths::run(TableCall& call) const {
  Graph graph(pattern_.shape, call);
  call.set_memory(bytes_of(graph));
  PatternValues values(graph, pattern_, call);
  const Candidates candidates = values.candidates();
  MatchRows rows(graph, pattern_, values, call);
  ShortestPaths(graph, pattern_, candidates, rows, all_, call).run();
}

}  // namespace vedette::graph
