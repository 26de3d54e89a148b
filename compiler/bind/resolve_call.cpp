// From a function's name and bound arguments to a call of one overload.
#include <algorithm>
#include <mutex>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

std::string_view conversion_to(Type type) {
  switch (type) {
    case Type::Bool:
      return "tobool";
    case Type::Int:
      return "toint";
    case Type::Long:
      return "tolong";
    case Type::Real:
      return "toreal";
    case Type::Decimal:
      return "todecimal";
    case Type::String:
      return "tostring";
    case Type::Datetime:
      return "todatetime";
    case Type::Timespan:
      return "totimespan";
    case Type::Guid:
      return "toguid";
    case Type::Dynamic:
      return "to_dynamic";
    case Type::Error:
      break;
  }
  return {};
}

bool is_conversion(std::string_view name) {
  constexpr std::string_view names[] = {"tobool",   "todatetime", "todecimal", "todouble",
                                        "toguid",   "toint",      "tolong",    "toreal",
                                        "tostring", "totime",     "totimespan"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// May an argument be converted for a parameter that says nothing of itself? Numbers are widened,
/// and a dynamic may turn out to be a text.
bool fits_taken(Type from, Type to) {
  const auto cost = conversion_cost(from, to);
  return cost && (*cost <= promotions_only || (from == Type::Dynamic && to == Type::String));
}

bool is_common(Accepts accepts) {
  return accepts == Accepts::Common || accepts == Accepts::CommonNumber ||
         accepts == Accepts::CommonSummable || accepts == Accepts::CommonOrderable ||
         accepts == Accepts::CommonOrDynamic;
}

/// The types a parameter accepts; those of Taken are found elsewhere.
Types accepted_types(Accepts accepts) {
  constexpr Types dynamic = Type::Dynamic;
  switch (accepts) {
    case Accepts::Bool:
      return Type::Bool;
    case Accepts::String:
      return Type::String;
    case Accepts::StringOrDynamic:
      return Types{Type::String, Type::Dynamic};
    case Accepts::Dynamic:
    case Accepts::DynamicArray:
    case Accepts::DynamicBag:
      return dynamic;
    case Accepts::Integer:
      return integer_types;
    case Accepts::IntegerOrDynamic:
    case Accepts::IntegerOrArray:
      return integer_types | dynamic;
    case Accepts::RealOrDecimal:
      return {Type::Real, Type::Decimal};
    case Accepts::Number:
    case Accepts::CommonNumber:
      return number_types;
    case Accepts::NumberOrBool:
      return number_types | Types{Type::Bool};
    case Accepts::Summable:
    case Accepts::CommonSummable:
      return summable_types;
    case Accepts::Orderable:
    case Accepts::CommonOrderable:
      return summable_types | Types{Type::Bool, Type::String};
    case Accepts::NotDynamic:
      return orderable_types;
    case Accepts::NotBool:
      return summable_types | Types{Type::String, Type::Guid, Type::Dynamic};
    case Accepts::NotRealOrBool:
      return integer_types | time_types |
             Types{Type::Decimal, Type::String, Type::Guid, Type::Dynamic};
    case Accepts::Datetime:
      return Type::Datetime;
    case Accepts::Timespan:
      return Type::Timespan;
    case Accepts::DatetimeOrTimespan:
      return time_types;
    case Accepts::Guid:
      return Type::Guid;
    default:
      return any_type;
  }
}

/// `a long`, `a long or real`, `an int, long or real`.
std::string one_of(Types types) {
  std::vector<std::string_view> names;
  for (int i = 0; i < type_count; ++i) {
    const Type type = static_cast<Type>(i);
    if (types.has(type)) names.push_back(name_of(type));
  }
  std::string text = !names.empty() && names[0] == "int" ? "an" : "a";
  for (size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? " " : i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string list_of_types(const std::vector<Bound>& arguments) {
  std::string text;
  for (const Bound& argument : arguments) {
    if (!text.empty()) text += ", ";
    text += name_of(argument.type());
  }
  return text;
}

}  // namespace

plan::Expression QueryBinder::convert(plan::Expression expression, Type type) {
  if (expression.type == type || type == Type::Error || expression.type == Type::Error) {
    return expression;
  }
  const Span span = expression.span;
  if (const Value* value = plan::constant_of(expression)) {
    if (std::optional<Value> converted = converted_constant(*value, type)) {
      return plan::constant(std::move(*converted), span);
    }
  }
  std::vector<plan::Expression> arguments;
  arguments.push_back(std::move(expression));
  return call(conversion_to(type), std::move(arguments), span, type);
}

std::optional<Value> QueryBinder::converted_constant(const Value& value, Type type) const {
  if (value.is_null()) return Value::null(type);
  if (type == Type::Dynamic) return dynamic_of(value);
  const bool whole = integer_types.has(value.type());
  if (whole && type == Type::Long) return Value::int64(value.as_word());
  if (whole && type == Type::Real) return Value::real(static_cast<double>(value.as_word()));
  return std::nullopt;
}

plan::Expression QueryBinder::call(std::string_view name, std::vector<plan::Expression> arguments,
                                   Span span, Type wanted) {
  const ScalarFunction* function = environment.library.find_function(name);
  std::vector<Type> types;
  for (const plan::Expression& argument : arguments) types.push_back(argument.type);
  const bool known = std::find(types.begin(), types.end(), Type::Error) == types.end();
  const Overload* overload =
      function != nullptr && known ? choose_overload(*function, types, any_conversion) : nullptr;
  if (overload == nullptr) {
    if (known) cannot_run_yet(span, fmt::format("'{}' is not supported yet", name));
    return {plan::Expression::Constant{Value::null(wanted)}, wanted, span};
  }
  return make_call(*function, *overload, std::move(arguments), span);
}

plan::Expression QueryBinder::make_call(const ScalarFunction& function, const Overload& overload,
                                        std::vector<plan::Expression> arguments, Span span) {
  std::vector<Type> types;
  for (size_t i = 0; i < arguments.size(); ++i) {
    arguments[i] =
        convert(std::move(arguments[i]), taken_type(function, overload, i, arguments.size()));
    types.push_back(arguments[i].type);
  }
  if (!overload.rewrite.empty()) return expand(function, overload, std::move(arguments), span);
  if (overload.prepare != nullptr) {
    std::vector<const Value*> constants;
    bool all_bound = true;
    for (const plan::Expression& argument : arguments) {
      constants.push_back(plan::constant_of(argument));
      // What failed to bind may have a type, but it has no value of that type.
      if (constants.back() != nullptr && constants.back()->type() != argument.type) {
        all_bound = false;
      }
    }
    std::string problem;
    if (all_bound) overload.prepare(constants, problem);
    if (!problem.empty()) error(code::bad_constant, span, std::move(problem));
  }
  const Type type =
      overload.result_type != nullptr ? overload.result_type(types) : overload.returns;
  plan::Expression made{plan::Expression::Call{&function, &overload, std::move(arguments)}, type,
                        span};
  if (function.purity == Purity::PerQuery) {
    if (auto value = plan::evaluate_constant(made, environment.now.ticks)) {
      return plan::constant(std::move(*value), span);
    }
  }
  return made;
}

plan::Expression QueryBinder::expand(const ScalarFunction& function, const Overload& overload,
                                     std::vector<plan::Expression> arguments, Span span) {
  // Arguments are bound by now: what nests here are rewrites that call functions with rewrites.
  thread_local int depth = 0;
  const Temporarily deeper(depth, depth + 1);
  check(depth < 50, "the rewrites of functions come to an end");
  // The text of a record never changes: it is parsed once for all queries.
  static std::mutex lock;
  static std::map<const Overload*, ast::Query> parsed;
  const ast::Query* text = nullptr;
  {
    const std::lock_guard guard(lock);
    auto found = parsed.find(&overload);
    if (found == parsed.end()) {
      Diagnostics problems;
      found = parsed.emplace(&overload, parse(overload.rewrite, problems)).first;
      check(!problems.any_errors(), "the rewrite of a function does not parse");
    }
    text = &found->second;
  }
  check(text->statements.size() == 1, "a rewrite is one expression");
  const auto* statement = std::get_if<ast::ExpressionStatement>(&text->statements[0].node);
  check(statement != nullptr, "a rewrite is an expression");
  ScopePtr inner;
  for (size_t i = 0; i < arguments.size() && i < function.parameters.size(); ++i) {
    Bound value{.value = std::move(arguments[i])};
    value.constant = value.literal = plan::constant_of(value.value) != nullptr;
    inner = declare(inner, std::string(function.parameters[i].name), std::move(value));
  }
  const Temporarily keep_scope(scope, inner);
  const Temporarily keep_rows(rows, std::optional<RowScope>());
  const Temporarily keep_right_rows(right_rows, std::optional<RowScope>());
  const Temporarily keep_place(place, Place::Rows);
  Bound bound = bind(*statement->expression);
  plan::for_each_below(bound.value, [&](plan::Expression& part) { part.span = span; });
  return std::move(bound.value);
}

bool QueryBinder::check_argument_count(std::string_view name, size_t count, size_t least,
                                       size_t most, Span span) {
  if (count >= least && count <= most) return true;
  std::string wanted =
      least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
  if (least != most && most >= 64) {
    wanted = count < least ? fmt::format("at least {}", least) : fmt::format("at most {}", most);
  }
  error(code::argument_count, span,
        fmt::format("'{}' takes {} argument{}, not {}", name, wanted,
                    least == most && least == 1 ? "" : "s", count));
  return false;
}

bool QueryBinder::check_argument(const Parameter& parameter, const Bound& argument,
                                 std::optional<Type> common) {
  const Type type = argument.type();
  if (argument.star) {
    error(code::star_not_allowed, argument.span(), "`*` is not allowed here");
    return false;
  }
  if (parameter.accepts == Accepts::TypeLiteral) {
    if (argument.type_literal) return true;
    error(code::literal_expected, argument.span(), "typeof(...) is expected here");
    return false;
  }
  if (type == Type::Error) return true;
  bool good = true;
  if (parameter.accepts != Accepts::Taken) {
    Types types = accepted_types(parameter.accepts);
    // A dynamic may turn out to be a text, unless it is written out as something else.
    if (parameter.accepts == Accepts::String && !argument.literal) {
      types = types | Types{Type::Dynamic};
    }
    good = types.has(type);
    if (!good) {
      error(code::type_expected, argument.span(),
            fmt::format("'{}' must be {}, not a {}", parameter.name, one_of(types), name_of(type)));
    } else if (common && *common == Type::Dynamic && type != Type::Dynamic &&
               parameter.accepts != Accepts::CommonOrDynamic) {
      good = false;
      error(
          code::type_expected, argument.span(),
          fmt::format("a dynamic is expected beside the other arguments, not a {}", name_of(type)));
    }
  }
  if (good && parameter.literal && !argument.literal) {
    good = false;
    error(code::literal_expected, argument.span(),
          fmt::format("'{}' must be written out", parameter.name));
  } else if (good && parameter.constant && !argument.constant) {
    good = false;
    error(code::constant_expected, argument.span(),
          fmt::format("'{}' must be a constant", parameter.name));
  }
  const Value* value = plan::constant_of(argument.value);
  if (good && !parameter.choices.empty() && value != nullptr && type == Type::String) {
    good = std::any_of(
        parameter.choices.begin(), parameter.choices.end(), [&](std::string_view choice) {
          return std::equal(choice.begin(), choice.end(), value->as_text().begin(),
                            value->as_text().end(),
                            [](char a, char b) { return std::tolower(a) == std::tolower(b); });
        });
    if (!good) {
      std::string choices;
      for (std::string_view choice : parameter.choices) {
        choices += choices.empty() ? "" : ", ";
        choices += choice;
      }
      error(code::bad_choice, argument.span(),
            fmt::format("'{}' must be one of: {}", parameter.name, choices));
    }
  }
  return good;
}

Bound QueryBinder::bind_builtin(const ScalarFunction& function, std::vector<Bound> arguments,
                                Span name_span, Span span) {
  Bound result = failed(span);
  result.constant = function.purity != Purity::PerRow;
  for (const Bound& argument : arguments) result.constant &= argument.constant;
  result.name = result_name(function.column_name, function.name, function.column_prefix, arguments);
  // A conversion to the type a column has already is that column.
  if (arguments.size() == 1 && is_conversion(function.name)) result.column = arguments[0].column;

  const std::vector<Parameter>& parameters = function.parameters;
  size_t least = function.min_arguments;
  if (least == 0) {
    least = static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(),
                                              [](const Parameter& p) { return !p.optional; }));
  }
  const size_t most = function.variadic ? function.max_arguments : parameters.size();
  const size_t count = arguments.size();
  bool good = check_argument_count(function.name, count, least, most, name_span);

  std::vector<Type> common_types;
  bool or_dynamic = false;
  for (size_t i = 0; good && i < count; ++i) {
    const Parameter& parameter = parameters[function.parameter_of(i, count)];
    if (!is_common(parameter.accepts)) continue;
    if (parameter.accepts == Accepts::CommonOrDynamic) or_dynamic = true;
    if (accepted_types(parameter.accepts).has(arguments[i].type())) {
      common_types.push_back(arguments[i].type());
    }
  }
  std::optional<Type> common;
  if (!common_types.empty()) {
    common = common_type(common_types, or_dynamic);
    if (!common && or_dynamic) common = Type::Dynamic;
    if (!common) {
      error(code::no_common_type, name_span,
            fmt::format("the arguments of '{}' have no common type: {}", function.name,
                        list_of_types(arguments)));
      good = false;
    }
  }
  bool unknown = false;
  std::vector<plan::Expression> values;
  std::optional<Type> type_literal;
  for (size_t i = 0; good && i < count; ++i) {
    const Parameter& parameter = parameters[function.parameter_of(i, count)];
    if (!check_argument(parameter, arguments[i], common)) good = false;
    if (parameter.accepts == Accepts::TypeLiteral) {
      type_literal = arguments[i].type();
      continue;
    }
    if (is_common(parameter.accepts) && common) {
      arguments[i].value = convert(std::move(arguments[i].value), *common);
    }
    if (arguments[i].type() == Type::Error) unknown = true;
  }
  if (!good || unknown) {
    result.value.type = type_despite_errors(function, common);
    if (type_literal) result.value.type = *type_literal;
    if (result.column && result.column->type != result.value.type) result.column.reset();
    return result;
  }
  std::vector<Type> types;
  std::vector<Bound> kept;
  for (size_t i = 0; i < count; ++i) {
    if (parameters[function.parameter_of(i, count)].accepts == Accepts::TypeLiteral) continue;
    types.push_back(arguments[i].type());
    kept.push_back(arguments[i]);
  }
  const Overload* overload = choose_overload(function, types, promotions_only);
  if (overload == nullptr) {
    overload = choose_accepted(function, types);
  }
  if (overload == nullptr) {
    report_no_overload(function, kept, name_span);
    result.value.type = type_despite_errors(function, common);
    return result;
  }
  for (size_t i = 0; i < kept.size(); ++i) {
    // A dynamic that is written out is no text.
    const Parameter& parameter =
        parameters[std::min(function.parameter_of(i, kept.size()), parameters.size() - 1)];
    if (kept[i].literal && types[i] == Type::Dynamic && parameter.accepts == Accepts::Taken &&
        taken_type(function, *overload, i, kept.size()) == Type::String) {
      error(code::type_expected, kept[i].span(), "a string is expected here, not a dynamic");
      result.value.type = type_despite_errors(function, common);
      return result;
    }
  }
  for (Bound& argument : kept) values.push_back(std::move(argument.value));
  result.value = make_call(function, *overload, std::move(values), span);
  if (type_literal && *type_literal != Type::Error) {
    result.value = convert(std::move(result.value), *type_literal);
  }
  if (result.column) {
    if (result.column->type == result.value.type) {
      result.value = plan::column(*result.column, span);
    } else {
      result.column.reset();
    }
  }
  return result;
}

const Overload* QueryBinder::choose_accepted(const ScalarFunction& function,
                                             std::span<const Type> types) const {
  // What a parameter says it accepts may be converted; what is Taken may only be promoted.
  std::vector<Type> asked(types.begin(), types.end());
  const Overload* best = nullptr;
  int best_cost = 0;
  for (const Overload& overload : function.overloads) {
    if (!overload.variadic && overload.takes.size() != types.size()) continue;
    int total = 0;
    bool fits = true;
    for (size_t i = 0; i < types.size() && fits; ++i) {
      const Type taken = taken_type(function, overload, i, types.size());
      const size_t parameter =
          std::min(function.parameter_of(i, types.size()), function.parameters.size() - 1);
      const bool free = function.parameters[parameter].accepts != Accepts::Taken;
      const auto cost = conversion_cost(types[i], taken);
      fits = cost && (free || fits_taken(types[i], taken));
      if (fits) total += *cost;
    }
    if (fits && (best == nullptr || total < best_cost)) best = &overload, best_cost = total;
  }
  return best;
}

Type QueryBinder::type_despite_errors(const ScalarFunction& function,
                                      std::optional<Type> common) const {
  std::optional<Type> type;
  for (const Overload& overload : function.overloads) {
    const Type answer =
        overload.result_type != nullptr ? common.value_or(Type::Error) : overload.returns;
    if (type && *type != answer) return Type::Error;
    type = answer;
  }
  return type.value_or(Type::Error);
}

void QueryBinder::report_no_overload(const ScalarFunction& function,
                                     const std::vector<Bound>& arguments, Span name_span) {
  // With one argument at fault, say so at that argument.
  for (size_t i = 0; i < arguments.size(); ++i) {
    Types wanted;
    bool fits = false;
    for (const Overload& overload : function.overloads) {
      if (!overload.variadic && overload.takes.size() != arguments.size()) continue;
      const Type taken = taken_type(function, overload, i, arguments.size());
      if (fits_taken(arguments[i].type(), taken)) fits = true;
      if (taken != Type::Error) wanted = wanted | Types{taken};
    }
    if (fits || wanted == Types{}) continue;
    const size_t parameter = function.parameter_of(i, arguments.size());
    error(code::type_expected, arguments[i].span(),
          fmt::format("'{}' must be {}, not a {}",
                      function.parameters[std::min(parameter, function.parameters.size() - 1)].name,
                      one_of(wanted), name_of(arguments[i].type())));
    return;
  }
  error(code::no_overload, name_span,
        fmt::format("'{}' does not take ({})", function.name, list_of_types(arguments)));
}

}  // namespace vedette::binding
