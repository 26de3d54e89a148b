// What a rule would have done: all of its slots in a stretch of time, with alerts and incidents as
// a live system would have made them. docs/rules/backtesting.md explains the numbers.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "rules/incident/correlation.h"
#include "rules/run/run_query.h"

namespace vedette::rules {

/// Slots with `from <= T_k <= to` of a grid that begins at `from`.
struct BacktestOptions {
  Datetime from = {};
  Datetime to = {};
  RunLimits limits = {};
  int threads = 1;            // runs at a time
  size_t most_entities = 10;  // that the report names
  QueryOptions query = {};    // what all runs share
  const std::atomic<bool>* cancelled = nullptr;
  /// Each run that was not suppressed, in the order of rules and slots.
  std::function<void(const AnalyticRule&, const Slot&, const QueryRun&)> on_run = {};
};

/// What happened in one hour or day.
struct BacktestBucket {
  Datetime start = {};
  int64_t runs = 0, rows = 0, alerts = 0;
};

struct BacktestEntity {
  std::string kind;
  std::string text;  // its identifiers
  int64_t alerts = 0;
};

/// What became of one rule.
struct RuleBacktest {
  std::string rule_id, rule_name, file;
  Timespan frequency = {}, period = {};

  int64_t slots = 0;
  int64_t slots_with_alerts = 0;
  int64_t suppressed = 0;
  int64_t failed = 0;
  std::string first_problem;  // of the slots that failed

  int64_t rows = 0;  // of all results
  int64_t alerts = 0;
  int64_t duplicates = 0;  // alerts about what an earlier one was about, because of the same events
  int64_t nothing_else = 0;  // those of them that are about nothing else

  /// From the end of one window to the begin of the next, when the rule looks back less far than
  /// its frequency; and the events of its tables that no window covers for that reason.
  Timespan gap = {};
  int64_t uncovered_events = 0;

  int64_t incidents = 0;
  int64_t largest_incident = 0;          // alerts in it
  std::vector<BacktestEntity> entities;  // those in most alerts first
  Timespan bucket = {};                  // an hour or a day
  std::vector<BacktestBucket> buckets;   // those in which something was found, in order

  int64_t rows_scanned = 0;  // by runs
  int64_t runs_skipped = 0;  // their windows held nothing for the rule
  std::chrono::nanoseconds elapsed{0};
};

struct Backtest {
  Datetime from = {}, to = {};
  std::vector<RuleBacktest> rules;
  int64_t incidents = 0;       // of all rules together
  int64_t rows_read_once = 0;  // of tables, for all rules and slots at once
  int64_t bytes_kept = 0;
  std::chrono::nanoseconds elapsed{0};
};

/// Runs the rules. Near-real-time rules see events by TimeGenerated. `session` queries `database`.
/// Throws QueryError when it is cancelled.
Backtest run_backtest(Session& session, const Database& database,
                      const std::vector<AnalyticRule>& rules, const BacktestOptions& options);

/// For people: one section a rule, with a histogram.
std::string to_text(const Backtest& backtest);
/// One JSON object.
std::string to_json(const Backtest& backtest);

}  // namespace vedette::rules
