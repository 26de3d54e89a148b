// What operators ask of expressions and of their options.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {

bool QueryBinder::check_scalar(const Bound& bound) {
  if (bound.star) {
    error(code::star_not_allowed, bound.span(), "`*` is not allowed here");
    return false;
  }
  if (bound.type_literal) {
    error(code::scalar_expected, bound.span(), "a type is not a value");
    return false;
  }
  return true;
}

bool QueryBinder::check_type(const Bound& bound, Type type, bool or_promotable) {
  const Type have = bound.type();
  if (have == type || have == Type::Error || type == Type::Error) return true;
  if (or_promotable && promotable(have, type)) return true;
  error(code::type_expected, bound.span(),
        fmt::format("a {} is expected here, not a {}", name_of(type), name_of(have)));
  return false;
}

bool QueryBinder::check_types(const Bound& bound, Types types, std::string_view wanted) {
  if (!check_scalar(bound)) return false;
  if (bound.type() == Type::Error || types.has(bound.type())) return true;
  error(code::type_expected, bound.span(),
        fmt::format("{} is expected here, not a {}", wanted, name_of(bound.type())));
  return false;
}

bool QueryBinder::check_not_dynamic(const Bound& bound) {
  if (bound.type() != Type::Dynamic) return true;
  error(code::dynamic_not_allowed, bound.span(),
        "a dynamic is not allowed here: convert it first, for example with tostring()");
  return false;
}

bool QueryBinder::check_column(const Bound& bound) {
  if (bound.column || bound.type() == Type::Error) return true;
  error(code::column_expected, bound.span(), "the name of a column is expected here");
  return false;
}

std::optional<Value> QueryBinder::constant_value(const plan::Expression& expression) const {
  if (const Value* value = plan::constant_of(expression)) return *value;
  auto value = plan::evaluate_constant(expression, environment.now.ticks);
  const bool at_any_time = environment.now.ticks == plan::any_time;
  if (!value && at_any_time && plan::evaluate_constant(expression, 0)) throw NeedsTime();
  return value;
}

std::optional<Value> QueryBinder::value_now(const plan::Expression& expression) {
  if (std::optional<Value> value = constant_value(expression)) return value;
  if (!plan::columns_of(expression).empty()) return std::nullopt;
  Table row = one_row(expression.span);
  Projection projection;
  projection.add({fresh("value", expression.type), expression, 0});
  const std::optional<WholeTable> answer =
      rows_now(project(std::move(row), projection, expression.span));
  if (!answer || answer->rows == 0) return std::nullopt;
  return value_at(answer->columns[0].vector(), 0);
}

std::optional<int64_t> QueryBinder::constant_integer(const ast::Expression& expression) {
  Bound bound = [&] {
    const Temporarily no_rows(rows, std::optional<RowScope>());
    return bind(expression);
  }();
  if (!check_types(bound, integer_types, "a whole number")) return std::nullopt;
  if (bound.type() == Type::Error) return std::nullopt;
  if (const auto value = value_now(bound.value)) {
    if (value->is_null()) return std::nullopt;
    return value->as_word();
  }
  cannot_run_yet(expression.span,
                 "a number that is only known while the query runs is not "
                 "supported here yet");
  return std::nullopt;
}

void QueryBinder::check_parameters(const ast::Parameters& parameters,
                                   std::initializer_list<ParameterRule> rules) {
  std::vector<std::string_view> seen;
  for (const ast::Parameter& parameter : parameters) {
    const std::string& name = parameter.name.text;
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const ParameterRule& r) {
      return r.name == name || (!r.alias.empty() && r.alias == name);
    });
    if (rule == rules.end()) {
      if (name.starts_with("hint.") || name.starts_with("__")) continue;
      std::vector<std::string_view> names;
      for (const ParameterRule& known : rules) names.push_back(known.name);
      error(code::unknown_parameter, parameter.name.span,
            fmt::format("'{}' is not an option of this operator", name),
            did_you_mean(most_similar(name, names)));
      continue;
    }
    const bool may_repeat = rule->name == "quote" || rule->name == "escape";  // of parse-kv
    if (!may_repeat && std::find(seen.begin(), seen.end(), rule->name) != seen.end()) {
      error(code::bad_parameter, parameter.name.span, fmt::format("'{}' is given twice", name));
    }
    seen.push_back(rule->name);
    if (parameter.value) check_parameter(parameter, *rule);
  }
}

void QueryBinder::check_parameter(const ast::Parameter& parameter, const ParameterRule& rule) {
  const auto* word = std::get_if<ast::NameReference>(&parameter.value->node);
  const auto* literal = std::get_if<ast::Literal>(&parameter.value->node);
  const std::string text = word != nullptr      ? word->name.text
                           : literal != nullptr ? literal->text
                                                : std::string();
  const auto complain = [&](std::string wanted) {
    error(code::bad_parameter, parameter.value->span,
          fmt::format("'{}' must be {}", parameter.name.text, wanted));
  };
  switch (rule.takes) {
    case ParameterRule::Word: {
      const auto& choices = rule.choices;
      // Words are not written as texts.
      const bool known = std::find(choices.begin(), choices.end(), text) != choices.end();
      if (choices.empty() || (word != nullptr && known)) return;
      std::string list;
      for (std::string_view choice : choices)
        list += (list.empty() ? "" : ", ") + std::string(choice);
      error(code::bad_parameter, parameter.value->span,
            fmt::format("'{}' must be one of: {}", parameter.name.text, list),
            did_you_mean(most_similar(text, choices)));
      return;
    }
    case ParameterRule::Bool:
      if (literal == nullptr || literal->kind != ast::LiteralKind::Bool) complain("true or false");
      return;
    case ParameterRule::Integer:
      if (literal == nullptr ||
          (literal->kind != ast::LiteralKind::Long && literal->kind != ast::LiteralKind::Int)) {
        complain("a whole number");
      }
      return;
    case ParameterRule::Text:
      if (literal == nullptr || literal->kind != ast::LiteralKind::String) complain("a text");
      return;
    case ParameterRule::Name:
      if (word == nullptr && (literal == nullptr || literal->kind != ast::LiteralKind::String)) {
        complain("a name");
      }
      return;
    case ParameterRule::Anything:
      return;
  }
}

std::string QueryBinder::word_of(const ast::Parameters& parameters, std::string_view name,
                                 std::string_view otherwise) {
  for (const ast::Parameter& parameter : parameters) {
    if (parameter.name.text != name || !parameter.value) continue;
    if (const auto* word = std::get_if<ast::NameReference>(&parameter.value->node)) {
      return word->name.text;
    }
    if (const auto* literal = std::get_if<ast::Literal>(&parameter.value->node)) {
      return literal->text;
    }
  }
  return std::string(otherwise);
}

}  // namespace vedette::binding
