#include "runtime/shell/signature.h"

#include <algorithm>

#include "runtime/base/format.h"

namespace vedette::shell {
namespace {

std::string_view type_text(Type type) {
  return type == Type::Error ? "scalar" : name_of(type);
}

/// `name(a: long, [b: string])` for one list of types.
std::string call_with_types(std::string_view name, const std::vector<Parameter>& parameters,
                            const std::vector<Type>& types, bool variadic) {
  std::string text = fmt::format("{}(", name);
  for (size_t i = 0; i < types.size(); ++i) {
    if (i > 0) text += ", ";
    if (i < parameters.size()) text += fmt::format("{}: ", parameters[i].name);
    text += type_text(types[i]);
  }
  return text + (variadic ? ", ...)" : ")");
}

std::string call_with_names(std::string_view name, const std::vector<Parameter>& parameters,
                            bool variadic) {
  std::string text = fmt::format("{}(", name);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i > 0) text += ", ";
    text += parameters[i].optional ? fmt::format("[{}]", parameters[i].name)
                                   : std::string(parameters[i].name);
  }
  return text + (variadic ? ", ...)" : ")");
}

void add_unless_there(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

std::vector<std::string> signatures_of(const ScalarFunction& function) {
  std::vector<std::string> signatures;
  for (const Overload& overload : function.overloads) {
    std::string text =
        call_with_types(function.name, function.parameters, overload.takes, overload.variadic);
    if (overload.returns != Type::Error) text += fmt::format(" -> {}", name_of(overload.returns));
    add_unless_there(signatures, std::move(text));
  }
  return signatures;
}

std::vector<std::string> signatures_of(const AggregateFunction& aggregate) {
  std::vector<std::string> signatures;
  for (const AggregateBody& body : aggregate.bodies) {
    std::string text =
        call_with_types(aggregate.name, aggregate.parameters, body.takes, body.variadic);
    if (body.returns.size() == 1) text += fmt::format(" -> {}", type_text(body.returns[0]));
    add_unless_there(signatures, std::move(text));
  }
  return signatures;
}

std::string call_of(const ScalarFunction& function) {
  return call_with_names(function.name, function.parameters, function.variadic);
}

std::string call_of(const AggregateFunction& aggregate) {
  return call_with_names(aggregate.name, aggregate.parameters, aggregate.variadic);
}

}  // namespace vedette::shell
