#include <algorithm>
#include <unordered_map>

#include "rules/alert/alert.h"
#include "rules/alert/details.h"
#include "rules/alert/entities.h"
#include "rules/alert/evidence.h"
#include "rules/alert/identity.h"
#include "rules/alert/table_rows.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr std::string_view triggers[] = {"GreaterThan", "LessThan", "Equal", "NotEqual"};

/// `2024-05-01 09:00:00Z`.
std::string second_text(Datetime time) {
  std::string text = to_text(time).substr(0, 19);
  text[10] = ' ';
  return text + "Z";
}

Datetime floor_second(Datetime time) {
  return {time.ticks - time.ticks % ticks_per_second};
}

Datetime ceil_second(Datetime time) {
  return floor_second({time.ticks + ticks_per_second - 1});
}

/// Makes the alerts of one run.
class Maker {
 public:
  Maker(const AnalyticRule& rule, const Slot& slot, const ResultTable& table, Datetime raised,
        Visibility visibility)
      : rule_(rule),
        slot_(slot),
        rows_(table),
        raised_(raised),
        query_(replay_query(rule, slot, visibility)),
        time_(rows_.find("TimeGenerated")) {
    if (time_ && rows_.columns()[*time_].second != Type::Datetime) time_.reset();
  }

  /// The alert of one row. What tells it from others is the row, not its place, for the order of
  /// rows may be another the next time; rows that are equal are counted.
  Alert make_of_row(size_t row) {
    std::string text;
    rows_.append_object(text, row);
    const size_t number = met_[text]++;
    return make(number == 0 ? text : fmt::format("{} {}", number, text), row, row + 1);
  }

  /// The alert that stands for some rows. `of` tells it from others of the run.
  Alert make(std::string_view of, size_t first, size_t last) const {
    Alert alert{.id = guid_of(fmt::format("alert {} {}", guid_of_run(rule_, slot_), of)),
                .rule_id = guid_of_rule(rule_),
                .rule_name = rule_.name.text,
                .name = rule_.name.text,
                .description = rule_.description,
                .severity = rule_.severity,
                .time = raised_,
                .rows = static_cast<int64_t>(last - first)};
    for (const Written& tactic : rule_.tactics) {
      for (std::string& name : tactics_in(tactic.text)) alert.tactics.push_back(std::move(name));
    }
    std::vector<std::string> techniques;
    for (const Written& technique : rule_.techniques) techniques.push_back(technique.text);
    set_techniques(alert, techniques);
    if (rule_.kind == RuleKind::NearRealTime) {
      alert.properties = {{"ProviderName", "ASI NRT Alerts"},
                          {"ProductComponentName", "NRT Alerts"}};
    }
    set_times(alert, first, last);
    EntityCollector entities(rule_, rows_);
    for (size_t row = first; row < last; ++row) entities.add_row(row);
    alert.entities = entities.take();
    alert.entities_dropped = entities.dropped();
    alert.custom_details = custom_details_of(rule_, rows_, first, last);
    override_details(rule_, rows_, first, alert);
    extend(alert, first, last);
    return alert;
  }

 private:
  void set_times(Alert& alert, size_t first, size_t last) const {
    std::optional<int64_t> start, end;
    for (size_t row = first; time_ && row < last; ++row) {
      const Value time = rows_.value(row, *time_);
      if (time.is_null()) continue;
      start = std::min(start.value_or(time.as_word()), time.as_word());
      end = std::max(end.value_or(time.as_word()), time.as_word());
    }
    alert.start = start ? Datetime{*start} : slot_.from;
    alert.end = end ? Datetime{*end} : slot_.to;
  }

  void extend(Alert& alert, size_t first, size_t last) const {
    const bool per_result = rule_.grouping == EventGrouping::AlertPerResult;
    std::string event;
    if (per_result && last - first == 1) {
      event = event_query(rows_, first);
      if (event.empty()) event = narrowed_query(query_, rows_, first);
    }
    std::vector<std::string> sources;
    for (const Written& type : rule_.data_types) sources.push_back(type.text);
    const auto add = [&](std::string_view key, std::string value) {
      alert.extended.emplace_back(key, std::move(value));
    };
    add("Query Period", to_text(period_of(rule_)));
    add("Trigger Operator", std::string(triggers[static_cast<size_t>(rule_.trigger)]));
    add("Trigger Threshold", fmt::format("{}", rule_.threshold));
    add("Correlation Id", guid_of_run(rule_, slot_));
    add("Search Query Results Overall Count", fmt::format("{}", rows_.size()));
    add("Data Sources", json_list(sources));
    add("Query", event.empty() ? query_ : event);
    if (per_result) add("OriginalQuery", query_);
    add("Query Start Time UTC", second_text(floor_second(slot_.from)));
    add("Query End Time UTC", second_text(ceil_second(slot_.to)));
    add("Analytic Rule Ids", json_list({alert.rule_id}));
    add("Event Grouping", per_result ? "AlertPerEvent" : "SingleAlert");
    add("Analytic Rule Name", alert.rule_name);
    add("ProcessedBySentinel", "True");
    add("Alert generation status", "Full alert created");
    if (!alert.custom_details.empty()) {
      add("Custom Details", custom_details_json(alert.custom_details));
    }
    if (alert.entities_dropped > 0) {
      add("Entities Dropped", fmt::format("{}", alert.entities_dropped));
    }
    add("Query Now", to_text(slot_.at));
    add("Engine Version", engine_version());
    add("Evidence", evidence_json(rows_, first, last));
  }

  const AnalyticRule& rule_;
  const Slot& slot_;
  ResultRows rows_;
  Datetime raised_;
  std::string query_;
  std::optional<size_t> time_;
  std::unordered_map<std::string, size_t> met_;  // rows that have alerts
};

}  // namespace

std::string_view name_of(AlertSeverity severity) {
  constexpr std::string_view names[] = {"Informational", "Low", "Medium", "High"};
  return names[static_cast<size_t>(severity)];
}

std::vector<Alert> make_alerts(const AnalyticRule& rule, const Slot& slot, const ResultTable& rows,
                               Datetime raised, Visibility visibility) {
  if (!fires(rule, static_cast<int64_t>(rows.rows))) return {};
  Maker maker(rule, slot, rows, raised, visibility);
  std::vector<Alert> alerts;
  if (rule.grouping == EventGrouping::SingleAlert || rows.rows == 0) {
    alerts.push_back(maker.make("all", 0, rows.rows));
    return alerts;
  }
  const size_t most =
      rule.kind == RuleKind::NearRealTime ? most_alerts_near_real_time : most_alerts_scheduled;
  const size_t single = rows.rows <= most ? rows.rows : most - 1;
  for (size_t row = 0; row < single; ++row) alerts.push_back(maker.make_of_row(row));
  if (single < rows.rows) alerts.push_back(maker.make("rest", single, rows.rows));
  return alerts;
}

}  // namespace vedette::rules
