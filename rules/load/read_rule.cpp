#include "rules/load/read_rule.h"

#include <algorithm>
#include <array>

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/guid.h"

namespace vedette::rules {
namespace {

constexpr std::array<std::string_view, 4> severities = {"Informational", "Low", "Medium", "High"};
constexpr std::array<std::string_view, 8> triggers = {
    "gt", "lt", "eq", "ne", "GreaterThan", "LessThan", "Equal", "NotEqual"};
constexpr std::array<std::string_view, 3> groupings = {"SingleAlert", "AlertPerResult",
                                                       "AlertPerEvent"};
constexpr std::array<std::string_view, 3> matchings = {"AllEntities", "AnyAlert", "Selected"};

void read_severity(AnalyticRule& rule, Fields& fields, std::string_view name) {
  if (const auto severity = fields.choice(name, severities)) {
    rule.severity = static_cast<AlertSeverity>(*severity);
  }
}

void read_schedule(AnalyticRule& rule, Fields& fields) {
  const bool needed = rule.kind == RuleKind::Scheduled;
  const auto required = [&](std::string_view name) {
    if (needed && fields.is_blank(name)) {
      fields.error("RUL0010", name, fmt::format("'{}' is missing", fields.path_of(name)));
    }
  };
  // What is not written at all has been told, or is not needed.
  const auto duration = [&](std::string_view name) {
    const auto span = fields.duration(name);
    if (span && span->ticks == 0) {
      fields.error("RUL0020", name, fmt::format("'{}' is 0", fields.path_of(name)), "write 1h");
    }
    return span.value_or(Timespan{});
  };
  required("queryFrequency");
  required("queryPeriod");
  required("triggerOperator");
  required("triggerThreshold");
  rule.frequency = duration("queryFrequency");
  rule.period = duration("queryPeriod");
  if (rule.kind == RuleKind::Scheduled) rule.start = fields.time("startTimeUtc");
  if (const auto trigger = fields.choice("triggerOperator", triggers)) {
    rule.trigger = static_cast<Trigger>(*trigger % 4);
  }
  rule.threshold = fields.integer("triggerThreshold").value_or(0);
  rule.suppression = fields.flag("suppressionEnabled").value_or(false);
  if (rule.suppression && fields.is_blank("suppressionDuration")) {
    fields.error("RUL0010", "suppressionEnabled",
                 fmt::format("'{}' is missing", fields.path_of("suppressionDuration")), "5h");
  }
  rule.suppression_duration = duration("suppressionDuration");
}

void read_entities(AnalyticRule& rule, Fields& fields) {
  for (Fields& mapping : fields.objects("entityMappings")) {
    EntityMapping entity{.type = mapping.required_text("entityType")};
    for (Fields& field : mapping.objects("fieldMappings")) {
      entity.fields.push_back(
          {field.required_text("identifier"), field.required_text("columnName")});
      field.report_unknown();
    }
    mapping.report_unknown();
    rule.entities.push_back(std::move(entity));
  }
  for (Fields& column : fields.objects("sentinelEntitiesMappings")) {
    rule.entity_columns.push_back(column.required_text("columnName"));
    column.report_unknown();
  }
}

void read_alert(AnalyticRule& rule, Fields& fields) {
  if (auto details = fields.object("customDetails")) {
    for (auto& [name, column] : details->pairs()) {
      rule.custom_details.push_back({std::move(name), std::move(column)});
    }
    details->report_unknown();
  }
  if (auto override = fields.object("alertDetailsOverride")) {
    rule.alert.name_format = override->text("alertDisplayNameFormat");
    rule.alert.description_format = override->text("alertDescriptionFormat");
    rule.alert.tactics_column = override->text("alertTacticsColumnName");
    rule.alert.severity_column = override->text("alertSeverityColumnName");
    for (Fields& property : override->objects("alertDynamicProperties")) {
      rule.alert.properties.push_back(
          {property.required_text("alertProperty"), property.required_text("value")});
      property.report_unknown();
    }
    override->report_unknown();
  }
  if (auto settings = fields.object("eventGroupingSettings")) {
    if (const auto kind = settings->choice("aggregationKind", groupings)) {
      rule.grouping = *kind == 0 ? EventGrouping::SingleAlert : EventGrouping::AlertPerResult;
    }
    settings->report_unknown();
  }
}

void read_incidents(AnalyticRule& rule, Fields& fields) {
  auto settings = fields.object("incidentConfiguration");
  if (!settings) return;
  IncidentSettings& incident = rule.incident;
  incident.create = settings->flag("createIncident").value_or(true);
  if (auto group = settings->object("groupingConfiguration")) {
    incident.group = group->flag("enabled").value_or(false);
    incident.reopen_closed = group->flag("reopenClosedIncident").value_or(false);
    incident.lookback = group->duration("lookbackDuration").value_or(incident.lookback);
    if (const auto matching = group->choice("matchingMethod", matchings)) {
      incident.matching = static_cast<IncidentMatching>(*matching);
    }
    incident.entities = group->texts("groupByEntities");
    incident.alert_details = group->texts("groupByAlertDetails");
    incident.custom_details = group->texts("groupByCustomDetails");
    for (const std::string_view name : {"matchingMethod", "lookbackDuration"}) {
      if (group->has(name)) rule.field_places.emplace(name, group->place(name));
    }
    group->report_unknown();
  }
  settings->report_unknown();
}

/// Where those fields are that are kept as numbers and durations.
void note_places(AnalyticRule& rule, Fields& fields) {
  constexpr std::string_view names[] = {"description",        "queryFrequency",      "queryPeriod",
                                        "triggerOperator",    "triggerThreshold",    "severity",
                                        "suppressionEnabled", "suppressionDuration", "version"};
  for (const std::string_view name : names) {
    if (fields.has(name)) rule.field_places.emplace(name, fields.place(name));
  }
}

/// What templates and resources write alike.
void read_common(AnalyticRule& rule, Fields& fields) {
  note_places(rule, fields);
  fields.required_text("query");
  rule.query = fields.raw_text("query");
  rule.description = fields.text("description").value_or(Written{}).text;
  rule.status = fields.text("status").value_or(Written{}).text;
  read_severity(rule, fields, "severity");
  read_schedule(rule, fields);
  rule.tactics = fields.texts("tactics");
  rule.enabled = fields.flag("enabled").value_or(true);
  read_entities(rule, fields);
  read_alert(rule, fields);
  read_incidents(rule, fields);
}

std::string tag_value(std::vector<Fields>& tags, std::string_view name) {
  for (Fields& tag : tags) {
    const auto found = tag.text("name");
    if (found && equal_ignoring_case(found->text, name)) {
      return tag.text("value").value_or(Written{}).text;
    }
  }
  return {};
}

std::vector<Written> split_list(std::string_view text, Place place) {
  std::vector<Written> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = trimmed(text.substr(0, comma));
    if (!part.empty()) parts.push_back({std::string(part), place});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

/// `[concat(...)]` and the like: computed when the template is deployed.
bool is_template_expression(std::string_view text) {
  return text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[");
}

/// The last part of a resource's name or id.
std::string last_part(std::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

/// The last GUID in a text; empty when there is none.
std::string last_guid(std::string_view text) {
  constexpr size_t length = 36;
  for (size_t at = text.size() < length ? 0 : text.size() - length + 1; at-- > 0;) {
    const std::string_view part = text.substr(at, length);
    if (part[8] == '-' && parse_guid(part)) return std::string(part);
  }
  return {};
}

/// A rule's id is the end of its resource's name. In a template that may be an expression, which
/// has the id as a literal, or computes it: then nobody knows it.
Written id_of_resource(Fields& resource) {
  for (const std::string_view field : {"name", "id"}) {
    const auto written = resource.text(field);
    if (!written || written->text.empty()) continue;
    std::string id =
        is_template_expression(written->text) ? last_guid(written->text) : last_part(written->text);
    if (!id.empty()) return {std::move(id), written->place};
  }
  return {};
}

}  // namespace

AnalyticRule read_template(Fields& fields, const std::string& file) {
  AnalyticRule rule{.file = file, .place = fields.place()};
  constexpr std::array<std::string_view, 3> kinds = {"Scheduled", "NRT", "Hunting"};
  const bool scheduled = fields.has("queryFrequency") || fields.has("triggerOperator");
  rule.kind = scheduled ? RuleKind::Scheduled : RuleKind::Hunting;
  if (const auto kind = fields.choice("kind", kinds)) rule.kind = static_cast<RuleKind>(*kind);
  if (scheduled && !fields.has("kind")) {
    fields.warning("RUL0010", "kind", "'kind' is missing; the rule is taken for a Scheduled one",
                   "kind: Scheduled");
  }
  rule.id = fields.text("id").value_or(Written{});
  rule.name = fields.required_text("name");
  if (rule.kind != RuleKind::Hunting && !fields.has("severity")) {
    fields.error("RUL0010", "severity", "'severity' is missing");
  }
  read_common(rule, fields);
  rule.version = fields.text("version").value_or(Written{}).text;
  rule.techniques = fields.texts("relevantTechniques");
  for (Written& technique : fields.texts("techniques")) rule.techniques.push_back(technique);
  for (Fields& connector : fields.objects("requiredDataConnectors")) {
    for (const std::string_view part : {"connectorId", "dataTypes"}) {
      if (!connector.is_blank(part)) continue;
      connector.warning("RUL0010", part, fmt::format("'{}' is missing", connector.path_of(part)));
    }
    connector.text("connectorId");
    for (Written& type : connector.texts("dataTypes")) rule.data_types.push_back(std::move(type));
  }
  constexpr std::string_view also_known[] = {"tags",
                                             "metadata",
                                             "alertRuleTemplateName",
                                             "displayName",
                                             "templateVersion",
                                             "description-detailed",
                                             "additionalQueries"};
  fields.report_unknown(also_known);
  return rule;
}

AnalyticRule read_resource(Fields& resource, Fields& properties, const std::string& file) {
  AnalyticRule rule{.file = file, .place = resource.place()};
  constexpr std::array<std::string_view, 2> kinds = {"Scheduled", "NRT"};
  const auto kind = resource.choice("kind", kinds);
  rule.kind = kind == 1 ? RuleKind::NearRealTime : RuleKind::Scheduled;
  if (!resource.has("kind")) {
    resource.warning("RUL0010", "kind", "'kind' is missing; the rule is taken for a Scheduled one",
                     "\"kind\": \"Scheduled\"");
  }
  rule.name = properties.required_text("displayName");
  if (!properties.has("severity")) {
    properties.error("RUL0010", "severity",
                     fmt::format("'{}' is missing", properties.path_of("severity")));
  }
  rule.id = id_of_resource(resource);
  read_common(rule, properties);
  rule.version = properties.text("templateVersion").value_or(Written{}).text;
  rule.techniques = properties.texts("techniques");
  for (Written& technique : properties.texts("subTechniques")) {
    rule.techniques.push_back(std::move(technique));
  }
  constexpr std::string_view also_known[] = {"alertRuleTemplateName", "lastModifiedUtc",
                                             "startTimeUtc", "requiredDataConnectors"};
  properties.report_unknown(also_known);
  return rule;
}

AnalyticRule read_saved_search(Fields& resource, Fields& properties, const std::string& file) {
  AnalyticRule rule{.file = file, .place = resource.place(), .kind = RuleKind::Hunting};
  rule.name = properties.required_text("displayName");
  properties.required_text("query");
  rule.query = properties.raw_text("query");
  auto tags = properties.objects("tags");
  rule.description = tag_value(tags, "description");
  rule.tactics = split_list(tag_value(tags, "tactics"), properties.place("tags"));
  rule.techniques = split_list(tag_value(tags, "techniques"), properties.place("tags"));
  return rule;
}

void add_implied_entities(AnalyticRule& rule) {
  if (!rule.entities.empty()) return;
  struct Implied {
    std::string_view column, type, identifier;
  };
  constexpr Implied implied[] = {{"AccountCustomEntity", "Account", "FullName"},
                                 {"HostCustomEntity", "Host", "FullName"},
                                 {"IPCustomEntity", "IP", "Address"},
                                 {"URLCustomEntity", "URL", "Url"},
                                 {"FileHashCustomEntity", "FileHash", "Value"}};
  for (const Implied& old : implied) {
    if (rule.query.text.find(old.column) == std::string::npos) continue;
    EntityMapping entity{.type = {std::string(old.type), rule.query.place}, .implied = true};
    entity.fields.push_back({{std::string(old.identifier), rule.query.place},
                             {std::string(old.column), rule.query.place}});
    rule.entities.push_back(std::move(entity));
  }
}

}  // namespace vedette::rules
