// Custom detections of Defender, as Microsoft Graph writes them: its older form (period, category,
// impactedAssets) and its present one (frequency, tactics, entityMappings).
#include <algorithm>
#include <array>

#include "rules/load/read_rule.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// How far back a custom detection looks, by how often it runs.
struct DetectionSchedule {
  std::string_view period;
  int64_t frequency;
  int64_t look_back;
};
constexpr DetectionSchedule detection_schedules[] = {
    {"0", 0, ticks_per_hour},
    {"1H", ticks_per_hour, 4 * ticks_per_hour},
    {"3H", 3 * ticks_per_hour, 12 * ticks_per_hour},
    {"12H", 12 * ticks_per_hour, 48 * ticks_per_hour},
    {"24H", 24 * ticks_per_hour, 30 * ticks_per_day},
};
constexpr Timespan longest_look_back{30 * ticks_per_day};

/// Without `lookback`: what Defender's own schedules have, four times the frequency for others.
Timespan look_back_of(Timespan frequency) {
  for (const DetectionSchedule& known : detection_schedules) {
    if (known.frequency == frequency.ticks) return {known.look_back};
  }
  return std::min(Timespan{4 * frequency.ticks}, longest_look_back);
}

/// Its algorithm is told by the length of the value, in alerts.
constexpr std::string_view hash = "FileHash";

/// A column of an entity mapping, and the identifier that it holds. Of two columns for one
/// identifier the first here is taken: a host's name before its id.
struct MappedColumn {
  std::string_view list, column, type, identifier;
};
constexpr MappedColumn mapped_columns[] = {
    {"accounts", "nameColumn", "Account", "Name"},
    {"accounts", "upnSuffixColumn", "Account", "UPNSuffix"},
    {"accounts", "upnColumn", "Account", "FullName"},
    {"accounts", "aadUserIdColumn", "Account", "AadUserId"},
    {"accounts", "sidColumn", "Account", "Sid"},
    {"accounts", "ntDomainColumn", "Account", "NTDomain"},
    {"accounts", "dnsDomainColumn", "Account", "DnsDomain"},
    {"hosts", "nameColumn", "Host", "FullName"},
    {"hosts", "dnsDomainColumn", "Host", "DnsDomain"},
    {"hosts", "netBiosNameColumn", "Host", "NetBiosName"},
    {"hosts", "ntDomainColumn", "Host", "NTDomain"},
    {"hosts", "deviceIdColumn", "Host", "HostName"},
    {"ips", "addressColumn", "IP", "Address"},
    {"ips", "scopeColumn", "IP", "AddressScope"},
    {"urls", "addressColumn", "URL", "Url"},
    {"files", "nameColumn", "File", "Name"},
    {"files", "sha1Column", hash, "Value"},
    {"files", "sha256Column", hash, "Value"},
    {"processes", "sha1Column", hash, "Value"},
    {"processes", "sha256Column", hash, "Value"},
    {"mailClusters", "queryColumn", "MailCluster", "Query"},
    {"mailClusters", "sourceColumn", "MailCluster", "Source"},
    {"mailboxes", "primaryAddressColumn", "Mailbox", "MailboxPrimaryAddress"},
    {"mailMessages", "networkMessageIdColumn", "MailMessage", "NetworkMessageId"},
    {"mailMessages", "recipientColumn", "MailMessage", "Recipient"},
    {"mailMessages", "senderColumn", "MailMessage", "Sender"},
    {"mailMessages", "subjectColumn", "MailMessage", "Subject"},
    {"securityGroups", "distinguishedNameColumn", "SecurityGroup", "DistinguishedName"},
    {"securityGroups", "objectIdColumn", "SecurityGroup", "ObjectGuid"},
    {"securityGroups", "sidColumn", "SecurityGroup", "SID"},
    {"cloudApplications", "appIdColumn", "CloudApplication", "AppId"},
    {"cloudApplications", "nameColumn", "CloudApplication", "Name"},
    {"cloudApplications", "instanceNameColumn", "CloudApplication", "InstanceName"},
    {"azureResources", "resourceIdColumn", "AzureResource", "ResourceId"},
    {"dns", "domainNameColumn", "DNS", "DomainName"},
    {"registryValues", "valueNameColumn", "RegistryValue", "Name"},
    {"registryValues", "keyColumn", "RegistryKey", "Key"},
};
constexpr std::string_view lists_without_type[] = {"amazonResources", "googleCloudResources",
                                                   "oAuthApplications"};
