#include "rules/share/shared_runner.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
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

using ScanOfShare = std::pair<share::TableShare*, share::SharedScan*>;

/// Why a rule that is planned for each run had no rows, and what it answered.
struct Nothing {
  std::vector<std::pair<std::string, ScanOfShare>> scans;  // of these tables; all without rows
  std::vector<std::string> tables;                         // without any rows
  std::shared_ptr<const ResultTable> answer;
};

/// What a run answered, and the rows that it read: of each scan.
class KnownAnswer {
 public:
  using Rows = std::vector<std::vector<share::KeptRows::Part>>;

  KnownAnswer(Rows rows, const QueryRun& run, share::Budget& budget)
      : rows_(std::move(rows)), run_(run), budget_(budget), bytes_(bytes_of(run)) {
    budget_.bytes += bytes_;
  }
  ~KnownAnswer() { budget_.bytes -= bytes_; }
  KnownAnswer(const KnownAnswer&) = delete;
  KnownAnswer& operator=(const KnownAnswer&) = delete;

  bool is_for(const Rows& rows) const { return rows == rows_; }
  const QueryRun& run() const { return run_; }

  /// Memory that an answer holds, roughly.
  static int64_t bytes_of(const QueryRun& run) {
    int64_t bytes = 0;
    for (const ColumnBuilder& column : run.rows->data) {
      bytes += static_cast<int64_t>(sizeof(column) + column.bytes());
    }
    return bytes;
  }

 private:
  const Rows rows_;
  const QueryRun run_;
  share::Budget& budget_;
  const int64_t bytes_;
};

}  // namespace

/// A rule's query, planned for any slot.
struct SharedRunner::PlannedRule {
  std::shared_ptr<const PlannedQuery> plan;  // nullptr: planned for each run
  /// By a column of the scan.
  std::unordered_map<plan::ColumnId, ScanOfShare> scans;
  /// Of a rule that is planned for each run: scans that it may have then, by their tables.
  std::multimap<std::string, ScanOfShare> likely_scans;
  /// A run of it went well: what an empty run leaves out (lowering) has nothing to complain about.
  mutable std::atomic<bool> proved = false;
  mutable std::mutex mutex;  // guards what follows
  mutable std::shared_ptr<const Nothing> nothing;
  mutable std::shared_ptr<const KnownAnswer> known;  // of the last run
};

/// All that is made of one set of schemas and functions.
struct SharedRunner::Shares {
  std::vector<std::shared_ptr<const TableSchema>> schemas;
  std::shared_ptr<const StoredFunctions> functions;
  std::map<std::string, std::unique_ptr<share::TableShare>> tables;
  std::map<RuleKey, PlannedRule> rules;
  int64_t scans = 0, planned = 0, alone = 0;

  share::TableShare& share_of(const Table& table, share::Budget& budget) {
    auto& share = tables[table.schema->name];
    if (share == nullptr) share = std::make_unique<share::TableShare>(table.schema, budget);
    return *share;
  }

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

  /// A scan is asked for once before the plan is made for the run and, unless that is enough,
  /// again.
  std::shared_ptr<const Table> find(const ScanUse& use) override {
    if (use.scan.columns.empty() || rule_.plan == nullptr) {
      exact_ = false;
      return answer(use);
    }
    const auto [found, added] = answers_.try_emplace(use.scan.columns[0].id);
    if (added) found->second = answer(use);
    return found->second;
  }

  /// What the run saw if none of its scans had a row; of rules that are planned for each run.
  std::optional<Nothing> saw_nothing() {
    if (any_rows_) return std::nullopt;
    return std::move(seen_);
  }

  /// The rows that the scans of the run read; nothing when they read others too.
  std::optional<KnownAnswer::Rows> rows_read() {
    if (!exact_ || rows_.empty()) return std::nullopt;
    return std::move(rows_);
  }

 private:
  std::shared_ptr<const Table> answer(const ScanUse& use) {
    const Table* table = snapshot_.find(use.scan.table);
    if (table == nullptr || table->extents.empty()) {
      seen_.tables.push_back(use.scan.table);
      rows_.emplace_back();
      return table_without_rows(use);
    }
    if (rule_.plan == nullptr) return likely_answer(use, *table);
    for (const auto& column : use.scan.columns) {
      const auto found = rule_.scans.find(column.id);
      if (found == rule_.scans.end()) continue;
      const auto& [share, scan] = found->second;
      share::KeptRows kept = share->rows_of(*scan, *table, use, now_);
      exact_ = exact_ && kept.exact;
      rows_.push_back(std::move(kept.parts));
      return kept.table;
    }
    exact_ = false;
    return nullptr;
  }

