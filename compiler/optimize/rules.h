// The optimizer's rules, one file each, applied to whole plans in the order of optimizer.cpp.
#pragma once

#include "compiler/optimize/optimizer.h"
#include "compiler/plan/walk.h"

namespace vedette::optimize {

/// Computes constant parts of expressions; drops filters that are always true.
void fold_constants(plan::Plan& plan, const OptimizeEnvironment& environment);

/// Moves each conjunct of a filter as near to the data as its columns allow; merges filters.
void push_down_filters(plan::Plan& plan);

/// Fuses projections of projections where that repeats no work.
void merge_projections(plan::Plan& plan);

/// `take 5 | take 3` needs only the smaller limit; limits move below projections.
void merge_limits(plan::Plan& plan);

/// `sort | take n` keeps n rows while it reads.
void sort_to_top(plan::Plan& plan);

/// Reads, computes and carries only the columns somebody needs.
void prune_columns(plan::Plan& plan);

/// Counts and the like over an inner join: equal rows of the side that is built are paired once.
void count_copies(plan::Plan& plan);

/// Tells scans what the filters above them rule out.
void derive_prune_terms(plan::Plan& plan);

/// Top-N over a scan reads the columns that only its winners need after the winners are known. Only
/// for scans that `may_fetch` allows; answers whether there was one.
bool materialize_late(plan::Plan& plan, const std::function<bool(const plan::Scan&)>& may_fetch);

/// Applies `rule(Plan&)` to every step, inputs first.
template <typename Rule> void bottom_up(plan::Plan& plan, const Rule& rule) {
  plan::for_each_input(*plan, [&](plan::Plan& input) { bottom_up(input, rule); });
  rule(plan);
}

/// Applies `rule(Plan&)` to every step, the step before its inputs.
template <typename Rule> void top_down(plan::Plan& plan, const Rule& rule) {
  rule(plan);
  plan::for_each_input(*plan, [&](plan::Plan& input) { top_down(input, rule); });
}

}  // namespace vedette::optimize
