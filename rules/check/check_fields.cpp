#include <algorithm>
#include <cctype>
#include <map>

#include "rules/check/attack.h"
#include "rules/check/check.h"
#include "rules/check/entity_types.h"
#include "rules/load/duration.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/base/utf8.h"
#include "runtime/value/guid.h"

namespace vedette::rules {
namespace {

constexpr Timespan shortest{5 * ticks_per_minute};
constexpr Timespan longest{14 * ticks_per_day};
constexpr Timespan longest_of_detections{30 * ticks_per_day};
constexpr size_t longest_name = 256, longest_description = 5000, longest_query = 10'000;
constexpr int64_t highest_threshold = 10'000;
constexpr size_t most_entities = 10, most_identifiers = 3;
constexpr size_t longest_column = 500, longest_version = 20;
constexpr size_t most_details = 20, longest_detail = 20;
constexpr size_t most_columns_in_text = 3;

/// `1.0.12`: three numbers.
bool is_version(std::string_view text) {
  int numbers = 0;
  while (true) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return false;
    ++numbers;
    if (digits == text.size()) return numbers == 3;
    if (text[digits] != '.') return false;
    text.remove_prefix(digits + 1);
  }
}

/// The names of columns that alerts can take values from.
bool is_column_name(std::string_view text) {
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         text.size() <= longest_column && std::all_of(text.begin(), text.end(), is_word);
}

/// What alerts can be grouped by, besides entities and custom details.
bool is_alert_detail(std::string_view text) {
  return equal_ignoring_case(text, "DisplayName") || equal_ignoring_case(text, "Severity");
}

/// Columns of alerts that `alertDynamicProperties` can set.
constexpr std::string_view alert_properties[] = {"AlertLink",       "ConfidenceLevel",
                                                 "ConfidenceScore", "ExtendedLinks",
                                                 "ProductName",     "ProductComponentName",
                                                 "ProviderName",    "RemediationSteps",
                                                 "SubTechniques",   "Techniques"};

/// Tells findings about one rule apart from those about others.
class Check {
 public:
  Check(const AnalyticRule& rule, Findings& findings) : rule_(rule), findings_(findings) {}

  void run() {
    identity();
    if (rule_.kind == RuleKind::Scheduled) schedule();
    suppression();
    attack();
    entities();
    details();
    incidents();
  }

 private:
  void error(std::string_view code, Place place, std::string field, std::string message,
             std::string hint = {}) {
    findings_.error(code, rule_.file, place, std::move(field), std::move(message), std::move(hint));
  }
  void warning(std::string_view code, Place place, std::string field, std::string message,
               std::string hint = {}) {
    findings_.warning(code, rule_.file, place, std::move(field), std::move(message),
                      std::move(hint));
  }

  void too_long(std::string_view field, std::string_view text, size_t most, Place place) {
    const auto length = static_cast<size_t>(count_code_points(text));
    if (length <= most) return;
    error("RUL0024", place, std::string(field),
          fmt::format("'{}' has {} characters; {} are allowed", field, length, most));
  }

  void identity() {
    // Defender numbers its rules.
    if (!rule_.id.text.empty() && !parse_guid(rule_.id.text) && !rule_.is_custom_detection) {
      warning("RUL0014", rule_.id.place, "id", fmt::format("'{}' is not a GUID", rule_.id.text));
    }
    if (rule_.id.text.empty() && rule_.kind != RuleKind::Hunting) {
      warning("RUL0010", rule_.place, "id", "'id' is missing: alerts cannot name their rule",
              "any GUID of its own");
    }
    if (rule_.description.empty() && rule_.kind != RuleKind::Hunting) {
      warning("RUL0010", rule_.place, "description",
              "'description' is missing: alerts do not say what they mean");
    }
    const bool good = is_version(rule_.version) && rule_.version.size() <= longest_version;
    if (!rule_.version.empty() && !good) {
      warning("RUL0014", rule_.place_of("version"), "version",
              fmt::format("'{}' is not a version", rule_.version), "1.0.0");
    }
    too_long("name", rule_.name.text, longest_name, rule_.name.place);
    too_long("description", rule_.description, longest_description, rule_.place_of("description"));
    too_long("query", rule_.query.text, longest_query, rule_.query.place);
  }

