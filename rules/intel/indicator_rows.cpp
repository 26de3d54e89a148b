#include "rules/alert/table_rows.h"
#include "rules/intel/indicator.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

bool is_active(const Indicator& indicator, Datetime now) {
  return !indicator.revoked && now < end_of_validity(indicator) &&
         indicator.valid_from.value_or(now) <= now;
}

/// The column of the older table for an observable, and what it says there.
void set_observable(TableRows& rows, const Observable& observable) {
  const std::string_view path = observable.path;
  const bool network = observable.value.find('/') != std::string::npos;
  if (path.starts_with("ipv4-addr:") || path.starts_with("ipv6-addr:")) {
    rows.set_text(network ? "NetworkCidrBlock" : "NetworkIP", observable.value);
  } else if (path.starts_with("domain-name:")) {
    rows.set_text("DomainName", observable.value);
  } else if (path.starts_with("url:")) {
    rows.set_text("Url", observable.value);
  } else if (path.starts_with("email-")) {
    rows.set_text("EmailSenderAddress", observable.value);
  } else if (path.starts_with("file:hashes.")) {
    std::string algorithm(path.substr(path.find('.') + 1));
    std::erase_if(algorithm, [](char c) { return c == '\'' || c == '-'; });
    rows.set_text("FileHashType", algorithm);
    rows.set_text("FileHashValue", observable.value);
  } else if (path == "file:name") {
    rows.set_text("FileName", observable.value);
  }
}

}  // namespace

Datetime end_of_validity(const Indicator& indicator) {
  constexpr Datetime never_ends{days_of_date(9999, 12, 31) * ticks_per_day};
  return indicator.valid_until.value_or(never_ends);
}

ResultTable indicator_rows(const IndicatorFile& file, std::string_view source, Datetime now) {
  TableRows rows("ThreatIntelIndicators");
  for (const Indicator& indicator : file.indicators) {
    for (const Observable& observable : indicator.observables) {
      const auto time = [&](std::string_view column, Datetime value) {
        rows.set(column, Value::datetime(value));
      };
      time("TimeGenerated", now);
      rows.set_text("Id", indicator.id);
      rows.set_text("SourceSystem", std::string(source));
      rows.set_text("LastUpdateMethod", "Import");
      rows.set("IsDeleted", Value::boolean(false));
      rows.set_json("AdditionalFields",
                    fmt::format(R"({{"TLPLevel":{}}})", json_string(indicator.traffic_light)));
      rows.set_json("Data", indicator.json);
      rows.set("IsActive", Value::boolean(is_active(indicator, now)));
      rows.set("Revoked", Value::boolean(indicator.revoked));
      time("ValidFrom", indicator.valid_from.value_or(now));
      time("ValidUntil", end_of_validity(indicator));
      time("Created", indicator.created.value_or(now));
      time("Modified", indicator.modified.value_or(indicator.created.value_or(now)));
      rows.set_text("Tags", json_list(indicator.tags));
      rows.set("Confidence", Value::int32(indicator.confidence));
      rows.set_text("Pattern", indicator.pattern);
      rows.set_text("ObservableKey", observable.path);
      rows.set_text("ObservableValue", observable.value);
      rows.set_text("Type", "ThreatIntelIndicators");
      rows.end_row();
    }
  }
  return rows.take();
}

ResultTable old_indicator_rows(const IndicatorFile& file, std::string_view source, Datetime now) {
  TableRows rows("ThreatIntelligenceIndicator");
  for (const Indicator& indicator : file.indicators) {
    for (size_t i = 0; i < indicator.observables.size(); ++i) {
      // Rules keep the newest row of an IndicatorId: each observable needs one of its own.
      const std::string id = i == 0 ? indicator.id : fmt::format("{}#{}", indicator.id, i + 1);
      rows.set("TimeGenerated", Value::datetime(now));
      rows.set_text("SourceSystem", std::string(source));
      rows.set_text("Action", "alert");
      rows.set_text("IndicatorId", id);
      rows.set_text("ExternalIndicatorId", indicator.id);
      rows.set("ConfidenceScore", Value::real(static_cast<double>(indicator.confidence)));
      rows.set_text("Description", indicator.description);
      rows.set("ExpirationDateTime", Value::datetime(end_of_validity(indicator)));
      rows.set_text("ThreatType", indicator.threat_type);
      rows.set("Active", Value::boolean(is_active(indicator, now)));
      rows.set_text("Tags", json_list(indicator.tags));
      rows.set_text("TrafficLightProtocolLevel", indicator.traffic_light);
      rows.set_text("IndicatorProvider", std::string(source));
      rows.set_text("Type", "ThreatIntelligenceIndicator");
      set_observable(rows, indicator.observables[i]);
      rows.end_row();
    }
  }
  return rows.take();
}

ResultTable threat_object_rows(const IndicatorFile& file, std::string_view source, Datetime now) {
  TableRows rows("ThreatIntelObjects");
  for (const ThreatObject& object : file.objects) {
    rows.set("TimeGenerated", Value::datetime(now));
    rows.set_text("Id", object.id);
    rows.set_text("SourceSystem", std::string(source));
    rows.set_text("StixType", object.type);
    rows.set_text("LastUpdateMethod", "Import");
    rows.set("IsDeleted", Value::boolean(false));
    rows.set_json("Data", object.json);
    rows.set_text("Type", "ThreatIntelObjects");
    rows.end_row();
  }
  return rows.take();
}

}  // namespace vedette::rules
