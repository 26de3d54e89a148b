#include "compiler/bind/pattern_scope.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {
namespace {

const ast::NameReference* name_in(const ast::Expression& expression) {
  if (const auto* pipe = std::get_if<ast::Pipe>(&expression.node)) {
    return pipe->steps.empty() && pipe->source ? name_in(*pipe->source) : nullptr;
  }
  return std::get_if<ast::NameReference>(&expression.node);
}

}  // namespace

bool is_pattern_function(std::string_view name) {
  constexpr std::string_view names[] = {
      "all", "any", "inner_nodes", "labels", "map", "node_degree_in", "node_degree_out", "node_id"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

PatternScope::PatternScope(QueryBinder& binder, const Table& input)
    : binder_(binder), graph_(*input.graph), open_(input.open), missing_(input.missing) {
  const plan::Schema& columns = input.columns();
  const auto nodes = columns.begin() + static_cast<ptrdiff_t>(graph_.edge_columns);
  edge_columns_.assign(columns.begin(), nodes);
  node_columns_.assign(nodes, columns.end());
  pattern_.shape = graph_.shape;
}

// ---- Columns of elements --------------------------------------------------------------------

std::span<const plan::Column> PatternScope::columns_of(bool node) const {
  return node ? node_columns_ : edge_columns_;
}

plan::Column PatternScope::column(Source source, size_t element, size_t index, std::string name,
                                  Type type) {
  const graph::ScopeColumn wanted{source, element, index};
  const auto found = std::find(pattern_.scope.begin(), pattern_.scope.end(), wanted);
  if (found != pattern_.scope.end()) {
    return scope_[static_cast<size_t>(found - pattern_.scope.begin())];
  }
  pattern_.scope.push_back(wanted);
  pattern_.scope_types.push_back(type);
  scope_.push_back(binder_.fresh(std::move(name), type));
  return scope_.back();
}

size_t PatternScope::node_column(graph::NodeColumn wanted) {
  auto& columns = pattern_.node_columns;
  const auto found = std::find(columns.begin(), columns.end(), wanted);
  if (found != columns.end()) return static_cast<size_t>(found - columns.begin());
  columns.push_back(std::move(wanted));
  return columns.size() - 1;
}

plan::Column PatternScope::of_node(Source source, size_t element, graph::NodeColumn wanted,
                                   std::string name) {
  const Type type = wanted.type;
  return column(source, element, node_column(std::move(wanted)), std::move(name), type);
}

plan::Column PatternScope::property(Source source, size_t element, size_t index) {
  if (source == Source::Node || source == Source::PathNode) {
    return of_node(source, element, graph_.node_columns[index], node_columns_[index].name);
  }
  const plan::Column& shown = edge_columns_[index];
  return column(source, element, graph_.shape.first_edge_column() + index, shown.name, shown.type);
}

PatternScope::Source PatternScope::source_of(const Element& element) {
  if (element.node) return Source::Node;
  return element.variable ? Source::PathEdge : Source::Edge;
}

// ---- Elements -------------------------------------------------------------------------------

const PatternScope::Element* PatternScope::find(std::string_view name) const {
  // Of several elements of one name the last counts.
  for (auto element = elements_.rbegin(); element != elements_.rend(); ++element) {
    if (element->name == name) return &*element;
  }
  return nullptr;
}

size_t PatternScope::node_element(const ast::GraphPattern::Node& node) {
  if (node.name) {
    for (const Element& element : elements_) {
      if (element.node && element.name == node.name->text) return element.index;
    }
    elements_.push_back({node.name->text, true, pattern_.nodes.size()});
  }
  pattern_.nodes.emplace_back();
  return pattern_.nodes.size() - 1;
}

bool PatternScope::add_edge(const ast::GraphPattern::Edge& edge, size_t left, size_t right) {
  using Direction = ast::GraphPattern::Edge::Direction;
  bool good = true;
  graph::EdgeElement element{.left = left, .right = right};
  if (edge.direction != Direction::Any) {
    element.direction = edge.direction == Direction::Forward
                            ? graph::EdgeElement::Direction::Forward
                            : graph::EdgeElement::Direction::Backward;
  }
  element.variable = edge.least != nullptr;
  if (edge.least && edge.most) {
    const auto least = binder_.constant_integer(*edge.least);
    const auto most = binder_.constant_integer(*edge.most);
    good = least && most;
    if (good && (*least < 0 || *most < *least || *most > INT32_MAX)) {
      binder_.cannot_run_yet(
          join(edge.least->span, edge.most->span),
          "the least and the most edges of a path: from 0 on, and in this order");
      good = false;
    }
    if (good) {
      element.least = static_cast<uint32_t>(*least);
      element.most = static_cast<uint32_t>(*most);
    }
  }
  if (edge.name) {
    const Element* known = find(edge.name->text);
    if (known != nullptr) {
      binder_.cannot_run_yet(edge.name->span,
                             fmt::format("'{}' names something else in this pattern", known->name));
      good = false;
    }
    elements_.push_back({edge.name->text, false, pattern_.edges.size(), element.variable});
  }
  pattern_.edges.push_back(std::move(element));
  return good;
}

bool PatternScope::connected() const {
  std::vector<bool> reached(pattern_.nodes.size());
  if (reached.empty()) return false;
  reached[0] = true;
  for (size_t round = 0; round < pattern_.edges.size(); ++round) {
    for (const graph::EdgeElement& edge : pattern_.edges) {
      if (reached[edge.left]) reached[edge.right] = true;
      if (reached[edge.right]) reached[edge.left] = true;
    }
  }
  return std::find(reached.begin(), reached.end(), false) == reached.end();
}

bool PatternScope::declare(const std::vector<ast::GraphPattern>& patterns) {
  bool good = !patterns.empty();
  for (const ast::GraphPattern& pattern : patterns) {
    std::optional<size_t> before;
    const ast::GraphPattern::Edge* edge = nullptr;
    for (const auto& part : pattern.parts) {
      if (const auto* next = std::get_if<ast::GraphPattern::Edge>(&part)) {
        edge = next;
        continue;
      }
      const size_t node = node_element(std::get<ast::GraphPattern::Node>(part));
      if (before && edge != nullptr) good &= add_edge(*edge, *before, node);
      before = node;
      edge = nullptr;
    }
  }
  if (good && !connected()) {
    binder_.cannot_run_yet(patterns.back().span,
                           "the parts of a pattern must be connected by nodes of the same name");
    return false;
  }
  return good;
}

// ---- Names ----------------------------------------------------------------------------------

std::optional<Bound> PatternScope::bind_member(const ast::Member& member, Span span) {
  const auto* object = std::get_if<ast::NameReference>(&member.object->node);
  const auto* key = std::get_if<ast::NameReference>(&member.member->node);
  if (object == nullptr || key == nullptr) return std::nullopt;
  if (binder_.rows && binder_.rows->find(object->name.text) != nullptr) return std::nullopt;
  const Element* element = find(object->name.text);
  if (element == nullptr) return std::nullopt;
  if (element->variable) {
    names_variable_ = true;
    direct_.insert(element->index);
  }
  const auto columns = columns_of(element->node);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != key->name.text) continue;
    return binder_.bind_column(property(source_of(*element), element->index, i), span);
  }
  if (!open_) {
    std::vector<std::string_view> names;
    for (const plan::Column& column : columns) names.push_back(column.name);
    binder_.error(code::unknown_name, key->name.span,
                  fmt::format("'{}' is not a column of the graph's {}", key->name.text,
                              element->node ? "nodes" : "edges"),
                  did_you_mean(most_similar(key->name.text, names)));
  } else if (!missing_) {
    binder_.cannot_run_yet(key->name.span, fmt::format("column '{}' is not known before the "
                                                       "query runs",
                                                       key->name.text));
  }
  Bound unknown = failed(span);
  unknown.name = key->name.text;
  return unknown;
}

