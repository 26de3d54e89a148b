#include <algorithm>
#include <utility>

#include "rules/alert/identity.h"
#include "rules/incident/incident.h"

namespace vedette::rules {
namespace {

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

std::string group_name(std::string_view rule_id, std::string_view group_key) {
  std::string name(rule_id);
  name += ' ';
  return name += group_key;
}

}  // namespace

void IncidentBook::restore(Incident incident) {
  const int64_t number = incident.number;
  next_number_ = std::max(next_number_, number + 1);
  alerts_.insert(incident.alert_ids.begin(), incident.alert_ids.end());
  if (!incident.group_key.empty()) {
    std::vector<int64_t>& group = groups_[group_name(incident.rule_id, incident.group_key)];
    if (std::ranges::find(group, number) == group.end()) group.push_back(number);
  }
  for (const std::string& name : incident.names) named_[name].push_back(number);
  incidents_.insert_or_assign(number, std::move(incident));
}

void IncidentBook::include(Incident& incident, const Alert& alert) {
  const bool further_rule =
      !incident.rule_ids.empty() &&
      std::ranges::find(incident.rule_ids, alert.rule_id) == incident.rule_ids.end();
  incident.alert_ids.push_back(alert.id);
  add_once(incident.rule_ids, alert.rule_id);
  for (const std::string& tactic : alert.tactics) add_once(incident.tactics, tactic);
  for (const std::string& technique : alert.techniques) add_once(incident.techniques, technique);
  incident.severity = std::max(incident.severity, alert.severity);
  incident.first_activity = std::min(incident.first_activity, alert.start);
  incident.last_activity = std::max(incident.last_activity, alert.end);
  incident.last_alert = std::max(incident.last_alert, alert.time);
  if (further_rule) incident.title = multistage_title(incident.tactics);
  if (!correlation_.enabled) return;
  for (std::string& name : names_shared(alert)) {
    if (std::ranges::find(incident.names, name) != incident.names.end()) continue;
    named_[name].push_back(incident.number);
    incident.names.push_back(std::move(name));
  }
}

Incident* IncidentBook::related_to(const Alert& alert) {
  if (!correlation_.enabled) return nullptr;
  Incident* newest = nullptr;
  for (const std::string& name : names_sought(alert)) {
    const auto named = named_.find(name);
    if (named == named_.end()) continue;
    for (const int64_t number : named->second) {
      Incident& incident = incidents_.at(number);
      const int64_t age = alert.time.ticks - incident.last_alert.ticks;
      if (age < 0 || age > correlation_.window.ticks) continue;
      if (incident.status == IncidentStatus::Closed) continue;
      if (incident.alert_ids.size() >= correlation_.most_alerts) continue;
      if (newest == nullptr || incident.number > newest->number) newest = &incident;
    }
  }
  return newest;
}

Incident* IncidentBook::find(int64_t number) {
  const auto at = incidents_.find(number);
  return at == incidents_.end() ? nullptr : &at->second;
}

std::vector<Incident> IncidentBook::add(const AnalyticRule& rule,
                                        const std::vector<Alert>& alerts) {
  std::vector<int64_t> changed, created;
  if (!rule.incident.create) return {};
  for (const Alert& alert : alerts) {
    if (!alerts_.insert(alert.id).second) continue;
    const std::optional<std::string> key = group_key_of(rule, alert);
    const Incident* full = nullptr;
    Incident* incident = key ? group_of(rule, alert, *key, full) : nullptr;
    if (incident == nullptr) incident = related_to(alert);
    if (incident == nullptr) {
      incident = &open(rule, alert, key.value_or(""));
      if (full != nullptr) {
        incident->title = full->title;
        incident->description = full->description;
        incident->opened_by = full->opened_by;
      }
      created.push_back(incident->number);
    } else if (incident->status == IncidentStatus::Closed) {
      incident->status = IncidentStatus::Active;
      incident->closed.reset();
      incident->classification.clear();
      incident->classification_reason.clear();
      incident->classification_comment.clear();
    }
    include(*incident, alert);
    if (std::ranges::find(created, incident->number) == created.end()) {
      incident->modified = alert.time;
      if (!incident->first_modified) incident->first_modified = alert.time;
      incident->modified_by = "Alert updated";
    }
    if (std::ranges::find(changed, incident->number) == changed.end()) {
      changed.push_back(incident->number);
    }
  }
  std::vector<Incident> result;
  for (const int64_t number : changed) result.push_back(incidents_.at(number));
  return result;
}

Incident& IncidentBook::open(const AnalyticRule& rule, const Alert& alert, std::string group_key) {
  const int64_t number = next_number_++;
  const std::string rule_id = guid_of_rule(rule);
  if (!group_key.empty()) groups_[group_name(rule_id, group_key)].push_back(number);
  Incident incident{.number = number,
                    .id = guid_of("incident " + alert.id),
                    .title = alert.name,
                    .description = alert.description,
                    .severity = alert.severity,
                    .modified_by = "Incident created from alert",
                    .created = alert.time,
                    .modified = alert.time,
                    .first_activity = alert.start,
                    .last_activity = alert.end,
                    .rule_id = rule_id,
                    .group_key = std::move(group_key),
                    .opened_by = alert.time};
  return incidents_.emplace(number, std::move(incident)).first->second;
}

Incident* IncidentBook::group_of(const AnalyticRule& rule, const Alert& alert,
                                 const std::string& group_key, const Incident*& full) {
  const auto group = groups_.find(group_name(guid_of_rule(rule), group_key));
  if (group == groups_.end()) return nullptr;
  // The newest first: older ones are full, or their time is over.
  for (auto number = group->second.rbegin(); number != group->second.rend(); ++number) {
    Incident& incident = incidents_.at(*number);
    const int64_t age = alert.time.ticks - incident.opened_by.ticks;
    if (age < 0 || age > rule.incident.lookback.ticks) continue;
    if (incident.status == IncidentStatus::Closed && !rule.incident.reopen_closed) continue;
    if (incident.alert_ids.size() >= most_alerts_of_incident) {
      if (full == nullptr) full = &incident;
      continue;
    }
    return &incident;
  }
  return nullptr;
}

}  // namespace vedette::rules
