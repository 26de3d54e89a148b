#include "compiler/bind/conversion.h"

#include <algorithm>

namespace vedette::binding {
namespace {

int width_of(Type type) {
  switch (type) {
    case Type::Int:
      return 1;
    case Type::Long:
      return 2;
    case Type::Real:
      return 3;
    case Type::Decimal:
      return 4;
    default:
      return 0;
  }
}

/// The sum of the conversions' costs, or nothing when one is not possible or dearer than `limit`.
template <typename TakenType>
std::optional<int> cost_of(std::span<const Type> types, int limit, TakenType taken) {
  int total = 0;
  for (size_t i = 0; i < types.size(); ++i) {
    const std::optional<int> cost = conversion_cost(types[i], taken(i));
    if (!cost || *cost > limit) return std::nullopt;
    total += *cost;
  }
  return total;
}

bool takes_count(const ScalarFunction& function, const Overload& overload, size_t count) {
  if (overload.variadic) return true;
  if (function.variadic && overload.takes.size() == function.parameters.size()) {
    return overload.takes.size() == count;
  }
  return overload.takes.size() == count;
}

}  // namespace

bool promotable(Type from, Type to) {
  return width_of(from) > 0 && width_of(to) > width_of(from);
}

std::optional<int> conversion_cost(Type from, Type to) {
  if (from == to || from == Type::Error) return 0;
  if (to == Type::Error) return 8;  // a body for any type: after those for just this one
  if (promotable(from, to)) return 1 + width_of(to) - width_of(from);
  if (from == Type::Dynamic) return to == Type::String ? 20 : 25;
  if (to == Type::Dynamic) return 30;
  if (from == Type::Bool && width_of(to) > 0) return 40 + width_of(to);
  if (width_of(from) > 0 && width_of(to) > 0) return 45 + width_of(from) - width_of(to);
  if (from == Type::String) return 50;
  if (to == Type::String) return 60;
  return std::nullopt;
}

std::optional<Type> common_type(std::span<const Type> types, bool ignore_dynamic) {
  std::optional<Type> common;
  bool any_dynamic = false;
  for (const Type type : types) {
    if (type == Type::Error) continue;
    if (ignore_dynamic && type == Type::Dynamic) {
      any_dynamic = true;
      continue;
    }
    if (!common || *common == type || promotable(*common, type)) {
      common = type;
    } else if (promotable(type, *common)) {
      continue;
    } else if (type == Type::Dynamic || *common == Type::Dynamic) {
      common = Type::Dynamic;
    } else {
      return std::nullopt;
    }
  }
  if (!common) return any_dynamic ? Type::Dynamic : Type::Error;
  return common;
}

Type taken_type(const ScalarFunction& function, const Overload& overload, size_t index,
                size_t count) {
  if (overload.takes.empty()) return Type::Error;
  const size_t at = overload.variadic ? function.parameter_of(index, count) : index;
  return overload.takes[std::min(at, overload.takes.size() - 1)];
}

Type taken_type(const AggregateBody& body, size_t index) {
  if (body.takes.empty()) return Type::Error;
  return body.takes[std::min(index, body.takes.size() - 1)];
}

const Overload* choose_overload(const ScalarFunction& function, std::span<const Type> types,
                                int limit) {
  const Overload* best = nullptr;
  int best_cost = 0;
  for (const Overload& overload : function.overloads) {
    if (!takes_count(function, overload, types.size())) continue;
    const std::optional<int> cost = cost_of(
        types, limit, [&](size_t i) { return taken_type(function, overload, i, types.size()); });
    if (cost && (best == nullptr || *cost < best_cost)) best = &overload, best_cost = *cost;
  }
  return best;
}

const AggregateBody* choose_body(const AggregateFunction& function, std::span<const Type> types,
                                 int limit) {
  const AggregateBody* best = nullptr;
  int best_cost = 0;
  for (const AggregateBody& body : function.bodies) {
    if (body.takes.size() != types.size() &&
        !(body.variadic && types.size() + 1 >= body.takes.size()))
      continue;
    const std::optional<int> cost =
        cost_of(types, limit, [&](size_t i) { return taken_type(body, i); });
    if (cost && (best == nullptr || *cost < best_cost)) best = &body, best_cost = *cost;
  }
  return best;
}

}  // namespace vedette::binding
