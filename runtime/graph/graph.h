// Graphs in memory: nodes with their ids and columns, edges, and who is connected to whom.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/function/table_function.h"

namespace vedette::graph {

using NodeIndex = uint32_t;
using EdgeIndex = uint32_t;

constexpr uint32_t no_index = UINT32_MAX;

/// A column of the nodes, and where its values come from.
struct NodeColumn {
  enum class Source {
    Property,   // of the node tables
    Id,         // the id
    Partition,  // the value that keeps it apart from nodes of other partitions
    InDegree,   // how many edges arrive
    OutDegree,  // how many edges leave
    Component,  // what graph-mark-components found
  };
  Source source = Source::Property;
  Type type = Type::Long;
  /// Property: which argument of each node table it is; none where a table does not have it.
  std::vector<std::optional<uint32_t>> arguments = {};
  bool id_if_unknown = false;  // nodes of no table show their id here
  bool strong = false;         // Component: strongly connected

  bool operator==(const NodeColumn&) const = default;
};

/// How a graph lies in the inputs of a table function. Input 0 are the edges: source, target, the
/// partition where there is one, then further columns. The others are node tables: id, partition,
/// further columns.
struct Shape {
  bool directed = true;
  bool partitioned = false;  // nodes of different partitions are different nodes

  /// The first argument that is a column of an edge.
  uint32_t first_edge_column() const { return partitioned ? 3 : 2; }
  /// The first argument that is a column of a node table.
  uint32_t first_node_column() const { return partitioned ? 2 : 1; }
};

/// One end of an edge as seen from the other.
struct Neighbour {
  EdgeIndex edge;
  NodeIndex node;
};

/// The edges of each node, in one list.
struct Adjacency {
  std::vector<uint32_t> first;  // one more than there are nodes
  std::vector<Neighbour> neighbours;

  std::span<const Neighbour> of(NodeIndex node) const {
    return {neighbours.data() + first[node], first[node + 1] - first[node]};
  }
};

/// Which way edges are followed.
enum class Along { Out, In, Both };

/// A graph made of the inputs of a call. Nodes are those of the node tables in their order, rows
/// with one id merged into one node, then those that only edges name.
class Graph {
 public:
  /// Throws QueryError when there are too many rows, or the query is out of memory or time.
  Graph(const Shape& shape, TableCall& call);

  uint32_t nodes() const { return static_cast<uint32_t>(rows_of_.size()); }
  uint32_t edges() const { return static_cast<uint32_t>(sources_.size()); }
  NodeIndex source(EdgeIndex edge) const { return sources_[edge]; }
  NodeIndex target(EdgeIndex edge) const { return targets_[edge]; }

  /// Fills columns of the nodes, in the order of `columns`.
  std::vector<ColumnBuilder> node_columns(std::span<const NodeColumn> columns);
  /// An argument of the edges.
  const ColumnBuilder& edge_column(uint32_t argument) const {
    return call_.inputs[0].columns[argument];
  }
  /// The edges by node; made when first asked for. Every direction is Both when the graph has none.
  const Adjacency& along(Along direction);
  /// The number of the component that each node is in, from 0.
  std::vector<uint32_t> components(bool strong);

 private:
  class Ids;
  /// A row of a node table; rows that belong to one node form a chain.
  struct Row {
    uint32_t table = no_index;  // no_index: no row
    uint32_t row = 0;
    uint32_t next = no_index;  // in more_rows_
  };

  void add_node_tables(Ids& ids);
  void add_edges(Ids& ids);
  void fill_property(const NodeColumn& column, ColumnBuilder& out) const;
  bool fill_from(const NodeColumn& column, const Row& row, ColumnBuilder& out) const;
  void append_id(NodeIndex node, ColumnBuilder& out) const;
  void append_partition(NodeIndex node, ColumnBuilder& out) const;
  Adjacency adjacency(Along direction) const;
  std::vector<uint32_t> weak_components() const;
  std::vector<uint32_t> strong_components();

  const Shape shape_;
  TableCall& call_;
  std::vector<NodeIndex> sources_, targets_;
  std::vector<Row> rows_of_;  // one a node
  std::vector<Row> more_rows_;
  std::vector<EdgeIndex> named_by_;  // of nodes in no table: an edge with the id, times two, and
                                     // one more when it is the target
  std::optional<Adjacency> out_, in_, both_;
};

/// Appends one row of a column.
inline void append_row_of(const ColumnBuilder& column, size_t row, ColumnBuilder& out) {
  out.append_row(column.vector(row & ~size_t{63}), static_cast<uint32_t>(row & 63));
}

}  // namespace vedette::graph
