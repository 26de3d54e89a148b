// What is remembered of rules and their runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "rules/rule.h"
#include "rules/run/slot.h"
#include "runtime/value/value.h"

namespace vedette::rules {

/// What becomes of a run; docs/rules/running.md says when.
enum class Outcome { NoAlert, Alerted, Suppressed, Transient, Permanent, Skipped };
std::string_view name_of(Outcome outcome);

/// Why a run takes place.
enum class RunTrigger { Scheduled, Manual, Replay };
std::string_view name_of(RunTrigger trigger);

/// `Scheduled`, `NRT` or `Hunting`.
std::string_view name_of(RuleKind kind);

/// A rule, as the scheduler has to remember it.
struct RuleState {
  std::string id;  // the rule's GUID, in lower case
  std::string name;
  Datetime start = {};               // T0
  Timespan frequency = {};           // that T0 belongs to
  int64_t next_slot = 0;             // the first that has not run
  bool enabled = true;               // what people want
  std::string disabled_reason = {};  // AUTO DISABLED when not empty
  int64_t failures = 0;              // permanent ones in a row, all with one code
  std::string failure_code = {};
  std::optional<Datetime> last_alert = {};  // the latest slot that raised one
  uint64_t definition = 0;                  // hash of what decides its alerts
  std::optional<Datetime> seen = {};        // runs have seen what was ingested before

  bool runs() const { return enabled && disabled_reason.empty(); }
  /// Not turned off by failures, but by what its author wrote.
  bool off_in_file() const { return disabled_reason == written_off; }
  static constexpr const char* written_off = "its file says enabled: false";
  bool operator==(const RuleState&) const = default;
};

/// A run, whatever became of it: one row of RuleRuns.
struct RunRecord {
  int64_t number = 0;  // 1, 2, ... in one database; given by State::record
  std::string rule_id;
  std::string rule_name;
  RuleKind kind = RuleKind::Scheduled;
  Slot slot;
  Datetime started = {};
  std::chrono::nanoseconds duration{0};
  int64_t rows_read = 0, rows_returned = 0;
  int64_t peak_memory = 0;
  Outcome outcome = Outcome::NoAlert;
  int64_t alerts = 0;
  int64_t attempt = 1;  // of this slot
  RunTrigger trigger = RunTrigger::Scheduled;
  std::string message = {};
  std::string engine_version = {};
};

/// A run that failed and is to be tried again.
struct Retry {
  std::string rule_id;
  int64_t slot = 0;
  Datetime at = {};  // the slot's nominal time
  int64_t attempt = 1;
  Datetime due = {};
  std::optional<Datetime> seen_from = {}, seen_before = {};  // of the slot

  bool operator==(const Retry&) const = default;
};

/// Columns of the table RuleRuns, and a run as its row.
const plan::TableColumns& run_columns();
std::vector<Value> run_row(const RunRecord& run);

}  // namespace vedette::rules
