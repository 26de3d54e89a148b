#include "rules/share/shared_runner.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/session/deep_stack.h"

namespace vedette::rules {
namespace {

/// A table like the scanned one, without rows.
std::shared_ptr<const Table> table_without_rows(const ScanUse& use) {
  auto schema = std::make_shared<TableSchema>(TableSchema{use.scan.table, {}});
  for (size_t i = 0; i < use.scan.columns.size(); ++i) {
    schema->columns.push_back({use.scan.columns[i].name, use.node.output[i].type});
  }
  auto table = std::make_shared<Table>();
  table->schema = std::move(schema);
  return table;
}

}  // namespace

/// A rule's query, planned for any slot.
struct SharedRunner::PlannedRule {
  std::shared_ptr<const PlannedQuery> plan;
  /// By a column of the scan.
  std::unordered_map<plan::ColumnId, std::pair<share::TableShare*, share::SharedScan*>> scans;
  /// A run of it went well: what an empty run leaves out (lowering) has nothing to complain about.
  mutable std::atomic<bool> proved = false;
};

/// All that is made of one set of schemas and functions.
struct SharedRunner::Shares {
  std::vector<std::shared_ptr<const TableSchema>> schemas;
  std::shared_ptr<const StoredFunctions> functions;
  std::map<std::string, std::unique_ptr<share::TableShare>> tables;
  std::map<RuleKey, PlannedRule> rules;
  int64_t scans = 0, planned = 0, alone = 0;

  /// What is said about a table (its properties) may change without an effect on plans.
  bool fits(const Snapshot& snapshot) const {
    return snapshot.functions() == functions &&
           std::ranges::equal(
               snapshot.tables(), schemas, [](const Table& table, const auto& known) {
                 return table.schema == known || (table.schema->name == known->name &&
                                                  table.schema->columns == known->columns);
               });
  }
};

/// Gives the scans of one run the rows that were kept for them.
class SharedRunner::RowsForRun : public StandIns {
 public:
  RowsForRun(const PlannedRule& rule, const Snapshot& snapshot, Datetime now)
      : rule_(rule), snapshot_(snapshot), now_(now) {}

  std::shared_ptr<const Table> find(const ScanUse& use) override {
    const Table* table = snapshot_.find(use.scan.table);
    if (table == nullptr || table->extents.empty()) return table_without_rows(use);
    for (const auto& column : use.scan.columns) {
      const auto found = rule_.scans.find(column.id);
      if (found == rule_.scans.end()) continue;
      const auto& [share, scan] = found->second;
      return share->rows_of(*scan, *table, use, now_);
    }
    return nullptr;
  }

