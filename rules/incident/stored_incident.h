// Incidents and alerts as the tables SecurityIncident and SecurityAlert hold them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/session/session.h"
#include "rules/alert/alert.h"

namespace vedette::rules {

/// A row of the evidence that an alert carries: the cells that say something, as text.
struct EvidenceRow {
  std::optional<Datetime> time;  // of its column TimeGenerated
  std::vector<std::pair<std::string, std::string>> cells;
};

/// An alert that was stored.
struct StoredAlert {
  std::string id, name, description, severity, rule, tactics, query;
  Datetime raised = {}, start = {}, end = {};
  std::vector<Entity> entities;
  std::vector<std::pair<std::string, std::string>> details;  // name, values with commas
  std::vector<EvidenceRow> evidence;                         // in the order of time
  int64_t evidence_left_out = 0;                             // rows that it was too large for
};

/// One row of SecurityIncident: how an incident stood after a change.
struct StoredIncident {
  int64_t number = 0;
  Datetime changed = {}, created = {}, first_activity = {}, last_activity = {};
  std::optional<Datetime> closed;
  std::string title, description, severity, status, owner, changed_by;
  std::string classification, classification_reason, classification_comment;
  std::vector<std::string> alert_ids, labels, tactics, techniques;
  struct Comment {
    std::string time, author, message;
  };
  std::vector<Comment> comments;
};

/// An incident with all that belongs to it.
struct IncidentStory {
  StoredIncident incident;              // as it stands
  std::vector<StoredIncident> changes;  // every row, oldest first
  std::vector<StoredAlert> alerts;      // by first activity
};

/// All incidents as they stand, in the order of their numbers. Throws QueryError when the tables
/// cannot be read.
std::vector<StoredIncident> stored_incidents(Session& session);

/// One incident; nothing when there is none with this number.
std::optional<IncidentStory> incident_story(Session& session, int64_t number);

}  // namespace vedette::rules