Bound PatternScope::bag_of(const Element& element, Span span) {
  std::vector<plan::Expression> pairs;
  const auto columns = columns_of(element.node);
  for (size_t i = 0; i < columns.size(); ++i) {
    pairs.push_back(plan::constant(Value::string(columns[i].name), span));
    pairs.push_back(plan::column(property(source_of(element), element.index, i), span));
  }
  Bound bag = failed(span);
  bag.value.type = Type::Dynamic;
  if (!pairs.empty()) bag.value = binder_.call("bag_pack", std::move(pairs), span, Type::Dynamic);
  return bag;
}

std::optional<Bound> PatternScope::bind_name(const ast::Name& name) {
  const Element* element = find(name.text);
  if (element == nullptr) return std::nullopt;
  if (element->variable) {
    names_variable_ = true;
    direct_.insert(element->index);
  }
  Bound bag = bag_of(*element, name.span);
  bag.name = name.text;
  return bag;
}

// ---- Functions ------------------------------------------------------------------------------

std::optional<Bound> PatternScope::bind_call(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (!is_pattern_function(name)) return std::nullopt;
  if (name == "all" || name == "any" || name == "map") return bind_path_function(call, span);
  if (name != "inner_nodes") return bind_node_function(call, span);
  binder_.error(code::unknown_function, call.function.span,
                "'inner_nodes' may only be the first argument of all(), any() and map()");
  return failed(span);
}

