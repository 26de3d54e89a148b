#include "rules/test/expected_alerts.h"

#include <algorithm>
#include <optional>

#include "rules/alert/entities.h"
#include "rules/test/match_value.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

constexpr size_t most_entities_shown = 8;

/// One thing that a test may expect of an alert: what it is there.
struct AlertField {
  std::string name;  // "customDetails.Accounts"
  WrittenValue expected;
  std::vector<std::string> actual;
  bool list = false;  // `actual` is a list, whatever its length
  bool number = false;
};

const std::vector<std::string>* value_for(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& pairs,
    std::string_view name) {
  for (const auto& [key, values] : pairs) {
    if (key == name) return &values;
  }
  return nullptr;
}

/// The field of `alert` that `name` asks for; objects give one for each of their names.
void add_fields(std::vector<AlertField>& fields, const Written& name, const WrittenValue& expected,
                const Alert& alert) {
  const auto is = [&](std::string_view other) { return equal_ignoring_case(name.text, other); };
  const auto add = [&](std::vector<std::string> actual, bool list, bool number = false) {
    fields.push_back({name.text, expected, std::move(actual), list, number});
  };
  if (is("name")) add({alert.name}, false);
  if (is("description")) add({alert.description}, false);
  if (is("severity")) {
    const std::string severity(name_of(alert.severity));
    // Rules write it in any letter case.
    add({equal_ignoring_case(expected.text, severity) ? expected.text : severity}, false);
  }
  if (is("count")) add({std::to_string(alert.rows)}, false, true);
  if (is("tactics")) add(alert.tactics, true);
  if (is("techniques")) add(alert.techniques, true);
  if (is("subtechniques")) add(alert.sub_techniques, true);
  if (is("entities")) add({std::to_string(alert.entities.size())}, false, true);
  if (is("customDetails")) {
    for (size_t i = 0; i < expected.items.size(); ++i) {
      const std::string& detail = expected.names[i].text;
      const auto* values = value_for(alert.custom_details, detail);
      fields.push_back({name.text + "." + detail, expected.items[i],
                        values == nullptr ? std::vector<std::string>() : *values, true});
    }
  }
  if (is("properties")) {
    for (size_t i = 0; i < expected.items.size(); ++i) {
      AlertField field{name.text + "." + expected.names[i].text, expected.items[i], {}};
      for (const auto& [property, value] : alert.properties) {
        if (property == expected.names[i].text) field.actual = {value};
      }
      fields.push_back(std::move(field));
    }
  }
}

bool matches_text(const WrittenValue& expected, const std::string& actual, bool number) {
  if (number) return matches(expected, Value::int64(std::stoll(actual)), {});
  return matches(expected, Value::string(actual), {});
}

/// A list is the same set of texts; a single value is the only one, or there is none for null.
bool holds(const AlertField& field) {
  const WrittenValue& expected = field.expected;
  if (expected.kind == WrittenValue::Kind::Null) return field.actual.empty();
  if (expected.kind != WrittenValue::Kind::List) {
    return field.actual.size() == 1 && matches_text(expected, field.actual[0], field.number);
  }
  if (expected.items.size() != field.actual.size()) return false;
  std::vector<bool> taken(field.actual.size());
  for (const WrittenValue& item : expected.items) {
    bool found = false;
    for (size_t i = 0; i < taken.size() && !found; ++i) {
      if (taken[i] || !matches_text(item, field.actual[i], field.number)) continue;
      taken[i] = found = true;
    }
    if (!found) return false;
  }
  return true;
}

std::string shown_actual(const AlertField& field) {
  if (field.actual.empty()) return field.list ? "[]" : "nothing";
  if (field.list && field.actual.size() > 1) {
    return fmt::format("[{}]", fmt::join(field.actual, ", "));
  }
  return field.actual[0];
}

std::vector<AlertField> fields_of(const ExpectedFields& expected, const Alert& alert) {
  std::vector<AlertField> fields;
  for (const auto& [name, value] : expected.fields) add_fields(fields, name, value, alert);
  return fields;
}

