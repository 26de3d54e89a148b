// What binding a part of a query gives: scalars, tables, and the columns in sight.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace vedette::graph {
class MakeGraph;
}

namespace vedette::binding {

/// A bound scalar expression, and what the rest of the binder must know about it.
struct Bound {
  plan::Expression value;
  /// What a column that shows it is called when the query does not say.
  std::optional<std::string> name = {};
  /// The column it is, if it is nothing else.
  std::optional<plan::Column> column = {};
  bool constant = false;      // known before the first row is read
  bool literal = false;       // written out, or the name of a literal
  bool star = false;          // `*`
  bool type_literal = false;  // `typeof(T)`: `value.type` is T
  /// Functions with several results (arg_max, percentiles): one column each.
  std::optional<plan::Schema> results = {};
  /// Of those, the input columns that are shown unchanged; 0 for others.
  std::vector<plan::ColumnId> result_sources = {};
  bool result_is_array = false;  // `value` is an array with one element a result

  Type type() const { return value.type; }
  Span span() const { return value.span; }
};

/// A bound tabular expression. The plan is never absent.
struct Table {
  plan::Plan plan;
  bool open = false;        // may have columns that are not known
  bool from_rows = false;   // other rows would have brought other columns: pivot, bag_unpack
  bool serialized = false;  // the order of its rows means something
  std::string name = {};    // of a stored table; empty for others
  std::optional<std::string> visualization = {};
  bool invisible = false;            // `consume`: gives no result
  bool missing = false;              // stands for a table that does not exist
  std::string result_name = {};      // `as` gave the result a name
  std::vector<Table> siblings = {};  // further results: fork, facet
  bool only_siblings = false;        // this one is not a result itself
  /// Set for a graph: its plan is a step with this function, and its columns are those of the edges
  /// and then of the nodes, for operators of graphs alone.
  std::shared_ptr<const graph::MakeGraph> graph = {};

  const plan::Schema& columns() const { return plan->output; }
};

/// The columns that names may refer to.
struct RowScope {
  const plan::Schema* columns = nullptr;
  bool open = false;
  bool missing = false;  // of a table that does not exist, which was told or forgiven
  /// In search: columns that other tables have; here they are null.
  const plan::Schema* absent = nullptr;
  bool from_rows = false;  // a column that no row brought is null

  const plan::Column* find(std::string_view name) const {
    for (const plan::Column& column : *columns) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
};

}  // namespace vedette::binding
