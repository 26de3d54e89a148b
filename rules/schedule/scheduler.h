// What is due, in which order, and what becomes of it. docs/rules/running.md is its contract.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/alert/alert.h"
#include "rules/incident/incident.h"
#include "rules/run/run_query.h"
#include "rules/schedule/clock.h"
#include "rules/schedule/publisher.h"
#include "rules/state/state.h"

namespace vedette::rules {

struct SchedulerOptions {
  Visibility visibility = Visibility::AsIngested;  // as the runner's
  /// Others add rows while rules run. A run then sees what is in the tables when it begins, and its
  /// alerts say so; near-real-time rules see each row once, however late it was committed; and rows
  /// of ours are ingested when they are published. Otherwise times are those of the clock.
  bool live = false;
  RunTrigger trigger = RunTrigger::Scheduled;
  int threads = 1;  // queries at a time, of runs that are due together
  Timespan catch_up = {ticks_per_day};
  Correlation correlation = {};  // of alerts of different rules
  std::string engine_version = {};
  /// Set: no run begins any more, and one that is cancelled has not taken place.
  const std::atomic<bool>* stop = nullptr;
  /// Each run after it was recorded, in the order of their numbers.
  std::function<void(const RunRecord&, const std::vector<Alert>&)> on_run = {};
  /// How long `run_due` may leave rows in the outbox when there is no alert among them and no rule
  /// reads them: each commit is a file more.
  Timespan publish_every = {0};
  /// Runs that are recorded in one transaction, at most.
  size_t most_pending = 512;
  /// Small extents of the tables of rules that are merged: so many, or more.
  size_t merged_together = MergeOptions().together;
  /// Called before each step of publishing: tests end the process there.
  std::function<void(std::string_view)> before_step = {};
};

/// Permanent failures with one code in a row after which a rule is disabled.
constexpr int64_t failures_until_disabled = 6;
/// Attempts at one slot that fail transiently: the first and a retry after 1, 2, 4, 8, 16 minutes.
constexpr int64_t most_attempts = 6;

/// Runs rules in their slots. For one thread; queries that are due together run on several. Errors
/// of state and tables are QueryErrors and end the scheduler: what had been recorded before stays,
/// the rest runs again in the next one.
class Scheduler {
 public:
  /// All of them outlive it. `database` is what the runner's queries read.
  Scheduler(State& state, Database& database, QueryRunner& runner, Clock& clock,
            SchedulerOptions options);

  /// From now on these are the rules; hunting queries and rules that are not enabled do not run. A
  /// rule that the state does not know gets the grid of `start`, and so does one whose frequency
  /// has changed.
  void set_rules(const std::vector<AnalyticRule>& rules, Datetime start);

  /// When something is due next; nothing without rules that run.
  std::optional<Datetime> next_due() const;
  /// Runs what is due by the clock, late slots with their own windows, up to slots of the nominal
  /// time `last`. Records all of it, and publishes it as the options say; how many runs.
  size_t run_due(std::optional<Datetime> last = {});
  /// Runs all slots from the nominal time `first` to `last`, both included, moving the clock from
  /// one to the next; retries that fall between too.
  size_t replay(Datetime first, Datetime last);
  /// Runs a rule once more in its slot whose nominal time is `at`; its grid, suppression and
  /// failures are not touched. Alerts that were raised by an earlier run of the slot are not
  /// raised again. Throws QueryError RUL0603 for a rule that is not there, RUL0604 for a time that
  /// is not on its grid or not yet due.
  RunRecord rerun(std::string_view rule_id, Datetime at);

  /// Moves the rows of recorded runs to the tables; false when another process owns them.
  bool publish();

 private:
  struct Entry {
    AnalyticRule rule;
    RuleState state;
    bool reads_rule_tables = false;
  };
  /// A run that is to take place.
  struct Due {
    Entry* entry = nullptr;
    Slot slot;
    Datetime due = {};
    int64_t attempt = 1;
    bool retry = false;
    RunTrigger trigger = RunTrigger::Scheduled;
    bool suppressed = false;
  };
  /// A run that took place and is not yet recorded.
  struct Settled {
    const AnalyticRule* rule = nullptr;
    RunRecord run;
    std::vector<Alert> alerts;
    std::optional<RuleState> state;  // of the rule afterwards
    std::optional<Retry> retry;
    bool slot_done = false;  // nothing is to be tried again
  };

  bool stopping() const { return options_.stop != nullptr && options_.stop->load(); }
  Entry* find(std::string_view rule_id);
  Slot slot_of(const Entry& entry, int64_t number) const;
  /// What other processes changed: edits of incidents, rules enabled and disabled; true if any.
  bool take_up_changes();
  void reload_incidents();
  void skip_to(Entry& entry, int64_t slot, std::string message);
  void skip_old_slots(Entry& entry, Datetime now, std::optional<Datetime> last);
  std::vector<Due> due_by(Datetime now, std::optional<Datetime> last) const;
  std::vector<Due> next_batch(std::vector<Due> due) const;
  size_t run_batch(std::vector<Due> batch);
  void look_at_tables(std::vector<Due>& batch);
  std::vector<QueryRun> run_queries(const std::vector<Due>& batch);
  Settled settle(const Due& due, QueryRun answer, Datetime started);
  void settle_failure(const Due& due, const QueryRun& answer, Settled& settled);
  void record(Settled& settled, bool others);
  void record_pending();
  bool pending_is_large() const;

  State& state_;
  Database& database_;
  Publisher publisher_;
  QueryRunner& runner_;
  Clock& clock_;
  const SchedulerOptions options_;

  std::map<std::string, Entry, std::less<>> entries_;  // by id, which is the order of runs
  std::map<std::pair<std::string, Datetime>, Retry> retries_;
  IncidentBook book_;
  std::vector<Settled> pending_;
  std::chrono::steady_clock::time_point pending_since_;
  RunRecord last_recorded_;
  bool any_reader_ = false;
  int64_t unpublished_ = 0;         // entries of the outbox, roughly
  bool alerts_unpublished_ = true;  // as far as is known
  Datetime published_at_ = {};
  int64_t unforgotten_ = 0;  // runs since old ones were forgotten
};

}  // namespace vedette::rules