 private:
  const PlannedRule& rule_;
  const Snapshot& snapshot_;
  const Datetime now_;
};

SharedRunner::SharedRunner(Session& session, const Database& database,
                           std::span<const AnalyticRule> rules, QueryOptions options,
                           RunLimits limits, Visibility visibility, SharingOptions sharing)
    : session_(session),
      database_(database),
      options_(std::move(options)),
      limits_(limits),
      visibility_(visibility) {
  budget_.most_bytes = sharing.memory_bytes;
  options_.complete_tables = true;
  options_.timeout = limits.timeout;
  options_.memory_bytes = limits.memory_bytes;
  options_.threads = limits.threads;
  session::run_on_deep_stack([&] {
    for (const AnalyticRule& rule : rules) {
      auto& prepared = prepared_[key_of(rule)];
      if (prepared == nullptr) {
        prepared = std::make_unique<PreparedQuery>(rule.query.text);
        rules_.push_back(rule);
        continue;
      }
      // One text, two schedules: what is kept must do for the one that looks back further.
      for (AnalyticRule& kept : rules_) {
        if (key_of(kept) != key_of(rule)) continue;
        kept.period.ticks = std::max(kept.period.ticks, rule.period.ticks);
      }
    }
  });
}

SharedRunner::~SharedRunner() = default;

SharedRunner::RuleKey SharedRunner::key_of(const AnalyticRule& rule) {
  return {rule.query.text, rule.kind == RuleKind::NearRealTime};
}

std::shared_ptr<SharedRunner::Shares> SharedRunner::plan_all(
    const std::shared_ptr<const Snapshot>& snapshot) {
  auto shares = std::make_shared<Shares>();
  shares->functions = snapshot->functions();
  for (const Table& table : snapshot->tables()) shares->schemas.push_back(table.schema);

  /// Adds the scans of one rule to the shares of their tables.
  class Adding : public StandIns {
   public:
    Adding(Shares& shares, PlannedRule& rule, const Snapshot& snapshot, Timespan lookback,
           share::Budget& budget)
        : shares_(shares), rule_(rule), snapshot_(snapshot), lookback_(lookback), budget_(budget) {}

    std::shared_ptr<const Table> find(const ScanUse& use) override {
      const Table* table = snapshot_.find(use.scan.table);
      if (table == nullptr) return nullptr;
      auto& share = shares_.tables[use.scan.table];
      if (share == nullptr) share = std::make_unique<share::TableShare>(table->schema, budget_);
      if (share::SharedScan* scan = share->add(use, lookback_)) {
        for (const auto& column : use.scan.columns) rule_.scans[column.id] = {share.get(), scan};
      }
      return nullptr;
    }

   private:
    Shares& shares_;
    PlannedRule& rule_;
    const Snapshot& snapshot_;
    const Timespan lookback_;
    share::Budget& budget_;
  };

  for (const AnalyticRule& rule : rules_) {
    const RuleKey key = key_of(rule);
    PlannedRule& planned = shares->rules[key];
    Adding adding(*shares, planned, *snapshot, period_of(rule), budget_);
    QueryOptions options = options_;
    options.snapshot = snapshot;
    options.scope = scope_of(rule, slot_at(rule, {}), visibility_);
    options.stand_ins = &adding;
    planned.plan = session_.plan_ahead(*prepared_.at(key), options);
    ++(planned.plan == nullptr ? shares->alone : shares->planned);
  }
  for (const auto& [name, share] : shares->tables) {
    shares->scans += static_cast<int64_t>(share->scans());
  }
  return shares;
}

std::shared_ptr<const SharedRunner::Shares> SharedRunner::shares_for(
    const std::shared_ptr<const Snapshot>& snapshot) {
  const std::lock_guard lock(mutex_);
  if (shares_ == nullptr || !shares_->fits(*snapshot)) {
    std::shared_ptr<Shares> made;
    session::run_on_deep_stack([&] { made = plan_all(snapshot); });
    shares_ = std::move(made);
  }
  return shares_;
}

QueryRun SharedRunner::run(const AnalyticRule& rule, const Slot& slot) {
  ++runs_;
  QueryOptions options = options_;
  options.now = slot.at;
  options.scope = scope_of(rule, slot, visibility_);
  options.snapshot = database_.snapshot();
  const RuleKey key = key_of(rule);
  const auto prepared = prepared_.find(key);
  if (prepared == prepared_.end()) return query_run_of(session_.run(rule.query.text, options));
  const std::shared_ptr<const Shares> shares = shares_for(options.snapshot);
  const PlannedRule& planned = shares->rules.at(key);
  if (planned.plan != nullptr) {
    RowsForRun rows(planned, *options.snapshot, slot.at);
    options.stand_ins = &rows;
    options.skip_when_empty = planned.proved;
    QueryResult result = session_.run(*planned.plan, options);
    if (result.statistics.skipped) ++skipped_;
    if (result.ok) {
      planned.proved = true;
      return query_run_of(std::move(result));
    }
    // What is wrong is told as a run by itself tells it.
    options.stand_ins = nullptr;
    options.skip_when_empty = false;
  }
  return query_run_of(session_.run(*prepared->second, options));
}

SharingStatistics SharedRunner::statistics() const {
  const std::lock_guard lock(mutex_);
  SharingStatistics statistics{.rows_read = budget_.rows_read,
                               .bytes_kept = budget_.bytes,
                               .runs = runs_,
                               .runs_skipped = skipped_};
  if (shares_ != nullptr) {
    statistics.rules_planned = shares_->planned;
    statistics.rules_alone = shares_->alone;
    statistics.scans = shares_->scans;
  }
  return statistics;
}

}  // namespace vedette::rules
