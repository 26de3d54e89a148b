#include "stdlib/scalar/parse_number.h"

#include <charconv>
#include <limits>

#include "runtime/value/text_scanner.h"

namespace vedette::stdlib {
namespace {

template <typename T, typename... Base>
std::optional<T> parse_all(std::string_view text, Base... base) {
  T value = {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return plus ? text.substr(1) : text;
}

}  // namespace

std::optional<int64_t> parse_long(std::string_view text) {
  text = without_plus(trimmed(text));
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(negative);
  if (digits.size() > 2 && digits[0] == '0' && lower_ascii(digits[1]) == 'x') {
    const auto bits = parse_all<uint64_t>(digits.substr(2), 16);
    if (!bits) return std::nullopt;
    return static_cast<int64_t>(negative ? 0 - *bits : *bits);
  }
  return parse_all<int64_t>(text);
}

std::optional<double> parse_real(std::string_view text) {
  text = without_plus(trimmed(text));
  if (text.empty()) return std::nullopt;
  const bool negative = text[0] == '-';
  const std::string_view name = text.substr(negative);
  if (equal_ignoring_ascii_case(name, "nan")) return std::numeric_limits<double>::quiet_NaN();
  if (equal_ignoring_ascii_case(name, "inf") || equal_ignoring_ascii_case(name, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  return parse_all<double>(text);
}

std::optional<bool> parse_bool(std::string_view text) {
  text = trimmed(text);
  if (equal_ignoring_ascii_case(text, "true")) return true;
  if (equal_ignoring_ascii_case(text, "false")) return false;
  const auto number = parse_long(text);
  if (!number) return std::nullopt;
  return *number != 0;
}

}  // namespace vedette::stdlib
