// What graph-match and graph-shortest-paths look for, and what they compute over what they find.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"

namespace vedette::graph {

/// A node of a pattern. Nodes of one name are one element.
struct NodeElement {
  std::vector<size_t> filters = {};  // expressions over its columns that must hold
};

/// An edge of a pattern, between two of its nodes.
struct EdgeElement {
  enum class Direction { Forward, Backward, Any };
  size_t left, right;  // nodes of the pattern as written
  Direction direction = Direction::Any;
  bool variable = false;  // `*least..most`: a path of so many edges
  uint32_t least = 1, most = 1;
  std::vector<size_t> filters = {};        // over the columns of an edge; must hold for each
  std::vector<size_t> inner_filters = {};  // over the columns of the nodes within the path
};

/// Where a column that expressions read comes from.
struct ScopeColumn {
  enum class Source {
    Node,      // of the node that stands for element `element`
    Edge,      // of the edge that stands for it
    PathEdge,  // of one edge of the path that stands for it
    PathNode,  // of one of the nodes within that path
    Path,      // the answer of path call `column`: one a match, or one for each item of the path
               // that the call around it is about
  };
  Source source;
  size_t element;
  size_t column;  // of the nodes: in Pattern::node_columns; of edges: an argument

  bool operator==(const ScopeColumn&) const = default;
};

/// all(), any() and map(): an expression for each edge of a path, or each node within it.
struct PathCall {
  enum class Gives { All, Any, Array };
  Gives gives;
  size_t edge;        // an edge of the pattern
  bool inner_nodes;   // else its edges
  size_t expression;  // bool, for Array dynamic
  /// The call whose expression reads the answer, when that depends on what this one is about.
  std::optional<size_t> within = {};
};

/// What may be repeated within one match.
enum class Cycles {
  All,
  UniqueEdges,
  None,
};

struct Pattern {
  Shape shape;
  std::vector<NodeColumn> node_columns;
  std::vector<NodeElement> nodes;
  std::vector<EdgeElement> edges;
  Cycles cycles = Cycles::UniqueEdges;
  /// What the step's expressions read; aligned with its scope.
  std::vector<ScopeColumn> scope;
  std::vector<Type> scope_types;
  /// The columns of the scope that each expression reads.
  std::vector<std::vector<size_t>> reads;
  std::vector<PathCall> calls;          // may read the answers of calls before them
  std::vector<size_t> conditions = {};  // expressions over whole matches that must hold
  size_t calls_of_conditions = 0;       // the calls that those read are among the first so many
  std::vector<size_t> output = {};      // columns of the scope
};

/// A match: a node for each node of the pattern, and an edge or a path for each of its edges.
struct Match {
  std::vector<NodeIndex> nodes;
  std::vector<EdgeIndex> edges;  // of edges that are not variable
  /// Of variable ones: the edges from left to right, and the nodes between them.
  std::vector<std::vector<EdgeIndex>> path_edges;
  std::vector<std::vector<NodeIndex>> path_nodes;
};

/// Which nodes and edges may stand for an element: one byte a node or an edge; empty: all.
struct Candidates {
  std::vector<std::vector<uint8_t>> nodes;  // of each node of the pattern
  std::vector<size_t> node_counts;
  std::vector<std::vector<uint8_t>> edges;        // of each edge of the pattern
  std::vector<std::vector<uint8_t>> inner_nodes;  // within each variable edge

  static bool allow(const std::vector<uint8_t>& allowed, uint32_t index) {
    return allowed.empty() || allowed[index] != 0;
  }
};

}  // namespace vedette::graph
