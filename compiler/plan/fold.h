// Computes what can be known before a query runs.
#pragma once

#include "compiler/plan/expression.h"

namespace vedette::plan {

/// The value of an expression made of constants and pure functions; nothing when it depends on
/// columns, rows or subqueries, or when computing it fails. `now` (ticks) is the query's clock.
std::optional<Value> evaluate_constant(const Expression& expression, int64_t now);

/// Replaces every constant part of an expression by its value.
void fold_constants(Expression& expression, int64_t now);

}  // namespace vedette::plan