  void in_range(std::string_view field, Timespan span) {
    const Timespan most = rule_.is_custom_detection ? longest_of_detections : longest;
    if (span.ticks == 0 || (span >= shortest && span <= most)) return;
    error("RUL0020", rule_.place_of(field), std::string(field),
          fmt::format("'{}' is {}; the scheduler takes 5m to {}", field, short_duration(span),
                      short_duration(most)));
  }

  void schedule() {
    in_range("queryFrequency", rule_.frequency);
    in_range("queryPeriod", rule_.period);
    if (rule_.frequency.ticks != 0 && rule_.period.ticks != 0) {
      if (rule_.period < rule_.frequency) {
        error("RUL0021", rule_.place_of("queryPeriod"), "queryPeriod",
              fmt::format("runs every {} and looks back only {}: what happens in between is never "
                          "seen",
                          short_duration(rule_.frequency), short_duration(rule_.period)),
              "queryPeriod must be at least queryFrequency");
      }
      if (rule_.period.ticks >= 2 * ticks_per_day && rule_.frequency.ticks < ticks_per_hour) {
        error("RUL0020", rule_.place_of("queryFrequency"), "queryFrequency",
              fmt::format("a rule that looks back {} may run once an hour at most",
                          short_duration(rule_.period)));
      }
    }
    if (rule_.threshold < 0 || rule_.threshold > highest_threshold) {
      error("RUL0023", rule_.place_of("triggerThreshold"), "triggerThreshold",
            fmt::format("the threshold {} is not between 0 and 10,000", rule_.threshold));
    }
  }

  void suppression() {
    if (rule_.suppression && rule_.suppression_duration.ticks > ticks_per_day) {
      error("RUL0020", rule_.place_of("suppressionDuration"), "suppressionDuration",
            fmt::format("'suppressionDuration' is {}; at most 24h are allowed",
                        short_duration(rule_.suppression_duration)));
    }
  }

  void attack() {
    for (const Written& tactic : rule_.tactics) {
      if (is_tactic(tactic.text)) continue;
      error("RUL0030", tactic.place, "tactics",
            fmt::format("'{}' is not a tactic of MITRE ATT&CK", tactic.text),
            did_you_mean(most_similar(tactic.text, attack_tactics())));
    }
    for (const Written& technique : rule_.techniques) {
      if (!is_technique(technique.text)) {
        error("RUL0031", technique.place, "relevantTechniques",
              fmt::format("'{}' is not a technique", technique.text), "T1059 or T1059.001");
        continue;
      }
      const auto tactics = tactics_of(technique.text);
      if (!tactics) continue;
      const bool matches =
          std::any_of(rule_.tactics.begin(), rule_.tactics.end(), [&](const Written& tactic) {
            return std::any_of(tactics->begin(), tactics->end(), [&](std::string_view other) {
              return equal_ignoring_case(other, tactic.text);
            });
          });
      if (!matches) {
        warning("RUL0032", technique.place, "relevantTechniques",
                fmt::format("none of the rule's tactics has technique {}", technique.text),
                fmt::format("it serves {}", fmt::join(*tactics, ", ")));
      }
    }
  }

  void entities() {
    if (rule_.entities.size() > most_entities) {
      error("RUL0044", rule_.entities[most_entities].type.place, "entityMappings",
            fmt::format("{} entities are mapped; {} are allowed", rule_.entities.size(),
                        most_entities));
    }
    for (size_t i = 0; i < rule_.entities.size(); ++i) {
      entity(rule_.entities[i], fmt::format("entityMappings[{}]", i));
    }
  }

  void entity(const EntityMapping& mapping, const std::string& field) {
    if (mapping.type.text.empty()) return;
    const EntityType* type = find_entity_type(mapping.type.text);
    if (type == nullptr) {
      std::vector<std::string_view> names;
      for (const EntityType& other : entity_types()) names.push_back(other.name);
      error("RUL0040", mapping.type.place, field + ".entityType",
            fmt::format("'{}' is not an entity type", mapping.type.text),
            did_you_mean(most_similar(mapping.type.text, names)));
      return;
    }
    if (mapping.fields.empty() || mapping.fields.size() > most_identifiers) {
      error("RUL0043", mapping.type.place, field + ".fieldMappings",
            fmt::format("a mapping has 1 to {} identifiers, this one {}", most_identifiers,
                        mapping.fields.size()));
    }
    for (size_t i = 0; i < mapping.fields.size(); ++i) {
      identifier(*type, mapping, i, fmt::format("{}.fieldMappings[{}].identifier", field, i));
      column_name(mapping.fields[i].column,
                  fmt::format("{}.fieldMappings[{}].columnName", field, i));
    }
    // Defender names columns of hashes by their algorithms.
    const bool hash = rule_.is_custom_detection && type->kind == "filehash";
    if (!mapping.fields.empty() && !mapping.implied && !hash && !tells_apart(*type, mapping)) {
      warning("RUL0042", mapping.type.place, field,
              fmt::format("the identifiers do not tell one {} from another: alerts go without it",
                          type->name),
              fmt::format("one of these is needed: {}", fmt::join(type->required, ", ")));
    }
  }

