// Calls of functions in scalar expressions.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/pattern_scope.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/explain.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {

std::vector<Bound> QueryBinder::bind_arguments(const ast::Call& call) {
  std::vector<Bound> arguments;
  for (const ast::NamedExpression& argument : call.arguments) {
    if (!argument.value) continue;
    arguments.push_back(bind(*argument.value));
    if (!argument.names.empty()) arguments.back().name = argument.names[0].text;
  }
  return arguments;
}

std::vector<Bound> QueryBinder::all_for_star(std::vector<Bound> arguments) {
  std::vector<Bound> expanded;
  for (Bound& argument : arguments) {
    if (!argument.star || !rows) {
      expanded.push_back(std::move(argument));
      continue;
    }
    for (const plan::Column& column : *rows->columns) {
      expanded.push_back(bind_column(column, argument.span()));
    }
  }
  return expanded;
}

Bound QueryBinder::bind_call(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (const Scope* declared = find_declared(name)) {
    if (const auto* function = std::get_if<UserFunction>(&declared->meaning)) {
      return bind_user_function(*function, call, span);
    }
  }
  if (pattern != nullptr) {
    if (std::optional<Bound> bound = pattern->bind_call(call, span)) return std::move(*bound);
  }
  if (std::optional<Bound> special = bind_special(call, span)) return std::move(*special);
  const auto [aggregate, conditional] = find_aggregate(name);
  if (aggregate != nullptr && place == Place::Aggregates) {
    return bind_aggregate(*aggregate, conditional, call, span);
  }
  if (const ScalarFunction* function = environment.library.find_function(name);
      function != nullptr && !function->hidden) {
    std::vector<Bound> arguments = bind_arguments(call);
    if (function->name == "estimate_data_size") arguments = all_for_star(std::move(arguments));
    return bind_builtin(*function, std::move(arguments), call.function.span, span);
  }
  if (is_tabular_call(call)) {
    error(code::scalar_expected, span,
          fmt::format("'{}' gives a table; a scalar is expected here", name));
    return failed(span);
  }
  if (aggregate != nullptr) {
    error(code::aggregate_not_allowed, call.function.span,
          fmt::format("'{}' is an aggregate: it needs `summarize`", name));
  } else if (!report_recursion(call)) {
    error(code::unknown_function, call.function.span,
          fmt::format("'{}' is not a function that is known here", name), suggest_function(name));
  }
  bind_arguments(call);
  return failed(span);
}

Bound QueryBinder::bind_user_function(const UserFunction& function, const ast::Call& call,
                                      Span span) {
  auto result = call_function(function, &call, call.function.text, span, nullptr);
  if (auto* scalar = std::get_if<Bound>(&result)) {
    scalar->name.reset();
    scalar->column.reset();
    scalar->literal = false;
    return std::move(*scalar);
  }
  if (!function.broken) {
    error(code::scalar_expected, span,
          fmt::format("'{}' gives a table; a scalar is expected here", call.function.text));
  }
  return failed(span);
}

std::optional<Bound> QueryBinder::bind_special(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (name == "toscalar") return bind_toscalar(call, span);
  if (name == "column_ifexists" || name == "columnifexists") {
    return bind_column_if_exists(call, span);
  }
  if (name == "column_names_of") return bind_column_names(call, span);
  if (name == "pack_all") return bind_pack_all(call, span);
  if (name == "bag_pack_columns") return bind_pack_columns(call, span);
  if (std::optional<Bound> surroundings = bind_surroundings(call, span)) return surroundings;
  if (is_window_function(name)) return bind_window(call, span);
  if (std::optional<Bound> sorted = bind_sorted_arrays(call, span)) return sorted;
  if (std::optional<Bound> series = bind_several_results(call, span)) return series;
  return std::nullopt;
}

Bound QueryBinder::computed_once(const ast::Expression& expression, Bound scalar) {
  // Calls of one function that has a toscalar() share its answer.
  std::shared_ptr<plan::Node>& once =
      computed_once_[{&expression, plan::explain(scalar.value, plan::Schema())}];
  const Type type = scalar.type();
  const Span span = scalar.span();
  if (once == nullptr) {
    plan::Project step{one_row(span).plan, {}};
    step.expressions.push_back(std::move(scalar.value));
    once = plan::make(std::move(step), {fresh("toscalar", type)}, span);
  }
  scalar.value = {plan::Expression::Subquery{once, plan::Expression::Subquery::Gives::FirstCell},
                  type, span};
  return scalar;
}

