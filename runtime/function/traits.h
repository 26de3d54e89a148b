// Reads KQL types and null rules off C++ types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "runtime/value/decimal.h"
#include "runtime/value/scalar.h"
#include "runtime/value/type.h"

namespace vedette {

/// KQL `int` in a signature; widened to 64 bits in vectors.
struct Int {
  int64_t value = 0;
};

/// An argument of any type, taken as it is.
struct AnyValue {};

template <typename T> struct StripOptional {
  using type = T;
  static constexpr bool optional = false;
};
template <typename T> struct StripOptional<std::optional<T>> {
  using type = T;
  static constexpr bool optional = true;
};

/// The KQL type of a C++ parameter or result.
template <typename T> constexpr Type type_of() {
  using Plain = typename StripOptional<std::remove_cvref_t<T>>::type;
  if constexpr (std::is_same_v<Plain, bool>)
    return Type::Bool;
  else if constexpr (std::is_same_v<Plain, Int>)
    return Type::Int;
  else if constexpr (std::is_same_v<Plain, int64_t>)
    return Type::Long;
  else if constexpr (std::is_same_v<Plain, double>)
    return Type::Real;
  else if constexpr (std::is_same_v<Plain, Decimal>)
    return Type::Decimal;
  else if constexpr (std::is_same_v<Plain, Datetime>)
    return Type::Datetime;
  else if constexpr (std::is_same_v<Plain, Timespan>)
    return Type::Timespan;
  else if constexpr (std::is_same_v<Plain, Guid>)
    return Type::Guid;
  else if constexpr (std::is_same_v<Plain, Dynamic>)
    return Type::Dynamic;
  else if constexpr (std::is_same_v<Plain, AnyValue>)
    return Type::Error;
  else
    return Type::String;  // Text, std::string_view, std::string
}

/// How a C++ value of a signature lies in a vector.
template <typename T> struct Stored {
  using Plain = typename StripOptional<std::remove_cvref_t<T>>::type;
  static constexpr Type type = type_of<T>();
  using type_in_vector = std::conditional_t<
      std::is_same_v<Plain, bool>, uint8_t,
      std::conditional_t<layout_of(type) == Layout::Word, int64_t,
                         std::conditional_t<layout_of(type) == Layout::Text, Text, Plain>>>;

  static Plain load(const type_in_vector& stored) {
    if constexpr (std::is_same_v<Plain, bool>)
      return stored != 0;
    else if constexpr (std::is_same_v<Plain, Dynamic>)
      return Dynamic{stored};
    else if constexpr (std::is_same_v<Plain, std::string_view>)
      return stored.view();
    else if constexpr (layout_of(type) == Layout::Word)
      return Plain{stored};
    else
      return stored;
  }
  static type_in_vector store(const Plain& value) {
    if constexpr (std::is_same_v<Plain, bool>)
      return value;
    else if constexpr (std::is_same_v<Plain, Dynamic>)
      return value.bytes;
    else if constexpr (std::is_same_v<Plain, Int>)
      return value.value;
    else if constexpr (std::is_same_v<Plain, Datetime> || std::is_same_v<Plain, Timespan>)
      return value.ticks;
    else if constexpr (layout_of(type) == Layout::Text)
      return Text(std::string_view(value));
    else
      return value;
  }
};

/// Result and parameters of a lambda or function pointer.
template <typename F> struct Signature : Signature<decltype(&F::operator())> {};
template <typename R, typename... A> struct Signature<R (*)(A...)> {
  using Result = R;
  using Parameters = std::tuple<A...>;
};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};

}  // namespace vedette
