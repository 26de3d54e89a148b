// evaluate: the columns that plugins give. Only bag_unpack with a schema runs yet.
#include <algorithm>
#include <functional>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {
namespace {

/// A call of a plugin with its scalar arguments bound.
struct PluginCall {
  QueryBinder& binder;
  const ast::Call& call;
  const Table& input;
  std::vector<Bound> arguments;  // tables: a failed one
  std::optional<Table> table;    // of a lookup

  /// Is the flag with this name given and true?
  bool flag(std::string_view name) const {
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      const auto& names = call.arguments[i].names;
      if (names.empty() || names[0].text != name) continue;
      const Value* value = plan::constant_of(arguments[i].value);
      return value != nullptr && value->type() == Type::Bool && !value->is_null() &&
             value->as_bool();
    }
    return false;
  }
  void add_column(plan::Schema& output, size_t index) const {
    if (index < arguments.size() && arguments[index].column) {
      output.push_back(*arguments[index].column);
    }
  }
  void add_columns_from(plan::Schema& output, size_t first) const {
    for (size_t i = first; i < arguments.size(); ++i) add_column(output, i);
  }
  plan::Column fresh(std::string name, Type type) const {
    return binder.fresh(std::move(name), type);
  }
};

struct PluginResult {
  plan::Schema columns;
  bool open = false;  // further columns depend on the rows
};

using Describe = PluginResult (*)(const PluginCall&);

PluginResult describe_bag_unpack(const PluginCall& call) {
  PluginResult result{{}, true};
  for (const plan::Column& column : call.input.columns()) {
    const bool bag = !call.arguments.empty() && call.arguments[0].column &&
                     call.arguments[0].column->id == column.id;
    if (!bag) result.columns.push_back(column);
  }
  return result;
}

PluginResult describe_pivot(const PluginCall& call) {
  PluginResult result{{}, true};
  call.add_columns_from(result.columns, 2);
  if (!result.columns.empty()) return result;
  std::optional<plan::ColumnId> aggregated;
  if (call.call.arguments.size() > 1) {
    const auto* aggregate = std::get_if<ast::Call>(&call.call.arguments[1].value->node);
    if (aggregate != nullptr && !aggregate->arguments.empty()) {
      const auto* name = std::get_if<ast::NameReference>(&aggregate->arguments[0].value->node);
      const plan::Column* column =
          name == nullptr ? nullptr : rows_of(call.input).find(name->name.text);
      if (column != nullptr) aggregated = column->id;
    }
  }
  for (const plan::Column& column : call.input.columns()) {
    const bool pivot = !call.arguments.empty() && call.arguments[0].column &&
                       call.arguments[0].column->id == column.id;
    if (!pivot && column.id != aggregated) result.columns.push_back(column);
  }
  return result;
}

PluginResult before_input(const PluginCall& call, plan::Schema columns) {
  const plan::Schema& input = call.input.columns();
  columns.insert(columns.end(), input.begin(), input.end());
  return {std::move(columns)};
}

PluginResult describe_segments(const PluginCall& call) {
  return before_input(call, {call.fresh("SegmentId", Type::Long), call.fresh("Count", Type::Long),
                             call.fresh("Percent", Type::Real)});
}

PluginResult describe_differences(const PluginCall& call) {
  return before_input(
      call, {call.fresh("SegmentId", Type::Long), call.fresh("CountA", Type::Long),
             call.fresh("CountB", Type::Long), call.fresh("PercentA", Type::Real),
             call.fresh("PercentB", Type::Real), call.fresh("PercentDiffAB", Type::Real)});
}

PluginResult joined(const PluginCall& call, const std::vector<std::string>& left_out) {
  PluginResult result{call.input.columns()};
  if (call.table) {
    for (const plan::Column& column : call.table->columns()) {
      const bool out = std::find(left_out.begin(), left_out.end(), column.name) != left_out.end();
      if (!out) result.columns.push_back(column);
    }
    result.open = call.table->open;
  }
  make_names_unique(result.columns);
  return result;
}

PluginResult describe_address_lookup(const PluginCall& call) {
  std::vector<std::string> keys;
  for (size_t i = 3; i < call.arguments.size(); ++i) {
    if (call.arguments[i].column) keys.push_back(call.arguments[i].column->name);
  }
  return joined(call, keys);
}

PluginResult describe_shape_lookup(const PluginCall& call) {
  std::vector<std::string> key;
  if (!call.flag("return_lookup_key") && call.arguments.size() > 1 && call.arguments[1].column) {
    key.push_back(call.arguments[1].column->name);
  }
  return joined(call, key);
}

