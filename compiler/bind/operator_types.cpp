#include "compiler/bind/operator_types.h"

#include <algorithm>
#include <array>

#include "compiler/bind/conversion.h"

namespace vedette::binding {
namespace {

bool is_number(Type type) {
  return number_types.has(type);
}

OperatorTypes undefined(Type result) {
  return {.defined = false, .result = result};
}

/// Dynamic operands take the other operand's type.
OperatorTypes beside_dynamic(Type other, bool dynamic_is_left, Type result) {
  const Type wide = promoted(other);
  return dynamic_is_left ? OperatorTypes{.left = wide, .right = wide, .result = result}
                         : OperatorTypes{.left = wide, .right = wide, .result = result};
}

OperatorTypes of_numbers(Type left, Type right) {
  const std::array<Type, 2> both = {left, right};
  const Type widest = promoted(common_type(both).value_or(Type::Error));
  return {.left = widest, .right = widest, .result = widest};
}

OperatorTypes arithmetic(char op, Type left, Type right) {
  if (left == Type::Error || right == Type::Error) {
    // What one operand says about the answer, if anything.
    const Type known = left == Type::Error ? right : left;
    return {.result = op != '-' && op != '/' && known == Type::Decimal ? known : Type::Error};
  }
  if (is_number(left) && is_number(right)) return of_numbers(left, right);
  const bool left_dynamic = left == Type::Dynamic;
  const bool right_dynamic = right == Type::Dynamic;
  const auto both = [&](Type a, Type b) { return left == a && right == b; };
  const auto answer = [&](Type type) { return OperatorTypes{.result = type}; };
  constexpr Type datetime = Type::Datetime, timespan = Type::Timespan;
  if (left_dynamic && right_dynamic) return answer(Type::Dynamic);
  if (left_dynamic || right_dynamic) {
    const Type other = left_dynamic ? right : left;
    if (is_number(other)) return beside_dynamic(other, left_dynamic, promoted(other));
    const bool addable = (op == '+' || op == '-') && time_types.has(other);
    if (!addable) return undefined(Type::Error);
    if (op == '-' && other == datetime) {
      return {.left = datetime, .right = datetime, .result = timespan};
    }
    if (other == datetime) {
      return left_dynamic ? OperatorTypes{.left = timespan, .right = datetime, .result = datetime}
                          : OperatorTypes{.left = datetime, .right = timespan, .result = datetime};
    }
    return {.left = timespan, .right = timespan, .result = timespan};
  }
  switch (op) {
    case '+':
      if (both(timespan, timespan)) return answer(timespan);
      if (time_types.has(left) && time_types.has(right)) return answer(datetime);
      break;
    case '-':
      if (both(timespan, timespan) || both(datetime, datetime)) return answer(timespan);
      if (both(datetime, timespan) || both(timespan, datetime)) return answer(datetime);
      break;
    case '*':
      if (both(timespan, timespan)) return answer(timespan);
      if ((left == timespan && is_number(right)) || (is_number(left) && right == timespan)) {
        return answer(timespan);
      }
      if ((left == datetime && is_number(right)) || (is_number(left) && right == datetime)) {
        return answer(datetime);
      }
      break;
    case '/':
      if (both(timespan, timespan) || both(datetime, datetime) || both(datetime, timespan)) {
        return answer(Type::Real);
      }
      if (time_types.has(left) && is_number(right)) return answer(left);
      break;
    case '%':
      if (both(timespan, timespan) || both(datetime, timespan)) return answer(timespan);
      if (time_types.has(left) && is_number(right)) return answer(left);
      break;
    default:
      break;
  }
  return undefined(Type::Error);
}

OperatorTypes order(Type left, Type right) {
  if (left == Type::Error || right == Type::Error) return {};
  const auto countable = [](Type type) { return is_number(type) || type == Type::Bool; };
  if (is_number(left) && is_number(right)) {
    const std::array<Type, 2> both = {left, right};
    const Type common = common_type(both).value_or(Type::Error);
    return {.left = common, .right = common};
  }
  if (countable(left) && countable(right)) return {};
  if (left == right && time_types.has(left)) return {};
  const bool numbers_beside_dynamic =
      (left == Type::Dynamic && (right == Type::Dynamic || is_number(right))) ||
      (is_number(left) && right == Type::Dynamic);
  if (numbers_beside_dynamic) return {};
  return undefined(Type::Bool);
}

}  // namespace

OperatorFamily operator_family(std::string_view name) {
  if (name.size() == 1 && std::string_view("+-*/%").find(name[0]) != std::string_view::npos) {
    return OperatorFamily::Arithmetic;
  }
  if (name == "<" || name == "<=" || name == ">" || name == ">=") return OperatorFamily::Order;
  if (name == "==" || name == "!=" || name == "<>") return OperatorFamily::Equality;
  const std::string_view bare = name.starts_with('!') ? name.substr(1) : name;
  return bare.starts_with("has") ? OperatorFamily::TermSearch : OperatorFamily::Text;
}

OperatorTypes operator_types(std::string_view name, Type left, Type right) {
  switch (operator_family(name)) {
    case OperatorFamily::Arithmetic:
      return arithmetic(name[0], left, right);
    case OperatorFamily::Order:
      return order(left, right);
    case OperatorFamily::Equality: {
      if (!is_number(left) || !is_number(right)) return {};
      const std::array<Type, 2> both = {left, right};
      const Type common = common_type(both).value_or(Type::Error);
      return {.left = common, .right = common};
    }
    case OperatorFamily::Text:
    case OperatorFamily::TermSearch:
      break;
  }
  constexpr Types text = {Type::String, Type::Dynamic, Type::Error};
  if (!text.has(left) || !text.has(right)) return undefined(Type::Bool);
  return {.left = left == Type::Error ? left : Type::String,
          .right = right == Type::Error ? right : Type::String};
}

}  // namespace vedette::binding
