// Constants as they are written.
#include <charconv>
#include <cmath>
#include <limits>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/datetime.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/guid.h"
#include "runtime/value/json.h"

namespace vedette::binding {
namespace {

Type type_of_literal(ast::LiteralKind kind) {
  switch (kind) {
    case ast::LiteralKind::Bool:
      return Type::Bool;
    case ast::LiteralKind::Int:
      return Type::Int;
    case ast::LiteralKind::Long:
      return Type::Long;
    case ast::LiteralKind::Real:
      return Type::Real;
    case ast::LiteralKind::Decimal:
      return Type::Decimal;
    case ast::LiteralKind::String:
      return Type::String;
    case ast::LiteralKind::Datetime:
      return Type::Datetime;
    case ast::LiteralKind::Timespan:
      return Type::Timespan;
    case ast::LiteralKind::Guid:
      return Type::Guid;
    case ast::LiteralKind::Dynamic:
      return Type::Dynamic;
  }
  return Type::Error;
}

std::string lower_of(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::optional<int64_t> integer_of(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (hex) text.remove_prefix(2);
  uint64_t magnitude = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, magnitude, hex ? 16 : 10);
  if (problem != std::errc() || stop != end || text.empty()) return std::nullopt;
  constexpr uint64_t top = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (hex) return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  if (magnitude > top + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<double> real_of(std::string_view text) {
  const std::string lower = lower_of(text);
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower == "inf" || lower == "+inf") return std::numeric_limits<double>::infinity();
  if (lower == "-inf") return -std::numeric_limits<double>::infinity();
  const char* start = lower.data() + (lower.starts_with('+') ? 1 : 0);
  double value = 0;
  const auto [stop, problem] = std::from_chars(start, lower.data() + lower.size(), value);
  if (stop != lower.data() + lower.size()) return std::nullopt;
  if (problem == std::errc::result_out_of_range) return std::strtod(lower.c_str(), nullptr);
  return problem == std::errc() ? std::optional(value) : std::nullopt;
}

/// `datetime(2024, 5, 1)`, `datetime(2024, 5, 1, 10, 30, 0)`.
std::optional<Datetime> datetime_of_parts(std::string_view text) {
  int parts[6] = {1, 1, 1, 0, 0, 0};
  size_t count = 0;
  while (count < 6) {
    const size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    const auto number = integer_of(part);
    if (!number || *number < 0 || *number > 9999) return std::nullopt;
    parts[count++] = static_cast<int>(*number);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return datetime_of({parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]});
}

std::optional<Value> value_of_text(std::string_view text, Type type) {
  switch (type) {
    case Type::Bool: {
      const std::string lower = lower_of(text);
      if (lower == "true" || lower == "1") return Value::boolean(true);
      if (lower == "false" || lower == "0") return Value::boolean(false);
      if (const auto number = integer_of(text)) return Value::boolean(*number != 0);
      return std::nullopt;
    }
    case Type::Int:
    case Type::Long: {
      std::optional<int64_t> value = integer_of(text);
      if (!value) {
        const auto real = real_of(text);  // `long(1e3)`, `long(1.0)`
        if (!real || std::isnan(*real) || std::abs(*real) >= 9.2e18) return std::nullopt;
        value = static_cast<int64_t>(*real);
      }
      if (type == Type::Long) return Value::int64(*value);
      if (*value != static_cast<int32_t>(*value)) return std::nullopt;
      return Value::int32(*value);
    }
    case Type::Real:
      if (const auto value = real_of(text)) return Value::real(*value);
      if (const auto value = integer_of(text)) return Value::real(static_cast<double>(*value));
      return std::nullopt;
    case Type::Decimal:
      if (const auto value = parse_decimal(text)) return Value::decimal(*value);
      return std::nullopt;
    case Type::Datetime:
      if (const auto value = parse_datetime(text)) return Value::datetime(*value);
      if (const auto value = datetime_of_parts(text)) return Value::datetime(*value);
      return std::nullopt;
    case Type::Timespan:
      if (const auto value = parse_timespan(text)) return Value::timespan(*value);
      return std::nullopt;
    case Type::Guid:
      if (const auto value = parse_guid(text)) return Value::guid(*value);
      return std::nullopt;
    case Type::Dynamic: {
      DynamicBuilder builder;
      if (!parse_json_text(text, builder)) {
        builder.clear();
        builder.add_string(text);
      }
      return Value::dynamic(builder.take());
    }
    default:
      return Value::string(std::string(text));
  }
}

}  // namespace

Bound QueryBinder::bind_literal(const ast::Literal& literal, Span span) {
  const Type type = type_of_literal(literal.kind);
  std::optional<Value> value;
  if (literal.is_null) {
    value = Value::null(type);
  } else {
    value = value_of_text(literal.text, type);
  }
  if (!value) {
    diagnostics_->warning(
        code::bad_constant, span,
        fmt::format("'{}' is not a {}: it is taken as a null", literal.text, name_of(type)));
    value = Value::null(type);
  }
  return {.value = plan::constant(std::move(*value), span), .constant = true, .literal = true};
}

Bound QueryBinder::bind_dynamic(const ast::DynamicLiteral& literal, Span span) {
  DynamicBuilder builder;
  const std::function<void(const ast::DynamicValue&)> add = [&](const ast::DynamicValue& value) {
    switch (value.kind) {
      case ast::DynamicValue::Kind::Null:
        return builder.add_null();
      case ast::DynamicValue::Kind::Bool:
        return builder.add_bool(lower_of(value.text) == "true");
      case ast::DynamicValue::Kind::Number:
        if (const auto number = integer_of(value.text)) return builder.add_long(*number);
        if (!parse_json_text(value.text, builder)) {
          builder.add_real(real_of(value.text).value_or(0));
        }
        return;
      case ast::DynamicValue::Kind::String:
        return builder.add_string(value.text);
      case ast::DynamicValue::Kind::Typed:
        if (value.typed.kind == ast::LiteralKind::Decimal) {
          error(code::bad_constant, value.span, "a dynamic literal cannot hold decimals");
        }
        return add_value(builder, *plan::constant_of(bind_literal(value.typed, value.span).value));
      case ast::DynamicValue::Kind::Array:
        builder.begin_array();
        for (const ast::DynamicValue& item : value.items) add(item);
        return builder.end_array();
      case ast::DynamicValue::Kind::Object:
        builder.begin_object();
        for (size_t i = 0; i < value.items.size(); ++i) {
          builder.key(value.keys[i]);
          add(value.items[i]);
        }
        return builder.end_object();
    }
  };
  Value value = Value::null(Type::Dynamic);
  if (literal.value.kind != ast::DynamicValue::Kind::Null) {
    add(literal.value);
    value = Value::dynamic(builder.take());
  }
  return {.value = plan::constant(std::move(value), span), .constant = true, .literal = true};
}

Bound QueryBinder::bind_type_literal(const ast::TypeOf& node, Span span) {
  Bound bound = failed(span);
  bound.type_literal = true;
  bound.constant = bound.literal = true;
  if (node.columns.columns.size() == 1) {
    bound.value.type = type_of(node.columns.columns[0].type);
  }
  return bound;
}

Type QueryBinder::type_of(const ast::Name& name) {
  const auto type = type_of_name(name.text);
  const bool upper = std::any_of(name.text.begin(), name.text.end(),
                                 [](char letter) { return letter >= 'A' && letter <= 'Z'; });
  if (type && !upper) return *type;
  error(code::unknown_type, name.span, fmt::format("'{}' is not a type", name.text),
        type ? fmt::format("did you mean '{}'?", name_of(*type)) : "");
  return Type::Error;
}

Value dynamic_of(const Value& value) {
  if (value.type() == Type::Dynamic) return value;
  if (value.is_null()) return Value::null(Type::Dynamic);
  DynamicBuilder builder;
  add_value(builder, value);
  return Value::dynamic(builder.take());
}

Value dynamic_array_of(std::span<const Value> values) {
  DynamicBuilder builder;
  builder.begin_array();
  for (const Value& value : values) add_value(builder, value);
  builder.end_array();
  return Value::dynamic(builder.take());
}

std::optional<Value> negated_constant(const Value& value) {
  switch (value.type()) {
    case Type::Int:
      if (value.as_word() == std::numeric_limits<int32_t>::min()) return std::nullopt;
      return Value::int32(-value.as_word());
    case Type::Long:
      if (value.as_word() == std::numeric_limits<int64_t>::min()) return std::nullopt;
      return Value::int64(-value.as_word());
    case Type::Real:
      return Value::real(-value.as_real());
    case Type::Timespan:
      if (value.as_word() == std::numeric_limits<int64_t>::min()) return std::nullopt;
      return Value::timespan(Timespan{-value.as_word()});
    default:
      return std::nullopt;
  }
}

Bound QueryBinder::scalar_of_text(const std::string& text, Type type, Span span) {
  std::optional<Value> value = value_of_text(text, type);
  if (!value) {
    error(code::bad_constant, span, fmt::format("'{}' is not a {}", text, name_of(type)));
    value = Value::null(type);
  }
  return {.value = plan::constant(std::move(*value), span), .constant = true, .literal = true};
}

}  // namespace vedette::binding