PluginResult describe_narrow(const PluginCall& call) {
  return {{call.fresh("Row", Type::Long), call.fresh("Column", Type::String),
           call.fresh("Value", Type::String)}};
}

PluginResult describe_same(const PluginCall& call) {
  return {call.input.columns()};
}

PluginResult describe_sequence(const PluginCall& call) {
  PluginResult result;
  size_t first_dimension = 3;
  while (first_dimension < call.arguments.size() &&
         (first_dimension == 3 || call.arguments[first_dimension].type() == Type::Bool)) {
    ++first_dimension;
  }
  call.add_columns_from(result.columns, first_dimension);
  if (!call.arguments.empty()) {
    const Bound& timeline = call.arguments[0];
    for (size_t i = 3; i < first_dimension; ++i) {
      result.columns.push_back(call.fresh(
          call.arguments[i].name.value_or("") + "_" + timeline.name.value_or(""), timeline.type()));
    }
  }
  result.columns.push_back(call.fresh("Duration", Type::Timespan));
  return result;
}

PluginResult describe_activity_counts(const PluginCall& call) {
  PluginResult result;
  call.add_column(result.columns, 1);
  call.add_columns_from(result.columns, 5);
  for (const char* name : {"count", "dcount", "new_dcount", "aggregated_dcount"}) {
    result.columns.push_back(call.fresh(name, Type::Long));
  }
  return result;
}

PluginResult describe_sliding_window(const PluginCall& call) {
  PluginResult result;
  call.add_column(result.columns, 1);
  call.add_columns_from(result.columns, 6);
  result.columns.push_back(call.fresh("Count", Type::Long));
  result.columns.push_back(call.fresh("Dcount", Type::Long));
  return result;
}

std::string text_of(const PluginCall& call, size_t index) {
  if (index >= call.arguments.size()) return "0";
  const Value* value = plan::constant_of(call.arguments[index].value);
  if (value == nullptr || value->is_null()) return "0";
  if (value->type() == Type::Real) return fmt::format("{}", value->as_real());
  return layout_of(value->type()) == Layout::Word ? fmt::format("{}", value->as_word()) : "0";
}

PluginResult describe_rolling_percentile(const PluginCall& call) {
  PluginResult result;
  call.add_column(result.columns, 2);
  call.add_columns_from(result.columns, 5);
  const bool known = !call.arguments.empty() && call.arguments[0].column.has_value();
  result.columns.push_back(
      call.fresh(fmt::format("rolling_{}_percentile_{}_{}", text_of(call, 4),
                             known ? call.arguments[0].column->name : "value", text_of(call, 1)),
                 known ? call.arguments[0].type() : Type::Long));
  return result;
}

struct Plugin {
  std::string_view name;
  Describe describe;
};
constexpr Plugin plugins[] = {{"activity_counts_metrics", describe_activity_counts},
                              {"autocluster", describe_segments},
                              {"bag_unpack", describe_bag_unpack},
                              {"basket", describe_segments},
                              {"diffpatterns", describe_differences},
                              {"geo_line_lookup", describe_shape_lookup},
                              {"geo_polygon_lookup", describe_shape_lookup},
                              {"identity", describe_same},
                              {"ipv4_lookup", describe_address_lookup},
                              {"ipv6_lookup", describe_address_lookup},
                              {"narrow", describe_narrow},
                              {"pivot", describe_pivot},
                              {"rolling_percentile", describe_rolling_percentile},
                              {"rows_near", describe_same},
                              {"sequence_detect", describe_sequence},
                              {"sliding_window_counts", describe_sliding_window}};

const Plugin* find_plugin(std::string_view name) {
  for (const Plugin& plugin : plugins) {
    if (plugin.name == name) return &plugin;
  }
  return nullptr;
}

PluginCall bind_plugin_call(QueryBinder& binder, const ast::Call& call, const Table& input) {
  PluginCall bound{binder, call, input, {}, {}};
  QueryBinder::AggregateCalls calls;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::NamedExpression& argument = call.arguments[i];
    const bool is_table = [&] {
      const Temporarily rows(binder.rows, std::optional(rows_of(input)));
      return binder.is_tabular(*argument.value);
    }();
    if (is_table) {
      bound.table = binder.bind_table(*argument.value);
      bound.arguments.push_back(failed(argument.span));
      continue;
    }
    // The key of a looked-up table is a column of that table.
    const bool of_lookup =
        bound.table && (call.function.text.starts_with("geo_") ? i == 1 : i == 2);
    const Temporarily rows(binder.rows, std::optional(rows_of(of_lookup ? *bound.table : input)));
    const bool aggregate = call.function.text == "pivot" && i == 1;
    const Temporarily place(binder.place, aggregate ? Place::Aggregates : Place::Rows);
    const Temporarily target(binder.aggregates, aggregate ? &calls : nullptr);
    bound.arguments.push_back(binder.bind(*argument.value));
    if (!argument.names.empty()) bound.arguments.back().name = argument.names[0].text;
  }
  const std::string& name = call.function.text;
  if (name == "bag_unpack" || name == "pivot") {
    const size_t most = name == "pivot" ? 4096 : 3;
    const size_t count = bound.arguments.size();
    if (binder.check_argument_count(name, count, 1, most, call.function.span)) {
      binder.check_column(bound.arguments[0]);
    }
  }
  return bound;
}

