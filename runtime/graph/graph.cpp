#include "runtime/graph/graph.h"

#include <bit>
#include <cstring>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/hash.h"

namespace vedette::graph {
namespace {

constexpr size_t rows_between_checks = 4096;

/// The bytes of one value of a column; valid until the column changes.
std::string_view bytes_at(const ColumnBuilder& column, size_t row) {
  const Vector vector = column.vector();
  if (vector.validity != nullptr && !get_bit(vector.validity, row)) return {};
  const Layout layout = layout_of(column.type());
  if (layout == Layout::Text) {
    const Text text = vector.as<Text>()[row];
    return {text.data, text.size};
  }
  const size_t width = bytes_of(layout);
  return {static_cast<const char*>(vector.values) + row * width, width};
}

}  // namespace

/// Numbers ids from 0 in the order they come; equal ids get one number.
class Graph::Ids {
 public:
  explicit Ids(bool partitioned) : partitioned_(partitioned) { table_.resize(1024, no_index); }

  /// The number of the id in a row, and whether it is new. Null and empty are one id.
  std::pair<NodeIndex, bool> number_of(const ColumnBuilder& id, const ColumnBuilder* partition,
                                       size_t row) {
    std::string_view key = bytes_at(id, row);
    if (partitioned_) {
      const std::string_view part = bytes_at(*partition, row);
      const uint64_t size = key.size();
      buffer_.assign(reinterpret_cast<const char*>(&size), sizeof size);
      buffer_.append(key).append(part);
      key = buffer_;
    }
    const uint64_t hash = hash_bytes(key);
    const size_t mask = table_.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      const NodeIndex node = table_[at];
      if (node == no_index) {
        const auto added = static_cast<NodeIndex>(keys_.size());
        table_[at] = added;
        keys_.push_back({hash, arena_.copy(key)});
        if (keys_.size() * 2 > table_.size()) grow();
        return {added, true};
      }
      if (keys_[node].hash == hash && keys_[node].bytes == key) return {node, false};
    }
  }

  int64_t bytes() const {
    return static_cast<int64_t>(table_.capacity() * sizeof(NodeIndex) +
                                keys_.capacity() * sizeof(Key) + arena_.reserved());
  }

 private:
  struct Key {
    uint64_t hash;
    std::string_view bytes;
  };

  void grow() {
    std::vector<NodeIndex> larger(table_.size() * 2, no_index);
    const size_t mask = larger.size() - 1;
    for (NodeIndex node = 0; node < keys_.size(); ++node) {
      size_t at = keys_[node].hash & mask;
      while (larger[at] != no_index) at = (at + 1) & mask;
      larger[at] = node;
    }
    table_ = std::move(larger);
  }

  bool partitioned_;
  std::vector<NodeIndex> table_;
  std::vector<Key> keys_;
  std::string buffer_;
  Arena arena_;
};

Graph::Graph(const Shape& shape, TableCall& call) : shape_(shape), call_(call) {
  size_t rows = call.inputs[0].rows * 2;
  for (const WholeTable& table : call.inputs.subspan(1)) rows += table.rows;
  if (rows >= no_index) {
    throw QueryError(ErrorKind::Limit, "KQL0701", "a graph has at most four thousand million rows");
  }
  Ids ids(shape.partitioned);
  add_node_tables(ids);
  add_edges(ids);
}

void Graph::add_node_tables(Ids& ids) {
  for (uint32_t t = 1; t < call_.inputs.size(); ++t) {
    const WholeTable& table = call_.inputs[t];
    const ColumnBuilder* partition = shape_.partitioned ? &table.columns[1] : nullptr;
    for (uint32_t row = 0; row < table.rows; ++row) {
      if (row % rows_between_checks == 0) {
        call_.check_running();
        call_.set_memory(ids.bytes());
      }
      const auto [node, added] = ids.number_of(table.columns[0], partition, row);
      if (added) {
        rows_of_.push_back({t, row});
        continue;
      }
      more_rows_.push_back({t, row, rows_of_[node].next});
      rows_of_[node].next = static_cast<uint32_t>(more_rows_.size() - 1);
    }
  }
  named_by_.assign(rows_of_.size(), no_index);
}

void Graph::add_edges(Ids& ids) {
  const WholeTable& edges = call_.inputs[0];
  const ColumnBuilder* partition = shape_.partitioned ? &edges.columns[2] : nullptr;
  sources_.resize(edges.rows);
  targets_.resize(edges.rows);
  for (size_t row = 0; row < edges.rows; ++row) {
    if (row % rows_between_checks == 0) {
      call_.check_running();
      call_.set_memory(ids.bytes());
    }
    for (uint32_t end = 0; end < 2; ++end) {
      const auto [node, added] = ids.number_of(edges.columns[end], partition, row);
      (end == 0 ? sources_ : targets_)[row] = node;
      if (!added) continue;
      rows_of_.emplace_back();
      named_by_.push_back(static_cast<EdgeIndex>(row * 2 + end));
    }
  }
}

