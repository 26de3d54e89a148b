#include "rules/test/match_value.h"

#include <cmath>
#include <vector>

#include "rules/load/fields.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

bool nearly_equal(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

/// `5`, `>=5`, `<0.5`, `!=0`, `2..4`.
bool matches_number(std::string_view expected, double actual) {
  expected = trimmed(expected);
  if (const size_t dots = expected.find(".."); dots != std::string_view::npos) {
    const auto least = parse_real(expected.substr(0, dots));
    const auto most = parse_real(expected.substr(dots + 2));
    return least && most && actual >= *least && actual <= *most;
  }
  const size_t digits = std::min(expected.find_first_not_of("<>=! "), expected.size());
  const std::string_view sign = trimmed(expected.substr(0, digits));
  const auto number = parse_real(expected.substr(digits));
  if (!number) return false;
  if (sign == ">=") return actual >= *number;
  if (sign == ">") return actual > *number;
  if (sign == "<=") return actual <= *number;
  if (sign == "<") return actual < *number;
  if (sign == "!=") return !nearly_equal(actual, *number);
  return (sign.empty() || sign == "=" || sign == "==") && nearly_equal(actual, *number);
}

bool matches_dynamic(const WrittenValue& expected, DynamicView actual);

/// Each expected item has an item of its own.
bool matches_items(const std::vector<WrittenValue>& expected, DynamicView actual) {
  if (!actual.is_array() || actual.size() != expected.size()) return false;
  std::vector<bool> taken(actual.size());
  for (const WrittenValue& item : expected) {
    bool found = false;
    for (size_t i = 0; i < taken.size() && !found; ++i) {
      if (taken[i] || !matches_dynamic(item, actual.at(static_cast<int64_t>(i)))) continue;
      taken[i] = found = true;
    }
    if (!found) return false;
  }
  return true;
}

bool matches_dynamic(const WrittenValue& expected, DynamicView actual) {
  switch (expected.kind) {
    case WrittenValue::Kind::Null:
      return actual.is_null() || (actual.is_string() && actual.as_text().empty());
    case WrittenValue::Kind::List:
      return matches_items(expected.items, actual);
    case WrittenValue::Kind::Object:
      if (!actual.is_object()) return false;
      for (size_t i = 0; i < expected.items.size(); ++i) {
        const DynamicView value = actual.find(std::string_view(expected.names[i].text));
        if (!matches_dynamic(expected.items[i], value)) return false;
      }
      return true;
    default:
      break;
  }
  const bool number = actual.kind() == DynamicKind::Long || actual.kind() == DynamicKind::Real;
  if (number) return matches_number(expected.text, *real_of(actual));
  if (actual.is_array() || actual.is_object()) {
    DynamicBuilder builder;
    if (parse_json_text(expected.text, builder)) {
      std::string json = to_json(builder.view());
      return json == to_json(actual);
    }
  }
  std::string text;
  append_text(text, actual);
  return matches_pattern(expected.text, text);
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() && pattern[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool matches(const WrittenValue& expected, const Value& actual, Datetime now) {
  const bool empty =
      actual.is_null() || (actual.type() == Type::String && actual.as_text().empty());
  if (expected.kind == WrittenValue::Kind::Null) {
    return empty || (actual.type() == Type::Dynamic &&
                     matches_dynamic(expected, DynamicView(actual.as_text())));
  }
  const bool nested = !expected.is_text();
  switch (actual.type()) {
    case Type::Dynamic:
      return matches_dynamic(expected,
                             actual.is_null() ? DynamicView() : DynamicView(actual.as_text()));
    case Type::String: {
      if (!nested) return matches_pattern(expected.text, actual.as_text());
      DynamicBuilder builder;
      return parse_json_text(actual.as_text(), builder) &&
             matches_dynamic(expected, builder.view());
    }
    case Type::Int:
    case Type::Long:
      if (!nested && !actual.is_null()) {
        // Whole numbers are compared as such where they are written as such.
        if (const auto whole = parse_long(expected.text)) return *whole == actual.as_word();
        return matches_number(expected.text, static_cast<double>(actual.as_word()));
      }
      return false;
    case Type::Real:
      return !nested && !actual.is_null() && matches_number(expected.text, actual.as_real());
    case Type::Decimal: {
      if (nested || actual.is_null()) return false;
      const auto number = parse_real(to_text(actual.as_decimal()));
      return number && matches_number(expected.text, *number);
    }
    default: {
      const auto value = value_as(expected, actual.type(), now);
      return value && *value == actual;
    }
  }
}

std::string shown(const Value& value) {
  if (value.is_null()) return "null";
  const std::string text = to_text(value);
  if (value.type() == Type::String && text.empty()) return "''";
  return text;
}

std::string shown(const WrittenValue& value) {
  if (value.kind == WrittenValue::Kind::Null) return "null";
  if (!value.is_text()) return to_json(value);
  return value.text.empty() ? "''" : value.text;
}

Value cell(const ResultTable& rows, size_t column, size_t row) {
  return value_at(rows.data[column].vector(), static_cast<uint32_t>(row));
}

}  // namespace vedette::rules