  void column_name(const Written& column, std::string field) {
    if (column.text.empty() || is_column_name(column.text)) return;
    error("RUL0047", column.place, std::move(field),
          fmt::format("'{}' cannot be the name of a column that is mapped",
                      std::string_view(column.text).substr(0, longest_name)),
          "a letter or _, then letters, digits and _; 500 characters at most");
  }

  void identifier(const EntityType& type, const EntityMapping& mapping, size_t at,
                  std::string field) {
    const Written& name = mapping.fields[at].identifier;
    if (name.text.empty()) return;
    const auto same = [&](std::string_view other) { return equal_ignoring_case(other, name.text); };
    if (std::none_of(type.identifiers.begin(), type.identifiers.end(), same)) {
      error("RUL0041", name.place, std::move(field),
            fmt::format("'{}' is not an identifier of {}", name.text, type.name),
            fmt::format("one of {}", fmt::join(type.identifiers, ", ")));
      return;
    }
    for (size_t i = 0; i < at; ++i) {
      if (!same(mapping.fields[i].identifier.text)) continue;
      error("RUL0043", name.place, std::move(field),
            fmt::format("identifier '{}' is mapped twice", name.text));
      return;
    }
  }

  static bool tells_apart(const EntityType& type, const EntityMapping& mapping) {
    const auto has = [&](std::string_view name) {
      return std::any_of(mapping.fields.begin(), mapping.fields.end(), [&](const auto& field) {
        return equal_ignoring_case(field.identifier.text, name);
      });
    };
    return std::any_of(type.required.begin(), type.required.end(), [&](std::string_view all) {
      while (true) {
        const size_t plus = std::min(all.find('+'), all.size());
        if (!has(all.substr(0, plus))) return false;
        if (plus == all.size()) return true;
        all.remove_prefix(plus + 1);
      }
    });
  }

  void details() {
    if (rule_.custom_details.size() > most_details) {
      error("RUL0050", rule_.custom_details[most_details].name.place, "customDetails",
            fmt::format("{} custom details; {} are allowed", rule_.custom_details.size(),
                        most_details));
    }
    for (const auto& detail : rule_.custom_details) {
      const std::string& name = detail.name.text;
      const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
      const bool good = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
                        std::all_of(name.begin(), name.end(), is_word);
      if (!good || name.size() > longest_detail) {
        error("RUL0050", detail.name.place, "customDetails." + name,
              fmt::format("'{}' cannot be the name of a custom detail", name),
              "a letter, then letters, digits and _; 20 characters at most");
      }
    }
    text_columns("alertDetailsOverride.alertDisplayNameFormat", rule_.alert.name_format,
                 longest_name);
    text_columns("alertDetailsOverride.alertDescriptionFormat", rule_.alert.description_format,
                 longest_description);
    properties();
  }

  void properties() {
    const auto& all = rule_.alert.properties;
    for (size_t i = 0; i < all.size(); ++i) {
      const Written& name = all[i].name;
      if (name.text.empty()) continue;
      const auto same = [&](std::string_view other) {
        return equal_ignoring_case(other, name.text);
      };
      const std::string field =
          fmt::format("alertDetailsOverride.alertDynamicProperties[{}].alertProperty", i);
      if (std::ranges::none_of(alert_properties, same)) {
        error("RUL0053", name.place, field,
              fmt::format("'{}' is not a property of alerts that can be set", name.text),
              fmt::format("one of {}", fmt::join(alert_properties, ", ")));
      }
      for (size_t k = 0; k < i; ++k) {
        if (!same(all[k].name.text)) continue;
        error("RUL0053", name.place, field, fmt::format("'{}' is set twice", name.text));
        break;
      }
    }
  }