Bound PatternScope::path_call(graph::PathCall::Gives gives, size_t edge, bool inner_nodes,
                              plan::Expression expression, Span span) {
  const bool array = gives == graph::PathCall::Gives::Array;
  if (array) expression = binder_.convert(std::move(expression), Type::Dynamic);
  const size_t number = pattern_.calls.size();
  pattern_.calls.push_back({gives, edge, inner_nodes, expressions_.size()});
  expressions_.push_back(std::move(expression));
  for (size_t inner = 0; inner < number; ++inner) {
    // In the order they were made, so that one sees what became of those it reads.
    graph::PathCall& call = pattern_.calls[inner];
    if (!call.within && depends_on(inner, number)) call.within = number;
  }
  const plan::Column answer =
      column(Source::Path, edge, pattern_.calls.size() - 1, "", array ? Type::Dynamic : Type::Bool);
  return {.value = plan::column(answer, span)};
}

bool PatternScope::depends_on(size_t call, size_t around) const {
  const graph::PathCall& outer = pattern_.calls[around];
  const graph::PathCall& inner = pattern_.calls[call];
  const Source source = outer.inner_nodes ? Source::PathNode : Source::PathEdge;
  // What is about the same path has items of its own.
  if (inner.edge == outer.edge && inner.inner_nodes == outer.inner_nodes) return false;
  const std::vector<size_t> places = reads_of(expressions_[inner.expression]);
  return std::any_of(places.begin(), places.end(), [&](size_t place) {
    const graph::ScopeColumn& column = pattern_.scope[place];
    if (column.source != Source::Path) {
      return column.source == source && column.element == outer.edge;
    }
    const std::optional<size_t>& within = pattern_.calls[column.column].within;
    return within == around || (within == call && depends_on(column.column, around));
  });
}

Bound PatternScope::for_each_edge(graph::PathCall::Gives gives, Bound bound, Span span) {
  for (auto edge = direct_.rbegin(); edge != direct_.rend(); ++edge) {
    bound = path_call(gives, *edge, false, std::move(bound.value), span);
  }
  return bound;
}