Bound QueryBinder::bind_toscalar(const ast::Call& call, Span span) {
  Bound result = failed(span);
  result.constant = true;
  if (call.arguments.size() != 1 || !call.arguments[0].value) {
    error(code::argument_count, call.function.span, "'toscalar' takes one table");
    return result;
  }
  const ast::Expression& inner = *call.arguments[0].value;
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily no_right_rows(right_rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  if (!is_tabular(inner)) {
    Bound scalar = bind(inner);
    scalar.name.reset();
    scalar.column.reset();
    scalar.constant = true;
    return plan::is_pure(scalar.value) ? scalar : computed_once(inner, std::move(scalar));
  }
  Table table = bind_table(inner);
  if (table.columns().empty()) {
    if (!table.open) error(code::no_columns, inner.span, "this table has no columns");
    return result;
  }
  const Type type = table.columns()[0].type;
  result.value = {plan::Expression::Subquery{std::shared_ptr<plan::Node>(std::move(table.plan)),
                                             plan::Expression::Subquery::Gives::FirstCell},
                  type, span};
  return result;
}

Bound QueryBinder::bind_column_if_exists(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  if (!check_argument_count(call.function.text, arguments.size(), 2, 2, call.function.span)) {
    return result;
  }
  check_type(arguments[0], Type::String);
  if (!arguments[0].constant) {
    error(code::constant_expected, arguments[0].span(), "the name must be a constant");
    return result;
  }
  result = std::move(arguments[1]);
  result.name.reset();
  result.column.reset();
  const std::optional<Value> name = constant_value(arguments[0].value);
  if (!name || name->type() != Type::String || !rows) return result;
  const plan::Column* column = rows->find(name->as_text());
  if (column == nullptr) return result;
  const Type type = result.type();
  result.value = convert(plan::column(*column, span), type);
  result.name = column->name;
  result.constant = result.literal = false;
  return result;
}

Bound QueryBinder::bind_pack_all(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  result.value.type = Type::Dynamic;
  if (!check_argument_count("pack_all", arguments.size(), 0, 1, call.function.span)) return result;
  if (!rows) return result;
  std::vector<plan::Expression> pairs;
  for (const plan::Column& column : *rows->columns) {
    pairs.push_back(plan::constant(Value::string(column.name), span));
    pairs.push_back(plan::column(column, span));
  }
  bool dense = false;
  if (!arguments.empty()) {
    if (!arguments[0].literal) {
      error(code::literal_expected, arguments[0].span(), "'ignore_null_empty' must be written out");
    }
    const auto value = constant_value(arguments[0].value);
    dense = value && value->type() == Type::Bool && !value->is_null() && value->as_bool();
  }
  const std::string_view record = dense ? "bag_pack_nonempty" : "bag_pack";
  result.value = this->call(record, std::move(pairs), span, Type::Dynamic);
  return result;
}

Bound QueryBinder::bind_column_names(const ast::Call& call, Span span) {
  Bound result = failed(span);
  result.value.type = Type::Dynamic;
  result.constant = true;
  if (!check_argument_count("column_names_of", call.arguments.size(), 1, 1, call.function.span)) {
    return result;
  }
  const Table table = bind_argument_table(*call.arguments[0].value);
  std::vector<Value> names;
  for (const plan::Column& column : table.columns()) names.push_back(Value::string(column.name));
  result.value = plan::constant(dynamic_array_of(names), span);
  return result;
}

Bound QueryBinder::bind_pack_columns(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  result.value.type = Type::Dynamic;
  constexpr size_t most = 32'767;
  if (!check_argument_count("bag_pack_columns", arguments.size(), 1, most, call.function.span)) {
    return result;
  }
  std::vector<plan::Expression> pairs;
  for (Bound& argument : arguments) {
    if (argument.type() == Type::Error) return result;
    if (!argument.column) {
      error(code::column_expected, argument.span(), "a column is expected here");
      return result;
    }
    pairs.push_back(plan::constant(Value::string(argument.column->name), span));
    pairs.push_back(std::move(argument.value));
  }
  result.value = this->call("bag_pack", std::move(pairs), span, Type::Dynamic);
  return result;
}

// ---- Functions with several results ---------------------------------------------------------

namespace {

struct SeveralResults {
  std::string_view name;
  size_t least, most;
  struct Result {
    std::string_view name;
    Type type;
  };
  std::vector<Result> results;
};

const std::vector<SeveralResults>& functions_with_several_results() {
  static const std::vector<SeveralResults> functions = {
      {"series_decompose_anomalies",
       1,
       9,
       {{"ad_flag", Type::Dynamic}, {"ad_score", Type::Dynamic}, {"baseline", Type::Dynamic}}},
      {"series_decompose",
       1,
       6,
       {{"baseline", Type::Dynamic},
        {"seasonal", Type::Dynamic},
        {"trend", Type::Dynamic},
        {"residual", Type::Dynamic}}},
      {"series_decompose_forecast",
       2,
       6,
       {{"baseline", Type::Dynamic},
        {"seasonal", Type::Dynamic},
        {"trend", Type::Dynamic},
        {"residual", Type::Dynamic}}},
      {"series_fit_line",
       1,
       1,
       {{"rsquare", Type::Real},
        {"slope", Type::Real},
        {"variance", Type::Real},
        {"rvariance", Type::Real},
        {"interception", Type::Real},
        {"line_fit", Type::Dynamic}}},
      {"series_fit_2lines",
       1,
       1,
       {{"rsquare", Type::Real},
        {"split_idx", Type::Long},
        {"variance", Type::Real},
        {"rvariance", Type::Real},
        {"line_fit", Type::Dynamic},
        {"right_rsquare", Type::Real},
        {"right_slope", Type::Real},
        {"right_interception", Type::Real},
        {"right_variance", Type::Real},
        {"right_rvariance", Type::Real},
        {"left_rsquare", Type::Real},
        {"left_slope", Type::Real},
        {"left_interception", Type::Real},
        {"left_variance", Type::Real},
        {"left_rvariance", Type::Real}}},
      {"series_fit_poly",
       1,
       3,
       {{"rsquare", Type::Real},
        {"coefficients", Type::Dynamic},
        {"variance", Type::Real},
        {"rvariance", Type::Real},
        {"poly_fit", Type::Dynamic}}},
      {"series_fft", 1, 2, {{"real", Type::Dynamic}, {"imag", Type::Dynamic}}},
      {"series_ifft", 1, 2, {{"real", Type::Dynamic}, {"imag", Type::Dynamic}}},
      {"series_periods_detect", 4, 4, {{"periods", Type::Dynamic}, {"scores", Type::Dynamic}}},
      {"series_periods_validate", 2, 32, {{"periods", Type::Dynamic}, {"scores", Type::Dynamic}}},
      {"series_stats",
       1,
       2,
       {{"min", Type::Real},
        {"min_idx", Type::Long},
        {"max", Type::Real},
        {"max_idx", Type::Long},
        {"avg", Type::Real},
        {"stdev", Type::Real},
        {"variance", Type::Real}}},
  };
  return functions;
}

}  // namespace

std::optional<Bound> QueryBinder::bind_sorted_arrays(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (name != "array_sort_asc" && name != "array_sort_desc") return std::nullopt;
  const ScalarFunction* function = environment.library.find_function(name);
  if (function == nullptr) return std::nullopt;
  std::vector<Bound> arguments = bind_arguments(call);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool order = i > 0 && i + 1 == arguments.size() && arguments[i].type() == Type::Bool;
    if (order && !arguments[i].constant) {
      error(code::constant_expected, arguments[i].span(), "the order of nulls must be a constant");
    } else if (!order) {
      check_types(arguments[i], Type::Dynamic, "an array");
    }
  }
  plan::Schema results;
  for (size_t i = 0; i < arguments.size() && (i == 0 || arguments[i].type() != Type::Bool); ++i) {
    if (!check_type(arguments[i], Type::Dynamic)) return failed(span);
    const std::string array = arguments[i].name.value_or("array" + std::to_string(i));
    results.push_back(fresh(array + "_sorted", Type::Dynamic));
  }
  Bound result = bind_builtin(*function, std::move(arguments), call.function.span, span);
  if (results.empty()) return result;
  result.result_is_array = results.size() > 1;
  if (!result.result_is_array) {
    result.name = results[0].name;
  } else {
    result.results = std::move(results);
  }
  return result;
}

