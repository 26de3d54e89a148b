// Plan to better plan: same rows, less work.
#pragma once

#include <functional>

#include "compiler/plan/plan.h"

namespace vedette {

/// What the optimizer may ask about stored data.
struct OptimizeEnvironment {
  int64_t now = 0;  // the query's clock, in ticks
  /// Rows of a stored table; used for join sides. Not set: unknown.
  std::function<int64_t(const std::string& table)> table_rows = {};
  /// The plan was optimized before its constants were known: only what follows from them is left.
  bool only_constants = false;
  bool fetch_late = true;  // may wide columns be read for the rows that are left at the end?
};

/// Rewrites a plan in place. The output columns (ids, names, types, order) stay.
void optimize_plan(plan::Plan& plan, const OptimizeEnvironment& environment);

/// The rules that `OptimizeEnvironment::fetch_late` leaves out, for a plan that is optimized else;
/// only for scans that `may_fetch` allows.
void fetch_late(plan::Plan& plan, const std::function<bool(const plan::Scan&)>& may_fetch);

/// Adds what a conjunct of a filter above a scan tells about single columns.
void add_prune_terms(const plan::Expression& conjunct, std::vector<plan::PruneTerm>& terms);

}  // namespace vedette
