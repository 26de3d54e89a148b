// Alerts: what a run that found something tells people, with the rows that prove it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/session/session.h"
#include "rules/rule.h"
#include "rules/run/slot.h"
#include "runtime/value/dynamic.h"

namespace vedette::rules {

/// Someone or something that an alert is about: an account, a host, an address.
struct Entity {
  std::string kind;                                              // as alerts write it: "ip"
  std::vector<std::pair<std::string, std::string>> identifiers;  // "Address", "203.0.113.9"

  /// Entities of the same list that it is about: the host of a process.
  struct Link {
    std::string name;             // "Host"
    bool is_list = false;         // "FileHashes"
    std::vector<size_t> to = {};  // places in the list

    bool operator==(const Link&) const = default;
  };
  std::vector<Link> links = {};

  bool operator==(const Entity&) const = default;
};

/// One alert, before and after it is a row of SecurityAlert.
struct Alert {
  std::string id;       // a GUID made of rule, slot and row: a replay gives the same
  std::string rule_id;  // a GUID
  std::string rule_name;
  std::string name;  // what is shown: the rule's name, or what its format makes of the rows
  std::string description;
  AlertSeverity severity = AlertSeverity::Medium;
  std::vector<std::string> tactics;
  std::vector<std::string> techniques;
  std::vector<std::string> sub_techniques;
  Datetime time = {};             // when it was raised
  Datetime start = {}, end = {};  // first and last event, or the window
  std::vector<Entity> entities;   // without duplicates, in the order of rows and mappings
  size_t entities_dropped = 0;    // beyond the limits
  std::vector<std::pair<std::string, std::vector<std::string>>> custom_details;
  /// Of alertDynamicProperties: column of SecurityAlert and its value.
  std::vector<std::pair<std::string, std::string>> properties;
  /// Values of the column ExtendedProperties, all text, in their order.
  std::vector<std::pair<std::string, std::string>> extended;
  int64_t rows = 0;  // of the result that it stands for
};

/// Most alerts of one run; the last stands for all rows that are left.
constexpr size_t most_alerts_scheduled = 150;
constexpr size_t most_alerts_near_real_time = 30;

/// The alerts of a run whose result is `rows`: none unless the rule fires. `raised` is the time
/// they carry, `visibility` what the run saw, for the query that finds the rows again. Depends on
/// nothing else, so the same arguments give the same bytes.
std::vector<Alert> make_alerts(const AnalyticRule& rule, const Slot& slot, const ResultTable& rows,
                               Datetime raised, Visibility visibility = Visibility::Everything);

/// `Informational`, `Low`, `Medium`, `High`.
std::string_view name_of(AlertSeverity severity);

/// Rows of the table SecurityAlert, in the order of its columns.
ResultTable alert_rows(const std::vector<Alert>& alerts);

}  // namespace vedette::rules
