// Graphs as functions of tables: what the plan's steps hold.
#pragma once

#include <string>
#include <vector>

#include "runtime/function/table_function.h"
#include "runtime/graph/pattern.h"

namespace vedette::graph {

/// What is known of a graph before it is made. The columns of a step that gives a graph are those
/// of the edges, then those of the nodes.
struct GraphDescription {
  Shape shape;
  Type id_type = Type::String;
  Type partition_type = Type::String;
  uint32_t partition = 0;  // the column that operators of a partitioned graph show its value in
  size_t edge_columns = 0;
  std::vector<NodeColumn> node_columns;
  bool has_nodes = false;  // node tables or a name for the id: its nodes have columns
};

/// make-graph: a graph that no operator has used yet. It never runs: operators of graphs take its
/// inputs over.
class MakeGraph : public TableFunction, public GraphDescription {
 public:
  explicit MakeGraph(GraphDescription description) : GraphDescription(std::move(description)) {}

  std::string describe() const override { return "make-graph"; }
  /// Never called.
  void run(TableCall& call) const override;
};

/// graph-to-table nodes: some columns of all nodes.
class NodesOfGraph : public TableFunction {
 public:
  NodesOfGraph(Shape shape, std::vector<NodeColumn> columns)
      : shape_(shape), columns_(std::move(columns)) {}

  std::string describe() const override { return "graph-to-table nodes"; }
  void run(TableCall& call) const override;

 private:
  const Shape shape_;
  const std::vector<NodeColumn> columns_;
};

/// graph-match: the output columns of all matches. When the pattern names none, one column of
/// bools.
class GraphMatch : public TableFunction {
 public:
  explicit GraphMatch(Pattern pattern) : pattern_(std::move(pattern)) {}

  std::string describe() const override;
  void run(TableCall& call) const override;

 private:
  const Pattern pattern_;
};

/// graph-shortest-paths: the output columns of a shortest match, or all, for each pair of ends.
class GraphShortestPaths : public TableFunction {
 public:
  GraphShortestPaths(Pattern pattern, bool all) : pattern_(std::move(pattern)), all_(all) {}

  std::string describe() const override;
  void run(TableCall& call) const override;

 private:
  const Pattern pattern_;
  const bool all_;
};

}  // namespace vedette::graph
