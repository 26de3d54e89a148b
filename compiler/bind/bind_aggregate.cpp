// Aggregates: which columns a call gives and what they are called.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

bool is_arg_extreme(std::string_view name) {
  return name == "arg_max" || name == "arg_min";
}

bool is_old_arg_extreme(std::string_view name) {
  return name == "argmax" || name == "argmin";
}

/// `50.5` is `50_5` in the name of a column.
std::string name_fragment(std::string text) {
  for (char& c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return text;
}

std::string text_of_number(const Value& value) {
  if (value.is_null()) return "";
  if (value.type() == Type::Real) return fmt::format("{}", value.as_real());
  if (value.type() == Type::Decimal) return to_text(value.as_decimal());
  return fmt::format("{}", value.as_word());
}

}  // namespace

std::pair<const AggregateFunction*, bool> QueryBinder::find_aggregate(std::string_view name) const {
  const AggregateFunction* function = environment.library.find_aggregate(name);
  if (function == nullptr || function->hidden) return {nullptr, false};
  const auto& aliases = function->conditional_aliases;
  const bool conditional = function->conditional == name ||
                           std::find(aliases.begin(), aliases.end(), name) != aliases.end();
  return {function, conditional};
}

Bound QueryBinder::bind_aggregate(const AggregateFunction& function, bool conditional,
                                  const ast::Call& call, Span span) {
  AggregateCalls* target = aggregates;
  std::vector<Bound> arguments;
  {
    const Temporarily in_rows(place, Place::Rows);
    const Temporarily none(aggregates, static_cast<AggregateCalls*>(nullptr));
    arguments = bind_arguments(call);
  }
  const std::string& name = call.function.text;
  std::vector<Bound> condition;
  // `count(p)` is the old way to write `countif(p)`.
  const bool old_countif =
      name == "count" && arguments.size() == 1 && arguments[0].type() == Type::Bool;
  if (old_countif) conditional = true;
  const size_t extra = conditional ? 1 : 0;
  const size_t least = static_cast<size_t>(
      std::count_if(function.parameters.begin(), function.parameters.end(),
                    [](const Parameter& parameter) { return !parameter.optional; }));
  const size_t most = function.variadic ? 4096 : function.parameters.size();
  Bound result = failed(span);
  if (!check_argument_count(name, arguments.size(), least + extra, most + extra,
                            call.function.span)) {
    result.name = name + "_" + (arguments.empty() ? "" : arguments[0].name.value_or(""));
    return result;
  }
  std::vector<Bound> named = arguments;
  if (conditional) {
    // make_set_if(expr, predicate, max_size): the condition follows the first argument.
    const size_t at =
        arguments.size() > 2 && function.parameters.size() > 1 && function.parameters[1].optional
            ? 1
            : arguments.size() - 1;
    condition.push_back(std::move(arguments[at]));
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
    check_scalar(condition[0]);
    check_type(condition[0], Type::Bool);
  }
  AggregateShape shape = shape_of(function, conditional, name, arguments, named, span);
  add_aggregate(function, std::move(arguments), std::move(condition), shape, target, span);
  result.value = shape.results.empty() ? plan::constant(Value::null(Type::Error), span)
                                       : plan::column(shape.results[0], span);
  result.name = shape.name;
  if (shape.several) {
    result.results = std::move(shape.results);
    result.result_sources = std::move(shape.sources);
  }
  return result;
}

QueryBinder::AggregateShape QueryBinder::shape_of(const AggregateFunction& function,
                                                  bool conditional, const std::string& name,
                                                  std::vector<Bound>& arguments,
                                                  const std::vector<Bound>& named, Span span) {
  AggregateShape shape;
  if (name.starts_with("percentile")) return percentiles_shape(name, arguments);
  if (is_arg_extreme(name) || is_old_arg_extreme(name) || name == "take_any" ||
      (name == "any" && (arguments.size() != 1 || arguments[0].star))) {
    return picked_columns_shape(name, arguments, span);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const size_t at = std::min(i, function.parameters.size() - 1);
    if (!function.parameters.empty()) check_argument(function.parameters[at], arguments[i], {});
  }
  // The names of aliases and of conditional variants are their own, as the reference has them.
  ColumnName rule = function.column_name;
  std::string prefix(function.column_prefix.empty() ? function.name : function.column_prefix);
  if (prefix.ends_with('_')) prefix.pop_back();
  if (conditional && rule == ColumnName::PrefixAndFirstArgument) {
    prefix = conditional_prefix(name, prefix);
  }
  if (name == "any") rule = ColumnName::PrefixAndFirstArgument, prefix = "any";
  if (name == "anyif") rule = ColumnName::PrefixAndFirstArgument, prefix = "anyif";
  if (name == "take_anyif") rule = ColumnName::FirstArgument;
  shape.name = result_name(rule, name, prefix, named);
  shape.results.push_back(fresh(shape.name.value_or(""), Type::Error));
  return shape;
}

