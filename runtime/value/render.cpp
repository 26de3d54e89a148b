#include "runtime/value/render.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/value/datetime.h"
#include "runtime/value/guid.h"

namespace vedette {

namespace {

char* write_text(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

/// How a byte stands in a JSON string: 0 for as it is, 'u' for \u00xx, else the letter to escape
/// it.
constexpr auto escapes = [] {
  std::array<char, 256> table = {};
  for (size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

template <typename Write, typename T>
void append_quoted(std::string& out, Write write, const T& value) {
  char text[64];
  char* end = text;
  *end++ = '"';
  end = write(end, value);
  *end++ = '"';
  out.append(text, static_cast<size_t>(end - text));
}

void append_long(std::string& out, int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_real(std::string& out, double value) {
  char text[max_real_text_bytes];
  const std::string_view shown(text, static_cast<size_t>(write_real(text, value) - text));
  if (std::isfinite(value)) {
    out.append(shown);
  } else {
    append_json_string(out, shown);
  }
}

void append_json_at(std::string& out, DynamicView value, size_t depth) {
  switch (value.kind()) {
    case DynamicKind::Null:
      out.append("null");
      return;
    case DynamicKind::Bool:
      out.append(value.as_bool() ? "true" : "false");
      return;
    case DynamicKind::Long:
      return append_long(out, value.as_long());
    case DynamicKind::Real:
      if (const std::string_view text = value.number_text(); !text.empty()) {
        out.append(text);
        return;
      }
      return append_real(out, value.as_real());
    case DynamicKind::Decimal:
      return append_json_string(out, to_text(value.as_decimal()));
    case DynamicKind::String:
      return append_json_string(out, value.as_text());
    case DynamicKind::Datetime:
      return append_quoted(out, write_datetime, value.as_datetime());
    case DynamicKind::Timespan:
      return append_quoted(out, write_timespan, value.as_timespan());
    case DynamicKind::Guid:
      return append_quoted(out, write_guid, value.as_guid());
    case DynamicKind::Array:
    case DynamicKind::Object:
      break;
  }
  if (depth == 0) {  // damaged bytes
    out.append("null");
    return;
  }
  bool first = true;
  out.push_back(value.is_array() ? '[' : '{');
  for (DynamicView item : value.items()) {
    if (!first) out.push_back(',');
    first = false;
    append_json_at(out, item, depth - 1);
  }
  for (const auto& [key, item] : value.entries()) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(out, key);
    out.push_back(':');
    append_json_at(out, item, depth - 1);
  }
  out.push_back(value.is_array() ? ']' : '}');
}

}  // namespace

char* write_real(char* out, double value) {
  if (std::isnan(value)) return write_text(out, "NaN");
  if (std::isinf(value)) return write_text(out, value > 0 ? "Infinity" : "-Infinity");
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e17);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* const end = std::to_chars(out, out + max_real_text_bytes, value, format).ptr;
  if (!plain || std::memchr(out, '.', static_cast<size_t>(end - out)) != nullptr) return end;
  return write_text(end, ".0");
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t start = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const uint8_t byte = static_cast<uint8_t>(text[at]);
    const char escape = escapes[byte];
    if (escape == 0) continue;
    out.append(text.substr(start, at - start));
    start = at + 1;
    out.push_back('\\');
    out.push_back(escape);
    if (escape != 'u') continue;
    constexpr char digits[] = "0123456789abcdef";
    out.append("00");
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  out.append(text.substr(start));
  out.push_back('"');
}

void append_json(std::string& out, DynamicView value) {
  append_json_at(out, value, 2 * max_dynamic_depth);
}

std::string to_json(DynamicView value) {
  std::string out;
  append_json(out, value);
  return out;
}

void append_json_cell(std::string& out, const Value& value) {
  if (value.is_null()) {
    out.append("null");
    return;
  }
  switch (value.type()) {
    case Type::Bool:
      out.append(value.as_bool() ? "true" : "false");
      return;
    case Type::Int:
    case Type::Long:
      return append_long(out, value.as_word());
    case Type::Real: {
      const double real = value.as_real();
      if (std::isfinite(real)) return append_real(out, real);
      out.append(std::isnan(real) ? "\"nan\"" : real > 0 ? "\"inf\"" : "\"-inf\"");
      return;
    }
    case Type::Decimal:
      return append_json_string(out, to_text(value.as_decimal()));
    case Type::String:
      return append_json_string(out, value.as_text());
    case Type::Datetime:
      return append_quoted(out, write_datetime, Datetime{value.as_word()});
    case Type::Timespan:
      return append_quoted(out, write_timespan, Timespan{value.as_word()});
    case Type::Guid:
      return append_quoted(out, write_guid, value.as_guid());
    case Type::Dynamic:
      return append_json(out, DynamicView(value.as_text()));
    case Type::Error:
      out.append("null");
      return;
  }
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace vedette