  void text_columns(std::string_view field, const std::optional<Written>& format,
                    size_t longest_text) {
    if (!format) return;
    too_long(field, format->text, longest_text, format->place);
    size_t columns = 0;
    for (size_t at = format->text.find("{{"); at != std::string::npos;
         at = format->text.find("{{", at + 2)) {
      ++columns;
    }
    if (columns > most_columns_in_text) {
      error("RUL0051", format->place, std::string(field),
            fmt::format("'{}' uses {} columns; {} are allowed", field, columns,
                        most_columns_in_text));
    }
  }

  void incidents() {
    const IncidentSettings& incident = rule_.incident;
    if (incident.group && incident.matching == IncidentMatching::Selected &&
        incident.entities.empty() && incident.alert_details.empty() &&
        incident.custom_details.empty()) {
      error("RUL0052", rule_.place_of("matchingMethod"),
            "incidentConfiguration.groupingConfiguration",
            "matchingMethod is Selected, and nothing is selected",
            "fill groupByEntities, groupByAlertDetails or groupByCustomDetails");
    }
    const std::string group = "incidentConfiguration.groupingConfiguration.";
    const bool selected = incident.group && incident.matching == IncidentMatching::Selected;
    for (const Written& entity : incident.entities) {
      const EntityType* type = find_entity_type(entity.text);
      if (type == nullptr) {
        error("RUL0040", entity.place, group + "groupByEntities",
              fmt::format("'{}' is not an entity type", entity.text));
      } else if (selected && !has_entities_of(*type)) {
        warning("RUL0054", entity.place, group + "groupByEntities",
                fmt::format("the rule maps no {}: all its alerts are alike in that", type->name));
      }
    }
    for (const Written& detail : incident.alert_details) {
      if (is_alert_detail(detail.text)) continue;
      error("RUL0013", detail.place, group + "groupByAlertDetails",
            fmt::format("'{}groupByAlertDetails' cannot be '{}'", group, detail.text),
            "one of DisplayName, Severity");
    }
    for (const Written& detail : incident.custom_details) {
      const auto same = [&](const auto& other) { return other.name.text == detail.text; };
      if (std::ranges::any_of(rule_.custom_details, same)) continue;
      std::vector<std::string_view> names;
      for (const auto& other : rule_.custom_details) names.push_back(other.name.text);
      warning("RUL0054", detail.place, group + "groupByCustomDetails",
              fmt::format("the rule has no custom detail '{}': all its alerts are alike in that",
                          detail.text),
              did_you_mean(most_similar(detail.text, names)));
    }
    if (incident.group &&
        (incident.lookback < shortest || incident.lookback.ticks > 7 * ticks_per_day)) {
      error("RUL0020", rule_.place_of("lookbackDuration"),
            "incidentConfiguration.groupingConfiguration.lookbackDuration",
            fmt::format("the window of a group is {}; 5m to 7d are allowed",
                        short_duration(incident.lookback)));
    }
  }

  /// May alerts of the rule have entities of the type? Columns of JSON may hold any.
  bool has_entities_of(const EntityType& type) const {
    if (!rule_.entity_columns.empty()) return true;
    return std::ranges::any_of(rule_.entities, [&](const EntityMapping& mapping) {
      return find_entity_type(mapping.type.text) == &type;
    });
  }

  const AnalyticRule& rule_;
  Findings& findings_;
};

}  // namespace

void check_fields(const AnalyticRule& rule, Findings& findings) {
  Check(rule, findings).run();
}

void check_ids(const std::vector<AnalyticRule>& rules, Findings& findings) {
  std::map<std::string, const AnalyticRule*> seen;
  for (const AnalyticRule& rule : rules) {
    if (rule.id.text.empty()) continue;
    const auto guid = parse_guid(rule.id.text);
    const auto [first, added] = seen.try_emplace(guid ? to_text(*guid) : rule.id.text, &rule);
    if (added) continue;
    findings.warning(
        "RUL0070", rule.file, rule.id.place, "id",
        fmt::format("id {} is also that of '{}'", rule.id.text, first->second->name.text),
        first->second->file);
  }
}

}  // namespace vedette::rules
