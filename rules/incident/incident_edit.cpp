#include "rules/incident/incident_edit.h"

#include <algorithm>

#include "rules/alert/identity.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw QueryError(ErrorKind::Runtime, "RUL0411", std::move(message));
}

/// A change in words, part by part.
class Words {
 public:
  void add(std::string part) { text_ += (text_.empty() ? "" : "; ") + part; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void change_text(std::string& held, const std::optional<std::string>& wanted, std::string_view name,
                 Words& words) {
  if (!wanted || *wanted == held) return;
  words.add(fmt::format("{} {}", name, wanted->empty() ? "none" : *wanted));
  held = *wanted;
}

void change_status(Incident& incident, IncidentStatus status, Datetime time, Words& words) {
  if (status == incident.status) return;
  words.add(fmt::format("status {}", name_of(status)));
  if (status == IncidentStatus::Closed) {
    incident.closed = time;
    if (incident.classification.empty()) incident.classification = "Undetermined";
  } else {
    incident.closed.reset();
    incident.classification.clear();
    incident.classification_reason.clear();
    incident.classification_comment.clear();
  }
  incident.status = status;
}

void check_classification(const Incident& incident) {
  if (incident.classification.empty()) {
    if (incident.classification_reason.empty()) return;
    refuse("a reason needs a classification");
  }
  const auto& known = incident_classifications();
  if (std::ranges::find(known, incident.classification) == known.end()) {
    refuse(fmt::format("'{}' is not a classification: {}", incident.classification,
                       fmt::join(known, ", ")));
  }
  const auto reasons = reasons_of(incident.classification);
  if (incident.classification_reason.empty()) return;
  if (std::ranges::find(reasons, incident.classification_reason) != reasons.end()) return;
  refuse(fmt::format(
      "'{}' is not a reason for {}: {}", incident.classification_reason, incident.classification,
      reasons.empty() ? "it has none" : fmt::format("{}", fmt::join(reasons, ", "))));
}

void add_comment(Incident& incident, const std::string& comment, const std::string& by,
                 Datetime time) {
  if (comment.empty()) return;
  if (incident.comments.size() >= most_comments) {
    refuse(fmt::format("an incident has {} comments at most", most_comments));
  }
  if (count_code_points(comment) > longest_comment) {
    refuse(fmt::format("a comment has {} characters at most", longest_comment));
  }
  incident.comments.push_back(fmt::format(
      R"({{"id":"{}","createdTimeUtc":"{}","message":{},"author":{{"name":{}}}}})",
      guid_of(fmt::format("comment {} {} {}", incident.id, incident.comments.size(), time.ticks)),
      to_text(time), json_string(comment), json_string(by)));
}

}  // namespace

const std::vector<std::string_view>& incident_classifications() {
  static const std::vector<std::string_view> all = {"TruePositive", "BenignPositive",
                                                    "FalsePositive", "Undetermined"};
  return all;
}

std::vector<std::string_view> reasons_of(std::string_view classification) {
  if (classification == "TruePositive") return {"SuspiciousActivity"};
  if (classification == "BenignPositive") return {"SuspiciousButExpected"};
  if (classification == "FalsePositive") return {"IncorrectAlertLogic", "InaccurateData"};
  return {};
}

std::string apply_change(Incident& incident, const IncidentChange& change, const std::string& by,
                         Datetime time) {
  Incident changed = incident;
  Words words;
  if (change.severity && *change.severity != changed.severity) {
    changed.severity = *change.severity;
    words.add(fmt::format("severity {}", name_of(changed.severity)));
  }
  if (change.status) change_status(changed, *change.status, time, words);
  change_text(changed.title, change.title, "title", words);
  change_text(changed.owner, change.owner, "owner", words);
  change_text(changed.classification, change.classification, "classification", words);
  change_text(changed.classification_reason, change.classification_reason, "reason", words);
  change_text(changed.classification_comment, change.classification_comment,
              "classification comment", words);
  for (const std::string& label : change.add_labels) {
    if (std::ranges::find(changed.labels, label) != changed.labels.end()) continue;
    changed.labels.push_back(label);
    words.add("label " + label);
  }
  for (const std::string& label : change.remove_labels) {
    if (std::erase(changed.labels, label) > 0) words.add("no label " + label);
  }
  check_classification(changed);
  add_comment(changed, change.comment, by, time);
  if (!change.comment.empty()) words.add("comment");
  std::string text = words.take();
  if (text.empty()) return text;
  changed.modified = std::max(time, incident.modified);
  changed.modified_by = by;
  if (!changed.first_modified) changed.first_modified = changed.modified;
  incident = std::move(changed);
  return text;
}

}  // namespace vedette::rules
