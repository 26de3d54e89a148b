// Conversions between scalar types, as KQL's tobool(), tolong(), tostring() ... do them.
//
// Nothing (a null) answers what does not convert: text that is no number, a real outside of a long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/value/datetime.h"
#include "runtime/value/dynamic.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/guid.h"
#include "runtime/value/value.h"

namespace vedette {

/// `true`, `false` in any case; an integer is true unless it is 0.
std::optional<bool> parse_bool(std::string_view text);
/// Decimal digits or `0x` and hexadecimal ones, white space around them.
std::optional<int64_t> parse_long(std::string_view text);
/// As `parse_long`, within 32 bits.
std::optional<int64_t> parse_int(std::string_view text);
/// A number with or without exponent, `nan`, `inf`, `+inf`, `-inf`, `infinity` in any case.
std::optional<double> parse_real(std::string_view text);

/// Cuts off what follows the point.
std::optional<int64_t> long_of(double value);
/// The value if it is an int.
std::optional<int64_t> int_of(int64_t value);

// A dynamic scalar as another type; strings are parsed, numbers converted, arrays and objects
// answer nothing.
std::optional<bool> bool_of(DynamicView value);
std::optional<int64_t> long_of(DynamicView value);
std::optional<int64_t> int_of(DynamicView value);
std::optional<double> real_of(DynamicView value);
std::optional<Decimal> decimal_of(DynamicView value);
std::optional<Datetime> datetime_of(DynamicView value);
std::optional<Timespan> timespan_of(DynamicView value);
std::optional<Guid> guid_of(DynamicView value);

/// Appends what `tostring()` answers: strings as they are, nothing for the null, JSON for arrays
/// and objects.
void append_text(std::string& out, DynamicView value);
/// Appends what `tostring()` answers: nothing for nulls, `true`, `1.0`, `1.02:03:04` ...
void append_text(std::string& out, const Value& value);
std::string to_text(const Value& value);

/// Adds a value of any type as a dynamic value.
void add_value(DynamicBuilder& builder, const Value& value);

/// `value` as type `to`, or the null of that type. From a string to dynamic is a dynamic string
/// (`parse_json()` is not a conversion).
Value convert(const Value& value, Type to);
/// A dynamic value as type `to`, or the null of that type.
Value convert(DynamicView value, Type to);

}  // namespace vedette
