#include "rules/alert/details.h"

#include <algorithm>

#include "rules/check/attack.h"
#include "rules/load/fields.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// `text` without the bytes beyond a limit, and no character cut in two.
std::string cut(std::string text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text;
}

/// The words of a text: items of a JSON array, or what is between commas.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  DynamicBuilder builder;
  if (trimmed(text).starts_with('[') && parse_json_text(text, builder)) {
    for (const DynamicView item : builder.view().items()) {
      words.emplace_back(trimmed(item.as_text()));
    }
    return words;
  }
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(",;"), text.size());
    words.emplace_back(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void add_once(std::vector<std::string>& list, std::string word) {
  if (std::ranges::find(list, word) == list.end()) list.push_back(std::move(word));
}

std::optional<AlertSeverity> severity_of(std::string_view text) {
  for (const AlertSeverity severity : {AlertSeverity::Informational, AlertSeverity::Low,
                                       AlertSeverity::Medium, AlertSeverity::High}) {
    if (equal_ignoring_case(text, name_of(severity))) return severity;
  }
  return std::nullopt;
}

/// Is it a value that the column of SecurityAlert can have?
bool fits_property(std::string_view name, std::string_view value) {
  if (name == "AlertLink") return value.starts_with("https://") || value.starts_with("http://");
  if (name == "ConfidenceLevel") {
    return equal_ignoring_case(value, "High") || equal_ignoring_case(value, "Low") ||
           equal_ignoring_case(value, "Unknown");
  }
  if (name == "ConfidenceScore") {
    const auto score = parse_real(value);
    return score && *score >= 0 && *score <= 1;
  }
  if (name == "ExtendedLinks") {
    DynamicBuilder builder;
    return parse_json_text(value, builder) && builder.view().is_array();
  }
  return true;
}

constexpr std::string_view text_properties[] = {
    "AlertLink",   "ConfidenceLevel",      "ConfidenceScore", "ExtendedLinks",
    "ProductName", "ProductComponentName", "ProviderName",    "RemediationSteps"};

void set_property(Alert& alert, std::string_view name, std::string value) {
  const auto known = std::ranges::find_if(
      text_properties, [&](std::string_view other) { return equal_ignoring_case(other, name); });
  if (known == std::end(text_properties) || !fits_property(*known, value)) return;
  const auto there =
      std::ranges::find(alert.properties, *known, &std::pair<std::string, std::string>::first);
  if (there != alert.properties.end()) {
    there->second = std::move(value);
  } else {
    alert.properties.emplace_back(*known, std::move(value));
  }
}

void override_property(Alert& alert, std::string_view name, std::string value) {
  if (equal_ignoring_case(name, "Techniques")) {
    if (const auto found = techniques_in(value); !found.empty()) set_techniques(alert, found);
  } else if (equal_ignoring_case(name, "SubTechniques")) {
    std::vector<std::string> found;
    for (std::string& technique : techniques_in(value)) {
      if (technique.size() > 5) add_once(found, std::move(technique));
    }
    if (!found.empty()) alert.sub_techniques = std::move(found);
  } else {
    set_property(alert, name, std::move(value));
  }
}

}  // namespace

std::optional<std::string> filled_format(std::string_view format, const ResultRows& rows,
                                         size_t row) {
  std::string out;
  while (true) {
    const size_t open = format.find("{{");
    const size_t close = open == format.npos ? open : format.find("}}", open);
    if (close == format.npos) break;
    out += format.substr(0, open);
    const auto column = rows.find(trimmed(format.substr(open + 2, close - open - 2)));
    if (!column) return std::nullopt;
    const std::string value = rows.text(row, *column);
    if (value.empty()) return std::nullopt;
    out += value;
    format.remove_prefix(close + 2);
  }
  out += format;
  if (trimmed(out).empty()) return std::nullopt;
  return out;
}

void override_details(const AnalyticRule& rule, const ResultRows& rows, size_t row, Alert& alert) {
  if (row >= rows.size()) return;
  const AlertOverride& settings = rule.alert;
  if (settings.name_format) {
    if (auto name = filled_format(settings.name_format->text, rows, row)) {
      alert.name = cut(std::move(*name), longest_alert_name);
    }
  }
  if (settings.description_format) {
    if (auto text = filled_format(settings.description_format->text, rows, row)) {
      alert.description = cut(std::move(*text), longest_alert_description);
    }
  }
  const auto value_in = [&](const std::optional<Written>& column) -> std::string {
    const auto found = column ? rows.find(column->text) : std::nullopt;
    return found ? rows.text(row, *found) : std::string();
  };
  if (const auto severity = severity_of(value_in(settings.severity_column))) {
    alert.severity = *severity;
  }
  if (auto tactics = tactics_in(value_in(settings.tactics_column)); !tactics.empty()) {
    alert.tactics = std::move(tactics);
  }
  for (const AlertOverride::Property& property : settings.properties) {
    if (std::string value = value_in(property.column); !value.empty()) {
      override_property(alert, property.name.text, std::move(value));
    }
  }
}

std::vector<std::pair<std::string, std::vector<std::string>>> custom_details_of(
    const AnalyticRule& rule, const ResultRows& rows, size_t first, size_t last) {
  std::vector<std::pair<std::string, std::vector<std::string>>> details;
  size_t bytes = 2;
  for (const AnalyticRule::CustomDetail& detail : rule.custom_details) {
    const auto column = rows.find(detail.column.text);
    if (!column) continue;
    std::vector<std::string> values;
    // `"Name":[],` around the values.
    const size_t around = json_string(detail.name.text).size() + 4;
    for (size_t row = first; row < last && values.size() < most_detail_values; ++row) {
      std::string value = rows.text(row, *column);
      if (value.empty() || std::ranges::find(values, value) != values.end()) continue;
      const size_t more = json_string(value).size() + 1 + (values.empty() ? around : 0);
      if (bytes + more > most_detail_bytes) continue;
      bytes += more;
      values.push_back(std::move(value));
    }
    if (!values.empty()) details.emplace_back(detail.name.text, std::move(values));
  }
  return details;
}

std::string custom_details_json(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& details) {
  std::string out = "{";
  for (const auto& [name, values] : details) {
    if (out.size() > 1) out += ',';
    out += json_string(name) + ":[";
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, values[i]);
    }
    out += ']';
  }
  return out + "}";
}

std::vector<std::string> tactics_in(std::string_view text) {
  std::vector<std::string> tactics;
  for (std::string word : words_of(text)) {
    std::erase(word, ' ');
    for (const std::string_view tactic : attack_tactics()) {
      if (equal_ignoring_case(tactic, word)) add_once(tactics, std::string(tactic));
    }
  }
  return tactics;
}

std::vector<std::string> techniques_in(std::string_view text) {
  std::vector<std::string> techniques;
  for (std::string word : words_of(text)) {
    if (!word.empty() && word[0] == 't') word[0] = 'T';
    if (is_technique(word)) add_once(techniques, std::move(word));
  }
  return techniques;
}

void set_techniques(Alert& alert, const std::vector<std::string>& techniques) {
  alert.techniques.clear();
  alert.sub_techniques.clear();
  for (const std::string& technique : techniques) {
    if (!is_technique(technique)) continue;
    add_once(alert.techniques, technique.substr(0, 5));
    if (technique.size() > 5) add_once(alert.sub_techniques, technique);
  }
}

}  // namespace vedette::rules