// ---- Columns of nodes -----------------------------------------------------------------------

void Graph::append_id(NodeIndex node, ColumnBuilder& out) const {
  const Row& row = rows_of_[node];
  const bool of_table = row.table != no_index;
  const ColumnBuilder& ids =
      of_table ? call_.inputs[row.table].columns[0] : call_.inputs[0].columns[named_by_[node] % 2];
  const size_t at = of_table ? row.row : named_by_[node] / 2;
  append_row_of(ids, at, out);
}

void Graph::append_partition(NodeIndex node, ColumnBuilder& out) const {
  const Row& row = rows_of_[node];
  if (row.table != no_index) {
    append_row_of(call_.inputs[row.table].columns[1], row.row, out);
  } else {
    append_row_of(call_.inputs[0].columns[2], named_by_[node] / 2, out);
  }
}

bool Graph::fill_from(const NodeColumn& column, const Row& row, ColumnBuilder& out) const {
  const auto& argument = column.arguments[row.table - 1];
  if (!argument) return false;
  const ColumnBuilder& from = call_.inputs[row.table].columns[*argument];
  const Vector vector = from.vector();
  if (vector.validity != nullptr && !get_bit(vector.validity, row.row)) return false;
  if (from.type() == Type::String && vector.as<Text>()[row.row].size == 0) return false;
  append_row_of(from, row.row, out);
  return true;
}

void Graph::fill_property(const NodeColumn& column, ColumnBuilder& out) const {
  for (NodeIndex node = 0; node < nodes(); ++node) {
    if (node % rows_between_checks == 0) call_.check_running();
    const Row* row = &rows_of_[node];
    if (row->table == no_index) {
      if (column.id_if_unknown) {
        append_id(node, out);
      } else {
        out.append_null();
      }
      continue;
    }
    bool filled = fill_from(column, *row, out);
    while (!filled && row->next != no_index) {
      row = &more_rows_[row->next];
      filled = fill_from(column, *row, out);
    }
    if (!filled) out.append_null();
  }
}

std::vector<ColumnBuilder> Graph::node_columns(std::span<const NodeColumn> columns) {
  std::vector<ColumnBuilder> filled;
  const auto count = [&](const std::vector<NodeIndex>& ends, ColumnBuilder& out) {
    std::vector<uint32_t> degree(nodes());
    for (const NodeIndex node : ends) ++degree[node];
    for (const uint32_t value : degree) out.append_word(value);
  };
  for (const NodeColumn& column : columns) {
    ColumnBuilder& out = filled.emplace_back(column.type);
    switch (column.source) {
      case NodeColumn::Source::Property:
        fill_property(column, out);
        break;
      case NodeColumn::Source::Id:
        for (NodeIndex node = 0; node < nodes(); ++node) append_id(node, out);
        break;
      case NodeColumn::Source::Partition:
        for (NodeIndex node = 0; node < nodes(); ++node) append_partition(node, out);
        break;
      case NodeColumn::Source::InDegree:
        count(targets_, out);
        break;
      case NodeColumn::Source::OutDegree:
        count(sources_, out);
        break;
      case NodeColumn::Source::Component:
        for (const uint32_t component : components(column.strong)) out.append_word(component);
        break;
    }
  }
  return filled;
}

// ---- Neighbours -----------------------------------------------------------------------------

const Adjacency& Graph::along(Along direction) {
  if (!shape_.directed) direction = Along::Both;
  auto& wanted = direction == Along::Out ? out_ : direction == Along::In ? in_ : both_;
  if (!wanted) wanted = adjacency(direction);
  return *wanted;
}

Adjacency Graph::adjacency(Along direction) const {
  const bool out = direction != Along::In, in = direction != Along::Out;
  Adjacency made;
  made.first.assign(nodes() + 1, 0);
  const auto each = [&](auto&& visit) {
    for (EdgeIndex edge = 0; edge < edges(); ++edge) {
      if (edge % rows_between_checks == 0) call_.check_running();
      if (out) visit(sources_[edge], Neighbour{edge, targets_[edge]});
      // A loop is one way to go, in whatever direction.
      if (in && !(out && sources_[edge] == targets_[edge])) {
        visit(targets_[edge], Neighbour{edge, sources_[edge]});
      }
    }
  };
  each([&](NodeIndex node, Neighbour) { ++made.first[node + 1]; });
  for (size_t node = 0; node < nodes(); ++node) made.first[node + 1] += made.first[node];
  made.neighbours.resize(made.first.back());
  std::vector<uint32_t> next(made.first.begin(), made.first.end() - 1);
  each([&](NodeIndex node, Neighbour other) { made.neighbours[next[node]++] = other; });
  return made;
}

}  // namespace vedette::graph
