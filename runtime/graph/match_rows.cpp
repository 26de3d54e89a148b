#include "runtime/graph/match_rows.h"

#include <algorithm>

#include "runtime/base/error.h"

namespace vedette::graph {

// ---- Filters of single elements -------------------------------------------------------------

PatternValues::PatternValues(Graph& graph, const Pattern& pattern, TableCall& call)
    : graph_(graph),
      pattern_(pattern),
      call_(call),
      node_columns_(graph.node_columns(pattern.node_columns)) {}

std::vector<uint8_t> PatternValues::filter(std::span<const size_t> expressions, uint32_t count,
                                           const Belongs& column_of) {
  if (expressions.empty()) return {};
  std::vector<uint8_t> allowed(count, 1);
  std::vector<Vector> scope(pattern_.scope.size());
  for (const size_t expression : expressions) {
    for (uint32_t first = 0; first < count; first += batch_rows) {
      call_.check_running();
      const uint32_t rows = std::min<uint32_t>(batch_rows, count - first);
      for (const size_t k : pattern_.reads[expression]) {
        const ColumnBuilder* column = column_of(pattern_.scope[k]);
        check(column != nullptr, "a filter reads columns of its own element");
        scope[k] = column->vector(first);
      }
      const Reader holds(call_.evaluate(expression, scope, rows));
      for (uint32_t row = 0; row < rows; ++row) {
        if (!holds.valid(row) || holds.get<uint8_t>(row) == 0) allowed[first + row] = 0;
      }
    }
  }
  return allowed;
}

Candidates PatternValues::candidates() {
  using Source = ScopeColumn::Source;
  Candidates found;
  const auto of_nodes = [&](std::span<const size_t> filters, Source source, size_t element) {
    return filter(filters, graph_.nodes(), [&, source, element](const ScopeColumn& column) {
      const bool own = column.source == source && column.element == element;
      return own ? &node_columns_[column.column] : nullptr;
    });
  };
  for (size_t i = 0; i < pattern_.nodes.size(); ++i) {
    found.nodes.push_back(of_nodes(pattern_.nodes[i].filters, Source::Node, i));
    const auto& allowed = found.nodes.back();
    found.node_counts.push_back(
        allowed.empty() ? graph_.nodes()
                        : static_cast<size_t>(std::count(allowed.begin(), allowed.end(), 1)));
  }
  for (size_t i = 0; i < pattern_.edges.size(); ++i) {
    const EdgeElement& edge = pattern_.edges[i];
    found.edges.push_back(filter(edge.filters, graph_.edges(), [&](const ScopeColumn& column) {
      const bool own =
          column.source == (edge.variable ? Source::PathEdge : Source::Edge) && column.element == i;
      return own ? &graph_.edge_column(static_cast<uint32_t>(column.column)) : nullptr;
    }));
    found.inner_nodes.push_back(of_nodes(edge.inner_filters, Source::PathNode, i));
  }
  return found;
}

// ---- Whole matches --------------------------------------------------------------------------

MatchRows::MatchRows(Graph& graph, const Pattern& pattern, const PatternValues& values,
                     TableCall& call)
    : graph_(graph),
      pattern_(pattern),
      values_(values),
      call_(call),
      nodes_(pattern.nodes.size()),
      edges_(pattern.edges.size()),
      path_edges_(pattern.edges.size()),
      path_nodes_(pattern.edges.size()),
      scope_(pattern.scope.size()) {
  for (const PathCall& one : pattern.calls) {
    answers_.emplace_back(one.gives == PathCall::Gives::Array ? Type::Dynamic : Type::Bool);
  }
  for (const Type type : pattern.scope_types) read_.emplace_back(type);
}

void MatchRows::add(const Match& match) {
  for (size_t i = 0; i < nodes_.size(); ++i) nodes_[i].push_back(match.nodes[i]);
  for (size_t i = 0; i < edges_.size(); ++i) {
    if (pattern_.edges[i].variable) {
      path_edges_[i].add(match.path_edges[i]);
      path_nodes_[i].add(match.path_nodes[i]);
    } else {
      edges_[i].push_back(match.edges[i]);
    }
  }
  ++rows_;
}

std::pair<const ColumnBuilder*, uint32_t> MatchRows::value_at(const ScopeColumn& column,
                                                              Place place) const {
  using Source = ScopeColumn::Source;
  const auto edge_column = [&] {
    return &graph_.edge_column(static_cast<uint32_t>(column.column));
  };
  switch (column.source) {
    case Source::Node:
      return {&values_.node_column(column.column), nodes_[column.element][place.match]};
    case Source::Edge:
      return {edge_column(), edges_[column.element][place.match]};
    case Source::PathEdge:
      return {edge_column(), path_edges_[column.element].items[item_of(column, place)]};
    case Source::PathNode:
      return {&values_.node_column(column.column),
              path_nodes_[column.element].items[item_of(column, place)]};
    case Source::Path:
      break;
  }
  return {&answers_[column.column], answer_of(pattern_.calls[column.column], place)};
}

uint32_t MatchRows::item_of(const ScopeColumn& column, Place place) const {
  // The innermost call that is about the path has its items in turn; those around it stand still.
  const bool nodes = column.source == ScopeColumn::Source::PathNode;
  for (size_t i = around_.size(); i-- > 0;) {
    const PathCall& call = pattern_.calls[around_[i].call];
    if (call.edge != column.element || call.inner_nodes != nodes) continue;
    return i + 1 == around_.size() ? place.item : around_[i].item;
  }
  return place.item;
}

uint32_t MatchRows::answer_of(const PathCall& call, Place place) const {
  if (!call.within) return place.match;
  for (size_t i = around_.size(); i-- > 0;) {
    if (around_[i].call != *call.within) continue;
    if (i + 1 < around_.size()) return around_[i].number;
    return place.item - paths_of(pattern_.calls[around_[i].call]).begin_of(place.match);
  }
  check(false, "an answer is read within the call it belongs to");
  return 0;
}

Vector MatchRows::evaluate(size_t expression, std::span<const Place> places) {
  for (const size_t k : pattern_.reads[expression]) {
    read_[k].clear();
    for (const Place place : places) {
      const auto [column, row] = value_at(pattern_.scope[k], place);
      append_row_of(*column, row, read_[k]);
    }
    scope_[k] = read_[k].vector();
  }
  return call_.evaluate(expression, scope_, static_cast<uint32_t>(places.size()));
}

void MatchRows::answer(const PathCall& call, ColumnBuilder& out) {
  const Paths& paths = paths_of(call);
  const bool all = call.gives == PathCall::Gives::All;
  const bool array = call.gives == PathCall::Gives::Array;
  // Paths are cut into batches wherever one ends.
  std::vector<Place> places;
  std::optional<Reader> values;
  uint32_t at = 0, computed = 0;
  const auto next_value = [&](uint32_t match) -> uint32_t {
    if (at == computed) {
      places.clear();
      for (uint32_t m = match; m < rows_ && places.size() < batch_rows; ++m) {
        const uint32_t from = m == match ? at : paths.begin_of(m);
        for (uint32_t i = from; i < paths.ends[m] && places.size() < batch_rows; ++i) {
          places.push_back({m, i});
        }
      }
      computed = at + static_cast<uint32_t>(places.size());
      values.emplace(evaluate(call.expression, places));
    }
    return static_cast<uint32_t>(places.size()) - (computed - at++);
  };
  for (uint32_t match = 0; match < rows_; ++match) {
    if (array) array_.begin_array();
    bool holds = all;
    while (at < paths.ends[match]) {
      const uint32_t row = next_value(match);
      const bool valid = values->valid(row);
      if (array) {
        const Text text = valid ? values->get<Text>(row) : Text{};
        array_.add(DynamicView(std::string_view(text.data, text.size)));
      } else if ((valid && values->get<uint8_t>(row) != 0) != all) {
        holds = !all;
      }
    }
    if (array) {
      array_.end_array();
      out.append_text(array_.bytes());
      array_.clear();
    } else {
      out.append_bool(holds);
    }
  }
}

bool MatchRows::contains_calls(size_t number) const {
  return std::any_of(pattern_.calls.begin(), pattern_.calls.end(),
                     [&](const PathCall& call) { return call.within == number; });
}

void MatchRows::answer_nested(size_t number, uint32_t match) {
  const PathCall& call = pattern_.calls[number];
  const Paths& paths = paths_of(call);
  const uint32_t first = paths.begin_of(match), end = paths.ends[match];
  call_.check_running();
  for (size_t inner = 0; inner < pattern_.calls.size(); ++inner) {
    if (pattern_.calls[inner].within != number) continue;
    answers_[inner].clear();
    for (uint32_t item = first; item < end; ++item) {
      around_.push_back({number, item, item - first});
      answer_nested(inner, match);
      around_.pop_back();
    }
  }
  const bool all = call.gives == PathCall::Gives::All;
  const bool array = call.gives == PathCall::Gives::Array;
  bool holds = all;
  if (array) array_.begin_array();
  around_.push_back({number, first, 0});
  std::vector<Place> places;
  for (uint32_t from = first; from < end; from += batch_rows) {
    places.clear();
    for (uint32_t item = from; item < end && places.size() < batch_rows; ++item) {
      places.push_back({match, item});
    }
    const Reader values(evaluate(call.expression, places));
    for (uint32_t row = 0; row < places.size(); ++row) {
      const bool valid = values.valid(row);
      if (array) {
        const Text text = valid ? values.get<Text>(row) : Text{};
        array_.add(DynamicView(std::string_view(text.data, text.size)));
      } else if ((valid && values.get<uint8_t>(row) != 0) != all) {
        holds = !all;
      }
    }
  }
  around_.pop_back();
  if (array) {
    array_.end_array();
    answers_[number].append_text(array_.bytes());
    array_.clear();
  } else {
    answers_[number].append_bool(holds);
  }
}

void MatchRows::answer_calls(size_t count) {
  for (; answered_ < count; ++answered_) {
    if (pattern_.calls[answered_].within) continue;
    if (!contains_calls(answered_)) {
      answer(pattern_.calls[answered_], answers_[answered_]);
      continue;
    }
    for (uint32_t match = 0; match < rows_; ++match) answer_nested(answered_, match);
  }
}

std::span<uint8_t> MatchRows::test() {
  satisfied_.assign(rows_, 1);
  if (pattern_.conditions.empty() || rows_ == 0) return satisfied_;
  answer_calls(pattern_.calls_of_conditions);
  std::vector<Place> places(rows_);
  for (uint32_t row = 0; row < rows_; ++row) places[row] = {row, 0};
  for (const size_t condition : pattern_.conditions) {
    const Reader holds(evaluate(condition, places));
    for (uint32_t row = 0; row < rows_; ++row) {
      if (!holds.valid(row) || holds.get<uint8_t>(row) == 0) satisfied_[row] = 0;
    }
  }
  return satisfied_;
}

void MatchRows::emit(std::span<const uint8_t> chosen) {
  const bool any = std::find(chosen.begin(), chosen.end(), 1) != chosen.end();
  if (any) {
    answer_calls(pattern_.calls.size());
    for (size_t i = 0; i < pattern_.output.size(); ++i) {
      const ScopeColumn& column = pattern_.scope[pattern_.output[i]];
      for (uint32_t row = 0; row < rows_; ++row) {
        if (chosen[row] == 0) continue;
        const auto [from, at] = value_at(column, {row, 0});
        append_row_of(*from, at, call_.out[i]);
      }
    }
    // A row counts even when no column shows anything of it.
    if (pattern_.output.empty()) {
      for (uint32_t row = 0; row < rows_; ++row) {
        if (chosen[row] != 0) call_.out[0].append_bool(true);
      }
    }
  }
  call_.check_running();
  rows_ = 0;
  answered_ = 0;
  for (auto& nodes : nodes_) nodes.clear();
  for (auto& edges : edges_) edges.clear();
  for (Paths& paths : path_edges_) paths.clear();
  for (Paths& paths : path_nodes_) paths.clear();
  for (ColumnBuilder& answer : answers_) answer.clear();
}

}  // namespace vedette::graph
