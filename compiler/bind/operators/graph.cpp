// Graphs: make-graph, graph-to-table, graph-mark-components, graph-where-nodes, graph-where-edges.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/operators/graph_partitions.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/graph/table_functions.h"

namespace vedette::binding {
namespace {

/// A column that holds ids of nodes, by its name.
Bound id_column(QueryBinder& binder, const ast::Name& name, const Table& table) {
  const Temporarily scope(binder.rows, std::optional(rows_of(table)));
  Bound bound = binder.bind(ast::Expression{ast::NameReference{name}, name.span});
  if (binder.check_column(bound)) binder.check_not_dynamic(bound);
  return bound;
}

/// The one type of all ids, when they can be compared.
std::optional<Type> type_of_ids(const std::vector<Bound>& ids) {
  std::vector<Type> types;
  for (const Bound& id : ids) types.push_back(id.type());
  const auto common = common_type(types);
  if (!common || *common == Type::Dynamic) return std::nullopt;
  return common;
}

/// What is gathered while a graph is described.
struct Parts {
  plan::Apply step;
  graph::GraphDescription graph;
  plan::Schema columns;  // of the edges, then of the nodes
};

void add_input(Parts& parts, Table table, std::vector<plan::Expression> arguments) {
  for (const plan::Column& column : table.columns()) arguments.push_back(plan::column(column));
  parts.step.inputs.push_back(std::move(table.plan));
  parts.step.arguments.push_back(std::move(arguments));
}

/// The columns that the nodes get from their tables: those of one name are one column.
void add_node_columns(QueryBinder& binder, Parts& parts, const std::vector<Table>& tables,
                      const std::vector<Bound>& ids) {
  const uint32_t first = parts.graph.shape.first_node_column();
  std::vector<std::vector<Type>> types;
  const size_t edge_columns = parts.columns.size();
  for (size_t t = 0; t < tables.size(); ++t) {
    const plan::Schema& columns = tables[t].columns();
    for (uint32_t i = 0; i < columns.size(); ++i) {
      size_t at = 0;
      while (edge_columns + at < parts.columns.size() &&
             parts.columns[edge_columns + at].name != columns[i].name) {
        ++at;
      }
      if (edge_columns + at == parts.columns.size()) {
        parts.columns.push_back(binder.fresh(columns[i].name, columns[i].type));
        parts.graph.node_columns.emplace_back().arguments.resize(tables.size());
        types.emplace_back();
      }
      graph::NodeColumn& column = parts.graph.node_columns[at];
      column.arguments[t] = first + i;
      types[at].push_back(columns[i].type);
      if (ids[t].column && ids[t].column->id == columns[i].id) column.id_if_unknown = true;
    }
  }
  for (size_t at = 0; at < types.size(); ++at) {
    const Type type = common_type(types[at]).value_or(Type::Dynamic);
    parts.columns[edge_columns + at].type = type;
    graph::NodeColumn& column = parts.graph.node_columns[at];
    column.type = type;
    column.id_if_unknown &= layout_of(type) == layout_of(parts.graph.id_type) &&
                            (type == Type::Dynamic) == (parts.graph.id_type == Type::Dynamic);
    for (size_t t = 0; t < tables.size(); ++t) {
      if (!column.arguments[t]) continue;
      plan::Expression& argument = parts.step.arguments[t + 1][*column.arguments[t]];
      argument = binder.convert(std::move(argument), type);
    }
  }
}

Table finish(Parts parts, bool open, Span span) {
  auto function = std::make_shared<const graph::MakeGraph>(std::move(parts.graph));
  parts.step.function = function;
  Table result{.plan = plan::make(std::move(parts.step), std::move(parts.columns), span)};
  result.open = open;
  result.graph = std::move(function);
  return result;
}

/// The graph that flows into a step; nullptr with a diagnostic when it is a table.
const graph::MakeGraph* graph_of(StepContext& context, std::string_view name) {
  if (context.input.graph) return context.input.graph.get();
  if (!context.input.missing) {
    context.binder.error(code::table_expected, context.step.keyword_span,
                         fmt::format("'{}' needs a graph: `T | make-graph ...`", name));
  }
  return nullptr;
}

plan::Expression hash_of(QueryBinder& binder, plan::Expression id, Span span) {
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(id));
  return binder.call("hash", std::move(arguments), span, Type::Long);
}

Table edges_of(QueryBinder& binder, Table graph, const ast::Parameters& parameters, Span span) {
  const size_t count = graph.graph->edge_columns;
  auto& step = std::get<plan::Apply>(graph.plan->step);
  std::vector<plan::Expression>& arguments = step.arguments[0];
  plan::Schema output;
  std::vector<plan::Expression> expressions;
  const graph::MakeGraph& known = *graph.graph;
  if (known.shape.partitioned) {
    // The partition stands in a column that only the step below shows.
    plan::Schema with_partition = step.inputs[0]->output;
    std::vector<plan::Expression> passed;
    for (const plan::Column& column : with_partition) passed.push_back(plan::column(column, span));
    with_partition.push_back({known.partition, "$partition", known.partition_type});
    passed.push_back(arguments[2]);
    step.inputs[0] = plan::make(plan::Project{std::move(step.inputs[0]), std::move(passed)},
                                std::move(with_partition), span);
  }
  constexpr std::string_view names[] = {"with_source_id", "with_target_id"};
  for (size_t end = 0; end < 2; ++end) {
    const std::string name = QueryBinder::word_of(parameters, names[end]);
    if (name.empty()) continue;
    output.push_back(binder.fresh(name, Type::Long));
    expressions.push_back(hash_of(binder, arguments[end], span));
  }
  const size_t first = graph.graph->shape.first_edge_column();
  for (size_t i = 0; i < count; ++i) {
    const plan::Column& column = graph.columns()[i];
    output.push_back(column);
    expressions.push_back(std::move(arguments[first + i]));
  }
  return Table{.plan = plan::make(plan::Project{std::move(step.inputs[0]), std::move(expressions)},
                                  std::move(output), span)};
}

Table nodes_of(QueryBinder& binder, Table graph, const ast::Parameters& parameters, Span span) {
  const std::shared_ptr<const graph::MakeGraph> known = graph.graph;
  auto& step = std::get<plan::Apply>(graph.plan->step);
  std::vector<graph::NodeColumn> wanted = known->node_columns;
  plan::Schema columns(graph.columns().begin() + static_cast<ptrdiff_t>(known->edge_columns),
                       graph.columns().end());
  plan::Schema output = columns;
  output.push_back(binder.fresh("id", known->id_type));
  wanted.push_back({.source = graph::NodeColumn::Source::Id, .type = known->id_type});
  const plan::Column id = output.back();
  if (known->shape.partitioned) {
    output.push_back({known->partition, "$partition", known->partition_type});
    wanted.push_back(
        {.source = graph::NodeColumn::Source::Partition, .type = known->partition_type});
  }
  std::vector<plan::Expression>& of_edges = step.arguments[0];
  of_edges.erase(of_edges.begin() + known->shape.first_edge_column(), of_edges.end());
  step.function = std::make_shared<const graph::NodesOfGraph>(known->shape, std::move(wanted));
  Table table{.plan = plan::make(std::move(step), std::move(output), span)};
  Projection projection;
  plan::Schema shown;
  std::vector<plan::Expression> expressions;
  const std::string name = QueryBinder::word_of(parameters, "with_node_id");
  if (!name.empty()) {
    shown.push_back(binder.fresh(name, Type::Long));
    expressions.push_back(hash_of(binder, plan::column(id), span));
  }
  for (const plan::Column& column : columns) {
    shown.push_back(column);
    expressions.push_back(plan::column(column));
  }
  return Table{.plan = plan::make(plan::Project{std::move(table.plan), std::move(expressions)},
                                  std::move(shown), span)};
}

}  // namespace

