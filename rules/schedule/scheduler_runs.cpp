// Runs of the scheduler: their queries, what becomes of them, how they are recorded.
#include <algorithm>
#include <thread>

#include "rules/schedule/scheduler.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// How long a run waits for others to be recorded with it.
constexpr auto longest_pending = std::chrono::milliseconds(300);
/// Entries of the outbox that are left there while nobody reads what they will be.
constexpr int64_t most_unpublished = 20'000;
/// How long the state remembers runs; RuleRuns keeps them as long as its retention says.
constexpr Timespan memory_of_runs = {30 * ticks_per_day};
constexpr int64_t runs_between_forgetting = 4096;

/// Until the next attempt: 1, 2, 4, 8, 16 minutes.
Timespan patience_after(int64_t attempt) {
  return {ticks_per_minute << (attempt - 1)};
}

}  // namespace

size_t Scheduler::run_batch(std::vector<Due> batch) {
  const bool reading = !batch.empty() && batch[0].entry->reads_rule_tables;
  bool published = true;
  if (reading) {
    record_pending();
    published = publish();
  }
  if (options_.live) look_at_tables(batch);
  const Datetime started = clock_.now();
  std::vector<QueryRun> answers = run_queries(batch);
  size_t settled = 0;
  for (; settled < batch.size(); ++settled) {
    const Due& due = batch[settled];
    QueryRun& answer = answers[settled];
    // Whoever stops the process does not make its runs fail: they take place after a restart.
    if (stopping() && answer.failure == Failure::Transient) break;
    if (!published && due.entry->reads_rule_tables) {
      answer = {
          .failure = Failure::Transient,
          .problem = "RUL0605: earlier runs are not in the tables, which another process owns",
          .code = "RUL0605"};
    }
    if (pending_.empty()) pending_since_ = std::chrono::steady_clock::now();
    pending_.push_back(settle(due, std::move(answer), started));
    // What the rules of one batch read must not depend on where a process was killed.
    if (!reading && pending_is_large()) record_pending();
  }
  if (pending_is_large()) record_pending();
  if (unpublished_ > most_unpublished) publish();
  return settled;
}

/// Bounds what the runs see by what has been committed, which the snapshots of their queries have
/// in any case. Rows that are committed from now on are ingested later than any there is, so they
/// are left to the next run of a near-real-time rule, and no alert's query finds them afterwards.
void Scheduler::look_at_tables(std::vector<Due>& batch) {
  const auto newest = database_.snapshot()->newest_rows();
  for (Due& due : batch) {
    const bool by_ingestion = due.entry->rule.kind == RuleKind::NearRealTime;
    Slot& slot = due.slot;
    if (by_ingestion && due.retry) continue;  // it has the bounds of the run that failed
    slot.seen_before = by_ingestion ? slot.to : slot.due;
    if (newest) slot.seen_before = std::min(*slot.seen_before, Datetime{newest->ticks + 1});
    if (by_ingestion) slot.seen_from = due.entry->state.seen.value_or(slot.from);
  }
}

std::vector<QueryRun> Scheduler::run_queries(const std::vector<Due>& batch) {
  std::vector<QueryRun> answers(batch.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t at = next++; at < batch.size(); at = next++) {
      if (batch[at].suppressed) continue;
      if (stopping()) {
        answers[at].failure = Failure::Transient;
      } else {
        answers[at] = runner_.run(batch[at].entry->rule, batch[at].slot);
      }
    }
  };
  std::vector<std::thread> others;
  for (size_t at = 1; at < std::min<size_t>(batch.size(), options_.threads); ++at) {
    others.emplace_back(work);
  }
  work();
  for (std::thread& thread : others) thread.join();
  return answers;
}