std::optional<Mismatch> check_alert(const ExpectedFields& expected, std::string name,
                                    const std::vector<Alert>& alerts) {
  const Alert* nearest = nullptr;
  int64_t best = -1;
  for (const Alert& alert : alerts) {
    const std::vector<AlertField> fields = fields_of(expected, alert);
    const auto fitting = std::ranges::count_if(fields, holds);
    if (fitting == static_cast<int64_t>(fields.size())) return std::nullopt;
    if (fitting > best) {
      best = fitting;
      nearest = &alert;
    }
  }
  if (nearest == nullptr) return std::nullopt;  // said already: no alert is raised
  Mismatch mismatch{std::move(name),
                    expected.place,
                    alerts.size() == 1 ? "the alert is different"
                                       : fmt::format("none of {} alerts is like this; nearest is "
                                                     "this one",
                                                     alerts.size()),
                    {}};
  for (const AlertField& field : fields_of(expected, *nearest)) {
    if (holds(field)) {
      mismatch.lines.push_back(fmt::format("  {}: {}", field.name, shown_actual(field)));
    } else {
      mismatch.lines.push_back(fmt::format("- {}: {}", field.name, shown(field.expected)));
      mismatch.lines.push_back(fmt::format("+ {}: {}", field.name, shown_actual(field)));
    }
  }
  return mismatch;
}

bool entity_field_holds(const Written& name, const WrittenValue& expected, const Entity& entity) {
  if (equal_ignoring_case(name.text, "type")) {
    // `FileHash` in mappings is `filehash` in alerts, `AzureResource` is `azure-resource`.
    std::string kind = entity.kind;
    std::erase(kind, '-');
    std::string wanted = expected.text;
    std::erase(wanted, '-');
    return equal_ignoring_case(kind, wanted);
  }
  // Alerts take full names apart; tests may say them as the rule maps them.
  if (equal_ignoring_case(name.text, "FullName")) {
    return matches(expected, Value::string(full_name(entity)), {});
  }
  for (const auto& [identifier, value] : entity.identifiers) {
    if (equal_ignoring_case(identifier, name.text)) {
      return matches(expected, Value::string(value), {});
    }
  }
  return expected.kind == WrittenValue::Kind::Null;
}

std::string entity_text(const Entity& entity) {
  std::string text = "{type: " + entity.kind;
  for (const auto& [identifier, value] : entity.identifiers) {
    text += ", " + identifier + ": " + value;
  }
  return text + "}";
}

std::string expected_text(const ExpectedFields& expected) {
  std::string text = "{";
  for (const auto& [name, value] : expected.fields) {
    if (text.size() > 1) text += ", ";
    text += name.text + ": " + shown(value);
  }
  return text + "}";
}

std::optional<Mismatch> check_entity(const ExpectedFields& expected, size_t index,
                                     const std::vector<Alert>& alerts) {
  Mismatch mismatch{fmt::format("entities[{}]", index),
                    expected.place,
                    "no alert has this entity",
                    {"- " + expected_text(expected)}};
  size_t shown_entities = 0, all = 0;
  for (const Alert& alert : alerts) {
    for (const Entity& entity : alert.entities) {
      const bool same = std::ranges::all_of(expected.fields, [&](const auto& field) {
        return entity_field_holds(field.first, field.second, entity);
      });
      if (same) return std::nullopt;
      ++all;
      if (shown_entities == most_entities_shown) continue;
      ++shown_entities;
      mismatch.lines.push_back("+ " + entity_text(entity));
    }
  }
  if (all > shown_entities) {
    mismatch.lines.push_back(fmt::format("+ ... and {} more", all - shown_entities));
  }
  if (all == 0) mismatch.lines.emplace_back("+ no entities");
  return mismatch;
}

}  // namespace

std::vector<Mismatch> check_alerts(const Expectations& expect, const std::vector<Alert>& alerts,
                                   Datetime) {
  std::vector<Mismatch> mismatches;
  for (size_t i = 0; i < expect.alert_fields.size(); ++i) {
    std::string name = expect.alert_fields.size() == 1 ? "alert" : fmt::format("alert[{}]", i);
    if (auto mismatch = check_alert(expect.alert_fields[i], std::move(name), alerts)) {
      mismatches.push_back(*std::move(mismatch));
    }
  }
  for (size_t i = 0; i < expect.entities.size(); ++i) {
    if (auto mismatch = check_entity(expect.entities[i], i, alerts)) {
      mismatches.push_back(*std::move(mismatch));
    }
  }
  return mismatches;
}

}  // namespace vedette::rules
