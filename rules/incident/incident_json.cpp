#include "rules/alert/entities.h"
#include "rules/incident/incident_text.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// Writes JSON objects and arrays member by member.
class Writer {
 public:
  void text(std::string_view name, std::string_view value) { raw(name, json_string(value)); }
  void number(std::string_view name, int64_t value) { raw(name, fmt::format("{}", value)); }
  void time(std::string_view name, Datetime value) { text(name, to_text(value)); }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values) {
      if (list.size() > 1) list += ',';
      append_json_string(list, value);
    }
    raw(name, list + "]");
  }
  void raw(std::string_view name, std::string_view json) {
    if (!members_.empty()) members_ += ',';
    members_ += fmt::format("{}:{}", json_string(name), json);
  }
  std::string object() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

template <typename Item> std::string array_of(const std::vector<Item>& items, auto json) {
  std::string out = "[";
  for (const Item& item : items) {
    if (out.size() > 1) out += ',';
    out += json(item);
  }
  return out + "]";
}

Writer incident_json(const StoredIncident& incident) {
  Writer out;
  out.number("number", incident.number);
  out.text("title", incident.title);
  out.text("severity", incident.severity);
  out.text("status", incident.status);
  out.text("owner", incident.owner);
  out.number("alerts", static_cast<int64_t>(incident.alert_ids.size()));
  out.time("created", incident.created);
  out.time("firstActivity", incident.first_activity);
  out.time("lastActivity", incident.last_activity);
  if (incident.closed) {
    out.time("closed", *incident.closed);
    out.text("classification", incident.classification);
    out.text("classificationReason", incident.classification_reason);
    out.text("classificationComment", incident.classification_comment);
  }
  out.texts("tactics", incident.tactics);
  out.texts("techniques", incident.techniques);
  out.texts("labels", incident.labels);
  return out;
}

std::string entity_json(const Entity& entity) {
  Writer out;
  out.text("type", entity.kind);
  for (const auto& [name, value] : entity.identifiers) out.text(name, value);
  return out.object();
}

std::string row_json(const EvidenceRow& row) {
  Writer out;
  if (row.time) out.time("TimeGenerated", *row.time);
  for (const auto& [name, value] : row.cells) out.text(name, value);
  return out.object();
}

std::string alert_json(const StoredAlert& alert) {
  Writer out;
  out.text("id", alert.id);
  out.text("name", alert.name);
  out.text("rule", alert.rule);
  out.text("severity", alert.severity);
  out.text("tactics", alert.tactics);
  out.time("raised", alert.raised);
  out.time("start", alert.start);
  out.time("end", alert.end);
  out.raw("entities", array_of(alert.entities, entity_json));
  Writer details;
  for (const auto& [name, value] : alert.details) details.text(name, value);
  out.raw("customDetails", details.object());
  out.raw("evidence", array_of(alert.evidence, row_json));
  out.number("evidenceLeftOut", alert.evidence_left_out);
  out.text("query", alert.query);
  return out.object();
}

}  // namespace

std::string incident_list_json(const std::vector<StoredIncident>& incidents) {
  return array_of(incidents,
                  [](const StoredIncident& each) { return incident_json(each).object(); }) +
         "\n";
}

std::string incident_story_json(const IncidentStory& story) {
  Writer out = incident_json(story.incident);
  out.text("description", story.incident.description);
  out.raw("timeline", array_of(story.alerts, alert_json));
  out.raw("history", array_of(story.changes, [](const StoredIncident& change) {
            Writer entry;
            entry.time("time", change.changed);
            entry.text("by", change.changed_by);
            entry.text("status", change.status);
            entry.text("severity", change.severity);
            entry.text("owner", change.owner);
            entry.number("alerts", static_cast<int64_t>(change.alert_ids.size()));
            return entry.object();
          }));
  out.raw("comments", array_of(story.incident.comments, [](const StoredIncident::Comment& comment) {
            Writer entry;
            entry.text("time", comment.time);
            entry.text("author", comment.author);
            entry.text("message", comment.message);
            return entry.object();
          }));
  return out.object() + "\n";
}

}  // namespace vedette::rules
