// What a rule author writes: a query, when it runs, and what its alerts look like.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/datetime.h"

namespace vedette::rules {

/// A place in a file, both from 1; 0 when it is not known.
struct Place {
  int line = 0;
  int column = 0;
};

/// A text of the file that somebody may have to complain about.
struct Written {
  std::string text;
  Place place = {};
};

enum class RuleKind { Scheduled, NearRealTime, Hunting };
enum class AlertSeverity { Informational, Low, Medium, High };
enum class Trigger { GreaterThan, LessThan, Equal, NotEqual };

/// One row, one alert; or all rows of a run in one.
enum class EventGrouping { SingleAlert, AlertPerResult };

/// Which alerts belong to one incident.
enum class IncidentMatching { AllEntities, AnyAlert, Selected };

/// One entity that each row names: the columns that hold its identifiers.
struct EntityMapping {
  struct Field {
    Written identifier;  // "Address"
    Written column;      // "SourceIP"
  };
  Written type;  // "IP"
  std::vector<Field> fields;
  /// Not written, but implied by an old column name such as IPCustomEntity.
  bool implied = false;
};

/// An alert's text made of its rows: `{{Column}}` stands for a value.
struct AlertOverride {
  struct Property {
    Written name;
    Written column;
  };
  std::optional<Written> name_format;
  std::optional<Written> description_format;
  std::optional<Written> tactics_column;
  std::optional<Written> severity_column;
  std::vector<Property> properties;
};

/// How alerts become incidents.
struct IncidentSettings {
  bool create = true;
  bool group = false;
  bool reopen_closed = false;
  Timespan lookback = {5 * ticks_per_hour};
  IncidentMatching matching = IncidentMatching::AllEntities;
  std::vector<Written> entities = {};
  std::vector<Written> alert_details = {};
  std::vector<Written> custom_details = {};
};

/// What one run of a rule may use; what is not said, all rules have alike.
struct RunLimitsOfRule {
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<int64_t> memory_bytes;
};

/// An analytic rule or a hunting query.
struct AnalyticRule {
  std::string file;
  Place place;                                                  // where it begins
  std::map<std::string, Place, std::less<>> field_places = {};  // of fields that are no texts

  /// Where a field is; where the rule begins when that is not known.
  Place place_of(std::string_view field) const;

  Written id;  // a GUID; empty when the file has none
  Written name;
  std::string description;
  RuleKind kind = RuleKind::Scheduled;
  bool is_custom_detection = false;  // of Defender, which looks back further than Sentinel
  AlertSeverity severity = AlertSeverity::Medium;
  bool enabled = true;
  std::string status;
  std::string version;

  Written query;
  /// Line of the file that holds the query's first line, and how far it is indented; line 0 when
  /// the query's lines are not lines of the file.
  Place query_start = {};

  Timespan frequency = {};  // from the start of one run to the start of the next
  Timespan period = {};     // how far back a run looks
  std::optional<Datetime> start = {};  // T0, for rules that are not to begin at once
  Trigger trigger = Trigger::GreaterThan;
  int64_t threshold = 0;  // compared with the number of result rows
  bool suppression = false;
  Timespan suppression_duration = {};

  std::vector<Written> tactics;
  std::vector<Written> techniques;
  std::vector<Written> data_types;  // tables that the rule's connectors fill

  std::vector<EntityMapping> entities;
  std::vector<Written> entity_columns;  // columns that hold entities as JSON already
  struct CustomDetail {
    Written name;
    Written column;
  };
  std::vector<CustomDetail> custom_details;
  AlertOverride alert;
  EventGrouping grouping = EventGrouping::SingleAlert;
  IncidentSettings incident;
  RunLimitsOfRule limits = {};  // of limits.yaml beside the rule
};

/// Does a run with so many rows raise an alert?
bool fires(const AnalyticRule& rule, int64_t rows);

}  // namespace vedette::rules
