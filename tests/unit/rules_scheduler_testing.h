// A scheduler over a virtual clock, and queries that answer as a test says.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "rules/schedule/scheduler.h"
#include "runtime/base/format.h"
#include "runtime/shell/result_view.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules::testing {

/// Answers as a test says, and remembers what it was asked.
class ScriptedRunner : public QueryRunner {
 public:
  QueryRun run(const AnalyticRule& rule, const Slot& slot) override {
    const std::lock_guard lock(mutex_);
    asked.emplace_back(rule.name.text, slot);
    return answer(rule, slot);
  }

  static QueryRun rows(int64_t count) {
    return {.rows = std::make_shared<const ResultTable>(some_rows(count))};
  }
  static QueryRun transient() {
    return {.failure = Failure::Transient, .problem = "KQL0702: too slow", .code = "KQL0702"};
  }
  static QueryRun permanent(std::string code = "KQL0102") {
    return {.failure = Failure::Permanent, .problem = code + ": no such table", .code = code};
  }

  std::function<QueryRun(const AnalyticRule&, const Slot&)> answer =
      [](const AnalyticRule&, const Slot&) { return rows(0); };
  std::vector<std::pair<std::string, Slot>> asked;

 private:
  std::mutex mutex_;
};

/// Everything that a scheduler needs, in memory. `restart` is a new process with the same state.
struct Engine {
  Engine() { restart(); }

  void restart(SchedulerOptions options = {}) {
    scheduler.reset();
    options.engine_version = "test";
    options.on_run = [this](const RunRecord& run, const std::vector<Alert>&) {
      runs.push_back(run);
    };
    QueryRunner& chosen = other_runner != nullptr ? *other_runner : runner;
    scheduler = std::make_unique<Scheduler>(*state, *database, chosen, clock, options);
    if (!rules.empty()) scheduler->set_rules(rules, clock.now());
  }

  void set_rules(std::vector<AnalyticRule> wanted) {
    rules = std::move(wanted);
    scheduler->set_rules(rules, clock.now());
  }

  /// Everything that is due until then, each at its time.
  void run_until(Datetime time) {
    for (auto next = scheduler->next_due(); next && *next <= time; next = scheduler->next_due()) {
      clock.advance_to(*next);
      scheduler->run_due();
    }
    clock.advance_to(time);
  }

  /// The result of a query over the tables, one object a line.
  std::string query(const std::string& text) {
    Session session(standard_library(), database.get());
    const QueryResult result = session.run(text);
    if (!result.ok) return result.diagnostics[0].message;
    return shell::write_ndjson(result.tables[0]);
  }

  std::vector<Outcome> outcomes() const {
    std::vector<Outcome> all;
    for (const RunRecord& run : runs) all.push_back(run.outcome);
    return all;
  }

  std::unique_ptr<Database> database = Database::in_memory();
  std::unique_ptr<State> state = State::in_memory();
  VirtualClock clock{at(0)};
  ScriptedRunner runner;
  QueryRunner* other_runner = nullptr;
  std::vector<AnalyticRule> rules;
  std::vector<RunRecord> runs;
  std::unique_ptr<Scheduler> scheduler;
};

/// A rule of its own: hourly, named and numbered.
inline AnalyticRule numbered_rule(int number) {
  AnalyticRule rule = simple_rule();
  rule.id.text = fmt::format("00000000-0000-4000-8000-{:012}", number);
  rule.name.text = fmt::format("rule {}", number);
  return rule;
}

}  // namespace vedette::rules::testing