std::string QueryBinder::conditional_prefix(const std::string& name, const std::string& prefix) {
  if (name == "make_list_if" || name == "make_set_if" || name == "make_bag_if") return prefix;
  if (name == "count") return prefix;
  return name;
}

QueryBinder::AggregateShape QueryBinder::percentiles_shape(const std::string& name,
                                                           std::vector<Bound>& arguments) {
  AggregateShape shape;
  shape.several = true;
  const bool array = name.ends_with("_array");
  const bool weighted = name.starts_with("percentilew") || name.starts_with("percentilesw");
  for (const Bound& argument : arguments) check_scalar(argument);
  if (weighted && arguments.size() > 1) check_types(arguments[1], integer_types, "a whole number");
  for (size_t i = weighted ? 2 : 1; array && i < arguments.size(); ++i) {
    check_types(arguments[i], number_types | Types{Type::Dynamic}, "a number or an array of them");
  }
  const std::string of = arguments.empty() ? "" : arguments[0].name.value_or("");
  if (array) {
    shape.results.push_back(fresh("percentiles_" + of, Type::Dynamic));
    return shape;
  }
  Type type = arguments.empty() ? Type::Error : arguments[0].type();
  if (type == Type::Int) type = Type::Long;
  if (type == Type::Decimal) type = Type::Real;
  for (size_t i = weighted ? 2 : 1; i < arguments.size(); ++i) {
    check_types(arguments[i], number_types, "a number");
    const auto value = constant_value(arguments[i].value);
    const bool number = value && number_types.has(value->type());
    shape.results.push_back(fresh(
        "percentile_" + of + "_" + (number ? name_fragment(text_of_number(*value)) : ""), type));
  }
  return shape;
}

QueryBinder::AggregateShape QueryBinder::picked_columns_shape(const std::string& name,
                                                              std::vector<Bound>& arguments,
                                                              Span span) {
  AggregateShape shape;
  shape.several = true;
  const bool any = name == "take_any" || name == "any";
  const bool old = is_old_arg_extreme(name);
  const std::string extreme = name.ends_with("max") ? "max" : "min";
  const bool any_star = std::any_of(arguments.begin(), arguments.end(),
                                    [](const Bound& argument) { return argument.star; });
  std::vector<plan::ColumnId> used;
  const auto was_used = [&](plan::ColumnId id) {
    return std::find(used.begin(), used.end(), id) != used.end();
  };
  const auto grouped = [&](plan::ColumnId id) {
    return std::find(by_columns.begin(), by_columns.end(), id) != by_columns.end();
  };
  if (any) used = by_columns;
  const std::string first_name = arguments.empty() ? "" : arguments[0].name.value_or("");
  // The old functions name what they return after what they compare: max_x, max_x_y.
  const std::string old_front = extreme + "_";
  const auto shown = [&](const std::string& column, size_t index) {
    if (!old) return column;
    return index == 0 ? old_front + column : old_front + first_name + "_" + column;
  };
  std::vector<Bound> expanded;
  const auto add = [&](Bound value, std::string column_name, plan::ColumnId source) {
    plan::Column column = fresh(std::move(column_name), value.type());
    shape.sources.push_back(source);
    shape.results.push_back(std::move(column));
    expanded.push_back(std::move(value));
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    Bound& argument = arguments[i];
    if (argument.star) {
      if (!rows) continue;
      for (const plan::Column& column : *rows->columns) {
        const bool shut = any ? was_used(column.id) : was_used(column.id) || grouped(column.id);
        if (shut) continue;
        used.push_back(column.id);
        add(bind_column(column, span), shown(column.name, i), old ? 0 : column.id);
      }
      continue;
    }
    if (i == 0 && !any) {
      constexpr Types ordered = summable_types | Types{Type::Bool, Type::String};
      check_types(argument, ordered, "a value that has an order");
    }
    const bool renamed = argument.column && argument.name != argument.column->name;
    if (argument.column) {
      const plan::ColumnId id = argument.column->id;
      const bool taken = was_used(id) || (!any && grouped(id));
      if (any_star && taken && !(i == 0 && !any)) continue;
      if (!taken) used.push_back(id);
      add(argument, shown(*argument.name, i), taken || renamed || old ? 0 : id);
      continue;
    }
    check_scalar(argument);
    std::string column_name = argument.name.value_or("");
    if (column_name.empty()) {
      if (any) {
        column_name = (name == "take_any" ? "any_arg" : "arg") + std::to_string(i);
      } else if (i == 0) {
        column_name = extreme + "_";
      } else {
        column_name = extreme + "_" + first_name + "_arg" + std::to_string(i);
      }
    }
    add(argument, old && i == 0 ? shown(column_name, i) : column_name, 0);
  }
  if (name == "any") {
    for (plan::Column& column : shape.results) column.name = "any_" + column.name;
    std::fill(shape.sources.begin(), shape.sources.end(), 0);
  }
  arguments = std::move(expanded);
  return shape;
}

