#include "rules/backtest/backtest.h"

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

#include "compiler/session/deep_stack.h"
#include "rules/alert/alert.h"
#include "rules/alert/repeats.h"
#include "rules/incident/incident.h"
#include "rules/share/shared_runner.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

using Clock = std::chrono::steady_clock;

// Runs whose answers are held until they are looked at in order.
constexpr size_t runs_at_once = 512;
// Longer back-tests are counted by days.
constexpr int64_t most_hours = 72;

/// The tables that a query reads.
class TablesRead : public StandIns {
 public:
  std::shared_ptr<const Table> find(const ScanUse& use) override {
    for (const auto& column : use.scan.columns) {
      if (column.name == "TimeGenerated") tables.insert(use.scan.table);
    }
    return nullptr;
  }

  std::set<std::string> tables;
};

std::string text_of(const Entity& entity) {
  std::string text;
  for (const auto& [name, value] : entity.identifiers) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}={}", name, value);
  }
  return text;
}

/// Follows one rule through its slots.
class RuleHistory {
 public:
  RuleHistory(const AnalyticRule& rule, const BacktestOptions& options, QueryRunner& runner)
      : rule_(rule), options_(options), repeats_(rule, runner) {
    result_.rule_id = rule.id.text;
    result_.rule_name = rule.name.text;
    result_.file = rule.file;
    result_.frequency = frequency_of(rule);
    result_.period = period_of(rule);
    result_.gap.ticks = std::max<int64_t>(0, result_.frequency.ticks - result_.period.ticks);
    const bool by_hours = options.to.ticks - options.from.ticks <= most_hours * ticks_per_hour;
    result_.bucket.ticks = by_hours ? ticks_per_hour : ticks_per_day;
  }

  /// The answers come in the order of slots. Answers the alerts of the run.
  std::vector<Alert> take(const Slot& slot, const QueryRun& run) {
    ++result_.slots;
    if (rule_.suppression && last_alert_ &&
        slot.due.ticks < last_alert_->ticks + rule_.suppression_duration.ticks) {
      ++result_.suppressed;
      return {};
    }
    if (options_.on_run) options_.on_run(rule_, slot, run);
    result_.rows_scanned += run.statistics.rows_scanned;
    result_.runs_skipped += run.statistics.skipped ? 1 : 0;
    if (run.failure != Failure::None) {
      if (result_.failed++ == 0) result_.first_problem = run.problem;
      return {};
    }
    std::vector<Alert> alerts = make_alerts(rule_, slot, *run.rows, slot.due);
    result_.rows += static_cast<int64_t>(run.rows->rows);
    result_.alerts += static_cast<int64_t>(alerts.size());
    if (run.rows->rows > 0 || !alerts.empty()) note(slot, run, alerts);
    if (alerts.empty()) return alerts;
    last_alert_ = slot.due;
    ++result_.slots_with_alerts;
    const Repeats repeats = repeats_.take(slot, *run.rows, alerts.size());
    result_.duplicates += repeats.some;
    result_.nothing_else += repeats.all;
    return alerts;
  }

  RuleBacktest finish(const IncidentBook& book, const std::string& rule_id) {
    for (const auto& [number, incident] : book.incidents()) {
      if (std::ranges::count(incident.rule_ids, rule_id) == 0) continue;
      ++result_.incidents;
      result_.largest_incident =
          std::max(result_.largest_incident, static_cast<int64_t>(incident.alert_ids.size()));
    }
    for (const auto& [start, bucket] : buckets_) result_.buckets.push_back(bucket);
    for (const auto& [key, count] : entities_) {
      result_.entities.push_back({key.first, key.second, count});
    }
    std::ranges::sort(result_.entities, [](const BacktestEntity& a, const BacktestEntity& b) {
      return std::tie(b.alerts, a.kind, a.text) < std::tie(a.alerts, b.kind, b.text);
    });
    if (result_.entities.size() > options_.most_entities) {
      result_.entities.resize(options_.most_entities);
    }
    return std::move(result_);
  }

  RuleBacktest& result() { return result_; }

 private:
  void note(const Slot& slot, const QueryRun& run, const std::vector<Alert>& alerts) {
    const int64_t step = result_.bucket.ticks;
    const Datetime start{slot.at.ticks / step * step};
    BacktestBucket& bucket = buckets_[start.ticks];
    bucket.start = start;
    ++bucket.runs;
    bucket.rows += static_cast<int64_t>(run.rows->rows);
    bucket.alerts += static_cast<int64_t>(alerts.size());
    for (const Alert& alert : alerts) {
      for (const Entity& entity : alert.entities) ++entities_[{entity.kind, text_of(entity)}];
    }
  }

