#include "rules/incident/stored_incident.h"

#include <algorithm>
#include <map>

#include "rules/alert/entities.h"
#include "rules/alert/result_rows.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view incident_columns =
    "IncidentNumber, TimeGenerated, CreatedTime, FirstActivityTime, LastActivityTime, ClosedTime, "
    "Title, Description, Severity, Status, tostring(Owner.assignedTo), ModifiedBy, Classification, "
    "ClassificationReason, ClassificationComment, AlertIds, Labels, AdditionalData.tactics, "
    "AdditionalData.techniques, Comments";

/// The rows of a query of ours.
ResultTable answer(Session& session, std::string_view query) {
  QueryResult result = session.run(query);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity != Severity::Error) continue;
    throw QueryError(diagnostic.kind, diagnostic.code, diagnostic.message);
  }
  check(result.tables.size() == 1, "a query of one statement has one result");
  return std::move(result.tables[0]);
}

/// Reads the cells of a row one after the other.
class Cells {
 public:
  Cells(const ResultRows& rows, size_t row) : rows_(rows), row_(row) {}

  std::string text() { return rows_.text(row_, column_++); }
  int64_t number() { return time().value_or(Datetime{}).ticks; }
  std::optional<Datetime> time() {
    const Value value = rows_.value(row_, column_++);
    if (value.is_null()) return std::nullopt;
    return Datetime{value.as_word()};
  }
  /// The items of an array; of objects, their member `name`.
  std::vector<std::string> list(std::string_view name = {}) {
    std::vector<std::string> texts;
    const Value value = rows_.value(row_, column_++);
    if (value.is_null()) return texts;
    for (const DynamicView item : DynamicView(value.as_text()).items()) {
      texts.emplace_back();
      append_text(texts.back(), item.is_object() ? item.find(name) : item);
    }
    return texts;
  }
  Value value() { return rows_.value(row_, column_++); }

 private:
  const ResultRows& rows_;
  size_t row_;
  size_t column_ = 0;
};

std::string member(DynamicView object, std::string_view name) {
  std::string text;
  append_text(text, object.find(name));
  return text;
}

StoredIncident incident_of(const ResultRows& rows, size_t row) {
  Cells cells(rows, row);
  StoredIncident incident;
  incident.number = cells.number();
  incident.changed = cells.time().value_or(Datetime{});
  incident.created = cells.time().value_or(Datetime{});
  incident.first_activity = cells.time().value_or(Datetime{});
  incident.last_activity = cells.time().value_or(Datetime{});
  incident.closed = cells.time();
  for (std::string* text :
       {&incident.title, &incident.description, &incident.severity, &incident.status,
        &incident.owner, &incident.changed_by, &incident.classification,
        &incident.classification_reason, &incident.classification_comment}) {
    *text = cells.text();
  }
  incident.alert_ids = cells.list();
  incident.labels = cells.list("labelName");
  incident.tactics = cells.list();
  incident.techniques = cells.list();
  const Value comments = cells.value();
  if (comments.is_null()) return incident;
  for (const DynamicView comment : DynamicView(comments.as_text()).items()) {
    incident.comments.push_back({member(comment, "createdTimeUtc"),
                                 member(comment.find("author"), "name"),
                                 member(comment, "message")});
  }
  return incident;
}

/// All rows of SecurityIncident that a condition leaves, by number and time.
std::vector<StoredIncident> all_changes(Session& session, std::string_view condition) {
  const ResultTable table =
      answer(session, fmt::format("SecurityIncident{} | project {}", condition, incident_columns));
  const ResultRows rows(table);
  std::vector<StoredIncident> changes;
  for (size_t row = 0; row < rows.size(); ++row) changes.push_back(incident_of(rows, row));
  // Of changes at one moment the one that knows more alerts is the later.
  const auto place = [](const StoredIncident& incident) {
    return std::tuple(incident.number, incident.changed, incident.alert_ids.size());
  };
  std::ranges::stable_sort(changes, {}, place);
  return changes;
}

