#include "rules/state/records.h"

namespace vedette::rules {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::NoAlert:
      return "NoAlert";
    case Outcome::Alerted:
      return "Alerted";
    case Outcome::Suppressed:
      return "Suppressed";
    case Outcome::Transient:
      return "Transient";
    case Outcome::Permanent:
      return "Permanent";
    case Outcome::Skipped:
      break;
  }
  return "Skipped";
}

std::string_view name_of(RunTrigger trigger) {
  switch (trigger) {
    case RunTrigger::Scheduled:
      return "Scheduled";
    case RunTrigger::Manual:
      return "Manual";
    case RunTrigger::Replay:
      break;
  }
  return "Replay";
}

std::string_view name_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::Scheduled:
      return "Scheduled";
    case RuleKind::NearRealTime:
      return "NRT";
    case RuleKind::Hunting:
      break;
  }
  return "Hunting";
}

const plan::TableColumns& run_columns() {
  static const plan::TableColumns columns = {
      {"TimeGenerated", Type::Datetime}, {"RuleId", Type::String},
      {"RuleName", Type::String},        {"RuleKind", Type::String},
      {"SlotNumber", Type::Long},        {"SlotTime", Type::Datetime},
      {"WindowStart", Type::Datetime},   {"WindowEnd", Type::Datetime},
      {"Started", Type::Datetime},       {"Duration", Type::Timespan},
      {"RowsRead", Type::Long},          {"RowsReturned", Type::Long},
      {"PeakMemoryBytes", Type::Long},   {"Outcome", Type::String},
      {"AlertCount", Type::Long},        {"Attempt", Type::Long},
      {"Trigger", Type::String},         {"Message", Type::String},
      {"EngineVersion", Type::String},   {"RunNumber", Type::Long}};
  return columns;
}

std::vector<Value> run_row(const RunRecord& run) {
  const auto text = [](std::string_view text) { return Value::string(std::string(text)); };
  return {Value::datetime(run.started),
          text(run.rule_id),
          text(run.rule_name),
          text(name_of(run.kind)),
          Value::int64(run.slot.number),
          Value::datetime(run.slot.at),
          Value::datetime(run.slot.from),
          Value::datetime(run.slot.to),
          Value::datetime(run.started),
          Value::timespan({run.duration.count() / 100}),
          Value::int64(run.rows_read),
          Value::int64(run.rows_returned),
          Value::int64(run.peak_memory),
          text(name_of(run.outcome)),
          Value::int64(run.alerts),
          Value::int64(run.attempt),
          text(name_of(run.trigger)),
          text(run.message),
          text(run.engine_version),
          Value::int64(run.number)};
}

}  // namespace vedette::rules
