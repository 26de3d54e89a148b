// Plans and expressions as text: `explain`, golden tests.
#pragma once

#include <string>

#include "compiler/plan/plan.h"

namespace vedette::plan {

/// One step a line, outer steps first, inputs indented below them. Columns appear by name.
std::string explain(const Node& node);

/// All outputs, one after the other; outputs beyond the first are headed by their names.
std::string explain(const QueryPlan& query);

/// `User has 'adm'`. Columns are named after `schema`; one that is not in it shows as `#id`.
std::string explain(const Expression& expression, const Schema& schema);

/// A constant as KQL would write it: `'a'`, `1h`, `datetime(2024-05-01)`.
std::string explain(const Value& value);

}  // namespace vedette::plan