Table QueryBinder::unknown_graph(Span span) {
  Parts parts;
  Table edges = unknown_table(span);
  const plan::Expression id = plan::constant(Value::string(""), span);
  add_input(parts, std::move(edges), {id, id});
  Table graph = finish(std::move(parts), true, span);
  graph.missing = true;
  return graph;
}

Table bind_make_graph(StepContext context, const ast::MakeGraph& make_graph) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(make_graph.parameters, {});
  const Span span = context.span();
  const bool several_uses = make_graph.subquery != nullptr;
  Table edges =
      several_uses ? binder.share(std::move(context.input), span) : std::move(context.input);
  std::vector<Bound> ids = {id_column(binder, make_graph.source, edges),
                            id_column(binder, make_graph.target, edges)};
  std::vector<Table> tables;
  std::vector<Bound> partitions;
  const auto add_partition = [&](const Table& table) {
    if (make_graph.partitioned_by) {
      partitions.push_back(id_column(binder, *make_graph.partitioned_by, table));
    }
  };
  add_partition(edges);
  bool open = edges.open;
  for (const ast::MakeGraph::Nodes& nodes : make_graph.nodes) {
    tables.push_back(binder.bind_table(*nodes.table));
    if (several_uses) tables.back() = binder.share(std::move(tables.back()), span);
    open |= tables.back().open;
    ids.push_back(id_column(binder, nodes.key, tables.back()));
    add_partition(tables.back());
  }
  Parts parts;
  parts.graph.shape = {.directed = make_graph.directed,
                       .partitioned = make_graph.partitioned_by.has_value()};
  const std::optional<Type> id_type = type_of_ids(ids), partition_type = type_of_ids(partitions);
  if (!id_type || (!partitions.empty() && !partition_type)) {
    binder.cannot_run_yet(context.step.keyword_span,
                          "the ids of sources, targets and nodes must be of one type");
  }
  parts.graph.id_type = id_type.value_or(Type::String);
  parts.graph.partition_type = partition_type.value_or(Type::String);
  parts.graph.partition = binder.fresh("$partition", parts.graph.partition_type).id;
  const auto keys_of = [&](size_t first, size_t count, size_t table) {
    std::vector<plan::Expression> keys;
    for (size_t i = first; i < first + count; ++i) {
      keys.push_back(id_type ? binder.convert(ids[i].value, *id_type) : ids[i].value);
    }
    if (partition_type && table < partitions.size()) {
      keys.push_back(binder.convert(partitions[table].value, *partition_type));
    }
    return keys;
  };
  parts.graph.edge_columns = edges.columns().size();
  for (const plan::Column& column : edges.columns()) {
    parts.columns.push_back(binder.fresh(column.name, column.type));
  }
  parts.graph.has_nodes = !tables.empty() || make_graph.node_id;
  add_input(parts, std::move(edges), keys_of(0, 2, 0));
  for (size_t t = 0; t < tables.size(); ++t) {
    std::vector<plan::Expression> arguments = keys_of(t + 2, 1, t + 1);
    for (const plan::Column& column : tables[t].columns()) {
      arguments.push_back(plan::column(column));
    }
    parts.step.arguments.push_back(std::move(arguments));
  }
  add_node_columns(binder, parts, tables, {ids.begin() + 2, ids.end()});
  for (Table& table : tables) parts.step.inputs.push_back(std::move(table.plan));
  if (make_graph.node_id) {
    parts.columns.push_back(binder.fresh(make_graph.node_id->text, ids[0].type()));
    parts.graph.node_columns.push_back({.type = ids[0].type(), .id_if_unknown = true});
  }
  Table graph = finish(std::move(parts), open, span);
  if (!make_graph.subquery) return graph;
  return bind_graph_partitions(binder, *make_graph.subquery, std::move(graph), span);
}