constexpr size_t most_identifiers = 3;

void read_impacted_assets(AnalyticRule& rule, Fields& alert) {
  for (Fields& asset : alert.objects("impactedAssets")) {
    const Written kind = asset.required_text("@odata.type");
    const Written column = asset.required_text("identifier");
    EntityMapping entity;
    const auto map = [&](std::string_view type, std::string_view identifier) {
      entity.type = {std::string(type), kind.place};
      entity.fields.push_back({{std::string(identifier), column.place}, column});
    };
    if (kind.text.ends_with("impactedDeviceAsset")) {
      map("Host", equal_ignoring_case(column.text, "deviceName") ? "FullName" : "HostName");
    } else if (kind.text.ends_with("impactedUserAsset")) {
      const bool by_object = equal_ignoring_case(column.text, "accountObjectId");
      map("Account", by_object ? "AadUserId" : "FullName");
    } else if (kind.text.ends_with("impactedMailboxAsset")) {
      map("Mailbox", "MailboxPrimaryAddress");
    } else {
      asset.error("RUL0040", "@odata.type",
                  fmt::format("'{}' is not an impacted asset that is known here", kind.text));
      continue;
    }
    rule.entities.push_back(std::move(entity));
  }
}

/// One entity: the columns of a mapping that have an identifier here, by type. Hashes are entities
/// of their own.
void read_entity(AnalyticRule& rule, Fields& mapping, std::string_view list) {
  std::vector<EntityMapping> entities;
  std::vector<std::pair<Written, Written>> pairs = mapping.pairs();
  const auto take = [&](const MappedColumn& known, const Written& name, const Written& column) {
    auto entity = std::ranges::find_if(entities, [&](const EntityMapping& each) {
      return each.type.text == known.type && known.type != hash;
    });
    if (entity == entities.end()) {
      entities.push_back({.type = {std::string(known.type), name.place}, .fields = {}});
      entity = std::prev(entities.end());
    }
    const auto same = [&](const EntityMapping::Field& field) {
      const std::string& other = field.identifier.text;
      return other == known.identifier || (other == "FullName" && known.identifier == "HostName");
    };
    const bool fits = entity->fields.size() < most_identifiers;
    if (!fits || std::ranges::any_of(entity->fields, same)) return;
    entity->fields.push_back({{std::string(known.identifier), name.place}, column});
  };
  for (const MappedColumn& known : mapped_columns) {
    if (known.list != list) continue;
    std::erase_if(pairs, [&](const std::pair<Written, Written>& pair) {
      if (!equal_ignoring_case(known.column, pair.first.text)) return false;
      if (!pair.second.text.empty()) take(known, pair.first, pair.second);
      return true;
    });
  }
  for (const auto& [name, column] : pairs) {
    if (name.text.starts_with('@') || column.text.empty()) continue;
    mapping.warning("RUL0041", name.text,
                    fmt::format("'{}' is no identifier that entities have here; it is left out",
                                mapping.path_of(name.text)));
  }
  std::ranges::move(entities, std::back_inserter(rule.entities));
}

void read_entity_mappings(AnalyticRule& rule, Fields& alert) {
  auto mappings = alert.object("entityMappings");
  if (!mappings) return;
  std::vector<std::string_view> lists;
  for (const MappedColumn& each : mapped_columns) {
    if (std::ranges::find(lists, each.list) == lists.end()) lists.push_back(each.list);
  }
  for (const std::string_view list : lists) {
    for (Fields& mapping : mappings->objects(list)) read_entity(rule, mapping, list);
  }
  for (const std::string_view list : lists_without_type) {
    if (mappings->objects(list).empty()) continue;
    mappings->warning("RUL0041", list,
                      fmt::format("'{}': entities of this type are not known here; alerts go "
                                  "without them",
                                  mappings->path_of(list)));
  }
  constexpr std::string_view known[] = {"@odata.type"};
  mappings->report_unknown(known);
}

void read_tactics(AnalyticRule& rule, Fields& alert) {
  if (const auto category = alert.text("category")) rule.tactics.push_back(*category);
  rule.techniques = alert.texts("mitreTechniques");
  for (Fields& tactic : alert.objects("tactics")) {
    rule.tactics.push_back(tactic.required_text("tactic"));
    for (Fields& technique : tactic.objects("techniques")) {
      rule.techniques.push_back(technique.required_text("technique"));
      for (Written& part : technique.texts("subTechniques")) {
        rule.techniques.push_back(std::move(part));
      }
    }
  }
}