  std::shared_ptr<const Table> likely_answer(const ScanUse& use, const Table& table) {
    const auto [first, last] = rule_.likely_scans.equal_range(use.scan.table);
    for (auto each = first; each != last; ++each) {
      const auto& [share, scan] = each->second;
      if (!share->answers(*scan, use)) continue;
      auto rows = share->rows_of(*scan, table, use, now_).table;
      any_rows_ |= rows == nullptr || !rows->extents.empty();
      seen_.scans.push_back(*each);
      return rows;
    }
    any_rows_ = true;
    return nullptr;
  }

  const PlannedRule& rule_;
  const Snapshot& snapshot_;
  const Datetime now_;
  bool any_rows_ = false;
  bool exact_ = true;
  KnownAnswer::Rows rows_;
  Nothing seen_;
  std::unordered_map<plan::ColumnId, std::shared_ptr<const Table>> answers_;
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

/// Adds the scans of one rule to the shares of their tables.
class SharedRunner::AddingScans : public StandIns {
 public:
  /// `of_one_run`: the plan is one run's, and holds its window as constants.
  AddingScans(Shares& shares, PlannedRule& rule, const Snapshot& snapshot, Timespan lookback,
              share::Budget& budget, bool of_one_run)
      : shares_(shares),
        rule_(rule),
        snapshot_(snapshot),
        lookback_(lookback),
        budget_(budget),
        of_one_run_(of_one_run) {}

  std::shared_ptr<const Table> find(const ScanUse& use) override {
    const Table* table = snapshot_.find(use.scan.table);
    if (table == nullptr) return nullptr;
    share::TableShare& share = shares_.share_of(*table, budget_);
    share::SharedScan* scan = share.add(of_one_run_ ? without_window(use) : use, lookback_);
    if (scan == nullptr) return nullptr;
    if (of_one_run_) {
      rule_.likely_scans.emplace(use.scan.table, ScanOfShare{&share, scan});
    } else {
      for (const auto& column : use.scan.columns) rule_.scans[column.id] = {&share, scan};
    }
    return nullptr;
  }

 private:
  /// The scan under those conditions that do not look like a window's.
  static ScanUse without_window(const ScanUse& use) {
    ScanUse lasting{use.node, use.scan, use.bounds, {}};
    for (const plan::Expression& conjunct : use.conjuncts) {
      if (!plan::depends_on_run(conjunct) && !names_a_time(conjunct)) {
        lasting.conjuncts.push_back(conjunct);
      }
    }
    return lasting;
  }

  static bool names_a_time(const plan::Expression& expression) {
    bool found = false;
    plan::for_each_below(expression, [&](const plan::Expression& part) {
      const Value* value = plan::constant_of(part);
      found |= value != nullptr && layout_of(value->type()) == Layout::Word &&
               value->type() != Type::Int && value->type() != Type::Long;
    });
    return found;
  }