Table bind_graph_to_table(StepContext context, const ast::GraphToTable& to_table) {
  QueryBinder& binder = context.binder;
  if (graph_of(context, "graph-to-table") == nullptr) return binder.unknown_table(context.span());
  const auto& outputs = to_table.outputs;
  const auto bind_output = [&](Table graph, const ast::GraphToTable::Output& output) {
    if (output.nodes) {
      binder.check_parameters(output.parameters, {{"with_node_id", ParameterRule::Name}});
    } else {
      binder.check_parameters(output.parameters, {{"with_source_id", ParameterRule::Name},
                                                  {"with_target_id", ParameterRule::Name}});
    }
    const bool open = graph.open;
    Table table = output.nodes ? nodes_of(binder, std::move(graph), output.parameters, output.span)
                               : edges_of(binder, std::move(graph), output.parameters, output.span);
    table.open = open;
    if (output.name) table.result_name = output.name->text;
    return table;
  };
  if (outputs.size() == 1) return bind_output(std::move(context.input), outputs[0]);
  if (outputs.size() > 2 || outputs[0].nodes == outputs[1].nodes) {
    binder.error(code::bad_parameter, context.step.keyword_span,
                 "a graph gives its nodes, its edges, or both");
    return binder.unknown_table(context.span());
  }
  // Several tables are not a result; they are names for the statements that follow.
  Table result = binder.unknown_table(context.span());
  result.invisible = true;
  for (const ast::GraphToTable::Output& output : outputs) {
    if (!output.name) {
      binder.error(code::bad_parameter, output.span,
                   "of several tables each needs a name: `nodes as N, edges as E`");
      continue;
    }
    Table table = binder.share(bind_output(binder.copy(context.input), output), context.span());
    table.result_name.clear();
    binder.scope = declare(binder.scope, output.name->text,
                           NamedTable{std::make_shared<const Table>(std::move(table))});
  }
  return result;
}

