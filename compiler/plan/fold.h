// Computes what can be known before a query runs.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "compiler/plan/expression.h"

namespace vedette::plan {

/// In place of `now`: any time. What depends on the clock then stays an expression.
constexpr int64_t any_time = std::numeric_limits<int64_t>::min();

/// True when an expression asks for the time, or for something else that is known when a query runs
/// and not before.
bool depends_on_run(const Expression& expression);

/// The value of an expression made of constants and pure functions; nothing when it depends on
/// columns, rows or subqueries, or when computing it fails. `now` (ticks) is the query's clock.
std::optional<Value> evaluate_constant(const Expression& expression, int64_t now);

/// Replaces every constant part of an expression by its value.
void fold_constants(Expression& expression, int64_t now);

}  // namespace vedette::plan
