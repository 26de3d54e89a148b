// Puts the answers of subqueries in their place: toscalar(T), x in (T).
#pragma once

#include <functional>

#include "compiler/plan/plan.h"
#include "runtime/column/column_builder.h"

namespace vedette::session {

/// All rows of a subquery.
struct SubqueryResult {
  std::vector<ColumnBuilder> columns;
  size_t rows = 0;
};

/// Replaces every subquery below `node` by a constant: `run` is called once for each plan, also
/// when several expressions hold it.
void replace_subqueries(plan::Node& node,
                        const std::function<SubqueryResult(const plan::Node&)>& run);

}  // namespace vedette::session
