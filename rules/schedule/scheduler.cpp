#include "rules/schedule/scheduler.h"

#include <algorithm>
#include <set>
#include <thread>

#include "rules/alert/identity.h"
#include "rules/schedule/rule_tables.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"

namespace vedette::rules {
namespace {

/// Runs whose queries are done before any of them is recorded.
constexpr size_t most_runs_of_batch = 64;
/// Incidents that no alert touched for so long do not take any more.
constexpr Timespan longest_grouping = {8 * ticks_per_day};

/// What decides which alerts a rule raises.
uint64_t definition_hash(const AnalyticRule& rule) {
  return hash_bytes(fmt::format("{}\n{} {} {} {} {}", rule.query.text, static_cast<int>(rule.kind),
                                rule.frequency.ticks, rule.period.ticks,
                                static_cast<int>(rule.trigger), rule.threshold));
}

/// T0 of a rule that is enabled at `time`: in whole minutes for near-real-time rules, in
/// milliseconds for others, which a live system has not to wait for. A rule with a start time
/// begins then; if that was before, at the next time of the same grid.
Datetime grid_start(const AnalyticRule& rule, Datetime time, bool live) {
  const bool minutes = rule.kind == RuleKind::NearRealTime;
  if (rule.start && frequency_of(rule).ticks > 0) {
    return first_slot_from(rule, *rule.start, time).at;
  }
  const int64_t step = minutes ? ticks_per_minute : ticks_per_millisecond;
  return {(time.ticks + (live && !minutes ? 0 : step - 1)) / step * step};
}

/// Does the grid of a known rule have the slots that its start time asks for, now at `time`?
bool keeps_start(const AnalyticRule& rule, const RuleState& known, Datetime time) {
  if (!rule.start || known.frequency.ticks <= 0) return true;
  if (*rule.start > time) return known.start == *rule.start;
  return (rule.start->ticks - known.start.ticks) % known.frequency.ticks == 0;
}

/// A rule that its author turns on at `time`: what passed meanwhile was not wanted.
void turn_on(const AnalyticRule& rule, RuleState& state, Datetime time) {
  state.disabled_reason.clear();
  state.seen.reset();
  if (state.next_slot == 0) {
    state.start = std::max(state.start, time);  // T0 is when it is first enabled
  } else {
    state.next_slot = std::max(state.next_slot, first_slot_from(rule, state.start, time).number);
  }
}

std::string plural(int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace

Scheduler::Scheduler(State& state, Database& database, QueryRunner& runner, Clock& clock,
                     SchedulerOptions options)
    : state_(state),
      database_(database),
      publisher_(state, database),
      runner_(runner),
      clock_(clock),
      options_(std::move(options)) {
  publisher_.before_step = options_.before_step;
  publisher_.merged_together = options_.merged_together;
  for (const Retry& retry : state_.retries()) retries_[{retry.rule_id, retry.at}] = retry;
  reload_incidents();
}

// Rules.

void Scheduler::set_rules(const std::vector<AnalyticRule>& rules, Datetime start) {
  record_pending();
  entries_.clear();
  any_reader_ = false;
  const auto functions = database_.snapshot()->functions();
  Transaction transaction = state_.begin();
  for (const AnalyticRule& rule : rules) {
    // A rule without a schedule has no slots.
    if (rule.kind == RuleKind::Hunting || frequency_of(rule).ticks <= 0) continue;
    const std::string id = guid_of_rule(rule);
    RuleState wanted = {.id = id,
                        .name = rule.name.text,
                        .start = grid_start(rule, start, options_.live),
                        .frequency = frequency_of(rule),
                        .definition = definition_hash(rule)};
    if (const auto known = state_.find_rule(id)) {
      const Datetime last_run = {known->start.ticks +
                                 (known->next_slot - 1) * known->frequency.ticks};
      const bool same_grid =
          known->frequency == wanted.frequency && keeps_start(rule, *known, start);
      const bool changed = known->definition != wanted.definition;
      RuleState kept = *known;
      kept.name = wanted.name;
      if (!same_grid) {
        kept.start = first_slot_from(rule, wanted.start, {last_run.ticks + 1}).at;
        kept.frequency = wanted.frequency;
        kept.next_slot = 0;
        kept.seen.reset();
        state_.remove_retries(id);
        std::erase_if(retries_, [&](const auto& retry) { return retry.first.first == id; });
      }
      if (changed) {
        // Whoever changed the rule wants it to run.
        kept.definition = wanted.definition;
        kept.disabled_reason.clear();
        kept.failures = 0;
        kept.failure_code.clear();
      }
      if (rule.enabled && known->off_in_file()) turn_on(rule, kept, wanted.start);
      if (!rule.enabled && kept.disabled_reason.empty()) {
        kept.disabled_reason = RuleState::written_off;
      }
      wanted = std::move(kept);
      if (wanted != *known) state_.save(wanted);
    } else {
      if (!rule.enabled) wanted.disabled_reason = RuleState::written_off;
      state_.save(wanted);
    }
    if (!rule.enabled) continue;
    Entry entry = {.rule = rule, .state = std::move(wanted)};
    entry.reads_rule_tables = may_read_rule_tables(rule.query.text, *functions);
    any_reader_ = any_reader_ || entry.reads_rule_tables;
    entries_.insert_or_assign(id, std::move(entry));
  }
  transaction.commit();
}

Scheduler::Entry* Scheduler::find(std::string_view rule_id) {
  const auto found = entries_.find(rule_id);
  return found == entries_.end() ? nullptr : &found->second;
}

bool Scheduler::take_up_changes() {
  if (!state_.changed_by_others()) return false;
  for (auto& [id, entry] : entries_) {
    const auto stored = state_.find_rule(id);
    if (!stored) continue;
    RuleState& mine = entry.state;
    if (mine.enabled == stored->enabled && mine.disabled_reason == stored->disabled_reason) {
      continue;
    }
    mine.enabled = stored->enabled;
    mine.disabled_reason = stored->disabled_reason;
    mine.failures = stored->failures;
    mine.failure_code = stored->failure_code;
    if (stored->next_slot > mine.next_slot) mine.seen = stored->seen;
    mine.next_slot = std::max(mine.next_slot, stored->next_slot);
  }
  reload_incidents();
  alerts_unpublished_ = true;  // an edit may wait
  return true;
}

void Scheduler::reload_incidents() {
  book_ = IncidentBook(state_.next_incident(), options_.correlation);
  for (Incident& incident : state_.incidents_since({clock_.now().ticks - longest_grouping.ticks})) {
    book_.restore(std::move(incident));
  }
}

// What is due.

/// Whoever adds a rule to a live system wants to see it run: its first slot does not wait for
/// events that come late.
Slot Scheduler::slot_of(const Entry& entry, int64_t number) const {
  Slot slot = slot_number(entry.rule, entry.state.start, number);
  const bool at_once = options_.live && number == 0 && !entry.rule.start;
  if (at_once && entry.rule.kind == RuleKind::Scheduled) slot.due = slot.at;
  return slot;
}

std::optional<Datetime> Scheduler::next_due() const {
  std::optional<Datetime> next;
  const auto consider = [&](Datetime time) { next = next ? std::min(*next, time) : time; };
  for (const auto& [id, entry] : entries_) {
    if (!entry.state.runs()) continue;
    consider(slot_of(entry, entry.state.next_slot).due);
  }
  for (const auto& [key, retry] : retries_) {
    const auto entry = entries_.find(retry.rule_id);
    if (entry != entries_.end() && entry->second.state.runs()) consider(retry.due);
  }
  return next;
}

void Scheduler::skip_to(Entry& entry, int64_t slot, std::string message) {
  const Slot first = slot_number(entry.rule, entry.state.start, entry.state.next_slot);
  const Slot last = slot_number(entry.rule, entry.state.start, slot - 1);
  Settled settled{.rule = &entry.rule};
  settled.run = {.rule_id = entry.state.id,
                 .rule_name = entry.state.name,
                 .kind = entry.rule.kind,
                 .slot = first,
                 .started = clock_.now(),
                 .outcome = Outcome::Skipped,
                 .trigger = options_.trigger,
                 .message = plural(slot - first.number, "slot") + " " + std::move(message),
                 .engine_version = options_.engine_version};
  settled.run.slot.to = last.to;
  entry.state.next_slot = slot;
  entry.state.seen.reset();
  settled.state = entry.state;
  pending_.push_back(std::move(settled));
}

void Scheduler::skip_old_slots(Entry& entry, Datetime now, std::optional<Datetime> last) {
  const Datetime oldest = {now.ticks - delay_of(entry.rule).ticks - options_.catch_up.ticks};
  int64_t next = first_slot_from(entry.rule, entry.state.start, oldest).number;
  // Slots behind `last` are not this tick's business.
  if (last) {
    const Datetime behind = {last->ticks + 1};
    next = std::min(next, first_slot_from(entry.rule, entry.state.start, behind).number);
  }
  if (next > entry.state.next_slot) skip_to(entry, next, "had passed more than a day ago");
}

std::vector<Scheduler::Due> Scheduler::due_by(Datetime now, std::optional<Datetime> last) const {
  std::vector<Due> all;
  for (const auto& [id, entry] : entries_) {
    if (!entry.state.runs()) continue;
    const Slot slot = slot_of(entry, entry.state.next_slot);
    if (slot.due > now || (last && slot.at > *last)) continue;
    all.push_back({.entry = const_cast<Entry*>(&entry),
                   .slot = slot,
                   .due = slot.due,
                   .trigger = options_.trigger});
  }
  for (const auto& [key, retry] : retries_) {
    if (retry.due > now) continue;
    const auto entry = entries_.find(retry.rule_id);
    if (entry == entries_.end() || !entry->second.state.runs()) continue;
    Slot slot = slot_at(entry->second.rule, retry.at, retry.slot);
    slot.seen_from = retry.seen_from;
    slot.seen_before = retry.seen_before;
    all.push_back({.entry = const_cast<Entry*>(&entry->second),
                   .slot = slot,
                   .due = retry.due,
                   .attempt = retry.attempt,
                   .retry = true,
                   .trigger = options_.trigger});
  }
  std::ranges::sort(all, [](const Due& a, const Due& b) {
    if (a.due != b.due) return a.due < b.due;
    if (a.entry->state.id != b.entry->state.id) return a.entry->state.id < b.entry->state.id;
    return a.slot.at < b.slot.at;
  });
  return all;
}

/// The beginning of what is due, as far as its runs do not depend on each other: each rule once. A
/// rule that reads the tables of rules comes first, so that it finds in them all runs before it,
/// and only these, also when a process was killed and started again.
std::vector<Scheduler::Due> Scheduler::next_batch(std::vector<Due> due) const {
  std::set<const Entry*> taken;
  size_t count = 0;
  while (count < due.size() && count < most_runs_of_batch) {
    const Entry* entry = due[count].entry;
    if (entry->reads_rule_tables && !due[0].entry->reads_rule_tables) break;
    if (!taken.insert(entry).second) break;
    ++count;
  }
  due.resize(count);
  for (Due& each : due) {
    const RuleState& state = each.entry->state;
    const AnalyticRule& rule = each.entry->rule;
    each.suppressed =
        rule.suppression && state.last_alert && each.slot.at > *state.last_alert &&
        each.slot.at.ticks - state.last_alert->ticks < rule.suppression_duration.ticks;
  }
  return due;
}

size_t Scheduler::run_due(std::optional<Datetime> last) {
  take_up_changes();
  size_t runs = 0;
  while (!stopping()) {
    const Datetime now = clock_.now();
    for (auto& [id, entry] : entries_) {
      if (entry.state.runs()) skip_old_slots(entry, now, last);
    }
    std::vector<Due> batch = next_batch(due_by(now, last));
    if (batch.empty()) break;
    // What was ingested until now; runs before may have taken their time.
    database_.refresh();
    runs += run_batch(std::move(batch));
  }
  record_pending();
  const int64_t waited = clock_.now().ticks - published_at_.ticks;
  if (alerts_unpublished_ || waited >= options_.publish_every.ticks) publish();
  return runs;
}

size_t Scheduler::replay(Datetime first, Datetime last) {
  take_up_changes();
  for (auto& [id, entry] : entries_) {
    if (!entry.state.runs()) continue;
    const int64_t slot = first_slot_from(entry.rule, entry.state.start, first).number;
    if (slot > entry.state.next_slot) skip_to(entry, slot, "came before the time of the replay");
  }
  size_t runs = 0;
  while (!stopping()) {
    // The next moment at which a slot up to `last`, or a retry, is due.
    const std::vector<Due> all = due_by({max_datetime_ticks}, last);
    if (all.empty() || !clock_.wait_until(all.front().due, options_.stop)) break;
    runs += run_batch(next_batch(due_by(clock_.now(), last)));
  }
  record_pending();
  publish();
  return runs;
}

}  // namespace vedette::rules
