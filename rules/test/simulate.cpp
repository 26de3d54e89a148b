#include "rules/test/simulate.h"

#include <map>
#include <set>

#include "rules/schedule/scheduler.h"
#include "rules/state/state.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

/// A row of a result: as one text, and what it is about.
struct EvidenceRow {
  std::string text;
  std::string key;  // texts and ids: what stays the same when one more event is counted
};

std::vector<EvidenceRow> evidence_of(const ResultTable& rows) {
  constexpr Types naming = {Type::String, Type::Guid, Type::Bool};
  std::vector<EvidenceRow> evidence(rows.rows);
  for (size_t row = 0; row < rows.rows; ++row) {
    for (const ColumnBuilder& column : rows.data) {
      std::string cell;
      append_text(cell, value_at(column.vector(), static_cast<uint32_t>(row)));
      cell += '\x1f';
      evidence[row].text += cell;
      if (naming.has(column.type())) evidence[row].key += cell;
    }
    if (evidence[row].key.empty()) evidence[row].key = evidence[row].text;
  }
  return evidence;
}

/// Keeps the rows of the last run of each slot, until it is known whether they raised an alert.
class KeepingRunner : public QueryRunner {
 public:
  explicit KeepingRunner(QueryRunner& inner) : inner_(inner) {}

  QueryRun run(const AnalyticRule& rule, const Slot& slot) override {
    QueryRun run = inner_.run(rule, slot);
    rows_[slot.at] = evidence_of(*run.rows);
    return run;
  }

  std::vector<EvidenceRow> take(Datetime slot) {
    auto rows = rows_.extract(slot);
    return rows ? std::move(rows.mapped()) : std::vector<EvidenceRow>();
  }

 private:
  QueryRunner& inner_;
  std::map<Datetime, std::vector<EvidenceRow>> rows_;
};

struct AlertedRun {
  Slot slot;
  std::vector<EvidenceRow> rows;
};

/// How many of the things that alerts are about were alerted again for events that an earlier
/// alert had seen: the row is there in a later run, and would not be, or would be another, without
/// what the earlier one's window holds.
int64_t count_duplicates(const AnalyticRule& rule, const std::vector<AlertedRun>& runs,
                         QueryRunner& runner) {
  std::map<std::string_view, size_t> last_run;  // by key
  std::set<std::string_view> duplicates;
  for (size_t i = 0; i < runs.size(); ++i) {
    std::map<size_t, std::set<std::string>> without;  // rows of this run without an earlier window
    for (const EvidenceRow& row : runs[i].rows) {
      const auto earlier = last_run.find(row.key);
      if (earlier == last_run.end()) continue;
      const Slot& before = runs[earlier->second].slot;
      if (before.to <= runs[i].slot.from) continue;
      auto rest = without.find(earlier->second);
      if (rest == without.end()) {
        rest = without.emplace(earlier->second, std::set<std::string>()).first;
        Slot later = runs[i].slot;
        later.from = before.to;
        for (EvidenceRow& other : evidence_of(*runner.run(rule, later).rows)) {
          rest->second.insert(std::move(other.text));
        }
      }
      if (!rest->second.contains(row.text)) duplicates.insert(row.key);
    }
    for (const EvidenceRow& row : runs[i].rows) last_run[row.key] = i;
  }
  return static_cast<int64_t>(duplicates.size());
}

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
    std::vector<EvidenceRow> rows = keeping.take(run.slot.at);
    outcome.simulated.push_back(
        {run.slot, run.outcome, run.rows_returned, run.alerts, run.message});
    if (run.outcome == Outcome::Transient || run.outcome == Outcome::Permanent) {
      ++outcome.runs_failed;
      if (outcome.first_problem.empty()) outcome.first_problem = run.message;
    }
    if (alerts.empty()) return;
    outcome.alerts.insert(outcome.alerts.end(), alerts.begin(), alerts.end());
    alerted.push_back({run.slot, std::move(rows)});
  };
  Scheduler scheduler(*state, published, keeping, clock, std::move(settings));
  AnalyticRule enabled = rule;
  enabled.enabled = true;
  enabled.start.reset();  // the first slot is where the range begins
  scheduler.set_rules({enabled}, range.from);
  scheduler.replay(range.from, range.to);
  outcome.fired = !outcome.alerts.empty();
  outcome.incidents = static_cast<int64_t>(state->incidents().size());
  outcome.duplicates = count_duplicates(rule, alerted, runner);
  return outcome;
}

}  // namespace vedette::rules
