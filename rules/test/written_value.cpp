#include "rules/test/written_value.h"

#include "rules/load/fields.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view number_mark = "{i}";

/// Plain scalars have the types that YAML gives them.
std::optional<Type> plain_type(std::string_view text) {
  if (text == "true" || text == "false" || text == "True" || text == "False") return Type::Bool;
  if (text.empty()) return Type::String;
  const bool digit = text[0] >= '0' && text[0] <= '9';
  if (!digit && text[0] != '-' && text[0] != '+' && text[0] != '.') return Type::String;
  if (parse_long(text)) return Type::Long;
  if (parse_real(text)) return Type::Real;
  const bool date = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  if (digit && date && parse_datetime(text)) return Type::Datetime;
  return Type::String;
}

void add_dynamic(DynamicBuilder& builder, const WrittenValue& value) {
  switch (value.kind) {
    case WrittenValue::Kind::Null:
      builder.add_null();
      return;
    case WrittenValue::Kind::Quoted:
      builder.add_string(sanitized_utf8(value.text));
      return;
    case WrittenValue::Kind::Plain:
      switch (plain_type(value.text).value_or(Type::String)) {
        case Type::Bool:
          builder.add_bool(*parse_bool(value.text));
          return;
        case Type::Long:
          builder.add_long(*parse_long(value.text));
          return;
        case Type::Real:
          builder.add_real(*parse_real(value.text));
          return;
        default:
          builder.add_string(sanitized_utf8(value.text));
          return;
      }
    case WrittenValue::Kind::List:
      builder.begin_array();
      for (const WrittenValue& item : value.items) add_dynamic(builder, item);
      builder.end_array();
      return;
    case WrittenValue::Kind::Object:
      builder.begin_object();
      for (size_t i = 0; i < value.items.size(); ++i) {
        builder.key(value.names[i].text);
        add_dynamic(builder, value.items[i]);
      }
      builder.end_object();
      return;
  }
}

Value dynamic_value(const WrittenValue& value) {
  DynamicBuilder builder;
  const bool json = value.is_text() && (value.text.starts_with('{') || value.text.starts_with('['));
  if (!json || !parse_json_text(value.text, builder)) add_dynamic(builder, value);
  return Value::dynamic(builder.take());
}

std::optional<Value> datetime_value(std::string_view text, Datetime now) {
  if (const auto span = relative_time(text)) {
    const auto time = add_ticks(now, span->ticks);
    if (!time) return std::nullopt;
    return Value::datetime(*time);
  }
  const auto time = parse_datetime(text);
  if (!time) return std::nullopt;
  return Value::datetime(*time);
}

template <typename T>
std::optional<Value> made(Value (*make)(T), const std::optional<std::decay_t<T>>& parsed) {
  if (!parsed) return std::nullopt;
  return make(*parsed);
}

}  // namespace

WrittenValue written_value(const YAML::Node& node) {
  WrittenValue value{.place = place_of(node)};
  if (!node.IsDefined() || node.IsNull()) return value;
  if (node.IsScalar()) {
    value.kind = node.Tag() == "!" ? WrittenValue::Kind::Quoted : WrittenValue::Kind::Plain;
    value.text = node.Scalar();
  } else if (node.IsSequence()) {
    value.kind = WrittenValue::Kind::List;
    for (const auto& item : node) value.items.push_back(written_value(item));
  } else {
    value.kind = WrittenValue::Kind::Object;
    for (const auto& field : node) {
      if (!field.first.IsScalar()) continue;
      value.names.push_back({field.first.Scalar(), place_of(field.first)});
      value.items.push_back(written_value(field.second));
    }
  }
  return value;
}

std::string with_number(std::string_view text, int64_t number) {
  std::string result;
  for (size_t at = text.find(number_mark); at != std::string_view::npos;
       at = text.find(number_mark)) {
    result += text.substr(0, at);
    result += std::to_string(number);
    text.remove_prefix(at + number_mark.size());
  }
  return result.append(text);
}

WrittenValue with_number(const WrittenValue& value, int64_t number) {
  WrittenValue result = value;
  result.text = with_number(value.text, number);
  for (Written& name : result.names) name.text = with_number(name.text, number);
  for (WrittenValue& item : result.items) item = with_number(item, number);
  return result;
}

std::optional<Timespan> relative_time(std::string_view text) {
  text = trimmed(text);
  if (text == "now") return Timespan{0};
  if (text.size() < 2 || (text[0] != '-' && text[0] != '+')) return std::nullopt;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  if (text[0] < '0' || text[0] > '9') return std::nullopt;
  if (text.find(':') != std::string_view::npos) {
    const auto span = parse_timespan(text);
    if (!span) return std::nullopt;
    return Timespan{sign * span->ticks};
  }
  int64_t total = 0;
  while (!text.empty()) {
    size_t end = text.find_first_not_of("0123456789.");
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    end = std::min(text.find_first_of("0123456789", end), text.size());
    const auto span = parse_timespan(text.substr(0, end));
    if (!span || __builtin_add_overflow(total, span->ticks, &total)) return std::nullopt;
    text.remove_prefix(end);
  }
  return Timespan{sign * total};
}

std::optional<Type> type_of(const WrittenValue& value) {
  switch (value.kind) {
    case WrittenValue::Kind::Null:
      return std::nullopt;
    case WrittenValue::Kind::Plain:
      return plain_type(value.text);
    case WrittenValue::Kind::Quoted:
      return Type::String;
    default:
      return Type::Dynamic;
  }
}

std::optional<Value> value_as(const WrittenValue& value, Type type, Datetime now) {
  if (value.kind == WrittenValue::Kind::Null) return Value::null(type);
  if (type == Type::Dynamic) return dynamic_value(value);
  if (type == Type::String) {
    return Value::string(value.is_text() ? sanitized_utf8(value.text) : to_json(value));
  }
  if (!value.is_text()) return std::nullopt;
  const std::string_view text = trimmed(value.text);
  // An empty text is what exports have for null.
  if (text.empty()) return Value::null(type);
  switch (type) {
    case Type::Bool:
      return made(Value::boolean, parse_bool(text));
    case Type::Int:
      return made(Value::int32, parse_int(text));
    case Type::Long:
      return made(Value::int64, parse_long(text));
    case Type::Real:
      return made(Value::real, parse_real(text));
    case Type::Decimal:
      return made(Value::decimal, parse_decimal(text));
    case Type::Datetime:
      return datetime_value(text, now);
    case Type::Timespan:
      return made(Value::timespan, parse_timespan(text));
    case Type::Guid:
      return made(Value::guid, parse_guid(text));
    default:
      return std::nullopt;
  }
}

std::string to_json(const WrittenValue& value) {
  DynamicBuilder builder;
  add_dynamic(builder, value);
  return vedette::to_json(builder.view());
}

}  // namespace vedette::rules
