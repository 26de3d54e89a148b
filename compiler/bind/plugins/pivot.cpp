// pivot: the values of a column become columns.
#include <algorithm>
#include <cmath>

#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"
#include "runtime/plugin/shapes.h"

namespace vedette::binding {
namespace {

/// The column that the aggregate reads, when it reads one as it is.
std::optional<plan::ColumnId> aggregated_column(const PluginCall& call) {
  for (const PluginCall::Argument& argument : call.arguments) {
    if (call.plugin.parameters[argument.parameter].kind != PluginParameter::Aggregate) continue;
    const auto* aggregate = std::get_if<ast::Call>(&argument.source->value->node);
    if (aggregate == nullptr || aggregate->arguments.empty()) continue;
    const auto* name = std::get_if<ast::NameReference>(&aggregate->arguments[0].value->node);
    const plan::Column* column =
        name == nullptr ? nullptr : rows_of(call.input).find(name->name.text);
    if (column != nullptr) return column->id;
  }
  return std::nullopt;
}

/// The columns that stay: those asked for, or all but the pivoted and the aggregated one.
plan::Schema kept_columns(const PluginCall& call, const Bound* pivot) {
  plan::Schema kept;
  for (const Bound* bound : call.all("Column")) {
    if (bound->column) kept.push_back(*bound->column);
  }
  if (!kept.empty()) return kept;
  const std::optional<plan::ColumnId> aggregated = aggregated_column(call);
  for (const plan::Column& column : call.input.columns()) {
    const bool pivoted = pivot != nullptr && pivot->column && pivot->column->id == column.id;
    if (!pivoted && column.id != aggregated) kept.push_back(column);
  }
  return kept;
}

/// Runs the query so far to learn the values of the pivoted column.
std::optional<std::vector<std::string>> learn_names(PluginCall& call,
                                                    const plan::Expression& text) {
  const plan::Column name = call.fresh("Name", Type::String);
  plan::Aggregate step;
  step.input = plan::clone(*call.input.plan);
  step.keys.push_back(text);
  const Table table{.plan = plan::make(std::move(step), plan::Schema{name}, call.span)};
  const std::optional<WholeTable> rows = call.binder.rows_now(table);
  if (!rows) return std::nullopt;
  std::vector<std::string> names;
  const Vector values = rows->columns[0].vector();
  for (size_t row = 0; row < rows->rows; ++row) names.emplace_back(values.as<Text>()[row].view());
  return names;
}

std::vector<std::string> declared_names(const ast::RowSchema& schema, const plan::Schema& kept) {
  std::vector<std::string> names;
  for (const ast::ColumnDeclaration& declaration : schema.columns) {
    const std::string& name = declaration.name.text;
    const bool stays = std::any_of(kept.begin(), kept.end(),
                                   [&](const plan::Column& column) { return column.name == name; });
    if (!stays && declaration.type.text != "*") names.push_back(name);
  }
  return names;
}

/// What the aggregate answers for no rows; a null where that is no number.
Value value_of_nothing(PluginCall& call, const QueryBinder::AggregateCalls& aggregates,
                       const plan::Expression& value) {
  plan::Aggregate step;
  step.input = plan::make(plan::Values{}, call.input.columns(), call.span);
  plan::Schema output;
  for (const plan::AggregateCall& one : aggregates) {
    output.insert(output.end(), one.results.begin(), one.results.end());
  }
  step.aggregates = aggregates;
  Table table{.plan = plan::make(std::move(step), std::move(output), call.span)};
  Projection projection;
  projection.add({call.fresh("Value", value.type), value, 0});
  table = call.binder.project(std::move(table), projection, call.span);
  const std::optional<WholeTable> rows = call.binder.rows_now(table);
  if (!rows || rows->rows != 1) return Value::null(value.type);
  Value nothing = value_at(rows->columns[0].vector(), 0);
  if (nothing.type() == Type::Real && !nothing.is_null() && std::isnan(nothing.as_real())) {
    return Value::null(Type::Real);
  }
  return nothing;
}

}  // namespace

Table bind_pivot(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const Span span = call.span;
  const Bound* pivot = call.find("PivotColumn");
  const Bound* aggregate = call.find("Aggregate");
  if (aggregate != nullptr && call.aggregates.empty() && !call.broken &&
      aggregate->type() != Type::Error) {
    call.error(code::not_an_aggregate, aggregate->span(), "an aggregate is expected here");
  }
  const plan::Schema kept = kept_columns(call, pivot);
  if (call.broken || pivot == nullptr) return call.empty(kept, true);
  const plan::Expression text = binder.convert(pivot->value, Type::String);
  std::optional<std::vector<std::string>> names;
  if (call.schema != nullptr) {
    names = declared_names(*call.schema, kept);
  } else {
    names = learn_names(call, text);
  }
  if (!names) return call.empty(kept, true);

  QueryBinder::AggregateCalls aggregates = std::move(call.aggregates);
  if (aggregate == nullptr) aggregates.push_back(binder.aggregate_call("count", {}, "Value", span));
  const plan::Expression value =
      aggregate != nullptr ? aggregate->value : plan::column(aggregates[0].results[0], span);
  Value missing = value_of_nothing(call, aggregates, value);

  // One row for each combination of what stays and the pivoted value ...
  plan::Aggregate step;
  plan::Schema grouped = renewed(binder, kept);
  step.keys = expressions_of(kept, span);
  grouped.push_back(call.fresh("Name", Type::String));
  step.keys.push_back(text);
  std::vector<plan::Expression> read = expressions_of(grouped, span);
  read.push_back(value);
  for (const plan::AggregateCall& one : aggregates) {
    grouped.insert(grouped.end(), one.results.begin(), one.results.end());
  }
  step.aggregates = std::move(aggregates);
  step.input = std::move(call.input.plan);
  call.input = Table{.plan = plan::make(std::move(step), std::move(grouped), span)};
  // ... and then one row for each combination of what stays.
  plan::Schema output = renewed(binder, kept);
  for (const std::string& name : *names) output.push_back(call.fresh(name, value.type));
  make_names_unique(output);
  Table result = call.apply(std::move(read),
                            plugin::spread({kept.size(), std::move(*names), std::move(missing)}),
                            std::move(output));
  result.from_rows = true;
  return result;
}

}  // namespace vedette::binding
