// What people change about incidents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/incident/incident.h"

namespace vedette::rules {

constexpr size_t most_comments = 100;
constexpr size_t longest_comment = 30'000;

/// A change that somebody wants. What is not set stays as it is.
struct IncidentChange {
  std::optional<IncidentStatus> status;
  std::optional<AlertSeverity> severity;
  std::optional<std::string> title, owner;  // an empty owner: nobody
  std::optional<std::string> classification, classification_reason, classification_comment;
  std::vector<std::string> add_labels, remove_labels;
  std::string comment;

  bool operator==(const IncidentChange&) const = default;
};

/// The reasons that go with a classification (`TruePositive`, `BenignPositive`, `FalsePositive`,
/// `Undetermined`); none for one that does not exist.
std::vector<std::string_view> reasons_of(std::string_view classification);
const std::vector<std::string_view>& incident_classifications();

/// The change made by `by` at `time`, and what it was in words. Closing sets ClosedTime, and a
/// classification if there is none; opening again takes both back. Throws QueryError RUL0411 for
/// what an incident cannot become: a classification or a reason that does not exist, a comment
/// that is too long or one too many.
std::string apply_change(Incident& incident, const IncidentChange& change, const std::string& by,
                         Datetime time);

}  // namespace vedette::rules
