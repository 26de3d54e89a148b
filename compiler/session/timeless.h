// Plans that hold at any time: bound once, run with any clock and scope.
#pragma once

#include <functional>

#include "compiler/plan/plan.h"
#include "compiler/plan/time_scope.h"

namespace vedette::session {

/// The scope to bind a plan with whose bounds come later: marks for those that `like` has.
plan::TimeScope marked_scope(const plan::TimeScope& like);

/// True for an expression of such a plan that is the same in every run.
bool same_in_every_run(const plan::Expression& expression);

/// A deep copy with the bounds of `scope` in place of the marks; it shares nothing with `query`.
plan::QueryPlan with_scope(const plan::QueryPlan& query, const plan::TimeScope& scope);

/// A scan of such a plan and the conjuncts above it that are known when there is a run.
struct ScanWindow {
  const plan::Node* node;  // of the plan
  const plan::Scan* scan;
  std::vector<plan::Expression> conjuncts;
};

/// The scans of a plan but for those of subqueries.
std::vector<ScanWindow> windows_of(const plan::QueryPlan& query);

/// What the conjuncts of a scan say about its columns in a run.
struct WindowBounds {
  std::vector<plan::PruneTerm> terms;
  bool exact = true;  // they say all: the conjuncts are comparisons of columns with times
};
WindowBounds bounds_in_run(const ScanWindow& window, const plan::TimeScope& scope, Datetime now);

/// True when nothing but the windows of scans makes a run of the plan differ from another over the
/// same tables: then the same rows give the same answer.
bool differs_by_windows_only(const plan::QueryPlan& query);

/// Calls `visit` for the plans of a query that are optimized each by itself: its outputs and the
/// subqueries in them, however deep; each once, inner ones first.
void for_each_root(plan::QueryPlan& query, const std::function<void(plan::Plan&)>& visit);

/// Forgets what scans know about times: it is derived again when there are times.
void forget_prune_terms(plan::Node& node);

}  // namespace vedette::session
