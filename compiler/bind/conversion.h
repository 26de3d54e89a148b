// Implicit conversions: which there are, what they cost, and the common type of several values.
#pragma once

#include <optional>
#include <span>

#include "runtime/function/aggregate.h"
#include "runtime/function/definition.h"
#include "runtime/value/type.h"

namespace vedette::binding {

/// How far a type is from another; nothing when no conversion leads there. Zero for the same type.
std::optional<int> conversion_cost(Type from, Type to);

/// int to long to real to decimal.
bool promotable(Type from, Type to);

/// The type all can become by promotion; dynamic when one of them is dynamic; nothing when there is
/// none. Error counts as any.
std::optional<Type> common_type(std::span<const Type> types, bool ignore_dynamic = false);

/// int becomes long.
inline Type promoted(Type type) {
  return type == Type::Int ? Type::Long : type;
}

/// The overload that takes arguments of these types with the cheapest conversions, or nullptr.
/// `limit` bounds the cost of converting one argument.
const Overload* choose_overload(const ScalarFunction& function, std::span<const Type> types,
                                int limit);
const AggregateBody* choose_body(const AggregateFunction& function, std::span<const Type> types,
                                 int limit);

/// What argument `index` of `count` becomes under an overload of `function`.
Type taken_type(const ScalarFunction& function, const Overload& overload, size_t index,
                size_t count);
Type taken_type(const AggregateBody& body, size_t index);

constexpr int promotions_only = 9;  // limit: no further than widening a number
constexpr int any_conversion = 99;

}  // namespace vedette::binding
