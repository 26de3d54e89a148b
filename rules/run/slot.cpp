#include "rules/run/slot.h"

namespace vedette::rules {

Timespan frequency_of(const AnalyticRule& rule) {
  return rule.kind == RuleKind::NearRealTime ? near_real_time_period : rule.frequency;
}

Timespan period_of(const AnalyticRule& rule) {
  return rule.kind == RuleKind::NearRealTime ? near_real_time_period : rule.period;
}

Timespan delay_of(const AnalyticRule& rule) {
  return rule.kind == RuleKind::NearRealTime ? near_real_time_delay : scheduled_delay;
}

Slot slot_at(const AnalyticRule& rule, Datetime at, int64_t number) {
  return {.number = number,
          .at = at,
          .from = {at.ticks - period_of(rule).ticks},
          .to = at,
          .due = {at.ticks + delay_of(rule).ticks}};
}

Slot slot_number(const AnalyticRule& rule, Datetime start, int64_t number) {
  return slot_at(rule, {start.ticks + number * frequency_of(rule).ticks}, number);
}

Slot first_slot_from(const AnalyticRule& rule, Datetime start, Datetime time) {
  const int64_t step = frequency_of(rule).ticks;
  const int64_t behind = time.ticks - start.ticks;
  return slot_number(rule, start, behind <= 0 ? 0 : (behind + step - 1) / step);
}

plan::TimeScope scope_of(const AnalyticRule& rule, const Slot& slot, Visibility visibility) {
  plan::TimeScope scope;
  const bool by_ingestion =
      rule.kind == RuleKind::NearRealTime && visibility == Visibility::AsIngested;
  if (by_ingestion) {
    scope.ingested_from = slot.seen_from.value_or(slot.from);
    scope.ingested_before = slot.seen_before.value_or(slot.to);
  } else {
    scope.column = "TimeGenerated";
    scope.from = slot.from;
    scope.to = slot.to;
    if (visibility == Visibility::AsIngested) {
      scope.ingested_before = slot.seen_before.value_or(slot.due);
    }
  }
  return scope;
}

}  // namespace vedette::rules
