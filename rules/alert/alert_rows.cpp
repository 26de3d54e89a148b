#include "rules/alert/alert.h"
#include "rules/alert/entities.h"
#include "rules/alert/identity.h"
#include "rules/alert/table_rows.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// A list as JSON; an empty text for none.
std::string listed(const std::vector<std::string>& texts) {
  return texts.empty() ? std::string() : json_list(texts);
}

std::string json_object(const std::vector<std::pair<std::string, std::string>>& texts) {
  std::string out = "{";
  for (const auto& [key, value] : texts) {
    if (out.size() > 1) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  }
  return out + "}";
}

}  // namespace

ResultTable alert_rows(const std::vector<Alert>& alerts) {
  TableRows rows("SecurityAlert");
  for (const Alert& alert : alerts) {
    rows.set_text("TenantId", guid_of_workspace());
    rows.set("TimeGenerated", Value::datetime(alert.time));
    rows.set_text("DisplayName", alert.name);
    rows.set_text("AlertName", alert.name);
    rows.set_text("AlertSeverity", std::string(name_of(alert.severity)));
    rows.set_text("Description", alert.description);
    rows.set_text("ProviderName", "ASI Scheduled Alerts");
    rows.set_text("VendorName", "Microsoft");
    rows.set_text("VendorOriginalId", guid_of("vendor " + alert.id));
    rows.set_text("SystemAlertId", alert.id);
    rows.set_text("AlertType", guid_of_workspace() + "_" + alert.rule_id);
    rows.set("IsIncident", Value::boolean(false));
    rows.set("StartTime", Value::datetime(alert.start));
    rows.set("EndTime", Value::datetime(alert.end));
    rows.set("ProcessingEndTime", Value::datetime(alert.time));
    rows.set_text("ExtendedProperties", json_object(alert.extended));
    rows.set_text("Entities", alert.entities.empty() ? "" : entities_json(alert.entities));
    rows.set_text("SourceSystem", "Detection");
    rows.set_text("ProductName", "Azure Sentinel");
    rows.set_text("ProductComponentName", "Scheduled Alerts");
    rows.set_text("Status", "New");
    rows.set_text("Tactics", fmt::format("{}", fmt::join(alert.tactics, ", ")));
    rows.set_text("Techniques", listed(alert.techniques));
    rows.set_text("SubTechniques", listed(alert.sub_techniques));
    rows.set_text("Type", "SecurityAlert");
    for (const auto& [column, value] : alert.properties) {
      if (column == "ConfidenceScore") {
        rows.set(column, Value::real(parse_real(value).value_or(0)));
      } else {
        rows.set_text(column, value);
      }
    }
    rows.end_row();
  }
  return rows.take();
}

}  // namespace vedette::rules
