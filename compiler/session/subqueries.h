// Puts the answers of subqueries in their place: toscalar(T), x in (T).
#pragma once

#include <functional>

#include "compiler/plan/plan.h"

namespace vedette::session {

/// Replaces every subquery below `node` by a constant: `run` is called once for each plan, also
/// when several expressions hold it.
void replace_subqueries(plan::Node& node, const std::function<WholeTable(const plan::Node&)>& run);

}  // namespace vedette::session