/// What becomes of a run. Changes the rule's state, and says what is to be recorded.
Scheduler::Settled Scheduler::settle(const Due& due, QueryRun answer, Datetime started) {
  const AnalyticRule& rule = due.entry->rule;
  RuleState& state = due.entry->state;
  Settled settled{.rule = &rule};
  settled.run = {.rule_id = state.id,
                 .rule_name = state.name,
                 .kind = rule.kind,
                 .slot = due.slot,
                 .started = started,
                 .duration = answer.statistics.elapsed,
                 .rows_read = answer.statistics.rows_scanned,
                 .rows_returned = static_cast<int64_t>(answer.rows->rows),
                 .peak_memory = answer.statistics.peak_memory,
                 .attempt = due.attempt,
                 .trigger = due.trigger,
                 .engine_version = options_.engine_version};
  settled.slot_done = true;
  const bool counts = due.trigger != RunTrigger::Manual;
  if (counts && !due.retry) {
    state.next_slot = due.slot.number + 1;
    state.seen = due.slot.seen_from ? due.slot.seen_before : std::nullopt;
  }
  if (due.retry) retries_.erase({state.id, due.slot.at});
  if (due.suppressed) {
    settled.run.outcome = Outcome::Suppressed;
    settled.run.message = fmt::format("the run of {} raised an alert", to_text(*state.last_alert));
  } else if (answer.failure != Failure::None) {
    settle_failure(due, answer, settled);
  } else {
    if (fires(rule, settled.run.rows_returned)) {
      settled.run.outcome = Outcome::Alerted;
      settled.alerts = make_alerts(rule, due.slot, *answer.rows, clock_.now(), options_.visibility);
      if (counts) state.last_alert = std::max(state.last_alert, std::optional(due.slot.at));
    }
    if (counts) {
      state.failures = 0;
      state.failure_code.clear();
    }
  }
  if (counts) settled.state = state;
  return settled;
}

void Scheduler::settle_failure(const Due& due, const QueryRun& answer, Settled& settled) {
  RuleState& state = due.entry->state;
  const bool counts = due.trigger != RunTrigger::Manual;
  settled.run.message = answer.problem;
  if (answer.failure == Failure::Transient) {
    settled.run.outcome = Outcome::Transient;
    settled.slot_done = counts;
    if (!counts || due.attempt >= most_attempts) return;
    const Datetime again = {clock_.now().ticks + patience_after(due.attempt).ticks};
    settled.retry = {.rule_id = state.id,
                     .slot = due.slot.number,
                     .at = due.slot.at,
                     .attempt = due.attempt + 1,
                     .due = again,
                     .seen_from = due.slot.seen_from,
                     .seen_before = due.slot.seen_before};
    retries_[{state.id, due.slot.at}] = *settled.retry;
    settled.slot_done = false;
    return;
  }
  settled.run.outcome = Outcome::Permanent;
  if (!counts) return;
  state.failures = state.failure_code == answer.code ? state.failures + 1 : 1;
  state.failure_code = answer.code;
  if (state.failures < failures_until_disabled) return;
  state.disabled_reason =
      fmt::format("{} runs in a row failed alike: {}", state.failures, answer.problem);
  settled.run.message += fmt::format("; AUTO DISABLED after {} failures", state.failures);
}

// Recording.

bool Scheduler::pending_is_large() const {
  if (pending_.size() >= options_.most_pending) return true;
  return !pending_.empty() && std::chrono::steady_clock::now() - pending_since_ > longest_pending;
}

void Scheduler::record_pending() {
  if (pending_.empty()) return;
  Transaction transaction = state_.begin();
  const bool others = take_up_changes();
  for (Settled& settled : pending_) record(settled, others);
  transaction.commit();
  const std::vector<Settled> recorded = std::exchange(pending_, {});
  last_recorded_ = recorded.back().run;
  unforgotten_ += static_cast<int64_t>(recorded.size());
  if (unforgotten_ > runs_between_forgetting) {
    state_.forget_runs({clock_.now().ticks - memory_of_runs.ticks});
    unforgotten_ = 0;
  }
  if (!options_.on_run) return;
  for (const Settled& settled : recorded) options_.on_run(settled.run, settled.alerts);
}

