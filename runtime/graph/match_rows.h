// From matches to rows: conditions over whole matches, calls over paths, columns of the answer.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "runtime/graph/pattern.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::graph {

/// Computes a pattern's expressions over its graph.
class PatternValues {
 public:
  PatternValues(Graph& graph, const Pattern& pattern, TableCall& call);

  /// The nodes and edges that satisfy the filters of each element.
  Candidates candidates();
  const ColumnBuilder& node_column(size_t column) const { return node_columns_[column]; }

 private:
  using Belongs = std::function<const ColumnBuilder*(const ScopeColumn&)>;

  std::vector<uint8_t> filter(std::span<const size_t> expressions, uint32_t count,
                              const Belongs& column_of);

  Graph& graph_;
  const Pattern& pattern_;
  TableCall& call_;
  const std::vector<ColumnBuilder> node_columns_;
};

/// Holds a batch of matches and makes rows of those that satisfy the conditions.
class MatchRows {
 public:
  MatchRows(Graph& graph, const Pattern& pattern, const PatternValues& values, TableCall& call);

  /// How many matches are held.
  uint32_t size() const { return rows_; }
  bool full() const { return rows_ == batch_rows; }
  /// There must be room.
  void add(const Match& match);
  /// Which of the matches satisfy the conditions; valid until the next change.
  std::span<uint8_t> test();
  /// Appends the rows of the chosen matches to the answer, and forgets all matches.
  void emit(std::span<const uint8_t> chosen);
  void emit_satisfied() { emit(test()); }

 private:
  struct Paths {
    std::vector<uint32_t> ends;  // one a match
    std::vector<uint32_t> items;

    uint32_t begin_of(uint32_t row) const { return row == 0 ? 0 : ends[row - 1]; }
    void add(std::span<const uint32_t> path) {
      items.insert(items.end(), path.begin(), path.end());
      ends.push_back(static_cast<uint32_t>(items.size()));
    }
    void clear() { ends.clear(), items.clear(); }
  };
  /// A row that an expression is computed for: of a match, or of an item of a path within it.
  struct Place {
    uint32_t match;
    uint32_t item;
  };

  /// The item of the path that a call is about, while calls within it are answered.
  struct Around {
    size_t call;
    uint32_t item;
    uint32_t number;  // of the item within its path
  };

  Vector evaluate(size_t expression, std::span<const Place> places);
  /// The column that a scope column reads, and the row of it.
  std::pair<const ColumnBuilder*, uint32_t> value_at(const ScopeColumn& column, Place place) const;
  uint32_t item_of(const ScopeColumn& column, Place place) const;
  uint32_t answer_of(const PathCall& call, Place place) const;
  const Paths& paths_of(const PathCall& call) const {
    return (call.inner_nodes ? path_nodes_ : path_edges_)[call.edge];
  }
  bool contains_calls(size_t number) const;
  void answer(const PathCall& call, ColumnBuilder& out);
  /// The answer of a call with others within it, or within another, for one match.
  void answer_nested(size_t number, uint32_t match);
  void answer_calls(size_t count);

  Graph& graph_;
  const Pattern& pattern_;
  const PatternValues& values_;
  TableCall& call_;
  uint32_t rows_ = 0;
  std::vector<std::vector<NodeIndex>> nodes_;
  std::vector<std::vector<EdgeIndex>> edges_;
  std::vector<Paths> path_edges_, path_nodes_;
  std::vector<uint8_t> satisfied_;
  std::vector<ColumnBuilder> answers_;  // of the calls; one row a match
  size_t answered_ = 0;
  std::vector<ColumnBuilder> read_;  // columns of the scope, for one evaluation
  std::vector<Vector> scope_;
  std::vector<Around> around_;  // the calls at work, outermost first
  DynamicBuilder array_;
};

}  // namespace vedette::graph