EvidenceRow evidence_row(DynamicView columns, DynamicView cells) {
  EvidenceRow row;
  for (size_t i = 0; i < columns.size(); ++i) {
    const DynamicView cell = cells.at(static_cast<int64_t>(i));
    const std::string name = member(columns.at(static_cast<int64_t>(i)), "name");
    std::string text;
    append_text(text, cell);
    if (name == "TimeGenerated") row.time = parse_datetime(text);
    if (!text.empty() && name != "TimeGenerated") row.cells.emplace_back(name, std::move(text));
  }
  return row;
}

void read_properties(StoredAlert& alert, std::string_view json) {
  DynamicBuilder builder;
  if (!parse_json_text(json, builder)) return;
  const DynamicView properties = builder.view();
  alert.rule = member(properties, "Analytic Rule Name");
  alert.query = member(properties, "Query");
  DynamicBuilder evidence;
  if (parse_json_text(properties.find("Evidence").as_text(), evidence)) {
    const DynamicView columns = evidence.view().find("columns");
    for (const DynamicView cells : evidence.view().find("rows").items()) {
      alert.evidence.push_back(evidence_row(columns, cells));
    }
    alert.evidence_left_out = evidence.view().find("left_out").as_long();
    std::ranges::stable_sort(alert.evidence, {}, &EvidenceRow::time);
  }
  DynamicBuilder details;
  if (!parse_json_text(properties.find("Custom Details").as_text(), details)) return;
  for (const auto& [name, values] : details.view().entries()) {
    std::string text;
    for (const DynamicView value : values.items()) {
      if (!text.empty()) text += ", ";
      append_text(text, value);
    }
    alert.details.emplace_back(name, std::move(text));
  }
}

std::vector<StoredAlert> alerts_of(Session& session, const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + json_string(id);
  // An alert that was stored twice is shown once.
  const ResultTable table =
      answer(session,
             fmt::format("SecurityAlert | where SystemAlertId in ({}) "
                         "| summarize arg_max(TimeGenerated, *) by SystemAlertId "
                         "| project TimeGenerated, StartTime, EndTime, SystemAlertId, DisplayName, "
                         "Description, AlertSeverity, Tactics, Entities, ExtendedProperties",
                         list));
  const ResultRows rows(table);
  std::vector<StoredAlert> alerts;
  for (size_t row = 0; row < rows.size(); ++row) {
    Cells cells(rows, row);
    StoredAlert alert;
    alert.raised = cells.time().value_or(Datetime{});
    alert.start = cells.time().value_or(alert.raised);
    alert.end = cells.time().value_or(alert.raised);
    for (std::string* text :
         {&alert.id, &alert.name, &alert.description, &alert.severity, &alert.tactics}) {
      *text = cells.text();
    }
    alert.entities = entities_of_json(cells.text());
    read_properties(alert, cells.text());
    alerts.push_back(std::move(alert));
  }
  std::ranges::sort(alerts, {}, [](const StoredAlert& alert) {
    return std::tuple(alert.start, alert.raised, alert.id);
  });
  return alerts;
}

}  // namespace

std::vector<StoredIncident> stored_incidents(Session& session) {
  std::vector<StoredIncident> latest;
  for (StoredIncident& change : all_changes(session, "")) {
    if (!latest.empty() && latest.back().number == change.number) {
      latest.back() = std::move(change);
    } else {
      latest.push_back(std::move(change));
    }
  }
  return latest;
}

std::optional<IncidentStory> incident_story(Session& session, int64_t number) {
  IncidentStory story;
  story.changes = all_changes(session, fmt::format(" | where IncidentNumber == {}", number));
  if (story.changes.empty()) return std::nullopt;
  story.incident = story.changes.back();
  story.alerts = alerts_of(session, story.incident.alert_ids);
  return story;
}

}  // namespace vedette::rules