/// One run as part of a transaction. `others` have changed the state since the run was settled.
void Scheduler::record(Settled& settled, bool others) {
  RunRecord& run = settled.run;
  const Datetime at = run.started;
  if (others || run.trigger == RunTrigger::Manual) {
    run.attempt = std::max(run.attempt, state_.attempts(run.rule_id, run.slot.at) + 1);
  }
  const size_t raised = settled.alerts.size();
  std::erase_if(settled.alerts, [&](const Alert& alert) { return state_.knows_alert(alert.id); });
  run.alerts = static_cast<int64_t>(settled.alerts.size());
  if (raised > settled.alerts.size()) {
    run.message = fmt::format("{} of {} alerts had been raised by an earlier run of this slot",
                              raised - settled.alerts.size(), raised);
  }
  state_.record(settled.alerts, at);
  state_.record(book_.add(*settled.rule, settled.alerts), at);
  state_.record(run);
  unpublished_ += 1 + static_cast<int64_t>(settled.alerts.size());
  alerts_unpublished_ = alerts_unpublished_ || !settled.alerts.empty();
  if (settled.state) {
    RuleState& state = *settled.state;
    if (others) {
      if (const auto stored = state_.find_rule(state.id)) {
        state.enabled = stored->enabled;
        if (run.outcome != Outcome::Permanent) state.disabled_reason = stored->disabled_reason;
      }
    }
    state_.save(state);
  }
  if (settled.retry) {
    state_.save(*settled.retry);
  } else if (settled.slot_done) {
    // Of a run by hand too: what is done need not be tried again.
    if (run.trigger == RunTrigger::Manual) retries_.erase({run.rule_id, run.slot.at});
    if (run.attempt > 1) state_.remove_retry(run.rule_id, run.slot.at);
  }
  if (settled.state && !settled.state->runs()) {
    std::erase_if(retries_, [&](const auto& retry) { return retry.first.first == run.rule_id; });
    state_.remove_retries(run.rule_id);
  }
}

RunRecord Scheduler::rerun(std::string_view rule_id, Datetime at) {
  take_up_changes();
  record_pending();
  Entry* entry = find(rule_id);
  if (entry == nullptr) {
    throw QueryError(ErrorKind::Runtime, "RUL0603",
                     fmt::format("there is no rule '{}' that runs", rule_id));
  }
  const int64_t behind = at.ticks - entry->state.start.ticks;
  const Slot slot = slot_of(*entry, behind / frequency_of(entry->rule).ticks);
  if (behind < 0 || slot.at != at || slot.due > clock_.now()) {
    const Slot first = slot_number(entry->rule, entry->state.start, 0);
    throw QueryError(ErrorKind::Runtime, "RUL0604",
                     behind < 0 ? fmt::format("the first slot of the rule is {}", to_text(first.at))
                     : slot.at != at
                         ? fmt::format("the rule has no slot at {}; the one before is {}",
                                       to_text(at), to_text(slot.at))
                         : fmt::format("the slot is due at {}", to_text(slot.due)));
  }
  if (entry->reads_rule_tables) publish();
  const Due due = {.entry = entry, .slot = slot, .due = slot.due, .trigger = RunTrigger::Manual};
  pending_.push_back(settle(due, runner_.run(entry->rule, slot), clock_.now()));
  record_pending();
  const RunRecord recorded = last_recorded_;
  publish();
  return recorded;
}

bool Scheduler::publish() {
  // Who reads by the time of ingestion in a replay wants to see each row at its own.
  const bool exactly = any_reader_ && options_.visibility == Visibility::AsIngested;
  const PublishedAs as = options_.live ? PublishedAs::Committed
                         : exactly     ? PublishedAs::EachEntry
                                       : PublishedAs::NewestEntry;
  if (!publisher_.publish(as)) return false;
  unpublished_ = 0;
  alerts_unpublished_ = false;
  published_at_ = clock_.now();
  return true;
}

}  // namespace vedette::rules