Table bind_graph_mark_components(StepContext context, const ast::GraphMarkComponents& mark) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(mark.parameters, {{"kind", ParameterRule::Word, {"weak", "strong"}},
                                            {"with_component_id", ParameterRule::Name}});
  const graph::MakeGraph* known = graph_of(context, "graph-mark-components");
  if (known == nullptr) return binder.unknown_graph(context.span());
  if (!known->has_nodes) return std::move(context.input);
  graph::GraphDescription marked = *known;
  marked.node_columns.push_back(
      {.source = graph::NodeColumn::Source::Component,
       .type = Type::Long,
       .strong = QueryBinder::word_of(mark.parameters, "kind") == "strong"});
  context.input.plan->output.push_back(binder.fresh(
      QueryBinder::word_of(mark.parameters, "with_component_id", "ComponentId"), Type::Long));
  auto function = std::make_shared<const graph::MakeGraph>(std::move(marked));
  std::get<plan::Apply>(context.input.plan->step).function = function;
  context.input.graph = std::move(function);
  return std::move(context.input);
}

Table bind_graph_where(StepContext context, const ast::GraphWhere& graph_where) {
  QueryBinder& binder = context.binder;
  const std::string_view name = graph_where.nodes ? "graph-where-nodes" : "graph-where-edges";
  // It sees no columns, neither here nor in the reference, so all it can keep is all or nothing.
  const Bound bound = binder.bind_exactly(*graph_where.predicate, Type::Bool);
  if (graph_of(context, name) == nullptr) return binder.unknown_graph(context.span());
  const std::optional<Value> value = binder.constant_value(bound.value);
  if (!value || value->is_null() || !value->as_bool()) {
    binder.cannot_run_yet(context.step.keyword_span,
                          fmt::format("operator '{}' is not supported yet", name));
  }
  return std::move(context.input);
}

}  // namespace vedette::binding
