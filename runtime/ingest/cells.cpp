#include "runtime/ingest/cells.h"

#include <limits>

#include "runtime/ingest/field_kinds.h"
#include "runtime/ingest/scan_value.h"
#include "runtime/value/datetime.h"
#include "runtime/value/decimal.h"
#include "runtime/value/guid.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

template <typename T> Put put_if(CellColumn& column, uint32_t row, const std::optional<T>& value) {
  if (!value) return Put::Misfit;
  column.put(row, *value);
  return Put::Stored;
}

std::optional<int64_t> in_range_of_int(std::optional<int64_t> value) {
  using Limits = std::numeric_limits<int32_t>;
  if (!value || *value < Limits::min() || *value > Limits::max()) return {};
  return value;
}

std::optional<uint8_t> byte_of(std::optional<bool> value) {
  if (!value) return {};
  return static_cast<uint8_t>(*value);
}

std::optional<int64_t> ticks_of(std::optional<Datetime> time) {
  if (!time) return {};
  return time->ticks;
}

std::optional<Datetime> time_of_text(std::string_view text) {
  if (is_canonical_integer(text) && text.size() >= 10) {
    if (const auto number = scan_real(text)) return scan_epoch(*number);
  }
  return scan_datetime(text);
}

std::optional<Guid> guid_of_text(std::string_view text) {
  return text.size() > guid_text_bytes + 2 ? std::nullopt : parse_guid(text);
}

/// The integer that a JSON number token is, the ordinary way; others take the long way.
std::optional<int64_t> plain_integer(std::string_view token) {
  const size_t digits = token[0] == '-' ? 1 : 0;
  if (token.size() == digits || token.size() > digits + 18) return {};
  if (token[digits] == '0' && token.size() > digits + 1) return {};
  int64_t value = 0;
  for (size_t at = digits; at < token.size(); ++at) {
    if (!is_digit(token[at])) return {};
    value = value * 10 + (token[at] - '0');
  }
  return digits == 0 ? value : -value;
}

}  // namespace

Put CellWriter::text(CellColumn& column, uint32_t row, std::string_view text) {
  if (column.type() == Type::String) {
    column.put(row, Text(text));
    return Put::Stored;
  }
  if (trimmed(text).empty()) return Put::Stored;
  switch (column.type()) {
    case Type::Datetime:
      return put_if(column, row, ticks_of(time_of_text(text)));
    case Type::Long:
      return put_if(column, row, scan_integer(text));
    case Type::Int:
      return put_if(column, row, in_range_of_int(scan_integer(text)));
    case Type::Real:
      return put_if(column, row, scan_real(text));
    case Type::Decimal:
      return put_if(column, row, parse_decimal(trimmed(text)));
    case Type::Bool:
      return put_if(column, row, byte_of(scan_bool(text)));
    case Type::Guid:
      return put_if(column, row, guid_of_text(trimmed(text)));
    case Type::Timespan: {
      const auto span = parse_timespan(trimmed(text));
      if (!span) return Put::Misfit;
      column.put(row, span->ticks);
      return Put::Stored;
    }
    default:
      return dynamic_text(column, row, text);
  }
}

Put CellWriter::number(CellColumn& column, uint32_t row, std::string_view token) {
  if (column.type() == Type::Long) {
    if (const auto value = plain_integer(token)) {
      column.put(row, *value);
      return Put::Stored;
    }
  }
  if (!kind_of_number(token)) return Put::Broken;
  switch (column.type()) {
    case Type::String:
      column.put(row, Text(token));
      return Put::Stored;
    case Type::Long:
      return put_if(column, row, scan_integer(token));
    case Type::Int:
      return put_if(column, row, in_range_of_int(scan_integer(token)));
    case Type::Real:
      return put_if(column, row, scan_real(token));
    case Type::Decimal:
      return put_if(column, row, parse_decimal(token));
    case Type::Bool:
      return put_if(column, row, byte_of(scan_bool(token)));
    case Type::Datetime: {
      const auto number = scan_real(token);
      return put_if(column, row, ticks_of(number ? scan_epoch(*number) : std::nullopt));
    }
    case Type::Dynamic:
      builder_.clear();
      if (!parse_json_text(token, builder_)) return Put::Broken;
      return built(column, row);
    default:
      return Put::Misfit;
  }
}

Put CellWriter::boolean(CellColumn& column, uint32_t row, bool value) {
  switch (column.type()) {
    case Type::Bool:
      column.put(row, static_cast<uint8_t>(value));
      return Put::Stored;
    case Type::String:
      column.put(row, Text(value ? std::string_view("true") : std::string_view("false")));
      return Put::Stored;
    case Type::Dynamic:
      builder_.clear();
      builder_.add_bool(value);
      return built(column, row);
    default:
      return Put::Misfit;
  }
}

Put CellWriter::container(CellColumn& column, uint32_t row, std::string_view json) {
  builder_.clear();
  if (!parse_json_text(json, builder_)) return Put::Broken;
  if (column.type() == Type::Dynamic) return built(column, row);
  if (column.type() != Type::String) return Put::Misfit;
  const bool on_one_line = json.find('\n') == std::string_view::npos;
  column.put(row, Text(on_one_line ? json : texts_.copy(to_json(builder_.view()))));
  return Put::Stored;
}

bool CellWriter::is_json(std::string_view text) {
  builder_.clear();
  return parse_json_text(text, builder_);
}

/// Exports hold dynamic columns as text; what is the JSON of an array or object becomes one.
Put CellWriter::dynamic_text(CellColumn& column, uint32_t row, std::string_view text) {
  builder_.clear();
  const bool json = text.front() == '{' || text.front() == '[';
  if (!json || !parse_json_text(text, builder_)) builder_.add_string(text);
  return built(column, row);
}

Put CellWriter::built(CellColumn& column, uint32_t row) {
  column.put(row, Text(texts_.copy(builder_.bytes())));
  return Put::Stored;
}

}  // namespace vedette
