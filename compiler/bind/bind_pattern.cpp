// Calls of patterns: a table for each known combination of arguments.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/format.h"

namespace vedette::binding {

const Pattern* QueryBinder::called_pattern(const ast::Expression& expression) {
  const auto* call = std::get_if<ast::Call>(&expression.node);
  if (call == nullptr) return nullptr;
  const Scope* declared = find_declared(call->function.text);
  return declared == nullptr ? nullptr : std::get_if<Pattern>(&declared->meaning);
}

Table QueryBinder::bind_pattern(const Pattern& pattern, const ast::Call& call,
                                const std::optional<std::string>& path, Span span) {
  const ast::DeclarePattern& declaration = *pattern.declaration;
  std::vector<Value> given;
  for (Bound& argument : bind_arguments(call)) {
    check_type(argument, Type::String);
    std::optional<Value> value = constant_value(argument.value);
    if (!value) {
      if (argument.type() != Type::Error) {
        cannot_run_yet(argument.span(), "the arguments of a pattern must be constants");
      }
      return unknown_table(span);
    }
    given.push_back(std::move(*value));
  }
  const auto fits = [&](const ast::DeclarePattern::Match& match) {
    if (match.arguments.size() != given.size() || (match.path != nullptr) != path.has_value()) {
      return false;
    }
    for (size_t i = 0; i < given.size(); ++i) {
      if (constant_value(bind(*match.arguments[i]).value) != given[i]) return false;
    }
    return !path || constant_value(bind(*match.path).value) == Value::string(*path);
  };
  const auto match = std::find_if(declaration.matches.begin(), declaration.matches.end(), fits);
  if (match == declaration.matches.end()) {
    error(code::pattern_not_declared, span,
          fmt::format("pattern '{}' says nothing about these arguments", declaration.name.text));
    return unknown_table(span);
  }
  ScopePtr inner = pattern.scope;
  const auto add = [&](const ast::FunctionParameter& parameter, Value value) {
    Bound bound{.value = plan::constant(std::move(value), span), .constant = true, .literal = true};
    bound.name = parameter.name.text;
    inner = declare(inner, parameter.name.text, std::move(bound));
  };
  for (size_t i = 0; i < std::min(given.size(), declaration.parameters.size()); ++i) {
    add(declaration.parameters[i], given[i]);
  }
  if (path && declaration.path) add(*declaration.path, Value::string(*path));
  Result result = bind_body(match->body, std::move(inner));
  if (auto* table = std::get_if<Table>(&result)) {
    table->name.clear();
    return std::move(*table);
  }
  error(code::table_expected, span,
        fmt::format("pattern '{}' does not give a table here", declaration.name.text));
  return unknown_table(span);
}

}  // namespace vedette::binding
