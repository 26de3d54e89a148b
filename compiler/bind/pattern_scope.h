// The names of a graph pattern: what `a.x`, all(), any(), map() and node_id() mean within the
// where and project of graph-match, and what the pattern must compute for them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/bind/query_binder.h"
#include "compiler/syntax/ast.h"
#include "runtime/graph/table_functions.h"

namespace vedette::binding {

/// Is it a function that only graph patterns know?
bool is_pattern_function(std::string_view name);

class PatternScope {
 public:
  /// `input` is a graph.
  PatternScope(QueryBinder& binder, const Table& input);

  /// Declares the nodes and edges of the patterns. Answers false when they cannot be run.
  bool declare(const std::vector<ast::GraphPattern>& patterns);
  /// Binds the conjuncts of a condition and gives each to what can check it first.
  void bind_where(const ast::Expression& condition);
  /// Binds a projected expression: a value for each match.
  Bound bind_projected(const ast::Expression& expression);
  /// The matches of the pattern, with the columns that `projected` reads. `cycles` and the kind of
  /// search are as given.
  Table matches(Table input, std::span<const plan::Expression> projected, graph::Cycles cycles,
                std::optional<bool> all_shortest_paths, Span span);

  // What the binder asks while it binds; nothing: not a name of the pattern.
  std::optional<Bound> bind_member(const ast::Member& member, Span span);
  std::optional<Bound> bind_name(const ast::Name& name);
  std::optional<Bound> bind_call(const ast::Call& call, Span span);

 private:
  using Source = graph::ScopeColumn::Source;
  struct Element {
    std::string name;
    bool node;
    size_t index;  // of nodes or of edges
    bool variable = false;
  };

  const Element* find(std::string_view name) const;
  size_t node_element(const ast::GraphPattern::Node& node);
  bool add_edge(const ast::GraphPattern::Edge& edge, size_t left, size_t right);
  bool connected() const;
  std::span<const plan::Column> columns_of(bool node) const;
  /// The scope's column with these values, made when first asked for.
  plan::Column column(Source source, size_t element, size_t column, std::string name, Type type);
  size_t node_column(graph::NodeColumn wanted);
  /// Column `index` of the graph's nodes or edges, as a column of an element.
  plan::Column property(Source source, size_t element, size_t index);
  plan::Column of_node(Source source, size_t element, graph::NodeColumn wanted, std::string name);
  static Source source_of(const Element& element);
  Bound bag_of(const Element& element, Span span);
  /// A call of all(), any() or map() whose expression is bound.
  Bound path_call(graph::PathCall::Gives gives, size_t edge, bool inner_nodes,
                  plan::Expression expression, Span span);
  /// The expression for each edge of each path whose edges it reads directly: of several paths,
  /// for each combination.
  Bound for_each_edge(graph::PathCall::Gives gives, Bound bound, Span span);
  /// Does the answer of a call depend on the item that call `around` has in turn?
  bool depends_on(size_t call, size_t around) const;
  Bound bind_path_function(const ast::Call& call, Span span);
  Bound bind_node_function(const ast::Call& call, Span span);
  /// Which scope columns an expression reads.
  std::vector<size_t> reads_of(const plan::Expression& expression) const;
  bool reads_only(const plan::Expression& expression, Source source, size_t element) const;
  void add_condition(plan::Expression condition);
  bool push_into_path(const plan::Expression& condition);
  void keep_used_arguments(plan::Apply& inputs);
  /// Adds the column that tells the partitions of the graph apart.
  plan::ColumnId show_partition();

  QueryBinder& binder_;
  const graph::MakeGraph& graph_;
  const bool open_;     // may have columns that are not known
  const bool missing_;  // stands for a graph that does not exist, which was told
  plan::Schema edge_columns_, node_columns_;
  std::vector<Element> elements_;
  graph::Pattern pattern_;
  plan::Schema scope_;
  std::vector<plan::Expression> expressions_;
  /// The nodes within a path, or its edges, that the expression of a path call is bound for.
  struct Current {
    size_t edge;
    bool inner_nodes;
  };
  std::optional<Current> current_;
  std::set<size_t> direct_;      // variable edges whose edges are read outside of path calls
  bool names_variable_ = false;  // a variable edge was named
};

}  // namespace vedette::binding
