// Incidents: alerts that belong together, and what people do about them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/session/session.h"
#include "rules/alert/alert.h"
#include "rules/incident/correlation.h"
#include "rules/rule.h"

namespace vedette::rules {

enum class IncidentStatus { New, Active, Closed };

/// An incident as it is now. Each change appends one row to SecurityIncident.
struct Incident {
  int64_t number = 0;  // 1, 2, ... in one database
  std::string id;      // IncidentName: a GUID made of the first alert
  std::string title;
  std::string description;
  AlertSeverity severity = AlertSeverity::Medium;
  IncidentStatus status = IncidentStatus::New;
  std::string classification = {}, classification_reason = {}, classification_comment = {};
  std::string owner = {};
  std::string modified_by = {};
  std::vector<std::string> labels = {};
  std::vector<std::string> comments = {};  // JSON objects
  std::vector<std::string> alert_ids = {};
  std::vector<std::string> rule_ids = {};
  std::vector<std::string> tactics = {}, techniques = {};
  Datetime created = {}, modified = {};
  Datetime first_activity = {}, last_activity = {};
  std::optional<Datetime> first_modified = {};  // when it was first changed after it was created
  std::optional<Datetime> closed = {};

  // What grouping compares; kept, not shown.
  std::string rule_id = {};             // whose alerts it takes
  std::string group_key = {};           // of its first alert, as the rule's settings make it
  Datetime opened_by = {};              // time of its first alert: the window counts from here
  std::vector<std::string> names = {};  // names_shared of its alerts, when alerts are correlated
  Datetime last_alert = {};             // time of its newest alert
};

/// Most alerts of one incident; those beyond go to a sibling.
constexpr size_t most_alerts_of_incident = 150;

/// All incidents that can still change, and the numbers given out. Not thread-safe; knows nothing
/// of storage, so that tests and back-tests use it alone.
class IncidentBook {
 public:
  explicit IncidentBook(int64_t next_number = 1, Correlation correlation = {})
      : next_number_(next_number), correlation_(correlation) {}

  /// Takes up what was stored.
  void restore(Incident incident);

  /// Puts the alerts of one run into incidents, by the rule's settings; answers the incidents that
  /// were created or changed, each once, as they are afterwards. An alert that is in an incident
  /// already changes nothing.
  std::vector<Incident> add(const AnalyticRule& rule, const std::vector<Alert>& alerts);

  const std::map<int64_t, Incident>& incidents() const { return incidents_; }
  Incident* find(int64_t number);
  /// The number that the next incident gets.
  int64_t next_number() const { return next_number_; }

 private:
  Incident& open(const AnalyticRule& rule, const Alert& alert, std::string group_key);
  Incident* group_of(const AnalyticRule& rule, const Alert& alert, const std::string& group_key,
                     const Incident*& full);

  /// An incident, of whichever rule, that is about the same as the alert.
  Incident* related_to(const Alert& alert);
  /// Takes an alert into an incident.
  void include(Incident& incident, const Alert& alert);

  int64_t next_number_ = 1;
  Correlation correlation_;
  std::map<int64_t, Incident> incidents_;
  std::unordered_set<std::string> alerts_;                        // in any incident
  std::unordered_map<std::string, std::vector<int64_t>> groups_;  // rule and key to its incidents
  std::unordered_map<std::string, std::vector<int64_t>> named_;   // correlated: name to incidents
};

/// What alerts of one incident of the rule have in common, by the rule's settings; nothing for an
/// alert that is an incident of its own.
std::optional<std::string> group_key_of(const AnalyticRule& rule, const Alert& alert);

/// Rows of the table SecurityIncident, in the order of its columns.
ResultTable incident_rows(const std::vector<Incident>& incidents);

std::string_view name_of(IncidentStatus status);

}  // namespace vedette::rules
