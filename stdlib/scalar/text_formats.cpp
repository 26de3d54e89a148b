#include <array>
#include <cmath>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/function/rowwise.h"
#include "runtime/value/text_scanner.h"
#include "stdlib/families.h"
#include "stdlib/scalar/punycode.h"

namespace vedette::stdlib {
namespace {

// ---- sizes ----

constexpr std::array<std::string_view, 7> size_units = {"Bytes", "KB", "MB", "GB",
                                                        "TB",    "PB", "EB"};

/// A size in the unit asked for, or in the largest that keeps it at 1 or more.
std::string_view size_text(Arena& arena, double size, double digits, std::string_view unit) {
  size_t index = 0;
  double scaled = size;
  const auto wanted = [&] {
    if (unit.empty()) return std::fabs(scaled) < 1024;
    return equal_ignoring_ascii_case(unit, size_units[index]);
  };
  while (index + 1 < size_units.size() && !wanted()) {
    scaled /= 1024;
    ++index;
  }
  if (!unit.empty() && !equal_ignoring_ascii_case(unit, size_units[index])) return {};
  const int places = digits >= 0 ? static_cast<int>(std::min(digits, 15.0)) : 0;
  const double power = std::pow(10.0, places);
  std::string number = fmt::format("{:.{}f}", std::round(scaled * power) / power, places);
  if (number.find('.') != std::string::npos) {
    while (number.back() == '0') number.pop_back();
    if (number.back() == '.') number.pop_back();
  }
  return arena.copy(number + " " + std::string(size_units[index]));
}

// ---- domain names ----

std::string_view kept(Arena& arena, const std::optional<std::string>& text) {
  return text ? arena.copy(*text) : std::string_view();
}

/// Where the first point between labels is, and its size: `.`, or what scripts of East Asia write.
std::pair<size_t, size_t> first_point(std::string_view domain) {
  std::pair<size_t, size_t> first = {std::string_view::npos, 0};
  for (const std::string_view point : {".", "\u3002", "\uff0e", "\uff61"}) {
    const size_t at = domain.find(point);
    if (at < first.first) first = {at, point.size()};
  }
  return first;
}

/// Applies `change` to each label of a domain name; empty when one cannot be changed.
template <typename Change>
std::string_view each_label(Arena& arena, std::string_view domain, Change&& change) {
  std::string out;
  for (;;) {
    const auto [point, length] = first_point(domain);
    const std::optional<std::string> label = change(domain.substr(0, point));
    if (!label) return {};
    out += *label;
    if (point == std::string_view::npos) return arena.copy(out);
    out.push_back('.');
    domain.remove_prefix(point + length);
  }
}

constexpr std::string_view label_mark = "xn--";

std::optional<std::string> encoded_label(std::string_view label) {
  if (is_ascii(label)) return std::string(label);
  const auto code = to_punycode(label);
  if (!code) return std::nullopt;
  return std::string(label_mark) + *code;
}
std::optional<std::string> decoded_label(std::string_view label) {
  if (!equal_ignoring_ascii_case(label.substr(0, label_mark.size()), label_mark)) {
    return std::string(label);
  }
  return from_punycode(label.substr(label_mark.size()));
}

ScalarFunction of_text(std::string_view name, std::string_view parameter, std::string_view summary,
                       Overload overload, std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{parameter, "The text."}},
          .overloads = {std::move(overload)},
          .examples = std::move(examples),
          .null_rule = "Empty for what cannot be converted."};
}

}  // namespace

std::vector<ScalarFunction> text_format_functions() {
  return {
      {
          .name = "format_bytes",
          .summary = "A number of bytes with a unit that suits it.",
          .parameters = {{"size", "The number of bytes.", Accepts::Number},
                         {.name = "precision",
                          .meaning = "How many digits after the point; 0 by default.",
                          .accepts = Accepts::Number,
                          .optional = true,
                          .constant = true},
                         {.name = "format",
                          .meaning = "The unit: Bytes, KB, MB, GB, TB, PB or EB.",
                          .optional = true,
                          .constant = true}},
          .overloads =
              {rowwise([](Arena& arena, double size) { return size_text(arena, size, 0, {}); }),
               rowwise([](Arena& arena, double size, double digits) {
                 return size_text(arena, size, digits, {});
               }),
               rowwise([](Arena& arena, double size, double digits, std::string_view unit) {
                 return size_text(arena, size, digits, unit);
               })},
          .examples = {{"format_bytes(564)", "564 Bytes"},
                       {"format_bytes(10332, 1)", "10.1 KB"},
                       {"format_bytes(20010332, 0, 'KB')", "19541 KB"}},
          .column_name = ColumnName::FirstArgument,
      },
      of_text("punycode_from_string", "input_string", "A text in Punycode.",
              rowwise([](Arena& arena, std::string_view text) {
                return kept(arena, to_punycode(text));
              }),
              {{"punycode_from_string('académie-française')", "acadmie-franaise-npb1a"},
               {"punycode_from_string('é')", "9ca"}}),
      of_text("punycode_to_string", "input_string", "The text that Punycode stands for.",
              rowwise([](Arena& arena, std::string_view text) {
                return kept(arena, from_punycode(text));
              }),
              {{"punycode_to_string('acadmie-franaise-npb1a')", "académie-française"},
               {"punycode_to_string('9ca')", "é"}}),
      of_text("punycode_domain_from_string", "encoded_string",
              "A domain name with its labels in their own script.",
              rowwise([](Arena& arena, std::string_view text) {
                return each_label(arena, text, decoded_label);
              }),
              {{"punycode_domain_from_string('xn--Ge-mia.Bulg.edu')", "Gáe.Bulg.edu"},
               {"punycode_domain_from_string('example.com')", "example.com"}}),
      of_text("punycode_domain_to_string", "decoded_string",
              "A domain name with its labels in ASCII.",
              rowwise([](Arena& arena, std::string_view text) {
                return each_label(arena, text, encoded_label);
              }),
              {{"punycode_domain_to_string('艺术.com')", "xn--cqv902d.com"},
               {"punycode_domain_to_string('example。com')", "example.com"}}),
  };
}

}  // namespace vedette::stdlib
