// The scalar types of KQL.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace vedette {

/// A scalar type. `Error` is the type of what could not be bound; it fits anything silently.
enum class Type : uint8_t {
  Bool,
  Int,
  Long,
  Real,
  Decimal,
  String,
  Datetime,
  Timespan,
  Guid,
  Dynamic,
  Error,
};

constexpr int type_count = 10;  // without Error

/// `bool`, `int`, `long`, `real`, `decimal`, `string`, `datetime`, `timespan`, `guid`, `dynamic`.
std::string_view name_of(Type type);

/// The type of a KQL type name, aliases (`double`, `date`, `time`, `boolean`, `uuid` ...) included.
std::optional<Type> type_of_name(std::string_view name);

/// A set of types.
class Types {
 public:
  constexpr Types() = default;
  constexpr Types(std::initializer_list<Type> types) {
    for (Type type : types) bits_ |= 1u << static_cast<int>(type);
  }
  constexpr Types(Type type) : Types({type}) {}

  constexpr bool has(Type type) const { return bits_ >> static_cast<int>(type) & 1; }
  constexpr Types operator|(Types other) const {
    Types result;
    result.bits_ = bits_ | other.bits_;
    return result;
  }
  constexpr bool operator==(const Types&) const = default;

 private:
  uint32_t bits_ = 0;
};

constexpr Types integer_types = {Type::Int, Type::Long};
constexpr Types number_types = {Type::Int, Type::Long, Type::Real, Type::Decimal};
constexpr Types time_types = {Type::Datetime, Type::Timespan};
constexpr Types summable_types = number_types | time_types;
constexpr Types orderable_types = summable_types | Types{Type::Bool, Type::String, Type::Guid};
constexpr Types any_type = orderable_types | Types{Type::Dynamic};

/// How a value of a type lies in a vector.
enum class Layout : uint8_t {
  Byte,     // bool: 0 or 1
  Word,     // int (widened), long, datetime and timespan (ticks): int64_t
  Double,   // real
  Decimal,  // decimal: 16 bytes
  Text,     // string (UTF-8), dynamic (binary JSON): Text
  Guid,     // guid: 16 bytes
};

constexpr Layout layout_of(Type type) {
  switch (type) {
    case Type::Bool:
      return Layout::Byte;
    case Type::Real:
      return Layout::Double;
    case Type::Decimal:
      return Layout::Decimal;
    case Type::String:
    case Type::Dynamic:
      return Layout::Text;
    case Type::Guid:
      return Layout::Guid;
    default:
      return Layout::Word;
  }
}

constexpr int bytes_of(Layout layout) {
  switch (layout) {
    case Layout::Byte:
      return 1;
    case Layout::Word:
    case Layout::Double:
      return 8;
    default:
      return 16;
  }
}

}  // namespace vedette
