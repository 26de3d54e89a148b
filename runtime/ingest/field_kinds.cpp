#include "runtime/ingest/field_kinds.h"

#include <charconv>

#include "runtime/ingest/scan_value.h"
#include "runtime/value/datetime.h"
#include "runtime/value/json.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

bool has_portal_shape(std::string_view text) {
  return is_digit(text.front()) && text.find('/') < 3 && text.find(", ") < 12 &&
         (text.ends_with(" AM") || text.ends_with(" PM"));
}

bool has_iso_shape(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00";
  if (text.size() < shape.size()) return false;
  for (size_t at = 0; at < shape.size(); ++at) {
    const bool fits = shape[at] == '0'   ? is_digit(text[at])
                      : shape[at] == 'T' ? text[at] == 'T' || text[at] == ' '
                                         : text[at] == shape[at];
    if (!fits) return false;
  }
  return true;
}

bool is_json_container(std::string_view text) {
  if (text.front() != '{' && text.front() != '[') return false;
  thread_local DynamicBuilder builder;
  builder.clear();
  return parse_json_text(text, builder);
}

}  // namespace

std::optional<Type> type_for(uint16_t kinds) {
  const auto only = [kinds](int allowed) { return (kinds & ~allowed) == 0; };
  if (kinds == SawNothing) return {};
  if (only(SawBool)) return Type::Bool;
  if (only(SawIntegerText)) return Type::String;
  if (only(SawInteger | SawIntegerText)) return Type::Long;
  if (only(SawInteger | SawBigInteger | SawReal)) return Type::Real;
  if (only(SawTimeText)) return Type::Datetime;
  if (only(SawJsonText) || (kinds & SawContainer)) return Type::Dynamic;
  return Type::String;
}

uint16_t kind_of_text(std::string_view text) {
  if (text.empty()) return SawNothing;
  if (is_canonical_integer(text)) return SawIntegerText;
  return is_time_text(text) ? SawTimeText : SawText;
}

uint16_t kind_of_delimited(std::string_view text) {
  if (text.empty()) return SawNothing;
  if (const auto number = kind_of_number(text)) {
    return *number != SawInteger || is_canonical_integer(text) ? *number : SawText;
  }
  if (equal_ignoring_ascii_case(text, "true") || equal_ignoring_ascii_case(text, "false")) {
    return SawBool;
  }
  if (is_time_text(text)) return SawTimeText;
  return is_json_container(text) ? SawJsonText : SawText;
}

std::optional<uint16_t> kind_of_number(std::string_view token) {
  TextScanner scan(token);
  scan.take('-');
  const std::string_view whole = scan.take_digits();
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return {};
  if (scan.done()) {
    return whole.size() < 19 || scan_long(token) ? uint16_t{SawInteger} : uint16_t{SawBigInteger};
  }
  if (scan.take('.') && scan.take_digits().empty()) return {};
  if (scan.take('e') || scan.take('E')) {
    if (!scan.take('-')) scan.take('+');
    if (scan.take_digits().empty()) return {};
  }
  return scan.done() ? std::optional<uint16_t>(SawReal) : std::nullopt;
}

bool is_canonical_integer(std::string_view text) {
  if (text.empty() || text.size() > 20) return false;
  const size_t first = text[0] == '-' ? 1 : 0;
  for (size_t at = first; at < text.size(); ++at) {
    if (!is_digit(text[at])) return false;
  }
  if (text.size() == first || (text[first] == '0' && text.size() > 1)) return false;
  return text.size() < 19 || scan_long(text).has_value();
}

bool is_time_text(std::string_view text) {
  if (text.empty()) return false;
  return (has_iso_shape(text) || has_portal_shape(text)) && scan_datetime(text).has_value();
}

}  // namespace vedette
