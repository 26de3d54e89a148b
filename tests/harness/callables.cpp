#include "tests/harness/callables.h"

#include <algorithm>
#include <array>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse.h"

namespace vedette {
namespace {

constexpr std::array all_types = {Type::Bool,    Type::Int,    Type::Long,     Type::Real,
                                  Type::Decimal, Type::String, Type::Datetime, Type::Timespan,
                                  Type::Guid,    Type::Dynamic};

using Signature = std::vector<Type>;

void add(std::vector<Signature>& signatures, Signature signature) {
  if (std::ranges::find(signatures, signature) == signatures.end()) {
    signatures.push_back(std::move(signature));
  }
}

/// Each open place of a signature takes each type in turn, all open places the same one.
void add_open(std::vector<Signature>& signatures, const Signature& signature) {
  if (std::ranges::find(signature, Type::Error) == signature.end()) {
    return add(signatures, signature);
  }
  for (const Type type : all_types) {
    Signature closed = signature;
    std::ranges::replace(closed, Type::Error, type);
    add(signatures, closed);
  }
}

/// What a parameter takes beside what the bodies say; Error when anything.
Type usual_type(const Parameter& parameter) {
  switch (parameter.accepts) {
    case Accepts::Bool:
      return Type::Bool;
    case Accepts::String:
    case Accepts::StringOrDynamic:
      return Type::String;
    case Accepts::Dynamic:
    case Accepts::DynamicArray:
    case Accepts::DynamicBag:
      return Type::Dynamic;
    case Accepts::Integer:
    case Accepts::IntegerOrDynamic:
    case Accepts::IntegerOrArray:
      return Type::Long;
    case Accepts::RealOrDecimal:
    case Accepts::Number:
    case Accepts::NumberOrBool:
      return Type::Real;
    case Accepts::Datetime:
      return Type::Datetime;
    case Accepts::Timespan:
      return Type::Timespan;
    case Accepts::Guid:
      return Type::Guid;
    default:
      return Type::Error;
  }
}

/// The arguments of each call of one of `names` in a text.
std::vector<std::vector<std::string>> calls_in(std::string_view text,
                                               const std::vector<std::string_view>& names) {
  const std::vector<QueryToken> tokens = tokens_of(text);
  const auto symbol = [&](size_t at, std::string_view one) {
    return at < tokens.size() && tokens[at].text == one;
  };
  std::vector<std::vector<std::string>> calls;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (std::ranges::find(names, tokens[i].text) == names.end() || !symbol(i + 1, "(")) continue;
    std::vector<std::string> arguments;
    size_t begin = tokens[i + 1].span.end();
    int depth = 0;
    for (size_t at = i + 1; at < tokens.size(); ++at) {
      if (symbol(at, "(") || symbol(at, "[") || symbol(at, "{")) ++depth;
      if (symbol(at, ")") || symbol(at, "]") || symbol(at, "}")) --depth;
      if (depth > 1 || (depth == 1 && !symbol(at, ","))) continue;
      std::string argument(text.substr(begin, tokens[at].span.start - begin));
      if (argument.find_first_not_of(' ') != std::string::npos) arguments.push_back(argument);
      begin = tokens[at].span.end();
      if (depth == 0) break;
    }
    if (depth == 0) calls.push_back(std::move(arguments));
  }
  return calls;
}

std::vector<size_t> argument_counts(const std::vector<Parameter>& parameters, bool variadic,
                                    size_t fewest, size_t repeat) {
  std::vector<size_t> counts = {fewest, parameters.size()};
  if (variadic) {
    counts.push_back(parameters.size() + repeat);
    counts.push_back(parameters.size() + 2 * repeat);
  }
  for (size_t i = fewest; i < parameters.size(); ++i) counts.push_back(i);
  std::ranges::sort(counts);
  counts.erase(std::ranges::unique(counts).begin(), counts.end());
  return counts;
}

size_t required(const std::vector<Parameter>& parameters) {
  return static_cast<size_t>(std::ranges::count_if(
      parameters, [](const Parameter& parameter) { return !parameter.optional; }));
}

void add_signatures(Callable& callable, size_t count, const std::vector<std::vector<Type>>& bodies,
                    const std::function<size_t(size_t)>& parameter_of) {
  std::vector<Signature>& signatures = callable.signatures;
  Signature usual;
  for (size_t i = 0; i < count; ++i) {
    const Parameter* parameter = callable.parameter_of(i, count);
    usual.push_back(parameter == nullptr ? Type::Error : usual_type(*parameter));
  }
  for (const Signature& takes : bodies) {
    Signature signature;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = parameter_of(i);
      signature.push_back(at < takes.size() ? takes[at] : usual[i]);
    }
    add_open(signatures, signature);
  }
  add_open(signatures, usual);
  add(signatures, Signature(count, Type::Dynamic));
}

