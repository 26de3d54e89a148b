// Binding the arguments of a plugin, and what its record may ask of them.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/bind_arguments.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette::binding {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

size_t parameter_of(const PluginCall& call, size_t argument) {
  const std::vector<PluginParameter>& parameters = call.plugin.parameters;
  const auto& names = call.call.arguments[argument].names;
  if (!names.empty()) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (!parameters[i].repeats && same_word(parameters[i].name, names[0].text)) return i;
    }
  }
  if (call.plugin.parameter_of != nullptr) {
    if (const auto found = call.plugin.parameter_of(call, argument)) return *found;
  }
  if (argument >= parameters.size() && !parameters.empty() && parameters.back().repeats) {
    return parameters.size() - 1;
  }
  return argument;
}

bool is_tilde(const Bound& bound) {
  const Value* value = plan::constant_of(bound.value);
  return value != nullptr && value->type() == Type::String && value->as_text() == "~";
}

void check(PluginCall& call, const PluginParameter& parameter, const Bound& bound) {
  QueryBinder& binder = call.binder;
  if (parameter.kind == PluginParameter::TypeLiteral) {
    if (bound.type_literal || bound.type() == Type::Error) return;
    return call.error(code::type_expected, bound.span(), "typeof() is expected here");
  }
  if (!binder.check_scalar(bound)) {
    call.broken = true;
    return;
  }
  const auto require = [&](bool good) { call.broken |= !good; };
  switch (parameter.kind) {
    case PluginParameter::Column:
    case PluginParameter::LookupColumn:
    case PluginParameter::BothColumn:
      if (!binder.check_column(bound)) return require(false);
      break;
    case PluginParameter::Constant:
      if (!bound.constant && bound.type() != Type::Error) {
        return call.error(code::constant_expected, bound.span(), "a constant is expected here");
      }
      break;
    case PluginParameter::Literal:
      if (!bound.literal && bound.type() != Type::Error) {
        return call.error(code::literal_expected, bound.span(), "a literal is expected here");
      }
      break;
    default:
      break;
  }
  if (bound.type() == Type::Error) return require(false);
  if (parameter.types == any_type) return;
  const Value* value = plan::constant_of(bound.value);
  const bool as_period = value != nullptr && bound.type() == Type::String &&
                         parameter.types == (summable_types | Types{Type::String});
  if (as_period && value->as_text() != "week" && value->as_text() != "month" &&
      value->as_text() != "year") {
    return call.error(code::invalid_value, bound.span(),
                      "a step in words must be one of: week, month, year");
  }
  require(binder.check_types(bound, parameter.types, parameter.wanted));
}

bool give_table(PluginCall& call, const ast::NamedExpression& argument) {
  QueryBinder& binder = call.binder;
  const Temporarily rows(binder.rows, std::optional(rows_of(call.input)));
  if (!binder.is_tabular(*argument.value)) {
    call.error(code::table_expected, argument.span, "a table is expected here");
    return false;
  }
  const Temporarily no_rows(binder.rows, std::optional<RowScope>());
  call.table = binder.bind_table(*argument.value);
  return true;
}

/// A column that no row brought is null in all rows, also where a plugin needs a column.
void add_column_without_rows(PluginCall& call, Bound& bound) {
  const Value* value = plan::constant_of(bound.value);
  if (!call.input.from_rows || bound.column || !bound.name || value == nullptr ||
      !value->is_null()) {
    return;
  }
  const Span span = bound.span();
  plan::Schema columns = call.input.columns();
  std::vector<plan::Expression> expressions = expressions_of(columns, call.span);
  columns.push_back(call.fresh(*bound.name, bound.type()));
  expressions.push_back(std::move(bound.value));
  bound = call.binder.bind_column(columns.back(), span);
  call.input.plan = plan::make(plan::Project{std::move(call.input.plan), std::move(expressions)},
                               std::move(columns), call.span);
}

Bound bind_argument(PluginCall& call, const PluginParameter& parameter,
                    const ast::NamedExpression& argument) {
  QueryBinder& binder = call.binder;
  const bool lookup = parameter.kind == PluginParameter::LookupColumn && call.table;
  const bool aggregate = parameter.kind == PluginParameter::Aggregate;
  const Temporarily rows(binder.rows, std::optional(rows_of(lookup ? *call.table : call.input)));
  const Temporarily place(binder.place, aggregate ? Place::Aggregates : Place::Rows);
  const Temporarily target(binder.aggregates, aggregate ? &call.aggregates : nullptr);
  Bound bound = binder.bind(*argument.value);
  if (parameter.kind == PluginParameter::Column) add_column_without_rows(call, bound);
  if (!argument.names.empty()) bound.name = argument.names[0].text;
  if (parameter.kind == PluginParameter::BothColumn && call.table && bound.column &&
      rows_of(*call.table).find(bound.column->name) == nullptr && !call.table->open) {
    call.error(
        code::unknown_name, argument.span,
        fmt::format("'{}' is not a column of the table that is looked into", bound.column->name));
  }
  return bound;
}

