#include "rules/test/simulate.h"

#include <map>

#include "rules/alert/repeats.h"
#include "rules/schedule/scheduler.h"
#include "rules/state/state.h"

namespace vedette::rules {
namespace {

/// Keeps the rows of the last run of each slot, until it is known whether they raised an alert.
class KeepingRunner : public QueryRunner {
 public:
  explicit KeepingRunner(QueryRunner& inner) : inner_(inner) {}

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override {
    QueryRun run = inner_.run(rule, slot);
    rows_[slot.at] = run.rows;
    return run;
  }

  std::shared_ptr<const ResultTable> take(Datetime slot) {
    auto rows = rows_.extract(slot);
    return rows ? std::move(rows.mapped()) : no_rows();
  }

 private:
  QueryRunner& inner_;
  std::map<Datetime, std::shared_ptr<const ResultTable>> rows_;
};

struct AlertedRun {
  Slot slot;
  std::shared_ptr<const ResultTable> rows;
  size_t alerts = 0;
};

}  // namespace

TestOutcome simulate(const AnalyticRule& rule, const Simulation& range, Database& published,
                     QueryRunner& runner, const std::atomic<bool>* cancelled) {
  TestOutcome outcome;
  if (frequency_of(rule).ticks <= 0) {
    outcome.run.failure = Failure::Permanent;
    outcome.run.code = "RUL0309";
    outcome.run.problem = "RUL0309: a rule without queryFrequency has no schedule to simulate";
    return outcome;
  }
  std::vector<AlertedRun> alerted;
  const auto state = State::in_memory();
  VirtualClock clock(range.from);
  KeepingRunner keeping(runner);
  SchedulerOptions settings{.visibility = Visibility::AsIngested, .stop = cancelled};
  settings.on_run = [&](const RunRecord& run, const std::vector<Alert>& alerts) {
    ++outcome.runs;
    std::shared_ptr<const ResultTable> rows = keeping.take(run.slot.at);
    outcome.simulated.push_back(
        {run.slot, run.outcome, run.rows_returned, run.alerts, run.message});
    if (run.outcome == Outcome::Transient || run.outcome == Outcome::Permanent) {
      ++outcome.runs_failed;
      if (outcome.first_problem.empty()) outcome.first_problem = run.message;
    }
    if (alerts.empty()) return;
    outcome.alerts.insert(outcome.alerts.end(), alerts.begin(), alerts.end());
    alerted.push_back({run.slot, std::move(rows), alerts.size()});
  };
  Scheduler scheduler(*state, published, keeping, clock, std::move(settings));
  AnalyticRule enabled = rule;
  enabled.enabled = true;
  enabled.start.reset();  // the first slot is where the range begins
  scheduler.set_rules({enabled}, range.from);
  scheduler.replay(range.from, range.to);
  outcome.fired = !outcome.alerts.empty();
  outcome.incidents = static_cast<int64_t>(state->incidents().size());
  RepeatFinder repeats(rule, runner);
  for (const AlertedRun& run : alerted) {
    outcome.duplicates += repeats.take(run.slot, *run.rows, run.alerts).some;
  }
  return outcome;
}

}  // namespace vedette::rules
