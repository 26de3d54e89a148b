// Incidents in the state of the rules.
#include "rules/state/packed_rows.h"
#include "rules/state/state.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view columns =
    "number, id, title, description, severity, status, classification, classification_reason, "
    "classification_comment, owner, modified_by, created, modified, first_activity, "
    "last_activity, closed, rule_id, group_key, opened_by, labels, comments, alert_ids, rule_ids, "
    "tactics, techniques, first_modified, last_alert, names";

/// An array of JSON, so that people can read the file with any tool.
std::string json_array(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    append_json_string(json, text);
  }
  return json + "]";
}

std::optional<int64_t> ticks_of(std::optional<Datetime> time) {
  if (!time) return {};
  return time->ticks;
}

std::vector<std::string> texts_of_array(Sqlite& sqlite, const std::string& json) {
  std::vector<std::string> texts;
  if (json == "[]") return texts;
  Statement query = sqlite.statement("SELECT value FROM json_each(?) ORDER BY key");
  query.bind(json);
  while (query.step()) texts.push_back(query.text(0));
  return texts;
}

Incident read_incident(Sqlite& sqlite, const Statement& row) {
  Incident incident;
  incident.number = row.integer(0);
  incident.id = row.text(1);
  incident.title = row.text(2);
  incident.description = row.text(3);
  incident.severity = static_cast<AlertSeverity>(row.integer(4));
  incident.status = static_cast<IncidentStatus>(row.integer(5));
  incident.classification = row.text(6);
  incident.classification_reason = row.text(7);
  incident.classification_comment = row.text(8);
  incident.owner = row.text(9);
  incident.modified_by = row.text(10);
  incident.created = {row.integer(11)};
  incident.modified = {row.integer(12)};
  incident.first_activity = {row.integer(13)};
  incident.last_activity = {row.integer(14)};
  if (const auto closed = row.optional_integer(15)) incident.closed = Datetime{*closed};
  incident.rule_id = row.text(16);
  incident.group_key = row.text(17);
  incident.opened_by = {row.integer(18)};
  incident.labels = texts_of_array(sqlite, row.text(19));
  incident.comments = texts_of_array(sqlite, row.text(20));
  incident.alert_ids = texts_of_array(sqlite, row.text(21));
  incident.rule_ids = texts_of_array(sqlite, row.text(22));
  incident.tactics = texts_of_array(sqlite, row.text(23));
  incident.techniques = texts_of_array(sqlite, row.text(24));
  if (const auto first = row.optional_integer(25)) incident.first_modified = Datetime{*first};
  incident.last_alert = {row.integer(26)};
  incident.names = texts_of_array(sqlite, row.text(27));
  return incident;
}

std::string select(std::string_view condition) {
  return "SELECT " + std::string(columns) + " FROM incidents " + std::string(condition);
}

std::vector<Incident> read_incidents(Sqlite& sqlite, Statement& query) {
  std::vector<Incident> incidents;
  while (query.step()) incidents.push_back(read_incident(sqlite, query));
  return incidents;
}

}  // namespace

std::vector<Incident> State::incidents() {
  Statement query = sqlite_.statement(select("ORDER BY number"));
  return read_incidents(sqlite_, query);
}

std::vector<Incident> State::incidents_since(Datetime time) {
  Statement query =
      sqlite_.statement(select("WHERE modified >= ?1 OR opened_by >= ?1 ORDER BY number"));
  query.bind(time.ticks);
  return read_incidents(sqlite_, query);
}

std::optional<Incident> State::find_incident(int64_t number) {
  Statement query = sqlite_.statement(select("WHERE number = ?"));
  query.bind(number);
  if (!query.step()) return {};
  return read_incident(sqlite_, query);
}

int64_t State::next_incident() {
  Statement query = sqlite_.statement("SELECT coalesce(max(number), 0) + 1 FROM incidents");
  query.step();
  return query.integer(0);
}

void State::save(const Incident& incident) {
  static const std::string text = "INSERT OR REPLACE INTO incidents(" + std::string(columns) +
                                  ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  Statement change = sqlite_.statement(text);
  change.bind(incident.number).bind(incident.id).bind(incident.title).bind(incident.description);
  change.bind(static_cast<int64_t>(incident.severity));
  change.bind(static_cast<int64_t>(incident.status));
  change.bind(incident.classification).bind(incident.classification_reason);
  change.bind(incident.classification_comment).bind(incident.owner).bind(incident.modified_by);
  change.bind(incident.created.ticks).bind(incident.modified.ticks);
  change.bind(incident.first_activity.ticks).bind(incident.last_activity.ticks);
  change.bind(ticks_of(incident.closed));
  change.bind(incident.rule_id).bind(incident.group_key).bind(incident.opened_by.ticks);
  for (const auto* list : {&incident.labels, &incident.comments, &incident.alert_ids,
                           &incident.rule_ids, &incident.tactics, &incident.techniques}) {
    change.bind(json_array(*list));
  }
  change.bind(ticks_of(incident.first_modified)).bind(incident.last_alert.ticks);
  change.bind(json_array(incident.names)).run();
}

void State::record(const std::vector<Incident>& incidents, Datetime at) {
  if (incidents.empty()) return;
  for (const Incident& incident : incidents) save(incident);
  put_into_outbox("SecurityIncident", pack_rows(incident_rows(incidents)), at);
}

void State::record(const IncidentEdit& edit, const Incident& changed) {
  Statement change = sqlite_.statement("INSERT INTO incident_edits VALUES(NULL, ?, ?, ?, ?)");
  change.bind(edit.incident).bind(edit.at.ticks).bind(edit.by).bind(edit.change).run();
  record(std::vector<Incident>{changed}, edit.at);
}

std::vector<IncidentEdit> State::edits(int64_t incident) {
  Statement query = sqlite_.statement(
      "SELECT incident, at, by, change FROM incident_edits WHERE incident = ? ORDER BY number");
  query.bind(incident);
  std::vector<IncidentEdit> edits;
  while (query.step()) {
    edits.push_back({.incident = query.integer(0),
                     .at = {query.integer(1)},
                     .by = query.text(2),
                     .change = query.text(3)});
  }
  return edits;
}

}  // namespace vedette::rules