/// Reports the first required parameter without an argument.
void require_arguments(PluginCall& call) {
  for (size_t i = 0; i < call.plugin.parameters.size() && !call.broken; ++i) {
    const PluginParameter& parameter = call.plugin.parameters[i];
    const bool table = parameter.kind == PluginParameter::Tabular;
    const bool given =
        table ? call.table.has_value()
              : std::any_of(call.arguments.begin(), call.arguments.end(),
                            [&](const auto& argument) { return argument.parameter == i; });
    if (given || parameter.optional) continue;
    call.error(code::argument_count, call.call.function.span,
               fmt::format("'{}' needs an argument '{}'", call.plugin.name, parameter.name));
  }
}

}  // namespace

void bind_plugin_arguments(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const std::vector<PluginParameter>& parameters = call.plugin.parameters;
  const auto least = static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(),
                                                       [](const auto& p) { return !p.optional; }));
  const bool endless = std::any_of(parameters.begin(), parameters.end(),
                                   [](const auto& parameter) { return parameter.repeats; });
  const size_t most = endless ? 32767 : parameters.size();
  const size_t count = call.call.arguments.size();
  if (!binder.check_argument_count(call.plugin.name, count, least, most, call.call.function.span)) {
    call.broken = true;
  }
  for (size_t i = 0; i < count; ++i) {
    const ast::NamedExpression& argument = call.call.arguments[i];
    const size_t at = parameter_of(call, i);
    if (at >= parameters.size()) continue;  // too many, which was told
    const PluginParameter& parameter = parameters[at];
    if (parameter.kind == PluginParameter::Tabular) {
      give_table(call, argument);
      continue;
    }
    Bound bound = bind_argument(call, parameter, argument);
    const bool tilde = parameter.tilde && is_tilde(bound);
    if (!tilde) check(call, parameter, bound);
    call.arguments.push_back({&argument, at, std::move(bound), tilde});
  }
  require_arguments(call);
}

std::vector<const Bound*> PluginCall::all(std::string_view parameter) const {
  std::vector<const Bound*> found;
  for (const Argument& argument : arguments) {
    if (!argument.tilde && plugin.parameters[argument.parameter].name == parameter) {
      found.push_back(&argument.bound);
    }
  }
  return found;
}

const Bound* PluginCall::find(std::string_view parameter) const {
  const std::vector<const Bound*> found = all(parameter);
  return found.empty() ? nullptr : found[0];
}

std::optional<Value> PluginCall::constant(std::string_view parameter) {
  const Bound* bound = find(parameter);
  if (bound == nullptr || broken) return std::nullopt;
  if (auto value = binder.constant_value(bound->value)) return value;
  // A constant that a query computes: toscalar().
  Table row = binder.one_row(span);
  Projection projection;
  projection.add({binder.fresh("Value", bound->type()), bound->value, 0});
  row = binder.project(std::move(row), projection, span);
  const std::optional<WholeTable> rows = binder.rows_now(row);
  if (!rows || rows->rows != 1) {
    broken = true;
    binder.cannot_run_yet(bound->span(), "a constant is expected here");
    return std::nullopt;
  }
  return value_at(rows->columns[0].vector(), 0);
}

std::optional<double> PluginCall::real(std::string_view parameter) {
  const std::optional<Value> value = constant(parameter);
  if (!value) return std::nullopt;
  const Value converted = convert(*value, Type::Real);
  if (converted.is_null()) return std::nullopt;
  return converted.as_real();
}

std::optional<int64_t> PluginCall::integer(std::string_view parameter) {
  const std::optional<Value> value = constant(parameter);
  if (!value) return std::nullopt;
  const Value converted = convert(*value, Type::Long);
  if (converted.is_null()) return std::nullopt;
  return converted.as_word();
}

bool PluginCall::flag(std::string_view parameter) {
  const std::optional<Value> value = constant(parameter);
  return value && value->type() == Type::Bool && !value->is_null() && value->as_bool();
}

void PluginCall::add_columns(plan::Schema& output, std::string_view parameter) const {
  for (const Bound* bound : all(parameter)) {
    if (bound->column) output.push_back(binder.fresh(bound->column->name, bound->column->type));
  }
}

Table PluginCall::apply(std::vector<plan::Expression> arguments,
                        std::shared_ptr<const TableFunction> function, plan::Schema output) {
  plan::Apply step;
  step.inputs.push_back(std::move(input.plan));
  step.arguments.push_back(std::move(arguments));
  step.function = std::move(function);
  return Table{.plan = plan::make(std::move(step), std::move(output), span)};
}

Table PluginCall::empty(plan::Schema columns, bool open) {
  return binder.empty_table(std::move(columns), span, open);
}

void PluginCall::error(std::string_view code, Span at, std::string message) {
  broken = true;
  binder.error(code, at, std::move(message));
}

std::vector<plan::Expression> expressions_of(const plan::Schema& columns, Span span) {
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : columns) expressions.push_back(plan::column(column, span));
  return expressions;
}

plan::Schema renewed(QueryBinder& binder, const plan::Schema& columns) {
  plan::Schema fresh;
  for (const plan::Column& column : columns)
    fresh.push_back(binder.fresh(column.name, column.type));
  return fresh;
}

}  // namespace vedette::binding
