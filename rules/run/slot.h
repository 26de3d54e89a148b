// When a rule runs, and which events a run looks at.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/plan/time_scope.h"
#include "rules/rule.h"

namespace vedette::rules {

/// How long after its nominal time a run starts, so that late events are there.
constexpr Timespan scheduled_delay = {5 * ticks_per_minute};
constexpr Timespan near_real_time_delay = {2 * ticks_per_minute};
/// Near-real-time rules have no schedule of their own.
constexpr Timespan near_real_time_period = {ticks_per_minute};

/// How events of a run are chosen when they reach the tables late.
enum class Visibility {
  Everything,  // all rows that are stored: replays over data that was imported at once
  AsIngested,  // rows that had been ingested when the run was due: the live scheduler, simulations
};

/// One place of a rule's grid T_k = T0 + k * F. A late run, a retry and a rerun have the slot of
/// the run they make up for, so they ask the same question.
struct Slot {
  int64_t number = 0;  // k
  Datetime at = {};    // T_k: what now() is in the query
  Datetime from = {};  // T_k - P
  Datetime to = {};    // T_k, not included
  Datetime due = {};   // T_k + delay: when it runs, unless it is late

  /// Where rows come while rules run: a run sees those ingested in [seen_from, seen_before), as far
  /// as its bounds are by ingestion.
  std::optional<Datetime> seen_from = {};
  std::optional<Datetime> seen_before = {};
};

/// From one run of the rule to the next.
Timespan frequency_of(const AnalyticRule& rule);
/// How far back a run looks.
Timespan period_of(const AnalyticRule& rule);
Timespan delay_of(const AnalyticRule& rule);

/// The slot whose nominal time is `at`.
Slot slot_at(const AnalyticRule& rule, Datetime at, int64_t number = 0);
/// Slot k of a rule that was enabled at `start`. No drift: whole multiples of the frequency.
Slot slot_number(const AnalyticRule& rule, Datetime start, int64_t number);
/// The first slot whose nominal time is `time` or later.
Slot first_slot_from(const AnalyticRule& rule, Datetime start, Datetime time);

/// What a run of the slot sees of every table: Scheduled by TimeGenerated, near-real-time by the
/// time of ingestion (by TimeGenerated where `visibility` is Everything).
plan::TimeScope scope_of(const AnalyticRule& rule, const Slot& slot, Visibility visibility);

}  // namespace vedette::rules