std::optional<Bound> QueryBinder::bind_several_results(const ast::Call& call, Span span) {
  const auto& functions = functions_with_several_results();
  const auto found = std::find_if(
      functions.begin(), functions.end(),
      [&](const SeveralResults& function) { return function.name == call.function.text; });
  if (found == functions.end()) return std::nullopt;
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  if (!check_argument_count(found->name, arguments.size(), found->least, found->most,
                            call.function.span)) {
    return result;
  }
  if (!check_type(arguments[0], Type::Dynamic)) return result;
  // The record answers an array with one element a result.
  bool good = true;
  if (const ScalarFunction* function = environment.library.find_function(found->name)) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const size_t parameter = function->parameter_of(i, arguments.size());
      if (parameter >= function->parameters.size()) continue;
      good &= check_argument(function->parameters[parameter], arguments[i], {});
    }
  }
  std::vector<plan::Expression> values;
  for (Bound& argument : arguments) values.push_back(std::move(argument.value));
  result.value.type = Type::Dynamic;
  if (good) result.value = this->call(found->name, std::move(values), span, Type::Dynamic);
  const std::string stem =
      std::string(found->name) + "_" + (arguments.empty() ? "" : arguments[0].name.value_or(""));
  result.results.emplace();
  for (const auto& one : found->results) {
    result.results->push_back(fresh(stem + "_" + std::string(one.name), one.type));
  }
  result.result_is_array = true;
  return result;
}

}  // namespace vedette::binding
