// Answers the queries of many rules with one pass over each table: every column is decoded once,
// every condition is evaluated once, and each rule's runs read the few rows that are left for it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/run/run_query.h"
#include "rules/share/table_share.h"

namespace vedette::rules {

/// What sharing has done so far.
struct SharingStatistics {
  int64_t rules_planned = 0;  // once for all their runs
  int64_t rules_alone = 0;    // their plans depend on the clock or on rows: planned for each run
  int64_t scans = 0;          // different ones, that rows are kept for
  int64_t rows_read = 0;      // of tables, by the passes
  std::chrono::nanoseconds reading{0};  // CPU time of the passes
  int64_t bytes_kept = 0;
  int64_t runs = 0, runs_skipped = 0;  // the window held no row for the rule
  int64_t runs_repeated = 0;           // it held the rows of the run before
};

struct SharingOptions {
  int64_t memory_bytes = 2ll << 30;  // of the rows kept for all rules
};

/// Answers as a DirectRunner does. Rules are told in advance, so that one pass serves them all;
/// others may be run too.
///
/// How: a rule's query is planned once, with its clock and window left open. The conditions of its
/// scans that do not depend on them are evaluated for a block of the table when the first run needs
/// the block, for all rules at once, and the rows that pass are kept in memory. A run reads those
/// in place of the table, in the table's order, and evaluates all of its conditions, so its answer
/// is the same. New rows are new extents; they are read when a run first needs them.
class SharedRunner : public QueryRunner {
 public:
  /// `session` queries `database`; both outlive the runner. `rules` are copied as far as needed.
  SharedRunner(Session& session, const Database& database, std::span<const AnalyticRule> rules,
               QueryOptions options, RunLimits limits, Visibility visibility,
               SharingOptions sharing = {});
  ~SharedRunner() override;

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override;

  SharingStatistics statistics() const;

 private:
  struct PlannedRule;
  struct Shares;
  class RowsForRun;
  class AddingScans;

  using RuleKey = std::pair<std::string, bool>;  // text, by ingestion

  static RuleKey key_of(const AnalyticRule& rule);
  std::shared_ptr<const Shares> shares_for(const std::shared_ptr<const Snapshot>& snapshot);
  /// For a rule that is planned for each run: `options` are those it would be planned ahead with.
  void add_likely_scans(Shares& shares, const AnalyticRule& rule, QueryOptions options);
  /// A run of such a rule; nothing when it fails.
  std::optional<QueryRun> run_planning(const PlannedRule& rule, const PreparedQuery& prepared,
                                       QueryOptions options);
  /// A run of a rule that was planned ahead; nothing when it fails.
  std::optional<QueryRun> run_planned(const PlannedRule& rule, QueryOptions options);
  std::shared_ptr<Shares> plan_all(const std::shared_ptr<const Snapshot>& snapshot);

  Session& session_;
  const Database& database_;
  QueryOptions options_;
  const RunLimits limits_;
  const Visibility visibility_;
  std::vector<AnalyticRule> rules_;  // one of each text
  std::map<RuleKey, std::unique_ptr<PreparedQuery>> prepared_;
  share::Budget budget_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Shares> shares_;
  std::atomic<int64_t> runs_ = 0, skipped_ = 0, repeated_ = 0;
};

}  // namespace vedette::rules