void read_schedule(AnalyticRule& rule, Fields& schedule) {
  std::array<std::string_view, std::size(detection_schedules)> periods;
  for (size_t i = 0; i < periods.size(); ++i) periods[i] = detection_schedules[i].period;
  constexpr std::string_view known[] = {"@odata.type", "nextRunDateTime"};
  if (schedule.has("frequency")) {
    const auto frequency = schedule.duration("frequency");
    schedule.text("period");  // says the same
    if (frequency) {
      rule.kind = frequency->ticks == 0 ? RuleKind::NearRealTime : RuleKind::Scheduled;
      rule.frequency = *frequency;
      rule.period = schedule.duration("lookback").value_or(look_back_of(*frequency));
      rule.field_places.emplace("queryFrequency", schedule.place("frequency"));
      rule.field_places.emplace("queryPeriod", schedule.place("lookback"));
    }
  } else if (!schedule.has("period")) {
    schedule.error("RUL0010", "frequency", "'schedule.frequency' is missing", "PT1H");
  } else if (const auto period = schedule.choice("period", periods)) {
    rule.kind = *period == 0 ? RuleKind::NearRealTime : RuleKind::Scheduled;
    rule.frequency = {detection_schedules[*period].frequency};
    rule.period = {detection_schedules[*period].look_back};
  }
  schedule.report_unknown(known);
}

void read_alert_template(AnalyticRule& rule, Fields& alert) {
  rule.alert.name_format = alert.text("title");
  if (const auto description = alert.text("description")) {
    rule.description = description->text;
    if (description->text.find("{{") != std::string::npos) {
      rule.alert.description_format = description;
    }
  }
  constexpr std::array<std::string_view, 4> severities = {"Informational", "Low", "Medium", "High"};
  if (const auto severity = alert.choice("severity", severities)) {
    rule.severity = static_cast<AlertSeverity>(*severity);
  }
  constexpr std::array<std::string_view, 2> groupings = {"singleAlert", "alertPerEvent"};
  if (const auto grouping = alert.choice("eventGroupingKind", groupings)) {
    rule.grouping = *grouping == 0 ? EventGrouping::SingleAlert : EventGrouping::AlertPerResult;
  }
  read_tactics(rule, alert);
  read_impacted_assets(rule, alert);
  read_entity_mappings(rule, alert);
  if (auto details = alert.object("customDetails")) {
    for (auto& [name, column] : details->pairs()) {
      if (name.text.starts_with('@')) continue;
      rule.custom_details.push_back({std::move(name), std::move(column)});
    }
  }
  constexpr std::string_view known[] = {"@odata.type", "recommendedActions"};
  alert.report_unknown(known);
}

}  // namespace

AnalyticRule read_custom_detection(Fields& fields, const std::string& file) {
  AnalyticRule rule{.file = file, .place = fields.place()};
  rule.is_custom_detection = true;
  rule.id = fields.text("id").value_or(Written{});
  rule.name = fields.required_text("displayName");
  rule.enabled = fields.flag("isEnabled").value_or(true);
  // Newer than isEnabled, which is written beside it for a while.
  constexpr std::array<std::string_view, 3> states = {"enabled", "disabled", "autoDisabled"};
  if (const auto state = fields.choice("status", states)) rule.enabled = *state == 0;
  rule.grouping = EventGrouping::AlertPerResult;
  if (auto condition = fields.object("queryCondition")) {
    condition->required_text("queryText");
    rule.query = condition->raw_text("queryText");
  }
  if (auto schedule = fields.object("schedule")) {
    read_schedule(rule, *schedule);
  } else {
    fields.error("RUL0010", "schedule", "'schedule' is missing");
  }
  auto action = fields.object("detectionAction");
  if (auto alert = action ? action->object("alertTemplate") : std::nullopt) {
    read_alert_template(rule, *alert);
  } else {
    fields.error("RUL0010", "detectionAction", "'detectionAction.alertTemplate' is missing");
  }
  if (action) {
    constexpr std::string_view known[] = {"@odata.type", "automatedActions", "organizationalScope",
                                          "responseActions"};
    action->report_unknown(known);
  }
  constexpr std::string_view known[] = {
      "@odata.type",    "@odata.context",       "@odata.etag",    "createdBy",  "createdDateTime",
      "lastModifiedBy", "lastModifiedDateTime", "lastRunDetails", "detectorId", "description"};
  fields.report_unknown(known);
  return rule;
}

}  // namespace vedette::rules
