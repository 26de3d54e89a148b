#include "runtime/value/convert.h"
#include "runtime/value/render.h"

namespace vedette {

namespace {

/// The null of `to` for nothing, else what `make` makes of the value.
template <typename T, typename Make>
Value value_or_null(const std::optional<T>& value, Type to, Make make) {
  return value ? make(*value) : Value::null(to);
}

}  // namespace

std::optional<bool> bool_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Bool:
      return value.as_bool();
    case DynamicKind::Long:
      return value.as_long() != 0;
    case DynamicKind::Real:
      return value.as_real() != 0;
    case DynamicKind::Decimal:
      return !value.as_decimal().is_zero();
    case DynamicKind::String:
      return parse_bool(value.as_text());
    default:
      return {};
  }
}

std::optional<int64_t> long_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Bool:
      return value.as_bool();
    case DynamicKind::Long:
      return value.as_long();
    case DynamicKind::Real:
      return long_of(value.as_real());
    case DynamicKind::Decimal:
      return to_long(value.as_decimal());
    case DynamicKind::String:
      return parse_long(value.as_text());
    case DynamicKind::Datetime:
      return value.as_datetime().ticks;
    case DynamicKind::Timespan:
      return value.as_timespan().ticks;
    default:
      return {};
  }
}

std::optional<int64_t> int_of(DynamicView value) {
  const auto number = long_of(value);
  if (!number) return {};
  return int_of(*number);
}

std::optional<double> real_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Real:
      return value.as_real();
    case DynamicKind::Decimal:
      return to_real(value.as_decimal());
    case DynamicKind::String:
      return parse_real(value.as_text());
    default:
      break;
  }
  const auto number = long_of(value);
  if (!number) return {};
  return static_cast<double>(*number);
}

std::optional<Decimal> decimal_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Decimal:
      return value.as_decimal();
    case DynamicKind::Real:
      if (const std::string_view text = value.number_text(); !text.empty()) {
        return parse_decimal(text);
      }
      return decimal_of(value.as_real());
    case DynamicKind::String:
      return parse_decimal(value.as_text());
    default:
      break;
  }
  const auto number = long_of(value);
  if (!number) return {};
  return decimal_of(*number);
}

std::optional<Datetime> datetime_of(DynamicView value) {
  if (value.is_string()) return parse_datetime(value.as_text());
  if (value.kind() == DynamicKind::Bool) return {};
  const auto ticks = long_of(value);
  if (!ticks || !in_datetime_range(*ticks)) return {};
  return Datetime{*ticks};
}

std::optional<Timespan> timespan_of(DynamicView value) {
  if (value.is_string()) return parse_timespan(value.as_text());
  if (value.kind() == DynamicKind::Bool) return {};
  const auto ticks = long_of(value);
  if (!ticks) return {};
  return Timespan{*ticks};
}

std::optional<Guid> guid_of(DynamicView value) {
  if (value.kind() == DynamicKind::Guid) return value.as_guid();
  if (value.is_string()) return parse_guid(value.as_text());
  return {};
}

void append_text(std::string& out, DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Null:
      return;
    case DynamicKind::String:
      out.append(value.as_text());
      return;
    case DynamicKind::Real:
      if (value.number_text().empty()) return append_text(out, Value::real(value.as_real()));
      return append_json(out, value);
    case DynamicKind::Datetime:
      out.append(to_text(value.as_datetime()));
      return;
    case DynamicKind::Timespan:
      out.append(to_text(value.as_timespan()));
      return;
    case DynamicKind::Guid:
      out.append(to_text(value.as_guid()));
      return;
    case DynamicKind::Decimal:
      out.append(to_text(value.as_decimal()));
      return;
    default:
      return append_json(out, value);
  }
}

Value convert(DynamicView value, Type to) {
  switch (to) {
    case Type::Bool:
      return value_or_null(bool_of(value), to, Value::boolean);
    case Type::Int:
      return value_or_null(int_of(value), to, Value::int32);
    case Type::Long:
      return value_or_null(long_of(value), to, Value::int64);
    case Type::Real:
      return value_or_null(real_of(value), to, Value::real);
    case Type::Decimal:
      return value_or_null(decimal_of(value), to, Value::decimal);
    case Type::String: {
      std::string text;
      append_text(text, value);
      return Value::string(std::move(text));
    }
    case Type::Datetime:
      return value_or_null(datetime_of(value), to, Value::datetime);
    case Type::Timespan:
      return value_or_null(timespan_of(value), to, Value::timespan);
    case Type::Guid:
      return value_or_null(guid_of(value), to, Value::guid);
    case Type::Dynamic:
      if (value.is_null()) return Value::null(to);
      return Value::dynamic(std::string(value.bytes()));
    case Type::Error:
      break;
  }
  return Value::null(to);
}

}  // namespace vedette