/// `evaluate bag_unpack(d) : (Name: string)`: the columns are known, so it is a projection.
Table unpack_known(QueryBinder& binder, Table input, const Bound& bag, const ast::RowSchema& schema,
                   Span span) {
  Projection projection;
  if (schema.star) {
    for (const plan::Column& column : input.columns()) {
      const bool named =
          std::any_of(schema.columns.begin(), schema.columns.end(),
                      [&](const ast::ColumnDeclaration& d) { return d.name.text == column.name; });
      if (!named && (!bag.column || column.id != bag.column->id)) {
        projection.add(binder.pass(column));
      }
    }
  }
  for (const plan::Column& wanted : binder.columns_of(schema)) {
    const plan::Column* kept = rows_of(input).find(wanted.name);
    plan::Expression value = bag.value;
    if (kept != nullptr) {
      value = plan::column(*kept, span);
    } else {
      std::vector<plan::Expression> arguments;
      arguments.push_back(bag.value);
      arguments.push_back(plan::constant(Value::string(wanted.name), span));
      value = binder.call("[]", std::move(arguments), span, Type::Dynamic);
    }
    projection.add({wanted, binder.convert(std::move(value), wanted.type), 0});
  }
  return binder.project(std::move(input), projection, span);
}

void report_unknown_plugin(QueryBinder& binder, const ast::Name& name) {
  std::vector<std::string_view> names;
  for (const Plugin& plugin : plugins) names.push_back(plugin.name);
  const bool function = binder.environment.library.find_function(name.text) != nullptr ||
                        binder.environment.library.find_aggregate(name.text) != nullptr;
  if (function) {
    binder.error(code::plugin_not_allowed, name.span,
                 fmt::format("'{}' is not a plugin", name.text));
    return;
  }
  const std::string suggestion = did_you_mean(most_similar(name.text, names));
  if (!suggestion.empty()) {
    binder.error(code::unknown_function, name.span,
                 fmt::format("'{}' is not a plugin that is known here", name.text), suggestion);
  } else {
    binder.unsupported(name.span, fmt::format("plugin '{}' is not supported yet", name.text));
  }
}

}  // namespace

Table bind_evaluate(QueryBinder& binder, const ast::Step& step, const ast::Evaluate& evaluate,
                    std::optional<Table> piped) {
  const auto* call = std::get_if<ast::Call>(&evaluate.call->node);
  if (call == nullptr) {
    binder.error(code::plugin_not_allowed, evaluate.call->span, "a plugin is expected here");
    return binder.unknown_table(step.span);
  }
  Table input = piped ? std::move(*piped) : binder.unknown_table(step.span);
  const std::string& name = call->function.text;
  const Plugin* plugin = find_plugin(name);
  PluginCall bound = bind_plugin_call(binder, *call, input);
  if (evaluate.schema && name == "bag_unpack" && !bound.arguments.empty()) {
    const Bound bag = bound.arguments[0];
    return unpack_known(binder, std::move(input), bag, *evaluate.schema, step.span);
  }
  if (plugin == nullptr && !evaluate.schema) {
    report_unknown_plugin(binder, call->function);
    return binder.unknown_table(step.span);
  }
  binder.cannot_run_yet(call->function.span, fmt::format("plugin '{}' is not supported yet", name));
  PluginResult result = plugin != nullptr ? plugin->describe(bound) : PluginResult{};
  if (evaluate.schema) {
    plan::Schema declared = binder.columns_of(*evaluate.schema);
    plan::Schema columns;
    for (const plan::Column& column : result.columns) {
      const bool named = std::any_of(declared.begin(), declared.end(),
                                     [&](const plan::Column& d) { return d.name == column.name; });
      if (evaluate.schema->star && !named) columns.push_back(column);
    }
    columns.insert(columns.end(), declared.begin(), declared.end());
    return binder.empty_table(std::move(columns), step.span);
  }
  return binder.empty_table(std::move(result.columns), step.span, result.open || input.open);
}

}  // namespace vedette::binding
