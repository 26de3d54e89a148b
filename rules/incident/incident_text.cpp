#include "rules/incident/incident_text.h"

#include <algorithm>

#include "rules/alert/entities.h"
#include "rules/load/duration.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

constexpr size_t longest_cell = 48, longest_row = 150;
constexpr size_t most_rows_shown = 5;

/// Columns that say where a row was stored, not what happened.
constexpr std::string_view housekeeping[] = {
    "TenantId",    "SourceSystem",    "Type",
    "MG",          "_ResourceId",     "_IsBillable",
    "_BilledSize", "_SubscriptionId", "ManagementGroupName"};

/// `2024-05-01 09:00:00`.
std::string time_text(Datetime time) {
  std::string text = to_text(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string cut(std::string text, size_t most) {
  std::ranges::replace(text, '\n', ' ');
  if (count_code_points(text) <= most) return text;
  text.resize(byte_of_code_point(text, most - 3));
  return text + "...";
}

std::string_view identifier(const Entity& entity, std::string_view name) {
  for (const auto& [key, value] : entity.identifiers) {
    if (key == name) return value;
  }
  return {};
}

std::string counted(size_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& texts, std::string_view otherwise) {
  if (texts.empty()) return std::string(otherwise);
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string row_text(const EvidenceRow& row) {
  std::string text;
  for (const auto& [name, value] : row.cells) {
    if (std::ranges::find(housekeeping, name) != std::end(housekeeping)) continue;
    std::string cell = fmt::format("{}={}", name, cut(value, longest_cell));
    if (text.size() + cell.size() > longest_row && !text.empty()) return text + " ...";
    if (!text.empty()) text += "  ";
    text += cell;
  }
  return text;
}

/// When a row happened; the day is left out when it is that of `start`.
std::string row_time(const EvidenceRow& row, Datetime start) {
  if (!row.time) return "- ";
  const bool same_day = row.time->ticks / ticks_per_day == start.ticks / ticks_per_day;
  return time_text(*row.time).substr(same_day ? 11 : 0) + "  ";
}

/// The entities of all alerts, each with the number of alerts that name it; the most named first.
std::vector<std::pair<Entity, size_t>> counted_entities(const IncidentStory& story) {
  std::vector<std::pair<Entity, size_t>> entities;
  for (const StoredAlert& alert : story.alerts) {
    for (const Entity& entity : alert.entities) {
      const auto there = std::ranges::find(entities, entity, &std::pair<Entity, size_t>::first);
      if (there == entities.end()) {
        entities.emplace_back(entity, 1);
      } else {
        ++there->second;
      }
    }
  }
  std::ranges::stable_sort(entities, std::ranges::greater{}, &std::pair<Entity, size_t>::second);
  return entities;
}

void append_head(std::string& out, const IncidentStory& story) {
  const StoredIncident& incident = story.incident;
  out += fmt::format("Incident {}: {}\n", incident.number, incident.title);
  out += fmt::format("  {} severity, {}, {}\n", incident.severity, incident.status,
                     incident.owner.empty() ? "nobody's yet" : "owned by " + incident.owner);
  if (incident.closed) {
    out += fmt::format("  Closed {} as {}", time_text(*incident.closed),
                       incident.classification.empty() ? "Undetermined" : incident.classification);
    if (!incident.classification_reason.empty()) {
      out += fmt::format(" ({})", incident.classification_reason);
    }
    if (!incident.classification_comment.empty()) {
      out += ": " + incident.classification_comment;
    }
    out += '\n';
  }
  const Timespan length{incident.last_activity.ticks - incident.first_activity.ticks};
  out += fmt::format("  Activity from {} to {}, {}\n", time_text(incident.first_activity),
                     time_text(incident.last_activity),
                     short_duration({length.ticks - length.ticks % ticks_per_second}));
  out += fmt::format("  Tactics: {}   Techniques: {}\n", joined(incident.tactics, "none"),
                     joined(incident.techniques, "none"));
  if (!incident.labels.empty()) out += fmt::format("  Labels: {}\n", joined(incident.labels, ""));
  if (!incident.description.empty()) out += fmt::format("\n  {}\n", incident.description);
}

void append_alert(std::string& out, const StoredAlert& alert) {
  out += fmt::format("  {}  [{}] {}\n", time_text(alert.start), alert.severity, alert.name);
  const std::string indent(23, ' ');
  if (alert.end != alert.start) {
    out += fmt::format("{}until {}, raised {}\n", indent, time_text(alert.end),
                       time_text(alert.raised));
  }
  for (const auto& [name, value] : alert.details) {
    out += fmt::format("{}{}: {}\n", indent, name, cut(value, longest_row));
  }
  for (size_t i = 0; i < std::min(alert.evidence.size(), most_rows_shown); ++i) {
    const EvidenceRow& row = alert.evidence[i];
    out += fmt::format("{}{}{}\n", indent, row_time(row, alert.start), row_text(row));
  }
  const size_t shown = std::min(alert.evidence.size(), most_rows_shown);
  const size_t rest = alert.evidence.size() - shown +
                      static_cast<size_t>(std::max<int64_t>(alert.evidence_left_out, 0));
  if (rest > 0) out += fmt::format("{}and {}\n", indent, counted(rest, "row") + " more");
}

void append_history(std::string& out, const IncidentStory& story) {
  out += "\nHistory\n";
  for (const StoredIncident& change : story.changes) {
    out += fmt::format("  {}  {}, {}: {}\n", time_text(change.changed), change.status,
                       counted(change.alert_ids.size(), "alert"), change.changed_by);
  }
  if (story.incident.comments.empty()) return;
  out += "\nComments\n";
  for (const StoredIncident::Comment& comment : story.incident.comments) {
    const auto time = parse_datetime(comment.time);
    out += fmt::format("  {}  {}{}\n", time ? time_text(*time) : comment.time,
                       comment.author.empty() ? "" : comment.author + ": ", comment.message);
  }
}

}  // namespace

std::string entity_text(const Entity& entity) {
  if (std::string name = full_name(entity); !name.empty()) return name;
  if (entity.kind == "filehash") {
    return fmt::format("{} {}", identifier(entity, "Algorithm"), identifier(entity, "Value"));
  }
  const std::string_view folder = identifier(entity, "Directory");
  if (entity.kind == "file" && !folder.empty()) {
    const bool slash = folder.ends_with('\\') || folder.ends_with('/');
    const bool windows = folder.find('\\') != folder.npos;
    return fmt::format("{}{}{}", folder,
                       slash     ? ""
                       : windows ? "\\"
                                 : "/",
                       identifier(entity, "Name"));
  }
  return entity.identifiers.empty() ? entity.kind : entity.identifiers[0].second;
}

std::string incident_list_text(const std::vector<StoredIncident>& incidents) {
  std::string out = fmt::format("{:>6}  {:<13}  {:<6}  {:>6}  {:<19}  {:<20}  {}\n", "Number",
                                "Severity", "Status", "Alerts", "Last activity", "Owner", "Title");
  for (const StoredIncident& incident : incidents) {
    out += fmt::format(
        "{:>6}  {:<13}  {:<6}  {:>6}  {:<19}  {:<20}  {}\n", incident.number, incident.severity,
        incident.status, incident.alert_ids.size(), time_text(incident.last_activity),
        incident.owner.empty() ? "-" : cut(incident.owner, 20), cut(incident.title, 60));
  }
  return out;
}

std::string incident_story_text(const IncidentStory& story) {
  std::string out;
  append_head(out, story);
  if (const auto entities = counted_entities(story); !entities.empty()) {
    out += "\nWho and what\n";
    for (const auto& [entity, alerts] : entities) {
      out += fmt::format("  {:<17} {}  ({})\n", entity.kind, entity_text(entity),
                         counted(alerts, "alert"));
    }
  }
  out += "\nTimeline\n";
  for (const StoredAlert& alert : story.alerts) append_alert(out, alert);
  append_history(out, story);
  return out;
}

}  // namespace vedette::rules
