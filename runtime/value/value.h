// One KQL value that owns its memory: literals, constants, cells of results.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "runtime/value/decimal.h"
#include "runtime/value/scalar.h"
#include "runtime/value/type.h"

namespace vedette {

/// A value of a type, or that type's null. There is no null string.
class Value {
 public:
  /// The null of `type`; for strings the empty string.
  static Value null(Type type);
  static Value boolean(bool value) { return Value(Type::Bool, value); }
  static Value int32(int64_t value) { return Value(Type::Int, value); }
  static Value int64(int64_t value) { return Value(Type::Long, value); }
  static Value real(double value) { return Value(Type::Real, value); }
  static Value decimal(const Decimal& value) { return Value(Type::Decimal, value); }
  static Value string(std::string value) { return Value(Type::String, std::move(value)); }
  static Value datetime(Datetime value) { return Value(Type::Datetime, value.ticks); }
  static Value timespan(Timespan value) { return Value(Type::Timespan, value.ticks); }
  static Value guid(const Guid& value) { return Value(Type::Guid, value); }
  /// From binary JSON (`runtime/value/dynamic.h`).
  static Value dynamic(std::string bytes) { return Value(Type::Dynamic, std::move(bytes)); }

  Type type() const { return type_; }
  bool is_null() const { return std::holds_alternative<std::monostate>(held_); }

  // Each reads a value that is not null and whose type has the matching layout.
  bool as_bool() const { return std::get<bool>(held_); }
  /// int, long, or the ticks of a datetime or timespan.
  int64_t as_word() const { return std::get<int64_t>(held_); }
  double as_real() const { return std::get<double>(held_); }
  const Decimal& as_decimal() const { return std::get<Decimal>(held_); }
  const Guid& as_guid() const { return std::get<Guid>(held_); }
  /// The bytes of a string or of binary JSON.
  std::string_view as_text() const { return std::get<std::string>(held_); }

  /// The same type and the same bytes.
  bool operator==(const Value&) const = default;

 private:
  using Held = std::variant<std::monostate, bool, int64_t, double, Decimal, std::string, Guid>;

  Value(Type type, Held held) : type_(type), held_(std::move(held)) {}

  Type type_ = Type::Long;
  Held held_;
};

inline Value Value::null(Type type) {
  return type == Type::String ? string({}) : Value(type, std::monostate{});
}

}  // namespace vedette