void QueryBinder::add_aggregate(const AggregateFunction& function, std::vector<Bound> arguments,
                                std::vector<Bound> condition, AggregateShape& shape,
                                AggregateCalls* target, Span span) {
  std::vector<Type> types;
  bool known = true;
  for (const Bound& argument : arguments) {
    types.push_back(argument.type());
    known &= argument.type() != Type::Error;
  }
  for (const Bound& one : condition) known &= one.type() == Type::Bool;
  const AggregateBody* body = choose_body(function, types, promotions_only);
  if (body == nullptr) body = choose_body(function, types, any_conversion);
  if (body == nullptr) {
    if (known) {
      std::string text;
      for (const Type type : types) text += (text.empty() ? "" : ", ") + std::string(name_of(type));
      error(code::no_overload, span, fmt::format("'{}' does not take ({})", function.name, text));
    }
    return;
  }
  plan::AggregateCall call{&function, body, {}, {}, {}, span};
  std::vector<Type> taken;
  for (size_t i = 0; i < arguments.size(); ++i) {
    call.arguments.push_back(convert(std::move(arguments[i].value), taken_type(*body, i)));
    taken.push_back(call.arguments.back().type);
  }
  for (Bound& one : condition) call.condition.push_back(std::move(one.value));
  const std::vector<Type> answers =
      body->result_types != nullptr ? body->result_types(taken) : body->returns;
  for (size_t i = 0; i < shape.results.size(); ++i) {
    const Type answer = i < answers.size() ? answers[i] : Type::Error;
    if (!shape.several || answer != Type::Error) shape.results[i].type = answer;
  }
  if (!known || target == nullptr) return;
  call.results = shape.results;
  target->push_back(std::move(call));
}

plan::AggregateCall QueryBinder::aggregate_call(std::string_view name,
                                                std::vector<plan::Expression> arguments,
                                                std::string column, Span span) {
  const AggregateFunction* function = environment.library.find_aggregate(name);
  std::vector<Type> types;
  for (const plan::Expression& argument : arguments) types.push_back(argument.type);
  const AggregateBody* body =
      function == nullptr ? nullptr : choose_body(*function, types, any_conversion);
  plan::AggregateCall call{function, body, {}, {}, {}, span};
  if (body == nullptr) {
    cannot_run_yet(span, fmt::format("'{}' is not supported yet", name));
    const Type type = types.empty() ? Type::Long : types[0];
    call.results.push_back(fresh(std::move(column), type));
    return call;
  }
  std::vector<Type> taken;
  for (size_t i = 0; i < arguments.size(); ++i) {
    call.arguments.push_back(convert(std::move(arguments[i]), taken_type(*body, i)));
    taken.push_back(call.arguments.back().type);
  }
  const std::vector<Type> answers =
      body->result_types != nullptr ? body->result_types(taken) : body->returns;
  for (const Type answer : answers) call.results.push_back(fresh(column, answer));
  return call;
}

}  // namespace vedette::binding
