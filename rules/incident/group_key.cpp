#include <algorithm>

#include "rules/check/entity_types.h"
#include "rules/incident/incident.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// Texts with their lengths before them: no two lists read alike.
void append_part(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

std::string text_of(const Entity& entity) {
  std::string text;
  append_part(text, entity.kind);
  for (const auto& [name, value] : entity.identifiers) {
    append_part(text, name);
    append_part(text, value);
  }
  return text;
}

/// Entities as a set: whichever row named them first.
void append_entities(std::string& key, const Alert& alert, auto wanted) {
  std::vector<std::string> texts;
  for (const Entity& entity : alert.entities) {
    if (wanted(entity)) texts.push_back(text_of(entity));
  }
  std::ranges::sort(texts);
  for (const std::string& text : texts) append_part(key, text);
}

std::string selected_key(const IncidentSettings& settings, const Alert& alert) {
  std::string key;
  for (const Written& type : settings.entities) {
    const EntityType* found = find_entity_type(type.text);
    key += "|e:";
    if (found == nullptr) continue;
    append_entities(key, alert, [&](const Entity& entity) { return entity.kind == found->kind; });
  }
  for (const Written& detail : settings.alert_details) {
    key += "|a:";
    const bool name = equal_ignoring_case(detail.text, "DisplayName");
    append_part(key, name ? std::string_view(alert.name) : name_of(alert.severity));
  }
  for (const Written& wanted : settings.custom_details) {
    key += "|c:";
    for (const auto& [name, values] : alert.custom_details) {
      if (name != wanted.text) continue;
      std::vector<std::string> sorted = values;
      std::ranges::sort(sorted);
      for (const std::string& value : sorted) append_part(key, value);
    }
  }
  return key;
}

}  // namespace

std::optional<std::string> group_key_of(const AnalyticRule& rule, const Alert& alert) {
  const IncidentSettings& settings = rule.incident;
  if (!settings.group) return std::nullopt;
  std::string key;
  switch (settings.matching) {
    case IncidentMatching::AnyAlert:
      key = "any";
      break;
    case IncidentMatching::AllEntities:
      // Alerts about nobody have nobody in common.
      if (alert.entities.empty()) return std::nullopt;
      key = "all|";
      append_entities(key, alert, [](const Entity&) { return true; });
      break;
    case IncidentMatching::Selected:
      key = "selected" + selected_key(settings, alert);
      break;
  }
  return key;
}

}  // namespace vedette::rules
