#include "runtime/value/convert.h"

#include <charconv>
#include <cmath>

#include "runtime/value/render.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

/// The null of `to` for nothing, else what `make` makes of the value.
template <typename T, typename Make>
Value value_or_null(const std::optional<T>& value, Type to, Make make) {
  return value ? make(*value) : Value::null(to);
}

/// The number in a value of type bool, int, long, datetime or timespan; reals cut off.
std::optional<int64_t> whole_number(const Value& value) {
  switch (value.type()) {
    case Type::Bool:
      return value.as_bool();
    case Type::Int:
    case Type::Long:
    case Type::Datetime:
    case Type::Timespan:
      return value.as_word();
    case Type::Real:
      return long_of(value.as_real());
    case Type::Decimal:
      return to_long(value.as_decimal());
    case Type::String:
      return parse_long(value.as_text());
    default:
      return {};
  }
}

std::optional<bool> truth(const Value& value) {
  switch (value.type()) {
    case Type::Real:
      return value.as_real() != 0;
    case Type::Decimal:
      return !value.as_decimal().is_zero();
    case Type::String:
      return parse_bool(value.as_text());
    default:
      break;
  }
  const auto number = whole_number(value);
  if (!number) return {};
  return *number != 0;
}

std::optional<double> real_number(const Value& value) {
  switch (value.type()) {
    case Type::Real:
      return value.as_real();
    case Type::Decimal:
      return to_real(value.as_decimal());
    case Type::String:
      return parse_real(value.as_text());
    default:
      break;
  }
  const auto number = whole_number(value);
  if (!number) return {};
  return static_cast<double>(*number);
}

std::optional<Decimal> decimal_number(const Value& value) {
  switch (value.type()) {
    case Type::Decimal:
      return value.as_decimal();
    case Type::Real:
      return decimal_of(value.as_real());
    case Type::String:
      return parse_decimal(value.as_text());
    default:
      break;
  }
  const auto number = whole_number(value);
  if (!number) return {};
  return decimal_of(*number);
}

std::optional<Datetime> moment(const Value& value) {
  if (value.type() == Type::String) return parse_datetime(value.as_text());
  if (value.type() == Type::Bool) return {};
  const auto ticks = whole_number(value);
  if (!ticks || !in_datetime_range(*ticks)) return {};
  return Datetime{*ticks};
}

std::optional<Timespan> duration(const Value& value) {
  if (value.type() == Type::String) return parse_timespan(value.as_text());
  if (value.type() == Type::Bool) return {};
  const auto ticks = whole_number(value);
  if (!ticks) return {};
  return Timespan{*ticks};
}

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
  text = trimmed(text);
  if (equal_ignoring_ascii_case(text, "true")) return true;
  if (equal_ignoring_ascii_case(text, "false")) return false;
  const auto number = parse_long(text);
  if (!number) return {};
  return *number != 0;
}

std::optional<int64_t> parse_long(std::string_view text) {
  text = trimmed(text);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && lower_ascii(text[1]) == 'x';
  if (hexadecimal) text.remove_prefix(2);
  uint64_t size = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, size, hexadecimal ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != end) return {};
  const uint64_t limit = uint64_t{1} << 63;
  if (size > limit || (size == limit && !negative)) {
    if (!hexadecimal || negative) return {};
  }
  return static_cast<int64_t>(negative ? 0 - size : size);
}

std::optional<int64_t> parse_int(std::string_view text) {
  const auto value = parse_long(text);
  if (!value) return {};
  return int_of(*value);
}

std::optional<double> parse_real(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ptr != end || read.ec == std::errc::invalid_argument) return {};
  if (read.ec == std::errc::result_out_of_range) {
    const size_t exponent = text.find_first_of("eE");
    const bool small = exponent == std::string_view::npos ? text.find('.') < 200
                                                          : text.substr(exponent + 1, 1) == "-";
    return std::copysign(small ? 0.0 : HUGE_VAL, text[0] == '-' ? -1.0 : 1.0);
  }
  return value;
}

std::optional<int64_t> long_of(double value) {
  if (!(value >= -0x1p63 && value < 0x1p63)) return {};
  return static_cast<int64_t>(value);
}

std::optional<int64_t> int_of(int64_t value) {
  if (value != static_cast<int32_t>(value)) return {};
  return value;
}

void append_text(std::string& out, const Value& value) {
  if (value.is_null()) return;
  switch (value.type()) {
    case Type::Bool:
      out.append(value.as_bool() ? "true" : "false");
      return;
    case Type::Int:
    case Type::Long:
      out.append(std::to_string(value.as_word()));
      return;
    case Type::Real: {
      char text[max_real_text_bytes];
      out.append(text, write_real(text, value.as_real()));
      return;
    }
    case Type::Decimal:
      out.append(to_text(value.as_decimal()));
      return;
    case Type::String:
      out.append(value.as_text());
      return;
    case Type::Datetime:
      out.append(to_text(Datetime{value.as_word()}));
      return;
    case Type::Timespan:
      out.append(to_text(Timespan{value.as_word()}));
      return;
    case Type::Guid:
      out.append(to_text(value.as_guid()));
      return;
    case Type::Dynamic:
      return append_text(out, DynamicView(value.as_text()));
    case Type::Error:
      return;
  }
}

std::string to_text(const Value& value) {
  std::string text;
  append_text(text, value);
  return text;
}

void add_value(DynamicBuilder& builder, const Value& value) {
  if (value.is_null()) return builder.add_null();
  switch (value.type()) {
    case Type::Bool:
      return builder.add_bool(value.as_bool());
    case Type::Int:
    case Type::Long:
      return builder.add_long(value.as_word());
    case Type::Real:
      return builder.add_real(value.as_real());
    case Type::Decimal:
      return builder.add_decimal(value.as_decimal());
    case Type::String:
      return builder.add_string(value.as_text());
    case Type::Datetime:
      return builder.add_datetime(Datetime{value.as_word()});
    case Type::Timespan:
      return builder.add_timespan(Timespan{value.as_word()});
    case Type::Guid:
      return builder.add_guid(value.as_guid());
    case Type::Dynamic:
      return builder.add(DynamicView(value.as_text()));
    case Type::Error:
      return builder.add_null();
  }
}

Value convert(const Value& value, Type to) {
  if (value.type() == to) return value;
  if (value.is_null()) return Value::null(to);
  if (value.type() == Type::Dynamic) return convert(DynamicView(value.as_text()), to);
  switch (to) {
    case Type::Bool:
      return value_or_null(truth(value), to, Value::boolean);
    case Type::Int: {
      const auto number = whole_number(value);
      return value_or_null(number ? int_of(*number) : std::nullopt, to, Value::int32);
    }
    case Type::Long:
      return value_or_null(whole_number(value), to, Value::int64);
    case Type::Real:
      return value_or_null(real_number(value), to, Value::real);
    case Type::Decimal:
      return value_or_null(decimal_number(value), to, Value::decimal);
    case Type::String:
      return Value::string(to_text(value));
    case Type::Datetime:
      return value_or_null(moment(value), to, Value::datetime);
    case Type::Timespan:
      return value_or_null(duration(value), to, Value::timespan);
    case Type::Guid:
      if (value.type() != Type::String) return Value::null(to);
      return value_or_null(parse_guid(value.as_text()), to, Value::guid);
    case Type::Dynamic: {
      DynamicBuilder builder;
      add_value(builder, value);
      return Value::dynamic(builder.take());
    }
    case Type::Error:
      break;
  }
  return Value::null(to);
}

}  // namespace vedette
