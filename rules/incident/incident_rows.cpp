#include "rules/alert/identity.h"
#include "rules/alert/table_rows.h"
#include "rules/incident/incident.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// An owner is named by the address that signs in, or by any other name.
std::string owner_json(const std::string& owner) {
  const std::string name = owner.empty() ? "null" : json_string(owner);
  const std::string address = owner.find('@') == std::string::npos ? "null" : name;
  return fmt::format(R"({{"objectId":null,"email":{},"assignedTo":{},"userPrincipalName":{}}})",
                     address, name, address);
}

std::string labels_json(const std::vector<std::string>& labels) {
  std::string out = "[";
  for (const std::string& label : labels) {
    if (out.size() > 1) out += ',';
    out += fmt::format(R"({{"labelName":{},"labelType":"User"}})", json_string(label));
  }
  return out + "]";
}

std::string additional_json(const Incident& incident) {
  return fmt::format(R"({{"alertsCount":{},"bookmarksCount":0,"commentsCount":{},)"
                     R"("alertProductNames":["Azure Sentinel"],"tactics":{},"techniques":{}}})",
                     incident.alert_ids.size(), incident.comments.size(),
                     json_list(incident.tactics), json_list(incident.techniques));
}

}  // namespace

std::string_view name_of(IncidentStatus status) {
  constexpr std::string_view names[] = {"New", "Active", "Closed"};
  return names[static_cast<size_t>(status)];
}

ResultTable incident_rows(const std::vector<Incident>& incidents) {
  TableRows rows("SecurityIncident");
  for (const Incident& incident : incidents) {
    const auto time = [&](std::string_view column, Datetime value) {
      rows.set(column, Value::datetime(value));
    };
    rows.set_text("TenantId", guid_of_workspace());
    time("TimeGenerated", incident.modified);
    rows.set_text("IncidentName", incident.id);
    rows.set_text("Title", incident.title);
    rows.set_text("Description", incident.description);
    rows.set_text("Severity", std::string(name_of(incident.severity)));
    rows.set_text("Status", std::string(name_of(incident.status)));
    rows.set_text("Classification", incident.classification);
    rows.set_text("ClassificationComment", incident.classification_comment);
    rows.set_text("ClassificationReason", incident.classification_reason);
    rows.set_json("Owner", owner_json(incident.owner));
    rows.set_text("ProviderName", "Azure Sentinel");
    rows.set_text("ProviderIncidentId", fmt::format("{}", incident.number));
    time("FirstActivityTime", incident.first_activity);
    time("LastActivityTime", incident.last_activity);
    if (incident.first_modified) time("FirstModifiedTime", *incident.first_modified);
    time("LastModifiedTime", incident.modified);
    time("CreatedTime", incident.created);
    if (incident.closed) time("ClosedTime", *incident.closed);
    rows.set("IncidentNumber", Value::int32(incident.number));
    rows.set_json("RelatedAnalyticRuleIds", json_list(incident.rule_ids));
    rows.set_json("AlertIds", json_list(incident.alert_ids));
    rows.set_json("BookmarkIds", "[]");
    rows.set_json("Comments", fmt::format("[{}]", fmt::join(incident.comments, ",")));
    rows.set_json("Tasks", "[]");
    rows.set_json("Labels", labels_json(incident.labels));
    rows.set_json("AdditionalData", additional_json(incident));
    rows.set_text("ModifiedBy", incident.modified_by);
    rows.set_text("SourceSystem", "Azure");
    rows.set_text("Type", "SecurityIncident");
    rows.end_row();
  }
  return rows.take();
}

}  // namespace vedette::rules