  Shares& shares_;
  PlannedRule& rule_;
  const Snapshot& snapshot_;
  const Timespan lookback_;
  share::Budget& budget_;
  const bool of_one_run_;
};

std::shared_ptr<SharedRunner::Shares> SharedRunner::plan_all(
    const std::shared_ptr<const Snapshot>& snapshot) {
  auto shares = std::make_shared<Shares>();
  shares->functions = snapshot->functions();
  for (const Table& table : snapshot->tables()) shares->schemas.push_back(table.schema);
  for (const AnalyticRule& rule : rules_) {
    const RuleKey key = key_of(rule);
    PlannedRule& planned = shares->rules[key];
    AddingScans adding(*shares, planned, *snapshot, period_of(rule), budget_, false);
    QueryOptions options = options_;
    options.snapshot = snapshot;
    options.scope = scope_of(rule, slot_at(rule, {}), visibility_);
    options.stand_ins = &adding;
    planned.plan = session_.plan_ahead(*prepared_.at(key), options);
    if (planned.plan == nullptr) add_likely_scans(*shares, rule, options);
    ++(planned.plan == nullptr ? shares->alone : shares->planned);
  }
  for (const auto& [name, share] : shares->tables) {
    shares->scans += static_cast<int64_t>(share->scans());
  }
  return shares;
}

void SharedRunner::add_likely_scans(Shares& shares, const AnalyticRule& rule,
                                    QueryOptions options) {
  // Plans that `set` something have windows of their own.
  if (rule.query.text.find("set ") != std::string::npos) return;
  const RuleKey key = key_of(rule);
  AddingScans adding(shares, shares.rules.at(key), *options.snapshot, period_of(rule), budget_,
                     true);
  options.stand_ins = &adding;
  options.now = Datetime{0};
  session_.plan(*prepared_.at(key), options);
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
  const RunLimits limits = limits_of(rule, limits_);
  options.timeout = limits.timeout;
  options.memory_bytes = limits.memory_bytes;
  const RuleKey key = key_of(rule);
  const auto prepared = prepared_.find(key);
  if (prepared == prepared_.end()) return query_run_of(session_.run(rule.query.text, options));
  const std::shared_ptr<const Shares> shares = shares_for(options.snapshot);
  const PlannedRule& planned = shares->rules.at(key);
  if (planned.plan != nullptr) {
    // What is wrong is told as a run by itself tells it.
    if (auto done = run_planned(planned, options)) return std::move(*done);
  } else if (!planned.likely_scans.empty()) {
    if (auto done = run_planning(planned, *prepared->second, options)) return std::move(*done);
  }
  return query_run_of(session_.run(*prepared->second, options));
}

std::optional<QueryRun> SharedRunner::run_planned(const PlannedRule& rule, QueryOptions options) {
  constexpr int64_t most_bytes_known = 128 << 20;  // of one answer
  RowsForRun rows(rule, *options.snapshot, *options.now);
  options.stand_ins = &rows;
  options.skip_when_empty = rule.proved;
  std::optional<KnownAnswer::Rows> read;
  if (rule.proved) {
    if (auto nothing = session_.answer_without_rows(*rule.plan, options)) {
      ++skipped_;
      return query_run_of(std::move(*nothing));
    }
    if (rule.plan->differs_by_windows_only()) read = rows.rows_read();
  }
  if (read) {
    std::shared_ptr<const KnownAnswer> known;
    {
      const std::lock_guard lock(rule.mutex);
      known = rule.known;
    }
    if (known != nullptr && known->is_for(*read)) {
      ++repeated_;
      return known->run();
    }
  }
  QueryResult result = session_.run(*rule.plan, options);
  if (result.statistics.skipped) ++skipped_;
  if (!result.ok) return std::nullopt;
  rule.proved = true;
  QueryRun run = query_run_of(std::move(result));
  if (read && run.failure == Failure::None) {
    const int64_t bytes = KnownAnswer::bytes_of(run);
    std::shared_ptr<const KnownAnswer> known;
    if (bytes <= most_bytes_known && budget_.bytes + bytes <= budget_.most_bytes) {
      known = std::make_shared<const KnownAnswer>(std::move(*read), run, budget_);
    }
    const std::lock_guard lock(rule.mutex);
    rule.known = std::move(known);
  }
  return run;
}

std::optional<QueryRun> SharedRunner::run_planning(const PlannedRule& rule,
                                                   const PreparedQuery& prepared,
                                                   QueryOptions options) {
  std::shared_ptr<const Nothing> nothing;
  {
    const std::lock_guard lock(rule.mutex);
    nothing = rule.nothing;
  }
  const auto without_rows = [&](const std::string& name) {
    const Table* table = options.snapshot->find(name);
    return table == nullptr || table->extents.empty();
  };
  const auto still_nothing = [&](const auto& each) {
    const auto& [share, scan] = each.second;
    const Table* table = options.snapshot->find(each.first);
    return table == nullptr || share->nothing_in(*scan, *table, options.scope, *options.now);
  };
  if (nothing != nullptr && std::ranges::all_of(nothing->tables, without_rows) &&
      std::ranges::all_of(nothing->scans, still_nothing)) {
    ++skipped_;
    return QueryRun{.rows = nothing->answer, .statistics = {.skipped = true}};
  }
  RowsForRun rows(rule, *options.snapshot, *options.now);
  options.stand_ins = &rows;
  options.skip_when_empty = rule.proved;
  QueryResult result = session_.run(prepared, options);
  if (!result.ok) return std::nullopt;
  rule.proved = true;
  const bool skipped = result.statistics.skipped;
  if (skipped) ++skipped_;
  QueryRun run = query_run_of(std::move(result));
  auto seen = skipped && run.failure == Failure::None ? rows.saw_nothing() : std::nullopt;
  if (seen) {
    seen->answer = run.rows;
    const std::lock_guard lock(rule.mutex);
    rule.nothing = std::make_shared<const Nothing>(std::move(*seen));
  }
  return run;
}

SharingStatistics SharedRunner::statistics() const {
  const std::lock_guard lock(mutex_);
  SharingStatistics statistics{.rows_read = budget_.rows_read,
                               .reading = std::chrono::nanoseconds(budget_.nanoseconds_reading),
                               .bytes_kept = budget_.bytes,
                               .runs = runs_,
                               .runs_skipped = skipped_,
                               .runs_repeated = repeated_};
  if (shares_ != nullptr) {
    statistics.rules_planned = shares_->planned;
    statistics.rules_alone = shares_->alone;
    statistics.scans = shares_->scans;
  }
  return statistics;
}

}  // namespace vedette::rules