Bound PatternScope::bind_path_function(const ast::Call& call, Span span) {
  const std::string& function = call.function.text;
  Bound result = failed(span);
  result.value.type = function == "map" ? Type::Dynamic : Type::Bool;
  if (!binder_.check_argument_count(function, call.arguments.size(), 2, 2, call.function.span)) {
    return result;
  }
  const ast::Expression* of = call.arguments[0].value.get();
  const auto* inner = std::get_if<ast::Call>(&of->node);
  const bool inner_nodes = inner != nullptr && inner->function.text == "inner_nodes";
  if (inner_nodes && binder_.check_argument_count("inner_nodes", inner->arguments.size(), 1, 1,
                                                  inner->function.span)) {
    of = inner->arguments[0].value.get();
  }
  const ast::NameReference* name = name_in(*of);
  const Element* element = name == nullptr ? nullptr : find(name->name.text);
  if (element == nullptr) {
    const Bound other = binder_.bind(*of);
    if (other.type() != Type::Error) {
      binder_.cannot_run_yet(of->span, "the name of a variable edge is expected here");
    }
    return result;
  }
  names_variable_ |= element->variable;
  const size_t edge = element->index;
  const bool nodes = inner_nodes || element->node;
  // A single edge, or a node, is a path of one.
  const bool single = !element->variable;
  const Source source = single ? source_of(*element) : nodes ? Source::PathNode : Source::PathEdge;
  // All columns are in sight; those that are read get into the scope.
  plan::Schema columns;
  for (const plan::Column& column : columns_of(nodes)) {
    columns.push_back(binder_.fresh(column.name, column.type));
  }
  std::set<size_t> outer_direct;
  std::swap(direct_, outer_direct);
  const std::optional<Current> outer = std::exchange(current_, Current{edge, nodes && !single});
  Bound bound = [&] {
    const Temporarily rows(binder_.rows, std::optional(RowScope{&columns, open_, missing_}));
    return function == "map" ? binder_.bind(*call.arguments[1].value)
                             : binder_.bind_exactly(*call.arguments[1].value, Type::Bool);
  }();
  current_ = outer;
  // Edges of this path are in turn; those of others are for what is around.
  if (!single && !nodes) direct_.erase(edge);
  direct_.insert(outer_direct.begin(), outer_direct.end());
  if (!binder_.check_scalar(bound) || bound.type() == Type::Error) return result;
  if (single && inner_nodes) {
    result.value = function == "map" ? plan::constant(dynamic_array_of({}), span)
                                     : plan::constant(Value::boolean(function == "all"), span);
    return result;
  }
  std::unordered_map<plan::ColumnId, const plan::Expression*> replacements;
  std::vector<plan::Expression> properties;
  properties.reserve(columns.size());
  const plan::ColumnSet read = plan::columns_of(bound.value);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!read.contains(columns[i].id)) continue;
    properties.push_back(plan::column(property(source, edge, i), span));
    replacements[columns[i].id] = &properties.back();
  }
  plan::substitute(bound.value, replacements);
  if (single) {
    std::vector<plan::Expression> arguments;
    arguments.push_back(std::move(bound.value));
    if (function == "map") {
      result.value = binder_.call("pack_array", std::move(arguments), span, Type::Dynamic);
    } else {
      arguments.push_back(plan::constant(Value::boolean(false), span));
      result.value = binder_.call("coalesce", std::move(arguments), span, Type::Bool);
    }
    return result;
  }
  using Gives = graph::PathCall::Gives;
  const Gives gives = function == "map"   ? Gives::Array
                      : function == "all" ? Gives::All
                                          : Gives::Any;
  return path_call(gives, edge, inner_nodes, std::move(bound.value), span);
}

Bound PatternScope::bind_node_function(const ast::Call& call, Span span) {
  const std::string& function = call.function.text;
  Bound result = failed(span);
  result.value.type = function == "labels"    ? Type::Dynamic
                      : function == "node_id" ? Type::String
                                              : Type::Long;
  if (!binder_.check_argument_count(function, call.arguments.size(), 0, 1, call.function.span)) {
    return result;
  }
  const Element* element = nullptr;
  if (!call.arguments.empty()) {
    const ast::NameReference* name = name_in(*call.arguments[0].value);
    element = name == nullptr ? nullptr : find(name->name.text);
    if (element == nullptr) {
      const Bound other = binder_.bind(*call.arguments[0].value);
      if (other.type() != Type::Error) {
        binder_.cannot_run_yet(other.span(), "the name of a node is expected here");
      }
      return result;
    }
    names_variable_ |= element->variable;
  }
  if (function == "labels") {  // graphs that a query makes have none
    result.value = plan::constant(dynamic_array_of({}), span);
    return result;
  }
  const bool within_path = element == nullptr && current_ && current_->inner_nodes;
  if (element != nullptr ? !element->node : !within_path) {
    binder_.cannot_run_yet(
        span,
        element != nullptr
            ? fmt::format("'{}' is an edge; '{}' is asked of nodes", element->name, function)
            : fmt::format("'{}' needs a node, unless it is asked of inner_nodes()", function));
    return result;
  }
  graph::NodeColumn wanted{.type = Type::Long};
  if (function == "node_id") {
    wanted.source = graph::NodeColumn::Source::Id;
    wanted.type = graph_.id_type;
  } else {
    wanted.source = function == "node_degree_in" ? graph::NodeColumn::Source::InDegree
                                                 : graph::NodeColumn::Source::OutDegree;
  }
  const plan::Column column =
      of_node(within_path ? Source::PathNode : Source::Node,
              within_path ? current_->edge : element->index, std::move(wanted), function);
  result.value = binder_.convert(plan::column(column, span), result.value.type);
  return result;
}

}  // namespace vedette::binding