Callable of_function(const ScalarFunction& function) {
  Callable callable{.name = std::string(function.name),
                    .parameters = &function.parameters,
                    .function = &function};
  callable.needs_order = std::ranges::all_of(function.overloads, [](const Overload& overload) {
    return overload.evaluate == nullptr && overload.rewrite.empty();
  });
  std::vector<std::string_view> names = function.aliases;
  names.push_back(function.name);
  for (const Example& example : function.examples) {
    for (auto& arguments : calls_in(example.call, names)) {
      callable.examples.push_back(std::move(arguments));
    }
  }
  std::vector<Signature> bodies;
  for (const Overload& overload : function.overloads) bodies.push_back(overload.takes);
  const size_t fewest =
      function.min_arguments > 0 ? function.min_arguments : required(function.parameters);
  for (const size_t count :
       argument_counts(function.parameters, function.variadic, fewest, function.repeats.count)) {
    add_signatures(callable, count, bodies,
                   [&](size_t i) { return function.parameter_of(i, count); });
  }
  return callable;
}

Callable of_aggregate(const AggregateFunction& aggregate, bool conditional) {
  Callable callable{.kind = Callable::Kind::Aggregate,
                    .name = std::string(conditional ? aggregate.conditional : aggregate.name),
                    .parameters = &aggregate.parameters,
                    .conditional = conditional};
  std::vector<std::string_view> names = {aggregate.name};
  names.insert(names.end(), aggregate.aliases.begin(), aggregate.aliases.end());
  for (const Example& example : aggregate.examples) {
    for (auto& arguments : calls_in(example.call, names)) {
      if (conditional) arguments.push_back("true");
      callable.examples.push_back(std::move(arguments));
    }
  }
  std::vector<Signature> bodies;
  for (const AggregateBody& body : aggregate.bodies) bodies.push_back(body.takes);
  for (const size_t count : argument_counts(aggregate.parameters, aggregate.variadic,
                                            required(aggregate.parameters), 1)) {
    std::vector<Signature> before = std::move(callable.signatures);
    callable.signatures.clear();
    add_signatures(callable, count, bodies,
                   [&](size_t i) { return std::min(i, aggregate.parameters.size() - 1); });
    for (Signature& signature : callable.signatures) {
      if (conditional) signature.push_back(Type::Bool);
      add(before, signature);
    }
    callable.signatures = std::move(before);
  }
  return callable;
}

Callable of_operator(std::string name, std::string form, size_t operands) {
  Callable callable{
      .kind = Callable::Kind::Operator, .name = std::move(name), .form = std::move(form)};
  if (operands == 1) {
    for (const Type type : all_types) callable.signatures.push_back({type});
    return callable;
  }
  for (const Type left : all_types) {
    for (const Type right : all_types) {
      Signature signature = {left, right};
      if (operands == 3) signature.push_back(right);
      callable.signatures.push_back(std::move(signature));
    }
  }
  return callable;
}

std::vector<Callable> operators() {
  std::vector<Callable> found;
  for (int i = 0; i < static_cast<int>(ast::BinaryOperator::Search); ++i) {
    const std::string name(ast::spelling(static_cast<ast::BinaryOperator>(i)));
    found.push_back(of_operator(name, "({0} " + name + " {1})", 2));
  }
  for (const std::string name : {"and", "or"}) {
    found.push_back(of_operator(name, "({0} " + name + " {1})", 2));
  }
  for (const std::string name : {"in", "!in", "in~", "!in~", "has_any", "has_all"}) {
    found.push_back(of_operator(name, "({0} " + name + " ({1}, {2}))", 3));
  }
  for (const std::string name : {"between", "!between"}) {
    found.push_back(of_operator(name, "({0} " + name + " ({1} .. {2}))", 3));
  }
  found.push_back(of_operator("negate", "(-({0}))", 1));
  found.push_back(of_operator("[]", "{0}[{1}]", 2));
  return found;
}

}  // namespace

const Parameter* Callable::parameter_of(size_t index, size_t count) const {
  if (parameters == nullptr || parameters->empty()) return nullptr;
  const size_t at = function != nullptr ? function->parameter_of(index, count) : index;
  if (conditional && index + 1 == count) return nullptr;
  if (at < parameters->size()) return &(*parameters)[at];
  if (kind != Kind::Aggregate) return nullptr;
  return &parameters->back();
}

std::string Callable::call(const std::vector<std::string>& arguments) const {
  std::string text;
  if (kind == Kind::Operator) {
    for (size_t at = 0; at < form.size(); ++at) {
      if (form[at] == '{') {
        text += arguments[static_cast<size_t>(form[at + 1] - '0')];
        at += 2;
      } else {
        text += form[at];
      }
    }
    return text;
  }
  for (const std::string& argument : arguments) text += (text.empty() ? "" : ", ") + argument;
  return name + "(" + text + ")";
}

std::vector<Callable> callables_of(const Library& library) {
  std::vector<Callable> found;
  for (const ScalarFunction& function : library.functions()) {
    if (!function.hidden) found.push_back(of_function(function));
  }
  for (const AggregateFunction& aggregate : library.aggregates()) {
    if (aggregate.hidden) continue;
    found.push_back(of_aggregate(aggregate, false));
    if (!aggregate.conditional.empty()) found.push_back(of_aggregate(aggregate, true));
  }
  for (Callable& callable : operators()) found.push_back(std::move(callable));
  return found;
}

}  // namespace vedette