  const AnalyticRule& rule_;
  const BacktestOptions& options_;
  RuleBacktest result_;
  std::optional<Datetime> last_alert_;
  std::map<int64_t, BacktestBucket> buckets_;
  std::map<std::pair<std::string, std::string>, int64_t> entities_;
  RepeatFinder repeats_;
};

/// Runs slots on several threads; answers in the order of the slots.
class SlotRuns {
 public:
  SlotRuns(QueryRunner& runner, const BacktestOptions& options)
      : runner_(runner), options_(options) {}

  std::vector<QueryRun> run(const AnalyticRule& rule, const std::vector<Slot>& slots) {
    std::vector<QueryRun> answers(slots.size());
    std::atomic<size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex mutex;
    const auto work = [&] {
      try {
        session::run_on_deep_stack([&] {
          for (size_t at; (at = next++) < slots.size();) {
            if (options_.cancelled != nullptr && options_.cancelled->load()) {
              throw QueryError(ErrorKind::Limit, "KQL0703", "the back-test was cancelled");
            }
            answers[at] = runner_.run(rule, slots[at]);
          }
        });
      } catch (...) {
        const std::lock_guard lock(mutex);
        thrown = std::current_exception();
        next = slots.size();
      }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < options_.threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& thread : others) thread.join();
    if (thrown) std::rethrow_exception(thrown);
    return answers;
  }

 private:
  QueryRunner& runner_;
  const BacktestOptions& options_;
};

std::string datetime_literal(Datetime time) {
  return fmt::format("datetime({})", to_text(time));
}

/// Events of the rule's tables between its windows.
int64_t count_uncovered(Session& session, const AnalyticRule& rule, Timespan gap,
                        const BacktestOptions& options) {
  TablesRead reads;
  QueryOptions query = options.query;
  query.now = options.to;
  query.scope = scope_of(rule, slot_at(rule, options.to), Visibility::Everything);
  query.stand_ins = &reads;
  session.plan(PreparedQuery(rule.query.text), query);
  query.stand_ins = nullptr;
  query.scope = {};
  int64_t events = 0;
  for (const std::string& table : reads.tables) {
    // From T_k on, the first F - P lie in no window.
    const Timespan step = frequency_of(rule);
    const QueryResult result = session.run(
        fmt::format("['{0}'] | where TimeGenerated >= {1} and TimeGenerated < {2} "
                    "| where TimeGenerated - bin_at(TimeGenerated, time({3}), {1}) < time({4}) "
                    "| count",
                    table, datetime_literal(options.from), datetime_literal(options.to),
                    to_text(step), to_text(gap)),
        query);
    if (result.ok) events += value_at(result.tables[0].data[0].vector(), 0).as_word();
  }
  return events;
}

}  // namespace

Backtest run_backtest(Session& session, const Database& database,
                      const std::vector<AnalyticRule>& rules, const BacktestOptions& options) {
  const auto started = Clock::now();
  Backtest backtest;
  backtest.from = options.from;
  backtest.to = options.to;
  SharedRunner runner(session, database, rules, options.query, options.limits,
                      Visibility::Everything);
  SlotRuns runs(runner, options);
  for (const AnalyticRule& rule : rules) {
    const auto rule_started = Clock::now();
    RuleHistory history(rule, options, runner);
    IncidentBook book;
    std::string rule_id;
    std::vector<Slot> slots;
    const auto flush = [&] {
      const std::vector<QueryRun> answers = runs.run(rule, slots);
      for (size_t i = 0; i < slots.size(); ++i) {
        const std::vector<Alert> alerts = history.take(slots[i], answers[i]);
        if (alerts.empty()) continue;
        rule_id = alerts.front().rule_id;
        book.add(rule, alerts);
      }
      slots.clear();
    };
    for (int64_t number = 0; frequency_of(rule).ticks > 0; ++number) {
      const Slot slot = slot_number(rule, options.from, number);
      if (slot.at.ticks > options.to.ticks) break;
      slots.push_back(slot);
      if (slots.size() == runs_at_once) flush();
    }
    flush();
    RuleBacktest& result = history.result();
    if (result.gap.ticks > 0) {
      result.uncovered_events = count_uncovered(session, rule, result.gap, options);
    }
    backtest.rules.push_back(history.finish(book, rule_id));
    backtest.rules.back().elapsed = Clock::now() - rule_started;
    backtest.incidents += backtest.rules.back().incidents;
  }
  const SharingStatistics sharing = runner.statistics();
  backtest.rows_read_once = sharing.rows_read;
  backtest.bytes_kept = sharing.bytes_kept;
  backtest.elapsed = Clock::now() - started;
  return backtest;
}

}  // namespace vedette::rules
